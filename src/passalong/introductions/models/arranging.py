"""Ways to introduce: a mail of three, a letter for the client's signature, a call, a lunch for three."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from passalong.core.models import PracticeOwned, PracticeScoped
from passalong.introductions.models.introduction import Introduction


class WayKind(models.TextChoices):
    MAIL = "mail", _("Mail of three")
    LETTER = "letter", _("Letter")
    CALL = "call", _("Call")
    LUNCH = "lunch", _("Lunch for three")


class Way(PracticeScoped):
    """One way prepared for one introduction. words: the mail, the letter, the talking points of the call."""

    introduction = models.ForeignKey(Introduction, on_delete=models.CASCADE, related_name="ways")
    kind = models.CharField(max_length=6, choices=WayKind.choices)
    subject = models.CharField(max_length=200, blank=True)
    words = models.TextField(max_length=4000, blank=True)
    final = models.ForeignKey("core.Blob", on_delete=models.SET_NULL, null=True, related_name="+")
    used_at = models.DateTimeField(null=True, help_text="when the client sent, signed or called")
    host = models.ForeignKey(
        "accounts.Member",
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        help_text="who of the practice is met",
    )
    token_digest = models.CharField(max_length=64, blank=True, help_text="of the client's own page for it")
    ends_on = models.DateField(null=True, help_text="the last day of that page, whatever becomes of the introduction")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["introduction", "kind"], name="way_once_a_kind")]
        indexes = [models.Index(fields=["token_digest"])]

    def __str__(self) -> str:
        return self.kind


class LunchState(models.TextChoices):
    ASKING = "asking", _("Finding a day")
    FIXED = "fixed", _("Fixed")
    CANCELLED = "cancelled", _("Cancelled")


class Lunch(PracticeScoped):
    """A lunch for three: where, and what stands in everybody's calendar."""

    introduction = models.OneToOneField(Introduction, on_delete=models.CASCADE, related_name="lunch")
    place = models.CharField(_("Where"), max_length=200, blank=True)
    words = models.CharField(_("A line to both"), max_length=500, blank=True)
    minutes = models.PositiveSmallIntegerField(_("How long, in minutes"), default=60)
    state = models.CharField(max_length=9, choices=LunchState.choices, default=LunchState.ASKING)
    starts_at = models.DateTimeField(null=True, help_text="once it is fixed")
    uid = models.CharField(max_length=80, unique=True, help_text="of the calendar entry; the same through all changes")
    sequence = models.PositiveIntegerField(default=0, help_text="one up with each change sent out")

    def __str__(self) -> str:
        return f"{self.state} {self.uid}"


class LunchSlot(PracticeOwned):
    """A time proposed."""

    lunch = models.ForeignKey(Lunch, on_delete=models.CASCADE, related_name="slots")
    starts_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["lunch", "starts_at"], name="slot_once")]
        ordering = ["starts_at"]

    def __str__(self) -> str:
        return f"{self.starts_at:%Y-%m-%d %H:%M}"


class Seat(models.TextChoices):
    CLIENT = "client", _("The client")
    FRIEND = "friend", _("The person introduced")
    PRACTICE = "practice", _("The practice")


class LunchGuest(PracticeOwned):
    """One of the three, with a page of their own. The friend's address is there only after a yes."""

    lunch = models.ForeignKey(Lunch, on_delete=models.CASCADE, related_name="guests")
    seat = models.CharField(max_length=8, choices=Seat.choices)
    name = models.CharField(max_length=200)
    address = models.EmailField(max_length=254, blank=True)
    token_digest = models.CharField(max_length=64, blank=True)
    answered_at = models.DateTimeField(null=True)
    comes = models.BooleanField(null=True, help_text="their answer to the fixed invitation")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["lunch", "seat"], name="guest_once_a_seat")]
        indexes = [models.Index(fields=["token_digest"])]

    def __str__(self) -> str:
        return f"{self.seat} {self.name}"


class LunchChoice(PracticeOwned):
    """Whether a guest can at a time."""

    guest = models.ForeignKey(LunchGuest, on_delete=models.CASCADE, related_name="choices")
    slot = models.ForeignKey(LunchSlot, on_delete=models.CASCADE, related_name="choices")
    can = models.BooleanField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["guest", "slot"], name="choice_once")]

    def __str__(self) -> str:
        return f"{self.slot} {self.can}"
