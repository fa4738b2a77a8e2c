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
    import django

    django.setup()


def open_practices() -> None:
    """Open Django and bring the database up to date, so that a command works on a fresh data folder."""
    open_django()
    from django.core.management import call_command

    call_command("migrate", verbosity=0, interactive=False)
