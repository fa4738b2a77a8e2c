"""What every command that needs the database begins with."""

from __future__ import annotations

import os


def set_up() -> None:
    """Load Django and bring the database up to date, so that a command works on a fresh data folder."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "passalong.config.settings")
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0, interactive=False)
