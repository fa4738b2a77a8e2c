"""Editions: what was published, frozen, byte for byte."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from passalong.core.models import Blob, PracticeOwned, PracticeScoped
from passalong.kits.models.proof import Proof
from passalong.kits.models.writing import Kit


class EditionState(models.TextChoices):
    WAITING = "waiting", _("Waiting for approval")
    LIVE = "live", _("Published")
    REPLACED = "replaced", _("Replaced by a later edition")
    REFUSED = "refused", _("Not approved")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class Edition(PracticeScoped):
    """A frozen state of a kit: content, disclosures, rendered files. Its number counts within the kit."""

    kit = models.ForeignKey(Kit, on_delete=models.CASCADE, related_name="editions")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=EditionState.choices)
    frozen = models.JSONField(help_text="passalong.kits.content.Frozen")
    rules = models.JSONField(default=list, help_text="rules that were applied: id, effect, why, source, date")
    proofs: models.ManyToManyField[Proof, models.Model] = models.ManyToManyField(Proof, related_name="editions")
    proposed_by = models.CharField(max_length=120)
    proposer = models.CharField(max_length=20, help_text="public id of the member who proposed it")
    approved_by = models.CharField(max_length=120, blank=True)
    published_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_why = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kit", "number"], name="edition_once"),
            models.UniqueConstraint(fields=["kit"], condition=models.Q(state="live"), name="one_live_edition"),
        ]
        ordering = ["-number"]

    def __str__(self) -> str:
        return f"{self.kit} {self.number}"

    @property
    def is_live(self) -> bool:
        return self.state == EditionState.LIVE


class FileName(models.TextChoices):
    PAGE = "page", _("Web page")
    REPORT = "report", _("Special report (PDF)")
    WHITE_PAPER = "white_paper", _("White paper (PDF)")
    PICTURE = "picture", _("Picture")


class EditionFile(PracticeOwned):
    """One rendered file of an edition, by content. `link`: made for one referrer's link (a PDF with its own QR)."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="files")
    name = models.CharField(max_length=12, choices=FileName.choices)
    blob = models.ForeignKey(Blob, on_delete=models.RESTRICT, related_name="edition_files")
    link = models.ForeignKey("kits.Link", on_delete=models.CASCADE, null=True, related_name="files")
    address = models.CharField(max_length=300, blank=True, help_text="what the code in a link's own file leads to")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["edition", "name", "blob"], condition=models.Q(link=None), name="edition_file_once"
            ),
            models.UniqueConstraint(
                fields=["edition", "name", "link"], condition=~models.Q(link=None), name="edition_file_once_a_link"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.edition} {self.name}"
