"""The pages of the record: who may open them, what they show, and the bytes behind them."""

from __future__ import annotations

import io
import zipfile
from datetime import date, timedelta

import pytest
from django.urls import reverse
from tests import make

from passalong.accounts.models import Member, Role
from passalong.compliance.models import Hold
from passalong.compliance.services import retention
from passalong.core import blobs, clock, events
from passalong.core.models import Event, Payload
from passalong.core.records import forget

pytestmark = pytest.mark.django_db
PAGE = b"<!doctype html><script>top.alert(1)</script><p>\xff not even text</p>\r\n"
TODAY = clock.today().isoformat


@pytest.fixture
def owner() -> Member:
    return make.member(name="Olga Owner")


@pytest.fixture
def browser(owner: Member):
    return make.browser(owner)


def _text(
    owner: Member, content: bytes = PAGE, media_type: str = "text/html; charset=utf-8", **about
) -> tuple[int, str]:
    blob = blobs.keep(owner.practice_id, content, media_type)
    about.setdefault("actor", owner.public_id)
    kind = about.pop("kind", "kits:edition_published")
    event = events.record(owner.practice_id, kind, texts={"page": blob}, number=1, title="A kit", **about)
    return event.number, blob.digest


def _open(browser, name: str, *args: object, **query: str):
    return browser.get(reverse(f"compliance:{name}", args=args), query)


PAGES = ["record", "record_published", "record_keeping"]
POSTS = ["record_export", "record_release", "record_year"]


def test_owners_and_approvers_open_it_and_nobody_else_does(owner: Member) -> None:
    number, digest = _text(owner)
    approver = make.browser(make.member(owner.practice, role=Role.APPROVER))
    assistant = make.browser(make.assistant(owner.practice))
    before = Event.objects.count()
    for name, args in [*((name, ()) for name in PAGES), ("record_entry", (number,)), ("record_text", (number, digest))]:
        assert _open(approver, name, *args).status_code == 200
        assert _open(assistant, name, *args).status_code == 403
        assert "/login/" in _open(make.browser(), name, *args).headers["Location"]
    for name in POSTS:
        assert assistant.post(reverse(f"compliance:{name}")).status_code == 403
        assert approver.get(reverse(f"compliance:{name}")).status_code == 405
    assert Event.objects.count() == before


def test_another_practices_record_is_not_there(owner: Member) -> None:
    for _ in range(4):
        number, digest = _text(owner)
    stranger = make.browser(make.member())
    assert _open(stranger, "record_entry", number).status_code == 404
    assert _open(stranger, "record_text", number, digest).status_code == 404
    held = retention.hold(
        by=owner, subject="one", rule="Case 1", reason="The court asks.", until=clock.today() + timedelta(days=9)
    )
    assert stranger.post(reverse("compliance:record_release"), {"hold": held.public_id}).status_code == 404
    assert Hold.objects.get().ended_at is None


def test_it_says_what_happened_to_whom_who_did_it_and_when(owner: Member, browser) -> None:
    someone = make.client(owner, "Anna Berg")
    _text(owner, people=[someone.public_id])
    page = _open(browser, "record").content.decode()
    assert "Edition 1 published: A kit" in page
    assert "Anna Berg" in page
    assert "Olga Owner" in page
    assert page.index("Edition 1 published") < page.index("Person put on file")


def test_it_is_looked_through_by_day_kind_and_person(owner: Member, browser, monkeypatch) -> None:
    someone = make.client(owner, "Anna Berg")
    make.client(owner, "Bert Cole")
    number, _digest = _text(owner, people=[someone.public_id])
    lines = lambda **query: [line.event.number for line in _open(browser, "record", **query).context["lines"]]  # noqa: E731
    assert number in lines(person="anna")
    assert lines(person="anna", kind="published") == [number]
    assert lines(person=someone.public_id, kind="kits:") == [number]
    assert lines(person="nobody at all") == []
    assert lines(until="2001-01-01") == []
    assert len(lines(since=TODAY(), until=TODAY())) == Event.objects.filter(practice=owner.practice).count()
    assert b"Nothing on the record fits this" in _open(browser, "record", until="2001-01-01").content
    assert _open(browser, "record", since="soon", kind="no such", page="x").status_code == 200


