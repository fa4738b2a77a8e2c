"""Time to lay out a town and memory it takes, each size in a process of its own: the data, a scorer, one ranking."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

from benchmarks.machine import machine

CAP_MB = 4096
PART = """
import json, time
from resource import RUSAGE_SELF, getrusage
from benchmarks.rank import ROUNDS, made, medians, ranked, resource, typical_clients
from passalong.engine import knows
data = made({size})
begun = time.perf_counter()
scorer = knows.Scorer(data)
load = time.perf_counter() - begun
begun = time.perf_counter()
scorer.rank("p0")
first = time.perf_counter() - begun
took = ranked(scorer)
graph = medians(dict(product=lambda client: resource(scorer, client)), typical_clients(data), ROUNDS)
peak = getrusage(RUSAGE_SELF).ru_maxrss / 1024
told = dict(load_s=load, first_ms=1000 * first, peak_mb=peak, ties=len(data.ties.a), **took)
print(json.dumps(dict(told, graph_part_ms=graph["product"])))
"""


def run(size: int) -> dict[str, Any]:
    """Load, first and later rankings and peak memory at a hundredth, a tenth and all of the size."""
    curve = {part: measured(part) for part in (size // 100, size // 10, size) if part >= 100}
    return {
        "name": "memory",
        "size": size,
        "machine": machine(),
        "product": {f"{key}_at_{part}": value for part, told in curve.items() for key, value in told.items()},
        "peers": {},
        "ratios": {},
        "pass": {f"peak <= {CAP_MB} MB": curve[size]["peak_mb"] <= CAP_MB},
    }


def measured(size: int, part: str = PART) -> dict[str, float]:
    """What a program told of one size, in a process of its own."""
    found = subprocess.run([sys.executable, "-c", part.format(size=size)], check=True, capture_output=True, text=True)
    told: dict[str, float] = json.loads(found.stdout)
    return told
