"""One introduction from the meeting to a new client: browser, phones, and the mail that really arrived."""

from __future__ import annotations

import smtplib
from datetime import date, timedelta
from email.message import EmailMessage
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from icalendar import Calendar
from playwright.sync_api import Browser, Page, expect
from tests.features.conftest import Running
from tests.features.letters import arrived, card, enter, link_in, scan, send_what_is_shown, text_of, without
from tests.mailhost import Sink
from tests.screens import beyond, follow

from passalong.core import clock

pytestmark = pytest.mark.story

CLIENT, FRIEND = "Dr. Helena Okonjo", "Keith Farrow"
OF_FRIEND = "keith.farrow@mail.example"
SAID = "They found the gap in my pension before I sold the practice, and told me plainly what to do."
PLACE = "Mill Café, 3 River Street"


def phone(browser: Browser, address: str) -> Page:
    """Somebody's own phone at this address: nothing is known of them there."""
    tab = browser.new_context(viewport={"width": 390, "height": 844}).new_page()
    tab.goto(address)
    assert beyond(tab) == 0
    assert tab.context.cookies() == []
    return tab


def test_from_the_meeting_to_a_client(mail_running, page: Page, browser: Browser) -> None:
    running, sink = mail_running
    assert "leads to this server" in running.command("doctor").stdout
    words_are_approved(running, browser, page)
    thanks_go_by_mail(running, page)

    one = meet(running, page)
    of_client = "helena.okonjo@postlane.example"
    thanked = arrived(sink, of_client)
    own_page = compose(page, one, sink)
    kit = send_by_own_mail(browser, own_page, sink)
    assert without(thanked, FRIEND, OF_FRIEND, "Farrow")

    answer_yes(browser, kit)
    assert len(sent_to(sink, of_client)) == 2, "nothing of what the friend did"
    stands(page, one, "Said yes")

    allow_all(page, browser, one, sink)
    lunch(page, browser, one, sink, of_client)
    further(page, one, "I answered them", "First answered")
    further(page, one, "We met", "Met")
    further(page, one, "They became a client", "Client")
    told(page, running, one, sink, of_client)
    assert without(thanked, FRIEND)
    assert running.command("record", "verify").returncode == 0


def words_are_approved(running: Running, browser: Browser, page: Page) -> None:
    """The assistant asks for the words round a client's own sentences, the owner approves them."""
    joyce = browser.new_page()
    enter(joyce, running, "joyce@rowanpike.example")
    joyce.goto(f"{running.address}/settings/words/")
    joyce.get_by_label("For the second person").fill("Plain words, no figures, nothing about results.")
    follow(joyce, joyce.get_by_role("button", name="Ask a second person"))
    enter(page, running)
    page.goto(f"{running.address}/settings/approvals/")
    follow(page, page.get_by_role("link", name="Words round a client's own sentences"))
    page.get_by_label("Why").fill("Nothing about results in them.")
    follow(page, page.get_by_role("button", name="Approve", exact=True))


def thanks_go_by_mail(running: Running, page: Page) -> None:
    page.goto(f"{running.address}/settings/thanks/")
    page.get_by_label("Thank everybody by mail at once").check()
    follow(page, page.get_by_role("button", name="Keep", exact=True))


