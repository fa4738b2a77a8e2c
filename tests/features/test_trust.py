"""Somebody answered a kit: asked whether the referrer may hear of it, told about, and forgotten, by real mail."""

from __future__ import annotations

import re
import sqlite3
import urllib.request
from contextlib import closing
from email.message import EmailMessage

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.features.conftest import Running
from tests.features.letters import arrived, card, enter, link_in, scan, send_what_is_shown, text_of
from tests.mailhost import Sink
from tests.screens import beyond, follow

pytestmark = pytest.mark.story

ROSA, JUN = "rosa.amarante@mail.example", "Jun Abe"


def test_asked_told_left_alone_and_forgotten(mail_running, page: Page, browser: Browser) -> None:
    running, sink = mail_running
    assert "leads to this server" in running.command("doctor").stdout
    enter(page, running)
    replies = f"{running.address}/introductions/replies/"

    page.goto(replies)
    ask = card(page, "Rosa Amarante").get_by_role("button", name=f"Ask whether {JUN} may hear about it")
    follow(page, ask)
    send_what_is_shown(page)
    asked = arrived(sink, ROSA)
    assert "desk@rowanpike.example" in str(asked["From"])
    consent = link_in(asked, "consent")

    scan(consent)
    page.goto(replies)
    expect(card(page, "Rosa Amarante").get_by_role("button", name=f"Tell {JUN}")).to_have_count(0)

    phone = browser.new_context(viewport={"width": 390, "height": 844}).new_page()
    phone.goto(consent)
    assert phone.locator("input:checked").count() == 0
    phone.get_by_label("That we have spoken").check()
    follow(phone, phone.get_by_role("button", name="Allow what I ticked"))
    assert beyond(phone) == 0
    assert phone.context.cookies() == []

    page.goto(replies)
    tell = card(page, "Rosa Amarante").get_by_role("button", name=f"Tell {JUN}")
    expect(tell).to_have_count(1)  # what was allowed, nothing more
    follow(page, tell)
    send_what_is_shown(page)
    jun = next(one for one in _addresses(running) if one.startswith("jun"))
    news = arrived(sink, jun)
    assert "Rosa Amarante and we have spoken." in text_of(news)
    leave_by_one_click(page, running, news, jun)
    forgotten(phone, running, sink)
    the_record_holds(running)


def leave_by_one_click(page: Page, running: Running, news: EmailMessage, jun: str) -> None:
    """The mail program's own button: a POST without cookies; after it nothing more is sent to that address."""
    address = re.search(r"<(http[^>]+)>", str(news["List-Unsubscribe"]))
    assert address
    assert "List-Unsubscribe-Post" not in news  # RFC 8058 wants https; tests/rooms/mail looks at it there
    scan(address[1])
    body = b"List-Unsubscribe=One-Click"
    with urllib.request.urlopen(urllib.request.Request(address[1], data=body, method="POST")) as answer:
        assert (answer.status, answer.url) == (200, address[1])
    page.goto(f"{running.address}/people/?q=Jun+Abe")
    follow(page, page.get_by_role("link", name=JUN).first)
    follow(page, page.get_by_role("link", name="Write").first)
    expect(page.locator("main")).to_contain_text("asked for no more messages")  # by one address; Jun has two


def forgotten(phone: Page, running: Running, sink: Sink) -> None:
    """By the link in a mail to the address: seen, then forgotten; the same words for an address nobody knows."""
    said = []
    for address in ("nobody@nowhere.example", ROSA):
        phone.goto(f"{running.address}/privacy/")
        phone.get_by_label("Your mail address").fill(address)
        follow(phone, phone.get_by_role("button", name="Send me the link"))
        said.append(phone.locator("main").inner_text())
    assert said[0] == said[1]
    own = link_in(arrived(sink, ROSA, 2), "privacy")
    scan(own)
    phone.goto(own)
    follow(phone, phone.get_by_role("button", name="Show what you have"))
    expect(phone.locator("main")).to_contain_text("Rosa Amarante")
    follow(phone, phone.get_by_role("button", name="Go on"))
    follow(phone, phone.get_by_role("button", name="Forget me now"))
    expect(phone.get_by_role("heading", name="You have been forgotten")).to_be_visible()
    expect(phone.locator("main")).to_contain_text("Rule us.sec.204-2")  # the letter that asked for consent
    assert "nobody@nowhere.example" not in [address for one in sink.received for address in one.recipients]


def the_record_holds(running: Running) -> None:
    """The chain verifies, a person is gone but for the letter a named rule keeps, and one changed row is found."""
    assert running.command("record", "verify").returncode == 0
    base = running.folder / "passalong.sqlite3"
    assert _tables_naming(running, b"rosa.amarante") == {"core_blob", "core_payload"}
    for file in running.folder.rglob("*"):
        if file.is_file() and file.name not in (base.name, f"{base.name}-wal"):
            assert b"rosa.amarante" not in file.read_bytes().lower(), file
    with closing(sqlite3.connect(base)) as database:
        for (trigger,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            database.execute(f'DROP TRIGGER "{trigger}"')
        database.execute("UPDATE core_event SET actor = 'somebodyelse' WHERE number = 3")
        database.commit()
    found = running.command("record", "verify")
    assert found.returncode == 1
    assert "3" in found.stdout + found.stderr


def _tables_naming(running: Running, word: bytes) -> set[str]:
    found = set()
    with closing(sqlite3.connect(running.folder / "passalong.sqlite3")) as database:
        for (table,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
            for row in database.execute(f'SELECT * FROM "{table}"'):  # noqa: S608
                cells = [cell if isinstance(cell, bytes) else str(cell).encode() for cell in row]
                if any(word in cell.lower() for cell in cells):
                    found.add(table)
    return found


def _addresses(running: Running) -> list[str]:
    with closing(sqlite3.connect(running.folder / "passalong.sqlite3")) as database:
        rows = database.execute(
            "SELECT p.key FROM contacts_contactpoint p JOIN contacts_contact c ON c.id = p.contact_id "
            "WHERE c.full_name = ? AND p.kind = 'email'",
            [JUN],
        )
        return [key for (key,) in rows.fetchall()]
