"""Mailboxes: separators, headers, names, dates; the fast lane equals the standard library."""

from __future__ import annotations

import gzip
import mailbox
from email.utils import parsedate_to_datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from passalong.exchange import readers
from passalong.exchange.readers import mailaddr

SEPARATOR = "From a@b.example Mon Jan  5 10:00:00 2026"


def message(*headers: str, separator: str = SEPARATOR, body: str = "text", end: str = "\n") -> str:
    return end.join([separator, *headers, "", body, "", ""])


def read(text: str | bytes) -> list[readers.MessageRecord]:
    return list(readers.messages(text.encode() if isinstance(text, str) else text, filename="mail.mbox"))


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_the_six_headers(end):
    (one,) = read(
        message(
            "Received: from x",
            "\tby y; Mon, 5 Jan 2026 10:00:00 +0000",
            "From: =?utf-8?q?J=C3=B6rg?= M <J@X.example>",
            'To: "Lee, Ann" <ann@x.example>,',
            "\tbo@x.example",
            "CC: Zoë <zoe@x.example>",
            "Subject: secret",
            "date: Mon, 5 Jan 2026 11:00:00 +0100",
            "Message-Id: <1@x>",
            "List-ID: The list <list.x.example>",
            "To: second@x.example",
            body="From: body@x.example",
            end=end,
        )
    )
    assert one.as_json() == {
        "from": "j@x.example",
        "to": ["ann@x.example", "bo@x.example"],
        "cc": ["zoe@x.example"],
        "date": "2026-01-05T11:00:00+01:00",
        "message_id": "<1@x>",
        "list_id": "The list <list.x.example>",
    }
    assert [address.name for address in (one.sender, *one.to, *one.cc)] == ["Jörg M", "Lee, Ann", "", "Zoë"]


def test_separators_are_told_from_text():
    text = message(
        "From: a@x.example", body="From my window I see\nFrom 10:30 on, 2020: rain\n>From quoted\n\nFrom here\non"
    )
    text += message("From: b@x.example", separator="From b at x.example  Thu Nov  1 11:19:12 2001").rstrip("\n") + "\n"
    text += message("From: c@x.example", separator="From -")
    assert [one.sender.email for one in read(text)][:2] == ["a@x.example", "b@x.example"]
    assert len(read(text + "\n" + message("From: c@x.example", separator="From -"))) == 3


def test_hidden_addresses_and_missing_brackets():
    (one,) = read(
        message(
            "From: jane at x.example (=?utf-8?q?Jan=C3=A9?= Doe)",
            "To: undisclosed-recipients:;",
            'Cc: "Roe, R" R.Roe@X.example',
        )
    )
    assert one.sender == ("jane@x.example", "Jané Doe")
    assert one.to == ()
    assert one.cc[0].email == "r.roe@x.example"


def test_groups_comments_and_eight_bit_bytes():
    (one,) = read(
        message("From: X", "To: Team: a@x.example, B <b@x.example>;", "Cc: c@x.example (Cé)").encode("latin-1")
    )
    assert one.sender.email == ""
    assert [address.email for address in one.to] == ["a@x.example", "b@x.example"]
    assert one.cc == (("c@x.example", "Cé"),)


@pytest.mark.parametrize(
    ("written", "iso"),
    [
        ("Mon, 5 Jan 2026 11:00:00 +0100", "2026-01-05T11:00:00+01:00"),
        ("5 Jan 2026 11:00 -0530 (IST)", "2026-01-05T11:00:00-05:30"),
        ("Mon, 5 Jan 2026 11:00:00 GMT", "2026-01-05T11:00:00+00:00"),
        ("Thu,  1 Nov 2001 11:19:12 EST", "2001-11-01T11:19:12-05:00"),
        ("Wed, 31 Feb 2026 11:00:00 +0000", ""),
        ("yesterday", ""),
        ("Mon, 5 Jan 2026 11:00:00 +9999", ""),
    ],
)
def test_dates_of_messages(written, iso):
    assert read(message("From: a@b.example", f"Date: {written}"))[0].date == iso


def test_reading_is_a_sequence_that_keeps_nothing(tmp_path):
    path = tmp_path / "mail.mbox"
    path.write_text(
        "".join(
            message(f"From: p{n}@x.example", "Message-ID: <same@x>", "Date: 5 Jan 2026 11:00:00 +0000")
            for n in range(20)
        )
    )
    calls = []
    reading = readers.read(path, on_progress=lambda done, total: calls.append(done))
    assert (reading.format, reading.content, len(reading.records)) == ("mbox", "messages", 20)
    assert reading.records[-1].sender.email == "p19@x.example"
    assert [record.row for record in reading.records[2:4]] == [3, 4]
    assert len(list(reading.records)) == len(list(reading.records)) == 20
    assert list(reading.warnings) == []


