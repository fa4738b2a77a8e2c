"""The draft: a kit, its versions, its pictures."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from passalong.core import clock
from passalong.core.models import Blob, PracticeOwned, PracticeScoped


class Kit(PracticeScoped):
    """One Referral Kit. Its text stands in its versions; what outsiders read stands in its editions."""

    name = models.CharField(_("Name"), max_length=120, help_text=_("For your desk only."))
    start = models.CharField(max_length=40, blank=True, editable=False, help_text="key of the starting point")
    archived_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return self.name


class Version(PracticeOwned):
    """One state of a kit's text. The last one that is not aside is the draft; others are compared and restored.

    aside: written on top of a version that somebody else had moved on by then; kept, but not the draft.
    """

    kit = models.ForeignKey(Kit, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    content = models.JSONField(help_text="passalong.kits.content.Content")
    saved_at = models.DateTimeField()
    saved_by = models.CharField(max_length=120)
    begun_at = models.DateTimeField(default=clock.now, help_text="when it was written for the first time")
    saver = models.CharField(max_length=20, blank=True, help_text="public id of the member who writes it")
    aside = models.BooleanField(default=False)
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kit", "number"], name="kit_version_once")]
        ordering = ["-number"]

    def __str__(self) -> str:
        return f"{self.kit} {self.number}"


class Picture(PracticeScoped):
    """A picture of a kit, re-encoded within bounds; named in Markdown as ![words](picture:PUBLIC_ID)."""

    kit = models.ForeignKey(Kit, on_delete=models.CASCADE, related_name="pictures")
    blob = models.ForeignKey(Blob, on_delete=models.RESTRICT, related_name="+")
    words = models.CharField(_("What it shows"), max_length=200)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()

    def __str__(self) -> str:
        return self.words
