"""Issues of the newsletter: what stands in them, and to whom they went."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from passalong.audience.models.subscribers import Subscriber
from passalong.core.ids import new_link_token
from passalong.core.models import PracticeOwned, PracticeScoped
from passalong.kits.models.visits import Visit


class IssueState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    SENDING = "sending", _("Going out")
    SENT = "sent", _("Sent")
    STOPPED = "stopped", _("Stopped")


class ItemKind(models.TextChoices):
    EPISODE = "episode", _("Interview")
    KIT = "kit", _("Referral Kit")
    WORDS = "words", _("Words of our own")


class Issue(PracticeScoped):
    """One newsletter. Once it goes out its words are frozen."""

    number = models.PositiveIntegerField()
    subject = models.CharField(_("Subject"), max_length=150)
    opening = models.TextField(_("Opening"), max_length=4000, blank=True)
    closing = models.TextField(_("Closing"), max_length=2000, blank=True)
    state = models.CharField(max_length=7, choices=IssueState.choices, default=IssueState.DRAFT)
    approval = models.CharField(max_length=20, blank=True, help_text="public id, where a second person is asked")
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    keep_until = models.DateField(null=True)
    member = models.CharField(max_length=20, blank=True, help_text="public id of who sent it")
    why_stopped = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["practice", "number"], name="issue_number_once")]
        ordering = ["-number"]

    def __str__(self) -> str:
        return self.subject


class IssueItem(PracticeScoped):
    """One piece of an issue. about: public id of the episode or kit; taken out of pages and links when that is taken
    down."""

    issue = models.ForeignKey(Issue, on_delete=models.CASCADE, related_name="items")
    order = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=7, choices=ItemKind.choices)
    about = models.CharField(max_length=20, blank=True)
    title = models.CharField(_("Title"), max_length=150)
    words = models.TextField(_("Words"), max_length=4000, blank=True)
    url = models.CharField(max_length=300, blank=True, help_text="where it leads: an address, or a path of this server")
    token = models.CharField(max_length=16, unique=True, default=new_link_token, editable=False)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["order", "pk"]

    def __str__(self) -> str:
        return self.title


class Sending(PracticeOwned):
    """One issue to one subscriber: the outbox message that carries it."""

    issue = models.ForeignKey(Issue, on_delete=models.CASCADE, related_name="sendings")
    subscriber = models.ForeignKey(Subscriber, on_delete=models.CASCADE, related_name="sendings")
    message = models.CharField(max_length=20, blank=True, help_text="public id in the outbox")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["issue", "subscriber"], name="sending_once")]

    def __str__(self) -> str:
        return f"{self.issue}: {self.subscriber}"


class ItemHit(Visit):
    """A visit to the page of one piece, by the link that stands in the mail."""

    link = models.ForeignKey(IssueItem, on_delete=models.CASCADE, related_name="hits")

    class Meta(Visit.Meta):
        indexes = [
            models.Index(fields=["link", "at"], name="item_hit_at"),
            models.Index(fields=["link", "view"], name="item_hit_view"),
            models.Index(fields=["practice"], condition=models.Q(reason=""), name="item_hit_not_judged"),
        ]