def test_messages_without_sender_or_date_are_noted_once():
    reading = readers.read(message("To: a@b.example").encode() + message("From: a@b.example").encode())
    for _ in range(2):
        assert len(list(reading.records)) == 2
        assert [note.row for note in reading.warnings] == [1, 2]


def test_packed_mailboxes(tmp_path):
    path = tmp_path / "mail.mbox.gz"
    path.write_bytes(gzip.compress(message("From: a@b.example").encode() * 3))
    assert len(readers.read(path).records) == 3
    assert len(list(readers.messages(path))) == 3


def test_a_header_block_without_end_is_cut_off():
    text = SEPARATOR + "\nFrom: a@b.example\nX: " + "y" * 600_000 + "\nTo: late@b.example\n"
    (one,) = read(text)
    assert (one.sender.email, one.to) == ("a@b.example", ())


def test_what_is_no_mailbox():
    with pytest.raises(readers.Refused, match="not a mailbox"):
        read("Name,Email\n")


WORD = st.text("abcdefghijklmnop0123456789-_'.! #$%&=?", min_size=1, max_size=12)
LOCAL = st.from_regex(r"[a-z0-9_+]{1,8}(\.[a-z0-9]{1,5})?", fullmatch=True)
HOST = st.from_regex(r"[a-z0-9]{1,8}(\.[a-z]{2,5}){0,2}", fullmatch=True)
PLAIN_ADDRESS = st.builds("{}@{}".format, LOCAL, HOST)
QUOTED = st.text(" abcXYZ,.()<>@:;'é", max_size=10).map('"{}"'.format)
NAME = st.one_of(WORD, QUOTED, st.just("=?utf-8?q?J=C3=B6rg_M?="), st.just("=?iso-8859-1?Q?G=F6ran?= X"), st.just(""))
ONE = st.one_of(
    PLAIN_ADDRESS,
    st.builds("{} <{}>".format, NAME, PLAIN_ADDRESS),
    st.builds("{} ({})".format, PLAIN_ADDRESS, WORD),
    st.builds("{}: {};".format, WORD, PLAIN_ADDRESS),
    st.text(' ,;:<>@"()\\ab.=?', max_size=15),
)
LIST = st.lists(ONE, max_size=5).map(", ".join)


@settings(max_examples=300, deadline=None)
@given(LIST)
def test_fast_lane_equals_the_standard_library(value):
    raw = value.encode()
    fast = mailaddr.fast(raw)
    if fast is not None:
        assert fast == mailaddr.slow(raw)


@settings(max_examples=80, deadline=None)
@given(st.lists(LIST, min_size=1, max_size=6))
def test_remembered_answers_equal_fresh_ones(lists):
    book = mailaddr.AddressBook()
    for value in [*lists, *reversed(lists), ",".join(lists), ",\n\t".join(lists)]:
        assert book.parse(value.encode()) == mailaddr.addresses(value.encode())


def stdlib(path) -> list[tuple]:
    """The same by the standard library: its mailbox, its header parser, its address and date parsers."""
    found = []
    box = mailbox.mbox(path)
    for one in box:
        raw = {name.lower(): value.encode("ascii", "surrogateescape") for name, value in reversed(one._headers)}
        lists = [mailaddr.slow(raw.get(name, b"").replace(b"\n", b"")) for name in ("from", "to", "cc")]
        date = parsedate_to_datetime(one["Date"]).isoformat()
        found.append((lists[0][:1], *lists[1:], date, one["Message-ID"]))
    box.close()
    return found


ROW = st.tuples(ONE.filter(lambda one: one.strip()), LIST, LIST, st.integers(1, 28), st.booleans())


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(ROW, min_size=1, max_size=5))
def test_whole_mailboxes_equal_the_standard_library(tmp_path, rows):
    path = tmp_path / "mail.mbox"
    path.write_text("".join(_message(*row) for row in rows), encoding="utf-8")
    ours = [
        ((one.sender,) if one.sender.email else (), one.to, one.cc, one.date, one.message_id)
        for one in readers.messages(path)
    ]
    assert ours == stdlib(path)


def _message(sender: str, to: str, cc: str, day: int, copied: bool) -> str:
    return message(
        f"From: {sender}",
        f"To: {to}",
        "X-Other: a",
        "\tb",
        *([f"Cc: {cc}"] if copied else []),
        f"Date: Mon, {day:02d} Jan 2024 10:00:{day:02d} +0{day % 10}00",
        f"Message-ID: <{day}@x>",
    )
