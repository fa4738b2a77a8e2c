"""How interviews go otherwise: a voice that has not agreed, a guest who takes it back, a patient, a client who shares.

One server, with real mail; everything is seen on pages in Chromium, by its addresses and in mailboxes.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass

import feedparser
import pytest
from playwright.sync_api import Browser, Page, expect
from tests.features.ending import post_anyway
from tests.features.interviewing import Answer, Stories, Story, ask, holding, phone, press, said, stands, told, until
from tests.features.letters import arrived, enter, link_in
from tests.features.made_interviews import READER, SAID, SUMMARY
from tests.screens import follow

pytestmark = pytest.mark.story

HANS = "Hans Keller"
FILES = ("", "/sound.mp3", "/sample.mp3", "/card.png", "/chapters.json", "/transcript.vtt", "/transcript.txt")
CYCLE = 75  # seconds: the clock looks each minute, and a worker begins at once


@pytest.fixture(scope="module")
def stories(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stories]:
    with told(tmp_path_factory.mktemp("ends"), "ends") as begun:
        yield begun


@dataclass
class Out:
    """Where a published interview is found: pages by who passes them on, and the show."""

    ways: list[str]
    show: str

    @property
    def all(self) -> list[str]:
        return [way + file for way in self.ways for file in FILES]


def keep_words(page: Page, story: Story) -> None:
    page.goto(story.at(f"{story.one}publish/"))
    page.get_by_label("Summary").fill(SUMMARY)
    page.get_by_label("A sentence for the card").fill(SAID)
    press(page, "Keep")


def publish(page: Page, story: Story) -> Out:
    page.goto(story.at(f"{story.one}publish/"))
    press(page, "Publish")
    urls = page.eval_on_selector_all("main a", "all => all.map(one => one.href)")
    ways = [url for url in urls if "/talk-page/" in url]
    assert len(ways) == len(set(ways)) == 4
    return Out(ways, next(url for url in urls if re.search(r"/talks/\w+$", url)))


def refused(page: Page, story: Story, why: str) -> None:
    """The desk reads why, has no button, and a post without the button does nothing."""
    address = story.at(f"{story.one}publish/")
    page.goto(address)
    expect(page.locator("main")).to_contain_text(why)
    expect(page.get_by_role("button", name="Publish", exact=True)).to_have_count(0)
    post_anyway(page, address)
    page.goto(address)
    assert "/talk-page/" not in page.content()
    expect(page.locator("main")).to_contain_text(why)


def another_voice(page: Page, story: Story) -> str:
    """Somebody else turns out to be heard. Returns the address of their own page."""
    page.goto(story.at(f"{story.one}recording"))
    page.get_by_label("Name", exact=True).fill(HANS)
    press(page, "Add")
    card = page.locator("article", has=page.get_by_role("heading", name=HANS))
    follow(page, card.get_by_role("button", name="Make a link to their page"))
    return page.locator("#made-link").input_value()


def test_nothing_is_heard_or_written_down_before_every_voice_agreed(
    stories: Stories, page: Page, browser: Browser
) -> None:
    story = stories.of("heard")
    enter(page, stories.running, story.owner)
    page.goto(story.at(f"{story.one}words"))
    expect(page.get_by_label("Paste the words")).to_be_visible()
    hans = phone(browser, another_voice(page, story))
    for place in ("recording", "cut", "words"):
        stands(page, story.at(f"{story.one}{place}"), f"{HANS} has not consented to being recorded.")
        assert page.locator("audio, #saved").count() == 0
    expect(page.get_by_label("Paste the words")).to_have_count(0)
    press(hans, "I agree to being recorded")
    page.goto(story.at(f"{story.one}words"))
    page.get_by_label("Paste the words").fill(f"{story.guest}: {SAID}\n\n{HANS}: So do I.")
    press(page, "Take these words")
    expect(page.locator("ol.said li")).to_have_count(2)
    stands(page, story.at(f"{story.one}recording"), "has not released it for publication.")


def test_a_second_voice_keeps_it_from_being_published_until_it_agreed_to_both(
    stories: Stories, page: Page, browser: Browser
) -> None:
    story = stories.of("second")
    enter(page, stories.running, story.owner)
    keep_words(page, story)
    hans = phone(browser, another_voice(page, story))
    refused(page, story, f"{HANS} has not consented to being recorded.")
    press(hans, "I agree to being recorded")
    refused(page, story, f"{HANS} has not released it for publication.")
    press(hans, "I agree to its publication")
    found = publish(page, story)
    reads_names(browser, story, found)
    follow(hans, hans.locator("#consent-recording").get_by_role("button", name="Take it back"))
    gone(found, [])


def reads_names(browser: Browser, story: Story, found: Out) -> None:
    """Who speaks is called by name, on the page and in the files of words; no id of ours stands there."""
    seen = phone(browser, found.ways[0])
    expect(seen.locator(".talk-voice").first).to_contain_text(story.guest)
    whole = [seen.content(), *(ask(f"{found.ways[0]}/transcript.{form}").body.decode() for form in ("vtt", "txt"))]
    for text in whole:
        assert story.guest in text
        assert story.voice not in text
        assert SAID in text


def gone(found: Out, held: list[tuple[str, Answer]]) -> None:
    """Every address says so, also to whoever has an old copy or asks for a part; the feed names it no more."""
    for address in found.all:
        assert ask(address).status == 410, address
        assert ask(address, Range="bytes=100-199").status == 410, address
    for address, answer in held:
        again = ask(address, If_None_Match=answer.mark)
        assert again.status == 410, address
        assert answer.body not in again.body
    assert feedparser.parse(ask(f"{found.show}/feed.xml").body).entries == []


def test_a_guest_takes_it_back_and_every_trace_of_it_is_gone(stories: Stories, page: Page, browser: Browser) -> None:
    story = stories.of("revoked")
    enter(page, stories.running, story.owner)
    keep_words(page, story)
    found = publish(page, story)
    item, draft = tell_readers(page, browser, stories, story)
    held = [(address, ask(address)) for address in found.all]
    assert {answer.status for _address, answer in held} == {200}
    marked = [(address, answer) for address, answer in held if answer.mark]
    assert len(marked) >= 4 * len(found.ways)
    assert {ask(address, If_None_Match=answer.mark).status for address, answer in marked} == {304}
    feed = ask(f"{found.show}/feed.xml")
    assert len(feedparser.parse(feed.body).entries) == 1
    bodies = [answer.body for address, answer in held if address.endswith(".mp3")]
    pieces = {body[len(body) // 2 :][:400] for body in bodies}
    assert len(pieces) == 2, "the sound and its sample"
    assert all(holding(stories.running.folder, piece) for piece in pieces)

    guest = phone(browser, story.at(story.talk))
    began = time.monotonic()
    follow(guest, guest.locator("#consent-publication").get_by_role("button", name="Take it back"))
    until(lambda: ask(found.ways[0]).status == 410, "it is still found", CYCLE)
    gone(found, marked)
    again = ask(f"{found.show}/feed.xml", If_None_Match=feed.mark)
    assert (again.status, feedparser.parse(again.body).entries) == (200, [])
    assert ask(item).status == 410
    page.goto(draft)
    expect(page.locator("main")).not_to_contain_text("Once more")
    until(lambda: not any(holding(stories.running.folder, one) for one in pieces), "the sound is still on disk", CYCLE)
    assert time.monotonic() - began < CYCLE
    assert ask(f"{story.at(story.talk)}/share").status == 404
    assert SUMMARY not in ask(found.show).body.decode()
    stands(page, story.at(story.one), "Closed", "Taken down")


def tell_readers(page: Page, browser: Browser, stories: Stories, story: Story) -> tuple[str, str]:
    """One issue goes out with it, another that is written on holds it. Returns the link that was mailed, and the
    address of the draft."""
    page.goto(story.at("/audience/"))
    follow(page, page.get_by_role("link", name="News of Harbour"))
    page.get_by_label("Opening").fill("Somebody worth hearing.")
    press(page, "Keep these words")
    press(page, "Send it now")
    item = link_in(arrived(stories.sink, READER), "news/item")
    seen = phone(browser, item)
    expect(seen.get_by_role("link", name="Listen to it")).to_be_visible()
    stories.script("add to draft", story.one)
    page.goto(story.at("/audience/"))
    drafts = page.get_by_role("row", name="Draft") if page.locator("main table").count() else page.locator("main li")
    follow(page, drafts.get_by_role("link").first)
    expect(page.locator("main")).to_contain_text("Once more")
    return item, page.url


def test_a_patients_interview_needs_the_signed_form_and_goes_when_the_form_ends(stories: Stories, page: Page) -> None:
    story = stories.of("patient")
    enter(page, stories.running, story.owner)
    keep_words(page, story)
    refused(page, story, "The form your profession asks a client to sign is not on file.")
    sign(page, story, lacks="signature")
    refused(page, story, "The form the guest signed lacks:")
    sign(page, story)
    found = publish(page, story)
    assert ask(found.ways[0]).status == 200
    assert stories.script("run out", story.one) == {"ended": 1}
    until(lambda: ask(found.ways[0]).status == 410, "nobody took it away", CYCLE)
    gone(found, [])
    stands(page, story.at(story.one), "Taken down")


def sign(page: Page, story: Story, *, lacks: str = "") -> None:
    """File the form, point by point, as the desk holds it in its hands."""
    page.goto(story.at(f"{story.one}recording"))
    follow(page, page.get_by_role("link", name="The form", exact=True))
    page.get_by_label("Signed on").fill(time.strftime("%Y-%m-%d"))
    page.get_by_label("Where it is filed").fill("signed form, file 114")
    for point in page.locator("input[name^=element_]").all():
        is_lacking = point.get_attribute("name") == f"element_{lacks}"
        point.fill("" if is_lacking else "as the form says")
    press(page, "Keep")


def test_a_client_who_shares_it_is_asked_once_to_share_the_kit(stories: Stories, page: Page, browser: Browser) -> None:
    story = stories.of("evangelist")
    enter(page, stories.running, story.owner)
    keep_words(page, story)
    sign(page, story)
    found = publish(page, story)
    share = f"{story.at(story.talk)}/share"
    first, second = phone(browser, share), phone(browser, share)
    assert any(way in first.get_by_label("Your message").input_value() for way in found.ways)
    expect(first.locator("main")).not_to_contain_text("Papers in order")
    press(first, "I shared it")
    expect(first.locator("main")).to_contain_text("asked this once")
    expect(first.locator("main")).to_contain_text("Papers in order")
    kit = first.get_by_role("link", name="/k/").get_attribute("href")
    assert ask(str(kit)).status == 200
    press(second, "I shared it")  # a page that was open since before
    for tab in (first, second):
        tab.goto(share)
        assert "You told us that you shared it" in said(tab)
        assert "Papers in order" not in tab.content()
        assert "/k/" not in tab.content()
    answer = first.request.post(share, form={"act": "shared"}, headers={"Origin": stories.running.address})
    assert answer.ok
    assert "Papers in order" not in answer.text()
    stands(page, story.at(story.one), "Shared by the guest")
