"""What the guest approved goes out as it was approved, with what must be told; and nothing else goes out."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import pytest
from PIL import Image
from tests import make
from tests.rooms.interviews import out

from passalong.audience.models import IssueItem
from passalong.compliance.services import approvals
from passalong.core import bigfiles, blobs, clock
from passalong.core.errors import Refused
from passalong.core.models import Event, RecordText
from passalong.interviews.contents import Content
from passalong.interviews.models import Episode, EpisodeLink, EpisodeVersion, Review, Stage, Voice
from passalong.interviews.selectors import episodes as selectors
from passalong.interviews.services import publishing

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner() -> Any:
    return make.member(make.practice(profession="other"))


@pytest.mark.storage
def test_an_approved_interview_goes_out_frozen_with_its_files_links_and_record(owner: Any) -> None:
    talk = out.published(owner)
    assert talk.stage == Stage.PUBLISHED
    version = EpisodeVersion.objects.get()
    content = Content.from_json(version.content)
    assert content.quote == out.QUOTE
    assert content.chapters == [
        {"start": 0.0, "title": "Who do you help?"},
        {"start": 6.5, "title": "What goes wrong?"},
    ]
    assert version.audio
    assert bigfiles.path_of(version.audio).read_bytes() == out.mp3()
    assert version.snippet
    assert 0 < version.snippet.size < version.audio.size + 50_000
    assert version.keep_until
    assert version.keep_until > clock.today()
    with Image.open(io.BytesIO(blobs.read(version.card))) as card:
        assert card.size == (1200, 1200)
    assert set(EpisodeLink.objects.values_list("by", flat=True)) == {"guest", "news", "feed", "own"}
    event = Event.objects.get(kind="interviews:episode_published")
    texts = dict(RecordText.objects.filter(payload__event=event).values_list("name", "blob__content"))
    assert set(texts) == {"page", "picture", "words"}
    assert "Most wait until a letter comes" in bytes(texts["words"]).decode()
    item = IssueItem.objects.get()
    assert (item.about, item.title) == (Episode.objects.get().public_id, "What nobody reads")


def test_publishing_twice_changes_nothing_and_other_words_make_a_new_version(owner: Any) -> None:
    talk = out.published(owner)
    publishing.publish(by=owner, interview=talk)
    assert EpisodeVersion.objects.count() == 1
    former = dict(EpisodeLink.objects.values_list("by", "token"))
    out.written(owner, talk, title="Other words")
    assert Content.from_json(selectors.live_version(Episode.objects.get()).content).title == "What nobody reads"
    publishing.publish(by=owner, interview=talk)
    first, second = EpisodeVersion.objects.order_by("number")
    assert first.withdrawn_at
    assert first.content["title"] == "What nobody reads"
    assert not second.withdrawn_at
    assert second.content["title"] == "Other words"
    assert dict(EpisodeLink.objects.values_list("by", "token")) == former, "addresses stay"


def _lose_review(talk: Any) -> None:
    Review.objects.update(is_approved=False)


def _second_voice(talk: Any) -> None:
    Voice.objects.create(practice=talk.practice, interview=talk, role="other", name="Hans Husband")


def _release_gone(talk: Any) -> None:
    out.VoiceConsent.objects.filter(to="publication").update(revoked_at=clock.now())


def _release_expired(talk: Any) -> None:
    out.VoiceConsent.objects.filter(to="publication").update(expires_on=clock.today() - timedelta(days=1))


def _objects(talk: Any) -> None:
    talk.guest.objected_at = clock.now()
    talk.guest.save()


def _no_sound(talk: Any) -> None:
    out.Render.objects.update(file=None)


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (_lose_review, "has not approved"),
        (_second_voice, "Hans Husband has not consented"),
        (_release_gone, "has not released"),
        (_release_expired, "has not released"),
        (_objects, "wants nothing"),
        (_no_sound, "finished sound is not there"),
    ],
)
def test_what_is_not_allowed_does_not_go_out(owner: Any, spoil: Any, said: str) -> None:
    talk = out.written(owner, out.approved(owner))
    spoil(talk)
    with pytest.raises(Refused, match=said):
        publishing.publish(by=owner, interview=talk)
    assert not EpisodeVersion.objects.exists()
    talk.refresh_from_db()
    assert talk.stage == Stage.APPROVED


def test_a_sentence_the_guest_did_not_say_is_no_quote(owner: Any) -> None:
    talk = out.written(owner, out.approved(owner), quote="They are the best practice in town.")
    with pytest.raises(Refused, match="word for word"):
        publishing.publish(by=owner, interview=talk)


def test_a_clients_interview_tells_what_the_profession_asks_for() -> None:
    adviser = make.member(make.practice("Anders & Co", profession="adviser"))
    talk = out.written(adviser, out.approved(adviser, kind="client"))
    check = selectors.checklist(talk)
    assert any("conflict" in one for one in check.in_the_way)
    assert any("can be checked" in one for one in check.in_the_way)
    out.written(adviser, talk, conflict="none", source="File 12")
    publishing.publish(by=adviser, interview=talk)
    told = EpisodeVersion.objects.get().content["disclosures"]
    assert "The speaker is a client of Anders & Co." in told
    assert "Nothing was given for these words." in told
    assert "Conflict of interest: none." in told
    assert "The speaker is a client of Anders & Co." in IssueItem.objects.get().words


def test_a_client_is_never_shown_as_somebody_else(owner: Any) -> None:
    talk = out.written(owner, out.approved(owner, kind="client"), relation="other")
    assert selectors.checklist(talk).episode.interview.kind == "client"
    from passalong.interviews import telling

    assert telling.relation_of(Episode.objects.get()) == "client"


def test_a_partner_is_shown_as_one(owner: Any) -> None:
    talk = out.published(owner)
    assert talk.kind == "partner"
    told = EpisodeVersion.objects.get().content["disclosures"]
    assert told == [f"The speaker is a referral partner of {owner.practice.name}, not a client."]


def test_a_patients_interview_needs_every_element_of_the_authorisation() -> None:
    doctor = make.member(make.practice(profession="doctor"))
    talk = out.written(doctor, out.approved(doctor, kind="client"))
    with pytest.raises(Refused):
        publishing.publish(by=doctor, interview=talk)
    from passalong.compliance.rulebook import verdict

    elements = dict.fromkeys(verdict(doctor.practice, "testimonial").elements, "filled in")
    assert len(elements) == 9
    voice = Voice.objects.get()
    given = out.consent(voice, "authorisation", elements=elements | {"signature": ""})
    with pytest.raises(Refused, match=r"(?i)sign"):
        publishing.publish(by=doctor, interview=talk)
    given.elements = elements
    given.save()
    publishing.publish(by=doctor, interview=talk)
    assert EpisodeVersion.objects.exists()


def test_where_the_rules_ask_a_second_person_looks_at_exactly_this() -> None:
    broker = make.member(make.practice(profession="broker_dealer"))
    second = make.member(broker.practice, role="approver")
    talk = out.written(broker, out.approved(broker))
    with pytest.raises(Refused, match="second person"):
        publishing.publish(by=broker, interview=talk)
    asked = publishing.ask_approval(by=broker, interview=talk, why="The talk is about papers and nothing else.")
    shown = make.browser(second).get(f"/settings/approvals/{asked.public_id}/").content.decode()
    assert "An interview or an issue of the news that more than 25" in shown
    assert "A kit that" not in shown
    approvals.decide(by=second, approval=asked, approve=True, why="Heard it and read it from end to end.")
    out.written(broker, talk, title="Another title")
    with pytest.raises(Refused, match="second person"):
        publishing.publish(by=broker, interview=talk)
    out.written(broker, talk)
    version = publishing.publish(by=broker, interview=talk)
    assert version.approval == asked.public_id


def test_what_was_changed_meanwhile_is_not_approved() -> None:
    broker = make.member(make.practice(profession="broker_dealer"))
    second = make.member(broker.practice, role="approver")
    talk = out.written(broker, out.approved(broker))
    asked = publishing.ask_approval(by=broker, interview=talk, why="The talk is about papers and nothing else.")
    out.written(broker, talk, title="Another title")
    with pytest.raises(Refused, match="asked anew"):
        approvals.decide(by=second, approval=asked, approve=True, why="Heard it and read it from end to end.")


def test_links_of_the_guest_lead_by_https_alone(owner: Any) -> None:
    talk = out.approved(owner)
    for url in ("javascript:alert(1)", "http://plain.example.org", "https://user:pass@example.org", "data:text/html,x"):
        with pytest.raises(Refused):
            publishing.save_episode(by=owner, interview=talk, words={}, links=[{"title": "x", "url": url}])


def test_pictures_are_drawn_anew_and_what_is_none_is_refused(owner: Any) -> None:
    talk = out.approved(owner)
    with pytest.raises(Refused, match="not a picture"):
        publishing.save_episode(by=owner, interview=talk, words={}, picture=b"<svg onload=alert(1)>")
    drawn = io.BytesIO()
    Image.new("RGB", (500, 400), "teal").save(drawn, "JPEG", exif=b"Exif\0\0secret place")
    publishing.save_episode(by=owner, interview=talk, words={"summary": "x"}, picture=drawn.getvalue())
    kept = Episode.objects.get().picture
    assert kept
    assert b"secret place" not in blobs.read(kept)
    show = publishing.save_show(by=owner, words={"title": "Our show"}, picture=drawn.getvalue())
    assert show.picture
    with Image.open(io.BytesIO(blobs.read(show.picture))) as cover:
        assert cover.size == (1400, 1400)


def test_another_practice_publishes_nothing_of_ours(owner: Any) -> None:
    talk, stranger = out.written(owner, out.approved(owner)), make.member()
    for verb in (publishing.publish, publishing.ask_approval):
        more = {"why": "a reason that is long enough"} if verb is publishing.ask_approval else {}
        with pytest.raises(Refused):
            verb(by=stranger, interview=talk, **more)
