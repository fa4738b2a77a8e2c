"""Rows every room builds on."""

from __future__ import annotations

from django.db import models

from passalong.core import clock
from passalong.core.ids import new_public_id


class PracticeOwned(models.Model):
    """A row that belongs to one practice."""

    practice = models.ForeignKey("accounts.Practice", on_delete=models.CASCADE, related_name="+")

    class Meta:
        abstract = True


class PracticeScoped(PracticeOwned):
    """A row of one practice that pages and commands name by a random public id."""

    public_id = models.CharField(max_length=20, unique=True, default=new_public_id, editable=False)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        abstract = True


class Event(PracticeOwned):
    """One thing that happened. Append-only; each row's hash covers the row before it."""

    number = models.PositiveBigIntegerField()
    at = models.DateTimeField()
    actor = models.CharField(max_length=20, blank=True, help_text="public id of the member, empty for the system")
    kind = models.CharField(max_length=60)
    subject = models.CharField(max_length=20, blank=True, help_text="public id of the row it is about")
    data = models.JSONField(default=dict)
    previous_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["practice", "number"], name="event_number_once")]
        indexes = [models.Index(fields=["practice", "subject"])]
        ordering = ["number"]

    def __str__(self) -> str:
        return f"{self.number} {self.kind}"


class Revision(PracticeOwned):
    """A counter of one practice that rises with every change under a topic, so that caches know their age."""

    topic = models.CharField(max_length=30)
    number = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["practice", "topic"], name="revision_topic_once")]

    def __str__(self) -> str:
        return f"{self.topic} {self.number}"


class ScheduleMark(models.Model):
    """How far the clock's work of one name has been done."""

    name = models.CharField(max_length=60, unique=True)
    done_until = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class Blob(PracticeOwned):
    """Bytes kept by their content: written once, never changed, shared by whatever names the same digest."""

    digest = models.CharField(max_length=64, help_text="sha256 of the content")
    media_type = models.CharField(max_length=60)
    size = models.PositiveIntegerField(help_text="bytes")
    content = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["practice", "digest"], name="blob_once")]

    def __str__(self) -> str:
        return self.digest


class PublicCheck(models.Model):
    """This very server was seen to answer at a public address; asked before anything is passed along."""

    url = models.CharField(max_length=200, unique=True)
    seen_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.url