def meet(running: Running, page: Page) -> str:
    """The conversation in five steps; the address of the introduction that was agreed on."""
    page.goto(f"{running.address}/people/?q=Helena+Okonjo")
    follow(page, page.get_by_role("link", name=CLIENT).first)
    follow(page, page.get_by_role("link", name="Gameplan", exact=True).last)
    follow(page, page.get_by_role("button", name="Begin the meeting"))
    for asked in ("service", "product", "delivery", "communication"):
        page.locator(f"input[name={asked}][value=well]").check(force=True)
    page.get_by_label("What went well").fill("The pension.")
    follow(page, page.get_by_role("button", name="Go on"))
    follow(page, page.get_by_role("button", name="Go on"))
    card(page, FRIEND).get_by_role("button", name="I know them well").click()
    page.get_by_role("button", name="I will introduce you").click()
    expect(page.get_by_role("button", name="I will introduce you")).to_have_count(0)
    follow(page, page.get_by_role("button", name="Go on"))
    expect(page.locator("main")).to_contain_text(FRIEND)
    follow(page, page.get_by_role("button", name="This one"))
    words = page.get_by_role("link", name="Your words").get_attribute("href")
    follow(page, page.get_by_role("button", name="Go on"))
    page.locator("input[name=channel][value=mail]").check(force=True)
    page.locator("input[name=rhythm][value=each]").check(force=True)
    follow(page, page.get_by_role("button", name="What we agreed"))
    expect(page.locator("main")).to_contain_text(FRIEND)
    assert words
    return f"{running.address}/introductions/{words.rstrip('/').rpartition('/')[2]}/"


def compose(page: Page, one: str, sink: Sink) -> str:
    """Built of what the client said, confirmed as their own words, mailed to nobody but the client."""
    page.goto(one + "words/")
    page.get_by_label("In your own words").fill("They made me 12% a year, guaranteed.")
    follow(page, page.get_by_role("button", name="See the message"))
    expect(page.locator("main")).to_contain_text("12%")  # told what may not stand, with nothing lost
    page.goto(one + "words/")
    page.get_by_label("In your own words").fill(SAID)
    follow(page, page.get_by_role("button", name="See the message"))
    page.get_by_label("These are my words").check()
    follow(page, page.get_by_role("button", name="Keep it as mine"))
    follow(page, page.get_by_role("button", name="Mail it to the client"))
    send_what_is_shown(page)
    letter = arrived(sink, "helena.okonjo@postlane.example", 2)  # after the thank-you for agreeing
    assert without(letter, "Farrow")
    return link_in(letter, "pass")


def send_by_own_mail(browser: Browser, own_page: str, sink: Sink) -> str:
    """The client's mail program sends what the page gave it. Returns the kit's address, as the friend got it."""
    tab = phone(browser, own_page)
    address = tab.get_by_role("link", name="Open in my mail").get_attribute("href")
    assert address is not None
    asked = parse_qs(urlsplit(address).query)
    letter = EmailMessage()
    letter["From"], letter["To"], letter["Subject"] = "helena.okonjo@postlane.example", OF_FRIEND, asked["subject"][0]
    letter.set_content(unquote(asked["body"][0]))
    with smtplib.SMTP("127.0.0.1", sink.port) as own:
        own.send_message(letter)
    follow(tab, tab.get_by_role("button", name="Sent by mail"))
    expect(tab.get_by_role("heading", name="Sent")).to_be_visible()
    came = arrived(sink, OF_FRIEND)
    assert SAID in " ".join(text_of(came).split())
    assert "given nothing" in " ".join(text_of(came).split())
    return link_in(came, "k")


def answer_yes(browser: Browser, kit: str) -> None:
    """A program looks at every link, then the friend reads, on a phone, and says yes twice."""
    scan(kit)
    tab = phone(browser, kit)
    tab.locator("input[name=needs_help][value=yes]").check(force=True)
    tab.locator("input[name=wish][value=yes]").check(force=True)
    tab.get_by_label("Your name").fill(FRIEND)
    tab.get_by_label("Mail address or phone number").fill(OF_FRIEND)
    tab.get_by_role("button", name="Send my answers").click()
    expect(tab.get_by_role("heading", name="Thank you")).to_be_visible()
    own = tab.get_by_role("link", name="change it or take it back").get_attribute("href")
    scan(f"{kit.split('/k/')[0]}{own}")


def stands(page: Page, one: str, stage: str) -> None:
    page.goto(one)
    expect(page.locator("main")).to_contain_text(stage)


