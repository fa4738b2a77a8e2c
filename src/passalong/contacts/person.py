"""The contacts room's part in what is held about a person: who they are, what they belong to, where they stand."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Model, Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from passalong.accounts.models import Practice
from passalong.contacts import selectors
from passalong.contacts.keys import email_key, fold
from passalong.contacts.models import Affiliation, Contact, ContactPoint, Organization, PointKind, Standing
from passalong.contacts.moving import move_contact
from passalong.contacts.services.people import refresh_search
from passalong.core.keyed import keyed_hash
from passalong.core.person import Held, Kept, Person
from passalong.core.wiping import GAP, Trace, wipe_rows

COVERS: tuple[type[Model], ...] = (Contact, ContactPoint, Affiliation, Standing, Organization)
NOBODYS = ("household", "street")  # kinds of groups that go with the last person who belonged to them
CHUNK = 2000


def person_of(contact: Contact) -> Person:
    """A contact as every room knows them."""
    keys = list(ContactPoint.objects.filter(contact=contact).values_list("kind", "key"))
    emails = tuple(key for kind, key in keys if kind == PointKind.EMAIL)
    phones = tuple(key for kind, key in keys if kind == PointKind.PHONE)
    names = {fold(contact.full_name), fold(f"{contact.given_name} {contact.family_name}")} - {""}
    return Person(
        practice_id=contact.practice_id,
        contact_id=contact.pk,
        ids=(contact.public_id,),
        names=tuple(sorted(names)),
        emails=emails,
        phones=phones,
        keys=tuple(keyed_hash(contact.practice_id, key) for key in (*emails, *phones)),
    )


def people_at(practice: Practice, address: str) -> list[Contact]:
    """Everybody on file with this mail address: families share one."""
    key = email_key(address)
    points = selectors.by_points(practice, PointKind.EMAIL, {key}) if key else ContactPoint.objects.none()
    return [point.contact for point in points.order_by("contact_id")]


def person_of_address(practice: Practice, address: str) -> Person | None:
    """Whoever has this mail address: the one contact on file, else somebody known by it alone. None: it is no address.

    Where several contacts share it, it stands for none of them.
    """
    key = email_key(address)
    if not key:
        return None
    found = people_at(practice, address)
    if len(found) == 1:
        return person_of(found[0])
    return Person(practice.pk, None, (), emails=(key,), keys=(keyed_hash(practice.pk, key),))


def known(practice_id: int, ids: tuple[str, ...], keys: tuple[str, ...]) -> list[Person]:
    """Contacts that have one of these public ids, or an address or number with one of these keyed hashes."""
    found = set(Contact.objects.filter(practice=practice_id, public_id__in=ids).values_list("pk", flat=True))
    if keys:
        wanted = set(keys)
        points = ContactPoint.objects.filter(practice=practice_id).exclude(kind=PointKind.URL)
        for pk, key in points.values_list("contact_id", "key").iterator(chunk_size=CHUNK):
            if keyed_hash(practice_id, key) in wanted:
                found.add(pk)
    return [person_of(one) for one in Contact.objects.filter(pk__in=found)]


def held_about(person: Person) -> list[Held]:
    """Name and addresses, groups, standing, and the practice's notes without the names of others."""
    contact = Contact.objects.select_related("practice").filter(pk=person.contact_id or 0).first()
    if contact is None:
        return []
    return [_who(contact), _belongs(contact), _stands(contact)]


def _who(contact: Contact) -> Held:
    rows: list[dict[str, Any]] = [{_("What"): _("Name"), _("On file"): contact.full_name}]
    points = contact.points.order_by("kind", "pk")
    for point in points:
        given = {_("Given by you on"): _day(point.given_on)} if point.given_on else {}
        rows.append({_("What"): point.get_kind_display(), _("On file"): point.value, **given})
    facts = {
        _("Country"): contact.country,
        _("Works in the public sector"): _("yes") if contact.public_sector else "",
        _("Known from tax work only"): _("yes") if contact.tax_only else "",
        _("Not to be asked about"): _("yes") if contact.do_not_ask else "",
        _("You objected on"): _day(timezone.localdate(contact.objected_at)) if contact.objected_at else "",
        _("Notes of the practice about you"): without_others(contact),
    }
    rows += [{_("What"): what, _("On file"): value} for what, value in facts.items() if value]
    source = _("%(source)s, since %(day)s") % {"source": contact.get_source_display(), "day": _day(contact.created_at)}
    return Held(_("Who you are"), rows, _("To know you again and to reach you."), source)


