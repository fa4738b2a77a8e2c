"""Who on the wish list may be put before a client, and how promising each is (M8, M10).

A constant number of narrow queries and one pass of the engine over all names; reasons and words are made later, for
the few that are shown.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from passalong.accounts.models import Practice
from passalong.contacts import selectors as contacts
from passalong.contacts.models import Affiliation, AffiliationKind, Contact
from passalong.contacts.resting import resting
from passalong.engine import knows
from passalong.introductions import selectors as introductions
from passalong.privacy.selectors.duties import demand_balanced
from passalong.prospecting import selectors
from passalong.prospecting.firms import FirmTie, firm_tie, tie_to
from passalong.prospecting.fit import Fit
from passalong.prospecting.models import Prospect
from passalong.ties import knowledge
from passalong.ties import selectors as ties
from passalong.ties.models import POSITIVE, AnswerKind

WEIGHED = 20  # people at a firm who are weighed with reasons; those after them hardly add to it
NAMED_FROM = 0.5  # a person is named when they carry at least this share of the firm's probability


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A prospect that is not put before the client, and why. For the desk."""

    entry: Prospect
    why: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """A prospect that may be put before the client. `person` is whom the prompt would name; a firm without one has
    the `tie` that says how probable it is that the client knows somebody there."""

    entry: Prospect
    person: Contact | None
    p_knows: float
    fit: Fit
    tie: FirmTie | None = None

    @property
    def value(self) -> float:
        """What the order goes by: probability times fit."""
        return self.p_knows * self.fit.percent

    @property
    def name(self) -> str:
        return str(self.person or self.entry)


def candidates_for(
    practice: Practice, client: Contact, client_facts: list[Affiliation]
) -> tuple[list[Candidate], list[LeftOut]]:
    """Every prospect once, the most promising first, and those left out with the reason.

    Raises Refused where a European practice has not written down why it may suggest people who are no clients.
    """
    demand_balanced(practice)
    wishes = selectors.wishes(practice, selectors.prospects(practice))
    barred = _barred(practice, client)
    open_wishes, left_out = _sift(wishes, barred, _barred_firms(practice, client, wishes))
    people = {wish.entry.contact_id for wish in open_wishes if wish.entry.contact_id}
    p = knowledge.chances(practice, client, people)
    found = [
        Candidate(wish.entry, wish.entry.contact, p[wish.entry.contact.pk], wish.fit)
        for wish in open_wishes
        if wish.entry.contact
    ]
    found += _firms(practice, client, client_facts, [w for w in open_wishes if w.entry.organization], barred)
    found.sort(key=lambda one: (-one.value, -one.p_knows, one.name))
    return _once_each(found, left_out)


def _barred(practice: Practice, client: Contact) -> dict[int, str]:
    """Why a person may not be put before this client, by primary key; the weightiest reason wins."""
    why: dict[int, str] = {}
    for pk, answer in ties.answers_of(client).items():
        refused = answer.answer == AnswerKind.RATHER_NOT
        why[pk] = _("the client would rather not") if refused else _("already asked")
    why |= {pk: _("the client agreed to introduce them") for pk in introductions.agreed_by(client)}
    why |= {pk: _("lives with the client") for pk in contacts.household_of(client)}
    why |= resting(practice, disclosed=True)  # what is put before a client is shown to somebody outside
    why |= {pk: _("is or was a client") for pk in contacts.have_been_clients(practice)}
    why[client.pk] = _("is the client")
    return why


def _barred_firms(practice: Practice, client: Contact, wishes: Iterable[selectors.Wish]) -> dict[int, str]:
    """Why a firm is not asked about: the client has spoken of it, or knows somebody there already."""
    why = {pk: _("already asked") for pk in selectors.firm_answers(client)}
    known = [pk for pk, said in ties.answers_of(client).items() if said.answer in POSITIVE]
    firms = [wish.entry.organization_id for wish in wishes if wish.entry.organization_id]
    reached = Affiliation.objects.filter(
        practice=practice, organization_id__in=firms, contact_id__in=known, end="", kind=AffiliationKind.EMPLOYER
    )
    return why | dict.fromkeys(reached.values_list("organization_id", flat=True), _("the client knows somebody there"))


def _sift(
    wishes: Iterable[selectors.Wish], barred: dict[int, str], barred_firms: dict[int, str]
) -> tuple[list[selectors.Wish], list[LeftOut]]:
    """Entries that may be asked about, and those that may not."""
    open_wishes, left_out = [], []
    for wish in wishes:
        person, why = wish.entry.contact, barred_firms.get(wish.entry.organization_id or 0, "")
        if person:
            why = _("marked “do not ask”") if person.do_not_ask else barred.get(person.pk, "")
        if why:
            left_out.append(LeftOut(wish.entry, why))
        else:
            open_wishes.append(wish)
    return open_wishes, left_out


def _firms(
    practice: Practice,
    client: Contact,
    client_facts: list[Affiliation],
    wishes: list[selectors.Wish],
    barred: dict[int, str],
) -> list[Candidate]:
    """Firms, each with the person there whom the client most probably knows."""
    staff = selectors.people_of_firms(practice, [w.entry.organization_id for w in wishes if w.entry.organization_id])
    askable = {
        firm: {pk: person for pk, person in people.items() if pk not in barred and not person.do_not_ask}
        for firm, people in staff.items()
    }
    p = knowledge.chances(practice, client, {pk for people in askable.values() for pk in people})
    likely = {firm: heapq.nlargest(WEIGHED, people, key=lambda pk: p[pk]) for firm, people in askable.items()}
    ranked = knowledge.rank(practice, client, {pk for best in likely.values() for pk in best})
    least = selectors.least_p(practice)
    return [
        _firm(wish, client_facts, [askable[firm][pk] for pk in likely.get(firm, ())], ranked, least)
        for wish in wishes
        if (firm := wish.entry.organization_id) is not None
    ]


def _firm(
    wish: selectors.Wish,
    client_facts: list[Affiliation],
    people: list[Contact],
    ranked: dict[int, knows.Ranked],
    least: float,
) -> Candidate:
    """The person is named where that says most of what is known; else the firm as a whole is asked about. The
    probability is always that of what the prompt names."""
    firm = wish.entry.organization_id or 0
    known = {person.pk: person for person in people if person.pk in ranked}
    tie = firm_tie(firm, tie_to(client_facts, firm), [(pk, ranked[pk]) for pk in known])
    best = ranked.get(tie.best or 0)
    if best and best.p_knows >= max(least, NAMED_FROM * tie.p):
        return Candidate(wish.entry, known[tie.best or 0], best.p_knows, wish.fit)
    return Candidate(wish.entry, None, tie.p, wish.fit, tie)


def _once_each(found: list[Candidate], left_out: list[LeftOut]) -> tuple[list[Candidate], list[LeftOut]]:
    """A person is asked about once: the entry that comes later in the order gives way."""
    seen: set[int] = set()
    once, twice = [], list(left_out)
    for one in found:
        if one.person and one.person.pk in seen:
            twice.append(LeftOut(one.entry, _("asked through %(name)s") % {"name": one.name}))
            continue
        if one.person:
            seen.add(one.person.pk)
        once.append(one)
    return once, twice
