"""The public side of an interview: page, feed, files. People are counted, machines are not; what is gone is gone."""

from __future__ import annotations

import io
import json
from datetime import timedelta
from typing import Any

import defusedxml.ElementTree as ET
import feedparser
import pytest
from django.test import Client
from PIL import Image
from tests import make
from tests.rooms.interviews import out

from passalong.contacts.models import Contact
from passalong.core import clock
from passalong.interviews.models import (
    Episode,
    EpisodeHit,
    EpisodeLink,
    EpisodeVersion,
    Interview,
    Show,
    Transcript,
    Voice,
    VoiceConsent,
)
from passalong.interviews.selectors import reach
from passalong.interviews.services import publishing, withdrawing
from passalong.kits.services import hits, judging
from passalong.portal import journaling
from passalong.portal.views import talks

pytestmark = pytest.mark.django_db
FILES = ("", "/sound.mp3", "/sample.mp3", "/card.png", "/chapters.json", "/transcript.vtt", "/transcript.txt")
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0"
HOSTILE = '<script>alert(1)</script><img src=x onerror=alert(1)> "><svg onload=alert(1)> ]]> --> & \x00\u202e'


@pytest.fixture(autouse=True)
def reachable(settings: Any) -> None:
    settings.PUBLIC_URL = "https://talks.example.org"
    settings.ALLOWED_HOSTS = ["*"]


@pytest.fixture
def owner() -> Any:
    return make.member(make.practice("Anders & Partners", profession="other"))


def body(answer: Any) -> bytes:
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def test_the_page_is_open_to_all_sets_no_cookie_and_says_what_was_approved(owner: Any) -> None:
    talk = out.published(owner)
    answer = Client().get(f"/talk-page/{out.token(talk)}")
    page = answer.content.decode()
    assert answer.status_code == 200
    assert not answer.cookies
    assert answer["Cache-Control"] == "no-store"
    assert answer["Referrer-Policy"] == "no-referrer"
    assert "noindex" in answer["X-Robots-Tag"]
    for words in ("What nobody reads", "I help families", "<em>everything</em>", "Who do you help?", "not a client"):
        assert words in page
    assert 'rel="nofollow noopener noreferrer"' in page
    assert "@" not in page.split("<main")[1].split("</main>")[0], "no address of anybody"


def test_the_feed_is_read_by_podcast_apps(owner: Any) -> None:
    talk = out.published(owner)
    show = Show.objects.get()
    answer = Client().get(f"/talks/{show.token}/feed.xml")
    assert answer["Content-Type"].startswith("application/rss+xml")
    root = ET.fromstring(answer.content)
    assert root.tag == "rss"
    assert not any("@" in (text or "") for text in root.itertext()), "no mail address in a public feed"
    feed = feedparser.parse(answer.content)
    assert not feed.bozo
    assert feed.feed.title == show.title
    (entry,) = feed.entries
    assert entry.title == "What nobody reads"
    assert not entry.guidislink
    sound = entry.enclosures[0]
    assert sound.type == "audio/mpeg"
    assert sound.href == f"https://talks.example.org/talk-page/{out.token(talk, 'feed')}/sound.mp3"
    heard = Client().get(sound.href.removeprefix("https://talks.example.org"))
    assert len(body(heard)) == int(sound.length) == len(out.mp3())
    podcast = "{https://podcastindex.org/namespace/1.0}"
    channel, item = root.find("channel"), root.find("channel/item")
    assert channel is not None
    assert item is not None
    assert channel.findtext(f"{podcast}guid") == str(show.guid)
    assert channel.findtext(f"{podcast}locked") == "yes"
    assert channel.findtext(f"{podcast}medium") == "podcast"
    assert item.findtext(f"{podcast}person") == "Petra Partner"
    chapters = item.find(f"{podcast}chapters")
    assert chapters is not None
    listed = Client().get(chapters.attrib["url"].removeprefix("https://talks.example.org"))
    assert json.loads(listed.content)["chapters"][1] == {"startTime": 6.5, "title": "What goes wrong?"}
    kinds = {one.attrib["type"]: one.attrib["url"] for one in item.findall(f"{podcast}transcript")}
    assert set(kinds) == {"text/vtt", "text/plain"}
    again = Client().get(f"/talks/{show.token}/feed.xml", headers={"if-none-match": answer["ETag"]})
    assert again.status_code == 304
    cover = Client().get(f"/talks/{show.token}/cover")
    with Image.open(io.BytesIO(cover.content)) as picture:
        assert picture.size == (1400, 1400)


