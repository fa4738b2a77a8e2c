"""doctor: is everything there that is needed, and well?"""

from __future__ import annotations

import json
import shutil
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

import click

from passalong.cli.running import data_option

State = Literal["ok", "warning", "broken"]
MIN_FREE_MB = 500
LOW_FREE_MB = 100
EPOCH_OF_SENSE = 1_735_689_600  # 2025-01-01: a clock before this was never set
CLOCK_SLACK = 5.0  # seconds between this machine and the database server
MOST_TOLD = 3  # findings of the event log
BUSY = ("is locked", "lock timeout", "deadlock detected")
OPTIONAL_PARTS = {"duckdb": "folders of Parquet"}


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at."""

    name: str
    state: State
    text: str


@click.command()
@data_option
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def doctor(data: Path, as_json: bool) -> None:
    """Check data folder, database, disk, clock, mail, public address, fonts and optional parts.

    Exit code 0: all well, or only warnings; 1: something is broken.

    \b
    Examples:
      passalong doctor
      passalong doctor --json
    """
    checks = examine(data.expanduser().resolve())
    well = all(check.state != "broken" for check in checks)
    if as_json:
        click.echo(json.dumps({"ok": well, "checks": [asdict(check) for check in checks]}, indent=2))
    else:
        for check in checks:
            click.echo(f"{check.state:8} {check.name:15} {check.text}")
    sys.exit(0 if well else 1)


def examine(data: Path) -> list[Check]:
    """Every check, in the order in which they build on each other."""
    checks = [check_folder(data)]
    if checks[0].state == "broken":
        return checks
    from passalong.cli.boot import open_django

    open_django(data)
    looks: dict[str, Callable[[], Check]] = {
        "database": check_database,
        "event log": check_event_log,
        "rules": check_rules,
        "who knows whom": check_versions,
        "worker": check_worker,
        "backup": lambda: _check_backup(data),
        "disk": lambda: check_disk(data),
        "clock": check_clock,
        "mail": check_mail,
        "mailbox": _mailbox,
        "mail domain": _mail_domain,
        "public address": check_public_url,
        "fonts": check_fonts,
        "optional parts": check_optional,
    }
    return checks + [_look(name, look) for name, look in looks.items()]


def _look(name: str, look: Callable[[], Check]) -> Check:
    try:
        return look()
    except Exception as error:  # a check that fails is a finding, not a crash
        if _is_busy(error):
            return Check(name, "warning", "The database was busy; run it again.")
        return Check(name, "broken", f"{type(error).__name__}: {_one_line(error)}")


def _is_busy(error: Exception) -> bool:
    """Whether somebody else was writing all the while: SQLite's words, and PostgreSQL's."""
    from django.db import OperationalError

    return isinstance(error, OperationalError) and any(words in str(error) for words in BUSY)


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())


def check_folder(data: Path) -> Check:
    """Whether what must be kept can be written."""
    try:
        data.mkdir(parents=True, exist_ok=True, mode=0o700)
        probe = data / ".doctor"
        probe.write_text("")
        probe.unlink()
    except OSError as error:
        return Check("data folder", "broken", f"{data} cannot be written: {error.strerror}.")
    return Check("data folder", "ok", f"{data} can be written.")


def check_database() -> Check:
    """Whether it answers and has the shape this version needs."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    connection.ensure_connection()
    what = f"{connection.display_name} {'.'.join(map(str, connection.get_database_version()))}"
    executor = MigrationExecutor(connection)
    missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if not executor.loader.applied_migrations:
        return Check("database", "warning", f"{what}; empty so far. `passalong start` fills it.")
    if missing:
        return Check("database", "broken", f"{what}; not up to date. Start Passalong once to update it.")
    return Check("database", "ok", f"{what}; up to date.")


def check_event_log() -> Check:
    """Whether each practice's events, their contents and the bytes of every text are as they were written, and whether
    the database refuses to change them."""
    from django.db import connection

    from passalong.accounts.models import Practice
    from passalong.core import guards
    from passalong.core.chain import verify

    if Practice._meta.db_table not in connection.introspection.table_names():
        return Check("event log", "ok", "Nothing has happened yet.")
    checked = {practice: verify(practice.pk) for practice in Practice.objects.order_by("pk")}
    broken = [(practice, one) for practice, found in checked.items() for one in found.findings]
    if broken:
        told = "; ".join(f"event {one.number} of {practice} {one.what}" for practice, one in broken[:MOST_TOLD])
        more = f"; and {len(broken) - MOST_TOLD} more" if len(broken) > MOST_TOLD else ""
        return Check("event log", "broken", f"{told[0].upper()}{told[1:]}{more}. See `passalong record verify`.")
    events, texts = sum(one.events for one in checked.values()), sum(one.texts for one in checked.values())
    whose = "practice" if len(checked) == 1 else "practices"
    what = f"{events:,} events and {texts:,} texts of {len(checked)} {whose} are as they were written"
    seconds = sum(one.seconds for one in checked.values())
    if missing := guards.missing(connection):
        return Check("event log", "warning", f"{what}, but the database would let them be changed: no {missing[0]}.")
    return Check("event log", "ok", f"{what} ({seconds:.1f} s).")


