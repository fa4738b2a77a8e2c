"""Scores of pairs: base plus evidence times weight, one client's row at a time."""

from __future__ import annotations

import functools
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from passalong.engine.knows.arrays import Floats, Ints, entries, lookup
from passalong.engine.knows.basis import AnswerRow, Basis, basis_of, with_answers
from passalong.engine.knows.best import Rule, best_of
from passalong.engine.knows.caches import carried
from passalong.engine.knows.dataset import DataSet
from passalong.engine.knows.errors import DataError
from passalong.engine.knows.features import (
    FAMILIES,
    REGIMES,
    Evidence,
    degrees,
    family,
    regime_of,
    standing,
)
from passalong.engine.knows.model import Model
from passalong.engine.knows.reasons import Reason, Teller, columns_of, feature_points
from passalong.engine.knows.row import FAR, Reach, row_of
from passalong.engine.knows.world import HOUSEHOLD, World

FEW = 10  # a ranking of less than a tenth of all is not laid out in full
CHUNK_PLACES = 3_000_000
BAND = 1.2816  # 80 % of a normal distribution


@dataclass(frozen=True)
class Ranked:
    """One prospect for one client. base + sum of points = score (log-odds); p_low, p_high: 80 % band."""

    client_id: str
    prospect_id: str
    rank: int
    p_knows: float
    p_low: float
    p_high: float
    score: float
    base: float
    reasons: tuple[Reason, ...]
    calibrated: bool


