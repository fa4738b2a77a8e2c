"""How introductions end otherwise, in other professions and places: what the client sees and is sent each time.

One server, with real mail. A friend's name stands in mail of ours to nobody but the friend, unless the friend allowed
it; that is looked at in each story, and once more in every mail when all are told.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.features.conftest import Running
from tests.features.ending import (
    MADE,
    SAID,
    Stories,
    Story,
    allow_all,
    answers,
    as_client_sees,
    ask,
    confirm_words,
    fifty,
    fill_to_whom,
    further,
    nothing_to_tell,
    passes_along,
    phone,
    post_anyway,
    stands,
    subjects,
)
from tests.features.letters import arrived, enter, send_what_is_shown, text_of, without
from tests.features.made_introductions import mail_of
from tests.mailhost import Sink
from tests.screens import follow

pytestmark = pytest.mark.story


@pytest.fixture(scope="module")
def stories(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stories]:
    with Sink() as sink:
        mail = {"EMAIL_URL": f"smtp://127.0.0.1:{sink.port}", "MAIL_FROM": "desk@quay.example"}
        folder = tmp_path_factory.mktemp("ends") / "data"
        running = Running(folder, public=True, MAIL_UNDO_SECONDS="0", **mail)
        try:
            running.wait_for(r"/welcome/\S+")
            told = Stories(running, sink, running.script(MADE, "make"))
            yield told
            nobody_was_told(told)
            assert running.command("record", "verify").returncode == 0
        finally:
            running.stop()


def nobody_was_told(told: Stories) -> None:
    """No mail to a client names a friend, but the one that the attorney's friend allowed and signed for."""
    for name, one in told.begun.items():
        allowed = 1 if name == "attorney" else 0
        own = [each.parsed for each in told.sink.received if mail_of(one["client"]) in each.recipients]
        named = [each for each in own if not without(each, *one["friend"].split())]
        assert len(named) <= allowed, name


@pytest.mark.parametrize(
    ("name", "wish", "stage"), [("no", "no", "Said no, by"), ("not now", "not_now", "Said not now, by")]
)
def test_who_does_not_want_is_left_alone_and_the_client_learns_nothing(
    stories: Stories, page: Page, browser: Browser, name: str, wish: str, stage: str
) -> None:
    story = stories.of(name)
    own = passes_along(browser, story)
    seen, sent = as_client_sees(own, story), story.sent
    tab = answers(browser, story, wish)
    expect(tab.locator("body")).to_contain_text("Nobody will contact you")
    enter(page, stories.running, story.owner)
    stands(page, story, "Closed", stage)
    expect(page.get_by_role("button", name="I answered them")).to_have_count(0)
    expect(page.get_by_role("button", name="Ask whether")).to_have_count(0)
    nothing_to_tell(page, story)
    assert as_client_sees(own, story) == seen
    assert story.sent == sent
    assert subjects(story.sink, mail_of(story.friend)) == []


def test_whoever_never_answers_is_erased_on_the_stated_day_and_the_count_remains(
    stories: Stories, page: Page, browser: Browser
) -> None:
    story = stories.of("silence")
    own = passes_along(browser, story)
    enter(page, stories.running, story.owner)
    stands(page, story, "Forgotten without an answer on")
    assert stories.script("count", story.friend)
    assert stories.script("wait", story.one, "59") == {"due in": 1}
    night(stories)
    stands(page, story, story.friend, "Passed along")
    sent = story.sent
    assert stories.script("wait", story.one, "1") == {"due in": 0}
    night(stories)
    stands(page, story, "Closed", "Never answered")
    assert story.friend not in page.content()
    assert stories.script("count", story.friend) == {}
    assert stories.script("rows", json.dumps(stories.begun["silence"]))["introductions"] == 1
    nothing_to_tell(page, story)
    assert story.friend not in "".join(as_client_sees(own, story))
    assert story.sent == sent
    assert subjects(story.sink, mail_of(story.friend)) == []


def night(stories: Stories) -> None:
    """What the server does of itself when the task of the night is due; seen by its scheduler and its worker."""
    until = time.monotonic() + 150
    while time.monotonic() < until:
        if stories.script("nights") == {"waiting": 0}:
            return
        time.sleep(1)
    pytest.fail(f"the night's task did not run:\n{stories.running.printed}")


