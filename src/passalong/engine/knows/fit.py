"""Adapt the shipped prior to a data set: first to its own ties, then to its answers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from passalong.engine.knows.arrays import Floats
from passalong.engine.knows.circles import NEGATIVE_CONTACT
from passalong.engine.knows.dataset import DataSet
from passalong.engine.knows.features import (
    BARE,
    COLD,
    FAMILIES,
    REGIMES,
    STANDING,
    WARM,
    Counter,
    family,
)
from passalong.engine.knows.model import Model, Weights
from passalong.engine.knows.prior import shipped
from passalong.engine.knows.solve import Problem, solve
from passalong.engine.knows.teaching import learn
from passalong.engine.knows.training import Rows, cold_rows, dated_rows, is_network, of_families, warm_rows
from passalong.engine.knows.world import World, make_world

WEIGHT_SD = 0.8
INTERCEPT_SD = 0.7
FREE_SD = 20.0  # a network tells its own base rate
PERSON = ("degree", "sociable")
UNCERTAIN, SURE = 0.8, 0.3


def fit(data: DataSet, as_of: str | None = None) -> Model:
    """Model of a data set: the prior, moved by the ties and answers known before `as_of`."""
    return fit_world(Counter(make_world(data.until(as_of))), forecast=as_of is not None)


def prior_model(world: World) -> Model:
    """The shipped prior alone, with the base rate of a population of this size."""
    base = shipped().base(world.data.population)
    regimes = tuple(Weights(base, INTERCEPT_SD) for _ in REGIMES)
    return Model(world.size, (regimes[0], regimes[1], regimes[2]), doubt=UNCERTAIN, now=_now(world))


def _now(world: World) -> float:
    days = np.r_[world.data.ties.first, world.data.ties.last, world.data.affiliations.start, world.answers.on]
    days = days[~np.isnan(days)]
    return float(days.max()) if len(days) else 0.0


def fit_world(counter: Counter, *, forecast: bool = False) -> Model:
    """The same for a data set already laid out. forecast: where ties are dated, learn from the latest of them."""
    model = prior_model(counter.world)
    if is_network(counter.world):
        model = _from_network(counter, model, forecast)
    return learn(counter, model)


def _from_network(counter: Counter, model: Model, forecast: bool) -> Model:
    regimes = list(model.regimes)
    cold = cold_rows(counter)
    if cold is None:
        return model
    regimes[BARE] = fit_rows(of_families(cold, FAMILIES[BARE]), model.regimes[BARE])
    regimes[COLD] = fit_rows(of_families(cold, FAMILIES[COLD] + STANDING[COLD]), model.regimes[COLD])
    warm = (dated_rows(counter.world.data) if forecast else None) or warm_rows(counter)
    if warm is not None:
        regimes[WARM] = fit_rows(of_families(warm, FAMILIES[WARM] + STANDING[WARM]), model.regimes[WARM])
    return replace(
        model,
        regimes=(regimes[0], regimes[1], regimes[2]),
        calibrated=True,
        doubt=SURE,
        rows=len(cold.y),
    )


def fit_rows(rows: Rows, start: Weights) -> Weights:
    """Most probable weights of one regime, given the shipped ones."""
    center = rows.x.mean(axis=0)
    spread = rows.x.std(axis=0)
    mean = np.array([start.of(name) for name in rows.names])
    low, high = bounds(rows.names)
    rate = float(np.average(rows.y, weights=rows.weight))
    beta, covariance = solve(
        Problem(
            x=np.column_stack([np.ones(len(rows.y)), rows.x - center]),
            y=rows.y,
            weight=rows.weight,
            offset=np.full(len(rows.y), np.log(rate / (1 - rate))),
            mean=np.r_[0.0, mean],
            sd=np.r_[FREE_SD, np.maximum(WEIGHT_SD, 1 / np.maximum(spread, 1e-3))],
            low=np.r_[-np.inf, low],
            high=np.r_[np.inf, high],
        )
    )
    weights = dict(zip(rows.names, beta[1:].tolist(), strict=True))
    errors = np.sqrt(np.diag(covariance))
    return Weights(
        intercept=float(np.log(rate / (1 - rate)) + beta[0] - center @ beta[1:]),
        intercept_sd=float(errors[0]),
        weights=weights,
        spread=dict(zip(rows.names, errors[1:].tolist(), strict=True)),
        fitted=True,
    )


def bounds(names: tuple[str, ...]) -> tuple[Floats, Floats]:
    """Evidence never counts against a pair (a quarrel never for it); a person's standing may go either way."""
    low = np.array([-np.inf if family(n) in PERSON or n == f"seen:{NEGATIVE_CONTACT}" else 0.0 for n in names])
    high = np.array([0.0 if name == f"seen:{NEGATIVE_CONTACT}" else np.inf for name in names])
    return low, high
