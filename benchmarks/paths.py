"""Ten best chains of at most three ties, beside one best path by the bidirectional search of networkx and networkit."""

from __future__ import annotations

import statistics
import time
from typing import Any

import numpy as np

from benchmarks.machine import machine
from benchmarks.rank import made, timed
from passalong.engine import knows

PAIRS = 300
PEER_PAIRS = 10
P95_BAR_MS = 2.0
NETWORKX_BAR, NETWORKIT_BAR = 100.0, 10.0


def run(size: int) -> dict[str, Any]:
    """Milliseconds a pair; half of the pairs are three ties apart or closer."""
    data = made(size)
    begun = time.perf_counter()
    paths = knows.Paths(data)
    load = time.perf_counter() - begun
    pairs = _pairs(paths, size)
    paths.between("p0", "p1")

    def found(i: int) -> object:
        return paths.between(f"p{pairs[i][0]}", f"p{pairs[i][1]}")

    ours = timed(found, range(PAIRS), time.perf_counter)
    fair = statistics.median(timed(found, range(PEER_PAIRS)))
    peers = _peers(paths, pairs[:PEER_PAIRS])
    p95 = float(np.percentile(ours, 95))
    return {
        "name": "paths",
        "size": size,
        "machine": machine(),
        "product": {"median_ms": statistics.median(ours), "p95_ms": p95, "load_s": load, "ties": len(data.ties.a)},
        "peers": {name: {"median_ms": found} for name, found in peers.items()},
        "ratios": {name: found / fair for name, found in peers.items()},
        "pass": {
            f"p95 <= {P95_BAR_MS:g} ms": p95 <= P95_BAR_MS,
            f">= {NETWORKX_BAR:g} x networkx": peers["networkx"] / fair >= NETWORKX_BAR,
            f">= {NETWORKIT_BAR:g} x networkit": peers["networkit"] / fair >= NETWORKIT_BAR,
        },
    }


def _pairs(paths: knows.Paths, size: int) -> list[tuple[int, int]]:
    """Two people at random, and in turn the end of a walk of three ties."""
    rng = np.random.default_rng(4)
    strength = paths.strength
    out: list[tuple[int, int]] = []
    while len(out) < PAIRS:
        a, b = (int(person) for person in rng.integers(0, size, 2))
        if len(out) % 2:
            b = a
            for _ in range(3):
                near = strength.indices[strength.indptr[b] : strength.indptr[b + 1]]
                b = int(rng.choice(near)) if len(near) else b
        if a != b:
            out.append((a, b))
    return out


def _peers(paths: knows.Paths, pairs: list[tuple[int, int]]) -> dict[str, float]:
    """Median milliseconds of one best path, cost -ln(strength), however many ties it takes."""
    import networkit as nk  # type: ignore[import-untyped]
    import networkx as nx  # type: ignore[import-untyped]

    cost = paths.strength.tocoo()
    upper = cost.row < cost.col
    a, b, weight = cost.row[upper], cost.col[upper], -np.log(cost.data[upper])
    kit = nk.GraphFromCoo((weight, (a.astype(np.uint64), b.astype(np.uint64))), n=cost.shape[0], weighted=True)
    graph: Any = nx.Graph()
    graph.add_nodes_from(range(cost.shape[0]))
    graph.add_weighted_edges_from(zip(a.tolist(), b.tolist(), weight.tolist(), strict=True))

    def by_networkx(i: int) -> object:
        try:
            return nx.bidirectional_dijkstra(graph, *pairs[i])
        except nx.NetworkXNoPath:
            return None

    took = {
        "networkx": timed(by_networkx, range(len(pairs))),
        "networkit": timed(lambda i: nk.distance.BidirectionalDijkstra(kit, *pairs[i]).run(), range(len(pairs))),
    }
    return {name: statistics.median(found) for name, found in took.items()}
