"""The introductions room's part in what is held about a person: introductions and what was prepared for them, replies
to kits, who is credited, and what client and practice agreed.

What is told stands in holding.py, what is forgotten in parting.py, what is merged in merging.py.
"""

from __future__ import annotations

from django.db.models import Model

from passalong.accounts.models import Practice
from passalong.contacts.keys import email_key
from passalong.core.person import Held, Kept, Person
from passalong.introductions import holding, informed, merging, parting
from passalong.introductions.models import (
    Agreement,
    AlsoBy,
    AttributionEvidence,
    Credit,
    Hearing,
    Introduction,
    LessonGiven,
    Lunch,
    LunchChoice,
    LunchGuest,
    LunchSlot,
    OwnAct,
    PortalAsk,
    PortalKey,
    Promise,
    Recommendation,
    Reply,
    Rest,
    Seed,
    SilentAsk,
    Step,
    Template,
    Terms,
    Thanks,
    ThanksWords,
    Told,
    Trouble,
    Way,
)
from passalong.introductions.services.replies import reach_key
from passalong.introductions.theirs import by_them, care_of, of_them, replies_of

COVERS: tuple[type[Model], ...] = (
    Introduction, Step, AlsoBy, Rest, Terms,
    Reply, AttributionEvidence, Credit, ThanksWords,
    Template, Recommendation,
    Way, Lunch, LunchSlot, LunchGuest, LunchChoice,
    Hearing, PortalKey, PortalAsk, OwnAct, Trouble, Thanks, Told,
    Agreement, Promise, Seed, SilentAsk, LessonGiven,
)  # fmt: skip


def ids_of(person: Person) -> tuple[str, ...]:
    """Public ids of the person's own replies, of introductions of them with what was prepared for these, and of what
    was agreed with them. Introductions by them belong to the other end too: the record names them there by name."""
    found = [*replies_of(person).values_list("public_id", flat=True)]
    of = of_them(person)
    found += of.values_list("public_id", flat=True)
    for model in (Way, Lunch, Trouble, Recommendation):
        found += model._default_manager.filter(introduction__in=of).values_list("public_id", flat=True)
    written = Recommendation.objects.filter(referrer=person.contact_id, practice=person.practice_id)
    found += written.values_list("public_id", flat=True) if person.contact_id else ()
    for rows in care_of(person):
        found += rows.values_list("public_id", flat=True)
    found += informed.thanks_of(person).values_list("public_id", flat=True)
    return tuple(dict.fromkeys(found))


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
    """Introductions of and by the person, their own replies, and what was agreed with them."""
    return [
        holding.introductions(of_them(person), by_them(person)),
        holding.replies(replies_of(person)),
        holding.words(person),
        *holding.care(person),
        informed.held(person),
    ]


def erase(person: Person) -> list[Kept]:
    """Forget the person. An introduction stays as a row for the count, without them; what a rule keeps of the words
    sent stays in the record, which tells it."""
    informed.forget(person)
    parting.forget_replies(person)
    parting.forget_as_prospect(person)
    parting.forget_as_referrer(person)
    parting.forget_care(person)
    parting.wipe(person)
    return []


def repoint(practice_id: int, old: int, new: int) -> None:
    """Hang introductions, words, credit and what was agreed onto another contact."""
    merging.introductions(practice_id, old, new)
    merging.credits(practice_id, old, new)
    merging.rests(practice_id, old, new)
    merging.care(practice_id, old, new)
    informed.move(practice_id, old, new)
