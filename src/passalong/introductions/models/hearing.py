"""How a referrer wants to hear, the sign-in of their own pages, and what went wrong and was told first."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from passalong.contacts.models import Contact
from passalong.core.models import PracticeOwned, PracticeScoped
from passalong.introductions.models.introduction import Introduction


class Channel(models.TextChoices):
    MAIL = "mail", _("By mail")
    CARD = "card", _("A card by post")
    SCREEN = "screen", _("Only on my page")


class Rhythm(models.TextChoices):
    EACH = "each", _("Whenever there is something")
    WEEKLY = "weekly", _("Once a week at most")
    MONTHLY = "monthly", _("Once a month at most")


class Hearing(PracticeOwned):
    """What one referrer chose. Without a row: by mail, whenever there is something, within the practice's limit."""

    referrer = models.OneToOneField(Contact, on_delete=models.CASCADE, related_name="hearing")
    channel = models.CharField(max_length=6, choices=Channel.choices, default=Channel.MAIL)
    rhythm = models.CharField(max_length=7, choices=Rhythm.choices, default=Rhythm.EACH)
    quiet_until = models.DateField(null=True, help_text="no news and no asks before this day")
    left_at = models.DateTimeField(null=True, help_text="does not want to refer or to be asked any more")
    chosen_at = models.DateTimeField()
    chosen_by = models.CharField(max_length=10, help_text="referrer or desk")

    def __str__(self) -> str:
        return f"{self.channel} {self.rhythm}"


class PortalKey(PracticeScoped):
    """A sign-in link that was mailed, and the visit it opened. Only digests are kept."""

    referrer = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="+")
    link_digest = models.CharField(max_length=64, unique=True)
    link_ends_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, help_text="a link opens one visit")
    visit_digest = models.CharField(max_length=64, blank=True, db_index=True)
    visit_ends_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"until {self.link_ends_at:%Y-%m-%d %H:%M}"


class PortalAsk(PracticeOwned):
    """Somebody typed this address to be mailed a sign-in link. A task looks it up and deletes it, known or not."""

    email = models.CharField(max_length=320)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}"


class OwnAct(PracticeOwned):
    """What a referrer said on their own page about one introduction. Kept apart from where the introduction stands:
    their page is drawn from what they themselves said and did, whatever the friend did meanwhile."""

    introduction = models.ForeignKey(Introduction, on_delete=models.CASCADE, related_name="own_acts")
    referrer = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="+")
    act = models.CharField(max_length=20, help_text="of passalong.introductions.stages.ACTS")
    on = models.DateField(help_text="the day it happened, as they say")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["introduction", "referrer", "act"], name="own_act_once")]
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.act} {self.on}"


class TroubleState(models.TextChoices):
    OPEN = "open", _("To be put right")
    RIGHT = "right", _("Put right")


class Trouble(PracticeScoped):
    """Something went wrong with somebody who was introduced: what, why, and what is done about it."""

    introduction = models.ForeignKey(Introduction, on_delete=models.CASCADE, related_name="troubles")
    what = models.CharField(_("What went wrong"), max_length=500)
    cause = models.CharField(_("Why"), max_length=500, blank=True)
    remedy = models.CharField(_("What you do about it"), max_length=500, blank=True)
    due_on = models.DateField(_("Put right by"))
    state = models.CharField(max_length=5, choices=TroubleState.choices, default=TroubleState.OPEN)
    told_at = models.DateTimeField(null=True, help_text="when the referrer was told, under a consent that covers it")
    right_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["due_on", "pk"]

    def __str__(self) -> str:
        return f"{self.state} {self.due_on}"
