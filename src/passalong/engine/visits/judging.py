"""Machine or person: every entry of a log judged together with its neighbours in time.

A hit is a person's only when its page sent signs of reading that no program's pattern explains; without them it is
unknown, or a machine's where something says so. The method, its numbers and its limits: docs/methods/reading.md.
"""

from __future__ import annotations

from collections.abc import Iterable

from passalong.engine.visits import reasons
from passalong.engine.visits.agents import NAMED, machine_agent
from passalong.engine.visits.crowds import PRESSED, READING_FROM, UNREAD, Rule, Visit, crowded
from passalong.engine.visits.entries import ENGAGED, MACHINE, PERSON, UNKNOWN, Entry, Verdict
from passalong.engine.visits.networks import DATACENTRE, SCANNER

FASTEST = 0.7  # seconds from the answer to the first sign a person can give
DELIVERY = 2.0  # seconds within which no mail is received, opened and pressed on
REACH = 35.0  # seconds: a verdict depends on no visit further away than this
PREFETCH_HEADERS = ("purpose", "sec-purpose", "x-purpose", "x-moz")

PERSON_READS = Verdict(PERSON, reasons.READ_ON)
NOBODY_KNOWS = Verdict(UNKNOWN, reasons.NOT_READ)
NO_PAGE = Verdict(MACHINE, reasons.NO_PAGE)


def judge(entries: Iterable[Entry]) -> list[Verdict]:
    """One verdict for each entry, in the order given, whatever that order is. Hit and signs of a view share theirs."""
    visits: list[Visit] = []
    by_view: dict[str, int] = {}
    signs: list[tuple[int, Entry]] = []
    places: list[int] = []  # of each entry: its visit, or -1
    agents = _Agents()
    for number, entry in enumerate(entries):
        if entry.kind == ENGAGED:
            signs.append((number, entry))
            places.append(-1)
        elif entry.view and entry.view in by_view:
            places.append(by_view[entry.view])
        else:
            if entry.view:
                by_view[entry.view] = len(visits)
            places.append(len(visits))
            visits.append(_visit(entry, agents))
    for number, entry in signs:
        places[number] = by_view.get(entry.view, -1) if entry.view else -1
        if places[number] >= 0:
            _engage(visits[places[number]], entry, agents)
    verdicts = _verdicts(visits)
    return [verdicts[place] if place >= 0 else NO_PAGE for place in places]


class _Agents(dict[str, str]):
    """What each agent tells, looked at once."""

    def __missing__(self, agent: str) -> str:
        self[agent] = found = machine_agent(agent)
        return found


def _visit(entry: Entry, agents: _Agents) -> Visit:
    agent = entry.agent or ""
    visit = Visit(entry.at, entry.link, agent, entry.address, entry.around, entry.sent_at)
    if entry.method not in ("GET", "POST"):
        visit.why = reasons.METHOD
    elif agents[agent]:
        visit.why = agents[agent]
    elif entry.network == SCANNER:
        visit.why = reasons.SCANNER_NETWORK
    elif entry.sent_at is not None and 0 <= entry.at - entry.sent_at < DELIVERY:
        visit.why = reasons.BEFORE_DELIVERY
    elif _is_fetched_ahead(entry):
        visit.hint = reasons.PREFETCH
    elif entry.network == DATACENTRE:
        visit.hint = reasons.DATACENTRE
    return visit


def _is_fetched_ahead(entry: Entry) -> bool:
    """By headers a browser sends only then. What it fetched ahead a person may still come to read."""
    return any(header.partition("=")[0] in PREFETCH_HEADERS for header in entry.headers)


def _engage(visit: Visit, entry: Entry, agents: _Agents) -> None:
    visit.engage(entry.at, entry.what)
    if not visit.why and entry.agent and agents[entry.agent].startswith(NAMED):
        visit.why = agents[entry.agent]


def _verdicts(visits: list[Visit]) -> list[Verdict]:
    """One for each visit: what it says itself, then what its crowd says."""
    order = sorted(range(len(visits)), key=lambda place: visits[place].at)
    pressed = [place for place in order if visits[place].first is not None and not visits[place].why]
    programs = _found(visits, pressed, PRESSED)
    bursts = _found(visits, order, UNREAD)
    known = _Verdicts()
    return [_one(visit, programs.get(place, ""), bursts.get(place, ""), known) for place, visit in enumerate(visits)]


def _found(visits: list[Visit], places: list[int], rules: Iterable[Rule]) -> dict[int, str]:
    found = crowded([visits[place] for place in places], rules)
    return {places[inside]: reason for inside, reason in found.items()}


class _Verdicts(dict[str, Verdict]):
    """Machines, one object a reason: logs are long."""

    def __missing__(self, reason: str) -> Verdict:
        self[reason] = found = Verdict(MACHINE, reason)
        return found


def _one(visit: Visit, program: str, burst: str, machines: _Verdicts) -> Verdict:
    if visit.why:
        return machines[visit.why]
    if visit.first is None:
        hint = visit.hint or burst
        return machines[hint] if hint else NOBODY_KNOWS
    if program:
        return machines[program]
    if visit.first < FASTEST and visit.last < READING_FROM:
        return machines[reasons.TOO_FAST]
    return PERSON_READS
