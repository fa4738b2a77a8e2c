"""Everything of one contact onto another: the same fact twice is one, and of two that differ nothing is lost."""

from __future__ import annotations

from django.db.models import Q

from passalong.contacts.models import (
    Affiliation,
    AffiliationKind,
    Contact,
    ContactPoint,
    Disclosure,
    Organization,
    Standing,
)

MOST_NOTES, MOST_ROLE = 4000, 120


def joined(one: str, other: str, most: int, between: str = "\n") -> str:
    """Both texts, each once."""
    if not other or other in one:
        return one
    return f"{one}{between}{other}"[:most] if one else other


def move_contact(old: Contact, new: Contact) -> None:
    """Hang everything of `old` that this room keeps onto `new`."""
    _move_points(old, new)
    _join_households(old, new)
    for fact in Affiliation.objects.filter(contact=old).order_by("pk"):
        _move_fact(fact, {"contact": new})
    for fact in Affiliation.objects.filter(told_by=old).order_by("pk"):
        _move_fact(fact, {"told_by": new})
    _move_standings(old, new)
    new.notes = joined(new.notes, old.notes, MOST_NOTES)
    new.country = new.country or old.country
    for mark in ("do_not_ask", "tax_only", "public_sector"):
        setattr(new, mark, getattr(new, mark) or getattr(old, mark))
    new.objected_at = min(filter(None, (new.objected_at, old.objected_at)), default=None)
    new.save()
    Contact.objects.filter(pk=old.pk).update(notes="")


def _move_points(old: Contact, new: Contact) -> None:
    known = set(new.points.values_list("kind", "key"))
    for point in ContactPoint.objects.filter(contact=old).order_by("pk"):
        if (point.kind, point.key) in known:
            _keep_given(point, new.points.get(kind=point.kind, key=point.key))
            point.delete()
        else:
            ContactPoint.objects.filter(pk=point.pk).update(contact=new)


def _keep_given(old: ContactPoint, new: ContactPoint) -> None:
    """Given to be reached by on either file is given; the later day counts."""
    new.given_on = max(filter(None, (old.given_on, new.given_on)), default=None)
    new.save(update_fields=["given_on"])


def _twin(fact: Affiliation, **changed: Contact) -> Affiliation | None:
    """The row that stands where this one would stand after the change."""
    contact, told_by = changed.get("contact", fact.contact), changed.get("told_by", fact.told_by)
    same = Affiliation.objects.filter(
        contact=contact, organization=fact.organization_id, kind=fact.kind, start=fact.start, source=fact.source
    ).exclude(pk=fact.pk)
    if fact.disclosure == Disclosure.TOLD:
        if told_by is None:
            return None
        return same.filter(disclosure=Disclosure.TOLD, told_by=told_by).first()
    return same.filter(disclosure=fact.disclosure).first()


def _move_fact(fact: Affiliation, change: dict[str, Contact]) -> None:
    twin = _twin(fact, **change)
    if twin is None:
        Affiliation.objects.filter(pk=fact.pk).update(**change)
        return
    twin.role = joined(twin.role, fact.role, MOST_ROLE, " / ")
    twin.end = twin.end or fact.end
    twin.save(update_fields=["role", "end"])
    fact.delete()


def _join_households(old: Contact, new: Contact) -> None:
    """One household a person: where both have one, they are one household."""
    living = Q(affiliations__kind=AffiliationKind.HOUSEHOLD)
    homes = Organization.objects.filter(living, affiliations__contact=old).distinct()
    kept = Organization.objects.filter(living, affiliations__contact=new).first()
    for home in homes if kept else ():
        if kept is None or home.pk == kept.pk:
            continue
        there = set(kept.affiliations.values_list("contact_id", flat=True))
        home.affiliations.filter(contact__in=there).delete()
        home.affiliations.update(organization=kept)
        home.delete()


def _move_standings(old: Contact, new: Contact) -> None:
    """Of two that go on, the earlier beginning counts."""
    for standing in Standing.objects.filter(contact=old).order_by("pk"):
        same = Standing.objects.filter(contact=new, kind=standing.kind, until=None).first()
        if standing.until is not None or same is None:
            Standing.objects.filter(pk=standing.pk).update(contact=new)
            continue
        begins = [one.since for one in (same, standing) if one.since]
        same.since = min(begins, default=None)
        same.save(update_fields=["since"])
        standing.delete()