def test_what_was_noted_has_days_in_words_and_a_text_has_its_digest_once(owner: Member, browser) -> None:
    number, digest = _text(owner, kind="kits:proof_consent", given_on="2026-11-22", digest="d" * 64)
    page = _open(browser, "record_entry", number).content.decode()
    assert "22 Nov 2026" in page
    assert "2026-11-22" not in page
    assert page.count(f">{digest}<") == 1
    assert "d" * 64 not in page
    alone = events.record(owner.practice_id, "compliance:approval_asked", digest="d" * 64)
    assert "d" * 64 in _open(browser, "record_entry", alone.number).content.decode()


@pytest.mark.parametrize("address", ["?keep=1", ""])
def test_a_past_text_is_shown_byte_for_byte_and_can_do_nothing(owner: Member, browser, address: str) -> None:
    number, digest = _text(owner)
    shown = browser.get(reverse("compliance:record_text", args=[number, digest]) + address)
    assert shown.content == PAGE
    assert shown["Content-Type"] == "text/html; charset=utf-8"
    assert shown["X-Content-Type-Options"] == "nosniff"
    assert shown["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert "allow-" not in shown["Content-Security-Policy"]
    assert shown["Content-Disposition"].startswith("attachment" if address else "inline")
    assert "no-store" in shown["Cache-Control"]


@pytest.mark.parametrize(
    ("media_type", "suffix"),
    [("application/pdf", "pdf"), ("message/rfc822", "eml"), ("image/svg+xml", "bin"), ("text/xml", "bin")],
)
def test_what_a_browser_might_run_is_a_file_to_keep(owner: Member, browser, media_type: str, suffix: str) -> None:
    number, digest = _text(owner, b"<svg/>", media_type)
    shown = _open(browser, "record_text", number, digest)
    assert shown["Content-Disposition"] == f'attachment; filename="record-{number}-page.{suffix}"'


def test_a_text_of_another_entry_is_not_shown(owner: Member, browser) -> None:
    number, _digest = _text(owner)
    other, digest = _text(owner, b"other")
    assert _open(browser, "record_text", number, digest).status_code == 404
    assert _open(browser, "record_text", other, digest).status_code == 200
    assert _open(browser, "record_text", 999_999, digest).status_code == 404


def test_an_erased_entry_says_so(owner: Member, browser) -> None:
    number, _digest = _text(owner, kind="test:any")
    forget(Payload.objects.filter(event__number=number).select_related("event"))
    assert b"were erased or ran out" in _open(browser, "record_entry", number).content


def test_an_entry_says_how_long_it_is_kept_and_why(owner: Member, browser) -> None:
    number, _digest = _text(owner, subject="edition")
    assert b"by us.sec.204-2" in _open(browser, "record_entry", number).content
    other, _digest = _text(owner, kind="contacts:edited")
    assert b"no rule speaks of it" in _open(browser, "record_entry", other).content


def test_what_was_published_on_a_day_comes_from_the_kept_bytes(owner: Member, browser, monkeypatch) -> None:
    number, digest = _text(owner, subject="edition")
    first = clock.today()
    later = clock.now() + timedelta(days=5)
    monkeypatch.setattr(clock, "now", lambda: later)
    _text(owner, b"the next one", subject="next")
    events.record(owner.practice_id, "kits:edition_replaced", subject="edition")
    lines = lambda day: [one.event.number for one in _open(browser, "record_published", on=day).context["lines"]]  # noqa: E731
    assert lines(first.isoformat()) == [number]
    assert lines((first + timedelta(days=4)).isoformat()) == [number]
    assert lines((first + timedelta(days=5)).isoformat()) == [number + 1]
    assert lines("2001-01-01") == []
    assert lines("") == []
    assert _open(browser, "record_text", number, digest).content == PAGE


def test_the_export_comes_as_a_file_and_goes_on_the_record(owner: Member, browser) -> None:
    _text(owner)
    answer = browser.post(reverse("compliance:record_export"), {"start": TODAY(), "end": TODAY()})
    raw = b"".join(answer.streaming_content)
    assert answer["Content-Disposition"] == f'attachment; filename="record-{TODAY()}-{TODAY()}.zip"'
    with zipfile.ZipFile(io.BytesIO(raw)) as file:
        assert PAGE in [file.read(name) for name in file.namelist() if name.startswith("texts/")]
    last = Event.objects.filter(practice=owner.practice).last()
    assert (last.kind, last.actor) == ("compliance:record_exported", owner.public_id)
    answer.close()


@pytest.mark.parametrize("days", [{}, {"start": "x", "end": "y"}, {"start": "2026-02-01", "end": "2026-01-01"}])
def test_an_export_needs_its_days(owner: Member, browser, days: dict[str, str]) -> None:
    answer = browser.post(reverse("compliance:record_export"), days, follow=True)
    assert b"Say from which day to which day" in answer.content


def test_a_hold_is_set_on_a_person_listed_and_released(owner: Member, browser) -> None:
    someone = make.client(owner, "Anna Berg")
    said = {"subject": "anna berg", "rule": "Case 12/345", "reason": "The court asks for it.", "until": "2027-01-31"}
    page = browser.post(reverse("compliance:record_keeping"), said, follow=True).content.decode()
    held = Hold.objects.get()
    assert (held.subject, held.until, held.set_by) == (someone.public_id, date(2027, 1, 31), "Olga Owner")
    assert "Case 12/345" in page
    assert "Anna Berg" in page
    browser.post(reverse("compliance:record_release"), {"hold": held.public_id})
    assert Hold.objects.get().ended_at is not None


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"subject": "Nobody"}, "Nobody on file has this name"),
        ({"subject": "Same Name"}, "Several people have this name"),
        ({"until": "2001-01-01"}, "A hold has an end"),
        ({"rule": ""}, "required"),
        ({"reason": "so"}, "Write the reason"),
    ],
)
def test_a_hold_that_lacks_something_is_told_beside_the_field(owner: Member, browser, change, sentence) -> None:
    make.client(owner, "Anna Berg")
    for _ in range(2):
        make.client(owner, "Same Name")
    make.client(make.member(), "Nobody")  # of another practice
    good = {"subject": "Anna Berg", "rule": "Case 1", "reason": "The court asks for it.", "until": "2027-01-31"}
    answer = browser.post(reverse("compliance:record_keeping"), good | change)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not Hold.objects.exists()


