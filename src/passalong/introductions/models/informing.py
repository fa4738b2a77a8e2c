"""What a referrer is sent: a thank-you for each act of their own, and each thing told under a consent."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from passalong.contacts.models import Contact
from passalong.core.models import PracticeOwned, PracticeScoped
from passalong.introductions.models.hearing import Channel
from passalong.introductions.models.introduction import Introduction


class Because(models.TextChoices):
    """The referrer's own act a thank-you is for."""

    AGREED = "agreed", _("agreed to introduce you")
    PASSED = "passed", _("passed it along")
    SENT = "sent", _("wrote to somebody in their own words")


class ThanksState(models.TextChoices):
    DUE = "due", _("To be thanked")
    DONE = "done", _("Thanked")


class Thanks(PracticeScoped):
    """One thank-you: to whom, for which act of their own, in which words. It holds nothing of anybody else.

    `about` is the public id of the link or introduction acted on; nothing of it is read but that.
    """

    referrer = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="thanks")
    because = models.CharField(max_length=6, choices=Because.choices)
    about = models.CharField(max_length=20)
    key = models.CharField(max_length=80, help_text="the same act is thanked for once")
    subject = models.CharField(max_length=200)
    text = models.TextField()
    channel = models.CharField(max_length=6, choices=Channel.choices)
    state = models.CharField(max_length=4, choices=ThanksState.choices, default=ThanksState.DUE)
    message = models.ForeignKey("mail.Message", on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(help_text="when they acted")
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["practice", "key"], name="thanks_once_an_act")]
        indexes = [
            models.Index(fields=["practice", "state", "at"], name="thanks_due"),
            models.Index(fields=["practice", "-at"], name="thanks_latest"),
        ]
        ordering = ["-at", "-pk"]
        verbose_name_plural = "thanks"

    def __str__(self) -> str:
        return f"{self.because} {self.at:%Y-%m-%d}"


class Told(PracticeOwned):
    """One thing a referrer is told under one consent: drafted, sent, or shown. introduction: null where the answer that
    was told of opened none."""

    introduction = models.ForeignKey(Introduction, on_delete=models.CASCADE, null=True, related_name="told")
    referrer = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="+")
    grant = models.CharField(max_length=20, help_text="public id of the consent it rests on")
    field = models.CharField(max_length=10, help_text="of passalong.compliance.updates.SCOPES")
    channel = models.CharField(max_length=6, choices=Channel.choices, default=Channel.MAIL)
    message = models.ForeignKey("mail.Message", on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["practice", "grant", "field"], name="told_once_a_consent")]
        indexes = [models.Index(fields=["practice", "referrer", "-at"], name="told_latest")]
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.field} {self.at:%Y-%m-%d}"
