"""Taking a published interview away: page, files, feed entry, newsletter links, all at once, with the next request.

Nothing of an episode is remembered between requests, so what this writes holds at once. `react` is called by whatever
takes a consent back; `watch`, by the clock, finds what ran out or was taken back elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from passalong.accounts.models import Member, Practice
from passalong.accounts.rules import demand
from passalong.audience.services import items
from passalong.compliance.rulebook import Effect
from passalong.compliance.selectors import retention
from passalong.contacts.services.own import demand_own
from passalong.core import bigfiles, clock, events
from passalong.core.errors import Refused
from passalong.interviews import telling
from passalong.interviews.contents import Content
from passalong.interviews.models import (
    ConsentTo,
    Episode,
    EpisodeLink,
    EpisodeVersion,
    Interview,
    Render,
    Stage,
    Voice,
    VoiceConsent,
)
from passalong.interviews.selectors import voices
from passalong.interviews.services import moving
from passalong.interviews.stages import Who, may

OUT = Q(published_at__isnull=False, ended_at=None)


@transaction.atomic
def take_down(*, by: Member, interview: Interview, why: str) -> Interview:
    """The practice takes it away. why: kept with the member's name, never shown outside."""
    demand(by, moving.MAY)
    demand_own(by, interview)
    episode = _out(interview)
    if episode is None:
        raise Refused(_("It is not published."))
    if len(why.strip()) < 3:
        raise Refused(_("Say why; it is kept with your name."), field="why")
    _end(episode, by=by, why=why, at_once=False)
    return moving.move(interview=interview, act="take down", who=Who.MEMBER, by=by, note=why)


@transaction.atomic
def react(*, interview: Interview) -> bool:
    """Take a published interview away where it may not be published any more; whether it was. Safe to repeat."""
    episode = _out(interview)
    if episode is None:
        return False
    talk = Interview.objects.select_related("practice", "guest").get(pk=interview.pk)
    why = why_not(talk, episode)
    if not why:
        return False
    _end(episode, by=None, why=why, at_once=True)
    if may("take down", talk.stage, Who.GUEST):
        moving.move(interview=talk, act="take down", who=Who.GUEST)
    interview.refresh_from_db()
    return True


def _out(interview: Interview) -> Episode | None:
    """Its episode while it is out, held; the interview before it, as everybody who holds both does."""
    Interview.objects.select_for_update(of=("self",)).get(pk=interview.pk)
    return Episode.objects.select_for_update(of=("self",)).filter(OUT, interview=interview.pk).first()


def why_not(talk: Interview, episode: Episode) -> str:
    """Why what is out may not stay out, without a name (this goes into the record); empty when it may."""
    if voices.why_not_publishable(talk):
        return _("A voice in it took a consent back, or it ran out.")
    if talk.guest_id is None or (talk.guest and talk.guest.objected_at):
        return _("The guest wants nothing from the practice any more.")
    if talk.stage == Stage.CLOSED:
        return _("The interview was closed.")
    version = EpisodeVersion.objects.filter(episode=episode, withdrawn_at=None).first()
    frozen = telling.as_published(episode, Content.from_json(version.content)) if version else episode
    rules = telling.rules_of(frozen)
    if rules.effect is Effect.BLOCK and rules.absolute:
        return _("The rules of today do not let it out.")
    return _("What the rules ask for is not there any more.") if telling.lacking(frozen) else ""


def _end(episode: Episode, *, by: Member | None, why: str, at_once: bool) -> None:
    """Close it for everybody. Inside the caller's transaction, which holds the row. at_once: its sound goes now,
    whatever a rule would have kept; the words stay with the record as long as the rule asks."""
    now, practice = clock.now(), episode.practice
    episode.ended_at, episode.ended_why = now, " ".join(why.split())[:200]
    episode.save(update_fields=["ended_at", "ended_why"])
    EpisodeLink.objects.filter(episode=episode, ended_at=None).update(ended_at=now)
    last_day = None if at_once else keep_until(practice)
    EpisodeVersion.objects.filter(episode=episode, withdrawn_at=None).update(withdrawn_at=now, keep_until=last_day)
    items.withdraw_about(practice_id=practice.pk, about=episode.public_id)
    if at_once:
        _forget_sound(episode)
    events.record(
        practice.pk,
        "interviews:episode_withdrawn",
        actor=by.public_id if by else "",
        subject=episode.public_id,
        people=_people(episode),
        number=episode.number,
        why=episode.ended_why,
    )


