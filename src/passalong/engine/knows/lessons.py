"""What each answer has to teach: what was known of the pair without the client's own ties, and what was answered."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from passalong.engine.knows.arrays import Floats, Ints, Words, lookup, rows_between
from passalong.engine.knows.dataset import POSITIVE, Answers
from passalong.engine.knows.features import BARE, COLD, FAMILIES, Counter, Evidence, degrees, family
from passalong.engine.knows.model import Model
from passalong.engine.knows.shared import odds_by_slot

CHUNK = 200
CAP = 3.0  # an answer weighs at most so many times more, or less, than the usual one


@dataclass(frozen=True, eq=False)
class Lessons:
    """Answered pairs, one a row. x: rows x names; odds: rows x slots, what shared groups of each kind are worth.

    before: score the model gives without the answers; groups: its weight of shared groups; shown: probability held when
    the name was shown, or nan; client: ids.
    """

    names: tuple[str, ...]
    slots: tuple[str, ...]
    x: Floats
    odds: Floats
    y: Floats
    before: Floats
    groups: Floats
    shown: Floats
    client: Words

    @property
    def weight(self) -> Floats:
        """How much each answer counts beside the others."""
        return exposure(self.shown)


def lessons(counter: Counter, model: Model, told: Answers) -> Lessons:
    """What was known of each answered pair; the client's own ties, the answer among them, are hidden."""
    clients, row = np.unique(told.client, return_inverse=True)
    row = row.ravel()
    parts = []
    for begin in range(0, len(clients), CHUNK):
        here = np.flatnonzero((row >= begin) & (row < begin + CHUNK))
        evidence = counter.evidence(clients[begin : begin + CHUNK], hidden=True)
        parts.append((here, _columns(counter, evidence, row[here] - begin, told.prospect[here])))
    names = tuple(sorted({name for _, columns in parts for name in columns}))
    x = np.zeros((len(row), len(names)))
    for here, columns in parts:
        for j, name in enumerate(names):
            if name in columns:
                x[here, j] = columns[name]
    return _sorted_out(counter, model, told, names, x)


def _columns(counter: Counter, evidence: Evidence, row: Ints, person: Ints) -> dict[str, Floats]:
    world = counter.world
    columns = {name: lookup(column, row, person) for name, column in evidence.columns.items()}
    columns |= counter.nearness(evidence.asked[row], person)
    odds, asked = odds_by_slot(world, evidence.found), len(evidence.asked)
    for k, slot in enumerate(world.slots):
        columns[f"odds:{slot}"] = lookup(rows_between(odds, k * asked, (k + 1) * asked), row, person)
    _, other = degrees(evidence, row, person)
    return columns | {"known": other, "degree": np.log1p(other)}


def _sorted_out(counter: Counter, model: Model, told: Answers, names: tuple[str, ...], x: Floats) -> Lessons:
    """Lessons out of all columns: what is evidence, what a shared group is worth by kind, what is of one person."""
    column = {name: x[:, j] for j, name in enumerate(names)}
    kept = [j for j, name in enumerate(names) if family(name) not in ("known", "degree", "odds")]
    known = (column["known"] > 0).astype(np.int64)
    evidence = tuple(names[j] for j in kept)
    pull = counter.world.pull
    return Lessons(
        names=evidence,
        slots=counter.world.slots,
        x=x[:, kept],
        odds=np.column_stack([column[f"odds:{slot}"] for slot in counter.world.slots]) / pull,
        y=np.isin(told.value, POSITIVE).astype(float),
        before=_before(model, evidence, x[:, kept], known, column["degree"]),
        groups=np.array([model.regimes[r].of("groups") for r in (BARE, COLD)])[known],
        shown=told.shown,
        client=np.array([counter.world.data.ids[i] for i in told.client.tolist()]),
    )


def _before(model: Model, names: tuple[str, ...], x: Floats, known: Ints, degree: Floats) -> Floats:
    """Scores of the model so far; known: 1 where the prospect has known ties."""
    out = np.zeros(len(x))
    for regime in (BARE, COLD):
        weights = model.regimes[regime]
        beta = np.array([weights.of(n) if family(n) in FAMILIES[regime] else 0.0 for n in names])
        total = weights.intercept + x @ beta + (weights.of("degree") * degree if regime == COLD else 0.0)
        out = np.where(known == regime, total, out)
    return out


def exposure(shown: Floats) -> Floats:
    """Weight of each answer by the probability held when its name was shown, nan where it was not shown.

    The probable names are shown most: an answer about one shown at a small chance stands for more pairs nobody asked
    about (capped inverse weighting). Where some names were shown, one that was not was brought up by the client, for
    knowing them: that is no sample of anything, and teaches nothing about other pairs.
    """
    given = ~np.isnan(shown)
    if not given.any():
        return np.ones(len(shown))
    log = np.log(np.clip(shown, 0.01, 1.0))
    inverse = np.exp(log[given].mean() - log)
    return np.where(given, np.clip(inverse, 1 / CAP, CAP), 0.0)
