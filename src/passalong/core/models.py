"""Rows every room builds on."""

from __future__ import annotations

from typing import Any

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


class Staged(PracticeScoped):
    """A row that moves by a table of stages (passalong.core.moves). Each kind brings its own stages and outcomes."""

    stage: models.CharField[str, str]
    outcome: models.CharField[str, str]
    is_open: models.BooleanField[bool, bool]
    steps: Any  # the manager of its StagedStep
    stage_at = models.DateTimeField(default=clock.now, help_text="when this stage was reached")
    due_at = models.DateTimeField(null=True, help_text="by when the next act is due; null: nothing is")

    class Meta:
        abstract = True

    @property
    def standing(self) -> str:
        """How one that has been closed ended; the stage of any other."""
        return str(getattr(self, "get_outcome_display" if self.outcome else "get_stage_display")())


class StagedStep(PracticeOwned):
    """One move of such a row, as it happened."""

    act: models.CharField[str, str]
    note: models.CharField[str, str]
    who: models.CharField[str, str]
    before = models.CharField(max_length=12, blank=True)
    to = models.CharField(max_length=12)
    member = models.CharField(max_length=20, blank=True, help_text="public id, where the practice moved it")
    at = models.DateTimeField()

    class Meta:
        abstract = True
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.act} {self.at:%Y-%m-%d}"


class Event(PracticeOwned):
    """One thing that happened. Append-only; each row's hash covers the row before it and the digest of its payload.

    The payload stands apart, so that it can be erased or run out while the chain still verifies.
    """

    number = models.PositiveBigIntegerField()
    at = models.DateTimeField()
    actor = models.CharField(max_length=20, blank=True, help_text="public id of the member, empty for the system")
    kind = models.CharField(max_length=60)
    subject = models.CharField(max_length=20, blank=True, help_text="public id of the row it is about")
    digest = models.CharField(max_length=64, help_text="sha256 of the payload's salt and content")
    previous_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["practice", "number"], name="event_number_once")]
        indexes = [
            models.Index(fields=["practice", "subject"]),
            models.Index(fields=["practice", "at"]),
            models.Index(fields=["practice", "kind"]),
        ]
        ordering = ["number"]

    def __str__(self) -> str:
        return f"{self.number} {self.kind}"


class Payload(PracticeOwned):
    """What an event says. Gone once erased or past its date: the event's digest is then compared with nothing."""

    event = models.OneToOneField(Event, on_delete=models.CASCADE, related_name="payload")
    salt = models.CharField(max_length=32, help_text="so that nobody can guess a short content from its digest")
    data = models.JSONField(default=dict)
    keep_until = models.DateField(null=True, help_text="a rule's date; null: as long as the practice")

    class Meta:
        indexes = [models.Index(fields=["practice", "keep_until"])]

    def __str__(self) -> str:
        return str(self.event_id)


class PayloadPerson(PracticeOwned):
    """Whom a payload speaks of, by public id of the contact, reply or whatever stands for the person."""

    payload = models.ForeignKey(Payload, on_delete=models.CASCADE, related_name="people")
    person = models.CharField(max_length=20)

    class Meta:
        indexes = [models.Index(fields=["practice", "person"])]

    def __str__(self) -> str:
        return self.person


class RecordText(PracticeOwned):
    """The very bytes that were shown, sent, consented to or approved, named by an event."""

    payload = models.ForeignKey(Payload, on_delete=models.CASCADE, related_name="texts")
    name = models.CharField(max_length=60)
    blob = models.ForeignKey("core.Blob", on_delete=models.RESTRICT, related_name="+")

    def __str__(self) -> str:
        return self.name


class Removal(models.Model):
    """This practice is being removed with all of its record, in this very transaction (passalong.core.guards)."""

    practice_key = models.BigIntegerField(primary_key=True)  # no foreign key: it outlives the practice's row

    def __str__(self) -> str:
        return str(self.practice_key)


class Tombstone(PracticeOwned):
    """Somebody was erased, must not be written to, or took a consent back: a restored backup is held to it again."""

    class Kind(models.TextChoices):
        ERASED = "erased"
        SUPPRESSED = "suppressed"
        REVOKED = "revoked"

    kind = models.CharField(max_length=10, choices=Kind.choices)
    person = models.CharField(max_length=20, blank=True, help_text="public id of the person, or of the consent")
    keys = models.JSONField(default=list, help_text="keyed hashes of mail addresses and phone numbers")
    detail = models.JSONField(default=dict, help_text="scope and reason of a suppression; never a name")
    at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return f"{self.kind} {self.at:%Y-%m-%d}"


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


class BigFile(PracticeOwned):
    """Bytes too many for the database, sound above all: on disk by their content (passalong.core.bigfiles)."""

    digest = models.CharField(max_length=64, help_text="sha256 of the content, and the file's name")
    media_type = models.CharField(max_length=60)
    size = models.PositiveBigIntegerField(help_text="bytes")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["practice", "digest"], name="big_file_once")]

    def __str__(self) -> str:
        return self.digest


class PublicCheck(models.Model):
    """This very server was seen to answer at a public address; asked before anything is passed along."""

    url = models.CharField(max_length=200, unique=True)
    seen_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.url