def test_a_yes_told_by_phone_opens_one_reply_and_no_news(stories: Stories, page: Page, browser: Browser) -> None:
    story = stories.of("phone")
    own = passes_along(browser, story)
    seen, sent = as_client_sees(own, story), story.sent
    enter(page, stories.running, story.owner)
    page.goto(story.at(story.one))
    follow(page, page.get_by_role("link", name="The client tells of a yes").first)
    page.get_by_label("What was said").fill("She would like to talk, call her in the evening.")
    follow(page, page.get_by_role("button", name="Put it on record"))
    stands(page, story, "Said yes", "as the client tells")
    expect(page.get_by_role("button", name="Ask whether")).to_have_count(0)
    nothing_to_tell(page, story)
    for act in ("I answered them", "We met"):
        further(page, story, act)
    nothing_to_tell(page, story)
    after = as_client_sees(own, story)
    assert "evening" not in "".join(after)
    assert f"You told us that {story.friend} said yes." in "".join(after)
    assert "You passed it along" in "".join(seen)
    for words in ("Met", "answered them", "What you may know"):
        assert words not in "".join(after)
    assert story.sent == sent
    assert subjects(story.sink, mail_of(story.friend)) == []


def test_what_was_allowed_and_taken_back_is_not_told(stories: Stories, page: Page, browser: Browser) -> None:
    story = stories.of("revoked")
    own = passes_along(browser, story)
    answers(browser, story, "yes", is_named=True)
    enter(page, stories.running, story.owner)
    consent = allow_all(page, browser, story)
    further(page, story, "I answered them")
    further(page, story, "We met")
    seen, sent = as_client_sees(own, story), story.sent
    page.goto(story.at(story.news))
    follow(page, page.get_by_role("button", name="Write it"))
    expect(page.get_by_role("heading", name="As it goes")).to_be_visible()
    tab = phone(browser, consent)
    follow(tab, tab.get_by_role("button", name="Take it back"))
    expect(tab.locator("body")).to_contain_text("You have taken it back. Nothing is told.")
    follow(page, page.get_by_role("button", name="Send", exact=True))  # shown before, pressed too late
    expect(page.locator("main")).to_contain_text("has not allowed it, or has taken it back")
    nothing_to_tell(page, story)
    further(page, story, "They became a client")
    nothing_to_tell(page, story)
    stands(page, story, "no: they said so")
    assert as_client_sees(own, story) == seen
    time.sleep(5)  # the worker has had its moment
    assert story.sent == sent
    assert without(arrived(story.sink, mail_of(story.client)), *story.friend.split())


def test_an_attorney_tells_nothing_before_a_signed_form(stories: Stories, page: Page, browser: Browser) -> None:
    story = stories.of("attorney")
    own = passes_along(browser, story)
    seen = as_client_sees(own, story)
    enter(page, stories.running, story.owner)
    words_wait_for_a_second_person(page, story)
    answers(browser, story, "yes", is_named=True, by=story.client)
    allow_all(page, browser, story)
    further(page, story, "I answered them")
    further(page, story, "We met")
    nothing_to_tell(page, story)
    stands(page, story, "Signed form")
    assert as_client_sees(own, story) == seen
    sent = story.sent
    page.get_by_label("Signed form").fill("2026/17")
    follow(page, page.get_by_role("button", name="Put it on record"))
    assert story.sent == sent
    page.goto(story.at(story.news))
    follow(page, page.get_by_role("button", name="Write it"))
    send_what_is_shown(page)
    told = " ".join(text_of(arrived(story.sink, mail_of(story.client), len(sent) + 1)).split())
    assert story.friend in told
    assert mail_of(story.friend) not in told


def words_wait_for_a_second_person(page: Page, story: Story) -> None:
    """Who the clients are is confidential and their words are answered for: no words before somebody approved them."""
    page.goto(story.at(f"{story.one}words/"))
    expect(page.get_by_label("In your own words")).to_have_count(0)
    expect(page.locator("main")).to_contain_text("second person")