def test_files_are_as_they_say(owner: Any) -> None:
    at = f"/talk-page/{out.token(out.published(owner))}"
    captions = Client().get(f"{at}/transcript.vtt").content.decode()
    assert captions.startswith("WEBVTT\n\n00:00:00.000 --> 00:00:06.000\n<v Petra Partner>I help families")
    part = Client().get(f"{at}/sound.mp3", headers={"range": "bytes=100-199"})
    assert part.status_code == 206
    assert body(part) == out.mp3()[100:200]
    with Image.open(io.BytesIO(Client().get(f"{at}/card.png").content)) as card:
        assert card.size == (1200, 1200)
    assert Client().get(f"{at}/picture").status_code == 404
    for file in FILES:
        assert Client().post(f"{at}{file}").status_code == 405
        assert not Client().head(f"{at}{file}").content


def test_words_bear_the_names_of_those_who_speak_and_no_id(owner: Any) -> None:
    talk = out.approved(owner)
    host = Voice.objects.create(practice=owner.practice, interview=talk, role="host", name="Ines Berg")
    for to in ("recording", "publication"):
        out.consent(host, to)
    words = Transcript.objects.get()
    gone = {"start": None, "end": None, "voice": "y7t4yd6cxbtbj", "text": "Who was this?"}
    asked = {"start": None, "end": None, "voice": host.public_id, "text": "And then?"}
    words.segments = [*words.segments, asked, gone]
    words.save()
    publishing.publish(by=owner, interview=out.written(owner, talk, shown_as="Petra P."))
    base = f"/talk-page/{out.token(talk)}"
    for path in ("", "/transcript.vtt", "/transcript.txt"):
        said = Client().get(base + path).content.decode()
        assert "Ines Berg" in said
        assert "Petra P." in said
        assert "Petra Partner" not in said, "the guest is called as the guest is shown"
        for voice in Voice.objects.all():
            assert voice.public_id not in said
        assert gone["voice"] not in said


def test_opening_changes_nothing(owner: Any) -> None:
    talk = out.published(owner)
    before = Interview.objects.values().get()
    for file in FILES:
        body(Client().get(f"/talk-page/{out.token(talk, 'guest')}{file}"))
    assert Interview.objects.values().get() == before


def test_once_taken_down_everything_answers_that_it_is_gone(owner: Any) -> None:
    talk = out.published(owner)
    tokens = {by: out.token(talk, by) for by in EpisodeLink.By.values}
    show = Show.objects.get().token
    VoiceConsent.objects.filter(to="publication").update(revoked_at=clock.now())
    withdrawing.watch()
    for token in tokens.values():
        for file in FILES:
            answer = Client().get(f"/talk-page/{token}{file}")
            assert answer.status_code == 410, file
            assert b"Petra" not in answer.content
            assert b"What nobody reads" not in answer.content
        assert Client().post(f"/talk-page/{token}/seen", {"view": "a" * 12, "what": "heard"}).status_code == 410
    feed = Client().get(f"/talks/{show}/feed.xml")
    assert feed.status_code == 200
    assert not feedparser.parse(feed.content).entries
    assert b"What nobody reads" not in Client().get(f"/talks/{show}").content


@pytest.mark.storage
@pytest.mark.parametrize("to", ["recording", "publication"])
@pytest.mark.parametrize("how", ["revoked", "expired", "another voice"])
def test_every_voice_is_asked_with_every_request_before_the_clock_looks(owner: Any, to: str, how: str) -> None:
    talk = out.published(owner)
    token, show = out.token(talk), Show.objects.get().token
    if how == "revoked":
        VoiceConsent.objects.filter(to=to).update(revoked_at=clock.now())
    elif how == "expired":
        VoiceConsent.objects.filter(to=to).update(expires_on=clock.today() - timedelta(days=1))
    else:
        second = Voice.objects.create(practice=owner.practice, interview=talk, role="host", name="Ines Berg")
        out.consent(second, "publication" if to == "recording" else "recording")
    assert {Client().get(f"/talk-page/{token}{file}").status_code for file in FILES} == {410}
    assert not feedparser.parse(Client().get(f"/talks/{show}/feed.xml").content).entries
    assert b"What nobody reads" not in Client().get(f"/talks/{show}").content


@pytest.mark.storage
@pytest.mark.parametrize("change", ["objected", "off file"])
def test_a_guest_who_objected_or_is_on_file_no_more_is_served_no_more(owner: Any, change: str) -> None:
    talk = out.published(owner)
    if change == "objected":
        Contact.objects.filter(pk=talk.guest_id).update(objected_at=clock.now())
    else:
        Interview.objects.update(guest=None)
    assert {Client().get(f"/talk-page/{out.token(talk)}{file}").status_code for file in FILES} == {410}


