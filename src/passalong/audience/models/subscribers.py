"""Subscribers: by their own act, confirmed from their own mailbox, with the proof of it."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from passalong.core.models import Blob, PracticeOwned, PracticeScoped


class SubscriberState(models.TextChoices):
    ASKED = "asked", _("Asked to confirm")
    ACTIVE = "active", _("Gets the news")
    LEFT = "left", _("Has left")


class SubscribedBy(models.TextChoices):
    """Where the wish for news came from."""

    PAGE = "page", _("A page of the practice")
    EPISODE = "episode", _("An interview's page")
    ANSWER = "answer", _("The page of two questions")
    IMPORT = "import", _("An import with evidence of consent")


class Subscriber(PracticeScoped):
    """Somebody who wants the news. Nothing but the question to confirm goes out before they confirm."""

    address = models.CharField(max_length=320, help_text="empty once they left and were forgotten")
    address_key = models.CharField(max_length=64, help_text="keyed hash of the address")
    name = models.CharField(max_length=120, blank=True)
    state = models.CharField(max_length=6, choices=SubscriberState.choices, default=SubscriberState.ASKED)
    by = models.CharField(max_length=8, choices=SubscribedBy.choices, default=SubscribedBy.PAGE)
    about = models.CharField(max_length=20, blank=True, help_text="public id of the interview or kit they came from")
    asked_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    left_at = models.DateTimeField(null=True)
    evidence = models.ForeignKey(Blob, on_delete=models.SET_NULL, null=True, related_name="+")
    evidence_words = models.CharField(max_length=500, blank=True, help_text="of an import: when and how they consented")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["practice", "address_key"], name="subscriber_once")]
        indexes = [models.Index(fields=["practice", "state", "-asked_at"], name="subscriber_list")]
        ordering = ["-asked_at", "-pk"]

    def __str__(self) -> str:
        return self.name or self.address


class SubscriberKey(PracticeOwned):
    """The link of the question to confirm. Its digest only; works once, for a while."""

    subscriber = models.ForeignKey(Subscriber, on_delete=models.CASCADE, related_name="keys")
    token_digest = models.CharField(max_length=64, unique=True)
    until = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return str(self.subscriber)
