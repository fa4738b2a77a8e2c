"""The second engine, told once through: a partner is invited, records on a phone, is published, heard and read; then
the tables are turned."""

from __future__ import annotations

import io
import re
import time
import urllib.request
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import feedparser
import pytest
from playwright.sync_api import Browser, Page, expect
from pypdf import PdfReader
from tests import sounds
from tests.features.conftest import CHROMIUM, FLAGS, PATIENCE, Running
from tests.features.letters import arrived, enter, link_in, scan, text_of, without
from tests.mailhost import Sink
from tests.screens import beyond, follow

from passalong.core import clock

pytestmark = pytest.mark.story

GUEST, OF_GUEST, OF_READER = "Otto Brandt", "otto.brandt@ledger.example", "reader@mail.example"
MICROPHONE = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]
SAID = "I keep the books of bakers and builders, and I find what they overlook."
CORRECTED = "My father had a bakery, and no idea of taxes at all."
ANSWERS = 5


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[Browser]:
    """Chromium whose microphone hears somebody speak."""
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine (apt install chromium)")
    from playwright.sync_api import sync_playwright

    voice = tmp_path / "voice.wav"
    voice.write_bytes(sounds.wav(sounds.speech(30)))
    hears = f"--use-file-for-fake-audio-capture={voice}"
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=[*FLAGS, *MICROPHONE, hears])
        yield opened
        opened.close()


def test_an_interview_from_the_invitation_to_its_return(mail_running, page: Page, browser: Browser, tmp_path) -> None:
    running, sink = mail_running
    assert "leads to this server" in running.command("doctor").stdout
    enter(page, running)
    partner = choose(page, running)
    one, talk = invite(page, sink, partner)

    phone = browser.new_context(viewport={"width": 390, "height": 844}, permissions=["microphone"]).new_page()
    phone.set_default_timeout(PATIENCE)
    agree(phone, talk)
    record_answers(phone, talk)
    stands(page, one, "Recorded")

    make_the_sound(page, one)
    bring_the_words(page, one)
    approve(page, phone, one, sink)
    stands(page, one, "Approved by the guest")

    guests_way, show = publish(page, one)
    is_public(phone, guests_way, show, tmp_path)
    reads_the_news(page, phone, running, sink)
    shares(page, phone, one, sink, guests_way)
    stands(page, one, "Shared by the guest")

    turn_the_tables(page, one, sink)
    stands(page, one, "Returned")
    has_a_brief(page, phone, partner)
    takes_it_back(page, phone, one, talk, guests_way, show)
    assert running.command("record", "verify").returncode == 0


def press(page: Page, name: str) -> None:
    follow(page, page.get_by_role("button", name=name, exact=True))


def stands(page: Page, one: str, *words: str) -> None:
    page.goto(one)
    for word in words:
        expect(page.locator("main")).to_contain_text(word)


def choose(page: Page, running: Running) -> str:
    """A person of another trade, put on file and chosen as a partner; the partner's page."""
    page.goto(f"{running.address}/people/new/")
    page.get_by_label("Name", exact=True).fill(GUEST)
    page.get_by_label("Mail addresses").fill(OF_GUEST)
    press(page, "Put on file")
    page.goto(f"{running.address}/interviews/partners/new/")
    page.get_by_label("Who?").fill(GUEST)
    page.get_by_label("Trade").fill("tax")
    page.get_by_label("Whom they serve").fill("Owners of small firms")
    press(page, "Choose")
    expect(page.get_by_role("heading", name=GUEST)).to_be_visible()
    return page.url


def invite(page: Page, sink: Sink, partner: str) -> tuple[str, str]:
    """The interview's page, and the guest's link as the mail brought it."""
    page.goto(partner)
    press(page, "Plan an interview")
    if "/partners/" in page.url:
        follow(page, page.get_by_role("link", name="Interview", exact=True).last)
    one = page.url
    follow(page, page.get_by_role("link", name="Write the invitation"))
    page.get_by_label("What is in it for the guest").fill("Nine hundred owners meet you in your own words.")
    press(page, "See the mail")
    shown = page.locator("article").inner_text()
    press(page, "Send it")
    letter = arrived(sink, OF_GUEST)
    assert "Nine hundred owners" in text_of(letter)
    questions = re.search(r"There are \d+ questions", text_of(letter))
    assert questions
    assert questions[0] in shown, "what was shown is what goes"
    talk = link_in(letter, "talk")
    scan(talk)
    stands(page, one, "Invited")
    return one, talk


def agree(phone: Page, talk: str) -> None:
    """Nothing is chosen beforehand, and nothing is recorded before both yes and consent."""
    phone.goto(talk)
    assert beyond(phone) == 0
    assert phone.context.cookies() == []
    press(phone, "Yes, I would like to")
    expect(phone.get_by_role("link", name="Begin", exact=True)).to_have_count(0)
    press(phone, "I agree to being recorded")
    press(phone, "I agree to its publication")
    assert beyond(phone) == 0


