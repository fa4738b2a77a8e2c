"""Answers teach: what each kind of group is worth, weights, sociability of clients, calibration.

Answers are about names somebody chose to ask, mostly the probable ones. So they move what holds for all pairs (the base
rate, the weights) only narrowly, what a kind of group is worth further, and the calibration where the answers are.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from passalong.engine.knows.arrays import Floats
from passalong.engine.knows.circles import NEGATIVE_CONTACT
from passalong.engine.knows.dataset import NEGATIVE, POSITIVE, rows_of
from passalong.engine.knows.features import BARE, FAMILIES, Counter, family
from passalong.engine.knows.lessons import Lessons, lessons
from passalong.engine.knows.model import Model, Weights
from passalong.engine.knows.solve import Problem, solve

AGAINST = f"seen:{NEGATIVE_CONTACT}"
SHIFT_SD = 0.2  # of a weight
PULL_SD, MOST_PULL = 0.8, 2.5  # of the log of what a kind of group is worth, and its bound
PERSON_SD = 0.35  # of a client's sociability, as log-odds
BASE_SD, STEP_SD = 0.15, 0.2  # of the calibration at the base rate, and of its change from one knot to the next
KNOTS = np.arange(5) * 1.5  # log-odds over the base rate
FLATTEST = 0.1  # the calibration always rises at least so much of what the score rises
ROUNDS, PERSON_STEPS = 2, 4
DOUBT_HALVES_AT = 30.0  # answers after which half of what no weight knows is known
OWN = ("groups", "breadth", "shared")  # told by the worth of kinds


@dataclass(frozen=True, eq=False)
class Moved:
    """What the answers moved: log worth by slot, weights by name, sociability of each row's client, calibration."""

    pull: Floats
    shift: Floats
    person: Floats
    steps: Floats


def learn(counter: Counter, model: Model) -> Model:
    """Model moved by yes and no answers (rather_not and unsure teach nothing)."""
    answers = counter.world.answers
    told = rows_of(answers, np.isin(answers.value, (*POSITIVE, NEGATIVE)))
    if not len(told.value):
        return model
    return taught(model, lessons(counter, model, told))


def taught(model: Model, given: Lessons) -> Model:
    """Most probable model after the answers."""
    knots = np.asarray(model.regimes[BARE].intercept + KNOTS, float)
    moved = _moved(model, given, knots)
    names = _taught_names(given)
    shift = dict(zip(names, moved.shift.tolist(), strict=True))
    regimes = [_with(weights, r, shift) for r, weights in enumerate(model.regimes)]
    answers = int((given.weight > 0).sum())
    return replace(
        model,
        regimes=(regimes[0], regimes[1], regimes[2]),
        curve=tuple(zip(knots.tolist(), (knots + np.cumsum(moved.steps)).tolist(), strict=True)),
        pull=dict(zip(given.slots, np.exp(moved.pull).tolist(), strict=True)),
        sociability=dict(zip(given.client.tolist(), moved.person.tolist(), strict=True)),
        calibrated=True,
        doubt=max(model.doubt / (1 + answers / DOUBT_HALVES_AT), min(model.doubt, 0.25)),
        answers=answers,
    )


def _taught_names(given: Lessons) -> tuple[str, ...]:
    return tuple(name for name in given.names if family(name) not in OWN)


def _moved(model: Model, given: Lessons, knots: Floats) -> Moved:
    """Weights and worth of kinds, then sociability, by turns; the calibration of what comes out of it last."""
    names = _taught_names(given)
    x = given.x[:, [given.names.index(name) for name in names]]
    beta, person = np.zeros(len(given.slots) + len(names) + len(knots)), np.zeros(len(given.y))
    ends = len(given.slots), len(given.slots) + len(names)
    for _ in range(ROUNDS):
        beta = _weights(model, given, (names, x), knots, beta, person)
        pull, shift, steps = np.split(beta, ends)
        score = given.before + x @ shift + _worth(given, pull)
        person = _sociability(given, score + _ramps(score, knots) @ steps)
    return Moved(pull, shift, person, _calibration(given, score + person, knots))