class Scorer:
    """Ranks and scores pairs of one data set. Build once, ask often; nothing here changes afterwards."""

    def __init__(self, data: DataSet, model: Model | None = None, as_of: str | None = None) -> None:
        """Lay the data out and, when no model is given, adapt the shipped prior to it."""
        self._hold(basis_of(data.until(as_of), model, forecast=as_of is not None))

    @classmethod
    def of(cls, basis: Basis) -> Scorer:
        """A scorer of what was laid out before."""
        made = cls.__new__(cls)
        made._hold(basis)
        return made

    def _hold(self, basis: Basis) -> None:
        self.basis = basis
        self.model = basis.model
        self.counter = basis.plain.pulled(basis.model.pull)
        self.world: World = self.counter.world
        self.data = self.world.data
        self._weights: dict[str, Floats] = {}

    def with_answers(self, rows: Iterable[AnswerRow]) -> Scorer:
        """A scorer that knows these answers as well (rows as in `DataSet.from_tables`); the latest of a pair counts.

        They become known ties or take ties away, and teach, as if the data had held them. What the data's own ties
        taught when this scorer was made stays as it is, and so does the day from which the age of contacts counts.
        Answers about people who are not in the data are left out.
        """
        carried(self.counter, self.basis.plain)
        carried(self.world, self.basis.plain.world)
        basis = with_answers(self.basis, rows)
        if basis is self.basis:
            return self
        made = Scorer.of(basis)
        if "reach" in self.__dict__:
            carried(self.reach, made.reach)
        return made

    def rank(self, client_id: str, candidates: Sequence[str] | None = None, top: int = 20) -> list[Ranked]:
        """The people a client most probably knows, best first, with reasons.

        Without candidates: everybody but the client, the client's household, and people with a known tie to or an
        answer of this client. With candidates only the client and people with an answer are left out of them.
        """
        client = self.data.position(client_id)
        people = self._candidates(client, candidates)
        if candidates is None and 0 < FEW * top <= len(people) and self._far_adds:
            return self._best(client, people, top)
        evidence = self.counter.evidence(np.array([client]))
        row = np.zeros(len(people), np.int64)
        score = self._scores(evidence, row, people)
        best = np.lexsort((people, -score))[:top]
        return self._told(evidence, people[best])

    def explain(self, client_id: str, prospect_id: str) -> Ranked:
        """One pair with its reasons; a known tie of the pair itself is not used."""
        client, prospect = self._pair(client_id, prospect_id)
        evidence = self.counter.evidence(np.array([client]), self._unaware(client, prospect))
        return self._told(evidence, np.array([prospect]))[0]

    def stranger(self, client_id: str, prospect_id: str) -> Ranked:
        """A pair of which one or both are not in the data: the base of somebody of whom nothing is known, no reason."""
        known = [self.data.index.get(person) for person in (client_id, prospect_id)]
        ties = [np.zeros(1) if place is None else self.world.degree[[place]] for place in known]
        base = self._base(regime_of(*ties), *ties) + (0.0 if known[0] is None else self.sociability[known[0]])
        chances = [self.model.chance(base), *self._band(base, np.array([self.model.doubt]))]
        p, low, high = (float(chance[0]) for chance in chances)
        score = float(base[0])
        return Ranked(client_id, prospect_id, 1, p, low, high, score, score, (), self.model.calibrated)

    def rank_pairs(self, pairs: Iterable[tuple[str, str]]) -> list[Ranked]:
        """Explained pairs in the order asked; rank counts within each client, the most probable first."""
        asked = [self._pair(client, prospect) for client, prospect in pairs]
        by_client: dict[int, list[int]] = {}
        for place, (client, _) in enumerate(asked):
            by_client.setdefault(client, []).append(place)
        out: dict[int, Ranked] = {}
        for client, places in by_client.items():
            told = self._told_all(client, [asked[place][1] for place in places])
            order = sorted(range(len(told)), key=lambda i: (-told[i].score, told[i].prospect_id))
            out |= {places[i]: replace(told[i], rank=rank) for rank, i in enumerate(order, 1)}
        return [out[place] for place in range(len(asked))]

    def _pair(self, client_id: str, prospect_id: str) -> tuple[int, int]:
        client, prospect = self.data.position(client_id), self.data.position(prospect_id)
        if client == prospect:
            raise DataError(f'"{client_id}" was asked about with themselves: a pair needs two people.')
        return client, prospect

    def _told_all(self, client: int, prospects: list[int]) -> list[Ranked]:
        """Explained pairs of one client; those with a known tie each in a world without it."""
        told: dict[int, Ranked] = {}
        free = [person for person in dict.fromkeys(prospects) if not self.world.ties[client, person]]
        if free:
            evidence = self.counter.evidence(np.array([client]))
            told = dict(zip(free, self._told(evidence, np.array(free)), strict=True))
        ids = self.data.ids
        return [told.get(person) or self.explain(ids[client], ids[person]) for person in prospects]

    def _unaware(self, a: int, b: int) -> World:
        """The world without a tie of this pair."""
        return self.world.without(a, b) if self.world.ties[a, b] else self.world

    def _candidates(self, client: int, wanted: Sequence[str] | None) -> Ints:
        answers = self.world.answers
        barred = np.zeros(self.world.size, bool)
        barred[client] = True
        barred[answers.prospect[answers.client == client]] = True
        if wanted is not None:
            people = np.unique(np.array([self.data.position(person) for person in wanted], np.int64))
        else:
            people = np.arange(self.world.size)
            barred[self.world.ties[[client]].indices] = True
            barred[self._household(client)] = True
        return people[~barred[people]]

    def _household(self, client: int) -> Ints:
        table = self.data.affiliations
        if HOUSEHOLD not in self.data.kinds:
            return np.zeros(0, np.int64)
        lives = table.kind == self.data.kinds.index(HOUSEHOLD)
        homes = table.group[lives & (table.person == client)]
        return np.asarray(table.person[lives & np.isin(table.group, homes)])

    def _best(self, client: int, people: Ints, top: int) -> list[Ranked]:
        """The best of many people, counting in full only those who may be among them."""
        row = row_of(self.reach, client)
        mine = self.world.degree[client]
        asked = np.full(len(people), client)
        near = None
        if self.world.traits:
            near = np.zeros(self.world.size)
            regime = regime_of(np.full(len(people), mine), self.world.degree[people])
            for name, value in self.counter.nearness(asked, people).items():
                near[people] += value * self.weights(name)[regime]
        best = best_of(row, self._rule(client), near, people, top)
        columns = [(name, value) for name, value in best.columns if value.any()]
        columns += self.counter.nearness(asked[: len(best.people)], best.people).items()
        return self._told(Evidence(self.world, np.array([client]), False, row.found, {}), best.people, columns)

    def _rule(self, client: int) -> Rule:
        """Base and weights for a client."""
        mine, person = float(self.world.degree[client]), float(self.sociability[client])

        def base(other: Floats) -> Floats:
            own = np.full(len(other), mine)
            return self._base(regime_of(own, other), own, other) + person

        first = int(mine > 0)
        return Rule(base, lambda name: self.weights(name)[first : first + 2])

    @functools.cached_property
    def reach(self) -> Reach:
        """What all rankings share."""
        return Reach(self.counter)

    @functools.cached_property
    def _far_adds(self) -> bool:
        """Whether far evidence never lowers a score, without which its bounds do not hold."""
        return all(bool((self.weights(name) >= 0).all()) for name in FAR)

    def _told(self, evidence: Evidence, people: Ints, columns: list[tuple[str, Floats]] | None = None) -> list[Ranked]:
        """Ranked rows of the one client in `evidence`; columns: features of these people when already known."""
        rows = np.zeros(len(people), np.int64)
        mine, other = degrees(evidence, rows, people)
        regime = regime_of(mine, other)
        base = self._base(regime, mine, other) + self.sociability[evidence.asked[rows]]
        columns = columns_of(self.counter, evidence, 0, people) if columns is None else columns
        points = feature_points(columns, [self.weights(name)[regime] for name, _ in columns], len(people))
        doubt = self._doubt(columns, regime)
        teller = Teller(self.counter, evidence, 0, people)
        told = [teller.reasons(place, points[place]) for place in range(len(people))]
        score = np.array([b + math.fsum(r.points for r in rs) for b, rs in zip(base, told, strict=True)])
        score = score.reshape(len(people))
        chances = [self.model.chance(score), *self._band(score, doubt)]
        return [
            Ranked(
                client_id=self.data.ids[int(evidence.asked[0])],
                prospect_id=self.data.ids[int(person)],
                rank=place + 1,
                p_knows=float(chances[0][place]),
                p_low=float(chances[1][place]),
                p_high=float(chances[2][place]),
                score=float(score[place]),
                base=float(base[place]),
                reasons=told[place],
                calibrated=self.model.calibrated,
            )
            for place, person in enumerate(people)
        ]

    def _doubt(self, columns: list[tuple[str, Floats]], regime: Ints) -> Floats:
        """Standard error of the calibrated log-odds: of the weights, and of what no weight knows."""
        squares = np.zeros(len(regime))
        for name, value in columns:
            spread = np.array([w.spread.get(name, 0.0) for w in self.model.regimes])
            squares += (value * spread[regime]) ** 2
        doubt = self.model.doubt
        return np.sqrt(doubt**2 + np.minimum(squares, doubt**2))

    def _band(self, score: Floats, doubt: Floats) -> tuple[Floats, Floats]:
        middle = self.model.log_odds(score)
        low, high = middle - BAND * doubt, middle + BAND * doubt
        return np.asarray(1 / (1 + np.exp(-low))), np.asarray(1 / (1 + np.exp(-high)))

    def score(self, pairs: Iterable[tuple[str, str]]) -> Floats:
        """p_knows for each (client, prospect), in order, shape (pairs,). A known tie of the pair is not used."""
        places = [self._pair(a, b) for a, b in pairs]
        asked, other = np.array(places, np.int64).reshape(-1, 2).T
        return self.model.chance(self.scores_of(asked, other))

    def p(self, client: str, prospects: Sequence[str]) -> Floats:
        """p_knows of one client and many prospects."""
        return self.score((client, prospect) for prospect in prospects)

    def scores_of(self, asked: Ints, other: Ints) -> Floats:
        """Scores (log-odds before calibration) of pairs given as positions."""
        clients, row = np.unique(asked, return_inverse=True)
        row = row.ravel()
        out = np.empty(len(asked))
        step = max(1, CHUNK_PLACES // self.world.size)
        for begin in range(0, len(clients), step):
            chunk = clients[begin : begin + step]
            here = np.flatnonzero((row >= begin) & (row < begin + step))
            evidence = self.counter.evidence(chunk)
            out[here] = self._scores(evidence, row[here] - begin, other[here])
        for i in np.flatnonzero(lookup(self.world.ties, asked, other)):
            pair = self.counter.evidence(asked[[i]], self._unaware(int(asked[i]), int(other[i])))
            out[i] = self._scores(pair, np.zeros(1, np.int64), other[[i]])[0]
        return out

    def _scores(self, evidence: Evidence, rows: Ints, people: Ints) -> Floats:
        mine, other = degrees(evidence, rows, people)
        regime = regime_of(mine, other)
        total = self._totals(evidence)[rows, people] + self._base(regime, mine, other)
        total += self.sociability[evidence.asked[rows]]
        for name, value in self.counter.nearness(evidence.asked[rows], people).items():
            total += value * self.weights(name)[regime]
        return total

    def _totals(self, evidence: Evidence) -> Floats:
        """Sum of points of all sparse evidence, shape (asked, people)."""
        people = self.world.size
        regime = self._regimes(evidence).ravel()
        total = np.zeros(len(regime))
        for name, column in evidence.columns.items():
            rows, other, value = entries(column)
            place = rows * people + other
            total[place] += value * self.weights(name)[regime[place]]
        return total.reshape(len(evidence.asked), people)

    def _regimes(self, evidence: Evidence) -> Ints:
        return regime_of(evidence.world.degree[evidence.asked][:, None], evidence.world.degree[None, :])

    def weights(self, name: str) -> Floats:
        """Weight of a feature in each regime, 0 where it does not belong."""
        if name in self._weights:
            return self._weights[name]
        kind = family(name)
        own = [self.model.regimes[r].of(name) if kind in FAMILIES[r] else 0.0 for r in range(len(REGIMES))]
        return self._weights.setdefault(name, np.array(own))

    @functools.cached_property
    def sociability(self) -> Floats:
        """Of each person as a client, as far as their own answers told it."""
        out = np.zeros(self.world.size)
        for person, shift in self.model.sociability.items():
            if person in self.data.index:
                out[self.data.index[person]] = shift
        return out

    def _base(self, regime: Ints, mine: Floats, other: Floats) -> Floats:
        """Base rate, the client's sociability and the prospect's popularity."""
        base = np.array([weights.intercept for weights in self.model.regimes])[regime]
        for name, value in standing(regime, mine, other).items():
            base += value * np.array([weights.of(name) for weights in self.model.regimes])[regime]
        return base
