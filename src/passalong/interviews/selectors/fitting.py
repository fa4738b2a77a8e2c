"""Whom to choose as a partner: other trade, same people. Fit from 0 to 100 with the reason for every point.

Half of the fit is clients who already use them, a quarter clients who probably know them, the rest where they are and
whose trade they share. The weights are judgement (docs/methods/partner-interview.md), and each reason is named.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from passalong.accounts.models import Practice
from passalong.contacts import selectors as contacts
from passalong.contacts.keys import fold
from passalong.contacts.models import Affiliation, AffiliationKind, Contact, Standing, StandingKind
from passalong.contacts.resting import awake
from passalong.interviews.models import Partner
from passalong.ties.knowledge import p_knows
from passalong.ties.models import Statement, StatementKind

USES, KNOWS, TOWN, SERVES, SAME = 50, 25, 15, 10, 25  # most points of each reason; SAME is taken away
ENOUGH = 4  # clients who use them, or six who probably know them, are all the points there are
ENOUGH_KNOW = 6
PROBABLY = 0.6  # from here a client probably knows them
MOST_CANDIDATES = 300
MOST_PAIRS = 6_000  # (client, candidate) looked up for one page
# Words in a firm's sector or a role that say: the same trade as ours, so the same clients and no other trade.
OURS = {
    "adviser": ("financial adv", "wealth", "investment adv", "financial plann"),
    "broker_dealer": ("broker dealer", "securities", "wealth"),
    "insurance": ("insurance",),
    "accountant": ("account", "tax", "bookkeep", "cpa"),
    "attorney": ("law", "attorney", "legal", "solicitor", "lawyer"),
    "consultant": ("consult",),
    "coach": ("coach",),
    "architect": ("architect",),
    "doctor": ("doctor", "physician", "medical practice"),
    "dentist": ("dent",),
    "real_estate": ("real estate", "realt"),
}


@dataclass(frozen=True, slots=True)
class Reason:
    """Why somebody fits: a sentence, the points it gives, and the clients it rests on."""

    words: str
    points: int
    clients: tuple[Contact, ...] = ()


@dataclass(frozen=True, slots=True)
class Fit:
    """Somebody as a partner: fit 0 to 100, with its reasons."""

    person: Contact
    firm: str
    trade: str
    value: int
    reasons: tuple[Reason, ...]
    partner: Partner | None = None


@dataclass(slots=True)
class _Facts:
    """What is known of one candidate."""

    firms: dict[int, str] = field(default_factory=dict)
    trade: str = ""
    towns: set[str] = field(default_factory=set)
    words: str = ""


@dataclass(frozen=True, slots=True)
class _Clients:
    """Present clients: by primary key, whom they buy from by organization, whom they work with, their towns."""

    people: dict[int, Contact]
    buys: dict[int, set[int]]
    works: dict[int, set[int]]
    towns: Counter[str]
    sectors: Counter[str]


def candidates(practice: Practice, *, trade: str = "") -> QuerySet[Contact]:
    """People who could be partners: who stand as partners already, whom clients buy from or work with, or whose trade
    is named. No client, nobody who rests, wants nothing, or is a partner."""
    own = Partner.objects.filter(practice=practice, ended_at=None, contact=OuterRef("pk"))
    rows = awake(Contact.objects.filter(practice=practice)).filter(objected_at=None)
    standing = Standing.objects.filter(contact=OuterRef("pk"), until=None)
    rows = rows.exclude(Exists(own)).exclude(Exists(standing.filter(kind=StandingKind.CLIENT)))
    jobs = Affiliation.objects.filter(contact=OuterRef("pk"), kind=AffiliationKind.EMPLOYER, end="")
    if words := fold(trade).split():
        named = jobs
        for word in words:
            named = named.filter(
                Q(organization__sector__icontains=word) | Q(role__icontains=word) | Q(organization__key__contains=word)
            )
        rows = rows.filter(Exists(named))
    else:
        is_client = Standing.objects.filter(contact=OuterRef("contact"), kind=StandingKind.CLIENT, until=None)
        bought = Affiliation.objects.filter(Exists(is_client), practice=practice, kind=AffiliationKind.VENDOR, end="")
        used = jobs.filter(organization__in=bought.order_by().values("organization"))
        rows = rows.filter(
            Exists(standing.filter(kind=StandingKind.PARTNER)) | Exists(used) | Q(pk__in=_worked(practice))
        )
    return rows.order_by("sort_key", "pk")[:MOST_CANDIDATES]


def _worked(practice: Practice) -> set[int]:
    """People somebody is said to work with."""
    pairs = Statement.objects.filter(practice=practice, kind=StatementKind.WORKS_WITH)
    return {pk for pair in pairs.values_list("contact_a", "contact_b") for pk in pair}


def ranked(practice: Practice, people: Iterable[Contact]) -> list[Fit]:
    """The people as partners, who fits best first: a fixed number of queries, whatever their number.

    What clients probably know counts as far as MOST_PAIRS reaches; all other reasons count for everybody.
    """
    found = list(people)
    if not found:
        return []
    clients, facts = _clients(practice), _facts(practice, found)
    known = _known(practice, clients, found)
    own = {one.contact_id: one for one in Partner.objects.filter(practice=practice, contact__in=found)}
    fits = [_fit(practice, one, facts[one.pk], clients, known.get(one.pk, []), own.get(one.pk)) for one in found]
    return sorted(fits, key=lambda fit: (-fit.value, fit.person.sort_key, fit.person.pk))


def fit_of(practice: Practice, person: Contact) -> Fit:
    """One person as a partner, with the clients each reason rests on."""
    return ranked(practice, [person])[0]


def _fit(
    practice: Practice,
    person: Contact,
    facts: _Facts,
    clients: _Clients,
    known: Sequence[int],
    partner: Partner | None,
) -> Fit:
    using = _using(person, facts, clients)
    reasons = [
        _of_people(_uses, using, USES, ENOUGH, clients),
        _of_people(_knows, [pk for pk in known if pk not in using], KNOWS, ENOUGH_KNOW, clients),
        _town(facts, clients),
        _serves(facts, partner, clients),
        _same_trade(practice, facts),
    ]
    given = [one for one in reasons if one is not None]
    value = min(100, max(0, sum(one.points for one in given)))
    trade = partner.trade if partner else facts.trade
    return Fit(person, next(iter(facts.firms.values()), ""), trade, value, tuple(given), partner)


def _using(person: Contact, facts: _Facts, clients: _Clients) -> list[int]:
    """Clients who buy from their firm or work with them, in the order of names."""
    found = set(clients.works.get(person.pk, ()))
    for firm in facts.firms:
        found |= clients.buys.get(firm, set())
    return [pk for pk in clients.people if pk in found and pk != person.pk]


def _uses(n: int) -> str:
    return ngettext("%(n)d of your clients already uses them", "%(n)d of your clients already use them", n) % {"n": n}


def _knows(n: int) -> str:
    words = ngettext("%(n)d more probably knows them", "%(n)d more probably know them", n)
    return words % {"n": n}


def _of_people(
    say: Callable[[int], str], found: Sequence[int], most: int, enough: int, clients: _Clients
) -> Reason | None:
    if not found:
        return None
    points = min(most, round(most * len(found) / enough))
    return Reason(say(len(found)), points, tuple(clients.people[pk] for pk in found))


def _town(facts: _Facts, clients: _Clients) -> Reason | None:
    town, n = max(((town, clients.towns[fold(town)]) for town in facts.towns), key=lambda one: one[1], default=("", 0))
    if not n:
        return None
    points = min(TOWN, max(3, round(TOWN * 2 * n / max(1, len(clients.people)))))
    words = ngettext("In %(town)s, where %(n)d client is", "In %(town)s, where %(n)d clients are", n)
    return Reason(words % {"town": town, "n": n}, points)


def _serves(facts: _Facts, partner: Partner | None, clients: _Clients) -> Reason | None:
    """Whether whom they serve, in their own or the desk's words, names a sector your clients are in."""
    said = f" {fold(partner.serves)} " if partner and partner.serves else facts.words
    named = [(n, sector) for sector, n in clients.sectors.items() if sector and f" {sector} " in said]
    if not named:
        return None
    n, sector = max(named)
    words = ngettext(
        "Serves %(sector)s, where %(n)d of your clients is", "Serves %(sector)s, where %(n)d of your clients are", n
    )
    return Reason(words % {"sector": sector, "n": n}, SERVES)


