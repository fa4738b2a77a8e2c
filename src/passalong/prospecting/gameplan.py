"""The gameplan: the few named prospects this client probably knows, why, and what was left out (M8, M10).

One pass in a constant number of queries: who may be asked about, how probable, how good a fit, what may be said.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date

from django.utils.translation import gettext as _

from passalong.accounts.models import Practice
from passalong.contacts import selectors as contacts
from passalong.contacts.models import Affiliation, Contact
from passalong.core import clock
from passalong.core.errors import Refused
from passalong.engine import knows
from passalong.introductions import selectors as introductions
from passalong.prospecting import facts, selectors
from passalong.prospecting.firms import FirmTie, firm_tie, tie_to
from passalong.prospecting.fit import Fit, fit_of
from passalong.prospecting.models import DEFAULT_LEAST_P, Prospect, Trait
from passalong.prospecting.words import (
    Words,
    connection_with_firm,
    firm_of,
    group_questions,
    visible,
    words_for_firm,
    words_for_person,
)
from passalong.ties import knowledge
from passalong.ties import selectors as ties
from passalong.ties.models import AnswerKind

TOP = 5  # more names than this tire a meeting


@dataclass(frozen=True, slots=True)
class Prompt:
    """One name to put before the client. `reasons` and probabilities are for the desk, `words` for the client."""

    entry: Prospect
    person: Contact | None
    firm: str
    p_knows: float
    p_low: float
    p_high: float
    fit: Fit
    reasons: tuple[knows.Reason, ...]
    words: Words

    @property
    def value(self) -> float:
        """What the order goes by: probability times fit."""
        return self.p_knows * self.fit.percent

    @property
    def name(self) -> str:
        return self.person.full_name if self.person else str(self.entry)

    @property
    def key(self) -> str:
        """Public id of whom the prompt is about: the person, or the firm."""
        return (self.person or self.entry.who).public_id


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A prospect that is not put before the client, and why. For the desk."""

    entry: Prospect
    why: str


@dataclass(frozen=True, slots=True)
class Gameplan:
    """What goes into the meeting: prompts, best first; who was left out; and what to ask when evidence is thin."""

    client: Contact
    made_on: date
    prompts: tuple[Prompt, ...]
    left_out: tuple[LeftOut, ...]
    calibrated: bool
    wanted: int
    group_questions: tuple[str, ...] = ()
    helpful: tuple[facts.Helpful, ...] = field(default=())

    @property
    def is_thin(self) -> bool:
        """Fewer names than asked for: the page says so and asks for facts instead."""
        return len(self.prompts) < self.wanted


@dataclass(slots=True)
class _Case:
    """All that is read before anything is decided."""

    practice: Practice
    client: Contact
    entries: list[Prospect]
    staff: dict[int, list[Contact]]
    facts: dict[int, list[Affiliation]]
    barred: dict[int, str]


def gameplan_for(practice: Practice, client: Contact, *, top: int = TOP) -> Gameplan:
    """The gameplan for one client as of today.

    Raises Refused when this client asked not to be asked.
    """
    if client.do_not_ask:
        raise Refused(_("%(name)s is marked “do not ask”: no names are put before them.") % {"name": client})
    case = _read(practice, client)
    open_entries, left_out = _sift(case)
    ranked = knowledge.rank(practice, client, _people_in(case, open_entries), top=10**6)
    held = selectors.traits(practice)
    made = [prompt for entry in open_entries if (prompt := _prompt(case, entry, ranked, held))]
    made.sort(key=lambda prompt: (-prompt.value, -prompt.p_knows, prompt.name))
    made, twice = _once_each(made)
    left_out += twice
    least = selectors.least_p(practice)
    good = [prompt for prompt in made if prompt.p_knows >= least]
    left_out += [
        LeftOut(p.entry, _("too uncertain (%(p)d %%)") % {"p": round(100 * p.p_knows)}) for p in made if p not in good
    ]
    left_out += [LeftOut(p.entry, _("next in line")) for p in good[top:]]
    client_facts = case.facts.get(client.pk, [])
    thin = len(good) < top
    return Gameplan(
        client=client,
        made_on=clock.today(),
        prompts=tuple(good[:top]),
        left_out=tuple(left_out),
        calibrated=any(row.calibrated for row in ranked.values()),
        wanted=top,
        group_questions=tuple(group_questions(visible(client.pk, client_facts))) if thin else (),
        helpful=tuple(facts.most_helpful(client_facts, case.entries, case.facts)),
    )


def _once_each(made: list[Prompt]) -> tuple[list[Prompt], list[LeftOut]]:
    """A person is asked about once: the entry that comes later in the order gives way."""
    seen: set[str] = set()
    once, twice = [], []
    for prompt in made:
        if prompt.key in seen:
            twice.append(LeftOut(prompt.entry, _("asked through %(name)s") % {"name": prompt.name}))
        else:
            seen.add(prompt.key)
            once.append(prompt)
    return once, twice


def _read(practice: Practice, client: Contact) -> _Case:
    entries = list(selectors.prospects(practice))
    staff = selectors.people_of_firms(practice, [e.organization_id for e in entries if e.organization_id])
    people = {e.contact_id for e in entries if e.contact_id} | {c.pk for group in staff.values() for c in group}
    known = selectors.affiliations_by_contact(practice, people | {client.pk})
    return _Case(practice, client, entries, staff, known, _barred(practice, client))


