"""Readers brought in from elsewhere: only with evidence, row by row, that each asked for the news themselves.

Nobody who has left or must not be written to comes back this way, whatever a file says. A row that lacks anything is
refused with its number and the reason; the others are kept, each with its evidence.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from passalong.accounts.models import Member, Practice
from passalong.accounts.rules import demand
from passalong.audience.models import SubscribedBy, Subscriber, SubscriberState
from passalong.audience.selectors.issues import why_no_mail
from passalong.compliance.places import is_european
from passalong.core import blobs, clock, events
from passalong.core.erasing import forgotten_keys
from passalong.core.errors import Refused
from passalong.mail import grammar
from passalong.mail.models import Suppression
from passalong.mail.services.suppression import keys_of

MOST_BYTES = 2 * 2**20
MOST_ROWS = 10_000
MOST_CELL = 64 * 1024  # characters: a quote mark that is never closed
LONGEST_CELL = 300  # characters
SHORTEST = 3  # characters of an answer that says anything
AT_ONCE = 500
PLAIN = "text/plain; charset=utf-8"
EARLIEST = date(1995, 1, 1)
NEEDED = ("address", "agreed_on", "how", "where")
COLUMNS = (*NEEDED, "name", "words")


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the file that says all it must. number: as a spreadsheet counts, the heading being 1."""

    number: int
    address: str
    name: str
    agreed_on: date
    how: str
    where: str
    words: str

    @property
    def said(self) -> str:
        """The evidence in one line."""
        return f"{self.agreed_on:%Y-%m-%d}; {self.how}; {self.where}"[:500]


@dataclass(slots=True)
class Report:
    """What came of a file: how many are on the list now, how many were already; rows refused: (number, reason)."""

    added: int = 0
    known: int = 0
    refused: list[tuple[int, str]] = field(default_factory=list)


def needs_words(practice: Practice) -> bool:
    """Whether a consent counts here only with the words it was given to: GDPR Art. 7, PECR reg. 22; CASL in Canada."""
    return is_european(practice.country) or practice.country.upper() == "CA"


def bring_in(*, by: Member, content: bytes, attested: bool) -> Report:
    """Read a CSV file and put its rows on the list. The columns: address, agreed_on (2026-05-31), how, where; name and
    words if there are any (where the law asks for them, words are needed too).

    attested: the member says that each of them asked for this practice's news themselves. Raises Refused for the whole
    file where it cannot be read, or where the rules allow no such mail.
    """
    demand(by, "audience.edit")
    practice = by.practice
    if not attested:
        raise Refused(_("Nobody is added unless you say that each asked for it themselves."), field="attested")
    if why := why_no_mail(practice):
        raise Refused(why)
    report, good = Report(), []
    for found in _rows(practice, content):
        if isinstance(found, Row):
            good.append(found)
        else:
            report.refused.append(found)
    forgotten = forgotten_keys(practice.pk)
    for at in range(0, len(good), AT_ONCE):
        _keep(practice, good[at : at + AT_ONCE], forgotten, report)
    report.refused.sort()
    events.record(
        practice.pk,
        "audience:imported",
        actor=by.public_id,
        many=report.added,
        refused=len(report.refused),
        known=report.known,
        attested=attested,
    )
    return report


def _rows(practice: Practice, content: bytes) -> Iterator[Row | tuple[int, str]]:
    lines = _table(content)
    heading = [one.strip().casefold().replace(" ", "_") for one in next(lines, [])]
    needed = (*NEEDED, "words") if needs_words(practice) else NEEDED
    if missing := [one for one in needed if one not in heading]:
        raise Refused(_("The first line lacks these columns: %(names)s.") % {"names": ", ".join(missing)}, field="file")
    for number, cells in enumerate(lines, 2):
        if not any(cell.strip() for cell in cells):
            continue
        if number > MOST_ROWS + 1:
            raise Refused(_("At most %(most)s rows at a time.") % {"most": f"{MOST_ROWS:,}"}, field="file")
        told = {name: " ".join(cell.split()) for name, cell in zip(heading, cells, strict=False) if name in COLUMNS}
        try:
            yield _row(number, told, needed)
        except Refused as refused:
            yield number, refused.message


