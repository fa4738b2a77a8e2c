"""What the practice owes people on file unasked, and the grounds on which it keeps them."""

from __future__ import annotations

from datetime import timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _

from passalong.contacts.models import Contact
from passalong.contacts.resting import WARN_AFTER
from passalong.core import clock
from passalong.core.models import PracticeScoped


class NoticeWay(models.TextChoices):
    """How a person came to know that they are on file."""

    MAIL = "mail", _("by mail")
    LETTER = "letter", _("by letter")
    FIRST_MESSAGE = "first_message", _("in the first message to them")
    KNOWN = "known", _("knew already")
    EXEMPT = "exempt", _("need not be told")
    OWN_REQUEST = "own_request", _("asked us themselves")


class Notice(PracticeScoped):
    """The clock of one person in Europe who did not give us their data (GDPR Art. 14), and how it ended.

    The lock itself does not wait for this row: contacts.resting reckons it from the day the person came on file.
    """

    contact = models.OneToOneField(Contact, on_delete=models.CASCADE, related_name="notice")
    due_on = models.DateField()
    warned_at = models.DateTimeField(null=True)
    given_at = models.DateTimeField(null=True)
    how = models.CharField(max_length=13, choices=NoticeWay.choices, blank=True)
    reason = models.CharField(_("Why"), max_length=500, blank=True)
    text = models.ForeignKey("core.Blob", on_delete=models.RESTRICT, null=True, related_name="+")
    message = models.CharField(max_length=20, blank=True, help_text="public id of the mail that carries it")
    given_by = models.CharField(max_length=120, blank=True)

    class Meta:
        ordering = ["due_on", "pk"]
        indexes = [models.Index(fields=["practice", "given_at", "due_on"])]

    def __str__(self) -> str:
        return f"{self.due_on} {self.how}"

    @property
    def is_over(self) -> bool:
        """Whether the month is over without a word."""
        return self.given_at is None and self.due_on <= clock.today()

    @property
    def is_near(self) -> bool:
        """Whether it ends within days."""
        warn_on = self.due_on - timedelta(days=30 - WARN_AFTER)
        return self.given_at is None and warn_on <= clock.today() < self.due_on


class BalancingNote(PracticeScoped):
    """Why the practice's interest in being introduced does not give way to the people it keeps (Art. 6(1)(f)).

    Versions are kept; the newest signed one counts for a year.
    """

    TEXTS = ("purpose", "necessity", "balance", "safeguards")

    number = models.PositiveIntegerField()
    purpose = models.TextField(_("What it is for"), max_length=4000)
    necessity = models.TextField(_("Why it cannot be done with less"), max_length=4000)
    balance = models.TextField(_("What it means for them, and why it is fair"), max_length=4000)
    safeguards = models.TextField(_("What protects them"), max_length=4000)
    signed_by = models.CharField(max_length=120)
    signer = models.CharField(max_length=20, help_text="public id of the member")
    signed_at = models.DateTimeField()
    review_on = models.DateField(_("To be looked at again on"))

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["practice", "number"], name="balancing_note_once")]

    def __str__(self) -> str:
        return f"{self.number} {self.signed_at:%Y-%m-%d}"


class Assessment(PracticeScoped):
    """What the practice wrote into its data protection impact assessment (Art. 35); one row, texts by section."""

    texts = models.JSONField(default=dict)
    written_by = models.CharField(max_length=120, blank=True)
    written_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["practice"], name="assessment_once")]

    def __str__(self) -> str:
        return f"{self.written_at:%Y-%m-%d}" if self.written_at else ""
