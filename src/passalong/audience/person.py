"""The audience room's part in what is held about a person: the subscription of one of their addresses."""

from __future__ import annotations

from django.db.models import Model, QuerySet
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from passalong.audience.models import Issue, IssueItem, Subscriber
from passalong.core import blobs
from passalong.core.person import Held, Kept, Person
from passalong.core.wiping import Trace, wipe_rows

COVERS: tuple[type[Model], ...] = (Subscriber, Issue, IssueItem)


def ids_of(person: Person) -> tuple[str, ...]:
    """Public ids of the person's subscriptions."""
    return tuple(_mine(person).values_list("public_id", flat=True))


def known(practice_id: int, _ids: tuple[str, ...], keys: tuple[str, ...]) -> list[Person]:
    """Subscriptions of nobody else on file whose address has one of these keyed hashes."""
    found = Subscriber.objects.filter(practice=practice_id, address_key__in=[key for key in keys if key])
    told = found.values_list("address", "address_key")
    return [Person(practice_id, None, (), emails=(email,) if email else (), keys=(key,)) for email, key in told]


def held_about(person: Person) -> list[Held]:
    """That they get the news, or were asked to confirm it, or left."""
    rows = [
        {
            _("Mail address"): one.address,
            _("State"): one.get_state_display(),
            _("Asked on"): date_format(localtime(one.asked_at), "DATE_FORMAT"),
            _("Confirmed on"): date_format(localtime(one.confirmed_at), "DATE_FORMAT") if one.confirmed_at else "",
            _("Where from"): one.get_by_display(),
        }
        for one in _mine(person)
    ]
    return [Held(_("News of the practice"), rows, _("To send you the news you asked for."))]


def erase(person: Person) -> list[Kept]:
    """Forget the subscription; that the address must not be written to stands in the mail room. The name goes out of
    issues that are still written on; what went out is what its readers have."""
    mine = _mine(person)
    evidence = [one for one in mine.values_list("evidence", flat=True) if one]
    mine.delete()
    blobs.release(evidence)
    own = {"practice": person.practice_id}
    trace = Trace(person)
    wipe_rows(trace, Issue.objects.filter(**own), "subject", "opening", "closing")
    wipe_rows(trace, IssueItem.objects.filter(issue__practice=person.practice_id), "title", "words")
    return []


def repoint(practice_id: int, old: int, new: int) -> None:
    """A subscription hangs on an address, not on a person on file."""


def _mine(person: Person) -> QuerySet[Subscriber]:
    return Subscriber.objects.filter(practice=person.practice_id, address_key__in=person.keys)