def _table(content: bytes) -> Iterator[list[str]]:
    if len(content) > MOST_BYTES:
        raise Refused(_("This file is larger than %(most)d MB.") % {"most": MOST_BYTES >> 20}, field="file")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    if not text.strip() or "\0" in text:
        raise Refused(_("This is no CSV file with words in it."), field="file")
    first = text.lstrip().partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    try:
        for cells in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            if any(len(cell) > MOST_CELL for cell in cells):  # the reader's own bound is the whole process's
                raise csv.Error
            yield cells
    except csv.Error:
        raise Refused(_("This file cannot be read as CSV."), field="file") from None


def _row(number: int, told: dict[str, str], needed: tuple[str, ...]) -> Row:
    for name in needed:
        if len(told.get(name, "")) < (1 if name == "address" else SHORTEST):
            raise Refused(_("“%(column)s” is empty.") % {"column": name})
    if any(len(one) > LONGEST_CELL for one in told.values()):
        raise Refused(_("A cell is longer than %(most)d characters.") % {"most": LONGEST_CELL})
    try:
        agreed = date.fromisoformat(told["agreed_on"])
    except ValueError:
        raise Refused(_("“agreed_on” is no date such as 2026-05-31.")) from None
    if not EARLIEST <= agreed <= clock.today():
        raise Refused(_("“agreed_on” lies in the future, or too far back."))
    name = grammar.name(told.get("name", "")[: grammar.LONGEST_NAME])
    address = grammar.address(told["address"])
    return Row(number, address, name, agreed, told["how"], told["where"], told.get("words", ""))


@transaction.atomic
def _keep(practice: Practice, rows: list[Row], forgotten: frozenset[str], report: Report) -> None:
    """Some rows together: as many queries for five hundred as for one."""
    keys = {row.number: keys_of(practice.pk, row.address) for row in rows}
    every = {key for some in keys.values() for key in some}
    on_list = dict(
        Subscriber.objects.filter(practice=practice, address_key__in=every).values_list("address_key", "state")
    )
    shut = forgotten | set(Suppression.objects.filter(practice=practice, key__in=every).values_list("key", flat=True))
    new: dict[str, Row] = {}
    for row in rows:
        key = keys[row.number][0]
        if shut.intersection(keys[row.number]) or on_list.get(key) == SubscriberState.LEFT:
            why = _("Has left, or asked not to be written to or to be forgotten. Nobody comes back this way.")
            report.refused.append((row.number, why))
        elif key in on_list or key in new:
            report.known += 1
        else:
            new[key] = row
    proofs = blobs.keep_all(practice.pk, {_proof(row) for row in new.values()}, PLAIN)
    made = Subscriber.objects.bulk_create(_subscriber(practice, row, key, proofs) for key, row in new.items())
    report.added += len(made)


def _proof(row: Row) -> bytes:
    """What is kept of how they agreed; rows that say the same share it, each one's day stands in its own row."""
    return f"{row.how}; {row.where}\n\n{row.words}".strip().encode()


def _subscriber(practice: Practice, row: Row, key: str, proofs: dict[bytes, int]) -> Subscriber:
    return Subscriber(
        practice=practice,
        address=row.address,
        address_key=key,
        name=row.name,
        state=SubscriberState.ACTIVE,
        by=SubscribedBy.IMPORT,
        asked_at=timezone.make_aware(datetime.combine(row.agreed_on, time(12))),  # that day where the practice is
        confirmed_at=clock.now(),
        evidence_id=proofs[_proof(row)],
        evidence_words=row.said,
    )
