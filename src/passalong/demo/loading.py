"""From the invented world to rows of one practice, in bulk."""

from __future__ import annotations

from datetime import UTC, datetime, time
from typing import Any

from django.db import models

from passalong.accounts.models import Practice
from passalong.contacts.keys import organization_key, phone_key, url_key
from passalong.contacts.models import (
    Affiliation,
    Contact,
    ContactPoint,
    Organization,
    OrganizationKind,
    PointKind,
    Source,
    Standing,
)
from passalong.contacts.selectors import sort_key_of
from passalong.contacts.services import refresh_search
from passalong.demo import world
from passalong.prospecting.models import IdealClient, Meeting, Prospect, Trait, TraitKind
from passalong.ties.models import Address, Answer, Observation, Statement, StatementKind

SOURCES = {
    "linkedin": Source.LINKEDIN,
    "member list": Source.DIRECTORY,
    "fact sheet": Source.FACT_SHEET,
    "address book": Source.ADDRESS_BOOK,
    "mail": Source.MAIL,
    "calendar": Source.CALENDAR,
    "note": Source.HAND,
}
STATEMENTS = {"mentioned": StatementKind.MENTIONED, "told": StatementKind.MENTIONED}
ORGANIZATION_KINDS = {"board": OrganizationKind.ASSOCIATION}
TRAITS = {"event": TraitKind.LIFE_EVENT}


