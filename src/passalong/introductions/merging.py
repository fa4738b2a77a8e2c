"""Hanging everything of one contact onto another: introductions, credit, and what was agreed."""

from __future__ import annotations

from django.db.models import F, Max, Model
from django.utils import timezone

from passalong.contacts.models import Contact
from passalong.contacts.moving import joined
from passalong.core import clock
from passalong.introductions.models import (
    Agreement,
    AlsoBy,
    AttributionEvidence,
    Credit,
    Hearing,
    Introduction,
    LessonGiven,
    Lunch,
    OwnAct,
    PortalKey,
    Promise,
    Recommendation,
    Rest,
    Seed,
    SilentAsk,
    Told,
    Trouble,
    Way,
)
from passalong.introductions.stages import NEARNESS, Who


def introductions(practice_id: int, old: int, new: int) -> None:
    """Both ends. Nobody is introduced by themselves; of two open ones of one person the nearer stays, and the other's
    referrer is recorded beside."""
    own = {"practice": practice_id}
    both = (old, new)
    Introduction.objects.filter(referrer__in=both, prospect__in=both, **own).delete()
    Introduction.objects.filter(referrer=old, **own).update(referrer=new)
    for one in Introduction.objects.filter(prospect=old, **own).order_by("pk"):
        _move_prospect(one, new)
    for row in AlsoBy.objects.filter(referrer=old, **own):
        _move_unless(row, {"introduction": row.introduction_id, "referrer": new}, "referrer", new)
    AlsoBy.objects.filter(referrer=F("introduction__referrer"), **own).delete()
    AlsoBy.objects.filter(referrer=F("introduction__prospect"), **own).delete()
    for act in OwnAct.objects.filter(referrer=old, **own):
        same = {"introduction": act.introduction_id, "referrer": new, "act": act.act}
        _move_unless(act, same, "referrer", new)
    Recommendation.objects.filter(referrer=old, **own).update(referrer=new)


def _move_prospect(one: Introduction, new: int) -> None:
    same = Introduction.objects.filter(practice=one.practice_id, prospect=new, is_open=True).first()
    if same is None or not one.is_open:
        Introduction.objects.filter(pk=one.pk).update(prospect=new)
        return
    stays, goes = sorted((same, one), key=lambda row: (-NEARNESS[row.stage], row.pk))
    _fold(goes, stays)
    Introduction.objects.filter(pk=stays.pk).update(
        prospect=new, note=joined(same.note, one.note, 500, "; "), person_key=stays.person_key or goes.person_key
    )


def _fold(goes: Introduction, stays: Introduction) -> None:
    """One of two open introductions of one person into the other, with what hangs on it."""
    others = [goes.referrer_id, *goes.also_by.values_list("referrer", flat=True)]
    for referrer in others:
        if referrer and referrer != stays.referrer_id:
            at = {"practice_id": stays.practice_id, "at": goes.stage_at}
            AlsoBy.objects.get_or_create(introduction=stays, referrer_id=referrer, defaults=at)
    agreed = goes.steps.filter(act="agree", who__in=(Who.MEMBER, Who.REFERRER)).first()
    if agreed is not None and goes.referrer_id is not None:
        said = {"practice_id": goes.practice_id, "on": timezone.localdate(agreed.at), "at": agreed.at}
        OwnAct.objects.get_or_create(introduction=goes, referrer_id=goes.referrer_id, act="agree", defaults=said)
    for act in OwnAct.objects.filter(introduction=goes):
        same = {"introduction": stays.pk, "referrer": act.referrer_id, "act": act.act}
        _move_unless(act, same, "introduction", stays.pk)
    for model in (Recommendation, Trouble, Promise, Told):
        model._default_manager.filter(introduction=goes).update(introduction=stays)
    for way in Way.objects.filter(introduction=goes):
        _move_unless(way, {"introduction": stays.pk, "kind": way.kind}, "introduction", stays.pk)
    for single in (Lunch, SilentAsk):
        if not single._default_manager.filter(introduction=stays).exists():
            single._default_manager.filter(introduction=goes).update(introduction=stays)
    goes.delete()


def _move_unless(row: Model, same: dict[str, object], field: str, value: int) -> None:
    """Move a row by one key, or drop it where the other has the same."""
    rows = type(row)._default_manager
    if rows.filter(**same).exclude(pk=row.pk).exists():
        row.delete()
    else:
        rows.filter(pk=row.pk).update(**{field: value})


def credits(practice_id: int, old: int, new: int) -> None:
    """One credit a person and referrer; the first place is kept."""
    own = {"practice": practice_id}
    AttributionEvidence.objects.filter(referrer=old, **own).update(referrer=new)
    for credit in Credit.objects.filter(referrer=old, **own).order_by("-is_first", "pk"):
        same = Credit.objects.filter(person_key=credit.person_key, referrer=new, **own).first()
        if same is None:
            Credit.objects.filter(pk=credit.pk).update(referrer=new)
            continue
        credit.delete()
        if credit.is_first:
            Credit.objects.filter(pk=same.pk).update(is_first=True)


def rests(practice_id: int, old: int, new: int) -> None:
    """Who has asked before stands by public id."""
    ids = dict(Contact.objects.filter(pk__in=(old, new)).values_list("pk", "public_id"))
    if old not in ids or new not in ids:
        return
    for rest in Rest.objects.filter(practice=practice_id):
        if ids[old] in rest.referrers:
            rest.referrers = sorted({*rest.referrers, ids[new]} - {ids[old]})
            rest.save(update_fields=["referrers"])


def care(practice_id: int, old: int, new: int) -> None:
    """Agreements in one row of versions, promises, seeds, lessons, and how they want to hear."""
    own = {"practice": practice_id}
    Promise.objects.filter(to=old, **own).update(to=new)
    PortalKey.objects.filter(referrer=old, **own).update(referrer=new)
    _move_agreements(practice_id, old, new)
    for seed in Seed.objects.filter(client=old, **own):
        if seed.said_on:
            Seed.objects.filter(client=new, key=seed.key, said_on=None, **own).delete()
        _move_unless(seed, {"client": new, "key": seed.key}, "client", new)
    for lesson in LessonGiven.objects.filter(client=old, **own):
        _move_unless(lesson, {"client": new, "key": lesson.key}, "client", new)
    _move_hearing(old, new)


def _move_agreements(practice_id: int, old: int, new: int) -> None:
    """The one in force of the contact that stays is in force; the other's end, numbered after it."""
    theirs = Agreement.objects.filter(practice=practice_id, client=new)
    in_force = theirs.filter(ended_at=None).exists()
    last = theirs.aggregate(last=Max("version"))["last"] or 0
    for number, one in enumerate(Agreement.objects.filter(practice=practice_id, client=old).order_by("version"), 1):
        ended = one.ended_at or (clock.now() if in_force else None)
        Agreement.objects.filter(pk=one.pk).update(client=new, version=last + number, ended_at=ended)


def _move_hearing(old: int, new: int) -> None:
    """Of two choices the quieter holds: who has left has left."""
    there, other = Hearing.objects.filter(referrer=new).first(), Hearing.objects.filter(referrer=old).first()
    if other is None:
        return
    if there is None:
        Hearing.objects.filter(pk=other.pk).update(referrer=new)
        return
    later = max(there, other, key=lambda one: one.chosen_at)
    there.channel, there.rhythm = later.channel, later.rhythm
    there.left_at = there.left_at or other.left_at
    there.quiet_until = max(filter(None, (there.quiet_until, other.quiet_until)), default=None)
    other.delete()
    there.save()
