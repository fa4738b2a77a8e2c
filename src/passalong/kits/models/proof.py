"""Proof: testimonials and case studies, each with the consents it needs."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from passalong.contacts.models import Contact
from passalong.core.models import PracticeOwned, PracticeScoped


class ProofKind(models.TextChoices):
    TESTIMONIAL = "testimonial", _("Testimonial")
    CASE_STUDY = "case_study", _("Case study")


class Relation(models.TextChoices):
    CLIENT = "client", _("Client")
    FORMER = "former", _("Former client")
    PARTNER = "partner", _("Referral partner")
    EMPLOYEE = "employee", _("Employee")
    RELATIVE = "relative", _("Relative")
    OTHER = "other", _("Somebody else")


class Paid(models.TextChoices):
    NOTHING = "nothing", _("Nothing")
    CASH = "cash", _("Money")
    OTHER = "other", _("Something else of value")


class Proof(PracticeScoped):
    """What somebody said, or the story of one case. Changing its words takes it back to "awaiting the speaker"."""

    kind = models.CharField(_("Kind"), max_length=12, choices=ProofKind.choices)
    text = models.TextField(_("Words"), max_length=4000)
    speaker = models.ForeignKey(Contact, on_delete=models.SET_NULL, null=True, related_name="+")
    shown_as = models.CharField(
        _("Shown as"),
        max_length=120,
        help_text=_("The name or description readers see, such as “A. R., client since 2019”."),
    )
    relation = models.CharField(_("Who speaks"), max_length=10, choices=Relation.choices)
    paid = models.CharField(_("What was given for it"), max_length=8, choices=Paid.choices, default=Paid.NOTHING)
    paid_words = models.CharField(_("What, and how much"), max_length=200, blank=True)
    conflict = models.CharField(_("Conflict of interest"), max_length=300, blank=True)
    source = models.CharField(
        _("Where its facts can be checked"),
        max_length=300,
        blank=True,
        help_text=_("For each claim of fact: the file or record."),
    )
    is_tax_client = models.BooleanField(_("This comes from tax work"), default=False)
    retired_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return self.shown_as


class ProofConsent(PracticeOwned):
    """The speaker's consent to publish these very words. Never changed, only revoked; a new one is a new row."""

    proof = models.ForeignKey(Proof, on_delete=models.CASCADE, related_name="consents")
    words_digest = models.CharField(max_length=64, help_text="sha256 of the words and the name consented to")
    given_on = models.DateField()
    expires_on = models.DateField(null=True)
    how = models.CharField(max_length=200, help_text="how it was given: signed form, mail, ...")
    elements = models.JSONField(default=dict, help_text="what the profile's form asks for: key -> what was filled in")
    recorded_by = models.CharField(max_length=120)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-given_on", "-pk"]

    def __str__(self) -> str:
        return f"{self.proof} {self.given_on}"
