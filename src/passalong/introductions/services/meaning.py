"""Which introduction an answer on a page is about: what speaks for it for certain, or none.

In this order: the mail address or phone given; the person on file whose it is; an earlier answer by the same form; the
page made for one introduction; the name, with the same client. A page can be handed on, so its introduction counts only
while the names do not speak against it.
"""

from __future__ import annotations

from django.db.models import Q, QuerySet

from passalong.accounts.models import Practice
from passalong.contacts.keys import email_key, fold, phone_key
from passalong.contacts.models import Contact, PointKind
from passalong.contacts.selectors import reached_by
from passalong.introductions.models import How, Introduction, Reply, Stage
from passalong.introductions.services.moving import named_key
from passalong.introductions.stages import Who, may

MOST_LOOKED_AT = 200  # open introductions of one client


def open_ones(practice: Practice) -> QuerySet[Introduction]:
    """Introductions that are open, the oldest first."""
    own = Introduction.objects.filter(practice=practice, is_open=True)
    return own.select_related("prospect", "referrer", "practice").order_by("pk")


def person_of(reply: Reply) -> Contact | None:
    """Who on file gave this answer, by the address or phone they left."""
    kind = PointKind.EMAIL if email_key(reply.reach) else PointKind.PHONE
    key = email_key(reply.reach) or phone_key(reply.reach, reply.practice.country)
    return reached_by(reply.practice, reply.name, kind, key) if key else None


def meant_by(reply: Reply, referrer: Contact | None, asked: Introduction | None) -> Introduction | None:
    """The open introduction an own yes is about. asked: the one whose page it was given on."""
    if found := of_person(reply).first():
        return found
    earlier = reply.introductions.filter(is_open=True).select_related("prospect").first()
    for one in (earlier, _again(asked)):
        if one is not None and may_be(one, reply):
            return one
    return _named(reply, referrer)


def of_person(reply: Reply) -> QuerySet[Introduction]:
    """Open introductions of whoever left this address or phone; none without one."""
    own, person = open_ones(reply.practice), person_of(reply)
    theirs = Q(person_key=reply.person_key) if reply.person_key else Q(pk=None)
    if person is not None and reply.person_key:
        theirs |= Q(prospect=person)
    return own.filter(theirs)


def told_no_by(reply: Reply, referrer: Contact | None, asked: Introduction | None) -> list[Introduction]:
    """The open introductions a “no” or “not now” closes. Without a name or an address it closes only what it can be
    about: the page's own while it waits for an answer, or the only one that waits by this client's link."""
    found = {one.pk: one for one in (*of_person(reply), *reply.introductions.filter(is_open=True))}
    is_anonymous = not reply.person_key and not reply.name
    waiting = _again(asked)
    if waiting is not None and _waits(waiting) and (is_anonymous or may_be(waiting, reply)):
        found[waiting.pk] = waiting
    if reply.name and (named := _named(reply, referrer)):
        found[named.pk] = named
    if is_anonymous and asked is None and (only := _only_one_waiting(reply)):
        found[only.pk] = only
    return list(found.values())


def may_be(one: Introduction, reply: Reply) -> bool:
    """Whether the names do not speak against it: nothing readable is kept of the one named, or they share a part; of
    two full names the first or two of them, for a family name alone may be somebody else of the family."""
    if one.prospect is None or not reply.name:
        return True
    meant, said = fold(one.prospect.full_name).split(), fold(reply.name).split()
    shared = set(meant) & set(said)
    if min(len(meant), len(said)) < 2:
        return bool(shared)
    return meant[0] == said[0] or len(shared) > 1


def _again(asked: Introduction | None) -> Introduction | None:
    """As it stands now, if it is open."""
    return open_ones(asked.practice).filter(pk=asked.pk).first() if asked else None


def _waits(one: Introduction) -> bool:
    """Whether the person has not answered for themselves: what a client reported waits for their own word."""
    return may("answer yes", one.stage, Who.PERSON) or one.answered_how == How.REPORTED


def _named(reply: Reply, referrer: Contact | None) -> Introduction | None:
    """The one that waits for somebody of this very name, by the same client; nobody for a first name alone."""
    name = fold(reply.name)
    if referrer is None or len(name.split()) < 2:
        return None
    key = named_key(reply.practice_id, reply.name)
    for one in open_ones(reply.practice).filter(referrer=referrer)[:MOST_LOOKED_AT]:
        is_same = one.named_key == key or (one.prospect is not None and fold(one.prospect.full_name) == name)
        if is_same and _waits(one):
            return one
    return None


def _only_one_waiting(reply: Reply) -> Introduction | None:
    """By the client whose link it is, if exactly one was agreed on or passed along and waits."""
    if reply.link.referrer_id is None:
        return None
    waiting = open_ones(reply.practice).filter(
        Q(link=reply.link_id) | Q(link=None),
        referrer=reply.link.referrer_id,
        stage__in=(Stage.AGREED, Stage.PASSED),
    )[:2]
    return waiting[0] if len(waiting) == 1 else None
