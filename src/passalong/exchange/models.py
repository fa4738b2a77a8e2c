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
    FAILED = "failed", _("Not imported")
    UNDONE = "undone", _("Taken back")


class ImportBatch(PracticeScoped):
    """One file brought in. Rows made by it carry its key."""

    filename = models.CharField(max_length=255)
    path = models.CharField(max_length=255, blank=True, help_text="uploaded bytes, until they are read")
    format = models.CharField(max_length=20)
    options = models.JSONField(default=dict, help_text="as, mapping, group, group_kind, since, public")
    state = models.CharField(max_length=8, choices=BatchState.choices, default=BatchState.PREVIEW)
    result = models.JSONField(default=dict, help_text="counts, warnings and errors as the command prints them")
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return self.filename


class SavedMapping(PracticeOwned):
    """Which column means what, remembered for files with the same header."""

    signature = models.CharField(max_length=64)
    mapping = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["practice", "signature"], name="saved_mapping_once")]

    def __str__(self) -> str:
        return self.signature
