"""An introduction the client agreed to make. Its flow comes later; here it is opened and seen."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from passalong.contacts.models import Contact
from passalong.core.models import PracticeScoped


class Stage(models.TextChoices):
    AGREED = "agreed", _("Agreed with the client")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class Introduction(PracticeScoped):
    """The consented act of connecting a prospect with the practice, by one referrer."""

    referrer = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="introductions_given")
    prospect = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="introductions_to")
    stage = models.CharField(max_length=12, choices=Stage.choices, default=Stage.AGREED)
    agreed_on = models.DateField()
    note = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["referrer", "prospect"], name="introduction_once")]
        ordering = ["-agreed_on", "-pk"]

    def __str__(self) -> str:
        return f"{self.referrer} → {self.prospect}"
