"""The shipped beliefs: a short table by kind and rarity band, read from prior.json."""

from __future__ import annotations

import functools
import json
import math
from dataclasses import dataclass
from importlib import resources
from typing import Any

import numpy as np

from passalong.engine.knows.arrays import Floats

# Typical sizes of the bands 2-5, 6-20, 21-100 and over 100; between them the share is drawn as a straight line.
BAND_SIZES = np.log([3.0, 11.0, 45.0, 250.0])
UNDATED = 0.45  # two stays of unknown years: as often together as not, and then for some years
FALL = 0.7  # how steeply log-odds fall with ln(size) past the last band


@dataclass(frozen=True)
class Prior:
    """Beliefs by kind: shares by group size, weights of contacts, weights of what is derived from ties."""

    kinds: dict[str, tuple[float, ...]]
    present: frozenset[str]
    contacts: dict[str, float]
    weights: dict[str, float]
    acquaintances: tuple[float, float, float, float]

    def base(self, people: int) -> float:
        """Log-odds that two people drawn from a population of this size know each other, but for groups they share.

        A few hundred acquaintances at most, a part of them through groups, which count of their own; a list of a few
        dozen people is a community, and closer.
        """
        most, half, at_one, power = self.acquaintances
        close = min(at_one * people**power, people / 3) / max(people - 1, 2)
        share = max(most / (people + half), close)
        return math.log(share / (1 - share))

    def shares(self, kind: str) -> tuple[float, ...]:
        """Share of pairs who know each other by size of group; equal numbers of a trait are told by `trait`."""
        return self.kinds.get(kind, self.kinds["trait" if kind.startswith("trait:") else "*"])

    def undated(self, kind: str) -> float:
        """What counts as time together where dates are not known: all of it for what is told of the present only."""
        return 1.0 if kind in self.present or kind.startswith("trait:") else UNDATED

    def evidence(self, kind: str, sizes: Floats, together: Floats, people: int) -> Floats:
        """Odds ratio less one for two members of a group of these sizes, who may also know each other otherwise.

        q of them come to know each other through the group when they are in it together for good, 1 - (1 - q)^together
        in less time (a constant rate of meeting, as Hsieh et al. have it); b of all people know each other whatsoever:
        with both, odds grow by odds(q) / b.
        """
        shares = np.asarray(self.shares(kind))
        known = np.log(sizes)
        log_odds = np.interp(known, BAND_SIZES, np.log(shares / (1 - shares)))
        log_odds = log_odds - FALL * np.maximum(known - BAND_SIZES[-1], 0.0)
        odds = np.expm1(together * np.log1p(np.exp(log_odds)))
        base = math.exp(self.base(people))
        return np.asarray(odds * (1 + base) / base)

    def weight(self, feature: str) -> float:
        """Weight of a feature such as `vote:employer`, `seen:mail` or `breadth`."""
        family, _, kind = feature.partition(":")
        if family == "seen":
            return self.contacts.get(kind, self.contacts["*"])
        return self.weights[family]


@functools.cache
def shipped() -> Prior:
    """The prior of the package."""
    text = resources.files("passalong.engine.knows").joinpath("prior.json").read_text("utf-8")
    table: dict[str, Any] = json.loads(text)
    known = table["acquaintances"]
    return Prior(
        kinds={kind: tuple(row["by_size"]) for kind, row in table["kinds"].items()},
        present=frozenset(table["present"]["kinds"]),
        contacts={kind: row["weight"] for kind, row in table["contacts"].items()},
        weights={name: row["weight"] for name, row in table["weights"].items()},
        acquaintances=(known["most"] * known["otherwise"], known["half_at"], known["at_one"], known["power"]),
    )
