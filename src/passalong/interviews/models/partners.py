"""Referral partners: same audience, other trade; their brief, the rhythm of keeping in touch, series for a trade."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from passalong.compliance.models import Approval
from passalong.contacts.models import Contact
from passalong.core.models import PracticeOwned, PracticeScoped


class Partner(PracticeScoped):
    """Somebody of another trade who serves the same people. A person on file; once a practice."""

    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="partnerships")
    trade = models.CharField(_("Trade"), max_length=80, help_text=_("One word for what they do: tax, law, insurance."))
    serves = models.CharField(_("Whom they serve"), max_length=300, blank=True)
    audience_size = models.PositiveIntegerField(
        _("How many people they reach"), null=True, blank=True, help_text=_("Clients and readers, as they say.")
    )
    gives_first = models.CharField(_("What helps them"), max_length=300, blank=True)
    rhythm_days = models.PositiveSmallIntegerField(_("Be in touch every, in days"), default=60)
    next_touch_on = models.DateField(null=True, editable=False)
    ended_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["practice", "contact"], name="partner_once")]
        indexes = [models.Index(fields=["practice", "next_touch_on"], name="partner_touch")]
        ordering = ["trade", "pk"]

    def __str__(self) -> str:
        return str(self.contact)


class TouchKind(models.TextChoices):
    """A way of giving first."""

    SHARED_AGAIN = "shared_again", _("Their interview shared again")
    INTRODUCTION = "introduction", _("An introduction for them")
    USEFUL = "useful", _("Something useful for them")
    TALK = "talk", _("A talk")


class Touch(PracticeScoped):
    """One time the practice was in touch, giving first."""

    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="touches")
    kind = models.CharField(_("What"), max_length=12, choices=TouchKind.choices)
    note = models.CharField(_("Note"), max_length=500, blank=True)
    done_on = models.DateField(_("On"))

    class Meta:
        ordering = ["-done_on", "-pk"]

    def __str__(self) -> str:
        return f"{self.partner} {self.done_on}"


class Brief(PracticeScoped):
    """The one page a partner keeps: whom we help, how to recognise them, words to use, what happens next. A version is
    never changed; the partner's link shows the newest."""

    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="briefs")
    number = models.PositiveIntegerField()
    helps = models.TextField(_("Whom we help"), max_length=1500)
    recognise = models.TextField(_("How to recognise them"), max_length=1500)
    words = models.TextField(_("Words to use"), max_length=1500)
    happens = models.TextField(_("What happens next"), max_length=1500)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["partner", "number"], name="brief_number_once")]
        ordering = ["-number"]

    def __str__(self) -> str:
        return f"{self.partner} {self.number}"


class BriefKey(PracticeOwned):
    """A private link to a partner's brief. Only its digest is kept."""

    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="brief_keys")
    token_digest = models.CharField(max_length=64, unique=True)
    message = models.CharField(max_length=20, blank=True, help_text="public id of the mail that brings it")
    ended_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return str(self.partner)


class Reciprocity(PracticeScoped):
    """An understanding with a partner that both refer, only as the rules of profession and place allow."""

    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="understandings")
    agreed_on = models.DateField(_("Agreed on"))
    review_on = models.DateField(_("Look at it again on"))
    is_exclusive = models.BooleanField(_("It is exclusive"), default=False)
    clients_told = models.CharField(_("How clients are told"), max_length=500, blank=True)
    rules = models.JSONField(default=list, help_text="ids of the rules that were asked")
    approval = models.ForeignKey(Approval, on_delete=models.SET_NULL, null=True, related_name="+")
    waits = models.BooleanField(default=False, help_text="for a second person; until then it does not hold")
    ended_on = models.DateField(null=True)

    class Meta:
        ordering = ["-agreed_on", "-pk"]
        indexes = [
            models.Index(
                fields=["practice", "review_on"], name="understanding_review", condition=models.Q(ended_on__isnull=True)
            )
        ]

    def __str__(self) -> str:
        return f"{self.partner} {self.agreed_on}"


class Series(PracticeScoped):
    """One series of interviews for several people of one trade: one slot each, the same true offer to all."""

    trade = models.CharField(_("Trade"), max_length=80)
    title = models.CharField(_("Title"), max_length=120)
    offer = models.TextField(_("The offer"), max_length=2000, help_text=_("The same words go to all of them."))
    ended_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return self.title


class Slot(PracticeOwned):
    """One partner's place in a series. The order is that of their own replies."""

    series = models.ForeignKey(Series, on_delete=models.CASCADE, related_name="slots")
    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="slots")
    offered_at = models.DateTimeField(null=True)
    replied_at = models.DateTimeField(null=True, help_text="when they said yes themselves; orders the series")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["series", "partner"], name="series_slot_once")]
        ordering = ["replied_at", "pk"]

    def __str__(self) -> str:
        return f"{self.series}: {self.partner}"
