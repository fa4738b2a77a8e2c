"""An interview: one guest, how far it has come, its questions, and the casting call that finds guests."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from passalong.contacts.models import Contact
from passalong.core.models import PracticeScoped, Staged, StagedStep
from passalong.interviews.models.partners import Partner, Slot
from passalong.interviews.stages import Outcome, Stage


class GuestKind(models.TextChoices):
    PARTNER = "partner", _("Referral partner")
    CLIENT = "client", _("Client")
    AUTHOR = "author", _("Author or expert")


class QuestionSet(PracticeScoped):
    """Questions for one kind of guest; those that ship are copied into a practice when first used."""

    kind = models.CharField(_("For"), max_length=8, choices=GuestKind.choices)
    name = models.CharField(_("Name"), max_length=80)
    about_us = models.BooleanField(
        _("About the practice"), default=False, help_text="for the return: the partner asks, we answer"
    )

    class Meta:
        ordering = ["kind", "name", "pk"]

    def __str__(self) -> str:
        return self.name


class Question(PracticeScoped):
    """One question of a set."""

    set = models.ForeignKey(QuestionSet, on_delete=models.CASCADE, related_name="questions")
    order = models.PositiveSmallIntegerField()
    text = models.CharField(_("Question"), max_length=300)
    hint = models.CharField(_("A hint for the guest"), max_length=300, blank=True)

    class Meta:
        ordering = ["order", "pk"]

    def __str__(self) -> str:
        return self.text


class Interview(Staged):
    """One talk with one guest, from the idea to its return. At most one open for a guest in a practice."""

    guest = models.ForeignKey(Contact, on_delete=models.SET_NULL, null=True, related_name="interviews")
    partner = models.ForeignKey(Partner, on_delete=models.SET_NULL, null=True, related_name="interviews")
    slot = models.OneToOneField(Slot, on_delete=models.SET_NULL, null=True, related_name="interview")
    kind = models.CharField(_("Guest"), max_length=8, choices=GuestKind.choices)
    title = models.CharField(_("Working title"), max_length=120, blank=True)
    gain = models.CharField(
        _("What is in it for the guest"), max_length=500, blank=True, help_text=_("It stands in every invitation.")
    )
    stage = models.CharField(max_length=12, choices=Stage.choices, default=Stage.IDEA)
    outcome = models.CharField(max_length=12, choices=Outcome.choices, blank=True)
    is_open = models.BooleanField(default=True, help_text="neither returned nor closed")
    scheduled_at = models.DateTimeField(_("When"), null=True)
    place = models.CharField(_("Where"), max_length=200, blank=True)
    minutes = models.PositiveSmallIntegerField(_("How long, in minutes"), default=45)
    proposed = models.JSONField(default=list, help_text="days offered to the guest: ISO moments with their zone")
    kit_asked_at = models.DateTimeField(null=True, help_text="a client evangelist is asked to share the kit once")
    note = models.CharField(_("Note"), max_length=500, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "guest"],
                condition=models.Q(is_open=True, guest__isnull=False),
                name="interview_open_once",
            ),
            models.CheckConstraint(
                condition=models.Q(is_open=False, stage__in=[Stage.RETURNED, Stage.CLOSED])
                | (models.Q(is_open=True) & ~models.Q(stage__in=[Stage.RETURNED, Stage.CLOSED])),
                name="interview_open_by_stage",
            ),
        ]
        indexes = [
            models.Index(fields=["practice", "stage", "-stage_at"], name="interview_board"),
            models.Index(fields=["practice", "due_at"], name="interview_due", condition=models.Q(is_open=True)),
        ]
        ordering = ["-stage_at", "-pk"]

    def __str__(self) -> str:
        return self.title or str(self.guest or "–")


class InterviewStep(StagedStep):
    """One move of an interview, as it happened."""

    interview = models.ForeignKey(Interview, on_delete=models.CASCADE, related_name="steps")
    act = models.CharField(max_length=24)
    who = models.CharField(max_length=12, help_text="passalong.interviews.stages.Who")
    note = models.CharField(max_length=500, blank=True)


class Asked(PracticeScoped):
    """One question as this guest is asked it, copied from a set so that changing the set changes nothing here."""

    interview = models.ForeignKey(Interview, on_delete=models.CASCADE, related_name="questions")
    order = models.PositiveSmallIntegerField()
    text = models.CharField(_("Question"), max_length=300)
    hint = models.CharField(_("A hint for the guest"), max_length=300, blank=True)

    class Meta:
        ordering = ["order", "pk"]

    def __str__(self) -> str:
        return self.text


class CastingCall(PracticeScoped):
    """One mail to clients: who would like to be featured? With three questions that tell who fits."""

    title = models.CharField(_("Subject"), max_length=120)
    text = models.TextField(_("Words"), max_length=4000)
    questions = models.JSONField(default=list, help_text="three: {key, text}; answered yes or no")
    sent_at = models.DateTimeField(null=True, editable=False)
    ended_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return self.title


class CastingAsk(PracticeScoped):
    """One client who was asked by a casting call, and what they said."""

    call = models.ForeignKey(CastingCall, on_delete=models.CASCADE, related_name="asks")
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="+")
    message = models.CharField(max_length=20, blank=True, help_text="public id of the mail")
    token_digest = models.CharField(max_length=64, unique=True)
    answers = models.JSONField(default=dict, help_text="key of the question -> yes or no")
    would = models.BooleanField(null=True, help_text="would like to be featured; null: no answer")
    answered_at = models.DateTimeField(null=True)
    interview = models.ForeignKey(Interview, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["call", "contact"], name="casting_once")]
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.call}: {self.contact}"