@pytest.mark.storage
@pytest.mark.parametrize("profession", ["doctor", "other"])
def test_the_signed_form_is_asked_with_every_request_wherever_one_was_filed(profession: str) -> None:
    by = make.member(make.practice(profession=profession))
    talk = out.published(by, kind="client", is_authorised=True)
    token, show = out.token(talk), Show.objects.get().token
    assert Client().get(f"/talk-page/{token}").status_code == 200
    ends = VoiceConsent.objects.filter(to="authorisation")
    ends.update(expires_on=clock.today() - timedelta(days=1))
    assert {Client().get(f"/talk-page/{token}{file}").status_code for file in FILES} == {410}
    assert b"What nobody reads" not in Client().get(f"/talks/{show}").content
    assert withdrawing.watch() == 1, "the clock judges as the page does"
    assert Episode.objects.get().ended_at


def copies(owner: Any, many: int) -> Show:
    """As many interviews that are out, of one that really was published."""
    talk = out.published(owner)
    version, consents = talk.episode.versions.get(), list(VoiceConsent.objects.all())
    for number in range(2, many + 1):
        own = {"practice": owner.practice}
        guest = make.contact(owner, f"Guest {number}", email=f"guest{number}@example.org")
        other = Interview.objects.create(guest=guest, kind=talk.kind, stage=talk.stage, **own)
        voice = Voice.objects.create(interview=other, role="guest", name="Petra Partner", **own)
        for one in consents:
            out.consent(voice, one.to)
        words = {"number": number, "title": f"Talk {number}", "summary": "x", "published_at": clock.now()}
        episode = Episode.objects.create(interview=other, **words, **own)
        for by in EpisodeLink.By.values:
            EpisodeLink.objects.create(episode=episode, by=by, **own)
        content = version.content | {"title": f"Talk {number}", "number": number}
        EpisodeVersion.objects.create(
            episode=episode, number=1, content=content, digest=str(number), audio=version.audio, **own
        )
    return Show.objects.get()


@pytest.mark.storage
def test_a_long_show_and_its_feed_are_read_page_by_page(
    owner: Any, monkeypatch: pytest.MonkeyPatch, django_assert_max_num_queries: Any
) -> None:
    monkeypatch.setattr(talks, "A_PAGE", 3)
    monkeypatch.setattr(talks, "IN_FEED", 3)
    show = copies(owner, 7)
    at = f"/talks/{show.token}"
    with django_assert_max_num_queries(6):
        first = Client().get(at)
    assert not first.cookies
    assert 'href="?page=2"' in first.content.decode()
    seen, address = [], f"{at}/feed.xml"
    for _page in range(3):
        with django_assert_max_num_queries(6):
            answer = Client().get(address)
        ET.fromstring(answer.content)
        parsed = feedparser.parse(answer.content)
        assert not parsed.bozo
        assert len(parsed.entries) <= 3
        seen += [one.title for one in parsed.entries]
        links = {one.rel: one.href for one in parsed.feed.links}
        assert links["self"] == f"https://talks.example.org{address}"
        assert links["last"].endswith("/feed.xml?page=3")
        address = links.get("next", "").removeprefix("https://talks.example.org")
    assert address == "", "the last page names no next"
    assert seen == [*(f"Talk {number}" for number in range(7, 1, -1)), "What nobody reads"]
    listed = "".join(Client().get(f"{at}?page={number}").content.decode() for number in (1, 2, 3))
    assert all(f">{title}<" in listed for title in seen)
    for odd in ("0", "-1", "x", "9" * 400):
        assert Client().get(f"{at}/feed.xml?page={odd}").status_code == 200


def test_unknown_addresses_get_one_answer_and_only_so_often(owner: Any) -> None:
    out.published(owner)
    answers = {Client().get(f"/talk-page/{token}").content for token in ("2345678923", "short", "a" * 300, "ABC%00")}
    answers.add(Client().get("/talks/2345678923").content)
    assert len(answers) == 1
    found = [Client().get("/talk-page/2345678923").status_code for _ in range(80)]
    assert found[0] == 404
    assert found[-1] == 429


def visit(token: str, *signs: str, agent: str = PHONE, file: str = "", address: str = "203.0.113.9") -> None:
    """One visit by this link, with the signs its page gives."""
    client = Client(HTTP_USER_AGENT=agent, REMOTE_ADDR=address)
    got = body(client.get(f"/talk-page/{token}{file}"))
    view = got.decode().split('data-view="')[1][:12] if not file else ""
    for what in signs:
        sent = f"view={view}&what={what}"
        kind = "application/x-www-form-urlencoded"
        assert client.post(f"/talk-page/{token}/seen", sent, content_type=kind).status_code == 204