def test_a_dentist_asks_nobody_about_a_patient_they_did_not_name(
    stories: Stories, page: Page, browser: Browser
) -> None:
    story = stories.of("dentist")
    own = passes_along(browser, story)
    seen, sent = as_client_sees(own, story), story.sent
    assert "They said yes" not in "".join(seen), "of a patient-to-be only their own answer counts"
    answers(browser, story, "yes", is_named=True)
    enter(page, stories.running, story.owner)
    words_wait_for_a_second_person(page, story)
    stands(page, story, "Said yes", "confidential")
    expect(page.get_by_role("button", name="Ask whether")).to_have_count(0)
    for act in ("I answered them", "We met", "They became a client"):
        further(page, story, act)
        nothing_to_tell(page, story)
    assert as_client_sees(own, story) == seen
    assert story.sent == sent
    assert subjects(story.sink, mail_of(story.friend)) == []


def test_in_canada_one_message_goes_with_the_full_name_of_who_recommends(stories: Stories, page: Page) -> None:
    story = stories.of("canada")
    enter(page, stories.running, story.owner)
    message = confirm_words(page, story)
    fill_to_whom(page, message, story, "CA")
    follow(page, page.get_by_role("button", name="See the mail"))
    expect(page.locator("main")).to_contain_text("asked us to send you this")
    follow(page, page.get_by_role("button", name="Send it once"))
    letter = arrived(story.sink, mail_of(story.friend))
    text = " ".join(text_of(letter).split())
    assert f"{story.client} recommended Sorel Conseil to you" in text
    assert "because of this recommendation" in text
    assert SAID in text
    assert "1 Quay Street" in text
    assert "/u/" in text
    assert letter["List-Unsubscribe"]
    assert story.client.split()[0] not in letter["From"]
    stands(page, story, "Passed along")
    again = confirm_words(page, story)
    fill_to_whom(page, again, story, "CA")
    follow(page, page.get_by_role("button", name="See the mail"))
    follow(page, page.get_by_role("button", name="Send it once"))
    expect(page.locator("main")).to_contain_text("sent a message already")
    assert len(subjects(story.sink, mail_of(story.friend))) == 1


def test_in_the_uk_the_practice_sends_nothing_before_the_friends_own_yes(
    stories: Stories, page: Page, browser: Browser
) -> None:
    story = stories.of("uk")
    assert stories.script("count", story.friend) == {}, "a client's word puts nobody on file"
    enter(page, stories.running, story.owner)
    message = confirm_words(page, story)
    page.goto(message)
    page.locator("summary", has_text="Send it for the client").click()
    expect(page.locator("main")).to_contain_text("uk-eu.mail.first")
    expect(page.get_by_role("link", name="To whom")).to_have_count(0)
    page.goto(f"{message}send/")
    expect(page.locator("[name=address]")).to_have_count(0)
    refused = post_anyway(page, f"{message}send/", act="send", address=mail_of(story.friend), name=story.friend)
    assert (refused, subjects(story.sink, mail_of(story.friend))) == (422, [])
    own = passes_along(browser, story)
    seen, sent = as_client_sees(own, story), story.sent
    answers(browser, story, "yes", is_named=True)
    stands(page, story, "Said yes", story.friend)
    assert as_client_sees(own, story) == seen
    assert story.friend not in "".join(seen)
    assert story.sent == sent
    assert subjects(story.sink, mail_of(story.friend)) == []


def test_fifty_posts_at_once_make_one_introduction_and_one_thank_you(stories: Stories) -> None:
    """Identical, from fifty addresses, to the server that runs."""
    story = stories.of("fifty")
    port = stories.running.port
    answered = fifty(port, story.share, {"act": "passed", "channel": "mail"})
    assert set(answered) == {303}
    shown = ask(port, "127.0.0.1", "GET", story.kit)[1]
    view = re.search(r'name="view" form="next" value="([\w-]{12})"', shown)
    assert view
    said = {"step": "two_questions", "needs_help": "yes", "wish": "yes", "view": view[1]}
    answered = fifty(port, story.kit, said | {"name": story.friend, "reach": mail_of(story.friend)})
    assert set(answered) == {200}
    arrived(story.sink, mail_of(story.client))
    rows = stories.script("rows", json.dumps(stories.begun["fifty"]))
    assert rows == {"introductions": 1, "steps": 1, "replies": 1, "thanks": 1}
    assert len(story.sent) == 1
