"""Named reads on what is published: the show, its episodes, what stands in the way of one, and what it will say."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import Exists, F, OuterRef, Prefetch, QuerySet
from django.utils.translation import gettext as _

from passalong.accounts.models import Practice
from passalong.audience.models import IssueItem
from passalong.compliance.models import Approval, Decision
from passalong.compliance.rulebook import Effect, Verdict
from passalong.compliance.selectors.approvals import approved
from passalong.core import clock
from passalong.interviews import telling
from passalong.interviews.contents import Content
from passalong.interviews.models import (
    ConsentTo,
    Episode,
    EpisodeLink,
    EpisodeVersion,
    Interview,
    Render,
    RenderState,
    Return,
    Review,
    Show,
    Stage,
    Transcript,
    Voice,
    VoiceRole,
)
from passalong.interviews.selectors import reach, voices
from passalong.kits.rendering import markdown

ACTION = "publish_talk"  # of a second person's decision
READY = (Stage.APPROVED, Stage.PUBLISHED, Stage.SHARED, Stage.RETURN_ASKED, Stage.RETURNED)
AGREED = (ConsentTo.RECORDING, ConsentTo.PUBLICATION)  # of every voice
MOST_LINKS = 6


@dataclass(frozen=True, slots=True)
class Checklist:
    """An episode before it goes out. in_the_way: a sentence for each thing that must be done first. advice: what would
    be better. digest: of exactly what would be published; approval: the decision that allows it, or the one asked for.
    """

    episode: Episode
    content: Content
    review: Review | None
    verdict: Verdict
    in_the_way: tuple[str, ...]
    advice: tuple[str, ...]
    digest: str
    approval: Approval | None

    @property
    def needs_approval(self) -> bool:
        """Whether a second person must look at it before anybody hears it."""
        return self.verdict.effect >= Effect.APPROVE

    @property
    def is_approved(self) -> bool:
        """Whether nobody needs to, or somebody did."""
        return not self.needs_approval or (self.approval is not None and self.approval.decision == Decision.APPROVED)

    @property
    def is_clear(self) -> bool:
        """Whether it may go out now."""
        return not self.in_the_way and self.is_approved


def show_of(practice: Practice) -> Show:
    """The practice's show; one that is not saved yet, with words to begin with, where it has none."""
    found = Show.objects.filter(practice=practice).select_related("picture").defer("picture__content").first()
    if found:
        return found
    about = practice.mission.strip() or _("Conversations with people whose work we value.")
    title = _("%(practice)s in conversation") % {"practice": practice.name}
    return Show(practice=practice, title=title[:120], about=about[:2000], language=settings.LANGUAGE_CODE[:10])


def interview(practice: Practice, public_id: str) -> Interview:
    """One interview; raises Interview.DoesNotExist for another practice's."""
    return Interview.objects.select_related("practice", "guest").get(practice=practice, public_id=public_id)


def episode_of(talk: Interview) -> Episode:
    """Its episode; one that is not saved yet, with words to begin with, where it has none."""
    found = Episode.objects.select_related("practice", "interview__guest", "picture").defer("picture__content")
    if kept := found.filter(interview=talk).first():
        return kept
    guest = guest_name(talk)
    title = talk.title or _("A conversation with %(guest)s") % {"guest": guest}
    row = Episode(practice=talk.practice, interview=talk, title=title[:120], shown_as=guest[:120])
    row.relation = telling.RELATION.get(talk.kind, row.relation)
    return row


def guest_name(talk: Interview) -> str:
    """The guest's name as their voice bears it, else as it is on file."""
    voice = Voice.objects.filter(interview=talk, role=VoiceRole.GUEST).first()
    return voice.name if voice else str(talk.guest or "")


def approved_review(talk: Interview) -> Review | None:
    """The guest's approval, if that is the last thing they decided."""
    last = Review.objects.filter(interview=talk, decided_at__isnull=False).order_by("-decided_at", "-pk")
    found = last.select_related("render__file", "transcript").first()
    return found if found and found.is_approved else None


def checklist(talk: Interview) -> Checklist:
    """What stands in the way of publishing it, and what it would say."""
    episode, review = episode_of(talk), approved_review(talk)
    render = review.render if review else None
    transcript = review.transcript if review else None
    content, rules = freeze(episode, render, transcript), telling.rules_of(episode)
    digest = content.digest(render.file.digest if render and render.file else "")
    return Checklist(
        episode=episode,
        content=content,
        review=review,
        verdict=rules,
        in_the_way=tuple(_in_the_way(talk, episode, review, content, rules)),
        advice=tuple(_advice(content)),
        digest=digest,
        approval=_approval(talk.practice, digest) if rules.effect >= Effect.APPROVE else None,
    )


def _approval(practice: Practice, digest: str) -> Approval | None:
    waiting = Approval.objects.filter(practice=practice, action=ACTION, digest=digest, decision=Decision.WAITING)
    return approved(practice, action=ACTION, digest=digest) or waiting.first()


