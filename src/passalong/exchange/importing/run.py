"""One file into the database: all of it, or nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from passalong.accounts.models import Member
from passalong.core import clock, events
from passalong.core.revisions import EVIDENCE, bump
from passalong.exchange.importing import mail, relations, wishlist
from passalong.exchange.importing.options import Options
from passalong.exchange.importing.people import PeopleImport
from passalong.exchange.importing.report import Report
from passalong.exchange.importing.welcome import demand_welcome
from passalong.exchange.models import BatchState, ImportBatch
from passalong.exchange.readers import PersonRecord, Reading
from passalong.ties.services import addresses

Progress = Callable[[int, int], None]


@transaction.atomic
def bring_in(
    *, by: Member, batch: ImportBatch, reading: Reading, options: Options, on_progress: Progress | None = None
) -> dict[str, Any]:
    """Put what was read into the practice, under the batch. Returns, and keeps, the contract's result."""
    demand_welcome(by.practice, reading)
    bump(by.practice_id, "imports")  # one import of a practice at a time
    batch.format = reading.format
    batch.save()
    report = Report()
    if reading.content == "messages":
        mail.take_messages(by.practice, batch, reading, report)
    elif reading.content == "meetings":
        mail.take_meetings(by.practice, batch, reading, report)
    elif reading.content == "positions":
        report.note(0, _("This file lists your own jobs. It names no contacts, so nothing was brought in."))
        report.unchanged = len(reading.records)
        for record in reading.records:
            report.tally.add(record)
    else:
        _take_people(by, batch, reading, options, report, on_progress)
    return _conclude(by, batch, reading, report)


def _take_people(
    by: Member, batch: ImportBatch, reading: Reading, options: Options, report: Report, on_progress: Progress | None
) -> None:
    records: Sequence[PersonRecord] = reading.records  # type: ignore[assignment]
    named: list[relations.Named] = []
    people = PeopleImport(by, batch, options, report)
    for landed in people.run(records, on_progress):
        named += relations.named_in(landed)
        if reading.content == "wishlist":
            people.carrying.note(wishlist.wish(by, batch, landed))
    people.carrying.finish(len(records))
    relations.state(batch, named, report)
    addresses.link(by.practice)


def _conclude(by: Member, batch: ImportBatch, reading: Reading, report: Report) -> dict[str, Any]:
    result = report.as_json(reading, batch.public_id)
    batch.state, batch.result, batch.finished_at = BatchState.DONE, result, clock.now()
    batch.changes = report.changes_as_json()
    batch.done = batch.total = result["records"]
    batch.save()
    counts = {name: result[name] for name in ("records", "created", "updated", "unchanged")}
    events.record(
        by.practice_id, "exchange:imported", actor=by.public_id, subject=batch.public_id, format=batch.format,
        file=batch.filename, **counts,
    )  # fmt: skip
    bump(by.practice_id, EVIDENCE)
    return result
