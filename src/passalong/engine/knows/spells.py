"""Time spent together in a group. Unknown ends are averaged over plausible ones, never assumed to overlap."""

from __future__ import annotations

import numpy as np

from passalong.engine.knows.arrays import Floats
from passalong.engine.knows.dates import YEAR_DAYS

# A stay of unknown length: three equally likely lengths around the usual one (exponential quantiles at 1/6, 1/2, 5/6).
LENGTHS = np.array([0.18, 0.69, 1.79])
USUAL_YEARS = 8.0
LEARN_YEARS = 2.0  # after two years in the same small group most people have met (1 - 1/e of them)
MEETING_YEARS = 0.5  # being there on the same day at all counts like half a year
NEVER = 0.05  # same group, never at the same time: little is left
FADES_YEARS = 40.0  # a third is left so long after the last day together: colleagues fade (Burt, 2000)
EVENT_DAYS = 60.0
TOGETHER = 0.9  # both at the same short event


def plausible(start: Floats, end: Floats, now: float) -> tuple[Floats, Floats]:
    """Three plausible (start, end) of each stay, shape (n, 3); rows without any date stay nan.

    An open end may mean "still there": it is drawn from the usual length and, as facts are collected about the
    present, never set before half the time since the start has passed.
    """
    stay = USUAL_YEARS * YEAR_DAYS * LENGTHS
    from_end = end[:, None] - stay[None, :]
    first = np.where(np.isnan(start)[:, None], from_end, start[:, None])
    from_start = np.maximum(first + stay[None, :], (first + max(now, 0.0)) / 2 if now > 0 else -np.inf)
    last = np.where(np.isnan(end)[:, None], from_start, end[:, None])
    return first, last


def togetherness(a: tuple[Floats, Floats], b: tuple[Floats, Floats], undated: Floats, now: float) -> Floats:
    """How far two stays count as time together, 0 to 1, averaged over plausible dates.

    a, b: (starts, ends), each of shape (pairs, 3); undated: what counts where the dates of one are not known; now: day
    from which what is past fades. Rises with common years (Hsieh et al., WWW 2013); symmetric.
    """
    out = undated.copy()
    dated = np.flatnonzero(~np.isnan(a[0][:, 0]) & ~np.isnan(b[0][:, 0]))
    start_a, end_a, start_b, end_b = (side[dated] for side in (*a, *b))
    total = np.zeros(len(dated))
    for i in range(3):
        for j in range(3):
            total += _one(start_a[:, i], end_a[:, i], start_b[:, j], end_b[:, j], now)
    out[dated] = total / 9
    return out


def _one(start_a: Floats, end_a: Floats, start_b: Floats, end_b: Floats, now: float) -> Floats:
    last = np.minimum(end_a, end_b)
    common = last - np.maximum(start_a, start_b)
    fresh = np.exp(-np.maximum(now - last, 0.0) / (FADES_YEARS * YEAR_DAYS)) if now > 0 else 1.0
    shorter = np.minimum(end_a - start_a, end_b - start_b)
    years = np.maximum(common, 0.0) / YEAR_DAYS + MEETING_YEARS
    met = NEVER + (1 - NEVER) * -np.expm1(-years / LEARN_YEARS)
    event = np.where(shorter < EVENT_DAYS, np.maximum(met, TOGETHER), met)
    return np.where(common >= 0, np.maximum(event * fresh, NEVER), NEVER)


def common_days(start_a: float, end_a: float, start_b: float, end_b: float) -> tuple[float, float] | None:
    """First and last known day together, nan where open; None when they were never there together."""
    first = max(start_a, start_b) if not (np.isnan(start_a) or np.isnan(start_b)) else float("nan")
    ends = [end for end in (end_a, end_b) if not np.isnan(end)]
    last = min(ends) if ends else float("nan")
    return None if first > last else (first, last)
