"""Meetings with clients: the engine proposes eight names, the client answers."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from benchmarks.town import parameters as of
from benchmarks.town.folder import person_id, write_answers
from benchmarks.town.people import Floats, Ints
from benchmarks.town.world import Town
from passalong.engine import knows

NAMES = 8
UNCERTAIN = 0.1  # one name in ten is asked because the answer would teach most
BETWEEN = (0.2, 0.8)
STOPS = (0, 30, 100, 300, 600, 1_000)  # answers after which the engine learns anew; all but 600 are measured
MEASURED = (0, 30, 100, 300, 1_000)


@dataclass
class Rounds:
    """Answers so far, and the engine as it has learned from them."""

    town: Town
    folder: Path
    rng: np.random.Generator
    rows: list[tuple[str, str, str, str, float]] = field(default_factory=list)
    asked: set[tuple[int, int]] = field(default_factory=set)

    def __post_init__(self) -> None:
        bonds = self.town.bonds
        close = bonds.distance <= np.quantile(bonds.distance, of.WELL)
        self._well = set(zip(bonds.a[close].tolist(), bonds.b[close].tolist(), strict=True))

    def learned(self) -> knows.Scorer:
        """The engine, laid out anew on the records and all answers."""
        write_answers(self.folder, self.rows)
        return knows.Scorer(knows.read_folder(self.folder))

    def run(self, clients: Ints) -> Iterator[tuple[int, knows.Scorer]]:
        """Answers so far and the engine at each stop; between stops clients drawn from these are asked."""
        scorer = self.learned()
        for stop in STOPS:
            while len(self.rows) < stop:
                self._ask(scorer, int(self.rng.choice(clients)), stop)
            if stop:
                scorer = self.learned()
            yield stop, scorer

    def _ask(self, scorer: knows.Scorer, client: int, stop: int) -> None:
        free = self.candidates(client)
        p = scorer.p(person_id(client), [person_id(other) for other in free])
        shown = dict(zip(free.tolist(), p.tolist(), strict=True))
        for prospect in self._list(free, p)[: stop - len(self.rows)]:
            self.asked.add((client, prospect))
            day, answer = f"2026-01-{1 + len(self.rows) // 40:02d}", self._answer(client, prospect)
            self.rows.append((person_id(client), person_id(prospect), answer, day, shown[prospect]))

    def _list(self, free: Ints, p: Floats) -> list[int]:
        """Mostly the best names not yet asked about; some slots go to one of whom the engine is unsure."""
        best = free[np.argsort(-p, kind="stable")].tolist()
        unsure = free[(p > BETWEEN[0]) & (p < BETWEEN[1])]
        out: list[int] = []
        for slot in self.rng.random(NAMES):
            wanted = best[0]
            if slot < UNCERTAIN and len(unsure):
                wanted = int(self.rng.choice(unsure))
            out.append(wanted)
            best.remove(wanted)
            unsure = unsure[unsure != wanted]
        return out

    def taught(self) -> list[tuple[int, int, bool]]:
        """Answered pairs that say yes or no."""
        said = {"knows_well": True, "knows": True, "does_not_know": False}
        return [(int(a[1:]), int(b[1:]), said[answer]) for a, b, answer, *_ in self.rows if answer in said]

    def candidates(self, client: int) -> Ints:
        """Everybody but the client, a household known as such, and those the client was asked about."""
        home = self.town.known_household
        free = (home != home[client]) | (home < 0)
        free[client] = False
        free[[b for a, b in self.asked if a == client]] = False
        free[[a for a, b in self.asked if b == client]] = False
        return np.flatnonzero(free)

    def _answer(self, client: int, prospect: int) -> str:
        """The truth, but for a few slips and shrugs."""
        if self.rng.random() < of.ANSWER_UNSURE:
            return "unsure"
        knows_them = bool(self.town.knows(client, prospect)) != (self.rng.random() < of.ANSWER_WRONG)
        if not knows_them:
            return "does_not_know"
        return "knows_well" if (min(client, prospect), max(client, prospect)) in self._well else "knows"


def fresh(town: Town, folder: Path, seed: int, name: str) -> Rounds:
    """A practice without any answer; its folder is a copy, so that two courses do not meet."""
    own = folder.parent / f"{folder.name}-{name}"
    shutil.copytree(folder, own)
    return Rounds(town, own, np.random.default_rng(seed))
