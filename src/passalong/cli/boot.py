"""What commands share: opening Django on a data folder."""

from __future__ import annotations

import os
from pathlib import Path

import click


class WrongUse(click.ClickException):
    """Wrong use or bad input: one sentence, exit code 2."""

    exit_code = 2


def open_django(data: Path | None = None) -> None:
    """Make models and settings usable; `data` stands before PASSALONG_DATA."""
    if data is not None:
        os.environ["PASSALONG_DATA"] = str(data)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "passalong.config.settings")
    _finish_a_restore(Path(os.environ.get("PASSALONG_DATA", "data")).expanduser().resolve())
    import django
    from django.core.exceptions import ImproperlyConfigured

    try:
        django.setup()
    except (ImproperlyConfigured, ValueError) as error:  # environs' own errors are ValueErrors too
        raise WrongUse(f"A setting cannot be read: {' '.join(str(error).split())}") from error
    except OSError as error:  # a file that holds a secret
        raise WrongUse(f"{error.filename} cannot be read ({error.strerror}).") from error


def _finish_a_restore(data: Path) -> None:
    """One that was decided and cut off, before anything of the folder is used."""
    from passalong.core.backup.archive import BackupError
    from passalong.core.backup.swapping import settle

    try:
        settle(data, database_url())
    except BackupError as error:
        raise click.ClickException(f"A restore was cut off and cannot be finished yet. {error}") from error


def database_url() -> str:
    """The database server's address as the host gave it; empty for SQLite in the data folder."""
    file = os.environ.get("DATABASE_URL_FILE")
    try:
        return Path(file).read_text().strip() if file else os.environ.get("DATABASE_URL", "")
    except OSError as error:
        raise WrongUse(f"DATABASE_URL_FILE: {file} cannot be read ({error.strerror}).") from error


def open_practices(data: Path | None = None, *, make: bool = False) -> None:
    """Open Django on the data at hand, brought up to date (SQLite is copied aside first).

    Without `make` there must be data already: a command in the wrong folder must not leave an empty one behind.
    """
    data = (data or Path(os.environ.get("PASSALONG_DATA", "data"))).expanduser().resolve()
    if not (make or database_url() or (data / "passalong.sqlite3").is_file()):
        raise WrongUse(
            f"There is no practice in {data} yet. Run `passalong start` first, "
            "or set PASSALONG_DATA to the folder it uses."
        )
    from passalong.cli.preparing import open_up_to_date

    open_up_to_date(data)
