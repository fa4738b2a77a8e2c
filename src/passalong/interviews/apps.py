from __future__ import annotations

from django.apps import AppConfig


class InterviewsConfig(AppConfig):
    name = "passalong.interviews"
    label = "interviews"

    def ready(self) -> None:
        """A second person who is asked about an understanding decides by the way of all such questions."""
        from passalong.compliance.services import approvals

        approvals.NOW["reciprocity"] = "passalong.interviews.services.reciprocity.judged_now"
        approvals.AFTER["reciprocity"] = "passalong.interviews.services.reciprocity.settle"
