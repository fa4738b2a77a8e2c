"""Who the practice would love to meet, and the meetings in which clients are asked."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from passalong.contacts.models import Contact, Organization, Source
from passalong.core.models import PracticeOwned, PracticeScoped

DEFAULT_LEAST_P = 0.2  # below this a name is too uncertain to be put before a client


class FitCheck(PracticeOwned):
    """Ten questions on whether the process suits the practice. Answers by question id, true or false."""

    answers = models.JSONField(default=dict)
    taken_on = models.DateField(null=True)
    skipped_on = models.DateField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["practice"], name="fit_check_once")]

    def __str__(self) -> str:
        return f"fit check {self.taken_on or self.skipped_on}"


class IdealClient(PracticeOwned):
    """The people this practice serves best."""

    biggest_problem = models.TextField(
        _("Their biggest problem"),
        blank=True,
        max_length=1000,
        help_text=_("In the words they use themselves."),
    )
    fears = models.TextField(_("What they are afraid of"), blank=True, max_length=1000)
    motives = models.TextField(_("What moves them to act"), blank=True, max_length=1000)
    least_p = models.FloatField(
        _("Show names from this probability on"),
        default=DEFAULT_LEAST_P,
        validators=[MinValueValidator(0.0), MaxValueValidator(0.95)],
        help_text=_("0.2 unless you know better: below it a name is too uncertain to ask about."),
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["practice"], name="ideal_client_once")]

    def __str__(self) -> str:
        return "ideal client"


class TraitKind(models.TextChoices):
    SECTOR = "sector", _("Sector")
    ROLE = "role", _("Role")
    TOWN = "town", _("Town")
    SIZE = "size", _("Size of the firm")
    LIFE_EVENT = "life_event", _("Event in life")


class Trait(PracticeScoped):
    """One thing about the ideal client that can be matched. Values are alternatives, parted by commas."""

    IMPORTANCE = [(1, _("Nice to have")), (2, _("Important")), (3, _("Decisive"))]

    kind = models.CharField(_("Trait"), max_length=10, choices=TraitKind.choices)
    value = models.CharField(_("Value"), max_length=200, help_text=_("Alternatives parted by commas; a size as 5-50."))
    importance = models.PositiveSmallIntegerField(_("How much it counts"), choices=IMPORTANCE, default=2)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["practice", "kind", "value"], name="trait_once")]
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.value}"


class Prospect(PracticeScoped):
    """A person or a firm on the wish list."""

    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, null=True, related_name="wishes")
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, null=True, related_name="wishes")
    reason = models.CharField(_("Why you would love to meet them"), max_length=500, blank=True)
    life_event = models.CharField(_("Event in life"), max_length=200, blank=True)
    source = models.CharField(max_length=12, choices=Source.choices, default=Source.HAND)
    added_on = models.DateField()
    review_on = models.DateField(_("Look at it again on"), null=True, blank=True)
    dropped_at = models.DateTimeField(null=True)
    batch = models.ForeignKey("exchange.ImportBatch", on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(contact=None, organization__isnull=False)
                | models.Q(contact__isnull=False, organization=None),
                name="prospect_person_or_firm",
            ),
            models.UniqueConstraint(fields=["practice", "contact"], name="prospect_contact_once"),
            models.UniqueConstraint(fields=["practice", "organization"], name="prospect_organization_once"),
        ]

    def __str__(self) -> str:
        return str(self.who)

    @property
    def who(self) -> Contact | Organization:
        """The person or the firm; the database holds that it is exactly one."""
        who = self.contact or self.organization
        if who is None:
            raise ValueError("a prospect is a person or a firm")
        return who


class WentPart(models.TextChoices):
    """What a client is asked about before anybody is asked for."""

    SERVICE = "service", _("The service")
    PRODUCT = "product", _("What you got")
    DELIVERY = "delivery", _("How it was done, and when")
    COMMUNICATION = "communication", _("How we kept in touch")


class Went(models.TextChoices):
    WELL = "well", _("Went well")
    BADLY = "badly", _("Could be better")


class Meeting(PracticeScoped):
    """One meeting with a client, with the gameplan as it was taken in."""

    client = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="meetings")
    held_on = models.DateField()
    prompts = models.JSONField(default=list, help_text="the gameplan's prompts as shown")
    note = models.TextField(_("Notes"), blank=True, max_length=4000)
    closed_at = models.DateTimeField(null=True)
    planned_at = models.DateTimeField(null=True, help_text="when the gameplan was last taken in")
    order = models.JSONField(default=list, help_text="open names then: [public id of the entry, chance], best first")
    went = models.JSONField(default=dict, help_text="service, product, delivery, communication -> well or badly")
    went_well = models.TextField(_("What went well"), blank=True, max_length=2000)
    went_badly = models.TextField(_("What did not"), blank=True, max_length=2000)
    no_ask_at = models.DateTimeField(null=True, help_text="something went badly: nobody is asked for in this meeting")
    thinking = models.JSONField(default=list, help_text="ids of people to think about whom somebody else introduces")
    step = models.PositiveSmallIntegerField(default=1, help_text="of the five of the value conversation")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["client", "held_on"], condition=models.Q(closed_at=None), name="meeting_open_once"
            )
        ]
        ordering = ["-held_on", "-pk"]

    def __str__(self) -> str:
        return f"{self.client}, {self.held_on}"


class FirmAnswerKind(models.TextChoices):
    NOBODY = "nobody", _("Knows nobody there")
    RATHER_NOT = "rather_not", _("Rather not")


class FirmAnswer(PracticeOwned):
    """The client's word on a whole firm, when no person there can be named. It is not asked about again."""

    client = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="+")
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="+")
    answer = models.CharField(max_length=10, choices=FirmAnswerKind.choices)
    meeting = models.ForeignKey(Meeting, on_delete=models.SET_NULL, null=True, related_name="firm_answers")
    answered_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["client", "organization"], name="firm_answer_once")]

    def __str__(self) -> str:
        return f"{self.client} {self.answer} {self.organization}"


class CalendarFeed(PracticeOwned):
    """The practice's own calendar by its address (ICS), from which client meetings are read."""

    url = models.URLField(_("Address of the calendar"), max_length=1000)
    tag = models.CharField(max_length=200, blank=True, help_text="ETag of what was read last")
    read_at = models.DateTimeField(null=True)
    tried_at = models.DateTimeField(null=True)
    problem = models.CharField(max_length=300, blank=True)
    counts = models.JSONField(default=dict, help_text="read, used, skipped with reasons")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["practice"], name="calendar_feed_once")]

    def __str__(self) -> str:
        return str(self.practice)


class Appointment(PracticeScoped):
    """A client meeting to come, from the calendar or entered by hand."""

    client = models.ForeignKey(Contact, on_delete=models.CASCADE, null=True, related_name="appointments")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)
    title = models.CharField(max_length=200, blank=True, help_text="as in the calendar; for the desk only")
    uid = models.CharField(
        max_length=300, blank=True, help_text="of the calendar entry and its recurrence; empty by hand"
    )
    meeting = models.OneToOneField(Meeting, on_delete=models.SET_NULL, null=True, related_name="appointment")
    cancelled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "uid"], condition=~models.Q(uid=""), name="appointment_once_an_entry"
            )
        ]
        indexes = [models.Index(fields=["practice", "starts_at"], name="appointment_next")]
        ordering = ["starts_at", "pk"]

    def __str__(self) -> str:
        return f"{self.title or self.client} {self.starts_at:%Y-%m-%d %H:%M}"