class Loader:
    """Writes one world into one practice; keys of the world become rows here."""

    def __init__(self, practice: Practice, made: world.World) -> None:
        self.practice, self.world = practice, made
        self.contacts: dict[str, Contact] = {}
        self.organizations: dict[str, Organization] = {}
        self.meetings: dict[str, Meeting] = {}

    def load(self) -> None:
        """Everything, in the order in which rows refer to each other."""
        self._people()
        self._organizations()
        self._affiliations()
        self._observations()
        self._statements()
        self._prospecting()
        refresh_search(self.practice, [contact.pk for contact in self.contacts.values()])

    def _bulk(self, model: type[models.Model], rows: list[Any]) -> None:
        model._default_manager.bulk_create(rows, batch_size=500)

    def _people(self) -> None:
        for person in self.world.contacts:
            full = " ".join(filter(None, (person.prefix, person.given_name, person.family_name, person.suffix)))
            self.contacts[person.key] = Contact(
                practice=self.practice,
                given_name=person.given_name,
                family_name=person.family_name,
                full_name=full,
                sort_key=sort_key_of(person.name),
                notes=person.notes,
                do_not_ask=person.do_not_ask,
                public_sector=person.public_sector,
                source=Source.DEMO,
            )
        self._bulk(Contact, list(self.contacts.values()))
        self._bulk(ContactPoint, [point for person in self.world.contacts for point in self._points(person)])
        self._bulk(
            Standing,
            [
                Standing(
                    practice=self.practice,
                    contact=self.contacts[p.key],
                    kind=p.standing,
                    since=p.standing_since,
                    until=p.standing_until if p.standing != "former_client" else None,
                )
                for p in self.world.contacts
                if p.standing
            ],
        )

    def _points(self, person: world.Contact) -> list[ContactPoint]:
        found = [(PointKind.EMAIL, value, value.casefold()) for value in person.emails]
        found += [(PointKind.PHONE, value, phone_key(value, self.practice.country)) for value in person.phones]
        found += [(PointKind.URL, value, url_key(value)) for value in filter(None, [person.url])]
        contact = self.contacts[person.key]
        return [
            ContactPoint(practice=self.practice, contact=contact, kind=kind, value=value, key=key)
            for kind, value, key in found
        ]

    def _organizations(self) -> None:
        taken: set[tuple[str, str]] = set()
        for one in self.world.organizations:
            kind = ORGANIZATION_KINDS.get(one.kind, one.kind)
            realm = Organization.REALMS.get(OrganizationKind(kind), "body")
            key = one.key if realm == "household" else organization_key(one.name)
            key = f"{key} {one.key}" if (realm, key) in taken else key
            taken.add((realm, key))
            self.organizations[one.key] = Organization(
                practice=self.practice,
                name=one.name,
                key=key,
                realm=realm,
                kind=kind,
                size=one.size,
                town=one.town or "",
                sector=one.sector or "",
            )
        self._bulk(Organization, list(self.organizations.values()))

    def _affiliations(self) -> None:
        rows = {
            (a.contact, a.organization, a.kind, a.start): Affiliation(
                practice=self.practice,
                contact=self.contacts[a.contact],
                organization=self.organizations[a.organization],
                kind=a.kind,
                role=a.role,
                start=a.start,
                end=a.end,
                disclosure=a.disclosure,
                told_by=self.contacts[a.told_by] if a.told_by else None,
                source=SOURCES[a.source],
                recorded_on=a.recorded_on,
            )
            for a in self.world.affiliations
        }
        self._bulk(Affiliation, list(rows.values()))

    def _observations(self) -> None:
        seen = [o for o in self.world.observations if o.kind in ("mail", "meeting")]
        people = sorted({key for o in seen for key in (o.a, o.b)})
        addresses = {key: self._address(key, seen) for key in people}
        self._bulk(Address, list(addresses.values()))
        rows: dict[tuple[str, str, str], Observation] = {}
        for o in seen:
            low, high = sorted((addresses[o.a], addresses[o.b]), key=lambda address: address.pk)
            rows[o.kind, low.email, high.email] = Observation(
                practice=self.practice,
                kind=o.kind,
                low=low,
                high=high,
                times=o.count,
                weight=float(o.count),
                first_on=o.first_on,
                last_on=o.last_on,
            )
        self._bulk(Observation, list(rows.values()))

    def _address(self, key: str, seen: list[world.Observation]) -> Address:
        person = self.world.contact(key)
        mine = [o for o in seen if key in (o.a, o.b)]
        return Address(
            practice=self.practice,
            email=person.emails[0].casefold() if person.emails else f"{key}@unlisted.example",
            name=person.name,
            contact=self.contacts[key],
            seen=sum(o.count for o in mine),
            first_on=min(o.first_on for o in mine),
            last_on=max(o.last_on for o in mine),
        )

    def _statements(self) -> None:
        rows: dict[tuple[str, str, str, object], Statement] = {}
        for o in self.world.observations:
            if o.kind in ("mail", "meeting"):
                continue
            kind = STATEMENTS.get(o.kind, o.kind)
            rows[o.a, o.b, kind, o.last_on] = Statement(
                practice=self.practice,
                contact_a=self.contacts[o.a],
                contact_b=self.contacts[o.b],
                kind=kind,
                on=o.last_on,
                text=o.text[:500],
                told_by=self.contacts[o.told_by] if o.told_by else None,
                source=SOURCES[o.source],
            )
        self._bulk(Statement, list(rows.values()))

    def _prospecting(self) -> None:
        profile = self.world.profile
        IdealClient.objects.create(
            practice=self.practice,
            biggest_problem=profile.biggest_problem,
            fears="\n".join(profile.fears),
            motives="\n".join(profile.motives),
        )
        self._bulk(
            Trait,
            [
                Trait(practice=self.practice, kind=TRAITS.get(t.kind, t.kind), value=t.value, importance=t.importance)
                for t in grouped(profile.traits)
            ],
        )
        events = {event.contact: event.text for event in sorted(self.world.life_events, key=lambda e: e.on)}
        self._bulk(Prospect, [self._wish(entry, events) for entry in self.world.wish_list])
        self._meetings()

    def _wish(self, entry: world.WishEntry, events: dict[str, str]) -> Prospect:
        return Prospect(
            practice=self.practice,
            contact=self.contacts[entry.contact] if entry.contact else None,
            organization=self.organizations[entry.organization] if entry.organization else None,
            reason=entry.reason[:500],
            life_event=events.get(entry.contact or "", "")[:200],
            source=Source.DEMO,
            added_on=entry.added_on,
            review_on=entry.review_on,
        )

    def _meetings(self) -> None:
        for held in self.world.meetings:
            at = datetime.combine(held.held_on, time(16), tzinfo=UTC)
            note = " ".join(filter(None, (held.went_well, held.note)))
            client = self.contacts[held.client]
            self.meetings[held.key] = Meeting(
                practice=self.practice, client=client, held_on=held.held_on, note=note, closed_at=at
            )
        self._bulk(Meeting, list(self.meetings.values()))
        self._bulk(
            Answer,
            [
                Answer(
                    practice=self.practice,
                    client=self.contacts[said.client],
                    prospect=self.contacts[said.prospect],
                    answer=said.answer,
                    answered_at=datetime.combine(said.answered_on, time(15), tzinfo=UTC),
                    meeting=self.meetings[said.meeting],
                    relation=said.note[:300],
                )
                for said in self.world.answers
            ],
        )


def grouped(traits: tuple[world.Trait, ...]) -> list[world.Trait]:
    """Traits of one kind and importance are alternatives: one row with commas."""
    alike: dict[tuple[str, int], list[str]] = {}
    for trait in traits:
        alike.setdefault((trait.kind, trait.importance), []).append(trait.value)
    return [world.Trait(kind, ", ".join(values), importance) for (kind, importance), values in alike.items()]  # type: ignore[arg-type]