def record_answers(phone: Page, talk: str) -> None:
    """Five answers, the last of them twice."""
    follow(phone, phone.get_by_role("link", name="Begin", exact=True))
    for number in range(ANSWERS):
        if number:
            follow(phone, phone.get_by_role("link", name="Next question"))
        record(phone, "Record")
    record(phone, "Record again")
    phone.reload()
    expect(phone.get_by_text("This one counts")).to_have_count(1)
    assert beyond(phone) == 0
    phone.goto(talk)
    press(phone, "That is all I have to say")
    expect(phone.locator("main")).to_contain_text("Your answers have arrived")


def record(phone: Page, name: str) -> None:
    phone.get_by_role("button", name=name, exact=True).click()
    phone.get_by_role("button", name="Stop").wait_for()
    phone.wait_for_timeout(2500)
    phone.get_by_role("button", name="Stop").click()
    expect(phone.get_by_text("has arrived and is safe")).to_be_visible()


def make_the_sound(page: Page, one: str) -> None:
    """Ordered, one piece left out, and made into one sound of the loudness podcasts have."""
    page.goto(f"{one}cut")
    until = time.monotonic() + PATIENCE / 1000
    while page.locator("li.piece").count() < ANSWERS and time.monotonic() < until:  # the worker looks at each first
        page.wait_for_timeout(500)
        page.reload()
    expect(page.locator("li.piece")).to_have_count(ANSWERS)
    page.get_by_role("checkbox", name="Keep").nth(3).uncheck()
    expect(page.get_by_text("Everything is saved")).to_be_visible()
    page.get_by_role("button", name="Piece 2 earlier").click()
    expect(page.get_by_text("Everything is saved")).to_be_visible()
    page.get_by_role("button", name="Make the sound").click()
    expect(page.locator("#sound audio")).to_be_visible(timeout=2 * PATIENCE)
    expect(page.locator("#sound")).to_contain_text("LUFS")
    expect(page.locator("#sound ol.chapters li")).to_have_count(ANSWERS - 1)


def bring_the_words(page: Page, one: str) -> None:
    page.goto(f"{one}words")
    page.get_by_label("Paste the words").fill(f"{GUEST}: {SAID}\n\n{GUEST}: My father had a bakery.")
    press(page, "Take these words")
    expect(page.locator("ol.said li")).to_have_count(2)


def approve(page: Page, phone: Page, one: str, sink: Sink) -> None:
    """Heard, corrected and approved by the guest before anybody else."""
    page.goto(f"{one}review")
    press(page, "Send it to the guest")
    letter = arrived(sink, OF_GUEST, 2)
    phone.goto(link_in(letter, "talk"))
    assert beyond(phone) == 0
    phone.locator("textarea[name=text]").nth(1).fill(CORRECTED)
    press(phone, "Yes, I approve it")
    expect(phone.locator("main")).to_contain_text(CORRECTED)


def publish(page: Page, one: str) -> tuple[str, str]:
    """The guest's own way to the page, and the show's address."""
    page.goto(f"{one}publish/")
    page.get_by_label("Summary").fill("What small firms overlook, and what to do about it this week.")
    page.get_by_label("About the guest").fill("Keeps the books of **bakers**. <script>alert(1)</script>")
    page.get_by_label("A sentence for the card").fill("I find what they overlook.")
    press(page, "Keep")
    press(page, "Publish")
    urls = page.eval_on_selector_all("main a", "all => all.map(one => one.href)")
    ways = [url for url in urls if "/talk-page/" in url]
    show = next(url for url in urls if re.search(r"/talks/\w+$", url))
    assert not any(name.lower() in url.lower() for url in [*ways, show] for name in GUEST.split())
    return ways[0], show


def is_public(phone: Page, way: str, show: str, tmp_path: Path) -> None:
    """Page, feed, sound and words, as strangers and their podcast apps find them."""
    phone.goto(way)
    assert beyond(phone) == 0
    expect(phone.locator("main")).to_contain_text(CORRECTED)
    expect(phone.locator("main")).to_contain_text(GUEST)
    assert all(GUEST in one for one in phone.locator(".talk-voice").all_inner_texts())
    assert phone.locator("main script").count() == 0
    feed = feedparser.parse(fetched(f"{show}/feed.xml"))
    assert not feed.bozo
    [entry] = feed.entries
    [enclosure] = entry.enclosures
    sound = fetched(enclosure.href)
    assert len(sound) == int(enclosure.length)
    assert enclosure.type == "audio/mpeg"
    heard = tmp_path / "episode.mp3"
    heard.write_bytes(sound)
    loudness, _peak = sounds.loudness(heard)
    assert abs(loudness + 16) < 1  # LUFS
    assert OF_GUEST.encode() not in fetched(f"{show}/feed.xml")
    words = fetched(f"{enclosure.href.rpartition('/')[0]}/transcript.vtt").decode()
    assert words.startswith("WEBVTT")
    assert CORRECTED in words
    assert set(re.findall(r"<v ([^>]+)>", words)) == {GUEST}, "people have names, no ids"


