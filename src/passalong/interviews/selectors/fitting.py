"""Whom to choose as a partner: other trade, same people. Fit from 0 to 100 with the reason for every point.

Half of the fit is clients who already use them, a quarter clients who probably know them, the rest where they are and
whose trade they share. The weights are judgement (docs/methods/partner-interview.md), and each reason is named.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cache

from django.db.models import Count, Exists, OuterRef, Q
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
LOOKED_THROUGH = 3_000  # of whom those whom most clients use are ranked
NAMED = 6  # clients named beside a reason
MOST_PAIRS = 6_000  # (client, candidate) looked up for one page
LEAST_KEPT = 20  # what a colleague of the same trade comes to at most, whoever uses them
# Whole words in a firm's sector, a role or a trade that say: the same trade as ours, so no partner.
_ADVISER = r"financial (?:advis\w+|plann\w+)|wealth(?: management)?|investment advis\w+|asset management"
_OURS = {
    "adviser": _ADVISER,
    "broker_dealer": _ADVISER + r"|broker.?dealers?|securities",
    "insurance": r"insurance",
    "accountant": r"account(?:ing|ants?|ancy)|tax|bookkeep\w+|cpas?",
    "attorney": r"law|lawyers?|attorneys?|legal|solicitors?",
    "consultant": r"consult(?:ing|ants?|ancy)",
    "coach": r"coach(?:es|ing)?",
    "architect": r"architects?|architecture",
    "doctor": r"doctors?|physicians?|medical practices?",
    "dentist": r"dentists?|dentistry|dental (?:practices?|clinics?|surger\w+)",
    "real_estate": r"real estate|realt\w+",
}
OURS = {trade: re.compile(rf"\b(?:{words})\b") for trade, words in _OURS.items()}


@dataclass(frozen=True, slots=True)
class Reason:
    """Why somebody fits: a sentence, the points it gives, and the clients it rests on: all of their primary keys, and
    the first few as they are named."""

    words: str
    points: int
    keys: tuple[int, ...] = ()
    clients: tuple[Contact, ...] = ()

    @property
    def are_more(self) -> bool:
        """Whether more clients stand behind it than are named."""
        return len(self.keys) > len(self.clients)


@dataclass(frozen=True, slots=True)
class Fit:
    """Somebody as a partner: fit 0 to 100, with its reasons. Where there is none the fit is not known, and no number
    says otherwise. others: how many of the same trade stand beside them."""

    person: Contact
    firm: str
    trade: str
    value: int
    reasons: tuple[Reason, ...]
    partner: Partner | None = None
    others: int = 0

    @property
    def is_known(self) -> bool:
        """Whether anything on file speaks for or against them."""
        return bool(self.reasons)


@dataclass(slots=True)
class _Facts:
    """What is known of one candidate."""

    firms: dict[int, str] = field(default_factory=dict)
    trade: str = ""
    towns: set[str] = field(default_factory=set)
    words: str = ""


@dataclass(frozen=True, slots=True)
class _Clients:
    """Present clients: by primary key their place in the order of names, whom they buy from by organization, whom they
    work with, how many are in each town and sector, and the stems of each sector."""

    people: dict[int, int]
    buys: dict[int, set[int]]
    works: dict[int, set[int]]
    towns: Counter[str]
    sectors: Counter[str]
    stems: dict[str, str]


def candidates(practice: Practice, *, trade: str = "") -> list[Contact]:
    """People who could be partners: who stand as partners already, whom clients buy from or work with, or whose trade
    is named. No client, nobody who rests, wants nothing, or is a partner. Those whom most clients use come first, so
    that where there are too many the best are looked at."""
    own = Partner.objects.filter(practice=practice, ended_at=None, contact=OuterRef("pk"))
    rows = awake(Contact.objects.filter(practice=practice)).filter(objected_at=None)
    standing = Standing.objects.filter(contact=OuterRef("pk"), until=None)
    rows = rows.exclude(Exists(own)).exclude(Exists(standing.filter(kind=StandingKind.CLIENT)))
    jobs = Affiliation.objects.filter(contact=OuterRef("pk"), kind=AffiliationKind.EMPLOYER, end="")
    used = _used(practice)
    if words := fold(trade).split():
        named = jobs
        for word in words:
            named = named.filter(
                Q(organization__sector__icontains=word) | Q(role__icontains=word) | Q(organization__key__contains=word)
            )
        rows = rows.filter(Exists(named))
    else:
        most = [pk for pk, _n in used.most_common(LOOKED_THROUGH)]
        rows = rows.filter(Exists(standing.filter(kind=StandingKind.PARTNER)) | Q(pk__in=most))
    found = list(rows.order_by("sort_key", "pk").values_list("pk", flat=True)[:LOOKED_THROUGH])
    first = sorted(found, key=lambda pk: -used[pk])[:MOST_CANDIDATES]  # stable: by name where as many use them
    people = Contact.objects.in_bulk(first)
    return [people[pk] for pk in first]


def _used(practice: Practice) -> Counter[int]:
    """How many clients buy from the firm of each person, or are said to work with them: three queries."""
    is_client = Standing.objects.filter(contact=OuterRef("contact"), kind=StandingKind.CLIENT, until=None)
    bought = Affiliation.objects.filter(Exists(is_client), practice=practice, kind=AffiliationKind.VENDOR, end="")
    firms = dict(bought.order_by().values_list("organization").annotate(Count("contact", distinct=True)))
    there = Affiliation.objects.filter(practice=practice, kind=AffiliationKind.EMPLOYER, end="", organization__in=firms)
    found: Counter[int] = Counter()
    for person, firm in there.order_by().values_list("contact", "organization"):
        found[person] += firms[firm]
    said = Statement.objects.filter(practice=practice, kind=StatementKind.WORKS_WITH)
    found.update(pk for pair in said.values_list("contact_a", "contact_b") for pk in pair)
    return found


def ranked(practice: Practice, people: Iterable[Contact]) -> list[Fit]:
    """The people as partners, who fits best first: a fixed number of queries, whatever their number.

    What clients probably know counts as far as MOST_PAIRS reaches; all other reasons count for everybody.
    """
    found = list(people)
    if not found:
        return []
    facts = _facts(practice, found)
    clients = _clients(practice, {firm for one in facts.values() for firm in one.firms})
    known = _known(practice, clients, found)
    own = {one.contact_id: one for one in Partner.objects.filter(practice=practice, contact__in=found)}
    fits = [_fit(practice, one, facts[one.pk], clients, known.get(one.pk, []), own.get(one.pk)) for one in found]
    many = Counter(fold(fit.trade) for fit in fits)
    beside = [replace(fit, others=many[fold(fit.trade)] - 1 if fit.trade else 0) for fit in fits]
    return sorted(beside, key=lambda fit: (-fit.value, not fit.is_known, fit.person.sort_key, fit.person.pk))


def with_clients(fits: Sequence[Fit]) -> list[Fit]:
    """The fits of one page with the clients that their reasons rest on at hand: one query."""
    wanted = {pk for fit in fits for reason in fit.reasons for pk in reason.keys[:NAMED]}
    people = Contact.objects.in_bulk(wanted)
    return [
        replace(
            fit,
            reasons=tuple(replace(one, clients=tuple(people[pk] for pk in one.keys[:NAMED])) for one in fit.reasons),
        )
        for fit in fits
    ]


def fit_of(practice: Practice, person: Contact) -> Fit:
    """One person as a partner, with the clients each reason rests on."""
    return with_clients(ranked(practice, [person]))[0]


def _fit(
    practice: Practice,
    person: Contact,
    facts: _Facts,
    clients: _Clients,
    known: Sequence[int],
    partner: Partner | None,
) -> Fit:
    using = _using(person, facts, clients)
    trade = partner.trade if partner else facts.trade
    is_firms = all(pk not in clients.works.get(person.pk, ()) for pk in using)
    firm = next((name for pk, name in facts.firms.items() if clients.buys.get(pk)), "") if is_firms else ""
    reasons = [
        _of_people(lambda n: _uses(n, firm), using, USES, ENOUGH),
        _of_people(_knows if using else _know_alone, [pk for pk in known if pk not in using], KNOWS, ENOUGH_KNOW),
        _town(facts, clients),
        _serves(facts, partner, clients),
    ]
    given = [one for one in reasons if one is not None]
    given += _same_trade(practice, trade, sum(one.points for one in given))
    value = min(100, max(0, sum(one.points for one in given)))
    return Fit(person, next(iter(facts.firms.values()), ""), trade, value, tuple(given), partner)


def _using(person: Contact, facts: _Facts, clients: _Clients) -> list[int]:
    """Clients who buy from their firm or work with them, in the order of names."""
    found = set(clients.works.get(person.pk, ()))
    for firm in facts.firms:
        found |= clients.buys.get(firm, set())
    return sorted((found & clients.people.keys()) - {person.pk}, key=clients.people.__getitem__)


def _uses(n: int, firm: str) -> str:
    """firm: where they all use it, and none is said to work with this very person."""
    if firm:
        words = ngettext("%(n)d of your clients already uses %(firm)s", "%(n)d of your clients already use %(firm)s", n)
        return words % {"n": n, "firm": firm}
    return ngettext("%(n)d of your clients already uses them", "%(n)d of your clients already use them", n) % {"n": n}


def _knows(n: int) -> str:
    return ngettext("%(n)d more probably knows them", "%(n)d more probably know them", n) % {"n": n}


def _know_alone(n: int) -> str:
    words = ngettext("%(n)d of your clients probably knows them", "%(n)d of your clients probably know them", n)
    return words % {"n": n}


def _of_people(say: Callable[[int], str], found: Sequence[int], most: int, enough: int) -> Reason | None:
    if not found:
        return None
    return Reason(say(len(found)), min(most, round(most * len(found) / enough)), tuple(found))


def _town(facts: _Facts, clients: _Clients) -> Reason | None:
    town, n = max(((town, clients.towns[fold(town)]) for town in facts.towns), key=lambda one: one[1], default=("", 0))
    if not n:
        return None
    points = min(TOWN, max(3, round(TOWN * 2 * n / max(1, len(clients.people)))))
    words = ngettext("In %(town)s, where %(n)d client is", "In %(town)s, where %(n)d clients are", n)
    return Reason(words % {"town": town, "n": n}, points)


def _serves(facts: _Facts, partner: Partner | None, clients: _Clients) -> Reason | None:
    """Whether whom they serve, in their own or the desk's words, names a sector your clients are in."""
    said = f" {_stems(partner.serves if partner and partner.serves else facts.words)} "
    named = [(clients.sectors[sector], sector) for sector, stems in clients.stems.items() if f" {stems} " in said]
    if not named:
        return None
    n, sector = max(named)
    words = ngettext(
        "Serves %(sector)s, where %(n)d of your clients is", "Serves %(sector)s, where %(n)d of your clients are", n
    )
    return Reason(words % {"sector": sector, "n": n}, SERVES)


