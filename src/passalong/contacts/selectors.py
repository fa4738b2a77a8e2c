"""Named reads on people and organizations; the practice comes first, always."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import router
from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet
from django.db.models.deletion import Collector
from django.utils.translation import gettext as _

from passalong.accounts.models import Practice
from passalong.contacts.keys import fold
from passalong.contacts.models import (
    Affiliation,
    AffiliationKind,
    Contact,
    ContactPoint,
    Disclosure,
    Organization,
    PointKind,
    Standing,
    StandingKind,
)
from passalong.contacts.resting import awake, is_locked, locked, owed_notice, tax_barred, unlocked
from passalong.core.errors import Refused

__all__ = ["is_locked", "unlocked"]  # asked by rooms that send and suggest
APART = ("tax_only", "to_tell")  # people who are listed for themselves only
MOST_TOLD = 8  # candidates for one name
HAS_BEEN_CLIENT = (StandingKind.CLIENT, StandingKind.FORMER_CLIENT)


def _standing(kind: str) -> Exists:
    return Exists(Standing.objects.filter(contact=OuterRef("pk"), kind=kind, until=None))


def contacts(
    practice: Practice, *, query: str = "", standing: str = "", apart: str = "", country: str = ""
) -> QuerySet[Contact]:
    """People of the practice by name; `query` words must all occur in names, addresses, firms or notes.

    Those who rest (contacts.resting) are in no list but their own: apart is "tax_only" or "to_tell".
    """
    found = Contact.objects.filter(practice=practice)
    if apart == "tax_only":
        found = found.filter(tax_only=True)
    elif apart == "to_tell":
        found = found.filter(owed_notice())
    else:
        found = awake(found)
    if country:
        found = found.filter(country=country)
    for word in fold(query).split():
        found = found.filter(search__contains=word)
    if standing in StandingKind.values:
        found = found.filter(_standing(standing))
    return found.order_by("sort_key", "pk")


def with_details(found: QuerySet[Contact]) -> QuerySet[Contact]:
    """The same people with what a list row shows, in three more queries whatever the number of rows."""
    jobs = Affiliation.objects.filter(kind=AffiliationKind.EMPLOYER).select_related("organization")
    return found.prefetch_related(
        Prefetch("standings", Standing.objects.filter(until=None)),
        Prefetch("affiliations", jobs, to_attr="jobs"),
        Prefetch("points", ContactPoint.objects.order_by("kind", "pk")),
    )


def contact(practice: Practice, public_id: str) -> Contact:
    """One person; raises Contact.DoesNotExist for another practice's."""
    found = Contact.objects.get(practice=practice, public_id=public_id)
    found.practice = practice  # at hand: whoever asks the person for it need not read it again
    return found


def clients(practice: Practice) -> QuerySet[Contact]:
    """Present clients by name, without those known from tax work only."""
    return awake(Contact.objects.filter(practice=practice)).filter(_standing(StandingKind.CLIENT)).order_by("sort_key")


def have_been_clients(practice: Practice) -> set[int]:
    """Primary keys of all who are or were clients: they are never prompts."""
    return set(
        Standing.objects.filter(practice=practice, kind__in=HAS_BEEN_CLIENT).values_list("contact_id", flat=True)
    )


def has_been_client(contact: Contact) -> bool:
    """Whether this person is or was a client."""
    return contact.pk is not None and contact.standings.filter(kind__in=HAS_BEEN_CLIENT).exists()


def affiliations_of(contact: Contact) -> QuerySet[Affiliation]:
    """What a person belongs or belonged to, current first."""
    return contact.affiliations.select_related("organization", "told_by").order_by("end", "-start", "pk")


def affiliation(practice: Practice, public_id: str) -> Affiliation:
    """One affiliation; raises Affiliation.DoesNotExist for another practice's."""
    return Affiliation.objects.select_related("contact", "organization").get(practice=practice, public_id=public_id)


