"""The client's message to a friend: the template it is built on, and the words the client made their own."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from passalong.contacts.models import Contact
from passalong.core.models import PracticeScoped
from passalong.introductions.models.introduction import Introduction
from passalong.kits.models import Link


class Template(PracticeScoped):
    """The words round the client's own sentences. Never changed: a change makes the next version."""

    version = models.PositiveIntegerField()
    empathy = models.TextField(_("What the friend may be going through"), max_length=1000)
    involves = models.TextField(_("What you are like, and what an introduction involves"), max_length=1000)
    prompts = models.JSONField(default=list, help_text="questions that help the client to find their own sentences")
    approval = models.ForeignKey("compliance.Approval", on_delete=models.SET_NULL, null=True, related_name="+")
    in_force_at = models.DateTimeField(null=True, help_text="null: waits for a second person, or was refused")
    retired_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["practice", "version"], name="template_version_once"),
            models.UniqueConstraint(
                fields=["practice"],
                condition=models.Q(in_force_at__isnull=False, retired_at=None),
                name="template_in_force_once",
            ),
        ]
        ordering = ["-version"]

    def __str__(self) -> str:
        return f"version {self.version}"


class ConfirmedOn(models.TextChoices):
    """Where the client said that these are their words."""

    PORTAL = "portal", _("on their own page")
    TABLET = "tablet", _("in the meeting")
    PAPER = "paper", _("signed on paper")


class SentBy(models.TextChoices):
    """How it left. `system`: once, where profile and place allow."""

    MAIL = "mail", _("own mail")
    PHONE = "phone", _("own phone")
    COPY = "copy", _("copied")
    LETTER = "letter", _("letter")
    SYSTEM = "system", _("sent for the client")


class Recommendation(PracticeScoped):
    """One message of one referrer, about one introduction or about none in particular."""

    introduction = models.ForeignKey(Introduction, on_delete=models.CASCADE, null=True, related_name="recommendations")
    referrer = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="+")
    link = models.ForeignKey(Link, on_delete=models.SET_NULL, null=True, related_name="+")
    template = models.ForeignKey(Template, on_delete=models.RESTRICT, related_name="+")
    said = models.TextField(_("In your own words"), max_length=600, help_text="one or two sentences")
    text = models.TextField(max_length=4000, help_text="as it goes, disclosure and link included")
    disclosure = models.TextField(max_length=1000, blank=True)
    confirmed_at = models.DateTimeField(null=True, help_text="when the client said: these are my words")
    confirmed_on = models.CharField(max_length=6, choices=ConfirmedOn.choices, blank=True)
    sent_at = models.DateTimeField(null=True)
    sent_by = models.CharField(max_length=6, choices=SentBy.choices, blank=True)
    final = models.ForeignKey("core.Blob", on_delete=models.SET_NULL, null=True, related_name="+")
    keep_until = models.DateField(null=True, help_text="by the profile's retention, once it was sent")
    message = models.CharField(max_length=20, blank=True, help_text="public id of the mail, where the system sent it")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["introduction"], condition=models.Q(sent_by=SentBy.SYSTEM), name="sent_for_the_client_once"
            )
        ]
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.referrer}, {self.created_at:%Y-%m-%d}"
