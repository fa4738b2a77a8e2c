"""The door: a kit's page by its link, and what becomes of every other request to such an address."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest
from tests.rooms.portal.cast import VIEW, Answered, Published, ask, publish, published, view_of

from passalong.core import clock
from passalong.kits.content import Content
from passalong.kits.models import EditionState, Link
from passalong.kits.rendering.page import VIEW_FIELD, headers
from passalong.portal import door

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.storage]
Lines = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def kit() -> Published:
    return published()


def without_view(body: bytes) -> bytes:
    return VIEW.sub(VIEW_FIELD[len(b'<input type="hidden" ') :] + b"</body></html>", body)


def test_the_page_is_the_stored_bytes_with_a_fresh_view(kit: Published, application: Any, journal_lines: Lines) -> None:
    first, second = ask(application, kit.path), ask(application, kit.path)
    assert first.status == 200
    assert without_view(first.body) == kit.page
    assert int(first.headers["Content-Length"]) == len(first.body)
    assert view_of(first.body) != view_of(second.body)
    assert headers(kit.page).items() <= first.headers.items()
    assert "Set-Cookie" not in first.headers
    assert [line["view"] for line in journal_lines()] == [view_of(first.body), view_of(second.body)]


def test_the_hit_is_written_with_what_a_verdict_needs_and_without_the_address(
    kit: Published, application: Any, journal_lines: Lines
) -> None:
    ask(application, kit.path, HTTP_SEC_PURPOSE="prefetch", HTTP_SEC_FETCH_SITE="none", HTTP_ACCEPT="text/html")
    (line,) = journal_lines()
    assert (line["link"], line["edition"], line["kind"], line["method"], line["file"]) == (
        kit.link.pk,
        kit.edition.pk,
        "hit",
        "GET",
        "page",
    )
    assert "Firefox/140.0" in line["agent"]
    assert {"host", "user-agent", "accept", "sec-purpose=prefetch", "sec-fetch-site=none"} <= set(line["headers"])
    assert line["address_hash"]
    assert "203.0.113.9" not in str(line)


@pytest.mark.parametrize(
    ("accept", "is_zipped"),
    [
        ("gzip, deflate, br, zstd", True),
        ("", False),
        ("identity", False),
        ("gzip;q=0", False),
        ("*", True),
        ("br;q=1.0, gzip;q=0.2", True),
        ("*;q=0, gzip", True),
        ("GZIP", True),
        ("gzip;q=rubbish", False),
    ],
)
def test_gzip_for_those_who_take_it(kit: Published, application: Any, accept: str, is_zipped: bool) -> None:
    answer = ask(application, kit.path, HTTP_ACCEPT_ENCODING=accept)
    assert (answer.headers.get("Content-Encoding") == "gzip") is is_zipped
    assert answer.headers["Vary"] == "Accept-Encoding"
    assert int(answer.headers["Content-Length"]) == len(answer.body)
    if is_zipped:
        assert len(answer.body) < len(kit.page) / 2
        one = zlib.decompressobj(wbits=31)  # one member, to its end, with the right sum
        body = one.decompress(answer.body)
        assert one.eof
        assert not one.unused_data
        assert body == gzip.decompress(answer.body)
    else:
        body = answer.body
    assert without_view(body) == kit.page


def test_head_says_the_same_without_the_body(kit: Published, application: Any, journal_lines: Lines) -> None:
    full = ask(application, kit.path, HTTP_ACCEPT_ENCODING="identity")
    head = ask(application, kit.path, "HEAD", HTTP_ACCEPT_ENCODING="identity")
    assert (head.status, head.headers, head.body) == (200, full.headers, b"")
    assert [line["method"] for line in journal_lines()] == ["GET", "HEAD"]


def test_withdrawing_archiving_and_ending_kill_at_once_and_publishing_anew_shows_at_once(
    kit: Published, application: Any, journal_lines: Lines
) -> None:
    assert ask(application, kit.path).status == 200
    kit.edition.state = EditionState.WITHDRAWN
    kit.edition.save()
    gone = ask(application, kit.path)
    assert gone.status == 410
    assert gone.headers["Cache-Control"] == "no-store"
    for word in (b"Okafor", b"Berg", b"shop"):
        assert word not in gone.body
    publish(kit.kit, Content(title="The second telling"))
    assert b"The second telling" in ask(application, kit.path).body
    kit.kit.archived_at = clock.now()
    kit.kit.save()
    assert ask(application, kit.path).status == 410
    kit.kit.archived_at = None
    kit.kit.save()
    assert ask(application, kit.path).status == 200
    Link.objects.update(ended_at=clock.now())
    assert ask(application, kit.path).status == 410
    assert len(journal_lines()) == 3, "only pages that were shown are hits"


def test_an_unknown_address_says_as_little_as_one_taken_down(kit: Published, application: Any) -> None:
    unknown = ask(application, "/k/" + "z" * 10)
    assert unknown.status == 404
    kit.edition.delete()
    over = ask(application, kit.path)
    assert over.status == 410
    assert set(unknown.headers) == set(over.headers)
    assert len(unknown.body) == pytest.approx(len(over.body), rel=0.02)


@pytest.mark.parametrize("found", ["?utm_source=x&fbclid=y", "?", "?next=//evil.example", "?%00"])
def test_what_messengers_add_to_an_address_changes_nothing(kit: Published, application: Any, found: str) -> None:
    assert without_view(ask(application, kit.path + found).body) == kit.page


def test_a_token_typed_in_capitals_opens_the_page(kit: Published, application: Any) -> None:
    assert ask(application, f"/k/{kit.link.token.upper()}").status == 200


def test_a_slash_too_many_leads_home_and_nowhere_else(kit: Published, application: Any) -> None:
    answer = ask(application, f"{kit.path}/?next=https://evil.example")
    assert (answer.status, answer.headers["Location"]) == (301, kit.path)
    for path in ("/k//evil.example/", "/k/%5Cevil.example/", "/k/https:%2F%2Fevil.example/", "/k/\\evil.example/"):
        answer = ask(application, path)
        assert answer.status == 404, path
        assert "Location" not in answer.headers


@pytest.mark.parametrize(
    "path",
    [
        "/k/" + "a" * 5000,
        "/k/a\x00bcdefghj",
        "/k/..",
        "/k/" + "ÿ" * 10,
        "/k/",
        "/k",
        "/k/'; DROP TABLE x",
        "/k/x/y/z",
    ],
)
def test_strange_addresses_are_not_found(kit: Published, application: Any, path: str) -> None:
    assert ask(application, path).status == 404


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
def test_other_methods_are_refused(kit: Published, application: Any, method: str, journal_lines: Lines) -> None:
    answer = ask(application, kit.path, method)
    assert (answer.status, answer.headers["Allow"]) == (405, "GET, HEAD, POST")
    assert not journal_lines()


def test_a_range_is_answered_with_the_whole_page(kit: Published, application: Any) -> None:
    answer = ask(application, kit.path, HTTP_RANGE="bytes=0-10", HTTP_ACCEPT_ENCODING="identity")
    assert answer.status == 200
    assert without_view(answer.body) == kit.page


def test_a_forged_host_is_refused(kit: Published, application: Any, journal_lines: Lines) -> None:
    for host in ("evil.example", "localhost.evil.example", "localhost:80@evil.example", "", "x" * 400):
        answer = ask(application, kit.path, HTTP_HOST=host, SERVER_NAME="evil.example")
        assert answer.status == 400, host
        assert b"Who takes over" not in answer.body
    forwarded = ask(application, kit.path, HTTP_X_FORWARDED_HOST="evil.example")
    assert b"evil.example" not in forwarded.body + str(forwarded.headers).encode()
    assert len(journal_lines()) == 1


def beacon(application: Any, kit: Published, **said: str) -> Answered:
    fields = {"view": "abcdefghijkl", "what": "part", "part": "2"} | said
    return ask(application, kit.path + "/seen", "POST", body=urlencode(fields).encode())


def test_a_sign_of_reading_is_noted(kit: Published, application: Any, journal_lines: Lines) -> None:
    view = view_of(ask(application, kit.path).body)
    answer = beacon(application, kit, view=view, part="3")
    assert (answer.status, answer.body) == (204, b"")
    line = journal_lines()[-1]
    assert (line["kind"], line["view"], line["what"], line["part"]) == ("engaged", view, "part", 3)


def test_scrolling_is_a_sign_without_a_part(kit: Published, application: Any, journal_lines: Lines) -> None:
    view = view_of(ask(application, kit.path).body)
    assert ask(application, kit.path + "/seen", "POST", body=f"view={view}&what=scroll".encode()).status == 204
    line = journal_lines()[-1]
    assert (line["kind"], line["view"], line["what"], line["part"]) == ("engaged", view, "scroll", None)


@pytest.mark.parametrize(
    "said",
    [
        {"view": ""},
        {"view": "short"},
        {"view": "x" * 12 + "'"},
        {"what": "bought"},
        {"part": "0"},
        {"part": "6"},
        {"part": "9" * 500},
        {"part": "²"},
        {"what": "part", "part": ""},
        {"what": "form", "padding": "x" * 2000},
    ],
)
def test_what_our_page_does_not_send_is_not_noted(
    kit: Published, application: Any, journal_lines: Lines, said: dict[str, str]
) -> None:
    assert beacon(application, kit, **said).status == 400
    assert not journal_lines()


def test_signs_for_pages_that_are_not_shown_are_not_noted(
    kit: Published, application: Any, journal_lines: Lines
) -> None:
    assert ask(application, f"/k/{'z' * 10}/seen", "POST", body=b"x=1").status == 404
    assert ask(application, kit.path + "/seen").status == 405
    cross = ask(application, kit.path + "/seen", "POST", body=b"x=1", HTTP_SEC_FETCH_SITE="cross-site")
    assert cross.status == 403
    kit.edition.delete()
    assert beacon(application, kit).status == 410
    assert not journal_lines()


def test_one_address_cannot_flood_the_journal(kit: Published, application: Any, journal_lines: Lines) -> None:
    answers = [beacon(application, kit).status for _ in range(1000)]
    assert set(answers) == {204, 429}
    assert len(journal_lines()) == answers.count(204) < 650


def test_a_database_that_is_down_is_told_calmly(
    kit: Published, application: Any, settings: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    from django.db import connections

    door.pool.close()
    down = {
        **connections.settings["default"],
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(tmp_path / "no" / "db"),
    }
    monkeypatch.setitem(connections.settings, "default", {**down, "OPTIONS": {}})
    answer = ask(application, kit.path)
    assert (answer.status, answer.headers["Retry-After"]) == (503, "30")
    assert b"try again" in answer.body
    monkeypatch.undo()
    assert ask(application, kit.path).status == 200


def test_a_broken_connection_is_replaced(kit: Published, application: Any) -> None:
    assert ask(application, kit.path).status == 200
    ((connection, _since),) = door.pool._idle
    connection.connection.close()  # as when the server restarts
    assert ask(application, kit.path).status == 200


def test_a_page_is_three_statements_at_most_and_leaves_no_transaction(kit: Published, application: Any) -> None:
    ask(application, kit.path)
    ((connection, _since),) = door.pool._idle
    connection.force_debug_cursor = True
    ask(application, kit.path)
    assert len(connection.queries_log) == 1
    assert not connection.in_atomic_block
    assert len(door.pool._idle) == 1
