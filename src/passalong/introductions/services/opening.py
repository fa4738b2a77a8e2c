"""Open an introduction: who may be introduced at all, and what happens when somebody is named a second time."""

from __future__ import annotations

from datetime import date

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from passalong.accounts.models import Member, Practice
from passalong.accounts.rules import demand
from passalong.contacts.models import Contact, Standing, StandingKind
from passalong.contacts.resting import why_resting
from passalong.core import clock, events
from passalong.core.errors import Refused
from passalong.core.moves import NONE
from passalong.introductions.models import AlsoBy, Hearing, Introduction, Rest, Source, Stage
from passalong.introductions.services import own_acts
from passalong.introductions.services.moving import MAY, keys_of_contact, move, named_key, write
from passalong.introductions.stages import Who, move_of
from passalong.mail.services.suppression import is_suppressed


@transaction.atomic
def open_introduction(
    *,
    by: Member,
    referrer: Contact,
    prospect: Contact,
    act: str = "agree",
    on: date | None = None,
    meeting: str = "",
    note: str = "",
) -> Introduction:
    """This referrer is to be asked for this person (`plan`), was asked (`ask`), or will introduce them (`agree`).

    Somebody for whom one is open already is not asked for twice: this referrer is recorded beside the first, whose
    introduction is returned. Said again by the same referrer it moves on. Raises Refused, with the reason, for
    oneself, for clients, for people suppressed, locked or resting, and for a referrer who has left.
    """
    demand(by, MAY)
    demand_fitting(by.practice, referrer, prospect)
    found = open_for(by.practice, prospect)
    if found is None:
        demand_free(by.practice, referrer, keys_of_contact(prospect), prospect.full_name)
        found = _make(by, referrer, prospect, act, on, meeting, note)
    elif found.referrer_id == referrer.pk:
        return further(by, found, act, on, note)
    else:
        beside(found, referrer, act, on)
    return found


def open_for(practice: Practice, prospect: Contact) -> Introduction | None:
    """The one introduction of this person that is open, by the person on file or by an address or name they share."""
    keys = keys_of_contact(prospect)
    theirs = Q(prospect=prospect) | Q(person_key__in=keys) | Q(named_key=named_key(practice.pk, prospect.full_name))
    return Introduction.objects.filter(theirs, practice=practice, is_open=True).order_by("pk").first()


def beside(found: Introduction, referrer: Contact, act: str, on: date | None = None) -> None:
    """A second referrer who agreed: recorded, and it stands on their own page. Thinking about it is nothing yet."""
    if act == "agree":
        also_by(found, referrer)
        own_acts.told(referrer=referrer, introduction=found, act=act, on=on)


def also_by(found: Introduction, referrer: Contact) -> None:
    """Somebody else would introduce them too, or passed the page to them: recorded for the desk alone."""
    _row, made = AlsoBy.objects.get_or_create(
        practice_id=found.practice_id, introduction=found, referrer=referrer, defaults={"at": clock.now()}
    )
    if made:
        events.record(found.practice_id, "introductions:also_by", subject=found.public_id, people=[referrer.public_id])


def _make(
    by: Member, referrer: Contact, prospect: Contact, act: str, on: date | None, meeting: str, note: str
) -> Introduction:
    """The row and its first step. Two at once make one: the database holds it, the later finds the earlier's."""
    made = move_of(act, NONE, Who.MEMBER)
    row = Introduction(
        practice=by.practice,
        referrer=referrer,
        prospect=prospect,
        source=source_of(referrer),
        stage=made.to,
        stage_at=clock.now(),
        meeting=meeting,
        note=note[:500],
    )
    try:
        with transaction.atomic():
            write(row, made, who=Who.MEMBER, by=by, on=on)
    except IntegrityError:
        found = open_for(by.practice, prospect)
        if found is None:
            raise
        if found.referrer_id != referrer.pk:
            beside(found, referrer, act, on)
        return found
    return row


def leads_on(found: Introduction, act: str) -> bool:
    """Whether this act, said of an introduction that is open, leads further than it stands."""
    before = {"plan": (), "ask": (Stage.IDEA,), "agree": (Stage.IDEA, Stage.ASKED)}
    return found.stage in before[act]


def further(by: Member, found: Introduction, act: str, on: date | None = None, note: str = "") -> Introduction:
    """The same two again: on to where the act leads, if that is further; else it stays as it is."""
    if leads_on(found, act):
        return move(introduction=found, act=act, who=Who.MEMBER, by=by, on=on, note=note)
    if act == "agree" and found.referrer is not None:
        own_acts.told(referrer=found.referrer, introduction=found, act=act, on=on)
    return found


def source_of(referrer: Contact) -> Source:
    """Where an introduction by this person comes from: a partner's is a partner's, whoever else they are."""
    is_partner = Standing.objects.filter(contact=referrer, kind=StandingKind.PARTNER).exists()
    return Source.PARTNER if is_partner else Source.CLIENT


def demand_fitting(practice: Practice, referrer: Contact, prospect: Contact) -> None:
    """Raises Refused for oneself, a client, somebody who rests, and a referrer who has left."""
    if {referrer.practice_id, prospect.practice_id} != {practice.pk}:
        raise Refused(_("This person is not on file here."), field="prospect")
    if referrer.pk == prospect.pk:
        raise Refused(_("Nobody introduces themselves."), field="prospect")
    if Standing.objects.filter(contact=prospect, kind=StandingKind.CLIENT, until=None).exists():
        raise Refused(_("%(name)s is a client already.") % {"name": prospect}, field="prospect")
    if prospect.objected_at:
        raise Refused(_("This person wants nothing from you. Nobody is asked for them."), field="prospect")
    if why := why_resting(prospect):
        raise Refused(_("%(name)s %(why)s.") % {"name": prospect, "why": why}, field="prospect")
    demand_willing(referrer)


def demand_willing(referrer: Contact) -> None:
    """Raises Refused for somebody who has left: nobody asks them any more."""
    if Hearing.objects.filter(referrer=referrer, left_at__isnull=False).exists():
        raise Refused(_("%(name)s does not want to be asked any more.") % {"name": referrer}, field="referrer")


def demand_free(practice: Practice, referrer: Contact, keys: set[str], name: str = "") -> None:
    """Suppression beats everything; after a no or silence it takes another client and time. name: the full name of
    somebody known by an address; others may bear it too, so it counts only with the same client."""
    if any(is_suppressed(practice.pk, key) for key in keys):
        raise Refused(_("This person wants nothing from you. Nobody is asked for them."), field="prospect")
    by_name = named_key(practice.pk, name)
    for one in Rest.objects.filter(practice=practice, key__in={*keys, by_name} - {""}):
        if one.key in keys and one.until > clock.today():
            words = _("This person was asked about before. Nobody asks again before %(day)s.")
            raise Refused(words % {"day": one.until}, field="prospect")
        if referrer.public_id in one.referrers:
            words = _("%(name)s has introduced this person before; it takes somebody else.")
            raise Refused(words % {"name": referrer}, field="referrer")
