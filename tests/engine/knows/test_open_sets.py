"""Measured on open data with known answers, where it lies beside the repository."""

from __future__ import annotations

import csv
import gzip
import json
from pathlib import Path

import numpy as np
import pytest
from tests.engine.knows.make import write

from passalong.engine import knows

SETS = Path(__file__).parents[3].parent / "shared/data/knows"
OPEN = ("highschool-2013-friendship", "uk-faculty", "addhealth-community9", "email-eu-core", "facebook100-Caltech36")
SMALL = 150


def table(name: str, split: str, file: str) -> list[tuple[str, ...]]:
    for folder in (SETS / name / split, SETS / name):
        for path in (folder / f"{file}.csv", folder / f"{file}.csv.gz"):
            if path.exists():
                raw = path.read_bytes()
                text = (gzip.decompress(raw) if path.suffix == ".gz" else raw).decode("utf-8")
                return [tuple(row) for row in csv.reader(text.splitlines())][1:]
    return []


def measured(name: str, split: str, tmp_path: Path) -> dict[str, float]:
    tables = {file: table(name, split, file) for file in ("people", "affiliations", "traits", "ties")}
    write(
        tmp_path / name, {file: [row if len(row) > 1 else (*row, "") for row in rows] for file, rows in tables.items()}
    )
    truth = table(name, split, "truth")
    p = knows.Scorer(knows.read_folder(tmp_path / name)).score((row[0], row[1]) for row in truth)
    return knows.quality([row[0] for row in truth], p, np.array([float(row[2]) for row in truth]))


@pytest.mark.skipif(not SETS.is_dir(), reason="the open data sets do not lie beside the repository")
@pytest.mark.parametrize("task", ["cold", "warm"])
def test_clients_are_ranked_as_well_as_the_best_simple_method_and_calibrated(tmp_path: Path, task: str) -> None:
    """One split of each set here; all splits, repeats averaged, in docs/methods/who-knows-whom.md."""
    known = json.loads((SETS / "baselines.json").read_text("utf-8"))
    gains = []
    for name in OPEN:
        found = measured(name, task, tmp_path)
        gains.append(found["ap"] / known[name][task]["must_pass_ap"])
        assert found["bss"] > 0, name
        assert found["ece"] <= (0.08 if len(table(name, "", "people")) < SMALL else 0.02), name
    assert np.mean(gains) > 1.0
    assert min(gains) > 0.85  # one split of a small set is a matter of luck
