"""500 clients, everybody ranked for each with reasons, beside networkx's resource allocation over the same ties.

The product does the whole work; networkx the graph part of a few clients, extrapolated to all.
"""

from __future__ import annotations

import statistics
import time
from typing import Any

import numpy as np

from benchmarks.machine import machine
from benchmarks.rank import found_by_networkx, made, networkx_graph, timed
from passalong.engine import knows

CLIENTS = 500
SAMPLE = 10
BAR_S = 15.0


def run(size: int) -> dict[str, Any]:
    """Seconds for all clients, in one process and thread."""
    scorer = knows.Scorer(made(size))
    scorer.rank("p0")
    clients = np.random.default_rng(3).choice(size, min(CLIENTS, size), replace=False)
    begun, begun_cpu = time.perf_counter(), time.process_time()
    for client in clients:
        scorer.rank(f"p{client}", top=20)
    took, took_cpu = time.perf_counter() - begun, time.process_time() - begun_cpu
    graph = networkx_graph(scorer.data)
    two_hops = timed(lambda client: found_by_networkx(graph, client), clients[:SAMPLE])
    theirs = statistics.mean(two_hops) * len(clients) / 1000
    return {
        "name": "nightly",
        "size": size,
        "machine": machine(),
        "product": {"seconds": took, "cpu_seconds": took_cpu, "clients": len(clients)},
        "peers": {"networkx": {"seconds_extrapolated": theirs, "measured_clients": SAMPLE}},
        "ratios": {"networkx (its graph part alone, extrapolated)": theirs / took_cpu},
        "pass": {f"<= {BAR_S:g} s": took <= BAR_S},
    }
