"""What is published: episodes with frozen versions, links that tell who passed them on, and the return."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from passalong.core.ids import new_link_token
from passalong.core.models import BigFile, Blob, PracticeOwned, PracticeScoped
from passalong.interviews.models.editing import Render, Transcript
from passalong.interviews.models.interview import Interview
from passalong.kits.models.proof import Paid, Relation
from passalong.kits.models.visits import Visit


class Show(PracticeOwned):
    """The practice's own podcast: what its feed says of itself."""

    title = models.CharField(_("Name of the show"), max_length=120)
    about = models.TextField(_("What it is about"), max_length=2000)
    language = models.CharField(_("Language"), max_length=10, default="en")
    category = models.CharField(_("Category"), max_length=60, default="Business")
    picture = models.ForeignKey(Blob, on_delete=models.SET_NULL, null=True, related_name="+")
    guid = models.UUIDField(default=uuid.uuid4, editable=False)
    token = models.CharField(max_length=16, unique=True, default=new_link_token, editable=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["practice"], name="show_once")]

    def __str__(self) -> str:
        return self.title


class Episode(PracticeScoped):
    """One interview as the public finds it. Its address is random and holds nobody's name or mail."""

    interview = models.OneToOneField(Interview, on_delete=models.CASCADE, related_name="episode")
    number = models.PositiveIntegerField()
    guid = models.UUIDField(default=uuid.uuid4, editable=False)
    token = models.CharField(max_length=16, unique=True, default=new_link_token, editable=False)
    title = models.CharField(_("Title"), max_length=120)
    summary = models.TextField(_("Summary"), max_length=2000)
    bio = models.TextField(_("About the guest"), max_length=2000, blank=True)
    links = models.JSONField(default=list, help_text="the guest's own: {title, url}; https only")
    picture = models.ForeignKey(Blob, on_delete=models.SET_NULL, null=True, related_name="+")
    quote = models.CharField(
        _("A sentence for the card"), max_length=200, blank=True, help_text=_("Word for word as the guest said it.")
    )
    snippet_start = models.FloatField(
        _("Where the sample begins, in seconds"), default=0, help_text=_("45 seconds for the guest to share.")
    )
    shown_as = models.CharField(_("The guest's name as it is shown"), max_length=120, blank=True)
    relation = models.CharField(_("Who speaks"), max_length=10, choices=Relation.choices, default=Relation.OTHER)
    paid = models.CharField(_("What was given for it"), max_length=8, choices=Paid.choices, default=Paid.NOTHING)
    paid_words = models.CharField(_("What, and how much"), max_length=200, blank=True)
    conflict = models.CharField(_("Conflict of interest"), max_length=300, blank=True)
    source = models.CharField(_("Where its facts can be checked"), max_length=300, blank=True)
    published_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True, help_text="taken down")
    ended_why = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["practice", "number"], name="episode_number_once")]
        ordering = ["-number"]

    def __str__(self) -> str:
        return self.title


class EpisodeVersion(PracticeScoped):
    """What was published, frozen: words, disclosures, sound and chapters."""

    episode = models.ForeignKey(Episode, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    content = models.JSONField(help_text="all words of the page as they were, disclosures included")
    digest = models.CharField(max_length=64, help_text="sha256 of content and sound")
    render = models.ForeignKey(Render, on_delete=models.SET_NULL, null=True, related_name="+")
    transcript = models.ForeignKey(Transcript, on_delete=models.SET_NULL, null=True, related_name="+")
    audio = models.ForeignKey(BigFile, on_delete=models.RESTRICT, null=True, related_name="+")
    snippet = models.ForeignKey(BigFile, on_delete=models.RESTRICT, null=True, related_name="+")
    card = models.ForeignKey(Blob, on_delete=models.RESTRICT, null=True, related_name="+")
    published_by = models.CharField(max_length=20, blank=True)
    approval = models.CharField(max_length=20, blank=True, help_text="public id, where a second person is asked")
    keep_until = models.DateField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["episode", "number"], name="episode_version_once")]
        ordering = ["-number"]

    def __str__(self) -> str:
        return f"{self.episode} {self.number}"


class EpisodeLink(PracticeScoped):
    """A link to an episode that tells who passed it on, never who visits."""

    class By(models.TextChoices):
        GUEST = "guest", _("The guest")
        NEWS = "news", _("The newsletter")
        FEED = "feed", _("The feed")
        OWN = "own", _("The practice")

    episode = models.ForeignKey(Episode, on_delete=models.CASCADE, related_name="ways")
    by = models.CharField(max_length=5, choices=By.choices)
    token = models.CharField(max_length=16, unique=True, default=new_link_token, editable=False)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["episode", "by"], condition=models.Q(ended_at=None), name="episode_link_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.episode}: {self.by}"


class EpisodeHit(Visit):
    """One request to an episode's page or sound, or one sign of reading or listening."""

    link = models.ForeignKey(EpisodeLink, on_delete=models.CASCADE, related_name="hits")

    class Meta(Visit.Meta):
        indexes = [
            models.Index(fields=["practice", "at"]),
            models.Index(fields=["link", "at"]),
            models.Index(fields=["link", "view"]),
            models.Index(fields=["practice"], condition=models.Q(reason=""), name="episode_hit_not_judged"),
        ]


class Return(PracticeScoped):
    """The interview turned round: the practice before the guest's audience. One for each interview."""

    interview = models.OneToOneField(Interview, on_delete=models.CASCADE, related_name="return_talk")
    pitch = models.TextField(_("The pitch"), max_length=4000, blank=True)
    where = models.CharField(_("Where"), max_length=200, blank=True, help_text=_("Their podcast, newsletter or event."))
    url = models.URLField(_("Address"), max_length=300, blank=True)
    asked_on = models.DateField(null=True)
    on = models.DateTimeField(_("When"), null=True)
    reached = models.PositiveIntegerField(_("How many people it reached"), null=True)
    came = models.PositiveIntegerField(_("How many people came of it"), null=True)
    note = models.CharField(_("Note"), max_length=500, blank=True)

    def __str__(self) -> str:
        return str(self.interview)
