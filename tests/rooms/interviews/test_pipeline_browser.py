"""A partner is invited, says yes and picks a day, in Chromium on a phone; every page of the way is clean under axe."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from tests import make
from tests.rooms.interviews import pipeline
from tests.rooms.interviews.pipeline import Desk
from tests.screens import beyond, follow

from passalong.contacts.models import Contact
from passalong.interviews import letters
from passalong.interviews.models import Interview, Stage
from passalong.interviews.services import casting, questions, scheduling
from passalong.mail.services import sending

CHROMIUM = shutil.which("chromium")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"]
LINK = re.compile(r"https://refer\.practice\.example(/(?:talk|cast)/[\w-]+)")
PHONE = {"width": 390, "height": 844}
pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine (apt install chromium)"),
]


@pytest.fixture
def desk() -> Iterator[Desk]:
    cache.clear()
    with pipeline.desk_with_mail() as found:
        yield found


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield running
        running.close()


def screen(browser: Any, url: str, desk: Desk | None = None, scheme: str = "light") -> Any:
    """A page on a phone; signed in at the desk where one is given."""
    context = browser.new_context(viewport=PHONE, color_scheme=scheme, bypass_csp=True)
    if desk is not None:
        cookie = make.browser(desk.by).cookies[settings.SESSION_COOKIE_NAME].value
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": url}])
    return context.new_page()


def looked_at(page: Any) -> Any:
    """The page, which fits the screen and is clean."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page).response["violations"]
    assert not [f"{page.url}: {one['id']} at {one['nodes'][0]['target']}" for one in found]
    assert not beyond(page), page.url
    return page


def path_in_mail(desk: Desk) -> str:
    sending.deliver(run_for=20)
    found = LINK.search(desk.sink.received[-1].parsed.get_body(("plain",)).get_content())
    assert found
    return found[1]


def test_from_the_idea_to_the_day_on_a_phone(browser: Any, live_server: Any, desk: Desk) -> None:
    url = live_server.url
    page = screen(browser, url, desk)
    page.goto(f"{url}/interviews/")
    looked_at(page)
    follow(page, page.get_by_role("link", name="Plan an interview"))
    looked_at(page)
    page.get_by_label("Whom?").fill("Pat Ledger")
    follow(page, page.get_by_role("button", name="Plan it"))
    looked_at(page)
    follow(page, page.get_by_role("link", name="Write the invitation"))
    page.get_by_label("How it begins").fill("Your spring letters are read aloud here.")
    follow(page, page.get_by_role("button", name="See the mail"))
    looked_at(page)
    assert page.get_by_text("Your spring letters are read aloud here.").count() >= 1
    follow(page, page.get_by_role("button", name="Send it"))
    found = Interview.objects.get()
    assert found.stage == Stage.INVITED
    scheduling.propose(by=desk.by, interview=found, days=[pipeline.in_days(2), pipeline.in_days(4)])
    guest = screen(browser, url)
    guest.goto(url + path_in_mail(desk))
    assert not guest.context.cookies()
    looked_at(guest)
    follow(guest, guest.get_by_role("button", name="Yes, I would like to"))
    guest.get_by_role("radio").nth(1).check()
    follow(guest, guest.get_by_role("button", name="This day"))
    looked_at(guest)
    assert guest.get_by_role("link", name="File for my calendar").is_visible()
    assert not guest.context.cookies()
    found.refresh_from_db()
    assert (found.stage, found.scheduled_at) == (Stage.SCHEDULED, pipeline.in_days(4))
    page.reload()
    looked_at(page)


def test_the_other_pages_are_clean_in_the_dark_and_a_client_answers(browser: Any, live_server: Any, desk: Desk) -> None:
    url, found = live_server.url, pipeline.at(Stage.AGREED, desk.by, desk.pat)
    call = casting.open_call(
        by=desk.by,
        title="Would you like to be featured?",
        text=letters.casting_text(desk.practice),
        asked=[one["text"] for one in letters.casting_questions()],
    )
    ann = make.contact(desk.by, "Ann Okafor", email="ann@client.example", standing="client")
    make.contact(desk.by, "Bea Lund", email="bea@client.example", standing="client")
    casting.choose(by=desk.by, call=call, clients=Contact.objects.filter(pk=ann.pk))
    questions.set_up(desk.practice)
    page = screen(browser, url, desk, scheme="dark")
    ids = (f"{found.public_id}/day/", f"{found.public_id}/questions/", f"{found.public_id}/about/")
    calls = (f"casting/{call.public_id}/choose/", f"casting/{call.public_id}/", "casting/new/")
    for path in ("board/", *ids, "questions/", *calls):
        page.goto(f"{url}/interviews/{path}")
        looked_at(page)
    page.goto(f"{url}/interviews/casting/{call.public_id}/")
    follow(page, page.get_by_role("button", name="Send it, once each"))
    client = screen(browser, url, scheme="dark")
    client.goto(url + path_in_mail(desk))
    looked_at(client)
    for yes in client.get_by_role("radio", name="Yes").all():
        yes.check()
    follow(client, client.get_by_role("button", name="I would like to be featured"))
    looked_at(client)
    assert Interview.objects.get(guest=ann).stage == Stage.IDEA
