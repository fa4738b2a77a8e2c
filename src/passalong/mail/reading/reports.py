"""What came back (RFC 3464 and what is written instead of it) and what was reported as spam (RFC 5965).

A report tells what happened; it never tells to whom. Whom it concerns is known only from the message it came back from.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from passalong.mail.reading.letter import Letter, returned_headers
from passalong.mail.reading.mime import Part, read_headers, unfold
from passalong.mail.reading.people import ids
from passalong.mail.reading.signs import is_null_path

Kind = Literal["hard", "soft", "delayed", "delivered", "complaint"]
_STATUS = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
_REPLY = re.compile(r"(?:^|[\s:<(])([45])\d\d[ -](?:#?([45]\.\d{1,3}\.\d{1,3}))?", re.MULTILINE)
_DAEMON = re.compile(r"(?:mailer-daemon|postmaster|mail-daemon|mdaemon|mailerdaemon|bounces?)(?:[+._-]|@)")
_FAILURE_SUBJECT = re.compile(
    r"(?:undeliver|undelivered mail|delivery (?:status notification|failure|has failed)|returned mail|failure notice|"
    r"mail delivery (?:failed|failure|subsystem)|unzustellbar|nicht zugestellt|non remis|échec de la remise|"
    r"no se puede entregar|mancato recapito|não entregue|onbestelbaar|недоставлен)",
    re.IGNORECASE,
)
# Such answers speak of the mailbox's size, the sender or the words: the address may well exist.
_NOT_THE_ADDRESS = frozenset({"2", "3", "4", "6", "7"})
_GONE = frozenset({"1.1", "1.2", "1.3", "1.6", "1.10", "2.1", "4.4"})
_READ = 60_000  # characters of a report that are looked at


@dataclass(frozen=True, slots=True)
class Report:
    """kind: what happened. status: such as 5.1.1. said: the server's words, shortened. messages: ids, without brackets,
    of messages it gives back. returned: their headers."""

    kind: Kind
    status: str
    said: str
    messages: list[str]
    returned: dict[str, str]


def read_report(letter: Letter) -> Report | None:
    """The report a message is, None when it is none. What a person attaches to an answer makes it no report."""
    for part in letter.leaves if _has_form(letter) else []:
        if part.kind == "message/feedback-report":
            return _complaint(letter, part)
        if part.kind in ("message/delivery-status", "message/global-delivery-status"):
            return _delivery(letter, part)
    return _odd(letter)


def _has_form(letter: Letter) -> bool:
    """Whether it is built as a report, or comes from where reports come from."""
    return letter.top.kind == "multipart/report" or is_null_path(letter) or _is_daemon(letter)


def _is_daemon(letter: Letter) -> bool:
    return letter.sender is not None and bool(_DAEMON.match(letter.sender.address))


def _fields(part: Part) -> list[dict[str, str]]:
    """The groups of fields of a report: about the message, then one for each recipient."""
    groups = []
    text = part.content(_READ).replace(b"\r\n", b"\n")
    for group in text.split(b"\n\n")[:50]:
        fields: dict[str, str] = {}
        for name, value in read_headers(group):
            fields.setdefault(name, unfold(value)[:1000])
        if fields:
            groups.append(fields)
    return groups


def _complaint(letter: Letter, part: Part) -> Report | None:
    fields = next(iter(_fields(part)), {})
    kind = fields.get("feedback-type", "").strip().lower()
    if kind in ("", "not-spam", "auth-failure", "dmarc"):
        return None
    return _report("complaint", "", kind, letter)


def _delivery(letter: Letter, part: Part) -> Report:
    recipients = [fields for fields in _fields(part) if "action" in fields or "final-recipient" in fields]
    # With several recipients named the worst counts; whom it concerns is known from our own message alone.
    found = [_one(fields) for fields in recipients[:20]] or [("soft", "", "")]
    order: tuple[Kind, ...] = ("hard", "soft", "delayed", "delivered")
    kind, status, said = min(found, key=lambda one: order.index(one[0]))
    return _report(kind, status, said, letter)  # type: ignore[arg-type]


def _one(fields: dict[str, str]) -> tuple[str, str, str]:
    action = fields.get("action", "").partition("(")[0].strip().lower()
    said = fields.get("diagnostic-code", "").partition(";")[2].strip() or fields.get("diagnostic-code", "").strip()
    status = _status(fields.get("status", ""), said)
    if action == "delayed":
        return "delayed", status, said
    if action in ("delivered", "relayed", "expanded"):
        return "delivered", status, said
    return _weight(status), status, said


def _status(written: str, said: str) -> str:
    """The status that says more: servers often write 5.0.0 and put the true one into their words."""
    first, told = _STATUS.search(written), _STATUS.search(said)
    if told and (not first or first[0].endswith(".0.0")):
        return told[0]
    return first[0] if first else ""


def _weight(status: str) -> Kind:
    """Hard: the address does not exist. Everything else may pass."""
    first, _dot, rest = status.partition(".")
    if first != "5":
        return "soft"
    subject = rest.partition(".")[0]
    return "soft" if subject in _NOT_THE_ADDRESS and rest not in _GONE else "hard"


def _odd(letter: Letter) -> Report | None:
    """What came back without the form of a report: from a mail program's own address, or with the words they use."""
    failed = bool(letter.header("x-failed-recipients"))
    if not (failed or ((_is_daemon(letter) or is_null_path(letter)) and _FAILURE_SUBJECT.search(letter.subject))):
        return None
    text = letter.text[:_READ]
    status = next(iter(match[0] for match in _STATUS.finditer(text) if match[1] in "45"), "")
    reply = _REPLY.search(text)
    if not status and reply:
        status = "5.0.0" if reply[1] == "5" else "4.0.0"
    kind = _weight(status) if status else "soft"
    return _report(kind, status, _line_with(text, status), letter)


def _line_with(text: str, status: str) -> str:
    return next((line.strip() for line in text.splitlines() if status and status in line), "")


def _report(kind: Kind, status: str, said: str, letter: Letter) -> Report:
    returned = returned_headers(letter.leaves)
    written = [*ids(returned.get("message-id", "")), *letter.answers]
    if not returned:  # the old message stands in the text of what came back
        written += re.findall(r"(?im)^[> \t]{0,6}message-id:[ \t]{0,3}<([^<>\s]{3,250})>", letter.text[:_READ])
    return Report(kind, status, " ".join(said.split())[:300], list(dict.fromkeys(written))[:10], returned)
