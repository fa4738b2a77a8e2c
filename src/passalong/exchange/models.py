"""What was brought in, when, from which file, so that it can be taken out again."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from passalong.core.models import PracticeOwned, PracticeScoped


class BatchState(models.TextChoices):
    PREVIEW = "preview", _("Waiting for your word")
    QUEUED = "queued", _("Waiting to start")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    UNDOING = "undoing", _("Being taken back")
    FAILED = "failed", _("Not imported")
    UNDONE = "undone", _("Taken back")


class ImportBatch(PracticeScoped):
    """One file brought in. Rows made by it carry its key."""

    filename = models.CharField(max_length=255)
    path = models.CharField(max_length=255, blank=True, help_text="uploaded bytes, until they are read")
    format = models.CharField(max_length=20)
    options = models.JSONField(default=dict, help_text="as, mapping, group, group_kind, since, public, same")
    state = models.CharField(max_length=8, choices=BatchState.choices, default=BatchState.PREVIEW)
    result = models.JSONField(default=dict, help_text="counts, warnings and errors as the command prints them")
    changes = models.JSONField(default=list, help_text="fields of older rows that were filled, for the undo")
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return self.filename


class ImportedRow(PracticeOwned):
    """A row that was brought in: known again by digests, so that the same file changes nothing."""

    identity = models.CharField(max_length=32, help_text="digest of who the row names")
    content = models.CharField(max_length=32, help_text="digest of all that is stored of the row")
    contact = models.ForeignKey("contacts.Contact", on_delete=models.CASCADE, null=True, related_name="+")
    organization = models.ForeignKey("contacts.Organization", on_delete=models.CASCADE, null=True, related_name="+")
    batch = models.ForeignKey(ImportBatch, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["practice", "identity", "content"], name="imported_row_once")]

    def __str__(self) -> str:
        return self.identity


class Carried(PracticeOwned):
    """A row on file that a batch made, or that its file holds too, with a digest of what the row said by then.

    Taking another batch back leaves the row to this one; a row that says something else by now was changed by hand.
    """

    batch = models.ForeignKey(ImportBatch, on_delete=models.CASCADE, related_name="+")
    what = models.CharField(max_length=12, help_text="contact, point, affiliation, prospect or row")
    target = models.BigIntegerField(help_text="primary key of the row")
    said = models.CharField(max_length=16, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["what", "target", "batch"], name="carried_once")]

    def __str__(self) -> str:
        return f"{self.what} {self.target}"


class SavedMapping(PracticeOwned):
    """Which column means what, remembered for files with the same header."""

    signature = models.CharField(max_length=64)
    mapping = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["practice", "signature"], name="saved_mapping_once")]

    def __str__(self) -> str:
        return self.signature
