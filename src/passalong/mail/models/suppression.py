"""Who must not be written to: known by keyed hash alone, so that it outlives everything else about them."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from passalong.core.models import PracticeScoped


class SuppressionScope(models.TextChoices):
    ALL = "all", _("Everything")
    NEWS = "news", _("News only")


class SuppressionReason(models.TextChoices):
    UNSUBSCRIBED = "unsubscribed", _("They asked by the link in a message")
    BOUNCED = "bounced", _("The address does not exist any more")
    COMPLAINED = "complained", _("They reported a message as spam")
    OBJECTED = "objected", _("They objected on the privacy page")
    BY_HAND = "by_hand", _("Entered by hand")
    OTHER = "other", _("Another reason")


class Suppression(PracticeScoped):
    """Nothing of this scope goes to whoever has this address. Never the address itself."""

    key = models.CharField(max_length=64, help_text="keyed hash of the address")
    scope = models.CharField(max_length=4, choices=SuppressionScope.choices, default=SuppressionScope.ALL)
    reason = models.CharField(max_length=12, choices=SuppressionReason.choices, default=SuppressionReason.OTHER)
    at = models.DateTimeField()
    by = models.CharField(max_length=20, blank=True, help_text="public id of the member who entered it")
    message = models.CharField(max_length=20, blank=True, help_text="public id of the message it came by")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["practice", "key", "scope"], name="suppression_once")]
        indexes = [models.Index(fields=["practice", "-at"])]
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.scope} {self.reason}"
