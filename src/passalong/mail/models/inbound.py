"""Messages in: what arrived, what came back, how far each mailbox was read, what the domain's records said."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from passalong.core import clock
from passalong.core.models import PracticeOwned, PracticeScoped


class Verdict(models.TextChoices):
    """What receiving found. Only `matched` is taken for the recipient's own answer."""

    MATCHED = "matched", _("Answer")
    REVIEW = "review", _("To be looked at")
    UNKNOWN = "unknown", _("From somebody unknown")
    FORWARDED = "forwarded", _("Passed on by a member")
    AUTO = "auto", _("Written by a program")
    BOUNCE = "bounce", _("Came back")
    COMPLAINT = "complaint", _("Reported as spam")
    LEAVING = "leaving", _("Asks not to be written to")
    TOO_BIG = "too_big", _("Too large")


class Doubt(models.TextChoices):
    """Why a message is for a person to look at."""

    NONE = "", ""
    NO_TOKEN = "no_token", _("It does not say which message it answers in a way we can check.")
    BAD_TOKEN = "bad_token", _("Its address was altered, is too old, or is not from here.")
    OTHER_SENDER = "other_sender", _("It comes from another address than the one we wrote to.")
    UNCLEAR_SENDER = "unclear_sender", _("It names no sender, or more than one.")
    UNPROVEN = "unproven", _("Nothing proves that the sender's own mail server sent it.")
    FALSE = "false", _("Its signature does not fit: it was changed on the way, or is forged.")
    NOT_CHECKED = "not_checked", _("The sender's signature could not be checked: the name service did not answer.")
    NO_MEMBER = "no_member", _("It came to the address for members, from somebody who is none.")
    NOBODY = "nobody", _("It names no other person on file.")
    TOO_BIG = "too_big", _("It is larger than what is read here.")


class Decision(models.TextChoices):
    NONE = "", _("Not yet decided")
    ACCEPTED = "accepted", _("Accepted")
    NOT = "not", _("Not from this person")
    SPAM = "spam", _("Spam")


OPEN = (Verdict.REVIEW, Verdict.UNKNOWN, Verdict.TOO_BIG)


class Inbound(PracticeScoped):
    """One message that arrived. Its words are somebody's word at most: nothing else changes by it."""

    via = models.CharField(max_length=20, help_text="imap, hook or another way in")
    likeness = models.CharField(max_length=64, help_text="digest of sender, Message-ID and body: what comes twice")
    raw = models.ForeignKey("core.Blob", on_delete=models.RESTRICT, null=True, related_name="+")
    size = models.PositiveIntegerField(help_text="bytes")
    header_id = models.CharField(max_length=250, blank=True, help_text="its Message-ID, without brackets")
    sender = models.CharField(max_length=320, blank=True)
    sender_key = models.CharField(max_length=64, blank=True, help_text="keyed hash of the sender's address")
    sender_name = models.CharField(max_length=120, blank=True)
    subject = models.CharField(max_length=300, blank=True)
    sent_at = models.DateTimeField(null=True)
    text = models.TextField(blank=True, help_text="the new words, without what they quote")
    is_cut = models.BooleanField(default=False, help_text="quotations were left out, or it was longer than is read")
    attachments = models.JSONField(default=list, help_text="safe name, kind and size of each; never opened")
    verdict = models.CharField(max_length=9, choices=Verdict.choices)
    doubt = models.CharField(max_length=14, choices=Doubt.choices, blank=True)
    sign = models.CharField(max_length=40, blank=True, help_text="what showed a program, a status such as 5.1.1")
    proof = models.CharField(max_length=260, blank=True, help_text="whose DKIM signature verified")
    message = models.ForeignKey("mail.Message", on_delete=models.SET_NULL, null=True, related_name="answers")
    contact = models.ForeignKey("contacts.Contact", on_delete=models.SET_NULL, null=True, related_name="+")
    member = models.ForeignKey("accounts.Member", on_delete=models.SET_NULL, null=True, related_name="+")
    decision = models.CharField(max_length=8, choices=Decision.choices, blank=True)
    decided_by = models.ForeignKey("accounts.Member", on_delete=models.SET_NULL, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    keep_until = models.DateField(help_text="forgotten after this day")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["practice", "likeness"], name="inbound_once")]
        indexes = [
            models.Index(fields=["practice", "verdict", "decision", "-created_at"]),
            models.Index(fields=["practice", "contact", "-created_at"]),
            models.Index(fields=["practice", "sender_key"]),
            models.Index(fields=["keep_until"]),
        ]
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return self.subject

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to say what it is."""
        return self.verdict in OPEN and not self.decision

    @property
    def counts(self) -> bool:
        """Whether it is taken for this person's words."""
        return self.verdict in (Verdict.MATCHED, Verdict.FORWARDED) or self.decision == Decision.ACCEPTED


class TroubleKind(models.TextChoices):
    HARD = "hard", _("The address does not exist")
    SOFT = "soft", _("Could not be delivered this time")
    COMPLAINT = "complaint", _("Reported as spam")


class Trouble(PracticeOwned):
    """A message of ours came back or was reported. Counted by keyed hash; old ones stop counting by themselves."""

    key = models.CharField(max_length=64, help_text="keyed hash of the message's own recipient")
    kind = models.CharField(max_length=9, choices=TroubleKind.choices)
    at = models.DateTimeField()
    status = models.CharField(max_length=12, blank=True)
    said = models.CharField(max_length=300, blank=True, help_text="the server's words, without addresses")
    message = models.ForeignKey("mail.Message", on_delete=models.CASCADE, related_name="troubles")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["message", "kind"], name="trouble_once")]
        indexes = [models.Index(fields=["practice", "key", "kind", "at"])]

    def __str__(self) -> str:
        return f"{self.kind} {self.status}"


class MailboxMark(models.Model):
    """How far a mailbox was read, and how the last look went. One for each account and folder."""

    name = models.CharField(max_length=64, unique=True, help_text="digest of host, user and folder")
    validity = models.PositiveBigIntegerField(default=0, help_text="UIDVALIDITY; another one: numbers start anew")
    last_uid = models.PositiveBigIntegerField(default=0)
    looked_at = models.DateTimeField(null=True)
    well_at = models.DateTimeField(null=True, help_text="when it last answered as it should")
    error = models.CharField(max_length=300, blank=True, help_text="one sentence without secrets")
    read = models.PositiveIntegerField(default=0, help_text="messages seen by the last look that found any")
    used = models.PositiveIntegerField(default=0)
    skipped = models.JSONField(default=dict, help_text="reason -> how many")
    held_until = models.DateTimeField(null=True, help_text="one worker reads it at a time, until then at most")

    def __str__(self) -> str:
        return f"{self.name[:8]} {self.last_uid}"


class DomainCheck(models.Model):
    """What the name service said about the domain messages come from."""

    domain = models.CharField(max_length=253, unique=True)
    checked_at = models.DateTimeField(default=clock.now)
    findings = models.JSONField(default=list)

    def __str__(self) -> str:
        return self.domain
