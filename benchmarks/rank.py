"""Rank everybody for one client, reasons included, beside the graph part alone by other libraries, one process.

The graph part is resource allocation over known ties between the client and everybody two ties away. networkx is asked
by its own call, `resource_allocation_index`, for exactly those pairs; once as given, which spares it finding them, and
once more finding them itself. networkit is given them too; the product, igraph and scipy find them.
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

CLIENTS = 200
TYPICAL_CLIENTS = 100  # for the graph part
KNOWN_CLIENTS = 30  # those with the most ties; networkx takes a tenth of a second for each
ROUNDS, KNOWN_ROUNDS = 5, 2
TOP = 20
P95_BAR_MS = 25.0
NETWORKX_BAR = 100.0
GRAPH, HUBS = "(graph part)", "(graph part, best known clients)"


def run(size: int) -> dict[str, Any]:
    """Times of `Scorer.rank` and of the graph part by product and peers, in milliseconds."""
    scorer = knows.Scorer(made(size))
    scorer.rank("p0")  # what is laid out on first use
    whole = ranked(scorer)
    degree = scorer.world.degree
    clients = typical_clients(scorer.data)
    known = np.argsort(-degree)[: 3 * KNOWN_CLIENTS][::3].tolist()
    calls = _calls(scorer, clients + known)
    alike = all(_alike(calls, client) for client in clients + known)
    typical, hubs = medians(calls, clients, ROUNDS), medians(calls, known, KNOWN_ROUNDS)
    ours, ours_hubs = typical.pop("product"), hubs.pop("product")
    ratios = {f"{name} {GRAPH}": found / ours for name, found in typical.items()}
    ratios |= {f"{name} {HUBS}": found / ours_hubs for name, found in hubs.items()}
    return {
        "name": "rank",
        "size": size,
        "machine": machine(),
        "product": {
            **whole,
            "graph_part_median_ms": ours,
            "graph_part_best_known_median_ms": ours_hubs,
            "typical_ties": float(np.median(degree[clients])),
            "best_known_ties": float(np.median(degree[known])),
            "ties": len(scorer.data.ties.a),
            "memberships": len(scorer.data.affiliations.person),
        },
        "peers": {name: {"median_ms": found, "best_known_median_ms": hubs[name]} for name, found in typical.items()},
        "ratios": ratios,
        "pass": {
            f"p95 <= {P95_BAR_MS:g} ms": whole["p95_ms"] <= P95_BAR_MS,
            f">= {NETWORKX_BAR:g} x networkx": ratios[f"networkx {GRAPH}"] >= NETWORKX_BAR,
            f">= {NETWORKX_BAR:g} x networkx, best known clients": ratios[f"networkx {HUBS}"] >= NETWORKX_BAR,
            "same result": alike,
        },
    }


def typical_clients(data: knows.DataSet) -> list[int]:
    """Clients picked at random among those with a tie."""
    tied = np.unique(np.r_[data.ties.a, data.ties.b])
    clients: list[int] = np.random.default_rng(2).choice(tied, TYPICAL_CLIENTS).tolist()
    return clients


def ranked(scorer: knows.Scorer) -> dict[str, float]:
    """Milliseconds of ranking everybody for one client, with reasons: passed, and of processor time."""
    clients = np.random.default_rng(1).integers(0, scorer.data.size, CLIENTS)
    out: dict[str, float] = {}
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


def resource(scorer: knows.Scorer, client: int) -> tuple[Ints, Floats]:
    """Resource allocation between a client and everybody two ties away, as the engine counts it."""
    reach = scorer.reach
    friends = reach.ties.of(client)
    people, (share,) = reach.ties.spread(friends, reach.share[friends])
    return people, share


Calls = dict[str, Callable[[int], Any]]


def networkx_graph(data: knows.DataSet) -> Any:
    """The known ties as networkx keeps them."""
    import networkx as nx  # type: ignore[import-untyped]

    graph: Any = nx.Graph()
    graph.add_nodes_from(range(data.size))
    graph.add_edges_from(zip(data.ties.a.tolist(), data.ties.b.tolist(), strict=True))
    return graph


def found_by_networkx(graph: Any, client: int) -> list[tuple[int, int, float]]:
    """Everybody two ties away, and networkx's resource allocation of each."""
    import networkx as nx

    reached = {person for friend in graph[client] for person in graph[friend]} - {client}
    return list(nx.resource_allocation_index(graph, [(client, person) for person in reached]))


def _calls(scorer: knows.Scorer, clients: list[int]) -> Calls:
    """The graph part for a client by product and peers; which pairs to ask networkx and networkit for is given."""
    import igraph  # type: ignore[import-untyped]
    import networkit as nk  # type: ignore[import-untyped]
    import networkx as nx

    data = scorer.data
    edges = np.column_stack([data.ties.a, data.ties.b])
    graph = networkx_graph(data)
    dense = igraph.Graph(data.size, edges.tolist())
    kit = nk.GraphFromCoo((edges[:, 0].astype(np.uint64), edges[:, 1].astype(np.uint64)), n=data.size)
    index = nk.linkprediction.ResourceAllocationIndex(kit)
    shares = scorer.world.ties.multiply(scorer.reach.share).tocsr()
    near = {c: [(c, p) for p in resource(scorer, c)[0].tolist() if p != c] for c in clients}
    return {
        "product": lambda client: resource(scorer, client),
        "networkx": lambda client: list(nx.resource_allocation_index(graph, near[client])),
        "networkx finding the pairs": lambda client: found_by_networkx(graph, client),
        "networkit": lambda client: index.runOn(near[client]) if kit else None,  # the index does not keep its graph
        "igraph": lambda client: _by_neighbours(dense, client),
        "scipy.sparse": lambda client: shares[[client]] @ scorer.world.ties,
    }


def medians(calls: Calls, clients: list[int], rounds: int) -> dict[str, float]:
    """Median over the clients of the shortest of some calls, as other work only lengthens them; all calls in turn.

    Before each round every call is made once for every client without being counted, so that none is met cold.
    """
    took: dict[str, list[list[float]]] = {name: [] for name in calls}
    for _ in range(rounds):
        for name, call in calls.items():
            timed(call, clients)
            took[name].append(timed(call, clients))
    return {name: float(np.median(np.min(found, axis=0))) for name, found in took.items()}


def _alike(calls: Calls, client: int) -> bool:
    """Whether networkx, looking for itself, finds the same people and numbers."""
    people, share = calls["product"](client)
    ours = dict(zip(people.tolist(), share.tolist(), strict=True))
    ours.pop(client, None)
    theirs = calls["networkx finding the pairs"](client)
    return len(ours) == len(theirs) and all(abs(ours[person] - found) < 1e-9 for _, person, found in theirs)


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
    unanswered: Any = dict.fromkeys(Answers.__dataclass_fields__, nowhere)
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
        answers=Answers(**unanswered),
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
