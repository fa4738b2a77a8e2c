"""An introduction: the consented act of connecting a person with the practice, by one referrer, and how it moved."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from passalong.contacts.models import Contact
from passalong.core.models import PracticeOwned, Staged, StagedStep
from passalong.introductions.stages import Outcome, Stage
from passalong.kits.models import Kit, Link

_ENDS = [Stage.CLIENT, Stage.CLOSED]


class Source(models.TextChoices):
    """Where it came from; the forecast pools by it."""

    CLIENT = "client", _("A client")
    PARTNER = "partner", _("A referral partner")
    EVENT = "event", _("An event")
    LINK = "link", _("A link of the practice")
    OTHER = "other", _("Something else")


class How(models.TextChoices):
    """How an answer came."""

    OWN = "own", _("own answer")
    REPORTED = "reported", _("reported by the client")


class Introduction(Staged):
    """One referrer, one person, and how far it has come.

    prospect is null while nobody may be kept (in Europe: a name from a client, of which only `named_key` is kept) and
    once somebody who never answered is forgotten: the row stays for the count.
    """

    referrer = models.ForeignKey(Contact, on_delete=models.SET_NULL, null=True, related_name="introductions_given")
    prospect = models.ForeignKey(Contact, on_delete=models.SET_NULL, null=True, related_name="introductions_to")
    named_key = models.CharField(max_length=64, blank=True, help_text="keyed hash of the folded name a client said")
    person_key = models.CharField(max_length=64, blank=True, help_text="keyed hash of the mail or phone they gave")
    source = models.CharField(max_length=8, choices=Source.choices, default=Source.CLIENT)
    stage = models.CharField(max_length=12, choices=Stage.choices, default=Stage.AGREED)
    outcome = models.CharField(max_length=10, choices=Outcome.choices, blank=True)
    is_open = models.BooleanField(default=True, help_text="neither a client nor closed")
    forget_on = models.DateField(null=True, help_text="the day somebody who never answered is forgotten")
    kit = models.ForeignKey(Kit, on_delete=models.SET_NULL, null=True, related_name="+")
    link = models.ForeignKey(Link, on_delete=models.SET_NULL, null=True, related_name="introductions")
    reply = models.ForeignKey("introductions.Reply", on_delete=models.SET_NULL, null=True, related_name="introductions")
    meeting = models.CharField(max_length=20, blank=True, help_text="public id of the client meeting it was agreed in")
    answered_how = models.CharField(max_length=8, choices=How.choices, blank=True)
    agreed_on = models.DateField(null=True)
    answered_on = models.DateField(null=True)
    introduced_on = models.DateField(null=True)
    greeted_on = models.DateField(null=True)
    met_on = models.DateField(null=True)
    client_on = models.DateField(null=True)
    closed_on = models.DateField(null=True)
    value = models.DecimalField(
        max_digits=12, decimal_places=2, null=True, help_text="fees a year, as the practice says"
    )
    note = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "prospect"],
                condition=models.Q(is_open=True, prospect__isnull=False),
                name="introduction_open_once",
            ),
            models.UniqueConstraint(
                fields=["practice", "person_key"],
                condition=models.Q(is_open=True) & ~models.Q(person_key=""),
                name="introduction_open_once_a_key",
            ),
            models.UniqueConstraint(
                fields=["practice", "named_key"],
                condition=models.Q(is_open=True) & ~models.Q(named_key=""),
                name="introduction_open_once_a_name",
            ),
            models.CheckConstraint(
                condition=models.Q(is_open=False, stage__in=_ENDS)
                | (models.Q(is_open=True) & ~models.Q(stage__in=_ENDS)),
                name="introduction_open_by_stage",
            ),
        ]
        indexes = [
            models.Index(fields=["practice", "stage", "-stage_at"], name="introduction_board"),
            models.Index(fields=["practice", "due_at"], name="introduction_due", condition=models.Q(is_open=True)),
            models.Index(fields=["practice", "forget_on"], name="introduction_forget"),
        ]
        ordering = ["-stage_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.referrer or '–'} → {self.prospect or '–'}"


class Step(StagedStep):
    """One move of an introduction, as it happened."""

    introduction = models.ForeignKey(Introduction, on_delete=models.CASCADE, related_name="steps")
    act = models.CharField(max_length=20)
    who = models.CharField(max_length=12, help_text="passalong.introductions.stages.Who")
    note = models.CharField(max_length=500, blank=True, help_text="how: by letter, in a call; never what was answered")


class AlsoBy(PracticeOwned):
    """Somebody else who would introduce the same person while an introduction is open: recorded and thanked."""

    introduction = models.ForeignKey(Introduction, on_delete=models.CASCADE, related_name="also_by")
    referrer = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["introduction", "referrer"], name="also_by_once")]

    def __str__(self) -> str:
        return str(self.referrer)


class Rest(PracticeOwned):
    """After a no or silence: until when nobody asks again, and who has. The person stands there by keyed hash only."""

    key = models.CharField(max_length=64)
    until = models.DateField()
    referrers = models.JSONField(default=list, help_text="public ids of those who would have introduced them")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["practice", "key"], name="rest_once")]

    def __str__(self) -> str:
        return f"until {self.until}"


class Terms(PracticeOwned):
    """What this practice promises people who are introduced, and how long it waits."""

    first_answer_days = models.PositiveSmallIntegerField(_("First answer within, in working days"), default=1)
    silent_days = models.PositiveSmallIntegerField(_("Forget somebody who never answered after, in days"), default=60)
    rest_months = models.PositiveSmallIntegerField(_("After a no or silence, wait, in months"), default=12)
    reminds = models.BooleanField(
        _("Mail everybody who signs in here, on mornings when something is due"), default=False
    )
    reminded_on = models.DateField(null=True, editable=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["practice"], name="terms_once")]

    def __str__(self) -> str:
        return str(self.practice)