def _in_the_way(
    talk: Interview, episode: Episode, review: Review | None, content: Content, rules: Verdict
) -> list[str]:
    said = [] if talk.stage in READY and review else [_("The guest has not approved it yet.")]
    if not said and not _is_made(review):
        said.append(_("The finished sound is not there. Have it made anew and approved."))
    if why := voices.why_not_publishable(talk):
        said.append(why)
    if talk.guest and talk.guest.objected_at:
        said.append(_("The guest wants nothing from you any more."))
    if not episode.title.strip() or not episode.summary.strip():
        said.append(_("Write a title, and in a few sentences what it is about."))
    if not episode.shown_as.strip():
        said.append(_("Write the guest's name as it is to be shown."))
    if content.quote and content.segments and not _is_said(content):
        said.append(_("The sentence for the card is not in the words the guest approved. Take it over word for word."))
    said += telling.lacking(episode)
    if rules.effect is Effect.BLOCK and rules.absolute:
        said.append(str(_(rules.decides.why)))
    return list(dict.fromkeys(said))


def _is_made(review: Review | None) -> bool:
    render = review.render if review else None
    return render is not None and render.state == RenderState.DONE and render.file is not None


def _is_said(content: Content) -> bool:
    return _plain(content.quote) in _plain(" ".join(str(one.get("text", "")) for one in content.segments))


def _plain(text: str) -> str:
    return " ".join("".join(letter if letter.isalnum() else " " for letter in text.casefold()).split())


def _advice(content: Content) -> list[str]:
    said = []
    if not content.segments:
        said.append(_("There are no words beside the sound. Who cannot hear it has nothing to read."))
    if not content.quote:
        said.append(_("There is no sentence for the card, so the card shows the title alone."))
    if content.disclosures:
        said.append(_("Say what must be told in the intro too: whoever only listens does not see the page."))
    return said


def freeze(episode: Episode, render: Render | None, transcript: Transcript | None) -> Content:
    """The episode as it would be kept today. Every text is cleaned of what is not seen."""
    practice, picture = episode.practice, episode.picture
    return Content(
        title=markdown.line(episode.title, 120),
        summary=markdown.clean(episode.summary[:2000]).strip(),
        guest=markdown.line(episode.shown_as, 120),
        practice=markdown.line(practice.name, 120),
        show=markdown.line(show_of(practice).title, 120),
        bio=markdown.clean(episode.bio[:2000]).strip(),
        quote=markdown.line(episode.quote, 200),
        links=safe_links(episode.links),
        disclosures=telling.told(episode),
        chapters=_chapters(render),
        segments=_segments(episode, transcript),
        seconds=round(render.seconds or 0.0, 3) if render else 0.0,
        picture=picture.digest if picture else "",
        picture_type=picture.media_type if picture else "",
        imprint=markdown.clean(practice.imprint[:2000]).strip(),
        colour=practice.colour,
        language=show_of(practice).language,
        public_url=settings.PUBLIC_URL,
        snippet_start=episode.snippet_start,
        basis={name: str(getattr(episode, name)) for name in telling.BASIS},
        number=episode.number or next_number(practice),
        published_on=clock.today().isoformat(),
    )


def safe_links(links: object) -> list[dict[str, str]]:
    """The guest's own links that a reader may be led to: https only, a few."""
    found = []
    for one in links if isinstance(links, list) else []:
        url = markdown.safe_link(str(one.get("url", ""))) if isinstance(one, dict) else ""
        if url.startswith("https://"):
            found.append({"title": markdown.line(str(one.get("title", "")), 80) or url, "url": url})
    return found[:MOST_LINKS]


def _chapters(render: Render | None) -> list[dict[str, Any]]:
    rows = render.chapters if render else []
    return [{"start": round(float(one["start"]), 3), "title": markdown.line(str(one["title"]), 200)} for one in rows]


def _segments(episode: Episode, transcript: Transcript | None) -> list[dict[str, Any]]:
    """The words with the names of who speaks, the guest's as the guest is shown. Whoever has no name here has none."""
    rows = transcript.segments if transcript else []
    names = {
        voice.public_id: episode.shown_as if voice.role == VoiceRole.GUEST and episode.shown_as else voice.name
        for voice in (Voice.objects.filter(interview=episode.interview_id) if rows else ())
    }
    return [
        {
            "start": _seconds(one.get("start")),
            "end": _seconds(one.get("end")),
            "voice": markdown.line(names.get(str(one.get("voice") or ""), ""), 120),
            "text": markdown.clean(str(one.get("text") or "")).strip(),
        }
        for one in rows
        if str(one.get("text") or "").strip()
    ]


def _seconds(value: object) -> float | None:
    return round(float(value), 3) if isinstance(value, int | float) and not isinstance(value, bool) else None


def next_number(practice: Practice) -> int:
    """The number the next episode will bear."""
    last = Episode.objects.filter(practice=practice).order_by("-number").values_list("number", flat=True).first()
    return (last or 0) + 1


