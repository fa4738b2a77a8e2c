"""One introduction with everything its page shows: a fixed number of queries."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import F, Prefetch
from django.utils import timezone

from passalong.accounts.models import Practice
from passalong.accounts.selectors import members
from passalong.compliance.models import Grant
from passalong.compliance.selectors import consent as consents
from passalong.contacts.keys import email_key, phone_key
from passalong.contacts.models import Contact, ContactPoint, PointKind
from passalong.core.models import StagedStep
from passalong.core.staged import Card, Choice, Told, story
from passalong.introductions import knowing
from passalong.introductions.acts import ACTS, ELSEWHERE, ENDS
from passalong.introductions.models import AlsoBy, Introduction
from passalong.introductions.selectors.board import card
from passalong.introductions.stages import TABLE, UNDO, Who
from passalong.introductions.taking_back import why_not_undone

PRESSING = "first answer"  # where it can be given it is what is promised, so it stands first


@dataclass(frozen=True, slots=True)
class Reach:
    """Where the person is answered. kind: "mail", "phone", or empty where it is neither; href: of a phone number;
    is_asked: they asked for this way themselves."""

    value: str
    kind: str
    href: str
    is_asked: bool


@dataclass(frozen=True, slots=True)
class One:
    """All of the page. onward, ends: moves the practice can make from here. grant: what allows contact, or None.
    undo: words of the last act where it can be taken back, else empty. reach: None before a yes. may_note: whether they
    may have told us another way to reach them."""

    introduction: Introduction
    card: Card
    story: tuple[Told, ...]
    onward: tuple[Choice, ...]
    ends: tuple[Choice, ...]
    also_by: tuple[AlsoBy, ...]
    grant: Grant | None
    undo: str
    reach: Reach | None
    may_note: bool


def introduction(practice: Practice, public_id: str) -> Introduction:
    """One introduction with its ends; raises Introduction.DoesNotExist for another practice's."""
    also = AlsoBy.objects.select_related("referrer").order_by("at", "pk")
    return (
        Introduction.objects.select_related("practice", "referrer", "prospect", "kit", "link", "reply")
        .prefetch_related("steps", Prefetch("also_by", also))
        .get(practice=practice, public_id=public_id)
    )


def one(found: Introduction) -> One:
    """The page of this introduction, as `introduction` fetched it."""
    steps = list(found.steps.all())
    names = {member.public_id: member.user.name for member in members(found.practice)}
    may = TABLE.acts_at(found.stage, Who.MEMBER)
    choices = [Choice(act, ACTS[act], act in ELSEWHERE) for act in may if act != UNDO]
    last = steps[-1] if steps else None
    return One(
        introduction=found,
        card=card(found),
        story=story(steps, ACTS, lambda step: _who(step, found, names)),
        onward=tuple(sorted((one for one in choices if one.act not in ENDS), key=lambda one: one.act != PRESSING)),
        ends=tuple(one for one in choices if one.act in ENDS),
        also_by=tuple(found.also_by.all()),
        grant=consents.contact_grant(found.practice, contact=found.prospect),
        undo="" if why_not_undone(last) or last is None else str(ACTS[last.act].done),
        reach=_reach(found),
        may_note=found.prospect is not None and knowing.has_said_yes(found),
    )


def _reach(found: Introduction) -> Reach | None:
    """As they told last, on their own page or us; else what is on file, a call first. One query at most."""
    if not knowing.has_said_yes(found):
        return None
    country, point, reply = found.practice.country, _point(found.prospect), found.reply
    said = reply if reply and reply.reach and not reply.taken_back_at else None
    if said and not (point and point.given_on and point.given_on > timezone.localdate(said.at)):
        return _way_to(said.reach, country, is_asked=True)
    return _way_to(point.value, country, is_asked=bool(point.given_on)) if point else None


def _point(person: Contact | None) -> ContactPoint | None:
    """Mail address or phone on file: what they gave last, else a phone before an address."""
    if person is None:
        return None
    points = person.points.filter(kind__in=(PointKind.EMAIL, PointKind.PHONE))
    return points.order_by(F("given_on").desc(nulls_last=True), "-kind", "pk").first()


def _way_to(value: str, country: str, *, is_asked: bool) -> Reach:
    if email_key(value):
        return Reach(value, "mail", "", is_asked)
    number = phone_key(value, country)
    return Reach(value, "phone" if number else "", f"tel:{number}" if number else "", is_asked)


def _who(step: StagedStep, found: Introduction, names: dict[str, str]) -> str:
    """Who moved it, as the desk reads it; empty where it was the clock."""
    if step.who == Who.MEMBER:
        return names.get(step.member, "")
    if step.who == Who.REFERRER:
        return str(found.referrer or "")
    return str(found.prospect or "") if step.who == Who.PERSON else ""
