"""What a practice has allowed itself to keep, and why."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from passalong.compliance.sensitive import Category, EvidenceSource
from passalong.core.models import PracticeScoped


class AllowedCategory(PracticeScoped):
    """A protected category of evidence, or a source of it, that the practice keeps, with its written reason."""

    CHOICES = [
        (Category.RELIGION, _("Religion")),
        (Category.HEALTH, _("Health")),
        (Category.UNION, _("Trade union")),
        (Category.POLITICS, _("Politics")),
        (Category.ETHNICITY, _("Ethnicity")),
        (Category.SEXUALITY, _("Sexuality")),
    ]
    # Off by default where clients are owed silence (sensitive.SILENT).
    SOURCES = [
        (EvidenceSource.MAIL, _("Mail: who was on a message together")),
        (EvidenceSource.CALENDAR, _("Calendar: who met")),
    ]
    category = models.CharField(_("Kind"), max_length=12, choices=[*CHOICES, *SOURCES])
    reason = models.TextField(_("Written reason"), max_length=1000)
    allowed_by = models.CharField(max_length=120)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "category"],
                condition=models.Q(ended_at=None),
                name="allowed_category_once",
            )
        ]

    def __str__(self) -> str:
        return self.get_category_display()