def _same_trade(practice: Practice, facts: _Facts) -> Reason | None:
    for word in OURS.get(practice.profession, ()):
        if f" {fold(facts.trade)}".find(f" {word}") >= 0:
            return Reason(_("The same trade as yours: a colleague more than a partner"), -SAME)
    return None


def _clients(practice: Practice) -> _Clients:
    people = {one.pk: one for one in contacts.clients(practice)}
    buys: dict[int, set[int]] = defaultdict(set)
    towns: dict[str, set[int]] = defaultdict(set)
    sectors: dict[str, set[int]] = defaultdict(set)
    kinds = (AffiliationKind.VENDOR, AffiliationKind.EMPLOYER, AffiliationKind.TOWN)
    rows = Affiliation.objects.filter(practice=practice, kind__in=kinds, end="")
    columns = (
        "contact_id",
        "kind",
        "organization_id",
        "organization__name",
        "organization__town",
        "organization__sector",
    )
    for person, kind, firm, name, town, sector in rows.values_list(*columns):
        if person not in people:
            continue
        if kind == AffiliationKind.VENDOR:
            buys[firm].add(person)
            continue
        where = name if kind == AffiliationKind.TOWN else town
        towns[fold(where)].add(person)
        if kind == AffiliationKind.EMPLOYER:
            sectors[fold(sector)].add(person)
    works: dict[int, set[int]] = defaultdict(set)
    said = Statement.objects.filter(practice=practice, kind=StatementKind.WORKS_WITH)
    for one, other in said.values_list("contact_a", "contact_b"):
        for client, person in ((one, other), (other, one)):
            if client in people:
                works[person].add(client)
    return _Clients(people, buys, works, _sizes(towns), _sizes(sectors))


