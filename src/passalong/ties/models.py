"""Evidence for or against a tie, and what clients themselves said.

Affiliations (shared groups) live in contacts. Here stand observed contacts from mail and calendars, kept by mail
address so that an address can become a contact later without reading anything again; statements; and answers.
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from passalong.contacts.models import Contact, Source
from passalong.core.models import PracticeOwned, PracticeScoped


class Address(PracticeScoped):
    """A mail address met in mail or calendars. Without a contact it is staged until a person promotes it."""

    email = models.CharField(max_length=254)
    name = models.CharField(max_length=200, blank=True)
    contact = models.ForeignKey(Contact, on_delete=models.SET_NULL, null=True, related_name="+")
    is_own = models.BooleanField(default=False, help_text="belongs to the practice itself")
    dismissed_at = models.DateTimeField(null=True)
    seen = models.PositiveIntegerField(default=0)
    first_on = models.DateField(null=True)
    last_on = models.DateField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["practice", "email"], name="address_once")]

    def __str__(self) -> str:
        return self.email


class ObservationKind(models.TextChoices):
    MAIL = "mail", _("mail")
    MEETING = "meeting", _("meeting")


class Encounter(PracticeOwned):
    """One message or calendar event that was read: who was on it, never what it said."""

    kind = models.CharField(max_length=7, choices=ObservationKind.choices)
    key = models.CharField(max_length=32, help_text="digest of Message-ID or UID: read once, counted once")
    on = models.DateField(null=True)
    people = models.JSONField(help_text="primary keys of addresses")
    batch = models.ForeignKey("exchange.ImportBatch", on_delete=models.CASCADE, null=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["practice", "kind", "key"], name="encounter_once")]
        indexes = [models.Index(fields=["batch"])]

    def __str__(self) -> str:
        return f"{self.kind} {self.on}"


class Observation(PracticeOwned):
    """What the encounters say of one pair of addresses, summed up. low < high."""

    kind = models.CharField(max_length=7, choices=ObservationKind.choices)
    low = models.ForeignKey(Address, on_delete=models.CASCADE, related_name="+")
    high = models.ForeignKey(Address, on_delete=models.CASCADE, related_name="+")
    times = models.PositiveIntegerField()
    weight = models.FloatField(help_text="sum of 1/(people on it - 1) over messages; meetings alike")
    first_on = models.DateField(null=True)
    last_on = models.DateField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["practice", "kind", "low", "high"], name="observation_once")]

    def __str__(self) -> str:
        return f"{self.kind} x {self.times}"


class StatementKind(models.TextChoices):
    MENTIONED = "mentioned", _("mentioned")
    WORKS_WITH = "works_with", _("works with")
    RELATIVE = "relative", _("relative")
    CALL = "call", _("call")
    LINKEDIN = "linkedin", _("connected on LinkedIn")
    ESTRANGED = "estranged", _("fell out")


class Statement(PracticeScoped):
    """Somebody said, or the practice noticed, that two contacts have to do with each other."""

    contact_a = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="statements")
    contact_b = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=20, choices=StatementKind.choices)
    on = models.DateField()
    text = models.CharField(max_length=500, blank=True)
    told_by = models.ForeignKey(Contact, on_delete=models.SET_NULL, null=True, related_name="+")
    source = models.CharField(max_length=12, choices=Source.choices, default=Source.HAND)
    batch = models.ForeignKey("exchange.ImportBatch", on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["contact_a", "contact_b", "kind", "on"], name="statement_once")]

    def __str__(self) -> str:
        return f"{self.contact_a} {self.kind} {self.contact_b}"


class AnswerKind(models.TextChoices):
    KNOWS_WELL = "knows_well", _("Knows well")
    KNOWS = "knows", _("Knows")
    DOES_NOT_KNOW = "does_not_know", _("Does not know")
    RATHER_NOT = "rather_not", _("Rather not")


POSITIVE = (AnswerKind.KNOWS_WELL, AnswerKind.KNOWS)


class Answer(PracticeScoped):
    """The client's own word on one prospect. The latest one counts and overrides every inference."""

    client = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="answers")
    prospect = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="+")
    answer = models.CharField(max_length=13, choices=AnswerKind.choices)
    answered_at = models.DateTimeField()
    meeting = models.ForeignKey("prospecting.Meeting", on_delete=models.SET_NULL, null=True, related_name="answers")
    tap = models.CharField(max_length=36, blank=True, help_text="made where the tap was; the same tap counts once")
    shown_p = models.FloatField(null=True, help_text="probability we held when the name was shown")
    need = models.CharField(_("What they need"), max_length=500, blank=True)
    timing = models.CharField(_("When it matters"), max_length=200, blank=True)
    relation = models.CharField(_("How they know each other"), max_length=300, blank=True)
    reach = models.CharField(_("How best to reach them"), max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["practice", "tap"], condition=~models.Q(tap=""), name="answer_tap_once")
        ]
        indexes = [models.Index(fields=["practice", "client", "prospect", "-answered_at"])]

    def __str__(self) -> str:
        return f"{self.client} {self.answer} {self.prospect}"
