"""Consent grants: who allowed what, to whom, how far, until when, on what evidence."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from passalong.core.models import PracticeScoped


class Purpose(models.TextChoices):
    CONTACT = "contact", _("The practice may get in touch")
    UPDATE = "update", _("The referrer may be told")
    NEWS = "news", _("News of the practice")
    TAX_USE = "tax_use", _("Use of what is known from tax work")
    TAX_DISCLOSURE = "tax_disclosure", _("Disclosure of what is known from tax work")


class Given(models.TextChoices):
    """How it was given. A reported answer opens less than an own one (docs/concepts/consent.md)."""

    OWN = "own", _("own answer")
    REPORTED = "reported", _("reported by the client")
    FORM = "form", _("signed form")


class GrantState(models.TextChoices):
    ASKED = "asked", _("Asked")
    GRANTED = "granted", _("Granted")
    DECLINED = "declined", _("Declined")
    REVOKED = "revoked", _("Taken back")
    EXPIRED = "expired", _("Ended")


class Grant(PracticeScoped):
    """One consent of one person for one purpose. The person is a contact, or who stands behind a reply (`about`)."""

    purpose = models.CharField(max_length=16, choices=Purpose.choices)
    state = models.CharField(max_length=8, choices=GrantState.choices, default=GrantState.ASKED)
    person = models.ForeignKey("contacts.Contact", on_delete=models.CASCADE, null=True, related_name="+")
    person_key = models.CharField(max_length=64, blank=True, help_text="keyed hash of the mail address or phone")
    about = models.CharField(max_length=20, blank=True, help_text="public id of the reply or introduction it came from")
    recipient = models.ForeignKey(
        "contacts.Contact",
        on_delete=models.CASCADE,
        null=True,
        related_name="+",
        help_text="to whom; null: the practice",
    )
    scope = models.JSONField(default=list, help_text="how far, words of passalong.compliance.updates.SCOPES")
    given = models.CharField(max_length=8, choices=Given.choices, blank=True)
    told_by = models.ForeignKey("contacts.Contact", on_delete=models.SET_NULL, null=True, related_name="+")
    words = models.CharField(max_length=500, blank=True, help_text="what was said, where it was reported")
    form_id = models.CharField(max_length=60, blank=True, help_text="the signed form, where the profile asks for one")
    evidence = models.ForeignKey("core.Blob", on_delete=models.SET_NULL, null=True, related_name="+")
    evidence_hash = models.CharField(max_length=64, blank=True, help_text="sha256 of what the person saw and chose")
    token_digest = models.CharField(max_length=64, blank=True, help_text="of the link to the person's own page of it")
    asked_at = models.DateTimeField(null=True)
    granted_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True, help_text="declined, taken back or run out")
    used_at = models.DateTimeField(null=True)
    uses = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["-created_at", "-pk"]
        indexes = [models.Index(fields=["practice", "about"]), models.Index(fields=["token_digest"])]

    def __str__(self) -> str:
        return f"{self.purpose} {self.state}"