def _sizes(groups: dict[str, set[int]]) -> Counter[str]:
    return Counter({name: len(people) for name, people in groups.items() if name})


def _facts(practice: Practice, people: Sequence[Contact]) -> dict[int, _Facts]:
    found = {one.pk: _Facts() for one in people}
    kinds = (AffiliationKind.EMPLOYER, AffiliationKind.TOWN)
    rows = Affiliation.objects.filter(practice=practice, contact__in=list(found), kind__in=kinds, end="")
    for row in rows.select_related("organization").order_by("-start", "-pk"):
        mine, firm = found[row.contact_id], row.organization
        if row.kind == AffiliationKind.TOWN:
            mine.towns.add(firm.name)
            continue
        mine.firms[firm.pk] = firm.name
        mine.trade = mine.trade or firm.sector or row.role
        mine.words += f" {fold(row.role)} "
        if firm.town:
            mine.towns.add(firm.town)
    return found


def _known(practice: Practice, clients: _Clients, people: Sequence[Contact]) -> dict[int, list[int]]:
    """Clients who probably know each of them, by primary key, as far as MOST_PAIRS reaches."""
    each = max(1, MOST_PAIRS // max(1, len(people)))
    asked = list(clients.people)[:each]
    pairs = [(client, one.pk) for one in people[:MOST_PAIRS] for client in asked if client != one.pk]
    found: dict[int, list[int]] = defaultdict(list)
    for (client, person), p in zip(pairs, p_knows(practice, pairs) if pairs else [], strict=True):
        if p >= PROBABLY:
            found[person].append(client)
    return found
