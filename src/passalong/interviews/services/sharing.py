"""Verbs on the guest's sharing: the pack sent, "I shared it", and a client evangelist asked, once, to share the kit."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from passalong.accounts.models import Member
from passalong.accounts.rules import demand
from passalong.compliance.rulebook import Effect, verdict
from passalong.contacts.services.own import demand_own
from passalong.core import clock, events
from passalong.core.errors import Refused
from passalong.interviews import letters
from passalong.interviews.contents import Content
from passalong.interviews.models import (
    Episode,
    EpisodeLink,
    EpisodeVersion,
    GuestKind,
    Interview,
    Stage,
    Voice,
    VoiceRole,
)
from passalong.interviews.selectors import episodes as selectors
from passalong.interviews.services import inviting, moving
from passalong.interviews.stages import Who, may
from passalong.introductions.models import Hearing
from passalong.kits import desk_links
from passalong.kits.models import EditionState, Kit
from passalong.kits.selectors.passing import sharing
from passalong.kits.services import passing
from passalong.mail.models import Message


@transaction.atomic
def write_to_guest(*, by: Member, interview: Interview) -> Message:
    """A mail with the guest's share pack, as a draft to be looked at before it goes."""
    demand(by, moving.MAY)
    demand_own(by, interview)
    version = _live(interview)
    content = Content.from_json(version.content)
    page = f"{inviting.page_of(interview)}/share"
    greeting = _("Dear %(name)s,") % {"name": interview.guest.first_name if interview.guest else content.guest}
    lines = [
        greeting,
        _("Our conversation is out: %(title)s.") % {"title": content.title},
        _("On your own page are words, a picture with your sentence, a sample of the sound, and a link of your own:"),
        page,
        _("Use what you like, where you like, in your own words; or leave it. Nothing is given or expected for it."),
        _("On the same page you can take the publication back whenever you wish; then it is gone at once."),
        by.user.name,
    ]
    message = inviting.draft(
        by=by,
        interview=interview,
        kind="share",
        written=letters.Written(_("Our conversation is out"), "\n\n".join(lines)),
    )
    people = [interview.guest.public_id] if interview.guest else []
    events.record(
        by.practice_id,
        "interviews:share_pack_written",
        actor=by.public_id,
        subject=interview.public_id,
        people=people,
    )
    return message


def _live(interview: Interview) -> EpisodeVersion:
    episode = Episode.objects.filter(interview=interview).first()
    version = selectors.live_version(episode) if episode else None
    if version is None:
        raise Refused(_("It is not published."))
    return version


@dataclass(frozen=True, slots=True)
class Pack:
    """What the guest may share. at: path of the guest's own link; address: the whole of it, empty while nobody outside
    can open this server. told: what must stand in the same block as the guest's sentence."""

    content: Content
    at: str
    address: str
    words: str
    has_snippet: bool


def pack_of(voice: Voice) -> Pack | None:
    """The guest's share pack; None while the interview is not out, and for any other voice."""
    if voice.role != VoiceRole.GUEST:
        return None
    way = EpisodeLink.objects.filter(episode__interview=voice.interview_id, by=EpisodeLink.By.GUEST, ended_at=None)
    link = way.select_related("episode").first()
    version = selectors.live_version(link.episode) if link else None
    if link is None or version is None:
        return None
    content = Content.from_json(version.content)
    at = f"/talk-page/{link.token}"
    address = f"{content.public_url}{at}" if content.public_url and sharing().is_on else ""
    return Pack(content, at, address, _words(content, address), version.snippet is not None)


def _words(content: Content, address: str) -> str:
    """Words to begin with: what it was about and where it is found; no praise of anybody."""
    said = _("%(practice)s and I talked about my work: “%(title)s”.") % {
        "practice": content.practice,
        "title": content.title,
    }
    return "\n\n".join(filter(None, [said, *content.disclosures, address]))


@transaction.atomic
def shared(*, voice: Voice) -> Kit | None:
    """The guest says that they shared it. Once more changes nothing. Returns a kit a client may be asked, this one
    time, to share as well; None where there is none, or it was asked before, or nobody may ask."""
    if pack_of(voice) is None:
        raise Refused(_("It is not published any more."))
    talk = Interview.objects.select_for_update(of=("self",)).select_related("guest").get(pk=voice.interview_id)
    if may("share", talk.stage, Who.GUEST):
        moving.move(interview=talk, act="share", who=Who.GUEST)
    if talk.kind != GuestKind.CLIENT or talk.kit_asked_at is not None:
        return None
    kit = _kit_to_share(talk)
    if kit is None or talk.guest is None:
        return None
    passing.own_link(referrer=talk.guest, kit=kit)
    Interview.objects.filter(pk=talk.pk).update(kit_asked_at=clock.now())
    events.record(
        talk.practice_id,
        "interviews:kit_asked",
        subject=talk.public_id,
        people=[talk.guest.public_id],
        kit=kit.public_id,
    )
    return kit


def _kit_to_share(talk: Interview) -> Kit | None:
    """The practice's last published kit, where the rules let a client pass it on and this one may be asked."""
    guest = talk.guest
    if guest is None or guest.objected_at or not sharing().is_on:
        return None
    if Hearing.objects.filter(referrer=guest, left_at__isnull=False).exists():
        return None
    if verdict(talk.practice, "client_link", facts={"by_hand"}).effect >= Effect.APPROVE:
        return None
    live = Kit.objects.filter(practice=talk.practice_id, archived_at=None, editions__state=EditionState.LIVE)
    return live.order_by("-editions__published_at").first()


def kit_address(voice: Voice, kit: Kit) -> desk_links.Shown | None:
    """The guest's own link to the kit they were asked about."""
    guest = voice.interview.guest
    link = passing.own_link(referrer=guest, kit=kit) if guest else None
    return desk_links.shown(link) if link else None


@transaction.atomic
def report_shared(*, by: Member, interview: Interview, note: str = "") -> Interview:
    """The practice notes that the guest shared it."""
    demand(by, moving.MAY)
    demand_own(by, interview)
    if interview.stage not in (Stage.PUBLISHED, Stage.SHARED):
        raise Refused(_("It is not published, or it is further on already."))
    return moving.move(interview=interview, act="share", who=Who.MEMBER, by=by, note=note)