def people_of(organization: Organization) -> QuerySet[Contact]:
    """People who belong or belonged to the organization, by name, with `spells`: how, in what role, when."""
    spells = Affiliation.objects.filter(organization=organization).order_by("end", "-start", "pk")
    return (
        awake(Contact.objects.filter(practice=organization.practice_id))
        .filter(Exists(spells.filter(contact=OuterRef("pk")).order_by()))
        .prefetch_related(Prefetch("affiliations", spells, to_attr="spells"))
        .order_by("sort_key", "pk")
    )


def people_meant(practice: Practice, text: str, limit: int = 8) -> list[Contact]:
    """Whom a typed name, mail address or public id may mean: exact matches if there are any, else names that have
    all its words."""
    text = text.strip()[:320]
    if not fold(text):
        return []
    if "@" in text:
        has = ContactPoint.objects.filter(contact=OuterRef("pk"), kind=PointKind.EMAIL, key=text.casefold())
        return list(Contact.objects.filter(practice=practice).filter(Exists(has))[:limit])
    own = Contact.objects.filter(practice=practice)
    exact = own.filter(Q(public_id=text) | Q(sort_key=sort_key_of(text)))
    return list(exact[:limit]) or list(_named_like(own, text)[:limit])


def people_like(practice: Practice, text: str, limit: int = 8) -> QuerySet[Contact]:
    """People whose name has all the words, for suggestions while typing: nobody who rests."""
    return _named_like(awake(Contact.objects.filter(practice=practice)), text)[:limit]


def _named_like(found: QuerySet[Contact], text: str) -> QuerySet[Contact]:
    for word in fold(text).split():
        found = found.filter(sort_key__contains=word)
    return found.order_by("sort_key", "pk")


def goes_with(person: Contact) -> dict[str, int]:
    """How many rows of which kind would be deleted with this person: label of the model -> number."""
    collector = Collector(using=router.db_for_write(Contact), origin=person)
    collector.collect([person])
    counts = {model._meta.label: len(rows) for model, rows in collector.data.items() if model is not Contact}
    for rows in collector.fast_deletes:
        counts[rows.model._meta.label] = counts.get(rows.model._meta.label, 0) + rows.count()
    return {label: number for label, number in counts.items() if number}


def housemates(contact: Contact) -> QuerySet[Contact]:
    """Those who live with this person, by name."""
    homes = contact.affiliations.filter(kind=AffiliationKind.HOUSEHOLD).values("organization_id")
    there = Affiliation.objects.filter(organization__in=homes, kind=AffiliationKind.HOUSEHOLD).exclude(contact=contact)
    return Contact.objects.filter(pk__in=there.values("contact_id")).order_by("sort_key")


def household_of(contact: Contact) -> set[int]:
    """The same as primary keys."""
    return set(housemates(contact).order_by().values_list("pk", flat=True))


def organization(practice: Practice, public_id: str) -> Organization:
    """One organization; raises Organization.DoesNotExist for another practice's."""
    return Organization.objects.get(practice=practice, public_id=public_id)


def organizations_like(
    practice: Practice, query: str, limit: int = 10, *, public_only: bool = False
) -> QuerySet[Organization]:
    """Organizations whose name contains the words, for suggestions while typing. `public_only` leaves out those of
    which we hold only facts that a client may not see: for pages that lie between two people."""
    found = Organization.objects.filter(practice=practice).exclude(realm="household")
    if public_only:
        seen = Affiliation.objects.filter(organization=OuterRef("pk"), disclosure=Disclosure.PUBLIC)
        found = found.filter(Exists(seen))
    for word in fold(query).split():
        found = found.filter(key__contains=word)
    return found.order_by("name")[:limit]


def contact_named(practice: Practice, name: str) -> Contact:
    """The one contact meant by a public id, mail address or name. Raises Refused, listing candidates, if unclear."""
    return _the_only_one(people_meant(practice, name, MOST_TOLD + 1), name)


