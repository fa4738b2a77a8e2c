"""passalong import: read foreign files; without --dry-run, put what they hold into the practice."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

import click

from passalong.core.errors import Refused
from passalong.exchange import readers
from passalong.exchange.readers import out as records_out

EXAMPLES = """
Examples:

\b
  passalong import Connections.csv
  passalong import members.xlsx --group "Rotary Springfield" --group-kind club --since 2019
  passalong import list.csv --as directory --map name=Who --map email="Mail at work"
  passalong import mail.mbox calendar.ics
  passalong import contacts.vcf --dry-run --json --records-out records.jsonl
  passalong import --undo BATCH
"""
SHOWN_NOTES = 5
Result = dict[str, Any]


@click.command(name="import", epilog=EXAMPLES)
@click.argument("files", metavar="FILE...", nargs=-1, type=click.Path(path_type=Path))
@click.option("--as", "as_", type=click.Choice(readers.FORMATS), default="auto", help="What the files are.")
@click.option("--map", "maps", metavar="FIELD=COLUMN", multiple=True, help="Which column holds a field; repeatable.")
@click.option(
    "--records-out", metavar="FILE", type=click.Path(path_type=Path), help="Write what was read, as JSON lines."
)
@click.option("--practice", metavar="P", help="Name or id of the practice, if there are several.")
@click.option("--dry-run", is_flag=True, help="Read only; needs no practice and no database.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object for each file.")
@click.option("--group", metavar="NAME", help="Make everybody in the files a member of this group.")
@click.option("--group-kind", metavar="KIND", help="What the group is: club, board, association, school, employer ...")
@click.option("--since", metavar="DATE", help="When their membership began (2019, 2019-05 or 2019-05-17).")
@click.option("--public", is_flag=True, help="The facts in these files are publicly known.")
@click.option("--tax-only", is_flag=True, help="Everybody in these files is known from tax work only.")
@click.option("--undo", metavar="BATCH", help="Take an import out again.")
def import_(files: tuple[Path, ...], **options: Any) -> None:
    """Bring in contacts, member lists, wish lists, mail headers and calendars.

    Reads vCard, LinkedIn, Google, Outlook and HubSpot exports, any CSV or Excel list, mbox and iCalendar files.
    Importing the same file twice changes nothing. Exit codes: 0 done, 1 failed, 2 wrong use or a file not readable.
    """
    try:
        _check(files, options)
        sys.exit(_run(files, options))
    except Refused as refused:
        click.echo(refused.message, err=True)
        sys.exit(2)
    except BrokenPipeError:
        raise
    except OSError as error:
        click.echo(f"The import failed: {error.strerror or error}.", err=True)
        sys.exit(1)


# Said with --undo these mean nothing, or the opposite of what they say.
NOT_WITH_UNDO = {
    "dry_run": "--dry-run", "group": "--group", "group_kind": "--group-kind", "since": "--since", "maps": "--map",
    "records_out": "--records-out", "public": "--public", "tax_only": "--tax-only",
}  # fmt: skip


def _check(files: Sequence[Path], options: Result) -> None:
    if options["undo"]:
        said = [flag for name, flag in NOT_WITH_UNDO.items() if options[name]]
        said += ["--as"] if options["as_"] != "auto" else []
        if said and not files:
            raise Refused(f"--undo takes an import out at once and goes with no {said[0]}; leave it out.")
    if bool(files) == bool(options["undo"]):
        raise Refused("Name at least one FILE to import, or a batch with --undo, and not both.")
    if (options["group_kind"] and not options["group"]) or (options["since"] and not options["group"]):
        raise Refused("--group-kind and --since belong to a group; name it with --group.")
    if options["since"] and not readers.iso_date(options["since"]):
        raise Refused(f"--since {options['since']!r} is not a date; write it as 2019, 2019-05 or 2019-05-17.")


def _run(files: Sequence[Path], options: Result) -> int:
    if options["undo"]:
        _tell(_importing().undo_from_command(batch=options["undo"], practice=options["practice"]), options)
        return 0
    mapping = parse_maps(options["maps"])
    if options["dry_run"]:
        return _dry_run(files, mapping, options)
    with _progress("Importing") as on_progress:
        results = _importing().import_from_command(
            paths=list(files), as_=options["as_"], mapping=mapping, group=options["group"],
            group_kind=options["group_kind"], since=readers.iso_date(options["since"] or "") or None,
            public=options["public"], tax_only=options["tax_only"], practice=options["practice"],
            records_out=options["records_out"], on_progress=on_progress, warn=_warn,
        )  # fmt: skip
    for result in results:
        _tell(result, options)
    return 0


def _warn(sentence: str) -> None:
    click.echo(f"Warning: {sentence} Say it with --group NAME.", err=True)


def _importing() -> Any:
    from passalong.cli.boot import open_practices

    open_practices()
    from passalong.exchange import importing

    return importing


def parse_maps(maps: Sequence[str]) -> dict[str, str] | None:
    """Return FIELD=COLUMN words as a mapping; a field named twice is read from both columns. Refuses other forms."""
    mapping: dict[str, str] = {}
    for word in maps:
        field, equals, column = word.partition("=")
        if not equals or not field.strip():
            raise Refused(f"--map {word!r} has no form FIELD=COLUMN; write for example --map name=Who.")
        key, count = field.strip(), 1
        while key in mapping:
            count += 1
            key = f"{field.strip()}_{count}"
        mapping[key] = column.strip()
    return mapping or None


class _NothingRead(Exception):
    """Every file was refused: no file of records is to appear."""


def _dry_run(files: Sequence[Path], mapping: dict[str, str] | None, options: Result) -> int:
    refused = 0
    with suppress(_NothingRead), records_out.lines(options["records_out"]) as out:
        for path in files:
            try:
                with _progress(f"Reading {path.name}") as on_progress:
                    result = dry_result(
                        path, options["as_"], mapping, out, on_progress, has_group=bool(options["group"])
                    )
                _add_group(result, options)
            except Refused as error:
                refused += 1
                click.echo(error.message, err=True)
            else:
                _tell(result, options)
        if refused == len(files):
            raise _NothingRead
    return 2 if refused else 0


def _add_group(result: Result, options: Result) -> None:
    """Count the memberships --group would make, or say why it makes none: no practice is asked, so none allows it."""
    if not options["group"] or result["format"] in ("mbox", "ics"):
        return
    from passalong.compliance.sensitive import category_of

    category = category_of((options["group_kind"] or "").strip().casefold(), options["group"])
    if category is None:
        result["evidence"] += result["people"]
        return
    sentence = (
        f"“{options['group']}” would reveal a person's {category}: the import refuses it, unless an owner has allowed "
        "that with a written reason. A dry run asks no practice, so it counts no members."
    )
    result["warnings"].insert(0, {"row": 0, "message": sentence})


def dry_result(
    path: Path,
    as_: str,
    mapping: dict[str, str] | None,
    out: IO[str] | None,
    on_progress: Callable[[int, int], None] | None = None,
    *,
    has_group: bool = False,
) -> Result:
    """Read one file, write its records, and return what the command prints; nothing is stored."""
    reading = readers.read(path, as_=as_, mapping=mapping, on_progress=on_progress)
    tally = readers.Tally()
    for record in reading.records:
        tally.add(record)
        if out:
            out.write(records_out.line(record))
    if not has_group and (sentence := readers.unconnected(reading)):
        _warn(f"{reading.source}: {sentence}")
    return {
        "source": reading.source,
        "format": reading.format,
        **tally.as_json(),
        "created": 0,
        "updated": 0,
        "unchanged": 0,
        "warnings": [note.as_json() for note in reading.warnings],
        "errors": [note.as_json() for note in reading.errors],
        "batch": None,
    }


@contextmanager
def _progress(label: str) -> Iterator[Callable[[int, int], None] | None]:
    """Show a line of progress on a terminal once the work takes more than a second."""
    if not sys.stderr.isatty():
        yield None
        return
    begun = shown = time.monotonic()

    def tell(done: int, total: int) -> None:
        nonlocal shown
        now = time.monotonic()
        if now - begun > 1 and now - shown > 0.2:
            shown = now
            share = f"{done / total:4.0%} {'#' * (30 * done // total):<30}" if total else f"{done:,}"
            click.echo(f"\r{label} {share}", nl=False, err=True)

    try:
        yield tell
    finally:
        if shown != begun:
            click.echo("\r\x1b[K", nl=False, err=True)


def _tell(result: Result, options: Result) -> None:
    if options["as_json"]:
        click.echo(json.dumps(result, ensure_ascii=False))
    else:
        click.echo("\n".join(summary(result, dry=options["dry_run"])))


def summary(result: Result, *, dry: bool) -> Iterator[str]:
    """Yield the lines of the short report for a person."""
    if "removed" in result:
        yield f"{result['source']}: taken out again, {result['removed']:,} people and messages."
        yield from (f"  {note['message']}" for note in result.get("warnings", []))
        return
    yield f"{result.get('source', 'Import')}: {result.get('records', 0):,} records ({result.get('format', '')})"
    yield (
        f"  {result.get('people', 0):,} people, {result.get('organizations', 0):,} organizations, "
        f"{result.get('evidence', 0):,} facts about who knows whom"
    )
    if not dry:
        yield "  " + ", ".join(f"{result.get(key, 0):,} {key}" for key in ("created", "updated", "unchanged"))
    notes = [*result.get("errors", []), *result.get("warnings", [])]
    for note in notes[:SHOWN_NOTES]:
        yield f"  row {note['row']}: {note['message']}" if note["row"] else f"  {note['message']}"
    if len(notes) > SHOWN_NOTES:
        yield f"  ... and {len(notes) - SHOWN_NOTES} more remarks (--json lists them)"
    if dry:
        yield "  Nothing was stored. Leave out --dry-run to import it."
    elif result.get("batch"):
        yield f"  To take it out again: passalong import --undo {result['batch']}"
