"""All evidence about pairs, as sparse columns by name, and what of it counts under which circumstances."""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np

from passalong.engine.knows.arrays import Floats, Ints, Sparse, lookup
from passalong.engine.knows.circles import circle_features, contact_features
from passalong.engine.knows.shared import Companions, companions, shared_features
from passalong.engine.knows.votes import Backward, forward
from passalong.engine.knows.world import World

# What is known of the two decides which weights count: BARE no tie of either, COLD ties of one, WARM ties of both.
BARE, COLD, WARM = 0, 1, 2
REGIMES = ("bare", "cold", "warm")
FAMILIES = {
    BARE: ("groups", "breadth", "shared", "seen", "via", "near"),
    COLD: ("groups", "breadth", "shared", "seen", "via", "near", "vote", "share", "walk"),
    WARM: ("groups", "breadth", "shared", "seen", "via", "near", "vote", "share", "walk", "circle"),
}
STANDING = {BARE: (), COLD: ("degree",), WARM: ("degree", "sociable")}
NEAR_SCALES = {"wide": 1.0, "close": 3.0}
SAMPLE = 2_000


def family(feature: str) -> str:
    """`vote:employer` -> `vote`."""
    return feature.partition(":")[0]


@dataclass(frozen=True, eq=False)
class Evidence:
    """Columns (asked x people) by name, for the people asked about."""

    world: World
    asked: Ints
    hidden: bool
    found: Companions
    columns: dict[str, Sparse]


class Counter:
    """Counts evidence in a world; what depends on memberships alone is counted once."""

    def __init__(self, world: World) -> None:
        """Wrap a world."""
        self.world = world

    def pulled(self, pull: dict[str, float]) -> Counter:
        """The same counter where kinds of groups are worth more or less; what was counted once is kept."""
        if not pull:
            return self
        other = Counter(self.world.pulled(pull))
        other.__dict__ |= {name: kept for name, kept in self.__dict__.items() if name != "world"}
        return other

    @functools.cached_property
    def backward(self) -> Backward:
        """Votes from the other side."""
        return Backward(self.world)

    @functools.cached_property
    def near_scales(self) -> dict[str, tuple[float, dict[str, float]]]:
        """Spread of each trait, and what each nearness is on average between two people."""
        rng = np.random.default_rng(0)
        out = {}
        for kind, values in self.world.traits.items():
            held = values[~np.isnan(values)]
            spread = float(held.std())
            gap = np.abs(rng.choice(held, SAMPLE) - rng.choice(held, SAMPLE)) / spread
            out[kind] = spread, {name: float(np.exp(-gap * k).mean()) for name, k in NEAR_SCALES.items()}
        return out

    def evidence(self, asked: Ints, world: World | None = None, *, hidden: bool = False) -> Evidence:
        """Evidence between the asked people and all others.

        world: the same people with other known ties. hidden: do as if no tie of the asked people were known.
        """
        world = world or self.world
        found = companions(world, asked)
        columns = shared_features(world, found) | contact_features(world, asked)
        if world.ties.nnz:
            own = world.ties[asked] if hidden else None
            _add(columns, forward(world, found, own))
            if own is None and world.degree[asked].any():
                _add(columns, self.backward.features(world, asked))
                _add(columns, circle_features(world, asked))
        return Evidence(world, asked, hidden, found, columns)

    def nearness(self, a: Ints, b: Ints) -> dict[str, Floats]:
        """`near:trait` of pairs: how much nearer than two people on average; 0 where a number is missing."""
        out: dict[str, Floats] = {}
        for kind, (spread, means) in self.near_scales.items():
            values = self.world.traits[kind]
            gap = np.abs(values[a] - values[b]) / spread
            for name, k in NEAR_SCALES.items():
                out[f"near:{name}:{kind}"] = np.nan_to_num(np.exp(-gap * k) - means[name], nan=0.0)
        return out


def _add(columns: dict[str, Sparse], more: dict[str, Sparse]) -> None:
    for name, column in more.items():
        columns[name] = columns[name] + column if name in columns else column


def degrees(evidence: Evidence, rows: Ints, people: Ints) -> tuple[Floats, Floats]:
    """Known acquaintances of the asked person and of the other of each pair, a tie of the pair itself not counted."""
    world = evidence.world
    tied = lookup(world.ties, evidence.asked[rows], people)
    mine = np.zeros(len(rows)) if evidence.hidden else world.degree[evidence.asked[rows]] - tied
    return mine, world.degree[people] - tied


def regime_of(mine: Floats, other: Floats) -> Ints:
    """BARE, COLD or WARM for pairs of people with these numbers of known acquaintances."""
    return (mine > 0).astype(np.int64) + (other > 0)


def standing(regime: Ints, mine: Floats, other: Floats) -> dict[str, Floats]:
    """What belongs to one person alone. In COLD `degree` is that of whichever of the two has known ties."""
    one = np.where(regime == COLD, np.maximum(mine, other), np.where(regime == WARM, other, 0.0))
    return {"degree": np.log1p(one), "sociable": np.log1p(np.where(regime == WARM, mine, 0.0))}
