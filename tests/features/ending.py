"""Stories of how introductions end: who is in them, what the client sees and is sent, what the friend does, and fifty
posts at once."""

from __future__ import annotations

import re
import time
import urllib.parse
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http.client import HTTPConnection
from typing import Any

from playwright.sync_api import Browser, Page, expect
from tests.features.conftest import PATIENCE, Running
from tests.features.letters import arrived, link_in, scan, send_what_is_shown, without
from tests.features.made_introductions import mail_of
from tests.mailhost import Sink
from tests.screens import beyond, follow

MADE = "tests.features.made_introductions"
SAID = "They took a week to understand our shop before they said a word."


@dataclass
class Stories:
    """The server, its mail, and where each story begins."""

    running: Running
    sink: Sink
    begun: dict[str, dict[str, str]]

    def script(self, *words: str) -> Any:
        return self.running.script(MADE, *words)

    def of(self, name: str) -> Story:
        return Story(self, **self.begun[name])


@dataclass
class Story:
    """One introduction: who is in it, and the addresses of its pages."""

    stories: Stories
    client: str
    friend: str
    one: str
    kit: str
    share: str
    news: str
    owner: str
    door: str

    def at(self, path: str) -> str:
        return self.stories.running.address + path

    @property
    def sink(self) -> Sink:
        return self.stories.sink

    @property
    def sent(self) -> list[str]:
        """Subjects of all that the client was sent."""
        return subjects(self.sink, mail_of(self.client))


def subjects(sink: Sink, address: str) -> list[str]:
    return [str(each.parsed["Subject"]) for each in list(sink.received) if address in each.recipients]


def phone(browser: Browser, address: str) -> Page:
    """Somebody's own phone: nothing is known of them there."""
    tab = browser.new_context(viewport={"width": 390, "height": 844}).new_page()
    tab.set_default_timeout(60_000)
    tab.goto(address)
    assert beyond(tab) == 0
    return tab


def own_page(browser: Browser, story: Story) -> Page:
    """The client signs in to their own page by a link that was mailed to them."""
    tab = phone(browser, story.at(f"/me/at/{story.door}"))
    before = len(story.sent)
    tab.get_by_label("Your mail address").fill(mail_of(story.client))
    follow(tab, tab.get_by_role("button", name="Send me the link"))
    link = link_in(arrived(story.sink, mail_of(story.client), before + 1), "me/in")
    scan(link)
    tab.goto(link)
    tab.get_by_label("It is me").check()
    follow(tab, tab.get_by_role("button", name="Go on"))
    return tab


def passes_along(browser: Browser, story: Story) -> Page:
    """The client says so on their page, and is thanked by mail at once. Returns the page."""
    tab = own_page(browser, story)
    before = len(story.sent)
    tab.goto(story.at("/me/introductions/"))
    follow(tab, tab.locator("main .rows a").first)
    follow(tab, tab.get_by_role("button", name="I passed it along"))
    thanked = arrived(story.sink, mail_of(story.client), before + 1)
    assert without(thanked, *story.friend.split())
    return tab


def as_client_sees(tab: Page, story: Story) -> list[str]:
    """Every word of the client's own pages but the times at which they were opened."""
    seen = []
    for path in ("/me/", "/me/introductions/"):
        tab.goto(story.at(path))
        seen.append(re.sub(r"This page was last opened on [^.]*(?:\w\.)*[^.]*\.", "", tab.locator("main").inner_text()))
    follow(tab, tab.locator("main .rows a").first)
    seen.append(tab.locator("main").inner_text())
    tab.goto(story.at(story.share))
    return [*seen, tab.locator("main").inner_text()]


def answers(browser: Browser, story: Story, wish: str, *, is_named: bool = False, by: str = "") -> Page:
    """A program looks at the kit's link; then the friend, on a phone."""
    scan(story.at(story.kit))
    tab = phone(browser, story.at(story.kit))
    tab.locator("input[name=needs_help][value=yes]").check(force=True)
    tab.locator(f"input[name=wish][value={wish}]").check(force=True)
    if is_named:
        tab.get_by_label("Your name").fill(story.friend)
        tab.get_by_label("Mail address or phone number").fill(mail_of(story.friend))
    if by:
        tab.locator("input[name=passed_by]").fill(by)
    follow(tab, tab.get_by_role("button", name="Send my answers"))
    expect(tab.get_by_role("heading", name="Thank you")).to_be_visible()
    return tab