def _stems(text: str) -> str:
    """Folded words without the s of several, so that a bakery is found among bakeries told as such."""
    words = (f"{word[:-3]}y" if word.endswith("ies") else word.removesuffix("s") for word in fold(text).split())
    return " ".join(words)


def _same_trade(practice: Practice, trade: str, given: int) -> list[Reason]:
    """Somebody of one's own trade is no partner, whoever uses them: what speaks for them is taken away but a little."""
    ours = OURS.get(practice.profession)
    if ours is None or not ours.search(fold(trade)):
        return []
    return [Reason(_("The same trade as yours: a colleague more than a partner"), -max(SAME, given - LEAST_KEPT))]


def _clients(practice: Practice, firms: set[int]) -> _Clients:
    """firms: those of the people looked at; only who buys from these is read."""
    people = {pk: place for place, pk in enumerate(contacts.clients(practice).values_list("pk", flat=True))}
    buys: dict[int, set[int]] = defaultdict(set)
    towns: dict[str, set[int]] = defaultdict(set)
    sectors: dict[str, set[int]] = defaultdict(set)
    vendors = Affiliation.objects.filter(practice=practice, kind=AffiliationKind.VENDOR, end="", organization__in=firms)
    for person, firm in vendors.values_list("contact_id", "organization_id"):
        if person in people:
            buys[firm].add(person)
    is_client = Standing.objects.filter(contact=OuterRef("contact"), kind=StandingKind.CLIENT, until=None)
    kinds = (AffiliationKind.EMPLOYER, AffiliationKind.TOWN)
    rows = Affiliation.objects.filter(Exists(is_client), practice=practice, kind__in=kinds, end="").order_by()
    columns = ("contact_id", "kind", "organization__name", "organization__town", "organization__sector")
    folded = cache(fold)
    for person, kind, name, town, sector in rows.values_list(*columns):
        if person not in people:
            continue
        towns[folded(name if kind == AffiliationKind.TOWN else town)].add(person)
        if kind == AffiliationKind.EMPLOYER:
            sectors[folded(sector)].add(person)
    works: dict[int, set[int]] = defaultdict(set)
    said = Statement.objects.filter(practice=practice, kind=StatementKind.WORKS_WITH)
    for one, other in said.values_list("contact_a", "contact_b"):
        for client, person in ((one, other), (other, one)):
            if client in people:
                works[person].add(client)
    stems = {sector: _stems(sector) for sector in sectors if sector}
    return _Clients(people, buys, works, _sizes(towns), _sizes(sectors), stems)


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
        mine.words += f" {fold(row.role).partition(' for ')[2]} "  # a role says whom they serve only by “for”
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
