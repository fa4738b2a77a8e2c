"""The mail room's part in what is held about a person: what was written to them, what came from them.

A suppression is not erased: it is a keyed hash without a name, kept so that nobody writes to them again.
"""

from __future__ import annotations

from django.db.models import Model, Q, QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from passalong.core import blobs, clock
from passalong.core.erasing import names_them
from passalong.core.person import Held, Kept, Person
from passalong.core.wiping import Trace, wipe_rows
from passalong.mail.models import Inbound, MailState, Message, MessagePerson, Suppression, Trouble
from passalong.mail.services.suppression import keys_of
from passalong.mail.words import without_secrets

COVERS: tuple[type[Model], ...] = (Message, MessagePerson, Inbound, Trouble, Suppression)
OVER = (MailState.SENT, MailState.FAILED, MailState.UNKNOWN, MailState.CANCELLED)
WORDS = ("subject", "text", "html", "name", "answer", "reason")
INBOUND_WORDS = ("subject", "text", "sender_name")
AT_ONCE = 20  # originals in memory while all are looked through


def _keys(person: Person) -> list[str]:
    """Keyed hashes under which this room knows the person: also those of the ASCII form of their addresses' domains."""
    spelled = [key for address in person.emails for key in keys_of(person.practice_id, address)]
    return [key for key in dict.fromkeys((*person.keys, *spelled)) if key]


def _messages(person: Person) -> QuerySet[Message]:
    """To the person."""
    whose = Q(address_key__in=_keys(person))
    if person.contact_id:
        whose |= Q(contact=person.contact_id)
    return Message.objects.filter(whose, practice=person.practice_id)


def _arrived(person: Person) -> QuerySet[Inbound]:
    """From the person."""
    whose = Q(sender_key__in=_keys(person))
    if person.contact_id:
        whose |= Q(contact=person.contact_id)
    return Inbound.objects.filter(whose, practice=person.practice_id)


def held_about(person: Person) -> list[Held]:
    """Messages both ways, and whether they asked for no more."""
    out = [
        {
            _("On"): date_format(one.ended_at or one.created_at, "DATE_FORMAT"),
            _("Subject"): one.subject,
            _("Text"): without_secrets(one, one.text),
            _("State"): one.get_state_display(),
        }
        for one in _messages(person).order_by("pk")
    ]
    arrived = [
        {_("On"): date_format(one.created_at, "DATE_FORMAT"), _("Subject"): one.subject, _("Text"): one.text}
        for one in _arrived(person).order_by("pk")
    ]
    stopped = [
        {_("Stopped"): one.get_scope_display(), _("Since"): date_format(one.at, "DATE_FORMAT")}
        for one in Suppression.objects.filter(practice=person.practice_id, key__in=_keys(person))
    ]
    return [
        Held(_("Messages to you"), list(out), _("To know what was said.")),
        Held(_("Messages from you"), list(arrived), _("To answer you.")),
        Held(_("Not written to any more"), list(stopped), _("Kept as a fingerprint, so that nobody writes to you.")),
    ]


def ids_of(person: Person) -> tuple[str, ...]:
    """Public ids of messages both ways."""
    out = _messages(person).values_list("public_id", flat=True)
    return (*out, *_arrived(person).values_list("public_id", flat=True))


def erase(person: Person) -> list[Kept]:
    """Messages to and from the person go; in those to others, what names them. What has not gone yet and speaks of
    them does not go any more. The bytes that a rule keeps stand in the record, which says so itself."""
    own = Message.objects.filter(practice=person.practice_id)
    names = [one for one in person.ids if one]
    about = own.filter(Q(about__in=names) | Q(people__person__in=names))
    gone = {*_messages(person).values_list("pk", flat=True)}
    gone |= {*about.exclude(state__in=OVER).values_list("pk", flat=True)}
    _delete(Message.objects.filter(pk__in=gone), "mime_id")
    _delete(_arrived(person), "raw_id")
    _wipe(person, {*about.values_list("pk", flat=True)})
    MessagePerson.objects.filter(practice=person.practice_id, person__in=names).delete()
    return []


def _delete(rows: QuerySet[Message] | QuerySet[Inbound], column: str) -> None:
    held = [pk for pk in rows.values_list(column, flat=True) if pk]
    rows.delete()
    blobs.release(held)


def _wipe(person: Person, about: set[int]) -> None:
    """Names in what others were written and wrote; where there are any, the bytes go as a whole."""
    trace = Trace(person)
    own = Message.objects.filter(practice=person.practice_id)
    arrived = Inbound.objects.filter(practice=person.practice_id)
    named = about | {pk for pk, *texts in own.values_list("pk", *WORDS).iterator() if _names(trace, texts)}
    letters = {pk for pk, *texts in arrived.values_list("pk", *INBOUND_WORDS).iterator() if _names(trace, texts)}
    letters |= _in_bytes(trace, arrived.exclude(pk__in=letters))
    held = [*own.filter(pk__in=named).values_list("mime_id", flat=True)]
    held += [*arrived.filter(pk__in=letters).values_list("raw_id", flat=True)]
    waiting = own.filter(pk__in=named).exclude(state__in=(*OVER, MailState.HANDING))
    waiting.update(state=MailState.CANCELLED, ended_at=clock.now(), next_at=None)  # without its bytes it cannot go
    own.filter(pk__in=named).update(mime=None)
    arrived.filter(pk__in=letters).update(raw=None)
    wipe_rows(trace, own, *WORDS)
    wipe_rows(trace, arrived, *INBOUND_WORDS, "attachments")
    own.filter(about__in=person.ids).update(about="")
    blobs.release(pk for pk in held if pk)


def _in_bytes(trace: Trace, arrived: QuerySet[Inbound]) -> set[int]:
    """Letters whose original alone names them: as another addressee, or in a report's parts."""
    raws = arrived.exclude(raw=None).values_list("pk", "raw__content")
    return {pk for pk, raw in raws.iterator(chunk_size=AT_ONCE) if names_them(trace, bytes(raw))}


def _names(trace: Trace, texts: list[str]) -> bool:
    return any(trace.is_in(text) for text in texts)


def repoint(practice_id: int, old: int, new: int) -> None:
    """Messages both ways follow the person."""
    Message.objects.filter(practice=practice_id, contact=old).update(contact=new)
    Inbound.objects.filter(practice=practice_id, contact=old).update(contact=new)
