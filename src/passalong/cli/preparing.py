"""What must be done before serving: folder, secret, database, static files. Run as a process of its own by
`passalong start`, so that the supervisor stays small."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from passalong.cli.boot import open_django
from passalong.core.supervisor import die_with_parent

if TYPE_CHECKING:
    from passalong.accounts.models import Member

MIGRATE_LOCK = 0x70617373  # any number, the same on every host


def make_folder(data: Path) -> None:
    """The data folder, for its owner alone."""
    try:
        for folder in (data, data / "run", data / "static", data / "files", data / "mail"):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        probe = data / "run" / "probe"
        probe.write_text("")
        probe.unlink()
    except OSError as error:
        raise click.ClickException(
            f"The data folder {data} cannot be written ({error.strerror}). Choose another with --data."
        ) from error


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """Hold a lock on this machine while preparing."""
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def prepare(data: Path) -> None:
    """Everything up to the first request; quick when nothing has changed."""
    open_up_to_date(data)
    with alone(data / "run" / "prepare.lock"):
        collect_static(data)


def open_up_to_date(data: Path) -> None:
    """Folder and database as this version needs them; quick when nothing has changed."""
    make_folder(data)
    open_django(data)
    from django.db import OperationalError

    with alone(data / "run" / "prepare.lock"):
        try:
            bring_up_to_date(data)
        except OperationalError as error:
            raise click.ClickException(
                f"The database does not answer ({str(error).strip()}). Nothing was changed. "
                "Look at DATABASE_URL, or run `passalong doctor`."
            ) from error


def bring_up_to_date(data: Path) -> None:
    """Apply what is missing of the database's shape, after copying SQLite aside."""
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    with _one_host_at_a_time():
        executor = MigrationExecutor(connection)
        newer = _from_the_future(executor)
        if newer:
            raise click.ClickException(
                f"This database was used by a newer Passalong (it knows {newer}). Nothing was changed. "
                "Install that version, or restore a copy made before it."
            )
        if not executor.migration_plan(executor.loader.graph.leaf_nodes()):
            return
        if connection.vendor == "sqlite":
            copy_aside(Path(connection.settings_dict["NAME"]), data / "backups")
        call_command("migrate", interactive=False, verbosity=0)
    from passalong.core.backup.scrubbing import clear_copies

    clear_copies(data)


def _from_the_future(executor: object) -> str:
    loader = executor.loader  # type: ignore[attr-defined]
    ours = {label for label, _ in loader.graph.nodes}
    unknown = [key for key in loader.applied_migrations if key[0] in ours and key not in loader.disk_migrations]
    return ".".join(unknown[0]) if unknown else ""


@contextmanager
def _one_host_at_a_time() -> Iterator[None]:
    """On PostgreSQL several hosts may start at once."""
    from django.db import connection

    if connection.vendor != "postgresql":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [MIGRATE_LOCK])
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [MIGRATE_LOCK])


def copy_aside(database: Path, folder: Path) -> Path | None:
    """A copy of the SQLite file as it stands; nothing where there is nothing in it yet.

    Copies hold people who may be erased later: core.backup.scrubbing bounds them.
    """
    if not database.is_file() or not _has_tables(database):
        return None
    from passalong.core import clock
    from passalong.core.backup.databases import forget_keys

    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    copy = folder / f"before-update-{clock.now():%Y%m%d-%H%M%S}.sqlite3"
    source, target = sqlite3.connect(database), sqlite3.connect(copy)
    try:
        source.backup(target)
    finally:
        source.close()
        target.close()
    copy.chmod(0o600)
    forget_keys(copy)
    return copy


def _has_tables(database: Path) -> bool:
    with closing(sqlite3.connect(database)) as one:
        return one.execute("SELECT 1 FROM sqlite_master").fetchone() is not None


def collect_static(data: Path) -> bool:
    """Hash and compress styles, scripts and pictures when they have changed since the last time."""
    from django.conf import settings
    from django.core.management import call_command

    stamp, mark = Path(settings.STATIC_ROOT) / ".stamp", _static_mark()
    if stamp.is_file() and stamp.read_text() == mark:
        return False
    call_command("collectstatic", interactive=False, verbosity=0, clear=True, ignore_patterns=["django_htmx"])
    stamp.write_text(mark)
    return True


def _static_mark() -> str:
    """Changes with the version and with any static file."""
    from django.contrib.staticfiles.finders import get_finders

    import passalong

    seen = [passalong.__version__]
    for finder in get_finders():
        for path, storage in finder.list([]):
            about = Path(storage.path(path)).stat()
            seen.append(f"{path} {about.st_size} {about.st_mtime_ns}")
    return hashlib.sha256("\n".join(sorted(seen)).encode()).hexdigest()


def fresh_links(demo_owner: Member | None) -> dict[str, str]:
    """Paths of single-use links to print: set-up while there is no practice, sign-in for the demo's owner."""
    from passalong.accounts import selectors
    from passalong.cli.link import set_up_path, sign_in_path

    links = {}
    if demo_owner:
        links["demo"] = sign_in_path(demo_owner)
    if selectors.needs_set_up():
        links["set_up"] = set_up_path()
    return links


def put_demo_in() -> Member:
    """The demo practice, if it is not there, and one gameplan from it on the terminal; returns its invented owner."""
    from passalong.accounts import selectors
    from passalong.cli.gameplan import print_one
    from passalong.demo import services as demo_services

    if selectors.demo_practice() is None:
        click.echo("Putting the demo practice in ...")
    owner = demo_services.put_in()
    print_one(owner.practice)
    return owner


@click.command()
@click.option("--data", type=click.Path(path_type=Path), required=True)
@click.option("--demo", is_flag=True)
@click.option("--tell", type=int, required=True, help="Where to write the links to: an open file descriptor.")
@click.option("--parent", type=int, required=True)
def main(data: Path, demo: bool, tell: int, parent: int) -> None:
    """Prepare, and tell through a pipe when servers can start, then the links: printed when the server answers."""
    die_with_parent(parent)
    prepare(data)
    with os.fdopen(tell, "w", buffering=1) as pipe:
        pipe.write("up to date\n")
        owner = put_demo_in() if demo else None
        pipe.write(json.dumps(fresh_links(owner)) + "\n")


if __name__ == "__main__":
    main()
