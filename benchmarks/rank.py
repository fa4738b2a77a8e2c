"""Rank everybody for one client, reasons included, beside the graph part alone by other libraries, one process.

The graph part is resource allocation over known ties between the client and everybody two ties away. networkx and
igraph are given those pairs; the product's figure beside theirs is its own resource allocation over the same ties.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from benchmarks.machine import machine
from passalong.engine import knows
from passalong.engine.knows.arrays import Floats, Ints
from passalong.engine.knows.dataset import Affiliations, Answers, Ties, Traits
from passalong.engine.knows.row import spread

CLIENTS = 200
PEER_CLIENTS = 30  # networkx takes long
TOP = 20
P95_BAR_MS = 25.0
NETWORKX_BAR = 100.0
HUB_RATIO = "networkx (graph part, best known clients)"


def run(size: int) -> dict[str, Any]:
    """Times of `Scorer.rank` in milliseconds, of the graph part by product and peers, and cost at smaller sizes."""
    curve = {
        f"cpu_median_ms_at_{part}": ranked(_scorer(part))["cpu_median_ms"] for part in (1_000, 10_000) if part < size
    }
    scorer = _scorer(size)
    whole = ranked(scorer)
    degree = scorer.world.degree
    clients = np.random.default_rng(2).choice(np.flatnonzero(degree > 0), PEER_CLIENTS).tolist()
    known = np.argsort(-degree)[: 3 * PEER_CLIENTS][::3].tolist()
    calls = _calls(scorer, clients + known)
    alike = all(_alike(calls, client) for client in clients + known)
    typical, hubs = _medians(calls, clients), _medians(calls, known)
    ours, ours_hubs = typical.pop("product"), hubs.pop("product")
    ratios = {f"{name} (graph part)": found / ours for name, found in typical.items()}
    ratios |= {f"{name} (graph part, best known clients)": found / ours_hubs for name, found in hubs.items()}
    return {
        "name": "rank",
        "size": size,
        "machine": machine(),
        "product": {
            **whole,
            "graph_part_median_ms": ours,
            "graph_part_best_known_median_ms": ours_hubs,
            "best_known_ties": float(np.median(degree[known])),
            "ties": len(scorer.data.ties.a),
            "memberships": len(scorer.data.affiliations.person),
            **curve,
        },
        "peers": {name: {"median_ms": found} for name, found in typical.items()},
        "ratios": ratios,
        "pass": {
            f"p95 <= {P95_BAR_MS:g} ms": whole["p95_ms"] <= P95_BAR_MS,
            f">= {NETWORKX_BAR:g} x networkx": ratios["networkx (graph part)"] >= NETWORKX_BAR,
            f">= {NETWORKX_BAR:g} x networkx, best known clients": ratios[HUB_RATIO] >= NETWORKX_BAR,
            "same result": alike,
        },
    }


def _scorer(size: int) -> knows.Scorer:
    scorer = knows.Scorer(made(size))
    scorer.rank("p0")  # what is laid out on first use
    return scorer


def ranked(scorer: knows.Scorer) -> dict[str, float]:
    """Milliseconds of ranking everybody for one client, with reasons: passed, and of processor time."""
    clients = np.random.default_rng(1).integers(0, scorer.data.size, CLIENTS)
    out = {}
    for name, clock in (("", time.perf_counter), ("cpu_", time.process_time)):
        took = timed(lambda client: scorer.rank(f"p{client}", top=TOP), clients, clock)
        out |= {f"{name}median_ms": statistics.median(took), f"{name}p95_ms": float(np.percentile(took, 95))}
    return out


def timed(
    work: Callable[[int], object], clients: Iterable[int], clock: Callable[[], float] = time.process_time
) -> list[float]:
    """Milliseconds of each call; of processor time, which other work on the machine disturbs less."""
    took = []
    for client in clients:
        begun = clock()
        work(int(client))
        took.append(1000 * (clock() - begun))
    return took


def _resource(scorer: knows.Scorer, client: int) -> tuple[Ints, Floats]:
    """Resource allocation between a client and everybody two ties away, as the engine counts it."""
    ties = scorer.world.ties
    friends = ties.indices[ties.indptr[client] : ties.indptr[client + 1]].astype(np.int64)
    people, (share,) = spread(ties, friends, 1 / scorer.reach.divisor[friends])
    return people, share


Calls = dict[str, Callable[[int], object]]


def _calls(scorer: knows.Scorer, clients: list[int]) -> Calls:
    """The graph part for a client by product and peers; which pairs to ask networkx and networkit for is given."""
    import igraph
    import networkit as nk
    import networkx as nx

    data = scorer.data
    edges = np.column_stack([data.ties.a, data.ties.b])
    graph: Any = nx.Graph()
    graph.add_nodes_from(range(data.size))
    graph.add_edges_from(edges.tolist())
    dense = igraph.Graph(data.size, edges.tolist())
    kit = nk.GraphFromCoo((edges[:, 0].astype(np.uint64), edges[:, 1].astype(np.uint64)), n=data.size)
    index = nk.linkprediction.ResourceAllocationIndex(kit)
    shares = scorer.world.ties.multiply(1 / scorer.reach.divisor).tocsr()
    near = {c: [(c, p) for p in _resource(scorer, c)[0].tolist() if p != c] for c in clients}
    return {
        "product": lambda client: _resource(scorer, client),
        "networkx": lambda client: list(nx.resource_allocation_index(graph, near[client])),
        "networkit": lambda client, kept=kit: index.runOn(near[client]),
        "igraph": lambda client: _by_neighbours(dense, client),
        "scipy.sparse": lambda client: shares[[client]] @ scorer.world.ties,
    }


def _medians(calls: Calls, clients: list[int]) -> dict[str, float]:
    return {name: statistics.median(timed(call, clients)) for name, call in calls.items()}


def _alike(calls: Calls, client: int) -> bool:
    """Whether networkx finds the same numbers."""
    people, share = calls["product"](client)  # type: ignore[misc]
    ours = dict(zip(people.tolist(), share.tolist(), strict=True))
    theirs: Any = calls["networkx"](client)
    return all(abs(ours[person] - found) < 1e-9 for _, person, found in theirs)


def _by_neighbours(graph: Any, client: int) -> dict[int, float]:
    """igraph has no resource allocation: neighbours of neighbours into a dict."""
    out: dict[int, float] = {}
    for friend in graph.neighbors(client):
        theirs = graph.neighbors(friend)
        for person in theirs:
            out[person] = out.get(person, 0.0) + 1 / len(theirs)
    return out


# kind of group -> (share of people in one, usual size)
GROUPS = {"employer": (0.9, 12), "school": (0.8, 60), "club": (0.7, 25), "town": (0.6, 800)}
TIES_EACH = 10  # ties a person, so that the mean number of acquaintances is twice that
INSIDE = 0.6  # share of ties made within groups


def made(size: int, seed: int = 2026) -> knows.DataSet:
    """A seeded town: `size` people, 3 x memberships, 10 x ties of a power law, most of them within groups."""
    rng = np.random.default_rng(seed)
    rows, groups = _memberships(size, rng)
    a, b = _ties(size, rows, groups, rng)
    nowhere, nothing = np.zeros(0, np.int64), np.zeros(0)
    ids = tuple(f"p{person}" for person in range(size))
    names = tuple(f"g{group}" for group in range(groups))
    unknown = np.full(len(a), np.nan)
    return knows.DataSet(
        ids=ids,
        names=ids,
        kinds=tuple(GROUPS),
        groups=names,
        group_names=names,
        group_sizes=np.full(groups, np.nan),
        trait_kinds=(),
        tie_kinds=("knows",),
        affiliations=rows,
        traits=Traits(nowhere, nowhere, nothing),
        ties=Ties(a, b, np.zeros(len(a), np.int64), np.ones(len(a)), unknown, unknown),
        answers=Answers(nowhere, nowhere, nowhere, nothing),
        index={person: place for place, person in enumerate(ids)},
    )


def _memberships(size: int, rng: np.random.Generator) -> tuple[Affiliations, int]:
    """Who is in which group; sizes of each kind are log-normal around the usual one, two in three dated."""
    people, kinds, groups, made_so_far = [], [], [], 0
    for code, (share, usual) in enumerate(GROUPS.values()):
        number = max(2, size // usual)
        chance = rng.lognormal(0.0, 0.8, number)
        member = np.flatnonzero(rng.random(size) < share)
        people.append(member)
        kinds.append(np.full(len(member), code))
        groups.append(made_so_far + rng.choice(number, len(member), p=chance / chance.sum()))
        made_so_far += number
    person = np.concatenate(people)
    start = 365.25 * rng.integers(1985, 2024, len(person)).astype(float)
    start[rng.random(len(person)) < 1 / 3] = np.nan
    end = np.where(rng.random(len(person)) < 0.4, start + 365.25 * rng.integers(1, 10, len(person)), np.nan)
    return Affiliations(person, np.concatenate(kinds), np.concatenate(groups), start, end), made_so_far


def _ties(size: int, rows: Affiliations, groups: int, rng: np.random.Generator) -> tuple[Ints, Ints]:
    """Pairs, each once; people's shares of the ties follow a power law, bounded at 100 times the mean."""
    fame = np.minimum(rng.pareto(1.6, size) + 0.4, 60.0)
    by_fame = np.cumsum(fame) / fame.sum()
    order = np.argsort(rows.group, kind="stable")
    begin = np.searchsorted(rows.group[order], np.arange(groups + 1))
    small = np.flatnonzero(rows.kind != list(GROUPS).index("town"))
    keys = np.zeros(0, np.int64)
    while len(keys) < TIES_EACH * size:
        wanted = TIES_EACH * size - len(keys) + 100
        a = np.searchsorted(by_fame, rng.random(wanted))
        b = np.searchsorted(by_fame, rng.random(wanted))
        row = small[rng.integers(0, len(small), int(wanted * INSIDE))]
        group = rows.group[row]
        other = order[begin[group] + (rng.random(len(row)) * (begin[group + 1] - begin[group])).astype(np.int64)]
        a[: len(row)], b[: len(row)] = rows.person[row], rows.person[other]
        low, high = np.minimum(a, b), np.maximum(a, b)
        keys = np.unique(np.r_[keys, (low * size + high)[low < high]])
    keys = np.sort(rng.permutation(keys)[: TIES_EACH * size])
    return keys // size, keys % size
