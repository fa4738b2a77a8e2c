"""Whoever is looked for in bytes is found as a reader sees them, however pages and mail programs write it."""

from __future__ import annotations

from email.message import EmailMessage

import pytest

from passalong.core.erasing import names_them
from passalong.core.person import Person
from passalong.core.wiping import GAP, Trace

SINEAD = Trace(Person(1, None, (), names=("sinéad o'brien",), emails=("sinead@hill.example",)))


def mail(text: str, charset: str = "utf-8", encoding: str = "base64", **headers: str) -> bytes:
    message = EmailMessage()
    for name, value in headers.items():
        message[name] = value
    message.set_content(text, charset=charset, cte=encoding)
    return bytes(message)


@pytest.mark.parametrize(
    "raw",
    [
        "Ask Sinéad O'Brien.".encode(),
        "Ask Sinéad O&#x27;Brien.".encode(),
        b"<td>Sin&eacute;ad</td><td class='last'>O&rsquo;Brien</td>",
        b"<p>Sin&#233;ad&nbsp;O&#39;Brien</p>",
        mail("Ask Sinéad O'Brien."),
        mail("Ask Sinéad O'Brien.", "iso-8859-1"),
        mail("Ask Sinéad O'Brien.", "utf-16", "base64"),
        mail("Write to <sinead@hill.example>.", "utf-8", "quoted-printable"),
        mail("Hello", To="Sinéad O'Brien <somebody@else.example>"),
        b"Content-Transfer-Encoding: 8bit\n"
        b"Content-Disposition: attachment; filename*=utf-8''Sin%C3%A9ad%20O%27Brien\n\nx",
    ],
)
def test_found(raw: bytes) -> None:
    assert names_them(SINEAD, raw)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"Sean O'Brien &amp; sons",
        b'Content-Transfer-Encoding: base64\nContent-Type: text/plain; charset="\\x00"\n\n%%%',
        b"Subject: =?no-such?B?####?=\nContent-Transfer-Encoding: x\n\n=?",
        b"Content-Transfer-Encoding: base64\nContent-Type: text/plain; charset=rot13\n\nU2luZWFk",
        b"<" * 50_000 + b"&" * 50_000,
    ],
)
def test_not_found_and_no_bytes_break_it(raw: bytes) -> None:
    assert not names_them(SINEAD, raw)


def test_a_name_as_pages_write_it_is_wiped() -> None:
    assert SINEAD.wiped("<b>Sinéad O&#x27;Brien</b> &amp; Co") == f"<b>{GAP}</b> &amp; Co"
    assert SINEAD.wiped("O&#39;Brien, Sinéad") == GAP
    assert SINEAD.wiped("Sinéad &amp; Tom O&#x27;Brien") == "Sinéad &amp; Tom O&#x27;Brien"
