from __future__ import annotations

from django.apps import AppConfig


class IntroductionsConfig(AppConfig):
    name = "passalong.introductions"
    label = "introductions"

    def ready(self) -> None:
        """A second person who is asked about words for clients decides by the way of all such questions."""
        from passalong.compliance.services import approvals

        approvals.NOW["client_words"] = "passalong.introductions.services.templates.judged_now"
        approvals.AFTER["client_words"] = "passalong.introductions.services.templates.settle"
