"""Voices and their consents; takes, and the pieces in which a recording arrives."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from passalong.contacts.models import Contact
from passalong.core.models import BigFile, PracticeOwned, PracticeScoped
from passalong.interviews.models.interview import Asked, Interview


class VoiceRole(models.TextChoices):
    GUEST = "guest", _("Guest")
    HOST = "host", _("Host")
    OTHER = "other", _("Another voice")


class Voice(PracticeScoped):
    """One voice that is to be heard. Nothing recorded counts as usable before every voice has consented."""

    interview = models.ForeignKey(Interview, on_delete=models.CASCADE, related_name="voices")
    role = models.CharField(max_length=5, choices=VoiceRole.choices)
    name = models.CharField(_("Name"), max_length=120)
    contact = models.ForeignKey(Contact, on_delete=models.SET_NULL, null=True, related_name="+")
    address = models.EmailField(_("Mail address"), max_length=254, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["interview"], condition=models.Q(role=VoiceRole.GUEST), name="voice_one_guest"
            )
        ]
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name


class VoiceKey(PracticeOwned):
    """A link by which one voice comes to its own page: questions, recorder, consent, approval. Its digest only."""

    voice = models.ForeignKey(Voice, on_delete=models.CASCADE, related_name="keys")
    token_digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return str(self.voice)


class ConsentTo(models.TextChoices):
    RECORDING = "recording", _("Being recorded")
    PUBLICATION = "publication", _("Being published")
    AUTHORISATION = "authorisation", _("Authorisation of a patient")


class VoiceConsent(PracticeScoped):
    """What one voice consented to, in these words. Never changed, only revoked; a new one is a new row."""

    voice = models.ForeignKey(Voice, on_delete=models.CASCADE, related_name="consents")
    to = models.CharField(max_length=13, choices=ConsentTo.choices)
    how = models.CharField(max_length=200, help_text="own page, spoken on the recording, signed form")
    words_digest = models.CharField(max_length=64, help_text="sha256 of the words consented to")
    elements = models.JSONField(default=dict, help_text="what the profile's form asks for: key -> what was filled in")
    given_at = models.DateTimeField()
    expires_on = models.DateField(null=True)
    recorded_by = models.CharField(max_length=20, blank=True, help_text="public id of the member; empty: the voice")
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["voice", "to"], condition=models.Q(revoked_at=None), name="voice_consents_once"
            )
        ]
        ordering = ["-given_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.voice}: {self.to}"


class TakeState(models.TextChoices):
    ARRIVING = "arriving", _("Arriving")
    CHECKING = "checking", _("Being looked at")
    READY = "ready", _("Ready")
    REFUSED = "refused", _("Not usable")


class Take(PracticeScoped):
    """One recording of one answer, or of a whole talk. While it arrives, its bytes stand in a part file on disk whose
    length is the truth; done, it is a kept file that never changes."""

    interview = models.ForeignKey(Interview, on_delete=models.CASCADE, related_name="takes")
    question = models.ForeignKey(Asked, on_delete=models.SET_NULL, null=True, related_name="takes")
    voice = models.ForeignKey(Voice, on_delete=models.SET_NULL, null=True, related_name="takes")
    client_id = models.CharField(max_length=40, help_text="made by the device, so that the same take arrives once")
    name = models.CharField(max_length=200, blank=True, help_text="name of the file, where one was brought")
    media_type = models.CharField(max_length=80, blank=True, help_text="as the device says; looked at, not trusted")
    size = models.PositiveBigIntegerField(null=True, help_text="bytes, once known")
    state = models.CharField(max_length=8, choices=TakeState.choices, default=TakeState.ARRIVING)
    why = models.CharField(max_length=300, blank=True, help_text="why it is not usable")
    file = models.ForeignKey(BigFile, on_delete=models.RESTRICT, null=True, related_name="+")
    seconds = models.FloatField(null=True)
    peaks = models.JSONField(default=list, help_text="loudest sample a slice, 0 to 1, for the waveform")
    is_chosen = models.BooleanField(default=True, help_text="the one that counts of several for a question")
    member = models.CharField(max_length=20, blank=True, help_text="public id, where the practice brought it")
    done_at = models.DateTimeField(null=True)
    looked = models.PositiveSmallIntegerField(default=0, help_text="percent of it that was looked at")
    marks = models.JSONField(
        default=list, help_text="{question, text, at}: second at which each question of a talk began"
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["interview", "client_id"], name="take_once")]
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name or self.public_id

    @property
    def minutes(self) -> str:
        """How long it is, as a clock says it: 12:05. Empty until it has been looked at."""
        if self.seconds is None:
            return ""
        whole = round(self.seconds)
        return f"{whole // 60}:{whole % 60:02d}"
