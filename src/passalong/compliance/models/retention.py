"""What a named rule keeps although it was asked to be erased, and until when."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from passalong.core.models import PracticeOwned, PracticeScoped


class Hold(PracticeScoped):
    """A row, or all about a person, is kept until a date because a named rule says so."""

    subject = models.CharField(max_length=20, help_text="public id of the row or of the person")
    rule = models.CharField(_("Rule"), max_length=80)
    reason = models.CharField(_("Why"), max_length=500)
    until = models.DateField(_("Until"))
    set_by = models.CharField(max_length=120)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["until", "pk"]
        indexes = [models.Index(fields=["practice", "subject"])]

    def __str__(self) -> str:
        return f"{self.rule} {self.until}"


class FiscalYear(PracticeOwned):
    """The month a practice's fiscal year ends with, where that is not December."""

    last_month = models.PositiveSmallIntegerField(
        _("Fiscal year ends with"), default=12, validators=[MinValueValidator(1), MaxValueValidator(12)]
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["practice"], name="fiscal_year_once")]

    def __str__(self) -> str:
        return str(self.last_month)
