"""What the practice owes its clients before it asks: agreement, promises, seeds; and the ask that met silence."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from passalong.contacts.models import Contact
from passalong.core.models import PracticeOwned, PracticeScoped
from passalong.introductions.models.introduction import Introduction


class Agreement(PracticeScoped):
    """What client and practice agreed about introductions. Changeable, not a contract; never worth anything."""

    client = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="agreements")
    version = models.PositiveIntegerField(default=1)
    good_introduction = models.TextField(_("What a good introduction is"), max_length=1000)
    hoped_number = models.PositiveSmallIntegerField(_("How many you hope for in a year"), null=True, blank=True)
    treatment = models.TextField(_("How we treat your friends"), max_length=1000)
    quality = models.TextField(_("What good service means to this client"), max_length=1000)
    signed_by = models.CharField(_("Name, where the client signs"), max_length=200, blank=True)
    acknowledged_on = models.DateField(null=True)
    acknowledged_how = models.CharField(max_length=10, blank=True, help_text="portal, tablet or paper")
    text = models.ForeignKey("core.Blob", on_delete=models.SET_NULL, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["client", "version"], name="agreement_version_once"),
            models.UniqueConstraint(
                fields=["client"], condition=models.Q(ended_at=None), name="agreement_in_force_once"
            ),
        ]
        ordering = ["-version"]

    def __str__(self) -> str:
        return f"{self.client}, version {self.version}"


class Promise(PracticeScoped):
    """Something the practice said it would do, by a day: for a client or for somebody who was introduced."""

    to = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="promises")
    words = models.CharField(_("What you promised"), max_length=300)
    due_on = models.DateField(_("By"))
    kept_on = models.DateField(null=True)
    dropped_on = models.DateField(null=True, help_text="both agreed that it no longer matters")
    agreement = models.ForeignKey(Agreement, on_delete=models.SET_NULL, null=True, related_name="promises")
    introduction = models.ForeignKey(Introduction, on_delete=models.CASCADE, null=True, related_name="promises")
    meeting = models.CharField(max_length=20, blank=True, help_text="public id of the meeting it was made in")

    class Meta:
        ordering = ["due_on", "pk"]
        indexes = [
            models.Index(
                fields=["practice", "due_on"],
                condition=models.Q(kept_on=None, dropped_on=None),
                name="promise_open",
            )
        ]

    def __str__(self) -> str:
        return f"{self.words} ({self.due_on})"


class Seed(PracticeScoped):
    """What a client is told about how the practice works by referral, said or due. key: introductions.seeds."""

    client = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="seeds")
    key = models.CharField(max_length=30)
    due_on = models.DateField()
    said_on = models.DateField(null=True)
    skipped_on = models.DateField(null=True)
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["client", "key"], name="seed_once")]
        ordering = ["due_on", "pk"]

    def __str__(self) -> str:
        return f"{self.key} {self.due_on}"


class SilentAsk(PracticeOwned):
    """An ask that met silence, and the one way back that asked for less. After that, never again about that person."""

    introduction = models.OneToOneField(Introduction, on_delete=models.CASCADE, related_name="silence")
    found_at = models.DateTimeField()
    followed_at = models.DateTimeField(null=True, help_text="when the one follow-up went, or was left out")
    followed_how = models.CharField(max_length=10, blank=True, help_text="mail, call or none")

    def __str__(self) -> str:
        return f"{self.introduction_id}"


class LessonGiven(PracticeOwned):
    """What a client was shown so that the next referral is easier. key: introductions.lessons."""

    client = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=30)
    given_on = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["client", "key"], name="lesson_once")]

    def __str__(self) -> str:
        return self.key
