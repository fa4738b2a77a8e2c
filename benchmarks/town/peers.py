"""What simple methods make of the same records: shared groups, their rarity, and logistic regression on answers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from itertools import groupby
from typing import Any

import numpy as np
from scipy import sparse
from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]
from sklearn.pipeline import make_pipeline  # type: ignore[import-untyped]
from sklearn.preprocessing import StandardScaler  # type: ignore[import-untyped]

from benchmarks.town import parameters as of
from benchmarks.town.folder import affiliations
from benchmarks.town.people import Floats, Ints
from benchmarks.town.records import Fact
from benchmarks.town.world import Town

LEAST_ANSWERS = 100
TEACHERS = 150  # people whose acquaintances are all told, for the learner that is told the truth
TAUGHT_PAIRS = 450_000  # and how many pairs it is told at most


class Records:
    """The records as one sparse matrix of people and groups for each kind."""

    def __init__(self, town: Town) -> None:
        self.town = town
        rows = sorted({(person, kind, group) for person, kind, group, *_ in affiliations(town)})
        self._facts: dict[int, list[Fact]] = defaultdict(list)
        self._holders: dict[str, list[Fact]] = defaultdict(list)
        for fact in town.facts:
            self._facts[fact.person].append(fact)
            self._holders[fact.group].append(fact)
        self.kinds = sorted({kind for _, kind, _ in rows})
        self.by_kind = [self._matrix([row for row in rows if row[1] == kind]) for kind in self.kinds]
        sizes = [np.bincount(m.indices, minlength=m.shape[1]) for m in self.by_kind]
        self.rarity = [np.log(town.size / np.maximum(size, 1)) for size in sizes]
        seen = {(s.a, s.b, s.kind): np.log1p(s.count) for s in town.seen}
        self.seen = [self._contacts({k[:2]: v for k, v in seen.items() if k[2] == kind}) for kind in _kinds(seen)]

    def _matrix(self, rows: Sequence[tuple[int, str, str]]) -> Any:
        groups = {group: place for place, group in enumerate(sorted({row[2] for row in rows}))}
        where = ([row[0] for row in rows], [groups[row[2]] for row in rows])
        return _matrix(np.ones(len(rows)), where, (self.town.size, len(groups)))

    def _contacts(self, pairs: dict[tuple[int, int], float]) -> Any:
        one = _matrix(list(pairs.values()), tuple(zip(*pairs, strict=True)), (self.town.size, self.town.size))
        return one + one.T

    def count(self, client: int, others: Ints) -> Floats:
        """Number of shared groups, each id once."""
        shared = [(m[others] @ m[[client]].T).toarray().ravel() for m in self.by_kind]
        return np.asarray(np.sum(shared, 0))

    def idf(self, client: int, others: Ints) -> Floats:
        """Sum of ln(n / members) over shared groups."""
        return np.asarray(np.sum(self._rare(client, others), 0))

    def _rare(self, client: int, others: Ints) -> list[Floats]:
        both = zip(self.by_kind, self.rarity, strict=True)
        return [(m[others] @ (m[[client]].multiply(rare)).T).toarray().ravel() for m, rare in both]

    def features(self, client: int, others: Ints) -> Floats:
        """Simple attributes of pairs, shape (others, features): rarity by kind, all, contacts, ages apart."""
        rare = self._rare(client, others)
        seen = [m[[client]].toarray().ravel()[others] for m in self.seen]
        apart = np.abs(self.town.known_age[others] - self.town.known_age[client])
        ages = [np.where(np.isnan(apart), 0.0, np.exp(-apart / 10)), np.isnan(apart).astype(float)]
        return np.column_stack([*np.log1p(rare), np.log1p(np.sum(rare, 0)), *seen, *ages])

    def fuller(self, client: int, others: Ints) -> Floats:
        """The same with the longest time together by recorded dates, nan where there are none."""
        years = np.full(self.town.size, np.nan)
        for mine in self._facts[client]:
            for other in self._holders[mine.group]:
                together = min(_end(mine), _end(other)) - max(mine.start, other.start)
                years[other.person] = np.fmax(years[other.person], together)
        return np.column_stack([self.features(client, others), years[others]])


def _matrix(values: Any, where: Any, shape: tuple[int, int]) -> Any:
    make: Any = sparse.csr_array
    return make((values, where), shape=shape)


def _end(fact: Fact) -> float:
    """No end with a beginning means that it goes on."""
    return of.TODAY if np.isnan(fact.end) and not np.isnan(fact.start) else fact.end


def _kinds(seen: dict[tuple[int, int, str], Any]) -> list[str]:
    return sorted({kind for _, _, kind in seen})


def by_answers(records: Records, answers: Sequence[tuple[int, int, bool]]) -> Any:
    """Logistic regression taught by pairs that were answered yes or no; None where one of the two is missing."""
    asked = sorted(answers)
    yes = np.array([answer for *_, answer in asked])
    if len(yes) < 2 or yes.all() or not yes.any():
        return None
    by_client = groupby(asked, key=lambda pair: pair[0])
    rows = [records.features(client, np.array([pair[1] for pair in pairs])) for client, pairs in by_client]
    return make_pipeline(StandardScaler(), LogisticRegression(max_iter=1_000)).fit(np.concatenate(rows), yes)


def teachers(town: Town) -> int:
    """How many people tell all."""
    return min(TEACHERS, TAUGHT_PAIRS // town.size, town.size // 2)


def by_truth(records: Records, people: Ints) -> Any:
    """Boosted trees told everybody whom these people know: about as much as the records can say of single pairs."""
    from lightgbm import LGBMClassifier

    others = [np.delete(np.arange(records.town.size), person) for person in people]
    pairs = list(zip(people.tolist(), others, strict=True))
    rows = np.concatenate([records.fuller(client, them) for client, them in pairs])
    truth = np.concatenate([records.town.knows(client, them) for client, them in pairs])
    return LGBMClassifier(n_estimators=100, learning_rate=0.1, n_jobs=1, verbose=-1).fit(rows, truth)


def told(model: Any, rows: Floats) -> Floats:
    """Probabilities of a fitted model."""
    return np.asarray(model.predict_proba(rows)[:, 1])
