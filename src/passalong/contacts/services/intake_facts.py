"""Many affiliations at once: organizations found or made, protected kinds refused fact by fact, known facts kept."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from django.utils.translation import gettext as _

from passalong.accounts.models import Practice
from passalong.compliance.selectors import Refusal, keeps_business_only, refusals
from passalong.contacts.keys import is_partial_date, organization_key
from passalong.contacts.models import (
    Affiliation,
    AffiliationKind,
    Contact,
    Disclosure,
    Organization,
    OrganizationKind,
    Source,
)
from passalong.contacts.selectors import have_been_clients
from passalong.contacts.services.affiliations import ORGANIZATION_KIND, realm_of
from passalong.core import clock

# What people write where an employer is asked for and there is none: sharing it is no evidence of anything.
NOT_A_GROUP = frozenset({
    "self", "self employed", "selfemployed", "self employment", "freelance", "freelancer", "freelancing",
    "independent", "independent consultant", "independent contractor", "consultant", "contractor", "sole trader",
    "sole proprietor", "own business", "my own business", "retired", "semi retired", "unemployed", "not employed",
    "none", "na", "n a", "no", "nil", "student", "home", "homemaker", "private", "confidential",
    "confidential company", "unknown", "various", "tbd", "stealth", "stealth startup", "stealth mode",
    "stealth mode startup", "seeking new opportunities", "looking for new opportunities", "open to work",
    "career break", "x", "xx", "xxx", "test",
})  # fmt: skip
BY_HAND = (Source.HAND, Source.FACT_SHEET, Source.MEETING)


@dataclass(frozen=True, slots=True)
class Fact:
    """Belonging as a file tells it; dates are ISO and may be partial."""

    kind: str
    organization: str
    role: str = ""
    start: str = ""
    end: str = ""
    disclosure: str = Disclosure.PRIVATE
    town: str = ""


@dataclass(frozen=True, slots=True)
class NamedGroup:
    """An organization as a file names it."""

    name: str
    kind: str
    town: str = ""

    @property
    def key(self) -> tuple[str, str]:
        """What makes it one with others: realm and folded name."""
        return _realm(self.kind), _key(self.name)


@lru_cache(maxsize=50_000)
def _key(name: str) -> str:
    key = organization_key(name)
    return "" if key in NOT_A_GROUP else key


@lru_cache(maxsize=500)
def _realm(kind: str) -> str:
    return realm_of(kind)


def organizations_for(
    *, practice: Practice, batch_id: int | None, named: Iterable[NamedGroup]
) -> tuple[dict[tuple[str, str], Organization], int]:
    """Organizations by (realm, key), made where missing, and how many were made. Two or three queries."""
    wanted = {group.key: group for group in named if group.key[1]}
    found = _on_file(practice, wanted)
    missing = [_organization(practice, batch_id, group) for key, group in wanted.items() if key not in found]
    Organization.objects.bulk_create(missing)
    found |= {(one.realm, one.key): one for one in missing}
    return found, len(missing)


def _on_file(practice: Practice, wanted: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Organization]:
    keys = {key for _realm, key in wanted}
    rows = Organization.objects.filter(practice=practice, key__in=keys) if keys else Organization.objects.none()
    return {(one.realm, one.key): one for one in rows}


def _organization(practice: Practice, batch_id: int | None, group: NamedGroup) -> Organization:
    is_usual = group.kind in AffiliationKind.values
    kind = ORGANIZATION_KIND.get(AffiliationKind(group.kind)) if is_usual else None
    realm, key = group.key
    name = " ".join(group.name.split())[:200]
    return Organization(
        practice=practice,
        name=name,
        realm=realm,
        key=key,
        kind=kind or OrganizationKind.OTHER,
        town=group.town[:80],
        batch_id=batch_id,
    )


Told = tuple[int, Contact, Sequence[Fact]]


class FactIntake:
    """Affiliations of one chunk of rows. After write: warnings by row, changes to older rows, and how many are new."""

    def __init__(self, practice: Practice, batch_id: int | None, source: str) -> None:
        self.practice, self.batch_id, self.source = practice, batch_id, source
        self.refusal: Refusal = lru_cache(maxsize=None)(refusals(practice))
        self.clients = have_been_clients(practice) if keeps_business_only(practice) else set()
        self.warnings: list[tuple[int, str]] = []
        self.changes: list[tuple[int, str, str, str]] = []
        self.made = 0
        self.today = clock.today()
        self.known: dict[tuple[int, int, str], list[Affiliation]] = {}
        self.new: list[Affiliation] = []
        self.filled: dict[int, Affiliation] = {}
        self.told: dict[int, tuple[Affiliation, str]] = {}  # by id(): rows the file told of, and what they said before
        self.welcome: list[tuple[Contact, list[Fact]]] = []
        self.found: dict[tuple[str, str], Organization] = {}

    def prepare(self, told: Sequence[Told]) -> None:
        """Refuse what is protected, and find or make the organizations; contacts need not be saved yet."""
        self.welcome = [(contact, self._welcome(row, contact, facts)) for row, contact, facts in told]
        groups = (NamedGroup(fact.organization, fact.kind, fact.town) for _c, facts in self.welcome for fact in facts)
        self.found, _made = organizations_for(practice=self.practice, batch_id=self.batch_id, named=groups)

    def words(self) -> dict[int, list[str]]:
        """What search finds of the facts, by id() of the contact."""
        said: dict[int, list[str]] = {}
        for contact, facts in self.welcome:
            for fact in facts:
                if fact.kind != AffiliationKind.HOUSEHOLD:
                    said.setdefault(id(contact), []).extend((self._organization(fact).name, fact.role[:120]))
        return said

    def write(self) -> list[bool]:
        """Note the facts; for each row, whether anything was learned."""
        self._load({contact.pk for contact, facts in self.welcome if facts})
        learned = [self._note_all(contact, facts) for contact, facts in self.welcome]
        Affiliation.objects.bulk_create(self.new)
        Affiliation.objects.bulk_update(self.filled.values(), ["role", "start", "end", "disclosure"], batch_size=200)
        self.made = len(self.new)
        return learned

    def _organization(self, fact: Fact) -> Organization:
        return self.found[NamedGroup(fact.organization, fact.kind).key]

    def _welcome(self, row: int, contact: Contact, facts: Sequence[Fact]) -> list[Fact]:
        kept, of_client = [], contact.pk in self.clients
        for fact in facts:
            refusal = self.refusal(fact.kind, fact.organization, of_client=of_client)
            if refusal:
                self.warnings.append((row, refusal))
            elif _key(fact.organization):
                start, end = _dates(fact)
                if fact.end and not end and is_partial_date(fact.end):
                    self.warnings.append((row, _END_FIRST() % {"what": fact.organization[:80]}))
                kept.append(replace(fact, start=start, end=end))
        return kept

    def _load(self, contact_ids: set[int]) -> None:
        for one in Affiliation.objects.filter(practice=self.practice, contact_id__in=contact_ids).order_by("pk"):
            self.known.setdefault((one.contact_id, one.organization_id, one.kind), []).append(one)

    def _note_all(self, contact: Contact, facts: Sequence[Fact]) -> bool:
        learned = [self._note(contact, fact, self._organization(fact)) for fact in facts]
        return any(learned)

    def _note(self, contact: Contact, fact: Fact, organization: Organization) -> bool:
        start, end = fact.start, fact.end
        known = self.known.setdefault((contact.pk, organization.pk, fact.kind), [])
        same, may_fill = self._same(known, fact, start, end)
        if same is not None:
            self.told.setdefault(id(same), (same, said(same) if same.pk else ""))
            return may_fill and self._fill(same, fact, start, end)
        made = Affiliation(
            practice=self.practice, contact=contact, organization=organization, kind=fact.kind, role=fact.role[:120],
            start=start, end=end, disclosure=fact.disclosure, source=self.source, recorded_on=self.today,
            batch_id=self.batch_id,
        )  # fmt: skip
        known.append(made)
        self.new.append(made)
        self.told[id(made)] = (made, "")
        return True

    def _same(self, known: Sequence[Affiliation], fact: Fact, start: str, end: str) -> tuple[Affiliation | None, bool]:
        """The fact on file that this one repeats, and whether it may be filled from it. From another date on it is a
        fact of its own, and so it is where one of the two would tell more openly what only the other says."""
        exact = next((one for one in known if one.start == start), None)
        loose = [one for one in known if not (one.start and start)]
        for one in [exact, *loose] if exact else loose:
            if _may_be_one(one, start, end) and self._tells_no_more(one, fact, start, end):
                return one, True
        return exact, False

    def _tells_no_more(self, known: Affiliation, fact: Fact, start: str, end: str) -> bool:
        """Whether putting the two together discloses nothing that was said under less disclosure."""
        was, new = (known.role, known.start, known.end), (fact.role[:120], start, end)
        if fact.disclosure == known.disclosure or (fact.disclosure == Disclosure.PUBLIC and not self._may_open(known)):
            return True
        before, after = (new, was) if fact.disclosure == Disclosure.PUBLIC else (was, new)
        return all(not value or value == other for value, other in zip(after, before, strict=True))

    def _may_open(self, known: Affiliation) -> bool:
        """A fact becomes public by another source's word, never against a hand's."""
        return known.source not in (*BY_HAND, self.source)

    def _fill(self, known: Affiliation, fact: Fact, start: str, end: str) -> bool:
        """Fill what is empty."""
        wanted = {"role": known.role or fact.role[:120], "start": known.start or start, "end": known.end or end}
        if fact.disclosure == Disclosure.PUBLIC and self._may_open(known):
            wanted["disclosure"] = Disclosure.PUBLIC.value
        changed = {name: value for name, value in wanted.items() if getattr(known, name) != value}
        for name, value in changed.items():
            if known.pk:
                self.changes.append((known.pk, name, getattr(known, name), value))
                self.filled[known.pk] = known
            setattr(known, name, value)
        return bool(changed)


def _may_be_one(known: Affiliation, start: str, end: str) -> bool:
    """Whether the dates can be those of one fact. Without any date it goes on, so it is not one that has ended."""
    if (known.end and not (start or end)) or (end and not (known.start or known.end)):
        return False
    first, last = known.start or start, known.end or end
    return not (first and last and last < first[: len(last)])


def said(fact: Affiliation) -> str:
    """A digest of all that a later word could change of an affiliation."""
    words = (fact.role, fact.start, fact.end, str(fact.disclosure), fact.told_by_id)
    return hashlib.sha256(repr(words).encode()).hexdigest()[:16]


def _END_FIRST() -> str:
    return _("The end at %(what)s lies before the beginning, so it was left out.")


def _dates(fact: Fact) -> tuple[str, str]:
    """The dates that can be read as such, in an order that can be."""
    start, end = (value if is_partial_date(value) else "" for value in (fact.start, fact.end))
    return (start, end) if not (start and end and end < start[: len(end)]) else (start, "")
