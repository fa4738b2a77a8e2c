"""The gameplan: the few named prospects this client probably knows, why, and what was left out (M8, M10)."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date

from django.utils.translation import gettext as _

from passalong.accounts.models import Practice
from passalong.contacts.models import Affiliation, Contact
from passalong.contacts.resting import is_tax_barred
from passalong.core import clock
from passalong.core.errors import Refused
from passalong.engine import knows
from passalong.prospecting import facts, selectors
from passalong.prospecting.candidates import Candidate, LeftOut, candidates_for
from passalong.prospecting.fit import Fit
from passalong.prospecting.models import Prospect
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

TOP = 5  # more names than this tire a meeting
ORDER_KEPT = 100  # places that are remembered with a meeting, to tell later what moved


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
class Place:
    """One open name in the order of the gameplan, shown or not: public id of the entry, name, chance."""

    key: str
    name: str
    p: float


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
    order: tuple[Place, ...] = ()

    @property
    def is_thin(self) -> bool:
        """Fewer names than asked for: the page says so and asks for facts instead."""
        return len(self.prompts) < self.wanted


def gameplan_for(practice: Practice, client: Contact, *, top: int = TOP) -> Gameplan:
    """The gameplan for one client as of today.

    Raises Refused when this client asked not to be asked, is known from tax work only, or where the practice has not
    written its balancing note.
    """
    if client.do_not_ask:
        raise Refused(_("%(name)s is marked “do not ask”: no names are put before them.") % {"name": client})
    if is_tax_barred(client):
        raise Refused(
            _("%(name)s is known from tax work only: that may not be used for this without a signed consent.")
            % {"name": client}
        )
    mine = selectors.affiliations_by_contact(practice, [client.pk])[client.pk]
    found, left_out = candidates_for(practice, client, mine)
    least = selectors.least_p(practice)
    good, rest = _shown(found, least, top)
    is_thin = len(good) < top
    return Gameplan(
        client=client,
        made_on=clock.today(),
        prompts=_prompts(practice, client, mine, good),
        left_out=(*left_out, *rest),
        calibrated=knowledge.scorer_of(practice).model.calibrated,
        wanted=top,
        group_questions=tuple(group_questions(visible(client.pk, mine))) if is_thin else (),
        helpful=tuple(facts.most_helpful(practice, mine)),
        order=_order(found, least),
    )


def _order(found: list[Candidate], least: float) -> tuple[Place, ...]:
    """The first open names, those too uncertain to be shown behind all others."""
    ordered = sorted(found, key=lambda one: one.p_knows < least)
    return tuple(Place(one.entry.public_id, one.name, one.p_knows) for one in ordered[:ORDER_KEPT])


def _shown(found: list[Candidate], least: float, top: int) -> tuple[list[Candidate], list[LeftOut]]:
    """The few to show, and why the others are not."""
    good = [one for one in found if one.p_knows >= least]
    unsure = [
        LeftOut(one.entry, _("too uncertain (%(p)d %%)") % {"p": round(100 * one.p_knows)})
        for one in found
        if one.p_knows < least
    ]
    return good[:top], unsure + [LeftOut(one.entry, _("next in line")) for one in good[top:]]


def _prompts(
    practice: Practice, client: Contact, mine: list[Affiliation], chosen: list[Candidate]
) -> tuple[Prompt, ...]:
    """Reasons for the desk and words for the client, for the few that are shown."""
    people = [one.person.pk for one in chosen if one.person]
    ranked = knowledge.rank(practice, client, people)
    theirs = selectors.affiliations_by_contact(practice, people)
    return tuple(
        _person_prompt(client, mine, one, one.person, theirs[one.person.pk], ranked[one.person.pk])
        if one.person
        else _firm_prompt(client, mine, one)
        for one in chosen
    )


def _person_prompt(
    client: Contact,
    mine: list[Affiliation],
    one: Candidate,
    person: Contact,
    theirs: list[Affiliation],
    row: knows.Ranked,
) -> Prompt:
    """A named person; when it stands for a firm on the wish list, under that firm's name."""
    words = words_for_person(client.pk, mine, person, theirs)
    reasons = _narrowed(row.reasons, client.pk, mine, theirs)
    firm = str(one.entry.organization or firm_of(theirs))
    return Prompt(one.entry, person, firm, row.p_knows, row.p_low, row.p_high, one.fit, reasons, words)


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


def _firm_prompt(client: Contact, mine: list[Affiliation], one: Candidate) -> Prompt:
    """A firm where nobody can be named: whom do you know there?"""
    firm = one.entry.who
    connection = connection_with_firm(visible(client.pk, mine), firm.pk)
    low, high = (one.tie.low, one.tie.high) if one.tie else (one.p_knows, one.p_knows)
    words = words_for_firm(str(firm), connection)
    return Prompt(one.entry, None, str(firm), one.p_knows, low, high, one.fit, (), words)


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
