"""What the desk does about requests: answer wishes, forget or hand out on behalf of somebody who asked in person."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from passalong.accounts.models import Member
from passalong.accounts.rules import demand
from passalong.contacts import services as contacts
from passalong.contacts.models import Contact, PointKind
from passalong.contacts.person import person_of
from passalong.contacts.services.own import demand_own
from passalong.core import clock, erasing, events
from passalong.core.errors import Refused
from passalong.core.person import Kept
from passalong.mail.models import MailPurpose
from passalong.mail.services.composing import Recipient
from passalong.mail.services.outbox import send_now
from passalong.privacy import exporting
from passalong.privacy.models import PrivacyRequest, RequestKind, RequestState
from passalong.privacy.selectors import requests as selectors
from passalong.privacy.services.requests import note_erased

LONGEST_ANSWER = 2000


@transaction.atomic
def accept(*, by: Member, request: PrivacyRequest, answer: str = "") -> PrivacyRequest:
    """Do what was asked, and say so by mail. A name or number that was proposed is put on file."""
    request = _open(by, request)
    if request.contact is not None and request.field:
        _put_on_file(by, request.contact, request)
    return _decide(by, request, RequestState.ACCEPTED, answer)


@transaction.atomic
def decline(*, by: Member, request: PrivacyRequest, answer: str) -> PrivacyRequest:
    """Do not do it, and say why by mail. Raises Refused without a reason."""
    request = _open(by, request)
    if not answer.strip():
        raise Refused(_("Say why, in words the person understands."), field="answer")
    return _decide(by, request, RequestState.DECLINED, answer)


def _open(by: Member, request: PrivacyRequest) -> PrivacyRequest:
    demand(by, "privacy.decide")
    demand_own(by, request)
    found = PrivacyRequest.objects.select_for_update(of=("self",)).select_related("contact", "practice")
    locked = found.get(pk=request.pk)
    if not locked.is_open:
        raise Refused(_("This request is answered already."))
    return locked


def _put_on_file(by: Member, contact: Contact, request: PrivacyRequest) -> None:
    points = list(contact.points.values_list("kind", "value"))
    values = {kind: [value for its, value in points if its == kind] for kind in PointKind.values}
    name = contact.full_name
    if request.field == "name":
        name = request.value
    else:
        values[PointKind.PHONE] = [request.value, *values[PointKind.PHONE][1:]]
    contacts.edit_contact(
        by=by,
        contact=contact,
        full_name=name,
        emails=values[PointKind.EMAIL],
        phones=values[PointKind.PHONE],
        urls=values[PointKind.URL],
        notes=contact.notes,
        do_not_ask=contact.do_not_ask,
        public_sector=contact.public_sector,
    )


def _decide(by: Member, request: PrivacyRequest, state: RequestState, answer: str) -> PrivacyRequest:
    answer = answer.replace("\x00", "").strip()
    if len(answer) > LONGEST_ANSWER:
        raise Refused(_("An answer has at most %(most)d characters.") % {"most": LONGEST_ANSWER}, field="answer")
    if request.email:
        _mail_answer(request, state, answer)
    request.state, request.answer, request.email = state, answer, ""
    request.decided_by, request.decided_at = by.public_id, clock.now()
    request.save()
    people = [request.contact.public_id] if request.contact else []
    events.record(
        by.practice_id, f"privacy:{state.value}", actor=by.public_id, subject=request.public_id, people=people
    )
    return request


def _mail_answer(request: PrivacyRequest, state: RequestState, answer: str) -> None:
    named = {"practice": request.practice.name, "words": request.value or request.words}
    done = _("Your wish was carried out.") if state == RequestState.ACCEPTED else _("Your wish was not carried out.")
    asked = _("You asked %(practice)s to correct: %(words)s") % named
    send_now(
        practice=request.practice,
        purpose=MailPurpose.PRIVACY,
        to=Recipient(request.email, contact=request.contact),
        subject=_("Your request to %(practice)s") % named,
        text="\n\n".join(filter(None, (asked, done, answer))),
        key=f"privacy answer {request.public_id}",
        about=request.public_id,
        people=[request.contact.public_id] if request.contact else [],
    )


def would_stay(*, by: Member, contact: Contact) -> list[Kept]:
    """What forgetting this person would leave, and why."""
    demand(by, "privacy.decide")
    demand_own(by, contact)
    return erasing.would_keep(person_of(contact))


def holds_on(*, by: Member, contact: Contact) -> list[Kept]:
    """Holds on everything, which keep this person from being forgotten."""
    demand(by, "privacy.decide")
    demand_own(by, contact)
    return erasing.holding_all(person_of(contact))


@transaction.atomic
def forget(*, by: Member, contact: Contact) -> PrivacyRequest:
    """Forget somebody who asked in person. A hold on everything refuses it."""
    demand(by, "privacy.decide")
    demand_own(by, contact)
    if not Contact.objects.select_for_update(of=("self",)).filter(pk=contact.pk).exists():
        raise Refused(_("This person was forgotten a moment ago."))
    person = person_of(contact)
    if held := erasing.holding_all(person):
        raise Refused(_("Everything about this person is held by %(rule)s.") % {"rule": held[0].rule})
    kept = erasing.erase(person, by=by.public_id, why="asked_in_person")
    return note_erased(by.practice_id, kept, by=by.public_id)


@transaction.atomic
def copy_of(*, by: Member, contact: Contact) -> bytes:
    """Everything about somebody who asked in person, as a ZIP file to hand to them and nobody else."""
    demand(by, "privacy.decide")
    demand_own(by, contact)
    request = PrivacyRequest.objects.create(
        practice=by.practice,
        kind=RequestKind.EXPORT,
        state=RequestState.DONE,
        contact=contact,
        due_on=selectors.month_after(clock.today()),
        decided_by=by.public_id,
        decided_at=clock.now(),
    )
    events.record(
        by.practice_id, "privacy:export", actor=by.public_id, subject=request.public_id, people=[contact.public_id]
    )
    person = person_of(contact)
    return exporting.archive(person, selectors.held_by(person), contact)
