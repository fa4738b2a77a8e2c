"""Answers teach: a small common shift of the weights of all regimes, and of how sociable each answering client is."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from passalong.engine.knows.arrays import Floats, Ints, lookup
from passalong.engine.knows.circles import NEGATIVE_CONTACT
from passalong.engine.knows.dataset import NEGATIVE, POSITIVE, Answers, rows_of
from passalong.engine.knows.features import BARE, COLD, FAMILIES, Counter, Evidence, degrees, family
from passalong.engine.knows.model import Model, Weights
from passalong.engine.knows.solve import Problem, solve

AGAINST = f"seen:{NEGATIVE_CONTACT}"
# Answers are about names somebody chose to ask, so few of them must not move what holds for all pairs: on an
# independently made town 16 answers at .8 and .7 cost all skill the prior had, at .2 and .15 hardly any.
SHIFT_SD, BASE_SD = 0.2, 0.15
DOUBT_HALVES_AT = 30.0  # answers after which half of what no weight knows is known
CHUNK = 200


@dataclass(frozen=True, eq=False)
class Lessons:
    """Answered pairs: features without any tie of the client, labels, and the score the model gives before."""

    names: tuple[str, ...]
    x: Floats
    y: Floats
    before: Floats


def learn(counter: Counter, model: Model) -> Model:
    """Model moved by yes and no answers (rather_not and unsure teach nothing)."""
    answers = counter.world.answers
    told = rows_of(answers, np.isin(answers.value, (*POSITIVE, NEGATIVE)))
    if not len(told.value):
        return model
    return taught(model, lessons(counter, model, told))


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
    before, known = np.zeros(len(row)), np.zeros(len(row), np.int64)
    for here, columns in parts:
        known[here] = columns["known"] > 0
        for j, name in enumerate(names):
            if name in columns:
                x[here, j] = columns[name]
    keep = [j for j, name in enumerate(names) if name not in ("known", "degree")]
    names, x, degree = tuple(names[j] for j in keep), x[:, keep], x[:, names.index("degree")]
    before = _before(model, names, x, known, degree)
    return Lessons(names, x, np.isin(told.value, POSITIVE).astype(float), before)


def _columns(counter: Counter, evidence: Evidence, row: Ints, person: Ints) -> dict[str, Floats]:
    columns = {name: lookup(column, row, person) for name, column in evidence.columns.items()}
    columns |= counter.nearness(evidence.asked[row], person)
    _, other = degrees(evidence, row, person)
    return columns | {"known": other, "degree": np.log1p(other)}


def _before(model: Model, names: tuple[str, ...], x: Floats, known: Ints, degree: Floats) -> Floats:
    """Scores of the model so far; known: 1 where the prospect has known ties."""
    out = np.zeros(len(x))
    for regime in (BARE, COLD):
        weights = model.regimes[regime]
        beta = np.array([weights.of(n) if family(n) in FAMILIES[regime] else 0.0 for n in names])
        total = weights.intercept + x @ beta + (weights.of("degree") * degree if regime == COLD else 0.0)
        out = np.where(known == regime, total, out)
    return out


def taught(model: Model, given: Lessons) -> Model:
    """Most probable shift of the weights, each regime moved alike and none below what its bounds allow."""
    shift = _shift(model, given)
    base, moves = float(shift[0]), dict(zip(given.names, shift[1:].tolist(), strict=True))
    regimes = [_moved(weights, r, base, moves) for r, weights in enumerate(model.regimes)]
    answers = len(given.y)
    return replace(
        model,
        regimes=(regimes[0], regimes[1], regimes[2]),
        calibrated=True,
        doubt=max(model.doubt / (1 + answers / DOUBT_HALVES_AT), min(model.doubt, 0.25)),
        answers=answers,
    )


def _shift(model: Model, given: Lessons) -> Floats:
    room = [
        [weights.of(name) for r, weights in enumerate(model.regimes) if family(name) in FAMILIES[r]]
        for name in given.names
    ]
    against = [name == AGAINST for name in given.names]
    beta, _ = solve(
        Problem(
            x=np.column_stack([np.ones(len(given.y)), given.x]),
            y=given.y,
            weight=np.ones(len(given.y)),
            offset=given.before,
            mean=np.zeros(len(given.names) + 1),
            sd=np.r_[BASE_SD, np.full(len(given.names), SHIFT_SD)],
            low=np.r_[-np.inf, [-np.inf if no else -min(w) for no, w in zip(against, room, strict=True)]],
            high=np.r_[np.inf, [-max(w) if no else np.inf for no, w in zip(against, room, strict=True)]],
        )
    )
    return beta


def _moved(weights: Weights, regime: int, base: float, moves: dict[str, float]) -> Weights:
    mine = {name: move for name, move in moves.items() if family(name) in FAMILIES[regime]}
    known = dict(weights.weights)
    known |= {name: weights.of(name) + move for name, move in mine.items()}
    return replace(weights, intercept=weights.intercept + base, weights=known, fitted=True)
