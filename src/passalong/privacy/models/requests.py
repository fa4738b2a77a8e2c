"""What people on file ask of the practice: links to their own page, and what came of each request."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from passalong.contacts.models import Contact
from passalong.core import clock
from passalong.core.models import PracticeOwned, PracticeScoped


class PrivacyLink(PracticeOwned):
    """Somebody typed a mail address and asked what is on file. The row is made for known and unknown addresses alike.

    `email` stands here only while it is needed: until it was found to be unknown, or as long as the link works. What
    stays for counting is the keyed hash. Of the link and of the page it opens only digests are kept.
    """

    email = models.CharField(max_length=320, blank=True)
    key = models.CharField(max_length=64, help_text="keyed hash of the address, for counting")
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, null=True, related_name="+")
    asked_at = models.DateTimeField(default=clock.now)
    looked_at = models.DateTimeField(null=True, help_text="when it was looked up, known or not")
    token_digest = models.CharField(max_length=64, blank=True)
    expires_at = models.DateTimeField(null=True)
    page_digest = models.CharField(max_length=64, blank=True, help_text="of the page that is open now")
    page_until = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["practice", "key", "asked_at"]),
            models.Index(fields=["asked_at"]),
            models.Index(fields=["token_digest"]),
        ]

    def __str__(self) -> str:
        return f"{self.asked_at:%Y-%m-%d %H:%M}"


class RequestKind(models.TextChoices):
    SEE = "see", _("See what is kept")
    EXPORT = "export", _("Take a copy")
    CORRECT = "correct", _("Correct something")
    OBJECT = "object", _("Object to use")
    ERASE = "erase", _("Be forgotten")


class RequestState(models.TextChoices):
    WAITING = "waiting", _("Waits for you")
    DONE = "done", _("Done at once")
    ACCEPTED = "accepted", _("Accepted")
    DECLINED = "declined", _("Declined")


class PrivacyRequest(PracticeScoped):
    """One request, by the person's own act or noted by the desk. After an erasure it says what stayed, not whose."""

    kind = models.CharField(max_length=8, choices=RequestKind.choices)
    state = models.CharField(max_length=8, choices=RequestState.choices, default=RequestState.WAITING)
    contact = models.ForeignKey(Contact, on_delete=models.SET_NULL, null=True, related_name="+")
    email = models.CharField(max_length=320, blank=True, help_text="where the answer goes; gone once answered")
    key = models.CharField(max_length=64, blank=True, help_text="keyed hash of the address")
    field = models.CharField(max_length=20, blank=True, help_text="name or phone, where a new value is proposed")
    value = models.CharField(max_length=200, blank=True)
    words = models.TextField(blank=True, max_length=2000, help_text="what the person wrote")
    kept = models.JSONField(default=list, help_text="what stayed: what, rule, until")
    due_on = models.DateField(help_text="one month after it was asked")
    answer = models.TextField(_("Your answer"), blank=True, max_length=2000)
    decided_by = models.CharField(max_length=20, blank=True, help_text="public id of the member; empty: by itself")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-created_at", "-pk"]
        indexes = [models.Index(fields=["practice", "state", "due_on"]), models.Index(fields=["practice", "key"])]

    def __str__(self) -> str:
        return f"{self.kind} {self.created_at:%Y-%m-%d}"

    @property
    def is_open(self) -> bool:
        return self.state == RequestState.WAITING
