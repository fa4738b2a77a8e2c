"""Whatever bytes come, a reading or one sentence comes out, in bounded time."""

from __future__ import annotations

import json
import warnings

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from passalong.exchange import readers

SEEDS = [
    b'First Name,Last Name,URL,Email Address,Company,Position,Connected On\r\nAda,"L, MBA",x,'
    b"a@b.example,C,T,07 Dec 2025\r\n",
    b"Name;E-Mail;Geburtstag\r\nJ\xfcrgen;j@x.example;26.3.1994\r\n=1+1;;\r\n",
    b""
    b"BEGIN:VCARD\r\nVERSION:2.1\r\nN;CHARSET=SHIFT_JIS;ENCODING=QUOTED-PRINTABLE:=83=8D;x\r\nTEL;HOME:1\r\nEND:VCARD\r\n",
    b'BEGIN:VCARD\nFN:A\nitem1.ADR;TYPE="a:b":;;S\\,1;C\nBDAY:1980\nX-ABRELATEDNAMES:b\nEND:VCARD\n',
    b""
    b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:1\nDTSTART;TZID=Europe/Paris:20240101T100000\nDURATION:P1D\nATTENDEE;CN=A:mailto:a@b.c\n"
    b"RRULE:FREQ=DAILY\nEND:VEVENT\nEND:VCALENDAR\n",
    b'From a@b.c Mon Jan  5 10:00:00 2026\nFrom: =?utf-8?q?J=C3=B6?= <a@b.c>\nTo: x at y.z (Q), "b, c" <d@e.f>;\n'
    b"Date: Mon, 5 Jan 2026 10:00:00 +0100\nMessage-ID: <1@x>\n\ntext\n\n",
]
PIECES = st.sampled_from(
    [
        b'"',
        b",",
        b";",
        b":",
        b"\n",
        b"\r",
        b"\r\n ",
        b"=",
        b"\\",
        b"\x00",
        b"\xff\xfe",
        b"\xe3",
        b"BEGIN:VCARD\n",
        b"END:VEVENT\n",
        b"BEGIN:VALARM\n",
        b"\nFrom ",
        b"<",
        b"(",
        b"=?utf-8?b?",
        b"?=",
        b"\x1f\x8b",
        b"PK\x03\x04",
        b"99999999",
    ]
)


@st.composite
def mangled(draw) -> bytes:
    """A good file with bytes put in, taken out and repeated."""
    data = draw(st.sampled_from(SEEDS))
    for _ in range(draw(st.integers(0, 8))):
        at = draw(st.integers(0, len(data)))
        piece = draw(st.one_of(PIECES, st.binary(max_size=6)))
        data = data[:at] + piece + data[at + draw(st.integers(0, 10)) :]
    return data


def check(data: bytes, as_: str) -> None:
    sentence = "None."
    try:
        reading = readers.read(data, filename="file", as_=as_)
        lines = [json.dumps(record.as_json()) for record in reading.records]
    except readers.Refused as refused:
        reading, lines, sentence = None, [], refused.message
    assert sentence.endswith(".")
    assert "\n" not in sentence
    if reading is None:
        return
    assert len(lines) == len(reading.records)
    for note in [*reading.warnings, *reading.errors]:
        assert note.row >= 0
        assert note.message


@pytest.mark.parametrize("as_", ["auto", "vcard", "ics", "mbox", "directory", "linkedin", "google"])
@settings(max_examples=120, deadline=2000, suppress_health_check=[HealthCheck.too_slow])
@given(data=mangled())
def test_mangled_files(as_, data):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        check(data, as_)


@settings(max_examples=200, deadline=2000)
@given(data=st.binary(min_size=1, max_size=400), as_=st.sampled_from(readers.FORMATS))
def test_any_bytes(data, as_):
    check(data, as_)


@settings(max_examples=100, deadline=2000)
@given(rows=st.lists(st.lists(st.text(max_size=30), min_size=1, max_size=6), min_size=1, max_size=6))
def test_any_cells(rows):
    text = "\n".join(
        ",".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in [["Name", "Email", "Birthday"], *rows]
    )
    check(text.encode("utf-8", "surrogatepass"), "directory")
