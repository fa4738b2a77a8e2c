from __future__ import annotations

from django.apps import AppConfig


class AudienceConfig(AppConfig):
    name = "passalong.audience"
    label = "audience"

    def ready(self) -> None:
        """A second person who is asked about an issue decides by the way of all such questions."""
        from passalong.compliance.services import approvals

        approvals.NOW["issue"] = "passalong.audience.services.issues.judged_now"
