"""What who-knows-whom costs from 1,000 people to a million, each size in a process of its own; drawn as a chart.

Beside it networkx, whose graph part alone is asked for clients picked at random, in a process of its own too.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from benchmarks.chart import Line, Panel, drawn
from benchmarks.machine import machine
from benchmarks.memory import CAP_MB, measured

LEAST, STEP = 1_000, 10
FULL = 1_000_000  # the chart in the documentation is drawn from runs up to this size
CHART = Path(__file__).parent.parent / "docs" / "reference" / "cost-curve.svg"
NETWORKX = """
import json, time
from resource import RUSAGE_SELF, getrusage
from benchmarks.rank import ROUNDS, found_by_networkx, made, medians, networkx_graph, typical_clients
data = made({size})
begun = time.perf_counter()
graph = networkx_graph(data)
load = time.perf_counter() - begun
took = medians(dict(networkx=lambda client: found_by_networkx(graph, client)), typical_clients(data), ROUNDS)
peak = getrusage(RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps(dict(load_s=load, graph_part_ms=took["networkx"], peak_mb=peak)))
"""
Told = dict[int, dict[str, float]]


def run(size: int) -> dict[str, Any]:
    """Load, first and later rankings, graph part and peak memory at each power of ten from 1,000 to `size` people."""
    sizes = [part for part in (LEAST * STEP**power for power in range(9)) if part <= size]
    ours = {part: measured(part) for part in sizes}
    theirs = {part: measured(part, NETWORKX) for part in sizes}
    if max(sizes) >= FULL:
        CHART.write_text(chart(ours, theirs), encoding="utf-8")
    return {
        "name": "curve",
        "size": max(sizes),
        "machine": machine(),
        "product": _flat(ours),
        "peers": {"networkx": _flat(theirs)},
        "ratios": {
            f"networkx (graph part) at {part:,}": theirs[part]["graph_part_ms"] / ours[part]["graph_part_ms"]
            for part in sizes
        },
        "pass": {f"peak <= {CAP_MB} MB": ours[max(sizes)]["peak_mb"] <= CAP_MB},
    }


def _flat(told: Told) -> dict[str, float]:
    return {f"{key}_at_{part}": value for part, found in told.items() for key, value in found.items()}


def chart(ours: Told, theirs: Told) -> str:
    """Times and memory over the number of people, both axes by powers of ten."""
    times = [
        _line("loading and learning", ours, "load_s", "a"),
        _line("first ranking", ours, "first_ms", "b"),
        _line("95 in 100 rankings within", ours, "p95_ms", "c", dashed=True),
        _line("ranking all, median", ours, "median_ms", "c"),
        _line("graph part, networkx", theirs, "graph_part_ms", "d", dashed=True),
        _line("graph part", ours, "graph_part_ms", "d"),
    ]
    memory = [
        _line("networkx, ties alone", theirs, "peak_mb", "d", dashed=True),
        _line("Passalong", ours, "peak_mb", "a"),
    ]
    times_at = {10.0**power: words(10.0**power * 1.0001, "s") for power in range(-5, 4)}
    room_at = {10.0: "10 MB", 100.0: "100 MB", 1e3: "1 GB", 1e4: "10 GB"}
    return drawn([Panel("Time", times_at, times, 380), Panel("Memory, at most", room_at, memory, 170)])


def _line(label: str, told: Told, key: str, tone: str, *, dashed: bool = False) -> Line:
    """One figure of all sizes, its unit told by the end of its name, seconds and megabytes drawn; the last in words."""
    factor, unit = {"s": (1.0, "s"), "ms": (1e-3, "s"), "mb": (1.0, "MB")}[key.rpartition("_")[2]]
    points = [(float(size), factor * found[key]) for size, found in told.items()]
    return Line(f"{label}: {words(points[-1][1], unit)}", points, tone, dashed)


def words(value: float, unit: str) -> str:
    """.0123 s -> 12 ms."""
    scales = {"s": ((1, "s"), (1e-3, "ms"), (1e-6, "µs")), "MB": ((1e3, "GB"), (1, "MB"))}[unit]
    scale, name = next(((scale, name) for scale, name in scales if value >= scale), scales[-1])
    return f"{float(f'{value / scale:.2g}'):,g} {name}"
