"""What an answer by a person's own POST does to introductions, in the transaction that keeps the answer.

A yes moves the introduction it is about, or opens one with what the person told of themselves; “no” and “not now” close
it; taking a yes back closes it too. Whoever sent the answer sees the same words in every case.
"""

from __future__ import annotations

from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from passalong.accounts.models import Member
from passalong.accounts.rules import demand
from passalong.contacts import services as contacts
from passalong.contacts.keys import email_key, fold
from passalong.contacts.models import Contact, Standing, StandingKind
from passalong.contacts.services.own import demand_own
from passalong.core import clock
from passalong.core.errors import Refused
from passalong.core.moves import NONE
from passalong.introductions.models import HeldBack, How, Introduction, Reply, Source, Wish
from passalong.introductions.services import crediting, meaning
from passalong.introductions.services.moving import MAY, move, named_key, rest_keys, wants_nothing, write
from passalong.introductions.services.opening import also_by, beside, demand_free, demand_willing, further, source_of
from passalong.introductions.stages import Who, may, move_of
from passalong.mail.services.suppression import is_suppressed

MOST_OF_LINK_A_DAY = 40  # introductions that open by themselves from one client's answers
TRIES = 3


def from_reply(reply: Reply, *, asked: Introduction | None = None) -> Introduction | None:
    """Move or open the introduction this answer is about; None where it is about none. asked: the introduction whose
    own page the answer was given on."""
    said = reply.stance
    if said == Wish.YES:
        return _yes(reply, asked)
    if reply.held_back:
        _hold_back(reply, "")
    if said:
        return _no(reply, "answer no" if said == Wish.NO else "answer not now", asked)
    return None


def taken_back(reply: Reply) -> None:
    """The person took their yes back: what it opened or moved is closed."""
    theirs = {one.pk: one for one in (*meaning.of_person(reply), *reply.introductions.filter(is_open=True))}
    for one in theirs.values():
        _close(one, "take back" if may("take back", one.stage, Who.PERSON) else "answer no")


def _yes(reply: Reply, asked: Introduction | None) -> Introduction | None:
    referrer = _referrer(reply)
    for _attempt in range(TRIES):
        found = meaning.meant_by(reply, referrer, asked)
        why = _why_held_back(reply, referrer, found)
        _hold_back(reply, why)
        if why:
            return None
        try:
            with transaction.atomic():
                return _go_on(found, reply, referrer) if found else _open(reply, referrer)
        except (IntegrityError, Introduction.DoesNotExist):  # one was opened or closed at this moment: look again
            continue
    raise RuntimeError("an open introduction was there and was not found")


def _hold_back(reply: Reply, why: str) -> None:
    Reply.objects.filter(pk=reply.pk).update(held_back=why)
    reply.held_back = why


def _no(reply: Reply, act: str, asked: Introduction | None) -> Introduction | None:
    """Closes what it is about. Who says so of themselves, before anybody asked, is left alone just the same."""
    closed, referrer = None, _referrer(reply)
    if reply.person_key:
        rest_keys(reply.practice, [reply.person_key], [referrer.public_id] if referrer else [])
    for one in meaning.told_no_by(reply, referrer, asked):
        Introduction.objects.filter(pk=one.pk).update(reply=reply)
        closed = _close(one, act)
    return closed


def _close(one: Introduction, act: str) -> Introduction:
    """By the person's own word. Where somebody else closed it at this moment, the word stands without a move."""
    try:
        return move(introduction=one, act=act, who=Who.PERSON)
    except Refused:
        return one


def _referrer(reply: Reply) -> Contact | None:
    evidence = {one.kind: one for one in reply.evidence.select_related("referrer")}
    return crediting.decided(reply, evidence)[0]


def _why_held_back(reply: Reply, referrer: Contact | None, found: Introduction | None) -> str:
    """Why this yes opens or moves nothing, empty where it does. The reply itself stays for the desk to see."""
    person = meaning.person_of(reply)
    if _wants_nothing(reply, person):
        return HeldBack.SUPPRESSED
    if referrer is not None and crediting.is_the_same_person(reply, referrer):
        return HeldBack.SELF
    if person and Standing.objects.filter(contact=person, kind=StandingKind.CLIENT, until=None).exists():
        return HeldBack.CLIENT
    if found is None and _opened_lately(reply, referrer) >= MOST_OF_LINK_A_DAY:
        return HeldBack.MANY
    return ""


