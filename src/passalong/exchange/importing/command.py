"""What the command line calls: files by path into a practice by name, and the undo."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from passalong.accounts import selectors as accounts
from passalong.accounts.models import Member
from passalong.accounts.rules import demand
from passalong.core.errors import Refused
from passalong.exchange import readers, selectors
from passalong.exchange.importing.options import Options
from passalong.exchange.importing.run import bring_in
from passalong.exchange.importing.spool import spooled
from passalong.exchange.importing.undo import undo
from passalong.exchange.importing.welcome import demand_welcome
from passalong.exchange.models import BatchState, ImportBatch
from passalong.exchange.readers import out as records

Progress = Callable[[int, int], None]


def import_from_command(
    *, paths: Sequence[Path], as_: str = "auto", mapping: Mapping[str, str] | None = None, group: str | None = None,
    group_kind: str | None = None, since: str | None = None, public: bool = False, tax_only: bool = False,
    practice: str | None = None,
    records_out: Path | None = None, on_progress: Progress | None = None, warn: Callable[[str], None] | None = None,
) -> list[dict[str, Any]]:  # fmt: skip
    """Bring the files in, all of them or none; one result a file. Raises Refused with one sentence.

    warn is told, a file, where a list connects nobody because its group is not named.
    """
    by = _actor(practice)
    demand(by, "exchange.import")
    options = Options.make(
        as_=as_, mapping=mapping, group=group, group_kind=group_kind, since=since, public=public, tax_only=tax_only
    )
    options.check(by.practice)
    readings = [read(path, by=by, options=options, on_progress=on_progress, on_page=False) for path in paths]
    for reading in readings:
        demand_welcome(by.practice, reading)
    if warn and not options.group:
        _warn(readings, warn)
    with ExitStack() as open_files:
        readings = [open_files.enter_context(spooled(reading, on_progress)) for reading in readings]
        out = open_files.enter_context(records.lines(records_out))
        if out:
            out.writelines(records.line(record) for reading in readings for record in reading.records)
        with transaction.atomic():
            both = zip(paths, readings, strict=True)
            return [_bring_in(by, path.name, reading, options, on_progress) for path, reading in both]


def _warn(found: Sequence[readers.Reading], warn: Callable[[str], None]) -> None:
    for reading in found:
        if sentence := readers.unconnected(reading):
            warn(f"{reading.source}: {sentence}")


def undo_from_command(*, batch: str, practice: str | None = None) -> dict[str, Any]:
    """Take a batch out again; one that is out already stays out."""
    by = _actor(practice)
    try:
        return undo(by=by, batch=selectors.batch(by.practice, batch))
    except ImportBatch.DoesNotExist:
        raise Refused(_("There is no import “%(batch)s” in this practice.") % {"batch": batch[:40]}) from None


def read(
    source: Path | bytes,
    *,
    by: Member,
    options: Options,
    filename: str | None = None,
    on_progress: Progress | None = None,
    on_page: bool = True,
) -> readers.Reading:
    """Read a file as the options say. Where it cannot be read: core's Refused, in words of page or command."""
    try:
        return readers.read(
            source, filename=filename, as_=options.as_, mapping=options.mapping, region=by.practice.country,
            on_progress=on_progress,
        )  # fmt: skip
    except readers.WrongUse as error:
        raise Refused(error.on_page if on_page else error.message) from error
    except readers.Refused as error:
        raise Refused(str(error)) from error


def _actor(practice: str | None) -> Member:
    """On the command line acts the practice's first owner: who runs the server may."""
    found = accounts.practice_named(practice)
    owner = accounts.owner(found)
    if owner is None:
        raise Refused(_("%(practice)s has no owner yet. Open its set-up link first.") % {"practice": found.name})
    return owner


def _bring_in(
    by: Member, name: str, reading: readers.Reading, options: Options, on_progress: Progress | None
) -> dict[str, Any]:
    batch = ImportBatch(
        practice=by.practice, filename=name[:255], format=reading.format, options=options.as_json(),
        state=BatchState.RUNNING,
    )  # fmt: skip
    return bring_in(by=by, batch=batch, reading=reading, options=options, on_progress=on_progress)
