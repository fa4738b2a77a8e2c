"""Hits on kit links, each with its verdict; addresses are never kept, only a hash that changes every day."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from passalong.core.models import PracticeOwned
from passalong.kits.models.passing import Link
from passalong.kits.models.publishing import Edition


class HitKind(models.TextChoices):
    HIT = "hit", _("Opened")
    ENGAGED = "engaged", _("Read on")


class Verdict(models.TextChoices):
    PERSON = "person", _("Person")
    MACHINE = "machine", _("Machine")
    UNKNOWN = "unknown", _("Unknown")


class Visit(PracticeOwned):
    """What is kept of one request to something passed along, or of one sign of reading it; kept for judging anew.

    Never the address: a hash of it that changes every day.
    """

    at = models.DateTimeField()
    kind = models.CharField(max_length=8, choices=HitKind.choices)
    method = models.CharField(max_length=8)
    file = models.CharField(max_length=12, default="page", help_text="page, or the name of a file beside it")
    agent = models.CharField(max_length=300, blank=True)
    headers = models.JSONField(default=list, help_text="names of the headers, as sent, and values of Purpose-like ones")
    network = models.CharField(max_length=20, blank=True, help_text="class of the network: datacentre, proxy, ...")
    address_hash = models.CharField(max_length=16, blank=True, help_text="keyed with a salt of the day")
    network_hash = models.CharField(max_length=16, blank=True, help_text="the same of the /24 or /64 around it")
    view = models.CharField(max_length=16, blank=True, help_text="random id of one page answer")
    what = models.CharField(max_length=8, blank=True, help_text="part, scroll, form, heard or step")
    part = models.PositiveSmallIntegerField(null=True, help_text="furthest part reached, 1 to 5")
    sent_at = models.DateTimeField(null=True, help_text="when we mailed this link")
    verdict = models.CharField(max_length=8, choices=Verdict.choices, default=Verdict.UNKNOWN)
    reason = models.CharField(max_length=60, blank=True)

    class Meta:
        abstract = True
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.kind} {self.at:%Y-%m-%d %H:%M} {self.verdict}"


class Hit(Visit):
    """A visit by a kit's link. Verdicts are judged anew from what is here."""

    link = models.ForeignKey(Link, on_delete=models.CASCADE, related_name="hits")
    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, null=True, related_name="+")

    class Meta(Visit.Meta):
        indexes = [
            models.Index(fields=["practice", "at"]),
            models.Index(fields=["link", "at"]),
            models.Index(fields=["link", "view"]),
            models.Index(fields=["practice"], condition=models.Q(reason=""), name="hit_not_judged"),
        ]


class Journal(models.Model):
    """How far one journal file of hits has been read into the database; in the same transaction as its hits."""

    name = models.CharField(max_length=80, unique=True)
    offset = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.name} {self.offset}"


class DaySalt(models.Model):
    """The key that hashes addresses for one day; forgotten in the hour after it."""

    day = models.DateField(unique=True)
    salt = models.CharField(max_length=64)

    def __str__(self) -> str:
        return str(self.day)
