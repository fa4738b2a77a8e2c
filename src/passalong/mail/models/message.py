"""A message to one person, from its draft to the mail server's answer."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from passalong.core.models import PracticeOwned, PracticeScoped


class MailPurpose(models.TextChoices):
    """Why it is written; what may go to whom differs by it (services/gate.py)."""

    PERSONAL = "personal", _("Personal message")
    THANKS = "thanks", _("Thank-you")
    UPDATE = "update", _("News of an introduction")
    CONSENT_ASK = "consent_ask", _("Question of consent")
    PRIVACY = "privacy", _("Answer to a privacy request")
    NOTICE = "notice", _("Notice of what is on file")
    NEWS = "news", _("News of the practice")
    SUBSCRIBE = "subscribe", _("Question whether they want the news")
    ACCOUNT = "account", _("About somebody's account")
    REFERRAL = "referral", _("A client's message, sent for them")


class MailState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    QUEUED = "queued", _("Waiting to go")
    CLAIMED = "claimed", _("Going now")
    HANDING = "handing", _("Being handed over")
    SENT = "sent", _("Sent")
    FAILED = "failed", _("Not delivered")
    HELD = "held", _("Held back")
    UNKNOWN = "unknown", _("Not known whether it went")
    CANCELLED = "cancelled", _("Cancelled")


PENDING = (MailState.QUEUED, MailState.CLAIMED, MailState.HANDING)


class Message(PracticeScoped):
    """One message to one person. Its bytes are fixed when it is drafted: what is previewed is what goes.

    Before it goes only Date and DKIM-Signature are put in front of them; a sent message keeps the bytes that went.
    """

    purpose = models.CharField(max_length=11, choices=MailPurpose.choices)
    state = models.CharField(max_length=9, choices=MailState.choices, default=MailState.DRAFT)
    key = models.CharField(max_length=120, help_text="the same key is the same message, however often it is drafted")
    written_by = models.ForeignKey("accounts.Member", on_delete=models.SET_NULL, null=True, related_name="+")
    contact = models.ForeignKey("contacts.Contact", on_delete=models.SET_NULL, null=True, related_name="+")
    address = models.CharField(max_length=320)
    address_key = models.CharField(max_length=64, help_text="keyed hash of the address")
    name = models.CharField(max_length=200, blank=True)
    sender = models.CharField(max_length=320, help_text="the From header's address, always the installation's own")
    subject = models.CharField(max_length=200)
    text = models.TextField(help_text="as written, without what is put below it")
    html = models.TextField(blank=True, help_text="as written, sanitised; empty: made from the text")
    mime = models.ForeignKey("core.Blob", on_delete=models.RESTRICT, null=True, related_name="+")
    message_id = models.CharField(max_length=200, unique=True, help_text="with its angle brackets")
    in_reply_to = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, related_name="+")
    list_scope = models.CharField(max_length=5, blank=True, help_text="what leaving by its link stops: news, else all")
    about = models.CharField(max_length=20, blank=True, help_text="public id of what it is about")
    queued_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True, help_text="when it was to go; orders messages to one address")
    next_at = models.DateTimeField(null=True, help_text="when it is tried next")
    claim = models.CharField(max_length=100, blank=True, help_text="which worker has it in hand")
    claimed_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    ended_at = models.DateTimeField(null=True, help_text="sent, given up, held, cancelled or unknown since")
    answer = models.CharField(max_length=500, blank=True, help_text="what the mail server said")
    reason = models.CharField(max_length=500, blank=True, help_text="why it was held, failed or is unknown")
    rule = models.CharField(max_length=80, blank=True, help_text="the rule that held it")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["practice", "key"], name="message_key_once")]
        indexes = [
            models.Index(fields=["state", "next_at"]),
            models.Index(fields=["practice", "address_key", "state"]),
            models.Index(fields=["practice", "-created_at"]),
            models.Index(fields=["practice", "contact"]),
            models.Index(fields=["claim"], condition=~Q(claim=""), name="message_in_hand"),
        ]
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return self.subject


class MessagePerson(PracticeOwned):
    """Whom a message speaks of besides its recipient, by public id, so that erasing them finds it."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="people")
    person = models.CharField(max_length=20)

    class Meta:
        indexes = [models.Index(fields=["practice", "person"])]

    def __str__(self) -> str:
        return self.person