def test_the_end_of_the_fiscal_year_is_set(owner: Member, browser) -> None:
    browser.post(reverse("compliance:record_year"), {"last_month": "6"})
    assert b'<option value="6" selected>' in _open(browser, "record_keeping").content
    browser.post(reverse("compliance:record_year"), {"last_month": "13"})
    assert b'<option value="6" selected>' in _open(browser, "record_keeping").content


def test_many_entries_are_paged(owner: Member, browser, django_assert_max_num_queries) -> None:
    for number in range(120):
        events.record(owner.practice_id, "test:any", number=number)
    with django_assert_max_num_queries(16):
        page = _open(browser, "record", page="2")
    assert len(page.context["lines"]) == 50
    assert b"page=3" in page.content


def test_what_people_write_is_never_markup(owner: Member, browser) -> None:
    number, _digest = _text(owner, kind="test:any", why="<script>alert(1)</script>", nested={"a": ["<b>"]})
    page = _open(browser, "record_entry", number).content
    assert b"<script>alert(1)" not in page
    assert b"&lt;script&gt;" in page


def test_what_was_noted_is_read_as_words(owner: Member, browser) -> None:
    noted = {"needs_help": False, "chosen_time": "", "rules_by": ["also", "region"]}
    event = events.record(owner.practice_id, "introductions:replied", **noted)
    page = " ".join(browser.get(f"/settings/record/{event.number}/").content.decode().split())
    assert '<dt>Needs help</dt> <dd class="text-break"> no </dd>' in page
    assert "also, region" in page
    assert "Chosen time" not in page


def test_a_readers_reply_says_who_and_what_it_is_about(owner: Member, browser) -> None:
    event = events.record(owner.practice_id, "introductions:replied", subject="reply1", wish="yes")
    page = " ".join(_open(browser, "record").content.decode().split())
    assert '<td data-label="About">their reply</td> <td data-label="Who">a reader</td>' in page
    assert "a reader" in _open(browser, "record_entry", event.number).content.decode()
