"""What becomes of the takes: the cut, what is computed from it, the words beside it, and the guest's approval."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from passalong.core.models import BigFile, PracticeOwned, PracticeScoped
from passalong.interviews.models.interview import Interview


class Cut(PracticeScoped):
    """One version of the order: every save is a new one, so nothing is lost and anything can be gone back to."""

    interview = models.ForeignKey(Interview, on_delete=models.CASCADE, related_name="cuts")
    number = models.PositiveIntegerField()
    clips = models.JSONField(default=list, help_text="in order: {take, start, end, kept, chapter}; seconds")
    settings = models.JSONField(default=dict, help_text="intro, outro (public ids of takes), quiet, noise")
    member = models.CharField(max_length=20, blank=True)
    window = models.CharField(max_length=20, blank=True, help_text="of the page it was saved in")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["interview", "number"], name="cut_number_once")]
        ordering = ["-number"]

    def __str__(self) -> str:
        return f"{self.interview} {self.number}"


class RenderState(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    RUNNING = "running", _("Being made")
    DONE = "done", _("Made")
    FAILED = "failed", _("Could not be made")
    CANCELLED = "cancelled", _("Cancelled")


class Render(PracticeScoped):
    """The sound of one cut, made by the worker."""

    cut = models.ForeignKey(Cut, on_delete=models.CASCADE, related_name="renders")
    state = models.CharField(max_length=9, choices=RenderState.choices, default=RenderState.WAITING)
    progress = models.PositiveSmallIntegerField(default=0, help_text="percent")
    cancel_asked_at = models.DateTimeField(null=True)
    claimed_at = models.DateTimeField(null=True, help_text="last sign of life of the worker that has it")
    file = models.ForeignKey(BigFile, on_delete=models.RESTRICT, null=True, related_name="+")
    seconds = models.FloatField(null=True)
    loudness = models.FloatField(null=True, help_text="LUFS, measured on the finished sound")
    chapters = models.JSONField(default=list, help_text="{start, title}; seconds")
    peaks = models.JSONField(default=list)
    places = models.JSONField(default=list, help_text="{at, take, start, end}: what is heard from second `at` on")
    why = models.CharField(max_length=300, blank=True, help_text="why it could not be made")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.cut} {self.state}"


class TranscriptSource(models.TextChoices):
    PASTED = "pasted", _("Pasted")
    FILE = "file", _("From a file")
    HEARD = "heard", _("Written by the machine here")
    GUEST = "guest", _("Corrected by the guest")
    DESK = "desk", _("Corrected here")


class Transcript(PracticeScoped):
    """One version of the words. Where its times are known they are kept as seconds of a take (take, from, until), and
    told for any sound by its places; start and end are those of the sound the guest was sent, or as they were brought.
    name: whom a file names that is no voice here; unheard: words that the sound sent to the guest leaves out."""

    interview = models.ForeignKey(Interview, on_delete=models.CASCADE, related_name="transcripts")
    number = models.PositiveIntegerField()
    source = models.CharField(max_length=6, choices=TranscriptSource.choices)
    segments = models.JSONField(default=list, help_text="{start, end, voice, text, take, from, until, name, unheard}")
    member = models.CharField(max_length=20, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["interview", "number"], name="transcript_number_once")]
        ordering = ["-number"]

    def __str__(self) -> str:
        return f"{self.interview} {self.number}"


class Hearing(PracticeOwned):
    """The machine here is asked to write down what is said in one sound. What it wrote becomes a transcript."""

    render = models.OneToOneField(Render, on_delete=models.CASCADE, related_name="hearing")
    state = models.CharField(max_length=9, choices=RenderState.choices, default=RenderState.WAITING)
    progress = models.PositiveSmallIntegerField(default=0, help_text="percent")
    why = models.CharField(max_length=300, blank=True, help_text="why nothing was written down; words of ours")
    member = models.CharField(max_length=20, blank=True, help_text="public id of who asked")
    asked_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.render} {self.state}"


class Review(PracticeScoped):
    """The guest heard this sound and read these words, and approved them or asked for changes."""

    interview = models.ForeignKey(Interview, on_delete=models.CASCADE, related_name="reviews")
    render = models.ForeignKey(Render, on_delete=models.SET_NULL, null=True, related_name="reviews")
    transcript = models.ForeignKey(Transcript, on_delete=models.SET_NULL, null=True, related_name="reviews")
    is_approved = models.BooleanField(null=True, help_text="null: not decided")
    note = models.TextField(max_length=2000, blank=True)
    decided_at = models.DateTimeField(null=True)
    reported_by = models.CharField(max_length=20, blank=True, help_text="public id of the member; empty: the guest")
    digest = models.CharField(max_length=64, blank=True, help_text="sha256 of sound and words decided on")

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.interview} {self.is_approved}"


class Quote(PracticeOwned):
    """A sentence of the transcript marked for a kit's proof; it needs a consent of its own there."""

    interview = models.ForeignKey(Interview, on_delete=models.CASCADE, related_name="quotes")
    proof = models.OneToOneField("kits.Proof", on_delete=models.CASCADE, related_name="+")
    start = models.FloatField(null=True)

    def __str__(self) -> str:
        return str(self.proof)
