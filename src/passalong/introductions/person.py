"""The introductions room's part in what is held about a person: introductions, replies to kits, and who is credited."""

from __future__ import annotations

from typing import Any

from django.db.models import Model, Q, QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from passalong.accounts.models import Practice
from passalong.contacts.keys import email_key
from passalong.contacts.moving import joined
from passalong.core.person import Held, Kept, Person
from passalong.core.wiping import Trace, wipe_rows
from passalong.introductions.models import AttributionEvidence, Credit, Introduction, Reply, ThanksWords
from passalong.introductions.services.replies import reach_key

COVERS: tuple[type[Model], ...] = (Introduction, Reply, AttributionEvidence, Credit, ThanksWords)


def _replies(person: Person) -> QuerySet[Reply]:
    return Reply.objects.filter(practice=person.practice_id, person_key__in=[key for key in person.keys if key])


def _introductions(person: Person) -> QuerySet[Introduction]:
    theirs = Q(referrer=person.contact_id) | Q(prospect=person.contact_id)
    found = Introduction.objects.filter(theirs, practice=person.practice_id)
    return found if person.contact_id else found.none()


def ids_of(person: Person) -> tuple[str, ...]:
    """Public ids of the person's own replies, and of introductions of or by them."""
    replies = _replies(person).values_list("public_id", flat=True)
    return (*replies, *_introductions(person).values_list("public_id", flat=True))


def known(practice_id: int, _ids: tuple[str, ...], keys: tuple[str, ...]) -> list[Person]:
    """People who replied and are known by these keyed hashes."""
    country = Practice.objects.values_list("country", flat=True).get(pk=practice_id)
    found = Reply.objects.filter(practice=practice_id, person_key__in=[key for key in keys if key])
    people = {}
    for key, reach in found.values_list("person_key", "reach"):
        email, other = email_key(reach), reach_key(reach, country)
        phones = () if email else (other,)
        people[key] = Person(practice_id, None, (), emails=(email,) if email else (), phones=phones, keys=(key,))
    return list(people.values())


def held_about(person: Person) -> list[Held]:
    """Introductions agreed on, and the person's own replies; who is at the other end only to the one who agreed."""
    rows: list[dict[str, Any]] = []
    for one in _introductions(person).select_related("prospect").order_by("pk"):
        is_referrer = one.referrer_id == person.contact_id
        rows.append(
            {
                _("What"): _("you agreed to introduce somebody")
                if is_referrer
                else _("a client agreed to introduce you"),
                _("With"): (str(one.prospect or "")) if is_referrer else _("a client of the practice"),
                _("On"): _day(one.agreed_on),
                _("State"): one.get_stage_display(),
            }
        )
    return [
        Held(_("Introductions"), rows, _("To keep what was agreed.")),
        Held(_("Your answers on our pages"), [_reply(one) for one in _replies(person)], _("To do what you asked for.")),
    ]


def _reply(reply: Reply) -> dict[str, Any]:
    return {
        _("On"): _day(reply.at),
        _("Answer"): reply.get_wish_display(),
        _("Time asked for"): reply.chosen_time,
        _("Name given"): reply.name,
        _("Reached by"): reply.reach,
        _("Your note"): reply.note,
    }


def _day(on: Any) -> str:
    return date_format(on, "DATE_FORMAT") if on else ""


def erase(person: Person) -> list[Kept]:
    """Forget introductions and replies with what follows from them; the name goes from what others wrote."""
    own = {"practice": person.practice_id}
    _introductions(person).delete()
    _replies(person).delete()
    Credit.objects.filter(person_key__in=[key for key in person.keys if key], **own).delete()
    trace = Trace(person)
    wipe_rows(trace, Introduction.objects.filter(**own).exclude(note=""), "note")
    wipe_rows(trace, Reply.objects.filter(**own), "name", "reach", "note")
    wipe_rows(trace, AttributionEvidence.objects.filter(**own).exclude(said=""), "said")
    wipe_rows(trace, ThanksWords.objects.filter(**own), "subject", "body")
    return []


def repoint(practice_id: int, old: int, new: int) -> None:
    """Introductions, evidence and credit; nobody is introduced by themselves."""
    own = {"practice": practice_id}
    both = (old, new)
    Introduction.objects.filter(referrer__in=both, prospect__in=both, **own).delete()
    for end in ("referrer", "prospect"):
        for one in Introduction.objects.filter(**{end: old}, **own).order_by("pk"):
            _move_introduction(one, end, new)
    AttributionEvidence.objects.filter(referrer=old, **own).update(referrer=new)
    for credit in Credit.objects.filter(referrer=old, **own).order_by("-is_first", "pk"):
        _move_credit(credit, new)


def _move_introduction(one: Introduction, end: str, new: int) -> None:
    ends = {"referrer": one.referrer_id, "prospect": one.prospect_id, end: new}
    same = Introduction.objects.filter(**ends).exclude(pk=one.pk).first()
    if same is None:
        Introduction.objects.filter(pk=one.pk).update(**{end: new})
        return
    same.note = joined(same.note, one.note, 500, "; ")
    same.save(update_fields=["note"])
    one.delete()


def _move_credit(credit: Credit, new: int) -> None:
    """One credit a person and referrer; the first place is kept."""
    same = Credit.objects.filter(practice=credit.practice_id, person_key=credit.person_key, referrer=new).first()
    if same is None:
        Credit.objects.filter(pk=credit.pk).update(referrer=new)
        return
    credit.delete()
    if credit.is_first:
        Credit.objects.filter(pk=same.pk).update(is_first=True)