def check_rules() -> Check:
    """Whether the host's own rule files can be read; where one cannot, the shipped rules hold."""
    from passalong.compliance.rulebook import problems

    said = problems()
    return Check("rules", "warning", " ".join(said)) if said else Check("rules", "ok", "Every rule file is read.")


def check_versions() -> Check:
    """Whether each practice's version of who knows whom, which the worker builds, is up to date."""
    from django.db import connection

    from passalong.accounts.models import Practice
    from passalong.ties.versions import is_behind

    if Practice._meta.db_table not in connection.introspection.table_names():
        return Check("who knows whom", "ok", "There is no practice yet.")
    behind = [is_behind(practice) for practice in Practice.objects.all()]
    if not any(behind):
        return Check("who knows whom", "ok", "Every practice's version is up to date.")
    return Check("who knows whom", "ok", f"{sum(behind)} of {len(behind)} to be built by the worker, within minutes.")


def check_worker() -> Check:
    """Whether somebody does what waits: imports, undoing them, versions of who knows whom."""
    from django.db import connection
    from django_tasks.base import TaskResultStatus
    from django_tasks_db.models import DBTaskResult

    from passalong.core import health

    if health.state("worker") == "running":
        return Check("worker", "ok", "It is running.")
    has_table = DBTaskResult._meta.db_table in connection.introspection.table_names()
    waiting = DBTaskResult.objects.filter(status=TaskResultStatus.READY).count() if has_table else 0
    return Check("worker", "warning", f"It is not running; {waiting:,} tasks wait. `passalong start` starts it.")


def _check_backup(data: Path) -> Check:
    from passalong.cli.backup import check_backup

    return check_backup(data)


def check_disk(data: Path) -> Check:
    """Room to write."""
    free = shutil.disk_usage(data).free // 2**20
    state: State = "ok" if free >= MIN_FREE_MB else "warning" if free >= LOW_FREE_MB else "broken"
    return Check("disk", state, f"{free:,} MB free.")


def check_clock() -> Check:
    """Whether the time can be right, and whether it is moved on purpose."""
    from django.conf import settings

    if time.time() < EPOCH_OF_SENSE:
        return Check("clock", "broken", "The clock of this machine is not set: links and sessions would end at once.")
    apart = _seconds_from_database()
    if abs(apart) > CLOCK_SLACK:
        return Check("clock", "warning", f"The database server's clock is {apart:+.0f} s from this machine's.")
    if settings.CLOCK_OFFSET:
        return Check("clock", "warning", f"Moved by {settings.CLOCK_OFFSET:+d} s (PASSALONG_CLOCK_OFFSET).")
    return Check("clock", "ok", f"{time.strftime('%Y-%m-%d %H:%M:%S')}, time zone {settings.TIME_ZONE}.")


def _seconds_from_database() -> float:
    from django.db import connection

    if connection.vendor != "postgresql":
        return 0.0
    with connection.cursor() as cursor:
        cursor.execute("SELECT extract(epoch FROM clock_timestamp())")
        return float(cursor.fetchone()[0]) - time.time()


def check_mail() -> Check:
    """Where messages go, whether they can leave, and whether any is stuck."""
    from passalong.cli.doctor_outgoing import look

    state, text = look()
    return Check("mail", state, text)


def _mailbox() -> Check:
    from passalong.cli.doctor_inbound import check_mailbox

    return check_mailbox()


def _mail_domain() -> Check:
    from passalong.cli.doctor_inbound import check_domain

    return check_domain()


def check_public_url() -> Check:
    """Whether outsiders reach this very server; what is seen here switches sharing on."""
    from django.conf import settings

    from passalong.core import reach

    if not settings.PUBLIC_URL:
        return Check("public address", "warning", "PUBLIC_URL is empty: for trying only, share buttons are off.")
    seen = reach.check()
    if not seen.is_well:
        return Check("public address", "warning", f"{seen.text} Share buttons are off.")
    if seen.behind_proxy:
        return Check(
            "public address",
            "warning",
            f"{seen.text} A proxy stands before it that PASSALONG_PROXIES does not name: all visitors look like one.",
        )
    if not settings.PUBLIC_URL.startswith("https://"):
        return Check("public address", "warning", f"{seen.text} It is not https: passkeys need it.")
    return Check("public address", "ok", seen.text)


def check_fonts() -> Check:
    """Whether a page can be set."""
    import typst

    pdf = typst.compile(b'#set text(font: "Libertinus Serif")\nPassalong')
    if not pdf.startswith(b"%PDF"):
        return Check("fonts", "broken", "A sample page could not be set as PDF.")
    return Check("fonts", "ok", "A sample page was set as PDF.")


def check_optional() -> Check:
    """What would be used if it were there."""
    there = [name for name in OPTIONAL_PARTS if find_spec(name)]
    absent = [f"{name} ({use})" for name, use in OPTIONAL_PARTS.items() if name not in there]
    text = "; ".join(
        filter(
            None, [f"there: {', '.join(there)}" if there else "", "not there: " + ", ".join(absent) if absent else ""]
        )
    )
    return Check("optional parts", "ok", f"{text}.")