def _wants_nothing(reply: Reply, person: Contact | None) -> bool:
    """Suppression beats everything, also a yes typed into a form by who knows whom."""
    if is_suppressed(reply.practice_id, email_key(reply.reach)) or is_suppressed(reply.practice_id, reply.person_key):
        return True
    return person is not None and wants_nothing(person)


def _opened_lately(reply: Reply, referrer: Contact | None) -> int:
    since = clock.now() - timedelta(days=1)
    own = Introduction.objects.filter(practice=reply.practice_id, reply__isnull=False, created_at__gte=since)
    return own.filter(referrer=referrer).count() if referrer else own.filter(link=reply.link_id).count()


def _go_on(found: Introduction, reply: Reply, referrer: Contact | None) -> Introduction:
    """The open introduction, on to where the answer leads, with what the person told of themselves. Somebody else who
    passed the page to them is recorded beside the first."""
    rows = Introduction.objects.select_for_update(of=("self",)).select_related("practice", "prospect")
    row = rows.get(pk=found.pk, is_open=True)
    person = row.prospect or meaning.person_of(reply) or _on_file(reply)
    contacts.add_own_point(person, reply.reach)
    told: dict[str, object] = {"prospect": person, "person_key": reply.person_key, "reply": reply}
    told |= {"answered_how": How.OWN, "link": row.link or reply.link, "kit_id": row.kit_id or reply.link.kit_id}
    was_anothers = row.referrer_id is None and row.steps.filter(act__in=("ask", "agree")).exists()
    if row.referrer_id is None and referrer is not None and not was_anothers:
        told["referrer"] = referrer
    Introduction.objects.filter(pk=row.pk).update(**told)
    if may("answer yes", row.stage, Who.PERSON):
        move(introduction=row, act="answer yes", who=Who.PERSON)
    if referrer is not None and (was_anothers or row.referrer_id not in (None, referrer.pk)):
        also_by(row, referrer)
    row.refresh_from_db()
    return row


def _open(reply: Reply, referrer: Contact | None) -> Introduction:
    """A new introduction, at once with the person's own yes. What it makes goes with it if the database holds one."""
    made = move_of("answer yes", NONE, Who.PERSON)
    row = Introduction(
        practice=reply.practice,
        referrer=referrer,
        prospect=meaning.person_of(reply) or _on_file(reply),
        person_key=reply.person_key,
        source=source_of(referrer) if referrer else Source.LINK,
        stage=made.to,
        stage_at=clock.now(),
        kit_id=reply.link.kit_id,
        link=reply.link,
        reply=reply,
        answered_how=How.OWN,
    )
    write(row, made, who=Who.PERSON)
    return row


def _on_file(reply: Reply) -> Contact:
    return contacts.by_own_words(practice=reply.practice, full_name=reply.name, reach=reply.reach)


@transaction.atomic
def name_only(*, by: Member, referrer: Contact, full_name: str, meeting: str = "", act: str = "agree") -> Introduction:
    """In Europe a client's word puts nobody on file. This client passes a kit along to somebody of this name, or was
    asked to (`ask`): what is kept is who said it and a keyed hash of the name, until the person answers or the wait is
    over.

    Somebody named before is not asked for twice: this client is recorded beside the first. Raises Refused for less than
    a full name, for oneself, and for somebody who was asked about before.
    """
    demand(by, MAY)
    demand_own(by, referrer)
    if len(fold(full_name).split()) < 2:
        raise Refused(_("Write given name and family name: nothing else tells who it is."), field="full_name")
    key = named_key(by.practice_id, full_name)
    if key == named_key(by.practice_id, referrer.full_name):
        raise Refused(_("Nobody introduces themselves."), field="full_name")
    found = meaning.open_ones(by.practice).filter(named_key=key).first()
    if found is None:
        found = _open_named(by, referrer, key, act, meeting)
    elif found.referrer_id == referrer.pk:
        return further(by, found, act)
    if found.referrer_id != referrer.pk:
        beside(found, referrer, act)
    return found


def _open_named(by: Member, referrer: Contact, key: str, act: str, meeting: str) -> Introduction:
    """The row and its first step; the other's where somebody said the same name at the same moment."""
    demand_willing(referrer)
    demand_free(by.practice, referrer, {key})
    made = move_of(act, NONE, Who.MEMBER)
    row = Introduction(
        practice=by.practice,
        referrer=referrer,
        named_key=key,
        source=source_of(referrer),
        stage=made.to,
        stage_at=clock.now(),
        meeting=meeting,
    )
    try:
        with transaction.atomic():
            write(row, made, who=Who.MEMBER, by=by)
    except IntegrityError:
        return meaning.open_ones(by.practice).get(named_key=key)
    return row
