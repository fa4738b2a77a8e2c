"""What a referred person answered on a page, and who gets the credit; whether the practice thanks, and its words."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from passalong.contacts.models import Contact
from passalong.core.models import PracticeOwned, PracticeScoped
from passalong.kits.content import StepKind
from passalong.kits.models import Edition, Link


class Wish(models.TextChoices):
    YES = "yes", _("Yes, please get in touch")
    NOT_NOW = "not_now", _("Not now")
    NO = "no", _("No")


class HeldBack(models.TextChoices):
    """Why an own yes opened no introduction."""

    SUPPRESSED = "suppressed", _("This address wants nothing from you, or was objected to. Only they can change that.")
    SELF = "self", _("It is the address of the client who passed the page along.")
    CLIENT = "client", _("They are a client already.")
    MANY = "many", _("More answers came by this link in one day than are taken for introductions by themselves.")


class Reply(PracticeScoped):
    """A next step somebody took on a kit page or a page of the two questions, by their own POST.

    What it moves is in services/answering.py; nobody is contacted by it.
    """

    link = models.ForeignKey(Link, on_delete=models.RESTRICT, related_name="replies")
    edition = models.ForeignKey(Edition, on_delete=models.RESTRICT, related_name="+")
    step = models.CharField(max_length=16, help_text="kind of next step, passalong.kits.content.StepKind")
    needs_help = models.BooleanField(null=True, help_text="first question: is help wanted")
    wish = models.CharField(max_length=8, choices=Wish.choices, blank=True, help_text="second: is contact wanted")
    chosen_time = models.CharField(max_length=60, blank=True)
    name = models.CharField(max_length=120, blank=True)
    reach = models.CharField(max_length=200, blank=True, help_text="mail address or phone number, as given")
    note = models.CharField(max_length=1000, blank=True)
    person_key = models.CharField(max_length=64, blank=True, help_text="keyed hash of the normalised mail or phone")
    view = models.CharField(max_length=16, blank=True)
    at = models.DateTimeField()
    taken_back_at = models.DateTimeField(null=True, help_text="the person took this answer back")
    held_back = models.CharField(max_length=10, choices=HeldBack.choices, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["link", "view", "step"], condition=~models.Q(view=""), name="reply_once_a_page_answer"
            )
        ]
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.step} {self.at:%Y-%m-%d}"

    @property
    def stance(self) -> str:
        """What the person wants now: a value of Wish, or empty where the step says nothing or is taken back. Who asks
        for a time wants to be reached."""
        if self.taken_back_at:
            return ""
        return self.wish or (Wish.YES.value if self.step == StepKind.TIMES else "")


class EvidenceKind(models.TextChoices):
    LINK = "link", _("The link the page was opened by")
    FIELD = "field", _("The link the form was drawn for")
    SAID = "said", _("Who they say passed it to them")


class AttributionEvidence(PracticeOwned):
    """One sign of who passed the kit along, kept apart from the others whatever they say."""

    reply = models.ForeignKey(Reply, on_delete=models.CASCADE, related_name="evidence")
    kind = models.CharField(max_length=5, choices=EvidenceKind.choices)
    link = models.ForeignKey(Link, on_delete=models.RESTRICT, null=True, related_name="+")
    said = models.CharField(max_length=120, blank=True)
    referrer = models.ForeignKey(Contact, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["reply", "kind"], name="evidence_once_a_kind")]

    def __str__(self) -> str:
        return f"{self.kind} {self.referrer or self.said}"


class Credit(PracticeOwned):
    """Who is credited with a person: one referrer each, the first by the rule; later ones are kept and thanked."""

    person_key = models.CharField(max_length=64)
    reply = models.ForeignKey(Reply, on_delete=models.CASCADE, related_name="+")
    referrer = models.ForeignKey(Contact, on_delete=models.SET_NULL, null=True, related_name="+")
    is_first = models.BooleanField(help_text="the credited referrer; false: passed it along too")
    rule = models.CharField(max_length=20, help_text="which evidence decided")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "person_key"], condition=models.Q(is_first=True), name="one_credit_a_person"
            ),
            models.UniqueConstraint(fields=["practice", "person_key", "referrer"], name="credit_once_a_referrer"),
        ]

    def __str__(self) -> str:
        return f"{self.referrer} {self.rule}"


class ThanksWords(PracticeOwned):
    """Whether this practice thanks for passing along, and in which words; empty ones are those shipped."""

    is_on = models.BooleanField(_("Send it"), default=False)
    subject = models.CharField(_("Subject"), max_length=120, blank=True)
    body = models.TextField(_("Words"), max_length=2000, blank=True)
    on_since = models.DateTimeField(null=True, help_text="what was passed along before is not thanked for by mail")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["practice"], name="thanks_words_once")]

    def __str__(self) -> str:
        return str(self.practice)
