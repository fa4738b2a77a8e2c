"""Learning anew from 1,000 answers, beside scikit-learn's logistic regression of the same answers on the same evidence.

The regression finds one weight a column; the product besides what each kind of group is worth, every client's
sociability and a calibration. Counting what was known of each pair comes before either and is told on its own.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from benchmarks.machine import machine
from benchmarks.rank import made
from passalong.engine import knows
from passalong.engine.knows.dataset import ANSWERS, Answers
from passalong.engine.knows.lessons import Lessons, lessons
from passalong.engine.knows.teaching import taught

PEOPLE = 10_000
EACH = 20  # answers a client
RUNS = 30
BAR_MS = 20.0


def run(size: int) -> dict[str, Any]:
    """Milliseconds of learning from `size` answers."""
    town = made(PEOPLE)
    before = knows.Scorer(town)
    counter = knows.Scorer(replace(town, answers=answered(town, size)), before.model).counter
    begun = time.perf_counter()
    given = lessons(counter, before.model, counter.world.answers)
    counting = 1000 * (time.perf_counter() - begun)
    _regression(given)  # brings in the libraries whose threads are to be limited
    with threadpool_limits(1):  # neither gains by a second thread, and both lose where another process has the core
        ours = _timed(lambda: taught(before.model, given))
        theirs = _timed(lambda: _regression(given))
    median = statistics.median(ours)
    return {
        "name": "answers",
        "size": len(given.y),
        "machine": machine(),
        "product": {
            "median_ms": median,
            "p95_ms": float(np.percentile(ours, 95)),
            "counting_evidence_ms": counting,
            "people": PEOPLE,
            "clients": len(np.unique(given.client)),
            "columns": given.x.shape[1] + given.odds.shape[1],
        },
        "peers": {"scikit-learn": {"median_ms": statistics.median(theirs)}},
        "ratios": {"scikit-learn's logistic regression": statistics.median(theirs) / median},
        "pass": {f"<= {BAR_MS:g} ms": median <= BAR_MS},
    }


def answered(town: knows.DataSet, size: int) -> Answers:
    """Answers of some clients, as the known ties of the town have it: half about people they know."""
    rng = np.random.default_rng(5)
    low, high = np.r_[town.ties.a, town.ties.b], np.r_[town.ties.b, town.ties.a]
    order = np.argsort(low, kind="stable")
    begin = np.searchsorted(low[order], np.arange(town.size + 1))
    able = np.flatnonzero(np.diff(begin) >= EACH // 2)
    client = np.repeat(rng.choice(able, size // EACH + 5, replace=False), EACH)
    known = np.concatenate([rng.choice(high[order][begin[c] : begin[c + 1]], EACH // 2, False) for c in client[::EACH]])
    further = rng.integers(1, town.size, (len(client) // EACH, EACH - EACH // 2))  # never round to the client again
    others = (client[::EACH, None] + further) % town.size
    prospect = np.column_stack([known.reshape(-1, EACH // 2), others]).ravel()
    _, once = np.unique(client * town.size + prospect, return_index=True)
    client, prospect = client[np.sort(once)[:size]], prospect[np.sort(once)[:size]]
    yes = np.isin(client * town.size + prospect, low * town.size + high)
    value = np.where(yes, ANSWERS.index("knows"), ANSWERS.index("does_not_know"))
    unknown: dict[str, Any] = dict.fromkeys(Answers.__dataclass_fields__, np.full(size, np.nan))
    return Answers(**{**unknown, "client": client, "prospect": prospect, "value": value})


def _regression(given: Lessons) -> object:
    from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]

    return LogisticRegression(max_iter=1_000).fit(np.column_stack([given.x, np.log1p(given.odds)]), given.y)


def _timed(work: Callable[[], object]) -> list[float]:
    """Milliseconds of each run after a first one, by the clock."""
    work()
    took = []
    for _ in range(RUNS):
        begun = time.perf_counter()
        work()
        took.append(1000 * (time.perf_counter() - begun))
    return took