def allow_all(page: Page, browser: Browser, one: str, sink: Sink) -> None:
    """The friend allows every sentence, on the page whose address they were mailed."""
    page.goto(one)
    expect(page.get_by_role("button", name=f"Tell {CLIENT}")).to_have_count(0)
    follow(page, page.get_by_role("button", name="Ask whether"))
    send_what_is_shown(page)
    asked = link_in(arrived(sink, OF_FRIEND, 2), "consent")
    scan(asked)
    tab = phone(browser, asked)
    for box in tab.get_by_role("checkbox").all():
        box.check()
    follow(tab, tab.get_by_role("button", name="Allow what I ticked"))


def lunch(page: Page, browser: Browser, one: str, sink: Sink, of_client: str) -> None:
    """Three people, one day: asked, ticked, fixed; the entries go into any calendar, move, and end."""
    days = [clock.today() + timedelta(days=10), clock.today() + timedelta(days=11)]
    before = {who: len(sent_to(sink, who)) for who in (of_client, OF_FRIEND)}
    page.goto(one + "ways/lunch/")
    for number, day in enumerate(days, 1):
        page.locator(f"input[name=slot{number}]").fill(f"{day}T13:00")
    page.get_by_label("Where").fill(PLACE)
    follow(page, page.get_by_role("button", name="Propose these times"))
    for seat, address, ticked in (("client", of_client, (0, 1)), ("friend", OF_FRIEND, (1,))):
        page.goto(one + "ways/lunch/")
        ask = page.locator("form", has=page.locator(f"input[name=seat][value={seat}]"))
        follow(page, ask.get_by_role("button", name="Ask by mail"))
        send_what_is_shown(page)
        own = link_in(arrived(sink, address, before[address] + 1), "lunch")
        scan(own)
        tab = phone(browser, own)
        for place in ticked:
            tab.locator("input[name=can]").nth(place).check()
        follow(tab, tab.get_by_role("button", name="Send my answer"))
    page.goto(one + "ways/lunch/")
    follow(page, page.get_by_role("button", name="Fix").first)
    assert [len(sent_to(sink, who)) for who in before] == [number + 1 for number in before.values()]
    follow(page, page.get_by_role("button", name="Send these 3 messages"))
    uids = {entry(arrived(sink, who, before[who] + 2), "REQUEST", days[1]) for who in before}
    assert len(uids) == 1
    stands(page, one, "Introduced")


def entry(message: EmailMessage, method: str, day: date) -> str:
    """The entry of a mail as another program reads it: its day and place as fixed. Returns its UID."""
    part = next(each for each in message.walk() if each.get_content_type() == "text/calendar")
    assert part.get_param("method") == method
    calendar = Calendar.from_ical(part.get_payload(decode=True))
    assert calendar["METHOD"] == method
    event = calendar.walk("VEVENT")[0]
    assert (event.decoded("dtstart").strftime("%Y-%m-%d %H:%M"), event["LOCATION"]) == (f"{day} 13:00", PLACE)
    return str(event["UID"])


def further(page: Page, one: str, act: str, stage: str) -> None:
    page.goto(one)
    follow(page, page.get_by_role("button", name=act, exact=True).first)
    stands(page, one, stage)


def told(page: Page, running: Running, one: str, sink: Sink, of_client: str) -> None:
    """The desk looks at what the grant allows to be told, and sends it: one sentence, nothing else of the friend."""
    before = len(sent_to(sink, of_client))
    page.goto(f"{running.address}/introductions/news/")
    follow(page, page.get_by_role("main").get_by_role("link", name=CLIENT))
    follow(page, page.get_by_role("button", name="Write it"))
    send_what_is_shown(page)
    news = " ".join(text_of(arrived(sink, of_client, before + 1)).split())
    assert f"{FRIEND} has decided to work with us." in news
    assert OF_FRIEND not in news


def sent_to(sink: Sink, address: str) -> list[str]:
    return [str(each.parsed["Subject"]) for each in list(sink.received) if address in each.recipients]