def live_versions() -> QuerySet[EpisodeVersion]:
    """What the public may hear now, last version first. Every voice is asked with every request: a consent that ended a
    moment ago, or was taken back where nobody looked yet, is served no more."""
    mine = Voice.objects.filter(interview=OuterRef("episode__interview"))
    recorded, released = (voices.given(to).filter(voice=OuterRef("pk")) for to in AGREED)
    silent = mine.filter(~Exists(recorded) | ~Exists(released))
    out = EpisodeVersion.objects.filter(withdrawn_at=None, episode__ended_at=None, audio__isnull=False)
    out = out.exclude(episode__interview__guest=None)  # nobody is there whose wish could be asked
    out = out.filter(~Exists(silent), episode__interview__guest__objected_at=None)
    out = out.exclude(voices.form_ended(OuterRef("episode__interview")))
    return out.exclude(episode__published_at=None).select_related("audio", "snippet", "card").defer("card__content")


def live_version(episode: Episode) -> EpisodeVersion | None:
    """What the public hears of this episode now."""
    return live_versions().filter(episode=episode).first()


def told_beside(practice_id: int, abouts: Iterable[str]) -> dict[str, list[str]]:
    """{public id of an episode that is out: sentences that must stand in the same block as its words}. For the news,
    which lies below."""
    rows = live_versions().filter(practice=practice_id, episode__public_id__in=list(abouts)).order_by("number")
    told = rows.annotate(told=F("content__disclosures")).values_list("episode__public_id", "told")
    return {about: list(sentences or []) for about, sentences in told}


def piece_of(episode: Episode) -> IssueItem | None:
    """Where it stands in the newsletter: its piece in the latest issue that has one."""
    found = IssueItem.objects.filter(practice=episode.practice_id, about=episode.public_id, withdrawn_at=None)
    return found.select_related("issue").order_by("-issue__number", "pk").first()


def link(token: str) -> EpisodeLink | None:
    """What this public address was given out for, whether it still holds or not."""
    found = EpisodeLink.objects.select_related("episode__interview", "practice")
    return found.filter(token=token).first()


def show(token: str) -> Show | None:
    """The show of this public address."""
    found = Show.objects.select_related("practice", "picture").defer("picture__content")
    return found.filter(token=token).first()


@dataclass(frozen=True, slots=True)
class Listed:
    """One episode as the show's page and its feed list it. content: without the words. token: of the link it is listed
    under."""

    episode: Episode
    version: EpisodeVersion
    content: Content
    token: str
    has_words: bool


SHORT = ("title", "summary", "guest", "practice", "show", "disclosures", "chapters", "seconds", "language")


def listing(practice: Practice, by: str) -> QuerySet[EpisodeVersion]:
    """Versions the public may hear now, the last episode first, each that has a link of this kind: for a pager, whose
    rows `listed` makes ready. Of the words only whether there are any is read."""
    out = live_versions().filter(practice=practice)
    newest = out.filter(episode=OuterRef("episode"), number__gt=OuterRef("number"))
    ways = EpisodeLink.objects.filter(by=by, ended_at=None)
    rows = out.filter(~Exists(newest), Exists(ways.filter(episode=OuterRef("episode"))))
    said = {f"said_{name}": F(f"content__{name}") for name in SHORT}
    found = rows.annotate(first_words=F("content__segments__0__text"), **said).defer("content")
    found = found.select_related("episode", "audio").order_by("-episode__published_at", "-pk")
    return found.prefetch_related(Prefetch("episode__ways", queryset=ways, to_attr="open_ways"))


def listed(rows: Iterable[EpisodeVersion]) -> list[Listed]:
    """Some rows of `listing`."""
    return [_listed(one) for one in rows if one.episode.open_ways]  # type: ignore[attr-defined]


def _listed(one: Any) -> Listed:
    content = Content.from_json({name: getattr(one, f"said_{name}") for name in SHORT})
    return Listed(one.episode, one, content, one.episode.open_ways[0].token, bool(one.first_words))


def episodes(practice: Practice) -> QuerySet[Episode]:
    """All episodes on file, last first, for the desk."""
    return Episode.objects.filter(practice=practice).select_related("interview__guest").order_by("-number")


def numbers(talk: Interview) -> dict[str, Any]:
    """What one interview reached, and what came of its return: counts alone, nobody's name."""
    back = Return.objects.filter(interview=talk).first()
    return {
        "interview": talk.public_id,
        "stage": str(talk.stage),
        **reach.reached(talk).to_json(),
        "return": {
            "on": back.on.isoformat() if back and back.on else None,
            "reached": back.reached if back else None,
            "came": back.came if back else None,
        },
    }


def context(practice: Practice, talk: Interview) -> dict[str, Any]:
    """What the page of one interview shows of its being published."""
    episode = Episode.objects.filter(practice=practice, interview=talk).first()
    is_out = episode is not None and episode.published_at is not None and episode.ended_at is None
    return {
        "publishing": {
            "episode": episode,
            "is_out": is_out,
            "may_publish": talk.stage == Stage.APPROVED,
            "reach": reach.reached(talk) if episode else None,
        }
    }
