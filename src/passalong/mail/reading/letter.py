"""A message as we need it: who, when, in answer to what, which words, which attachments by name."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from passalong.mail.reading import limits
from passalong.mail.reading.html import to_text
from passalong.mail.reading.mime import Part, Taken, decode_words, head_and_body, read_headers, take_apart, unfold
from passalong.mail.reading.people import Mailbox, ids, mailboxes
from passalong.mail.reading.quotes import own_words

# Where servers note whom a message was for; the addressees themselves come last, because anybody writes those.
_FOR = ("delivered-to", "x-original-to", "envelope-to", "x-envelope-to", "x-forwarded-to", "to", "cc")
_FROM_LINE = re.compile(r"[>* \t]{0,6}(?:From|Von|De|Da|Van|Från|Fra|Od|От)\*?:", re.IGNORECASE)
_UNSAFE_NAME = re.compile(r"[^\w .,()+-]", re.UNICODE)


@dataclass(frozen=True, slots=True)
class Attachment:
    """Something attached: a safe name to show, its kind, its size in bytes as it came. Never opened."""

    name: str
    kind: str
    size: int


@dataclass(frozen=True, slots=True)
class Letter:
    """sender: the one address of From, None when there is none or more than one. for_whom: addresses it was sent to,
    those noted by servers first. message_id: without brackets. answers: ids of In-Reply-To and References, nearest
    first. text: all words, own: the new ones among them. cut: something was beyond the bounds."""

    sender: Mailbox | None
    subject: str
    sent_at: datetime | None
    for_whom: list[Mailbox]
    others: list[Mailbox]
    message_id: str
    answers: list[str]
    text: str
    own: str
    has_quotes: bool
    attachments: list[Attachment]
    more_attachments: int
    cut: bool
    top: Part
    leaves: list[Part] = field(repr=False)

    def header(self, name: str) -> str:
        """The first header of this name."""
        return self.top.header(name)


def read(raw: bytes) -> Letter:
    """Read a message of at most MOST_BYTES. Never raises for what stands in it."""
    return _letter(take_apart(raw))


def read_head(raw: bytes) -> Letter:
    """Read the headers alone, of a message of any size."""
    head, _body = head_and_body(raw[: limits.HEADER_BYTES])
    return _letter(Taken(Part(read_headers(head), b"", "text/plain", {}), [], cut=True))


def _letter(taken: Taken) -> Letter:
    top = taken.top
    senders = [one for value in top.all("from") for one in mailboxes(value)]
    is_one = len(senders) == 1 and len(top.all("from")) == 1
    text, is_cut = _text(taken.leaves)
    said = own_words(text)
    named, more = _attachments(taken.leaves)
    return Letter(
        sender=senders[0] if is_one else None,
        subject=decode_words(top.header("subject"))[: limits.SUBJECT],
        sent_at=_date(top.header("date")),
        for_whom=_addressees(top, _FOR),
        others=_addressees(top, ("to", "cc")),
        message_id=next(iter(ids(top.header("message-id"))), "")[:250],
        answers=_answers(top),
        text=text[: limits.SHOWN],
        own=said.text[: limits.SHOWN],
        has_quotes=said.was_cut,
        attachments=named,
        more_attachments=more,
        cut=taken.cut or is_cut or len(said.text) > limits.SHOWN,
        top=top,
        leaves=taken.leaves,
    )


def _addressees(top: Part, names: tuple[str, ...]) -> list[Mailbox]:
    found = [one for name in names for value in top.all(name)[:5] for one in mailboxes(value)]
    return list({one.address: one for one in reversed(found)}.values())[::-1]


def _answers(top: Part) -> list[str]:
    found = [*ids(top.header("in-reply-to")), *ids(top.header("references"))]
    return list(dict.fromkeys(found))[: limits.REFERENCES]


def _date(written: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(written[:100])
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _is_attached(part: Part) -> bool:
    return part.disposition == "attachment" or not part.kind.startswith("text/") or bool(part.filename)


def _text(leaves: list[Part]) -> tuple[str, bool]:
    """The plain text, else the HTML as text; whether it was longer than what is read."""
    bodies = [part for part in leaves if not _is_attached(part)]
    for kind in ("text/plain", "text/html"):
        found = [part.text() for part in bodies if part.kind == kind][: 10 if kind == "text/plain" else 1]
        if any(one.strip() for one in found):
            whole = "\n".join(to_text(one) if kind == "text/html" else one for one in found)
            return whole.strip()[: limits.TEXT], any(len(one) >= limits.TEXT for one in found)
    return "", False


def _attachments(leaves: list[Part]) -> tuple[list[Attachment], int]:
    found = [part for part in leaves if _is_attached(part) and not part.kind.startswith("message/")]
    named = [Attachment(safe_name(part.filename), _kind(part.kind), len(part.body)) for part in found]
    return named[: limits.ATTACHMENTS], max(0, len(found) - limits.ATTACHMENTS)


def _kind(written: str) -> str:
    return written if re.fullmatch(r"[\w.+-]{1,60}/[\w.+-]{1,60}", written) else ""


def safe_name(written: str) -> str:
    """A file's name to be shown: no folders, no controls, nothing that turns direction, no dot in front."""
    last = unicodedata.normalize("NFKC", written).replace("\\", "/").rpartition("/")[2]
    return " ".join(_UNSAFE_NAME.sub("", last).split()).lstrip(". ")[: limits.NAME]


def forwarded_from(letter: Letter) -> list[str]:
    """Who wrote a message that is passed on: by the attached original, else by the first From line of its text."""
    attached = returned_headers(letter.leaves).get("from", "")
    if attached:
        return [one.address for one in mailboxes(attached)]
    line = next((one for one in letter.text.splitlines()[:200] if _FROM_LINE.match(one[:300])), "")
    return [one.address for one in mailboxes(line[:300].partition(":")[2].replace("mailto:", ""))]


def returned_headers(leaves: list[Part]) -> dict[str, str]:
    """Headers of the message that a report gives back, whole or in part: the first of each name."""
    for part in leaves:
        if part.kind in ("message/rfc822", "text/rfc822-headers", "message/global", "message/global-headers"):
            head, _body = head_and_body(part.content(limits.HEADER_BYTES).lstrip(b"\r\n"))
            found: dict[str, str] = {}
            for name, value in read_headers(head):
                found.setdefault(name, unfold(value))
            return found
    return {}
