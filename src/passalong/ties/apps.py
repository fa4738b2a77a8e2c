from __future__ import annotations

from django.apps import AppConfig


class TiesConfig(AppConfig):
    name = "passalong.ties"
    label = "ties"

    def ready(self) -> None:
        """New evidence makes a new version of who knows whom."""
        from passalong.core import revisions
        from passalong.ties.tasks import ask_for_version

        revisions.when_raised(revisions.EVIDENCE, ask_for_version)
