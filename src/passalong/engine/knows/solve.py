"""Logistic regression with a prior for every weight and bounds that keep evidence from counting against itself."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from passalong.engine.knows.arrays import Floats

STEPS, SWEEPS = 30, 100
ENOUGH = 1e-5


@dataclass(frozen=True, eq=False)
class Problem:
    """Rows x columns, labels 0 or 1, row weights, offsets of the log-odds; per column: prior mean, its sd, bounds.

    start: weights near the solution, when some are known.
    """

    x: Floats
    y: Floats
    weight: Floats
    offset: Floats
    mean: Floats
    sd: Floats
    low: Floats
    high: Floats
    start: Floats | None = None


def solve(problem: Problem) -> tuple[Floats, Floats]:
    """Most probable weights and their covariance (Laplace), by Newton steps on an active set."""
    beta = np.clip(problem.mean if problem.start is None else problem.start, problem.low, problem.high)
    cost = _cost(problem, beta)
    hessian = np.diag(1 / problem.sd**2)
    for _ in range(STEPS):
        gradient, hessian = _derivatives(problem, beta)
        target = _bounded_step(problem, beta, gradient, hessian)
        beta, cost, moved = _damped(problem, beta, target, cost)
        if moved < ENOUGH:
            break
    return beta, np.asarray(np.linalg.inv(hessian), np.float64)


def _chance(problem: Problem, beta: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(-np.clip(problem.offset + problem.x @ beta, -40, 40))))


def _cost(problem: Problem, beta: Floats) -> float:
    score = problem.offset + problem.x @ beta
    loss = problem.weight @ (np.logaddexp(0, score) - problem.y * score)
    return float(loss + 0.5 * (((beta - problem.mean) / problem.sd) ** 2).sum())


def _derivatives(problem: Problem, beta: Floats) -> tuple[Floats, Floats]:
    p = _chance(problem, beta)
    curve = problem.weight * np.maximum(p * (1 - p), 1e-9)
    gradient = problem.x.T @ (problem.weight * (problem.y - p)) - (beta - problem.mean) / problem.sd**2
    return gradient, (problem.x * curve[:, None]).T @ problem.x + np.diag(1 / problem.sd**2)


def _bounded_step(problem: Problem, beta: Floats, gradient: Floats, hessian: Floats) -> Floats:
    """Minimum of the quadratic within the bounds: weights that press against a bound are held there."""
    pull = gradient + hessian @ beta
    goal = beta.copy()
    held = np.zeros(len(beta), bool)
    for _ in range(SWEEPS):
        free = ~held
        goal[free] = np.linalg.solve(hessian[np.ix_(free, free)], pull[free] - hessian[np.ix_(free, held)] @ goal[held])
        outside = (goal < problem.low) | (goal > problem.high)
        goal = np.clip(goal, problem.low, problem.high)
        slope = pull - hessian @ goal
        back = held & (((goal <= problem.low) & (slope > ENOUGH)) | ((goal >= problem.high) & (slope < -ENOUGH)))
        if not outside.any() and not back.any():
            break
        held = (
            (held | outside) & ~back if outside.any() else held & ~(back & (np.abs(slope) == np.abs(slope[back]).max()))
        )
    return goal


def _damped(problem: Problem, beta: Floats, target: Floats, cost: float) -> tuple[Floats, float, float]:
    """Half the step until it does not make things worse."""
    step = 1.0
    while step > 1e-3:
        new = beta + step * (target - beta)
        new_cost = _cost(problem, new)
        if new_cost <= cost + 1e-9:
            return new, new_cost, float(np.abs(new - beta).max())
        step /= 2
    return beta, cost, 0.0
