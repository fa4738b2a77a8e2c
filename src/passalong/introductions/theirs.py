"""Which rows of this room are a person's: as the one introduced, as the one who introduces, as a client."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from passalong.core.person import Person
from passalong.introductions.models import Agreement, Introduction, Promise, Reply, Seed, Thanks
from passalong.introductions.services.moving import named_key


def of_them(person: Person) -> QuerySet[Introduction]:
    """Introductions of the person: by the row on file, the address they gave, or the name a client said."""
    keys = [key for key in person.keys if key]
    names = {named_key(person.practice_id, name) for name in person.names} - {""}
    theirs = Q(person_key__in=keys) | Q(named_key__in=names)
    if person.contact_id:
        theirs |= Q(prospect=person.contact_id)
    return Introduction.objects.filter(theirs, practice=person.practice_id).exclude(referrer=person.contact_id or 0)


def by_them(person: Person) -> QuerySet[Introduction]:
    """Introductions that the person makes as the credited referrer."""
    found = Introduction.objects.filter(practice=person.practice_id, referrer=person.contact_id)
    return found if person.contact_id else found.none()


def replies_of(person: Person) -> QuerySet[Reply]:
    """What they answered on pages."""
    return Reply.objects.filter(practice=person.practice_id, person_key__in=[key for key in person.keys if key])


def care_of(person: Person) -> tuple[QuerySet[Any], ...]:
    """What was agreed with them, promised to them and said to them, thank-yous too."""
    if not person.contact_id:
        return ()
    own = {"practice": person.practice_id}
    return (
        Agreement.objects.filter(client=person.contact_id, **own),
        Promise.objects.filter(to=person.contact_id, **own),
        Seed.objects.filter(client=person.contact_id, **own),
        Thanks.objects.filter(referrer=person.contact_id, **own),
    )
