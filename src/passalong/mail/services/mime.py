"""A message's bytes. Headers are written by hand from checked values; bodies by the standard library, in ASCII."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP

LINE = 76  # of a folded header; RFC 5322 asks for 78, and never above 998
_WORD_BYTES = 45  # of UTF-8 in one encoded word: 60 characters of base64
# Plain ASCII that stands in a display name without quotes (RFC 5322, atext and blanks).
_ATOMS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!#$%&'*+-/=?^_`{|}~ ")


@dataclass(frozen=True, slots=True)
class Calendar:
    """An entry for the reader's calendar (RFC 5545), sent beside the words. method: REQUEST or CANCEL, as in `text`."""

    method: str
    text: str


@dataclass(frozen=True, slots=True)
class Letter:
    """What a message says, all values checked by mail.grammar. sender and to: (display name, address); more: further
    headers, in order, of plain ASCII."""

    sender: tuple[str, str]
    to: tuple[str, str]
    subject: str
    message_id: str
    text: str
    html: str
    reply_to: str = ""
    references: Sequence[str] = ()
    more: Sequence[tuple[str, str]] = field(default_factory=tuple)
    calendar: Calendar | None = None


def compose(letter: Letter) -> bytes:
    """The whole message but for Date and DKIM-Signature, which are put in front when it goes."""
    headers = [
        ("From", mailbox(*letter.sender)),
        ("To", mailbox(*letter.to)),
        ("Subject", words(letter.subject)),
        ("Message-ID", letter.message_id),
    ]
    if letter.reply_to:
        headers.append(("Reply-To", letter.reply_to))
    if letter.references:
        headers.append(("In-Reply-To", letter.references[-1]))
        headers.append(("References", " ".join(letter.references)))
    lines = [fold(name, value) for name, value in [*headers, *letter.more]]
    return b"".join(lines) + _body(letter)


def mailbox(name: str, address: str) -> str:
    """A display name, quoted or encoded as it needs to be, and its address."""
    if not name:
        return address
    if not name.isascii():
        return f"{words(name)} <{address}>"
    if set(name) <= _ATOMS and "=?" not in name:
        return f"{name} <{address}>"
    quoted = name.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{quoted}" <{address}>' if "=?" not in name else f"{_encoded(name)} <{address}>"


def words(text: str) -> str:
    """Words of a header: as they are, or as encoded words (RFC 2047)."""
    return text if text.isascii() and "=?" not in text else _encoded(text)


def _encoded(text: str) -> str:
    parts, part = [], b""
    for char in text:
        more = char.encode()
        if len(part) + len(more) > _WORD_BYTES:
            parts.append(part)
            part = b""
        part += more
    parts.append(part)
    return " ".join(f"=?utf-8?b?{base64.b64encode(one).decode()}?=" for one in parts)


def fold(name: str, value: str) -> bytes:
    """One header, folded at its blanks. Raises ValueError for what grammar let through and no header may hold."""
    if not value.isascii() or not value.isprintable():
        raise ValueError(f"{name} holds signs that no header may hold.")
    lines, line = [], f"{name}:"
    for word in value.split(" "):
        if len(line) + 1 + len(word) > LINE and line.strip() and line != f"{name}:":
            lines.append(line)
            line = ""
        line += f" {word}"
    whole = "\r\n".join([*lines, line])
    if any(len(one) > 998 for one in whole.split("\r\n")):
        raise ValueError(f"{name} is too long for a header.")
    return whole.encode("ascii") + b"\r\n"


def _body(letter: Letter) -> bytes:
    """Text, and the same as HTML. Quoted-printable: no long lines, nothing that a server on the way would change."""
    body = EmailMessage(policy=SMTP)
    body.set_content(letter.text + "\n", cte="quoted-printable")
    if letter.html:
        body.add_alternative(letter.html, subtype="html", cte="quoted-printable")
    if letter.calendar is not None:  # the method stands in the part's head as in the entry (RFC 6047, 2.4)
        told = {"method": letter.calendar.method}
        body.add_alternative(letter.calendar.text, subtype="calendar", cte="base64", params=told)
    if letter.html or letter.calendar is not None:
        boundary = base64.b32encode(letter.message_id.encode()).decode().rstrip("=")[-40:]
        body.set_boundary(f"={boundary}=")
    return bytes(body)


def calendar_of(content: bytes) -> Calendar | None:
    """The calendar entry that one of our own messages carries, if it carries one."""
    message = message_from_bytes(content, _class=EmailMessage, policy=SMTP)
    for part in message.walk():
        if part.get_content_type() == "text/calendar":
            return Calendar(str(part.get_param("method") or ""), str(part.get_content()))
    return None
