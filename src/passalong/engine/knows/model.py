"""What a data set taught: weights by circumstance, calibration, and how sure of them we are; readable JSON."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from passalong.engine.knows.arrays import Floats
from passalong.engine.knows.errors import DataError
from passalong.engine.knows.prior import shipped

FORMAT = 1
SUREST, BEYOND = 3.5, 0.05  # log-odds (.97) from which more of the same adds little: facts are wrong, names are shared


@dataclass(frozen=True)
class Weights:
    """Weights of one regime. spread: standard error of each weight; missing features take the shipped weight."""

    intercept: float
    intercept_sd: float
    weights: dict[str, float] = field(default_factory=dict)
    spread: dict[str, float] = field(default_factory=dict)
    fitted: bool = False

    def of(self, feature: str) -> float:
        """Weight of a feature."""
        found = self.weights.get(feature)
        return shipped().weight(feature) if found is None else found


@dataclass(frozen=True)
class Model:
    """Regimes in the order bare, cold, warm. curve: non-decreasing pairs (score, log-odds) that calibrate the score.

    pull: what shared groups are worth, by kind, times the prior; sociability: by client, as log-odds.
    """

    people: int
    regimes: tuple[Weights, Weights, Weights]
    curve: tuple[tuple[float, float], ...] = ()
    pull: dict[str, float] = field(default_factory=dict)
    sociability: dict[str, float] = field(default_factory=dict)
    calibrated: bool = False
    doubt: float = 0.8
    now: float = 0.0
    rows: int = 0
    answers: int = 0

    def log_odds(self, score: Floats) -> Floats:
        """Calibrated log-odds of scores: straight lines between the points of the curve, slope 1 beyond them.

        Where no ties of the data's own taught the weights, hardly above SUREST.
        """
        return self._bent(score) if self.rows else _never_certain(self._bent(score))

    def _bent(self, score: Floats) -> Floats:
        if not self.curve:
            return score
        x, y = np.array(self.curve).T
        inner = np.interp(score, x, y)
        out: Floats = inner + np.minimum(score - x[0], 0.0) + np.maximum(score - x[-1], 0.0)
        return out

    def chance(self, score: Floats) -> Floats:
        """p_knows of scores."""
        return np.asarray(1 / (1 + np.exp(-self.log_odds(score))))

    def save(self, path: str | Path) -> None:
        """Write as JSON."""
        Path(path).write_text(json.dumps({"format": FORMAT} | asdict(self), indent=1) + "\n", "utf-8")

    @classmethod
    def load(cls, path: str | Path) -> Model:
        """Read what `save` wrote; DataError when it is something else."""
        try:
            found: dict[str, Any] = json.loads(Path(path).read_text("utf-8"))
            if found.pop("format") != FORMAT:
                raise ValueError("another format")
            found["regimes"] = tuple(Weights(**regime) for regime in found["regimes"])
            found["curve"] = tuple((x, y) for x, y in found["curve"])
            return cls(**found)
        except OSError as error:
            raise DataError(f"{path}: cannot be read ({error.strerror}).") from None
        except (ValueError, KeyError, TypeError, AttributeError):
            raise DataError(f"{path}: is not a model written by `knows fit`.") from None


def _never_certain(log_odds: Floats) -> Floats:
    return np.asarray(np.where(log_odds > SUREST, SUREST + BEYOND * (log_odds - SUREST), log_odds))
