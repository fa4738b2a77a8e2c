"""The rules room's part in what is held about a person: consents, what was given or received, decisions and holds.

What a rule keeps stays whole until its day and is told to the person; everything else goes, or loses the name.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Model, Q, QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from passalong.accounts.models import Practice
from passalong.compliance.models import AllowedCategory, Approval, Given, Grant, GrantState, Hold, ValueEntry
from passalong.compliance.selectors.retention import held_until, holds
from passalong.compliance.updates import SCOPES
from passalong.core import blobs, clock, events
from passalong.core.person import Held, Kept, Person
from passalong.core.wiping import Trace, wipe_rows

COVERS: tuple[type[Model], ...] = (Grant, ValueEntry, Approval, Hold, AllowedCategory)
WORDS: dict[type[Model], tuple[str, ...]] = {
    Grant: ("words", "form_id"),
    ValueEntry: ("what", "reason", "voided_why"),
    Approval: ("what", "asked_why", "decided_why"),
    Hold: ("reason",),
    AllowedCategory: ("reason",),
}


def _grants(person: Person) -> QuerySet[Grant]:
    """Consents of the person, or to the person."""
    whose = Q(person_key__in=[key for key in person.keys if key]) | Q(about__in=[one for one in person.ids if one])
    if person.contact_id:
        whose |= Q(person=person.contact_id) | Q(recipient=person.contact_id)
    return Grant.objects.filter(whose, practice=person.practice_id)


def _entries(person: Person) -> QuerySet[ValueEntry]:
    found = ValueEntry.objects.filter(practice=person.practice_id, contact=person.contact_id)
    return found if person.contact_id else found.none()


def ids_of(person: Person) -> tuple[str, ...]:
    """Public ids of the person's consents and of what was given to or by them."""
    grants = _grants(person).values_list("public_id", flat=True)
    return (*grants, *_entries(person).values_list("public_id", flat=True))


def held_about(person: Person) -> list[Held]:
    """Consents given or asked for, gifts and fees, and what a rule keeps."""
    grants = [
        {
            _("What for"): one.get_purpose_display(),
            _("State"): one.get_state_display(),
            _("How far"): ", ".join(str(SCOPES[key].person) if key in SCOPES else str(key) for key in one.scope),
            _("Given"): " ".join(filter(None, (one.get_given_display(), _day(one.granted_at)))),
            _("Until"): _day(one.expires_at),
        }
        for one in _grants(person).exclude(recipient=person.contact_id or 0)
    ]
    entries = [
        {
            _("Which way"): one.get_giver_display(),
            _("What"): one.what,
            _("Worth"): f"{one.value} {one.currency}",
            _("Why"): one.reason,
            _("On"): _day(one.given_on),
        }
        for one in _entries(person)
    ]
    held = [{_("Rule"): rule, _("Until"): _day(until)} for rule, until in _holding(person.practice_id, person.ids)]
    return [
        Held(_("What you allowed"), grants, _("To do only what you allowed.")),
        Held(_("Gifts and fees"), entries, _("Rules of the profession ask for this list.")),
        Held(_("Kept by a rule"), held, _("A rule asks the practice to keep something until that day.")),
    ]


def _day(on: Any) -> str:
    return date_format(on, "DATE_FORMAT") if on else ""


def _holding(practice_id: int, ids: Iterable[str]) -> list[tuple[str, date]]:
    """The rules that hold any of these rows, each with its last day."""
    found: dict[str, date] = {}
    for rule, until in held_until(Practice.objects.get(pk=practice_id), list(ids)):
        found[rule] = max(until, found.get(rule, until))
    return sorted(found.items())


def holds_all(person: Person) -> list[Kept]:
    """Holds on everything about the person: then nothing is erased before they end."""
    if not person.contact_id:
        return []
    current = holds(Practice.objects.get(pk=person.practice_id)).filter(subject=person.ids[0])
    return [Kept(_("Everything about you"), one.rule, one.until) for one in current]


def erase(person: Person) -> list[Kept]:
    """Forget consents and entries that no rule holds; the name goes from the words of others."""
    kept: list[Kept] = []
    spared: dict[type[Model], set[int]] = {Grant: set(), ValueEntry: set()}
    for grant in _grants(person):
        what = _("Your consent: %(what)s") % {"what": grant.get_purpose_display()}
        if held := _kept(person, grant.public_id, what):
            kept += held
            spared[Grant].add(grant.pk)
            _close(grant)
        else:
            evidence = grant.evidence_id
            grant.delete()
            blobs.release([evidence] if evidence else [])
    for entry in _entries(person):
        if held := _kept(person, entry.public_id, _("Gift or fee of %(on)s") % {"on": _day(entry.given_on)}):
            kept += held
            spared[ValueEntry].add(entry.pk)
        else:
            entry.delete()
    trace = Trace(person)
    for model, fields in WORDS.items():
        rows = model._default_manager.filter(practice=person.practice_id).exclude(pk__in=spared.get(model, ()))
        wipe_rows(trace, rows, *fields)
    return kept


def _kept(person: Person, public_id: str, what: str) -> list[Kept]:
    return [Kept(what, rule, until) for rule, until in _holding(person.practice_id, [public_id])]


def _close(grant: Grant) -> None:
    """A consent that is kept as a record opens nothing any more, and hangs on nobody."""
    if grant.state in (GrantState.ASKED, GrantState.GRANTED):
        grant.state, grant.ended_at = GrantState.REVOKED, clock.now()
        events.record(grant.practice_id, "compliance:consent_revoked", subject=grant.public_id, why="forgotten")
    grant.person, grant.token_digest = None, ""
    grant.recipient = None  # with the state above it allows nothing, to nobody
    grant.save(update_fields=["state", "ended_at", "person", "recipient", "token_digest"])


def let_go(practice: Practice, keys: frozenset[str]) -> int:
    """Delete consents and entries of people who were forgotten, once no rule keeps them any more. keys: of those
    people; a signed form hangs on a person alone, an entry as well."""
    own = {"practice": practice}
    ended = Grant.objects.filter(person=None, **own).exclude(state__in=(GrantState.ASKED, GrantState.GRANTED))
    gone = 0
    for grant in ended.exclude(~Q(given=Given.FORM), person_key=""):
        if (not grant.person_key or grant.person_key in keys) and not held_until(practice, [grant.public_id]):
            evidence = grant.evidence_id
            grant.delete()
            blobs.release([evidence] if evidence else [])
            gone += 1
    for entry in ValueEntry.objects.filter(contact=None, **own):
        if not held_until(practice, [entry.public_id]):
            entry.delete()
            gone += 1
    return gone


def repoint(practice_id: int, old: int, new: int) -> None:
    """Consents and entries follow the person; none is merged with another, for each has its own evidence."""
    own = {"practice": practice_id}
    for end in ("person", "recipient", "told_by"):
        Grant.objects.filter(**{end: old}, **own).update(**{end: new})
    ValueEntry.objects.filter(contact=old, **own).update(contact=new)
