"""The value ledger: every gift, fee or favour between a practice and those who refer."""

from __future__ import annotations

from decimal import Decimal

from django.db import models
from django.utils.translation import gettext_lazy as _

from passalong.compliance.models.approvals import Decision
from passalong.core.models import PracticeScoped


class Giver(models.TextChoices):
    PRACTICE = "practice", _("The practice gave")
    OTHER = "other", _("The practice received")


class Receiver(models.TextChoices):
    """What the other side is to the practice; rules differ by it."""

    CLIENT = "client", _("Client")
    PROSPECT = "prospect", _("Could become a client")
    PARTNER = "partner", _("Referral partner")
    COUNTERPARTY = "counterparty", _("Staff of a business partner")
    LICENSED = "licensed", _("Licensed or registered in the same trade")
    PUBLIC = "public", _("Works in the public sector")
    OTHER = "other", _("Somebody else")


class ValueKind(models.TextChoices):
    GIFT = "gift", _("Gift")
    CASH = "cash", _("Money, voucher, discount")
    FEE = "fee", _("Referral fee or commission")
    ENTERTAINMENT = "entertainment", _("Meal or entertainment")
    RAFFLE = "raffle", _("Raffle, prize draw")
    DONATION = "donation", _("Donation in their name")


class ValueEntry(PracticeScoped):
    """One thing of value, given or received."""

    giver = models.CharField(_("Which way"), max_length=8, choices=Giver.choices, default=Giver.PRACTICE)
    contact = models.ForeignKey(
        "contacts.Contact", on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("Who")
    )
    receiver = models.CharField(_("What they are to you"), max_length=12, choices=Receiver.choices)
    kind = models.CharField(_("What kind"), max_length=13, choices=ValueKind.choices)
    what = models.CharField(_("What it was"), max_length=200)
    cost = models.DecimalField(_("What it cost"), max_digits=10, decimal_places=2)
    market = models.DecimalField(_("What it is worth"), max_digits=10, decimal_places=2, null=True, blank=True)
    currency = models.CharField(max_length=3, default="USD")
    reason = models.CharField(_("Why"), max_length=500)
    given_on = models.DateField(_("On"))
    for_referral = models.BooleanField(_("For an introduction"), null=True)
    introduction = models.CharField(max_length=20, blank=True, help_text="public id, where it belongs to one")
    offered_before = models.BooleanField(_("Promised beforehand"), default=False)
    facts = models.JSONField(default=list, help_text="what else is true of it, words of compliance.rulebook.FACTS")
    recorded_by = models.CharField(max_length=20, blank=True, help_text="public id of the member")
    approval = models.ForeignKey("compliance.Approval", on_delete=models.SET_NULL, null=True, related_name="+")
    rules = models.JSONField(default=list, help_text="what the rules said of it that day")
    voided_at = models.DateTimeField(null=True)
    voided_why = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["-given_on", "-pk"]
        indexes = [models.Index(fields=["practice", "contact", "given_on"])]

    def __str__(self) -> str:
        return f"{self.what} {self.value}"

    @property
    def is_waiting(self) -> bool:
        """Whether a second person has still to decide; it counts towards limits already."""
        return self.voided_at is None and self.approval is not None and self.approval.decision == Decision.WAITING

    @property
    def value(self) -> Decimal:
        """The higher of cost and market value: what rules count."""
        return max(self.cost, self.market or self.cost)
