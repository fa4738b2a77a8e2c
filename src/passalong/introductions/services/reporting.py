"""What a client tells of the answer of somebody whose name alone was known by its hash: who it is, and that they said
yes. It puts them on file by the client's word, so in Europe they are told of it in the first message to them."""

from __future__ import annotations

from datetime import date

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from passalong.accounts.models import Member
from passalong.accounts.rules import demand
from passalong.compliance.models import Grant
from passalong.contacts import services as contacts
from passalong.contacts.keys import email_key, phone_key
from passalong.contacts.models import Contact, PointKind, Source
from passalong.contacts.selectors import reached_by
from passalong.contacts.services.own import demand_own
from passalong.core.errors import Refused
from passalong.introductions.knowing import has_said_yes
from passalong.introductions.models import Introduction
from passalong.introductions.services.introducing import report_yes
from passalong.introductions.services.moving import MAY, keys_of_contact, named_key
from passalong.introductions.services.opening import demand_fitting, demand_free
from passalong.introductions.services.replies import reach_key


@transaction.atomic
def report_yes_of(
    *, by: Member, introduction: Introduction, on: date, words: str, full_name: str = "", reach: str = ""
) -> Grant:
    """As report_yes; where nobody is on file yet, full_name says who it is. reach: what they gave with their yes to be
    reached by; empty, the client takes part anyway, and no mail goes to them. Raises Refused for another name than the
    client said before."""
    demand_own(by, introduction)
    if reach.strip() and not reach_key(reach, by.practice.country):
        raise Refused(_("Write a mail address or a phone number, or leave it empty."), field="reach")
    if introduction.prospect is None:
        _name(by, introduction, full_name, reach)
    grant = report_yes(by=by, introduction=introduction, on=on, words=words)
    if reach.strip() and introduction.prospect is not None:
        contacts.note_given(by=by, contact=introduction.prospect, reach=reach)
    return grant


@transaction.atomic
def note_reach(*, by: Member, introduction: Introduction, reach: str) -> None:
    """After their yes they told the practice where to write or call. Raises Refused before a yes, and where nobody is
    on file."""
    demand(by, MAY)
    demand_own(by, introduction)
    if introduction.prospect is None or not has_said_yes(introduction):
        raise Refused(_("They have not said yes yet. Put on record first what they answered."))
    contacts.note_given(by=by, contact=introduction.prospect, reach=reach)


def _name(by: Member, introduction: Introduction, full_name: str, reach: str) -> None:
    if not full_name.strip():
        raise Refused(_("Say who it is: their name is not kept yet."), field="full_name")
    if introduction.named_key and named_key(by.practice_id, full_name) != introduction.named_key:
        raise Refused(
            _("This is another name than your client said before. Check how it is spelled."), field="full_name"
        )
    person = _on_file(by, full_name, reach)
    if introduction.referrer is not None:
        demand_fitting(by.practice, introduction.referrer, person)
        demand_free(by.practice, introduction.referrer, keys_of_contact(person), person.full_name)
    introduction.prospect = person
    try:
        with transaction.atomic():
            introduction.save(update_fields=["prospect"])
    except IntegrityError:
        raise Refused(_("An introduction of %(name)s is open already.") % {"name": person}, field="full_name") from None


def _on_file(by: Member, full_name: str, reach: str) -> Contact:
    email, phone = email_key(reach), phone_key(reach, by.practice.country)
    kind = PointKind.EMAIL if email else PointKind.PHONE
    if (email or phone) and (known := reached_by(by.practice, full_name, kind, email or phone)):
        return known
    emails, phones = [reach] if email else [], [reach] if phone and not email else []
    return contacts.add_contact(by=by, full_name=full_name, source=Source.MEETING, emails=emails, phones=phones)
