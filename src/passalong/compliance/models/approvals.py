"""The second person: somebody else of the practice decides, with a reason, about exactly what was asked."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from passalong.core.models import PracticeScoped

REASON = 20  # characters: a sentence, not a tick


class Decision(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    APPROVED = "approved", _("Approved")
    REFUSED = "refused", _("Not approved")
    DROPPED = "dropped", _("Taken back")


class Approval(PracticeScoped):
    """One request for a second person's decision. `digest` names the very thing asked about."""

    action = models.CharField(max_length=30, help_text="an action of the rulebook")
    subject = models.CharField(max_length=20, blank=True, help_text="public id of the row it is about")
    digest = models.CharField(max_length=64, blank=True)
    what = models.CharField(max_length=300, help_text="in words, for who decides; no name of a referred person")
    rules = models.JSONField(default=list, help_text="the rules that asked for it, as they stood")
    asked_by = models.CharField(max_length=20, help_text="public id of the member")
    asked_by_name = models.CharField(max_length=120)
    asked_why = models.CharField(max_length=500, blank=True)
    decision = models.CharField(max_length=8, choices=Decision.choices, default=Decision.WAITING)
    decided_by = models.CharField(max_length=20, blank=True)
    decided_by_name = models.CharField(max_length=120, blank=True)
    decided_why = models.CharField(max_length=500, blank=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-created_at", "-pk"]
        indexes = [models.Index(fields=["practice", "subject"])]

    def __str__(self) -> str:
        return f"{self.action} {self.decision}"
