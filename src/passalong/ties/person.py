"""The ties room's part in what is held about a person: addresses met, statements, answers; who may know whom.

The person sees that a tie is held, of which kind, since when and where from. Who stands at its other end, who told it
and in what words are private to others and are not shown.
"""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import Model, Q, QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from passalong.accounts.models import Practice
from passalong.contacts.models import StandingKind
from passalong.contacts.moving import joined
from passalong.core.keyed import keyed_hash
from passalong.core.person import Held, Kept, Person
from passalong.core.wiping import Trace, wipe_rows
from passalong.ties import versions
from passalong.ties.models import Address, Answer, Encounter, Observation, Statement

COVERS: tuple[type[Model], ...] = (Address, Encounter, Observation, Statement, Answer)
WORDS = ("need", "timing", "relation", "reach")
CHUNK = 2000


def _addresses(person: Person) -> QuerySet[Address]:
    whose = Q(email__in=person.emails)
    if person.contact_id:
        whose |= Q(contact=person.contact_id)
    return Address.objects.filter(whose, practice=person.practice_id)


def known(practice_id: int, _ids: tuple[str, ...], keys: tuple[str, ...]) -> list[Person]:
    """Addresses of nobody on file whose keyed hash is one of these."""
    wanted = set(keys)
    emails = Address.objects.filter(practice=practice_id, contact=None).values_list("email", flat=True)
    found = [(email, keyed_hash(practice_id, email)) for email in emails.iterator(chunk_size=CHUNK)] if wanted else []
    return [Person(practice_id, None, (), emails=(email,), keys=(key,)) for email, key in found if key in wanted]


def held_about(person: Person) -> list[Held]:
    """Addresses met in mail and calendars, and every tie, without its other end."""
    why = _("To see which client of the practice you may know. Nobody is written to because of it.")
    return [
        Held(_("Mail addresses met in mail and calendars"), _met(person), why, _("mail headers and calendars")),
        Held(_("Whom you may know"), [*_statements(person), *_answers(person)], why),
    ]


def _met(person: Person) -> list[dict[str, Any]]:
    rows = []
    for address in _addresses(person).order_by("email"):
        pairs = Observation.objects.filter(Q(low=address) | Q(high=address))
        rows.append(
            {
                _("Address"): address.email,
                _("Name there"): address.name,
                _("Seen"): _("on %(times)d messages or meetings") % {"times": address.seen},
                _("From"): _day(address.first_on),
                _("To"): _day(address.last_on),
                _("Together with"): _("%(people)d other addresses") % {"people": pairs.count()},
            }
        )
    return rows


def _statements(person: Person) -> list[dict[str, Any]]:
    if not person.contact_id:
        return []
    rows = []
    about = Statement.objects.filter(Q(contact_a=person.contact_id) | Q(contact_b=person.contact_id))
    for one in about.select_related("contact_a", "contact_b").order_by("on", "pk"):
        other = one.contact_b if one.contact_a_id == person.contact_id else one.contact_a
        is_client = other.standings.filter(kind=StandingKind.CLIENT, until=None).exists()
        rows.append(
            {
                _("What"): one.get_kind_display(),
                _("With"): _("a client of the practice") if is_client else _("somebody on file"),
                _("On"): _day(one.on),
                _("Where from"): _("told by you") if one.told_by_id == person.contact_id else one.get_source_display(),
                _("Note"): _("with a private note of the practice") if one.text else "",
            }
        )
    return rows


def _answers(person: Person) -> list[dict[str, Any]]:
    if not person.contact_id:
        return []
    rows: list[dict[str, Any]] = []
    for answer in Answer.objects.filter(client=person.contact_id).select_related("prospect").order_by("answered_at"):
        said = {_("What"): _("you were asked whether you know somebody"), _("With"): answer.prospect.full_name}
        rows.append(said | {_("On"): _day(answer.answered_at), _("Answer"): answer.get_answer_display()})
    rows += [
        {
            _("What"): _("somebody was asked whether they know you"),
            _("With"): _("a client of the practice"),
            _("On"): _day(answer.answered_at),
            _("Note"): _("the answer is that client's own word and is not shown"),
        }
        for answer in Answer.objects.filter(prospect=person.contact_id).order_by("answered_at")
    ]
    return rows


def _day(on: Any) -> str:
    return date_format(on, "DATE_FORMAT") if on else ""


def erase(person: Person) -> list[Kept]:
    """Forget addresses with their sums, statements and answers; the name goes from what others said."""
    _drop_addresses(person)
    if person.contact_id:
        whose = Q(contact_a=person.contact_id) | Q(contact_b=person.contact_id)
        Statement.objects.filter(whose, practice=person.practice_id).delete()
        mine = Q(client=person.contact_id) | Q(prospect=person.contact_id)
        Answer.objects.filter(mine, practice=person.practice_id).delete()
    trace = Trace(person)
    own = {"practice": person.practice_id}
    wipe_rows(trace, Statement.objects.filter(**own).exclude(text=""), "text")
    wipe_rows(trace, Answer.objects.filter(**own).exclude(**dict.fromkeys(WORDS, "")), *WORDS)
    wipe_rows(trace, Address.objects.filter(**own).exclude(name=""), "name")
    _drop_versions(person.practice_id)
    return []


def _drop_addresses(person: Person) -> None:
    """The rows, and their keys in the lists of who was on a message."""
    gone = set(_addresses(person).values_list("pk", flat=True))
    if not gone:
        return
    changed = [
        Encounter(pk=pk, people=[one for one in people if one not in gone])
        for pk, people in _encounters(person.practice_id)
        if not gone.isdisjoint(people)
    ]
    Encounter.objects.bulk_update(changed, ["people"], batch_size=CHUNK)
    Address.objects.filter(pk__in=gone).delete()


def _encounters(practice_id: int) -> Any:
    rows = Encounter.objects.filter(practice=practice_id).order_by("pk").values_list("pk", "people")
    return rows.iterator(chunk_size=CHUNK)


def _drop_versions(practice_id: int) -> None:
    """What was worked out from the evidence lies in files; it is built again without the person."""
    public_id = Practice.objects.values_list("public_id", flat=True).get(pk=practice_id)
    transaction.on_commit(lambda: versions.forget(public_id))


def repoint(practice_id: int, old: int, new: int) -> None:
    """Addresses, statements and answers; what would tie somebody to themselves goes."""
    own = {"practice": practice_id}
    Address.objects.filter(contact=old, **own).update(contact=new)
    Statement.objects.filter(told_by=old, **own).update(told_by=new)
    both = (old, new)
    Statement.objects.filter(contact_a__in=both, contact_b__in=both, **own).delete()
    Answer.objects.filter(client__in=both, prospect__in=both, **own).delete()
    for end in ("contact_a", "contact_b"):
        for said in Statement.objects.filter(**{end: old}, **own).order_by("pk"):
            _move_statement(said, end, new)
    Answer.objects.filter(client=old, **own).update(client=new)
    Answer.objects.filter(prospect=old, **own).update(prospect=new)


def _move_statement(said: Statement, end: str, new: int) -> None:
    ends = {"contact_a": said.contact_a_id, "contact_b": said.contact_b_id, end: new}
    same = Statement.objects.filter(**ends, kind=said.kind, on=said.on).exclude(pk=said.pk).first()
    if same is None:
        Statement.objects.filter(pk=said.pk).update(**{end: new})
        return
    same.text = joined(same.text, said.text, 500, "; ")
    same.save(update_fields=["text"])
    said.delete()
