"""Server time and queries of the desk's pages in a practice of `size` contacts.

A practice is filled with invented rows (seeded): `size` contacts, five affiliations each, ten observations a contact
from mail, 500 names on the wish list, 50 clients. Each page is then asked for through the whole of Django, thirty
times after a first one; a tenth of the size tells whether queries grow.
"""

from __future__ import annotations

import random
from typing import Any

from benchmarks.serving import serve


def run(size: int) -> dict[str, Any]:
    """Median and 95th percentile in milliseconds and the number of queries, page by page."""
    return serve("pages", size, _fill)


def _fill(size: int) -> dict[str, Any]:
    """A practice of this size; its member and the addresses to ask for."""
    from django.utils import timezone

    from passalong.accounts.models import Member, Practice, Role, User
    from passalong.contacts.models import Contact
    from passalong.core.revisions import EVIDENCE, bump
    from passalong.prospecting.models import Meeting, Prospect

    rng = random.Random(size)
    practice = Practice.objects.create(name=f"Practice of {size}")
    user = User.objects.create_member_user(email=f"owner{size}@bench.example", name="Owner", password=None)
    Member.objects.create(practice=practice, user=user, role=Role.OWNER)
    people = _people(practice, size, rng)
    _affiliations(practice, people, rng)
    _observations(practice, people, rng)
    _standings(practice, people[:50])
    day = timezone.localdate()
    wished = rng.sample(people[50:], min(500, size // 2))
    Prospect.objects.bulk_create(Prospect(practice=practice, contact=person, added_on=day) for person in wished)
    client: Contact = people[0]
    meeting = Meeting.objects.create(practice=practice, client=client, held_on=day)
    bump(practice.pk, EVIDENCE)
    return {
        "user": user,
        "people": "/people/",
        "people_search": "/people/?q=son",
        "person": f"/people/{wished[0].public_id}/",
        "wish_list": "/wish-list/",
        "gameplan": f"/gameplan/{client.public_id}/",
        "meeting_sheet": f"/meetings/{meeting.public_id}/",
    }


def _people(practice: Any, size: int, rng: random.Random) -> list[Any]:
    from passalong.contacts.models import Contact, ContactPoint

    given = ["Ann", "Ben", "Cara", "Dov", "Eve", "Gus", "Hana", "Ines", "Jun", "Lea", "Milo", "Nora", "Otto", "Pia"]
    family = [
        f"{a}{b}" for a in ("Ander", "Holm", "Lind", "Oka", "Rob", "Stein", "Wil") for b in ("son", "berg", "ova")
    ]
    people = []
    for number in range(size):
        name = f"{rng.choice(given)} {rng.choice(family)}"
        key = " ".join(reversed(name.casefold().split()))
        people.append(
            Contact(
                practice=practice, full_name=name, sort_key=key, search=f"{name.casefold()} p{number} bench example"
            )
        )
    Contact.objects.bulk_create(people, batch_size=500)
    ContactPoint.objects.bulk_create(
        (
            ContactPoint(practice=practice, contact=person, kind="email", value=mail, key=mail)
            for number, person in enumerate(people)
            for mail in [f"p{number}@bench.example"]
        ),
        batch_size=500,
    )
    return people


def _affiliations(practice: Any, people: list[Any], rng: random.Random) -> None:
    """Employer, school, club, association and town; a few large groups and many small ones."""
    from django.utils import timezone

    from passalong.contacts.models import Affiliation, Organization

    day = timezone.localdate()
    for kind, share in (("employer", 8), ("school", 60), ("club", 40), ("association", 100), ("town", 1000)):
        realm = "town" if kind == "town" else "body"
        groups = [
            Organization(practice=practice, realm=realm, key=f"{kind} {n}", name=f"{kind.title()} {n}", kind="other")
            for n in range(max(len(people) // share, 2))
        ]
        Organization.objects.bulk_create(groups, batch_size=500)
        Affiliation.objects.bulk_create(
            (
                Affiliation(
                    practice=practice,
                    contact=person,
                    organization=groups[min(int(rng.paretovariate(1.2)) * rng.randint(1, 5), len(groups)) - 1]
                    if rng.random() < 0.2
                    else rng.choice(groups),
                    kind=kind,
                    start=str(rng.randint(1980, 2024)) if rng.random() < 0.7 else "",
                    recorded_on=day,
                    disclosure="public",
                )
                for person in people
            ),
            batch_size=500,
        )


def _observations(practice: Any, people: list[Any], rng: random.Random) -> None:
    from django.utils import timezone

    from passalong.ties.models import Address, Observation

    addresses = [
        Address(practice=practice, email=f"p{number}@bench.example", contact=person)
        for number, person in enumerate(people)
    ]
    Address.objects.bulk_create(addresses, batch_size=500)
    pairs = set()
    while len(pairs) < 5 * len(people):
        one, other = sorted(rng.sample(range(len(people)), 2))
        pairs.add((one, other))
    Observation.objects.bulk_create(
        (
            Observation(
                practice=practice,
                kind="mail",
                low=addresses[one],
                high=addresses[other],
                times=rng.randint(1, 20),
                weight=rng.random() * 5,
                last_on=timezone.localdate(),
            )
            for one, other in pairs
        ),
        batch_size=500,
    )


def _standings(practice: Any, clients: list[Any]) -> None:
    from passalong.contacts.models import Standing

    Standing.objects.bulk_create(Standing(practice=practice, contact=person, kind="client") for person in clients)