def said(page: Page) -> str:
    return " ".join((page.locator("main").text_content() or "").split())


def stands(page: Page, story: Story, *words: str) -> None:
    """Where the introduction stands by its page; what is still written behind a mail that has left is waited for."""
    until = time.monotonic() + PATIENCE / 1000
    page.goto(story.at(story.one))
    while not all(one in said(page) for one in words) and time.monotonic() < until:
        page.wait_for_timeout(300)
        page.reload()
    for one in words:
        expect(page.locator("main")).to_contain_text(one)


def further(page: Page, story: Story, act: str) -> None:
    page.goto(story.at(story.one))
    button = page.get_by_role("button", name=act, exact=True).first
    if not button.is_visible():
        page.locator("summary", has_text=act).first.click()
    follow(page, button)


def nothing_to_tell(page: Page, story: Story) -> None:
    """Neither on the list of news nor on the page of this client is anything that could be told."""
    page.goto(story.at("/introductions/news/"))
    expect(page.get_by_role("main").get_by_role("link", name=story.client)).to_have_count(0)
    page.goto(story.at(story.news))
    expect(page.locator("main")).to_contain_text(f"There is nothing {story.client} may be told now")
    expect(page.get_by_role("button", name="Write it")).to_have_count(0)


def allow_all(page: Page, browser: Browser, story: Story) -> str:
    """The friend allows every sentence, on the page whose address they were mailed. Returns its address."""
    before = len(subjects(story.sink, mail_of(story.friend)))
    page.goto(story.at(story.one))
    follow(page, page.get_by_role("button", name="Ask whether"))
    send_what_is_shown(page)
    asked = link_in(arrived(story.sink, mail_of(story.friend), before + 1), "consent")
    scan(asked)
    tab = phone(browser, asked)
    for box in tab.get_by_role("checkbox").all():
        box.check()
    follow(tab, tab.get_by_role("button", name="Allow what I ticked"))
    return asked


def confirm_words(page: Page, story: Story) -> str:
    """Composed with the client at the desk. Returns the address of the message's page."""
    page.goto(story.at(f"{story.one}words/"))
    page.get_by_label("In your own words").fill(SAID)
    follow(page, page.get_by_role("button", name="See the message"))
    page.get_by_label("These are my words").check()
    follow(page, page.get_by_role("button", name="Keep it as mine"))
    return page.url.partition("?")[0].partition("#")[0]


def fill_to_whom(page: Page, message: str, story: Story, country: str) -> None:
    page.goto(f"{message}send/")
    for field, value in (("address", mail_of(story.friend)), ("name", story.friend), ("country", country)):
        page.locator(f"[name={field}]").fill(value)
    page.locator("[name=attested]").check()


def post_anyway(page: Page, url: str, **fields: str) -> int:
    """What a form that is not on the page would get: the status."""
    page.goto(url)
    secret = next(one["value"] for one in page.context.cookies() if "csrf" in one["name"])
    told = {"csrfmiddlewaretoken": secret, "attested": "on", "country": "GB", **fields}
    return int(page.request.post(url, form=told, headers={"Referer": url}).status)


def fifty(port: int, path: str, form: dict[str, str]) -> list[int]:
    """The status of each of fifty identical posts."""
    body = urllib.parse.urlencode(form)
    with ThreadPoolExecutor(50) as pool:
        sent = [pool.submit(ask, port, f"127.0.1.{number}", "POST", path, body) for number in range(1, 51)]
        return [one.result()[0] for one in sent]


def ask(port: int, peer: str, method: str, path: str, body: str = "") -> tuple[int, str]:
    """One request from this address of the machine's own."""
    connection = HTTPConnection("127.0.0.1", port, timeout=60, source_address=(peer, 0))
    headers = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"}
    if body:
        headers |= {"Content-Type": "application/x-www-form-urlencoded", "Origin": f"http://127.0.0.1:{port}"}
    connection.request(method, path, body=body or None, headers=headers)
    answer = connection.getresponse()
    found = answer.status, answer.read().decode()
    connection.close()
    return found
