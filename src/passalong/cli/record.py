"""passalong record: check what happened, and hand it over for an examination."""

from __future__ import annotations

import json
import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from passalong.cli.boot import WrongUse, open_practices

if TYPE_CHECKING:
    from passalong.accounts.models import Practice
    from passalong.core.chain import Checked
    from passalong.core.checking import Checked as CheckedZip

practice_option = click.option("--practice", help="Name or public id; may be left out when there is one.")
json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
day = click.DateTime(formats=["%Y-%m-%d"])


@click.group()
def record() -> None:
    """Check the record of what happened, and export it for an examination."""


@record.command(
    epilog="\b\nExample:\n  passalong record export --from 2026-01-01 --to 2026-12-31 --out record-2026.zip\n"
)
@click.option("--from", "start", type=day, required=True, metavar="D", help="First day, such as 2026-01-01.")
@click.option("--to", "end", type=day, required=True, metavar="D", help="Last day.")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), required=True, help="The ZIP to write.")
@practice_option
@json_option
def export(start: datetime, end: datetime, out: Path, practice: str | None, as_json: bool) -> None:
    """Write the record of some days as one ZIP.

    It holds index.html and index.csv to read, events.jsonl with all that the hashes cover, texts/ with the very bytes
    that were shown, sent or agreed to, manifest.json and SHA256SUMS to check it, and the head of the chain. A file of
    that name is replaced once the new one is whole. That it was made goes on the record.
    """
    place = _practice(practice)
    from passalong.compliance.services.exporting import export_to
    from passalong.core.errors import Refused

    out = out.expanduser().resolve()
    if not out.parent.is_dir():
        raise WrongUse(f"There is no folder {out.parent}.")
    try:
        made = export_to(out, by=None, practice=place, start=start.date(), end=end.date())
    except Refused as refused:
        raise WrongUse(refused.message) from None
    except OSError as error:
        raise click.ClickException(f"{out} cannot be written ({error.strerror}). Nothing was changed there.") from None
    told = {
        "file": str(out),
        "practice": place.public_id,
        "events": made.events,
        "texts": made.texts,
        "chain_head": {"number": made.head[0], "hash": made.head[1]},
        "manifest_sha256": made.manifest,
    }
    click.echo(
        json.dumps(told, indent=2)
        if as_json
        else f"{out}: {made.events:,} events, {made.texts:,} texts.\nHead of the chain: {made.head[0]} {made.head[1]}"
    )


@record.command(epilog="\b\nExamples:\n  passalong record verify\n  passalong record verify --zip record-2026.zip\n")
@practice_option
@click.option("--zip", "zip_", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="An export to check.")
@json_option
def verify(practice: str | None, zip_: Path | None, as_json: bool) -> None:
    """Check that nothing on the record was changed or taken away.

    Without --zip: every event, its contents and the bytes of every text, of one practice or of all. With --zip: an
    export by itself, and, where its practice is on this machine, whether the head it names is still in the chain.
    Nothing is written. Exit code 1: something is not as it was written.
    """
    told = _verify_zip(zip_) if zip_ else _verify_here(practice, as_json)
    if as_json:
        click.echo(json.dumps(told, indent=2))
    sys.exit(0 if told["ok"] else 1)


def _practice(name: str | None) -> Practice:
    open_practices()
    from passalong.accounts.selectors import practice_named
    from passalong.core.errors import Refused

    try:
        return practice_named(name)
    except Refused as refused:
        raise WrongUse(refused.message) from None


def _verify_here(name: str | None, as_json: bool) -> dict[str, Any]:
    open_practices()
    from django.db import connection

    from passalong.accounts.models import Practice
    from passalong.core import guards
    from passalong.core.chain import verify

    chosen = [_practice(name)] if name else list(Practice.objects.order_by("pk"))
    told: list[dict[str, Any]] = []
    for one in chosen:
        checked = verify(one.pk, _progress(one.name))
        told.append(_told(one, checked))
        if not as_json:
            click.echo(_in_words(one, checked))
    missing = guards.missing(connection)
    if missing and not as_json:
        click.echo(f"The database does not refuse changes: {', '.join(missing)} is not there.")
    return {"ok": not missing and all(one["ok"] for one in told), "practices": told, "guards_missing": missing}


def _progress(name: str) -> Any:
    """Where somebody watches: how far it has come."""
    if not sys.stderr.isatty():
        return None
    return lambda done, of: click.echo(f"\r{name}: {done:,} of {of:,}", nl=done >= of, err=True)


def _told(practice: Practice, checked: Checked) -> dict[str, Any]:
    return {
        "practice": practice.public_id,
        "name": practice.name,
        "ok": checked.is_well,
        "events": checked.events,
        "texts": checked.texts,
        "contents_gone": checked.stubs,
        "chain_head": {"number": checked.head[0], "hash": checked.head[1]},
        "seconds": round(checked.seconds, 2),
        "findings": [{"event": one.number, "what": str(one.what)} for one in checked.findings],
    }


def _in_words(practice: Practice, checked: Checked) -> str:
    if checked.is_well:
        return (
            f"{practice.name}: {checked.events:,} events and {checked.texts:,} texts are as they were written "
            f"({checked.seconds:.1f} s). Head: {checked.head[0]} {checked.head[1]}"
        )
    return "\n".join(f"{practice.name}: event {one.number} {one.what}." for one in checked.findings)


def _verify_zip(path: Path) -> dict[str, Any]:
    from passalong.core.checking import check_zip

    found = check_zip(path)
    here = _head_here(found) if not found.problems else None
    if here is False:
        found.problems.append(f"Event {found.head[0]} is another now in this database than when the export was made.")
    if not click.get_current_context().params["as_json"]:
        click.echo("\n".join(found.problems) or f"{found.events:,} events and {found.texts:,} texts are as exported.")
        if here:
            click.echo("The head it names is still in the chain of its practice.")
    return {
        "ok": not found.problems,
        "events": found.events,
        "texts": found.texts,
        "chain_head": {"number": found.head[0], "hash": found.head[1]},
        "manifest_sha256": found.manifest,
        "head_still_there": here,
        "problems": found.problems,
    }


def _head_here(found: CheckedZip) -> bool | None:
    """Whether the database at hand still has the head; None where there is no database or no such practice."""
    try:
        open_practices()
    except click.ClickException:
        return None
    from passalong.accounts.models import Practice
    from passalong.core.models import Event

    practice = Practice.objects.filter(public_id=found.practice).first()
    if practice is None or not found.head[0]:
        return None
    return Event.objects.filter(practice=practice, number=found.head[0], hash=found.head[1]).exists()
