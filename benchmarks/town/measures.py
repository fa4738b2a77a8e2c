"""How good probabilities are against the truth: ranking as means over clients, calibration over all pairs."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from benchmarks.town.people import Floats

BINS = 15
SHOWN = 20


def ranking(p: Floats, truth: Floats) -> tuple[float, float, float]:
    """P@10, AP, AUC of one client; equal p share their places."""
    order = np.argsort(-p, kind="stable")
    p, truth = p[order], truth[order]
    begin = np.flatnonzero(np.r_[True, p[1:] != p[:-1]])
    count = np.diff(np.r_[begin, len(p)])
    yes = np.add.reduceat(truth, begin)
    share = np.repeat(yes / count, count)  # within a block of equals anybody may come first
    places = np.arange(1, len(p) + 1)
    found = np.cumsum(share)
    before = np.cumsum(count - yes) - (count - yes) / 2
    auc = 1 - float((yes * before).sum() / max(yes.sum() * (count - yes).sum(), 1))
    return float(share[:10].mean()), float((share * found / places).sum() / max(truth.sum(), 1)), auc


def calibration_error(p: Floats, truth: Floats, bins: int = BINS) -> float:
    """Mean gap between probability and share, over bins of equal mass."""
    order = np.argsort(p, kind="stable")
    parts = np.array_split(order, bins)
    return float(sum(abs(p[part].mean() - truth[part].mean()) * len(part) for part in parts if len(part)) / len(p))


def skill(p: Floats, truth: Floats) -> float:
    """Brier skill against telling everybody the base rate."""
    base = truth.mean()
    return float(1 - np.mean((p - truth) ** 2) / (base * (1 - base)))


def measured(p: Sequence[Floats], truth: Sequence[Floats]) -> dict[str, float]:
    """All figures of some clients: one array each of probabilities and truths of their candidates."""
    each = np.array([ranking(*both) for both in zip(p, truth, strict=True) if 0 < both[1].sum() < len(both[1])])
    top = [np.argsort(-mine, kind="stable")[:SHOWN] for mine in p]
    shown = np.concatenate([mine[best] for mine, best in zip(p, top, strict=True)])
    shown_truth = np.concatenate([mine[best] for mine, best in zip(truth, top, strict=True)])
    all_p, all_truth = np.concatenate(p), np.concatenate(truth)
    figures = dict(zip(("p10", "ap", "auc"), each.mean(0).tolist(), strict=True))
    return figures | {
        "bss": skill(all_p, all_truth),
        "ece": calibration_error(all_p, all_truth),
        "ece_shown": calibration_error(shown, shown_truth),
        "mean_p": float(all_p.mean()),
        "base_rate": float(all_truth.mean()),
        "mean_p_shown": float(shown.mean()),
        "rate_shown": float(shown_truth.mean()),
    }
