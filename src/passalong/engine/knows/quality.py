"""How good scores are against known answers: ranking within each client, probabilities over all pairs."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from passalong.engine.knows.arrays import Floats

BINS = 15


def quality(clients: Sequence[str], p: Floats, knows: Floats) -> dict[str, float]:
    """AUC, AP, P@10 and R@50 as means over clients who have both kinds of pairs; BSS and ECE over all pairs.

    clients: of each pair; p: probabilities; knows: 0 or 1. Equal scores count as shuffled. Figures that cannot be
    told (nobody has both kinds) are nan. BSS: 1 - Brier / (base (1 - base)); ECE: 15 bins of equal weight.
    """
    order = np.argsort(np.asarray(clients), kind="stable")
    names = np.asarray(clients)[order]
    parts = np.split(order, np.flatnonzero(names[1:] != names[:-1]) + 1)
    rows = [_ranking(-p[i], knows[i]) for i in parts if 0 < knows[i].sum() < len(i)]
    means = np.mean(rows, axis=0) if rows else np.full(4, np.nan)
    out = dict(zip(("auc", "ap", "p10", "r50"), means.tolist(), strict=True))
    base = knows.mean()
    spread = base * (1 - base)
    out["bss"] = float(1 - ((p - knows) ** 2).mean() / spread) if spread else float("nan")
    out["ece"] = _calibration_error(p, knows)
    return out


def _ranking(key: Floats, knows: Floats) -> tuple[float, float, float, float]:
    """AUC, AP, P@10, R@50 of one client; equal keys form one block."""
    order = np.argsort(key, kind="stable")
    key, knows = key[order], knows[order]
    end = np.r_[np.flatnonzero(np.diff(key)), len(key) - 1]
    found, seen = np.cumsum(knows)[end], end + 1.0
    new, size = np.diff(np.r_[0.0, found]), np.diff(np.r_[0.0, seen])
    yes, no = found[-1], len(knows) - found[-1]
    below = no - np.cumsum(size - new)
    auc = (new * (below + (size - new) / 2)).sum() / (yes * no)
    ap = (new * found / seen).sum() / yes

    def top(k: int) -> float:
        return float((new * np.clip((k - (seen - size)) / size, 0, 1)).sum())

    return float(auc), float(ap), top(10) / 10, top(50) / yes


def _calibration_error(p: Floats, knows: Floats) -> float:
    order = np.argsort(p, kind="stable")
    parts = [part for part in np.array_split(order, BINS) if len(part)]
    return float(sum(abs((p[i] - knows[i]).sum()) for i in parts) / len(p))
