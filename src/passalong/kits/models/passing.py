"""Passing along: one link a referrer and kit (and channel), the referrer's own page, and each time it was passed."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from passalong.contacts.models import Contact
from passalong.core import clock
from passalong.core.ids import new_link_token
from passalong.core.models import PracticeOwned, PracticeScoped
from passalong.kits.models.publishing import Edition
from passalong.kits.models.writing import Kit


class Channel(models.TextChoices):
    ANY = "", _("Any way")
    MAIL = "mail", _("Mail")
    TEXT = "text", _("Text message")
    MESSENGER = "messenger", _("Messenger")
    CARD = "card", _("Printed card")
    REPORT = "report", _("In the report")


class Link(PracticeScoped):
    """A referrer's link to a kit. It names the referrer, never the visitor. Without referrer: the practice's own."""

    kit = models.ForeignKey(Kit, on_delete=models.CASCADE, related_name="links")
    referrer = models.ForeignKey(Contact, on_delete=models.SET_NULL, null=True, related_name="kit_links")
    is_own = models.BooleanField(default=False, help_text="the practice's own link, of no referrer")
    channel = models.CharField(max_length=10, choices=Channel.choices, default=Channel.ANY, blank=True)
    token = models.CharField(max_length=16, unique=True, default=new_link_token, editable=False)
    words = models.JSONField(default=dict, help_text="the referrer's own words: experience, empathy, involves")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kit", "referrer", "channel"], condition=models.Q(ended_at=None), name="one_open_link"
            ),
            models.UniqueConstraint(
                fields=["kit", "channel"],
                condition=models.Q(ended_at=None, is_own=True),
                name="one_open_link_of_our_own",
            ),
        ]
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.kit}: {self.referrer or self.practice}"


class SharePage(PracticeScoped):
    """A referrer's private page with link, QR and words. Only the digest of its address is kept."""

    kit = models.ForeignKey(Kit, on_delete=models.CASCADE, related_name="+")
    referrer = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="+")
    token_digest = models.CharField(max_length=64, unique=True)
    ended_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.kit}: {self.referrer}"


class Passing(PracticeOwned):
    """The kit was passed along once more, as the referrer or the desk says."""

    link = models.ForeignKey(Link, on_delete=models.CASCADE, related_name="passings")
    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, null=True, related_name="+")
    channel = models.CharField(max_length=10, choices=Channel.choices, blank=True)
    said_by = models.CharField(max_length=10, help_text="referrer or desk")
    at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return f"{self.link} {self.at:%Y-%m-%d}"