def keep_until(practice: Practice) -> date:
    """The last day something is kept that the practice published and takes away, or shows last, today."""
    return retention.end_of(retention.term(practice), clock.today(), retention.fiscal_month(practice.pk))


def _people(episode: Episode) -> list[str]:
    guest = episode.interview.guest
    return [guest.public_id] if guest else []


def _forget_sound(episode: Episode) -> int:
    """What was made of the takes goes from the disk; how many files. Where a hold names the interview they lie there,
    served to nobody, until it ends. The takes stay on the desk, where their own consents rule. Why: decision 19."""
    versions = EpisodeVersion.objects.filter(episode=episode)
    versions.update(keep_until=None)
    if _is_held(episode):
        return 0
    files = {one for row in versions.values_list("audio", "snippet") for one in row}
    renders = Render.objects.filter(cut__interview=episode.interview_id)
    files |= set(renders.values_list("file", flat=True))
    versions.update(audio=None, snippet=None)
    renders.update(file=None)
    return bigfiles.release(one for one in files if one)


def _is_held(episode: Episode) -> bool:
    """Whether a hold, which names its rule and its end, forbids to destroy what was published."""
    named = [episode.public_id, episode.interview.public_id, *_people(episode)]
    return retention.holds(episode.practice).filter(subject__in=named).exists()


def let_go_old() -> int:
    """Sound of versions that are withdrawn and past the day a rule asks for, and sound that only a hold has kept and
    keeps no more; returns how many files went. By the clock, each day."""
    gone = 0
    withdrawn = EpisodeVersion.objects.exclude(withdrawn_at=None).exclude(audio=None, snippet=None)
    past = withdrawn.filter(keep_until__lt=clock.today()).select_related("episode__interview__guest", "practice")
    for version in past:
        gone += 0 if _is_held(version.episode) else _let_go(version)
    revoked = Episode.objects.filter(Exists(withdrawn.filter(episode=OuterRef("pk"), keep_until=None)))
    for episode in revoked.exclude(ended_at=None).select_related("practice", "interview__guest"):
        with transaction.atomic():
            gone += _forget_sound(episode)
    return gone


@transaction.atomic
def _let_go(version: EpisodeVersion) -> int:
    files = [one for one in (version.audio_id, version.snippet_id) if one]
    EpisodeVersion.objects.filter(pk=version.pk).update(audio=None, snippet=None)
    return bigfiles.release(files)


def watch() -> int:
    """Look for what is out and may be so no longer: consents taken back or run out. Returns how many were taken away.
    Three queries while there is none; for the clock, each minute."""
    return _react_all(_suspects())


def look_at_all(practice_id: int | None = None) -> int:
    """The same for everything that is out, one by one: rules, objections, what is told. For the clock, each hour, and
    where a practice's rules have changed."""
    found = Episode.objects.filter(OUT)
    if practice_id is not None:
        found = found.filter(practice=practice_id)
    return _react_all(found.values_list("interview", flat=True))


def _react_all(keys: Iterable[int]) -> int:
    talks = Interview.objects.filter(pk__in=set(keys)).order_by("pk")
    return sum(react(interview=one) for one in talks.iterator(chunk_size=200))


def _suspects() -> set[int]:
    """Interviews that are out, and have a voice without a consent or with an authorisation that ended."""
    out = Episode.objects.filter(OUT, interview=OuterRef("interview"))
    public = Voice.objects.filter(Exists(out))
    found: set[int] = set()
    for to in (ConsentTo.RECORDING, ConsentTo.PUBLICATION):
        lacking = public.filter(~Exists(voices.given(to).filter(voice=OuterRef("pk"))))
        found |= set(lacking.values_list("interview", flat=True))
    ended = VoiceConsent.objects.filter(to=ConsentTo.AUTHORISATION, voice__interview__episode__ended_at=None)
    ended = ended.filter(Q(revoked_at__isnull=False) | Q(expires_on__lt=clock.today()))
    return found | set(ended.values_list("voice__interview", flat=True))
