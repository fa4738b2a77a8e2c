"""Mail headers and calendar events into encounters of addresses. Subjects and texts are never kept."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from datetime import date
from functools import lru_cache

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from passalong.accounts.models import Practice
from passalong.exchange.importing.forgotten import Forgotten
from passalong.exchange.importing.report import Report
from passalong.exchange.models import ImportBatch
from passalong.exchange.readers import MeetingRecord, MessageRecord, Reading
from passalong.ties.models import ObservationKind
from passalong.ties.services.encounters import MOST_PEOPLE, Counted, Met, count_in

# Machines, lists and rooms are nobody.
NOBODY = re.compile(
    r"(?:(?:no|do-?not|donot)[-_.]?reply|mailer-daemon|postmaster|bounces?|notifications?|newsletter)\b.*@|"
    r".*@(?:.*\.)?(?:resource|group)\.calendar\.google\.com$|.*@(?:.*\.)?noreply\."
)
LONGEST = 254


def take_messages(practice: Practice, batch: ImportBatch, reading: Reading, report: Report) -> None:
    """Count the messages of a mailbox."""
    met = _unforgotten(practice, _messages(reading.records, report))  # type: ignore[arg-type]
    counted = count_in(practice=practice, batch_id=batch.pk, kind=ObservationKind.MAIL, met=met, guess_owner=True)
    _conclude(counted, report)
    if counted.guessed_own:
        share = {"address": counted.guessed_own, "share": round(100 * counted.guessed_share)}
        report.note(0, _("%(address)s is on %(share)s %% of the messages and was taken for your own address.") % share)
    elif counted.new and not counted.own:
        report.note(0, _("None of the addresses is known as your own, so all of them count as other people's."))


def take_meetings(practice: Practice, batch: ImportBatch, reading: Reading, report: Report) -> None:
    """Count the events of a calendar."""
    met = _unforgotten(practice, _meetings(reading.records, report))  # type: ignore[arg-type]
    counted = count_in(practice=practice, batch_id=batch.pk, kind=ObservationKind.MEETING, met=met, guess_owner=False)
    _conclude(counted, report)


def _unforgotten(practice: Practice, met: Iterable[Met]) -> Iterator[Met]:
    """The same without people who asked to be forgotten: their addresses are not written down again."""
    forgotten = Forgotten(practice)
    for one in met:
        yield one._replace(people=tuple(person for person in one.people if not forgotten.names(person[:1])))


def _conclude(counted: Counted, report: Report) -> None:
    report.created, report.unchanged = counted.new, counted.known + counted.left_out
    if counted.left_out:
        sentence = ngettext(
            "%(count)s went to a list, to over %(most)s people or to nobody. That says nothing about who knows whom.",
            "%(count)s went to lists, to over %(most)s people or to nobody. That says nothing about who knows whom.",
            counted.left_out,
        )
        report.note(0, sentence % {"count": counted.left_out, "most": MOST_PEOPLE})
    if counted.staged:
        sentence = ngettext(
            "%(count)s address belongs to nobody on file. It waits under Import, Addresses.",
            "%(count)s addresses belong to nobody on file. They wait under Import, Addresses.",
            counted.staged,
        )
        report.note(0, sentence % {"count": counted.staged})


def _key(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _messages(records: Iterable[MessageRecord], report: Report) -> Iterator[Met]:
    for record in records:
        report.tally.add(record)
        everybody = (record.sender, *record.to, *record.cc)
        headers = record.message_id or repr((record.date, [one.email for one in everybody]))
        yield Met(_key(headers), _day(record.date), _people(everybody), bool(record.list_id))


def _meetings(records: Iterable[MeetingRecord], report: Report) -> Iterator[Met]:
    for record in records:
        report.tally.add(record)
        came = [(one.email, one.cn) for one in record.people if one.answer != "DECLINED"]
        named = record.uid or repr((record.summary, record.start, [one.email for one in record.people]))
        key = f"{named}\n{record.occurrence}" if record.occurrence else named
        yield Met(_key(key), _day(record.start), _people(came), record.status == "CANCELLED")


def _people(named: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """Each address once, with a name that is one."""
    found: dict[str, str] = {}
    for email, name in named:
        if email and not _is_nobody(email):
            found[email] = found.get(email) or ("" if "@" in name else name)
    return tuple(found.items())


@lru_cache(maxsize=50_000)
def _is_nobody(email: str) -> bool:
    return len(email) > LONGEST or bool(NOBODY.match(email))


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None