def without_others(contact: Contact) -> str:
    """The notes about a person without the full names of others on file."""
    words = contact.notes.split()
    runs = {" ".join(words[at : at + size]) for size in (2, 3, 4) for at in range(len(words) - size + 1)}
    keys = {selectors.sort_key_of(run) for run in runs}
    others = Contact.objects.filter(practice=contact.practice_id, sort_key__in=keys).exclude(pk=contact.pk)
    text = contact.notes
    for name in others.values_list("full_name", flat=True).distinct() if keys else ():
        text = Trace(Person(contact.practice_id, None, (), names=(fold(name),))).wiped(text)
    return text


def _belongs(contact: Contact) -> Held:
    rows = [
        {
            _("What"): one.organization.name,
            _("How"): " · ".join(filter(None, (one.kind.replace("_", " "), one.role))),
            _("When"): "–".join(filter(None, (one.start, one.end))),
            _("Where from"): _whence(one, contact),
            _("Noted on"): _day(one.recorded_on),
        }
        for one in selectors.affiliations_of(contact)
    ]
    why = _("To see what you and clients of the practice have in common.")
    return Held(_("What you belong to"), rows, why)


def _whence(fact: Affiliation, contact: Contact) -> str:
    """Where a fact comes from; who told it stays with the practice, unless it was the person."""
    if fact.told_by_id == contact.pk:
        return _("told by you")
    return _("told by a contact of the practice") if fact.told_by_id else fact.get_source_display()


def _stands(contact: Contact) -> Held:
    rows = [
        {_("What"): one.get_kind_display(), _("Since"): _day(one.since), _("Until"): _day(one.until)}
        for one in contact.standings.order_by("pk")
    ]
    return Held(_("How you stand with the practice"), rows, _("To treat you as what you are to the practice."))


def _day(on: Any) -> str:
    return date_format(on, "DATE_FORMAT") if on else ""


def erase(person: Person) -> list[Kept]:
    """Forget the contact with all that hangs on it, and the name in notes, roles and groups of others."""
    found = Contact.objects.filter(practice=person.practice_id, pk=person.contact_id or 0)
    groups = set(Affiliation.objects.filter(contact__in=found).values_list("organization_id", flat=True))
    found.delete()
    trace = Trace(person)
    touched = set(wipe_rows(trace, Contact.objects.filter(practice=person.practice_id).exclude(notes=""), "notes"))
    roles = Affiliation.objects.filter(practice=person.practice_id).exclude(role="")
    changed = wipe_rows(trace, roles, "role")
    touched |= set(Affiliation.objects.filter(pk__in=changed).values_list("contact_id", flat=True))
    _drop_empty(person.practice_id, groups)
    touched |= _rename_groups(person.practice_id, trace)
    refresh_search(Practice.objects.get(pk=person.practice_id), sorted(touched))
    return []


def _drop_empty(practice_id: int, groups: set[int]) -> None:
    """Streets nobody is left in, and households of one or none."""
    left = Organization.objects.filter(practice=practice_id, pk__in=groups, realm__in=NOBODYS)
    left = left.annotate(people=Count("affiliations"))
    left.filter(Q(people=0) | Q(realm="household", people__lt=2)).delete()


def _rename_groups(practice_id: int, trace: Trace) -> set[int]:
    """Firms that bear the person's name: gone when nobody else belongs to them, else without it.

    Returns the primary keys of those who belong to a renamed one.
    """
    named = Organization.objects.filter(practice=practice_id).values_list("pk", "name").iterator(chunk_size=CHUNK)
    touched: set[int] = set()
    for pk in [pk for pk, name in named if trace.is_in(name)]:
        group = Organization.objects.get(pk=pk)
        people = set(group.affiliations.values_list("contact_id", flat=True))
        if not people:
            group.delete()
            continue
        rest = trace.wiped(group.name)
        group.name = rest if rest.strip(GAP + " ") else _("A firm")
        group.key = group.public_id  # a name with a gap is nobody's: it must not be taken for another's
        group.save(update_fields=["name", "key"])
        touched |= people
    return touched


def repoint(practice_id: int, old: int, new: int) -> None:
    """Hang points, groups, standings, notes and marks of one contact onto another. The old one stays, bare."""
    rows = {one.pk: one for one in Contact.objects.filter(practice=practice_id, pk__in=(old, new))}
    move_contact(rows[old], rows[new])
    refresh_search(rows[new].practice, [old, new])