def _barred(practice: Practice, client: Contact) -> dict[int, str]:
    """Why a person may not be put before this client, by primary key; the weightiest reason wins."""
    why: dict[int, str] = {}
    for pk, answer in ties.answers_of(client).items():
        refused = answer.answer == AnswerKind.RATHER_NOT
        why[pk] = _("the client would rather not") if refused else _("already asked")
    why |= {pk: _("the client agreed to introduce them") for pk in introductions.agreed_by(client)}
    why |= {pk: _("lives with the client") for pk in contacts.household_of(client)}
    why |= {pk: _("is or was a client") for pk in contacts.have_been_clients(practice)}
    why[client.pk] = _("is the client")
    return why


def _sift(case: _Case) -> tuple[list[Prospect], list[LeftOut]]:
    """Entries that may be asked about, and those that may not."""
    open_entries, left_out = [], []
    for entry in case.entries:
        why = ""
        if entry.contact:
            why = _("marked “do not ask”") if entry.contact.do_not_ask else case.barred.get(entry.contact.pk, "")
        if why:
            left_out.append(LeftOut(entry, why))
        else:
            open_entries.append(entry)
    return open_entries, left_out


def _askable(case: _Case, entry: Prospect) -> list[Contact]:
    """People at the firm who may be named to this client."""
    people = case.staff.get(entry.organization_id or 0, [])
    return [person for person in people if person.pk not in case.barred and not person.do_not_ask]


def _people_in(case: _Case, entries: list[Prospect]) -> set[int]:
    wanted = {entry.contact_id for entry in entries if entry.contact_id}
    return wanted | {person.pk for entry in entries if entry.organization_id for person in _askable(case, entry)}


def _prompt(case: _Case, entry: Prospect, ranked: dict[int, knows.Ranked], held: list[Trait]) -> Prompt | None:
    fit = fit_of(held, selectors.facts_of(entry, case.facts.get(entry.contact_id or 0, [])))
    if entry.contact:
        row = ranked.get(entry.contact.pk)
        return _person_prompt(case, entry, entry.contact, fit, row) if row else None
    return _firm_prompt(case, entry, fit, ranked)


def _person_prompt(case: _Case, entry: Prospect, person: Contact, fit: Fit, row: knows.Ranked) -> Prompt:
    mine, theirs = case.facts.get(case.client.pk, []), case.facts.get(person.pk, [])
    words = words_for_person(case.client.pk, mine, person, theirs)
    reasons = _narrowed(row.reasons, case.client.pk, mine, theirs)
    return Prompt(entry, person, firm_of(theirs), row.p_knows, row.p_low, row.p_high, fit, reasons, words)


def _narrowed(
    reasons: tuple[knows.Reason, ...], client_id: int, mine: list[Affiliation], theirs: list[Affiliation]
) -> tuple[knows.Reason, ...]:
    """The engine marks shared groups as fit for the client; here only those stay so whose both sides may be shown."""
    shown = {str(f.organization_id) for f in visible(client_id, mine)}
    shown &= {str(f.organization_id) for f in visible(client_id, theirs)}
    return tuple(
        reason if reason.audience == "desk" or reason.group_id in shown else replace(reason, audience="desk")
        for reason in reasons
    )


def _firm_prompt(case: _Case, entry: Prospect, fit: Fit, ranked: dict[int, knows.Ranked]) -> Prompt | None:
    firm = entry.organization
    if firm is None:
        return None
    mine = case.facts.get(case.client.pk, [])
    people = {person.pk: person for person in _askable(case, entry) if person.pk in ranked}
    tie = firm_tie(firm.pk, tie_to(mine, firm.pk), [(pk, ranked[pk]) for pk in people])
    best = people.get(tie.best or 0)
    if best and ranked[best.pk].p_knows >= DEFAULT_LEAST_P:
        named = _person_prompt(case, entry, best, fit, ranked[best.pk])
        return _with_tie(named, firm.name, tie)
    connection = connection_with_firm(visible(case.client.pk, mine), firm.pk)
    return Prompt(entry, None, firm.name, tie.p, tie.low, tie.high, fit, (), words_for_firm(firm.name, connection))


def _with_tie(named: Prompt, firm: str, tie: FirmTie) -> Prompt:
    """A firm's prompt that names a person: the firm's probability, the person's reasons and words."""
    return Prompt(named.entry, named.person, firm, tie.p, tie.low, tie.high, named.fit, named.reasons, named.words)


def as_json(plan: Gameplan) -> dict[str, object]:
    """The contract's form of a gameplan, for the desk."""
    return {
        "client": {"id": plan.client.public_id, "name": plan.client.full_name},
        "made_on": plan.made_on.isoformat(),
        "prompts": [
            {
                "prospect": {"id": prompt.key, "name": prompt.name},
                "organization": prompt.firm or None,
                "p_knows": round(prompt.p_knows, 6),
                "p_low": round(prompt.p_low, 6),
                "p_high": round(prompt.p_high, 6),
                "fit": prompt.fit.percent,
                "value": round(prompt.value, 6),
                "reasons": [
                    {"kind": r.kind, "text": r.text, "points": r.points, "audience": r.audience} for r in prompt.reasons
                ],
                "ask": prompt.words.ask,
                "sheet_words": prompt.words.text,
            }
            for prompt in plan.prompts
        ],
        "left_out": [
            {
                "prospect": {"id": out.entry.who.public_id, "name": str(out.entry)},
                "why": out.why,
            }
            for out in plan.left_out
        ],
    }
