"""The client fact sheet: two minutes of facts, kept row by row. A row that cannot be kept does not hold up the rest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db import transaction
from django.utils.translation import gettext as _

from passalong.accounts.models import Member
from passalong.accounts.rules import demand
from passalong.contacts import services as contacts
from passalong.contacts.models import Contact, Disclosure, Source
from passalong.contacts.selectors import namesakes
from passalong.core import events
from passalong.core.errors import Refused
from passalong.ties.models import Statement, StatementKind
from passalong.ties.services.statements import add_statement

MOST_CANDIDATES = 8


@dataclass(frozen=True, slots=True)
class FactRow:
    """One line of the sheet: a group the client belongs to (`kind` is an affiliation kind), or, with kind
    "mentioned", a person the client spoke of.

    start and end may be partial dates. disclosure: "told" is the client's own word, "private" what we noticed.
    person: which of several of that name; add_person: put a name on file that is not.
    """

    kind: str
    what: str
    start: str = ""
    end: str = ""
    disclosure: str = Disclosure.TOLD
    note: str = ""
    person: str = ""
    add_person: bool = False


class Unclear(Refused):
    """A name that is not on file, or that several have: the person at the desk has to say which."""

    def __init__(self, message: str, candidates: Sequence[Contact] = ()) -> None:
        super().__init__(message, field="what")
        self.candidates = tuple(candidates)


@dataclass(slots=True)
class FactSheetSaved:
    """What became of the rows: how many stand on file now, how many of them are new, and by number of the row why
    the others do not."""

    kept: int = 0
    new: int = 0
    refused: dict[int, Refused] = field(default_factory=dict)


@transaction.atomic
def save_fact_sheet(*, by: Member, client: Contact, rows: Sequence[FactRow]) -> FactSheetSaved:
    """Keep every row that can be kept, typed, dated and sourced; tell why the others cannot. The same fact entered
    twice is one."""
    demand(by, "contacts.edit")
    if client.practice_id != by.practice_id:
        raise Refused(_("This person is not on file here."))
    saved, before = FactSheetSaved(), _on_file(client)
    for number, row in enumerate(rows):
        try:
            with transaction.atomic():
                _keep(by, client, row)
        except Refused as refused:
            saved.refused[number] = refused
        else:
            saved.kept += 1
    saved.new = _on_file(client) - before
    if saved.kept:
        events.record(by.practice_id, "ties:fact_sheet", actor=by.public_id, subject=client.public_id, facts=saved.new)
    return saved


def _on_file(client: Contact) -> int:
    return client.affiliations.count() + Statement.objects.filter(contact_a=client).count()


def _keep(by: Member, client: Contact, row: FactRow) -> None:
    if not row.what.strip():
        raise Refused(_("Say what it is, or empty the row."), field="what")
    told_by = client if row.disclosure == Disclosure.TOLD else None
    if row.kind == StatementKind.MENTIONED:
        _mention(by, client, row, told_by)
        return
    try:
        contacts.add_affiliation(
            by=by,
            contact=client,
            kind=row.kind,
            organization=row.what,
            start=row.start,
            end=row.end,
            disclosure=row.disclosure,
            told_by=told_by,
            source=Source.FACT_SHEET,
        )
    except Refused as refused:
        raise Refused(refused.message, field="what" if refused.field == "organization" else refused.field) from refused


def _mention(by: Member, client: Contact, row: FactRow, told_by: Contact | None) -> None:
    add_statement(
        by=by,
        contact=client,
        other=_whom(by, client, row),
        kind=StatementKind.MENTIONED,
        text=row.note,
        told_by=told_by,
        source=Source.FACT_SHEET,
    )


def _whom(by: Member, client: Contact, row: FactRow) -> Contact:
    """The person on file of exactly this name, or a new one where that was asked for."""
    if row.add_person:
        return contacts.add_contact(by=by, full_name=row.what, source=Source.FACT_SHEET)
    same = list(namesakes(by.practice, row.what).exclude(pk=client.pk).order_by("pk")[:MOST_CANDIDATES])
    chosen = [person for person in same if person.public_id == row.person]
    found = chosen or same
    if len(found) == 1:
        return found[0]
    if found:
        raise Unclear(_("Several people on file are called “%(name)s”: say which.") % {"name": row.what}, found)
    raise Unclear(_("“%(name)s” is not on file. Tick the box to add this person.") % {"name": row.what})
