"""Crowds: visits too close together to be separate people, found by sliding a window over each group of visits."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass

from passalong.engine.visits import reasons

WINDOW = 2.0  # seconds: one burst
ROUND = 30.0  # seconds: one link after the other
QUIET = 30.0  # seconds around a burst of which nothing binds the visits together but the moment
WENT_ON = 2.0  # seconds between the first and the last sign of one view, from which on it was read on
READING_FROM = 3.0  # seconds: the page sends nothing of reading before
PROMPT_UNTIL = 4.0  # seconds: until then come the first signs of whoever need not scroll, as our page times them
STAYED = 10.0  # seconds: longer than a program that takes four links in half a minute, one by one, is on each


@dataclass(slots=True)
class Visit:
    """One answer to a request, with the signs of reading that came from it. first, last: seconds after the answer."""

    at: float
    link: str | int
    agent: str
    address: str
    around: str
    sent_at: float | None
    why: str = ""  # reason that makes it a machine whatever else it does
    hint: str = ""  # reason that does so unless it was read
    first: float | None = None
    last: float = 0.0
    is_reading: bool = False

    def engage(self, at: float, what: str) -> None:
        """One sign of reading."""
        delay = at - self.at
        self.last = delay if self.first is None else max(self.last, delay)
        self.first = delay if self.first is None else min(self.first, delay)
        if what in ("part", "scroll", "heard") and delay >= READING_FROM:
            self.is_reading = True

    @property
    def source(self) -> Hashable:
        """Where it came from: the address, or without one the agent."""
        return self.address or ("agent", self.agent)

    @property
    def went_on(self) -> bool:
        return self.first is not None and self.last - self.first >= WENT_ON

    @property
    def stayed(self) -> bool:
        return self.went_on and self.last >= STAYED

    @property
    def is_prompt(self) -> bool:
        """Whether its first sign came when our own page sends it of everybody who stays on the first screen."""
        return self.first is not None and READING_FROM <= self.first < PROMPT_UNTIL

    def paces(self) -> list[Hashable]:
        """Marks that visits share when their first signs came about equally late (within half a second, never over
        one), or all before a person can have read. None for who went on reading."""
        if self.first is None or self.went_on:
            return []
        steady: list[Hashable] = [int(self.first), int(self.first + 0.5) + 0.5]
        return [*steady, "fast"] if self.first < READING_FROM else steady


@dataclass(frozen=True, slots=True)
class Rule:
    """`at_least` visits with one key, to `links` different links, within `seconds`. stands_out: and hardly others of
    that key in the half minute before and after."""

    reason: str
    keys: Callable[[Visit], Iterable[Hashable]]
    at_least: int
    links: int = 1
    seconds: float = WINDOW
    stands_out: bool = False


def _around(visit: Visit) -> list[Hashable]:
    return [visit.around] if visit.around else []


def _hands(visit: Visit) -> list[Hashable]:
    """Whose hands these may be: one browser's; and, unless it was read on, any behind the same address."""
    own = (visit.source, visit.agent)
    return [own] if visit.went_on else [own, visit.source]


def _sent(visit: Visit) -> list[Hashable]:
    return [] if visit.sent_at is None else [visit.sent_at]


def _same_hands_and_pace(visit: Visit) -> list[Hashable]:
    """Phones of one model are one agent, and of those that stay on the first screen our page sets the pace."""
    return [] if visit.is_prompt else [(visit.source, visit.link, visit.agent, pace) for pace in visit.paces()]


# Requests without a sign of reading. One person may be among them; who reads is judged by the rules below.
UNREAD = (
    Rule(reasons.MANY_LINKS, lambda v: [v.source], 2, links=2),
    Rule(reasons.MANY_LINKS, _sent, 3, links=3),
    Rule(reasons.MANY_REQUESTS, lambda v: [v.source], 3),
    Rule(reasons.MANY_REQUESTS, _around, 3),
    Rule(reasons.MANY_REQUESTS, lambda v: [(sent, v.link) for sent in _sent(v)], 3),
)
# Signs of reading that come from a program: nobody opens several of our links within two seconds and acts on each.
PRESSED = (
    Rule(reasons.ALL_LINKS, _hands, 2, links=2),
    Rule(reasons.ALL_LINKS, lambda v: [] if v.stayed else [v.source], 4, links=4, seconds=ROUND),
    Rule(reasons.ALL_LINKS, _around, 3, links=3),
    Rule(reasons.ALL_LINKS, lambda v: [(near, pace) for near in _around(v) for pace in v.paces()], 6, links=2),
    Rule(reasons.ALL_LINKS, lambda v: [(sent, pace) for sent in _sent(v) for pace in v.paces()], 3, 3, stands_out=True),
    Rule(reasons.ALL_LINKS, lambda v: v.paces(), 5, links=5, stands_out=True),
    Rule(reasons.ALL_LINKS, lambda v: ["all"], 8, links=8, stands_out=True),
    Rule(reasons.SAME_LINK, _same_hands_and_pace, 3),
    Rule(reasons.SAME_LINK, lambda v: [(near, v.link, pace) for near in _around(v) for pace in v.paces()], 6),
    Rule(reasons.SAME_LINK, lambda v: [] if v.is_reading or v.went_on else [(v.source, v.link)], 6),
)


def crowded(visits: Sequence[Visit], rules: Iterable[Rule]) -> dict[int, str]:
    """Place -> reason of the first rule it falls under. `visits` are in the order of time. Linear in their number."""
    found: dict[int, str] = {}
    times = [visit.at for visit in visits]
    near = {seconds: _near(times, seconds) for seconds in (WINDOW, ROUND, QUIET)}
    for rule in rules:
        groups: dict[Hashable, list[int]] = {}
        for place in near[QUIET if rule.stands_out else rule.seconds]:
            if rule.stands_out and place in found:
                continue  # whose source explains it says nothing about who came at the same moment from elsewhere
            for key in rule.keys(visits[place]):
                groups.setdefault(key, []).append(place)
        for group in groups.values():
            if len(group) >= rule.at_least:
                _slide(visits, group, rule, found)
    return found


def _near(times: list[float], seconds: float) -> list[int]:
    """Places of those that have any other so near in time, before or after: most visits of a practice have none."""
    places = []
    before = -float("inf")
    for place, at in enumerate(times):
        after = times[place + 1] if place + 1 < len(times) else float("inf")
        if at - before <= seconds or after - at <= seconds:
            places.append(place)
        before = at
    return places


def _slide(visits: Sequence[Visit], group: list[int], rule: Rule, found: dict[int, str]) -> None:
    """Mark what stands in any window of the group that the rule is true of."""
    times = [visits[place].at for place in group]
    links: dict[str | int, int] = {}
    start = told = 0
    for end, place in enumerate(group):
        link = visits[place].link
        links[link] = links.get(link, 0) + 1
        while times[end] - times[start] > rule.seconds:
            gone = visits[group[start]].link
            links[gone] -= 1
            if not links[gone]:
                del links[gone]
            start += 1
        if end - start + 1 < rule.at_least or len(links) < rule.links:
            continue
        if rule.stands_out and not _stands_out(times, start, end):
            continue
        for inside in group[max(start, told) : end + 1]:
            found.setdefault(inside, rule.reason)
        told = end + 1


def _stands_out(times: list[float], start: int, end: int) -> bool:
    """Whether at most half as many came in the half minutes around a window as in it."""
    near = bisect_right(times, times[end] + QUIET) - bisect_left(times, times[start] - QUIET)
    return near <= 1.5 * (end - start + 1)
