"""backup and restore: everything that must be kept, in one file, and back."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from passalong.cli.boot import WrongUse, database_url, open_django
from passalong.cli.doctor import Check
from passalong.cli.running import data_option
from passalong.core.backup.archive import BackupError, Tell

if TYPE_CHECKING:
    from passalong.core.backup.restoring import Restored
    from passalong.core.backup.taking import Taken

SHOW_AFTER_S = 1.0
SHOW_EVERY_S = 0.2
NEEDED_EVERY = timedelta(days=7)


@click.command()
@data_option
@click.option("--out", type=click.Path(path_type=Path), required=True, help="The file to make, e.g. NAME.tar.gz.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def backup(data: Path, out: Path, as_json: bool) -> None:
    """Put everything that must be kept into one file, while Passalong runs.

    The file holds the database, uploaded files, own rules, messages kept as files, the keys, and the list of those who
    asked to be forgotten. Whoever has it has everything: keep it safe, and on another machine.

    \b
    Examples:
      passalong backup --out /mnt/backups/passalong.tar.gz
      passalong backup --out "/mnt/backups/passalong-$(date +%F).tar.gz" --json
    """
    data = data.expanduser().resolve()
    if not (database_url() or (data / "passalong.sqlite3").is_file()):
        raise WrongUse(f"There is no practice in {data} yet, so there is nothing to back up. Name it with --data.")
    open_django(data)
    from passalong.core.backup.taking import take

    with _plainly(), _telling() as tell:
        taken = take(out, tell)
    if as_json:
        click.echo(json.dumps(asdict(taken)))
    else:
        _tell_taken(taken)


def _tell_taken(taken: Taken) -> None:
    rows = sum(taken.counts.values())
    click.echo(f"{taken.file}: {taken.size / 2**20:,.1f} MB, {rows:,} rows, {taken.members:,} files.")
    click.echo("It holds the keys as well: keep it safe, and on another machine.")


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@data_option
@click.option("--yes", is_flag=True, help="Set data that is there aside and put the backup in its place.")
@click.option(
    "--tombstones",
    "lists",
    type=click.Path(path_type=Path),
    multiple=True,
    help="A list of tombstones kept elsewhere; may be given more than once.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def restore(file: Path, data: Path, yes: bool, lists: tuple[Path, ...], as_json: bool) -> None:
    """Bring a backup back, and forget again whoever was erased since it was made.

    The file is checked in full before anything is touched. What was there is set aside, never mixed. Everybody who was
    erased, and everybody who asked not to be written to, after the backup was made is erased or barred again: by the
    list in the backup, the one in the data folder, and those given with --tombstones.

    \b
    Examples:
      passalong restore passalong.tar.gz --data ~/passalong
      passalong restore passalong.tar.gz --yes
      passalong restore passalong.tar.gz --data /tmp/trial --tombstones tombstones.jsonl
    """
    from passalong.core.backup.restoring import Job, bring_back

    with _plainly(), _telling() as tell:
        url = database_url()
        done = bring_back(
            Job(
                file=file.expanduser().resolve(),
                data=data.expanduser().resolve(),
                url=url,
                open_on=_open_on,
                tell=tell,
                may_overwrite=yes,
                lists=tuple(path.expanduser().resolve() for path in lists),
            )
        )
    if as_json:
        click.echo(json.dumps(asdict(done)))
    else:
        _tell_restored(done)


def _open_on(folder: Path, url: str) -> None:
    """Django on what is being restored, not on what is in use."""
    os.environ.pop("DATABASE_URL_FILE", None)
    os.environ["DATABASE_URL"] = url
    open_django(folder)


def _tell_restored(done: Restored) -> None:
    before, after = sum(done.before.values()), sum(done.after.values())
    click.echo(f"Restored the backup of {done.created_at[:16].replace('T', ' ')} UTC: {before:,} rows, {after:,} now.")
    people = "person" if done.forgotten == 1 else "people"
    barred = "suppression" if done.suppressed == 1 else "suppressions"
    click.echo(f"Forgotten again: {done.forgotten:,} {people}. Put back: {done.suppressed:,} {barred}.")
    if done.revoked:
        click.echo(f"Consents taken back since then, ended again: {done.revoked:,}.")
    if done.mail_stopped:
        click.echo(
            f"{done.mail_stopped:,} messages were waiting to go and may have gone since: look at them under Mail."
        )
    if done.set_aside:
        click.echo(f"What was there is in {done.set_aside}. It still holds all it held:")
        click.echo("delete the folder when you are sure. It goes after thirty days, or when somebody is erased.")
    if done.database_set_aside:
        click.echo(f"The former database is now called {done.database_set_aside}. It still holds all it held:")
        click.echo(f'DROP DATABASE "{done.database_set_aside}" when you are sure.')


@contextmanager
def _plainly() -> Iterator[None]:
    """What can go wrong, as one sentence."""
    try:
        yield
    except BackupError as error:
        plain = WrongUse(str(error)) if error.code == 2 else click.ClickException(str(error))
        raise plain from error


@contextmanager
def _telling() -> Iterator[Tell]:
    """A line of progress on a terminal once the work takes more than a second."""
    begun = told = time.monotonic()
    is_shown = False

    def tell(what: str, done: int = 0, total: int = 0) -> None:
        nonlocal told, is_shown
        now = time.monotonic()
        if not sys.stderr.isatty() or now < begun + SHOW_AFTER_S or now < told + SHOW_EVERY_S:
            return
        told, is_shown = now, True
        far = f" {100 * done // total} %" if total else f" {done / 2**20:,.0f} MB" if done else ""
        click.echo(f"\r\033[K{what}{far} ...", err=True, nl=False)

    try:
        yield tell
    finally:
        if is_shown:
            click.echo("\r\033[K", err=True, nl=False)


def check_backup(data: Path) -> Check:
    """Whether there is a backup of what somebody would miss."""
    from django.db import connection

    from passalong.accounts.models import Practice
    from passalong.core import clock
    from passalong.core.backup.taking import NOTE

    has_table = Practice._meta.db_table in connection.introspection.table_names()
    if not (has_table and Practice.objects.filter(is_demo=False).exists()):
        return Check("backup", "ok", "There is nothing of your own to back up yet.")
    try:
        note = json.loads((data / "run" / NOTE).read_text())
        made, file = datetime.fromisoformat(note["created_at"]), note["file"]
    except (OSError, ValueError, KeyError, TypeError):
        return Check("backup", "warning", "None was made yet: `passalong backup --out FILE` makes one while all runs.")
    age = clock.now() - made
    if age > NEEDED_EVERY:
        return Check(
            "backup", "warning", f"The last one is {age.days} days old ({file}). `passalong backup` makes one."
        )
    return Check("backup", "ok", f"The last one was made on {made:%Y-%m-%d %H:%M} UTC ({file}).")