def _the_only_one(found: list[Contact], name: str) -> Contact:
    if len(found) == 1:
        return found[0]
    if not found:
        raise Refused(_("Nobody here is called “%(name)s”. Try another spelling or the mail address.") % {"name": name})
    listed = "; ".join(f"{c.full_name} ({c.public_id})" for c in found[:MOST_TOLD])
    more = _(" and more") if len(found) > MOST_TOLD else ""
    raise Refused(
        _("“%(name)s” could be %(listed)s%(more)s. Say which by id or mail address.")
        % {"name": name, "listed": listed, "more": more}
    )


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A person as a list shows them: present firm and role, open standings, first mail address and phone."""

    person: Contact
    firm: Organization | None
    role: str
    standings: list[Standing]
    email: ContactPoint | None
    phone: ContactPoint | None


def person_rows(found: QuerySet[Contact]) -> list[PersonRow]:
    """The people as rows, in four queries whatever their number."""
    return [_row(person) for person in with_details(found)]


def _row(person: Contact) -> PersonRow:
    job = present_job(person.jobs)  # type: ignore[attr-defined]  # set by with_details
    first: dict[str, ContactPoint] = {}
    for point in person.points.all():
        first.setdefault(point.kind, point)
    return PersonRow(
        person,
        job.organization if job else None,
        job.role if job else "",
        sorted(person.standings.all(), key=lambda standing: StandingKind.values.index(standing.kind)),
        first.get(PointKind.EMAIL),
        first.get(PointKind.PHONE),
    )


def present_job(facts: Iterable[Affiliation]) -> Affiliation | None:
    """Where the person works now: the employer without an end that began last."""
    jobs = [fact for fact in facts if fact.kind == AffiliationKind.EMPLOYER and not fact.end]
    return max(jobs, key=lambda fact: (fact.start, fact.pk), default=None)


@dataclass(frozen=True, slots=True)
class StandingCounts:
    """How many people stand how, those who rest left out; they are counted by why they are kept apart."""

    total: int
    by_kind: dict[str, int]
    apart: dict[str, int]
    countries: list[str]

    @property
    def on_file(self) -> bool:
        """Whether anybody is on file at all."""
        return bool(self.total or any(self.apart.values()))


def standing_counts(practice: Practice) -> StandingCounts:
    """Numbers for the filters of the people list: two queries."""
    own = Contact.objects.filter(practice=practice)
    listed = ~locked() & ~tax_barred()
    kinds = Standing.objects.filter(practice=practice, until=None, contact__in=awake(own).order_by().values("pk"))
    counted = (
        own.order_by()
        .values("country")
        .annotate(
            listed=Count("pk", filter=listed),
            tax=Count("pk", filter=Q(tax_only=True)),
            told=Count("pk", filter=owed_notice()),
        )
    )
    rows = list(counted)
    return StandingCounts(
        sum(row["listed"] for row in rows),
        dict.fromkeys(StandingKind.values, 0) | dict(kinds.values_list("kind").annotate(Count("pk"))),
        {"tax_only": sum(row["tax"] for row in rows), "to_tell": sum(row["told"] for row in rows)},
        sorted(row["country"] for row in rows if row["country"] and row["listed"]),
    )


def namesakes(practice: Practice, full_name: str) -> QuerySet[Contact]:
    """People with the same name on file: shown before another is added."""
    return Contact.objects.filter(practice=practice, sort_key=sort_key_of(full_name))


def reached_by(practice: Practice, full_name: str, kind: str, key: str) -> Contact | None:
    """Who on file is meant by this name and mail address or phone: the namesake among those who share it; the only one
    who does, for an address, or for a phone if a part of the name fits. Families share phones."""
    found = [one.contact for one in by_points(practice, kind, {key}).order_by("pk")[:20]]
    said = fold(full_name)
    if same := [one for one in found if fold(one.full_name) == said]:
        return same[0]
    if len(found) != 1:
        return None
    is_alike = kind == PointKind.EMAIL or set(said.split()) & set(fold(found[0].full_name).split())
    return found[0] if is_alike else None


def sort_key_of(full_name: str) -> str:
    """Last word first, folded: “Ann Okafor” sorts under “okafor ann”."""
    words = fold(full_name).split()
    return " ".join(words[-1:] + words[:-1])[:200]


def by_points(practice: Practice, kind: str, keys: set[str]) -> QuerySet[ContactPoint]:
    """Points that share one of the keys, with their contact."""
    return ContactPoint.objects.filter(Q(practice=practice, kind=kind, key__in=keys)).select_related("contact")