def _worth(given: Lessons, pull: Floats) -> Floats:
    """Points that shared groups gain when each kind is worth exp(pull) times as much."""
    gained = np.log1p(given.odds @ np.exp(pull)) - np.log1p(given.odds.sum(axis=1))
    return np.asarray(given.groups * gained)


def _weights(
    model: Model, given: Lessons, evidence: tuple[tuple[str, ...], Floats], knots: Floats, start: Floats, person: Floats
) -> Floats:
    """One Gauss-Newton step for the worth of kinds, the weights, and the calibration beside them, end to end."""
    names, x = evidence
    pull = start[: len(given.slots)]
    worth = given.odds * np.exp(pull)
    slope = given.groups[:, None] * worth / (1 + worth.sum(axis=1, keepdims=True))
    ramps = _ramps(given.before, knots)
    low, high = _room(model, names)
    kinds, steps = len(pull), len(knots)
    beta, _ = solve(
        Problem(
            x=np.column_stack([slope, x, ramps]),
            y=given.y,
            weight=given.weight,
            offset=given.before + person + _worth(given, pull) - slope @ pull,
            mean=np.zeros(kinds + len(names) + steps),
            sd=np.r_[np.full(kinds, PULL_SD), np.full(len(names), SHIFT_SD), _step_sd(steps)],
            low=np.r_[np.full(kinds, -MOST_PULL), low, _least(knots)],
            high=np.r_[np.full(kinds, MOST_PULL), high, np.full(steps, np.inf)],
            start=start,
        )
    )
    return beta


def _room(model: Model, names: tuple[str, ...]) -> tuple[Floats, Floats]:
    """How far each weight may move before evidence would count against a pair in any regime."""
    room = [[w.of(name) for r, w in enumerate(model.regimes) if family(name) in FAMILIES[r]] for name in names]
    against = [name == AGAINST for name in names]
    low = np.array([-np.inf if no else -min(w) for no, w in zip(against, room, strict=True)])
    high = np.array([-max(w) if no else np.inf for no, w in zip(against, room, strict=True)])
    return low, high


def _ramps(score: Floats, knots: Floats) -> Floats:
    """Rows x knots: 1, then for each stretch between knots the share of it that lies below the score."""
    width = np.diff(knots)
    shares = np.clip((score[:, None] - knots[None, :-1]) / width, 0.0, 1.0)
    return np.column_stack([np.ones(len(score)), shares])


def _step_sd(steps: int) -> Floats:
    return np.array([BASE_SD] + [STEP_SD] * (steps - 1))


def _least(knots: Floats) -> Floats:
    return np.concatenate([[-np.inf], (FLATTEST - 1) * np.diff(knots)])


def _sociability(given: Lessons, score: Floats) -> Floats:
    """Most probable shift of each row's client, few answers staying near 0 (partial pooling)."""
    _, row = np.unique(given.client, return_inverse=True)
    row = row.ravel()
    shift = np.zeros(row.max() + 1)
    for _ in range(PERSON_STEPS):
        p = 1 / (1 + np.exp(-(score + shift[row])))
        gradient = np.bincount(row, given.weight * (given.y - p)) - shift / PERSON_SD**2
        shift += gradient / (np.bincount(row, given.weight * p * (1 - p)) + 1 / PERSON_SD**2)
    return np.asarray(shift[row])


def _calibration(given: Lessons, score: Floats, knots: Floats) -> Floats:
    """Steps of the calibration for the final scores."""
    steps, _ = solve(
        Problem(
            x=_ramps(score, knots),
            y=given.y,
            weight=given.weight,
            offset=score,
            mean=np.zeros(len(knots)),
            sd=_step_sd(len(knots)),
            low=_least(knots),
            high=np.full(len(knots), np.inf),
        )
    )
    return steps


def _with(weights: Weights, regime: int, shift: dict[str, float]) -> Weights:
    mine = {name: weights.of(name) + move for name, move in shift.items() if family(name) in FAMILIES[regime]}
    return replace(weights, weights=weights.weights | mine, fitted=True)