def fetched(url: str) -> bytes:
    with urllib.request.urlopen(url) as answer:
        return bytes(answer.read())


def reads_the_news(page: Page, phone: Page, running: Running, sink: Sink) -> None:
    """A stranger asks for the news, confirms it, and gets the issue with the interview in it."""
    page.goto(f"{running.address}/audience/readers/")
    door = page.get_by_role("link", name="/news/").get_attribute("href")
    phone.goto(str(door))
    phone.get_by_label("Your mail address").fill(OF_READER)
    press(phone, "Send me the news")
    confirm = link_in(arrived(sink, OF_READER), "news/confirm")
    scan(confirm)
    page.goto(f"{running.address}/audience/")
    follow(page, page.get_by_role("link", name="News of Rowan"))
    before = readers(page)
    phone.goto(confirm)
    press(phone, "Yes, send me the news")
    page.reload()
    assert readers(page) == before + 1
    page.get_by_label("Opening").fill("Somebody worth hearing.")
    press(page, "Keep these words")
    press(page, "Send it now")
    issue = arrived(sink, OF_READER, 2)
    assert issue["List-Unsubscribe"]
    assert without(issue, OF_GUEST)
    phone.goto(link_in(issue, "news/item"))
    follow(phone, phone.get_by_role("link", name="Listen to it"))
    expect(phone.locator("main")).to_contain_text(SAID)


def readers(page: Page) -> int:
    """How many the issue would go to."""
    found = re.search(r"the (\d+) readers", page.locator("main").inner_text())
    assert found
    return int(found[1])


def shares(page: Page, phone: Page, one: str, sink: Sink, way: str) -> None:
    """The guest gets words, a picture and a sample, and says that it was shared."""
    page.goto(f"{one}publish/")
    press(page, "Write to the guest")
    press(page, "Send")
    phone.goto(link_in(arrived(sink, OF_GUEST, 3), "talk"))
    assert beyond(phone) == 0
    assert way in phone.get_by_label("Your message").input_value()
    assert fetched(f"{way}/card.png").startswith(b"\x89PNG")
    assert len(fetched(f"{way}/sample.mp3")) > 1000
    press(phone, "I shared it")


def turn_the_tables(page: Page, one: str, sink: Sink) -> None:
    """Asked for, a day fixed, and written down once it took place."""
    page.goto(f"{one}return/")
    page.locator("input[name=by_mail][value=yes]").check(force=True)
    press(page, "Ask")
    assert "Would it be of use to your own people" in text_of(arrived(sink, OF_GUEST, 4))
    page.goto(f"{one}return/")
    page.locator("input[name=on]").fill(f"{clock.now() - timedelta(hours=1):%Y-%m-%dT%H:%M}")
    page.get_by_label("Where", exact=True).fill("Ledger Talk, the podcast")
    press(page, "Keep it")
    page.locator("summary", has_text="It took place").click()
    page.get_by_label("How many people it reached").fill("340")
    page.get_by_label("How many people came of it").fill("3")
    form = page.locator("form", has=page.locator("[name=reached]"))
    follow(page, form.get_by_role("button", name="Keep it"))
    page.goto(f"{one.partition('/interviews/')[0]}/interviews/owing/")
    expect(page.get_by_role("row", name=GUEST)).to_contain_text("340")


def has_a_brief(page: Page, phone: Page, partner: str) -> None:
    """One page for the partner, by a private link and on paper."""
    page.goto(f"{partner}brief/")
    page.get_by_label("How to recognise them").fill("You hear them say: “I open no letters any more.”")
    page.get_by_label("Words to use").fill("“I know somebody who sorts out exactly this.”")
    press(page, "Keep it")
    page.goto(f"{partner}brief/")
    press(page, "Make a private link")
    link = page.get_by_role("textbox", name="Their link").input_value()
    phone.goto(link)
    assert beyond(phone) == 0
    expect(phone.locator("main")).to_contain_text("sorts out exactly this")
    paper = PdfReader(io.BytesIO(fetched(f"{link}/brief.pdf")))
    assert len(paper.pages) == 1
    assert "sorts out exactly this" in " ".join(paper.pages[0].extract_text().split())


def takes_it_back(page: Page, phone: Page, one: str, talk: str, way: str, show: str) -> None:
    """The guest takes the publication back: page, sound and feed entry are gone at once."""
    phone.goto(talk)
    follow(phone, phone.locator("#consent-publication").get_by_role("button", name="Take it back"))
    for address in (way, f"{way}/sound.mp3", f"{way}/card.png"):
        assert phone.request.get(address).status == 410, address
    assert feedparser.parse(fetched(f"{show}/feed.xml")).entries == []
    stands(page, one, "Taken down")
