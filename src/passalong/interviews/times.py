"""When words are said: kept as seconds of a recording, and told for any sound that is made of it. Pure: no database.

A finished sound says what is heard where (`Render.places`): from second `at` on a take, from `start` to `end`.
By that, seconds of the sound become seconds of a take, once; and those become seconds of whatever sound is made later,
in another order, trimmed, or with silences shortened anew.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import Any

NEAR = 0.1  # seconds that words may begin before the piece they are heard in
MOMENT = 0.2  # seconds of words whose end nobody told
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Place:
    """at: second of the finished sound; take: public id; start, end: seconds of the take."""

    at: float
    take: str
    start: float
    end: float

    @property
    def until(self) -> float:
        return self.at + self.end - self.start


def places_from(rows: Iterable[Mapping[str, Any]]) -> list[Place]:
    """The places of a sound's row, in the order heard."""
    return [Place(float(row["at"]), str(row["take"]), float(row["start"]), float(row["end"])) for row in rows]


def borders(places: Sequence[Place]) -> list[float]:
    """Seconds of the sound at which another take begins."""
    return [one.at for before, one in pairwise(places) if one.take != before.take]


def hung(start: float | None, end: float | None, places: Sequence[Place]) -> Row:
    """Where in which take words are that this sound says at these seconds: {take, from, until}; empty where the sound
    does not tell."""
    if start is None or not places:
        return {}
    place = places[max(bisect_right([one.at for one in places], start + NEAR) - 1, 0)]
    begin = min(max(place.start + start - place.at, place.start), place.end)
    last, at = place, places.index(place)
    for one in places[at + 1 :]:  # over silences that were shortened
        if end is None or one.at >= end - NEAR / 2 or one.take != place.take or one.start < last.end:
            break
        last = one
    until = min(last.start + end - last.at, last.end) if end is not None else begin + MOMENT
    return {"take": place.take, "from": round(begin, 3), "until": round(max(until, begin + MOMENT / 4), 3)}


def heard(row: Mapping[str, Any], places: Sequence[Place]) -> tuple[float, float] | None:
    """From when to when this sound says these words; None where it does not."""
    return Sound(places).heard(row)


class Sound:
    """The places of one sound, laid out so that many rows are found quickly: by take, in the order of its seconds."""

    def __init__(self, places: Sequence[Place]) -> None:
        self._places = places
        self._of: dict[str, list[int]] = {}
        for number in sorted(range(len(places)), key=lambda one: places[one].start):
            self._of.setdefault(places[number].take, []).append(number)
        self._starts = {take: [places[one].start for one in found] for take, found in self._of.items()}
        self._ends = {take: [*accumulate((places[one].end for one in of), max)] for take, of in self._of.items()}

    def heard(self, row: Mapping[str, Any]) -> tuple[float, float] | None:
        """From when to when it says these words; the first time, where it says them twice."""
        begin, until = float(row["from"]), float(row["until"])
        inside = self._inside(str(row["take"]), begin, until)
        if not inside:
            return None
        first = last = self._places[inside[0]]
        for before, number in pairwise(inside):
            if number != before + 1:  # said again elsewhere
                break
            last = self._places[number]
        start = first.at + max(begin - first.start, 0.0)
        end = last.at + min(until, last.end) - last.start
        return round(start, 3), round(max(end, start), 3)

    def _inside(self, take: str, begin: float, until: float) -> list[int]:
        """Numbers of the places in which some of this is heard, in the order heard."""
        if take not in self._of:
            return []
        low, high = bisect_right(self._ends[take], begin), bisect_right(self._starts[take], until)
        least = min(MOMENT / 4, (until - begin) / 2)
        found = ((number, self._places[number]) for number in self._of[take][low:high])
        return sorted(number for number, one in found if min(until, one.end) - max(begin, one.start) >= least)


def told(rows: Sequence[Row], places: Sequence[Place]) -> list[tuple[int, Row, bool]]:
    """The rows as this sound says them, in its order: number in `rows`, the row with its times, whether it is heard.
    Rows of no take stay behind the one before them, as they are. Those that are not heard come last, without times."""
    found: list[tuple[float, int, Row]] = []
    gone: list[tuple[int, Row, bool]] = []
    at, sound = -1.0, Sound(places)
    for number, row in enumerate(rows):
        if not row.get("take") or not places:
            found.append((at, number, row))
            continue
        times = sound.heard(row)
        if times is None:
            gone.append((number, {**row, "start": None, "end": None}, False))
            continue
        at = times[0]
        found.append((at, number, {**row, "start": times[0], "end": times[1]}))
    found.sort(key=lambda one: one[:2])
    return [*((number, row, True) for _at, number, row in found), *gone]


def fitted(rows: Sequence[Row], places: Sequence[Place]) -> list[Row]:
    """The rows as they go to the guest: in the order of this sound, with its times. Words it leaves out are kept
    beside, where no page shows them."""
    made = []
    for _number, row, is_heard in told([whole(row) for row in rows], places):
        made.append(row if is_heard else {**row, "text": "", "unheard": row["text"]})
    return made


def whole(row: Row) -> Row:
    """A row with its words in the one place where they are worked on."""
    if not row.get("unheard"):
        return row
    return {**{key: value for key, value in row.items() if key != "unheard"}, "text": row["unheard"]}
