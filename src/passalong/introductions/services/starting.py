"""Open an introduction at the desk, outside a meeting: who introduces whom, and how far the two have come.

What a member may get wrong is said beside the field it is about: `referrer`, `prospect`, `relation`, `act`, `note`.
"""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from passalong.accounts.models import Member
from passalong.accounts.rules import demand
from passalong.compliance.selectors import keeps_business_only, refusals
from passalong.compliance.sensitive import NOTE
from passalong.contacts import services as contacts
from passalong.contacts.keys import fold
from passalong.contacts.models import Contact, Source, Standing, StandingKind
from passalong.contacts.resting import why_resting
from passalong.contacts.services.own import demand_own
from passalong.core.errors import Refused
from passalong.introductions.models import Because, Introduction
from passalong.introductions.selectors.care import may_be_asked
from passalong.introductions.services import meaning
from passalong.introductions.services.answering import name_only
from passalong.introductions.services.moving import MAY, named_key
from passalong.introductions.services.opening import leads_on, open_for, open_introduction
from passalong.introductions.services.thanking import thank
from passalong.ties import services as ties
from passalong.ties.models import POSITIVE, AnswerKind
from passalong.ties.selectors import answers_of

ACTS = ("plan", "ask", "agree")
INTRODUCES = (StandingKind.CLIENT, StandingKind.FORMER_CLIENT, StandingKind.PARTNER)


@transaction.atomic
def start(
    *,
    by: Member,
    referrer: Contact,
    act: str,
    prospect: Contact | None = None,
    full_name: str = "",
    relation: str = "",
    note: str = "",
) -> Introduction:
    """This client is to be asked for somebody (`plan`), was asked (`ask`), or will introduce them (`agree`, and is
    thanked for it at once).

    prospect: who is on file; else full_name, as the client said it. In Europe nothing readable is kept of such a name.
    relation: how the two know each other. Raises Refused, with the field, where it cannot be.
    """
    demand(by, MAY)
    demand_own(by, referrer, *([prospect] if prospect else []))
    if act not in ACTS:
        raise Refused(_("Choose how far it has come."), field="act")
    _demand_asking(referrer, act)
    _demand_fine_words(by, note=note, relation=relation)
    _demand_news(by, referrer, act, prospect, full_name)
    if prospect is None and keeps_business_only(by.practice):
        found = _by_name_only(by, referrer, act, full_name, relation, note)
    else:
        whom = prospect or _named(by, full_name)
        found = open_introduction(by=by, referrer=referrer, prospect=whom, act=act, note=note)
        if relation.strip() or prospect is None:
            _say_they_know(by, referrer, whom, relation)
    if act == "agree":
        thank(referrer=referrer, because=Because.AGREED, about=found, by=by)
    return found


def _demand_asking(referrer: Contact, act: str) -> None:
    """Raise Refused for somebody who introduces nobody, or is not to be asked at present."""
    if not Standing.objects.filter(contact=referrer, kind__in=INTRODUCES).exists():
        raise Refused(_("%(name)s is neither a client nor a partner.") % {"name": referrer}, field="referrer")
    if why := why_resting(referrer):
        raise Refused(_("%(name)s %(why)s.") % {"name": referrer, "why": why}, field="referrer")
    if act == "plan" and referrer.do_not_ask:
        raise Refused(_("Marked “do not ask”."), field="referrer")
    if act == "ask" and (why := may_be_asked(referrer)[1]):
        raise Refused(why, field="referrer")


def _demand_fine_words(by: Member, **said: str) -> None:
    """Raise Refused for words that tell what the law protects most."""
    refusal = refusals(by.practice)
    for field, text in said.items():
        if text and (why := refusal(NOTE, text)):
            raise Refused(why, field=field)


def _demand_news(by: Member, referrer: Contact, act: str, prospect: Contact | None, full_name: str) -> None:
    """Raise Refused where one is open for this person already and this says nothing new of it.

    That somebody else would introduce them too is news; that somebody else is asked, or is to be, is one ask too many.
    """
    if prospect is not None:
        found = open_for(by.practice, prospect)
    else:
        found = meaning.open_ones(by.practice).filter(named_key=named_key(by.practice_id, full_name)).first()
    if found is None:
        return
    stage = found.get_stage_display()
    if found.referrer_id == referrer.pk and not leads_on(found, act):
        raise Refused(_("This stands among the introductions already: %(stage)s.") % {"stage": stage}, field="prospect")
    if found.referrer_id != referrer.pk and act != "agree":
        words = _("One is open already, by %(client)s: %(stage)s. Nobody else is asked meanwhile.")
        client = found.referrer or found.get_source_display()
        raise Refused(words % {"client": client, "stage": stage}, field="prospect")


def _named(by: Member, full_name: str) -> Contact:
    """Somebody new, on file because a client named them: forgotten with the introduction if they never answer."""
    if len(fold(full_name).split()) < 2:
        raise Refused(_("Write given name and family name."), field="prospect")
    return contacts.add_contact(by=by, full_name=full_name, source=Source.MEETING, standing=StandingKind.PROSPECT)


def _by_name_only(by: Member, referrer: Contact, act: str, full_name: str, relation: str, note: str) -> Introduction:
    """A keyed hash of the name and nothing else."""
    if act == "plan":
        words = _("In Europe a name alone is not written down, so there is nothing to plan by. Ask first.")
        raise Refused(words, field="act")
    for field, text in (("relation", relation), ("note", note)):
        if text.strip():
            words = _("In Europe nothing readable is kept of somebody who does not know of it yet. Leave this empty.")
            raise Refused(words, field=field)
    try:
        return name_only(by=by, referrer=referrer, full_name=full_name, act=act)
    except Refused as refused:
        if refused.field == "full_name":
            refused.field = "prospect"
        raise


def _say_they_know(by: Member, referrer: Contact, whom: Contact, relation: str) -> None:
    """The client's word that the two know each other; who was said to know them well still does."""
    before = answers_of(referrer).get(whom.pk)
    answer = before.answer if before and before.answer in POSITIVE else AnswerKind.KNOWS
    if relation.strip() or before is None or before.answer != answer:
        ties.record_answer(by=by, client=referrer, prospect=whom, answer=answer, relation=relation.strip())