def drain(*, at_once: bool = False) -> None:
    journaling.writer().close()
    hits.drain(journaling.writer().folder)
    # Signs come seconds after the page, as people give them.
    for hit in EpisodeHit.objects.filter(kind="engaged"):
        later = timedelta(0) if at_once else timedelta(seconds=9)
        EpisodeHit.objects.filter(pk=hit.pk).update(at=hit.at + later)
    judging.judge_new()


@pytest.mark.storage
def test_people_are_counted_by_the_way_they_came_and_machines_are_not(owner: Any) -> None:
    talk = out.published(owner)
    visit(out.token(talk, "guest"), "scroll", "heard")
    visit(out.token(talk, "own"), "part&part=1", address="198.51.100.7")
    visit(out.token(talk, "guest"), agent="Slackbot-LinkExpanding 1.0")
    visit(out.token(talk, "guest"), agent="curl/8.0", address="192.0.2.4")
    visit(out.token(talk, "feed"), file="/sound.mp3", agent="AntennaPod/3.4", address="192.0.2.8")
    drain()
    found = reach.reached(talk)
    assert (found.readers, found.listeners, found.came) == (2, 1, 1)
    assert found.machines >= 2
    said = make.browser(owner).get(f"/interviews/{talk.public_id}/numbers.json").json()
    assert (said["readers"], said["listeners"], said["came"]) == (2, 1, 1)
    assert said["return"] == {"on": None, "reached": None, "came": None}


def test_a_machine_that_gives_signs_at_once_is_no_listener(owner: Any) -> None:
    talk = out.published(owner)
    visit(out.token(talk), "heard")
    drain(at_once=True)
    assert reach.reached(talk) == reach.Reach(machines=1)


def test_numbers_of_many_cost_one_query(owner: Any, django_assert_num_queries: Any) -> None:
    keys = [out.published(owner, name=f"P{number} Guest").pk for number in range(3)]
    with django_assert_num_queries(1):
        reach.reached_by(owner.practice, keys)


@pytest.mark.storage
def test_hostile_words_are_inert_everywhere(owner: Any) -> None:
    shown = HOSTILE.replace("\x00", "")  # no database keeps that letter; what reads words leaves it out
    segments = [{"start": None, "end": None, "text": f"{shown} 00:00 --> 00:01\n\nNOTE x"}]
    talk = out.approved(owner, segments=segments)
    links = [{"title": HOSTILE[:60], "url": "https://example.org/x"}]
    words = {"title": HOSTILE[:100], "summary": HOSTILE, "bio": f"{HOSTILE} [x](javascript:alert(1)) ![p](https://t/x)"}
    publishing.save_episode(by=owner, interview=talk, words=words | {"shown_as": HOSTILE[:90]}, links=links)
    publishing.publish(by=owner, interview=talk)
    token, show = out.token(talk), Show.objects.get().token
    for path in (f"/talk-page/{token}", f"/talks/{show}"):
        page = Client().get(path).content.decode()
        main = page.split("<main")[1].split("</main>")[0]
        for bad in ("<script", "<svg onload", "onerror=alert(1)>", 'href="javascript', "<img src=x", "https://t/x"):
            assert bad not in main.replace("&lt;", "‹").replace("&gt;", "›"), (path, bad)
    feed = Client().get(f"/talks/{show}/feed.xml").content
    assert not feedparser.parse(feed).bozo
    ET.fromstring(feed)
    captions = Client().get(f"/talk-page/{token}/transcript.vtt").content.decode()
    assert captions.count("-->") == 1
    assert "<script" not in captions
    plain = Client().get(f"/talk-page/{token}/transcript.txt")
    assert plain["Content-Type"] == "text/plain; charset=utf-8"
    assert plain["X-Content-Type-Options"] == "nosniff"


def test_ten_megabytes_of_words_are_published_and_read_in_bounded_time(owner: Any) -> None:
    segments = [{"start": None, "end": None, "text": "word " * 200} for _ in range(500)]
    talk = out.written(owner, out.approved(owner, segments=segments), quote="")
    began = clock.now()
    publishing.publish(by=owner, interview=talk)
    assert Client().get(f"/talk-page/{out.token(talk)}/transcript.vtt").status_code == 200
    assert clock.now() - began < timedelta(seconds=10)


@pytest.mark.storage
def test_the_show_lists_last_first_without_what_is_not_out(owner: Any) -> None:
    out.published(owner)
    second = out.written(owner, out.approved(owner, name="Second Guest"), title="The second")
    publishing.publish(by=owner, interview=second)
    out.written(owner, out.approved(owner, name="Third Guest"), title="Not out")
    page = Client().get(f"/talks/{Show.objects.get().token}").content.decode()
    assert page.index("The second") < page.index("What nobody reads")
    assert "Not out" not in page
