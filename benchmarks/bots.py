"""Named bots: our one pass over all names beside crawleruseragents' `is_crawler`, every agent met once, one process.

Agents are the package's whole corpus, and browsers made for this run; none occurs twice, so that nothing can be
remembered from one to the next. The product is asked for the name too, the peer only for yes or no.
"""

from __future__ import annotations

import random
import resource
import time
from collections.abc import Callable
from typing import Any

from benchmarks.machine import machine
from passalong.engine.visits import named_bot
from passalong.engine.visits.agents import known_bots

BAR = 30.0
TURNS = 5
TURN_S = 0.4
BROWSER = (
    "Mozilla/5.0 ({system}) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{major}.0.{build}.{patch} {kind}Safari/537.36"
)
SYSTEMS = (
    "Windows NT 10.0; Win64; x64",
    "Macintosh; Intel Mac OS X 10_15_7",
    "X11; Linux x86_64",
    "Linux; Android 15; K",
)


def run(size: int) -> dict[str, Any]:
    """Microseconds an agent, the corpus and `size` browsers apart; whether every verdict is the same."""
    import crawleruseragents

    corpus = sorted({one for entry in known_bots() for one in entry.get("instances", ())})
    people = browsers(size)
    begun = time.process_time()
    named_bot("")
    laid_out = time.process_time() - begun
    crawleruseragents.is_crawler("")
    ours, theirs, alike = {}, {}, True
    for name, agents in (("corpus", corpus), ("browsers", people)):
        (ours[name], verdicts), (theirs[name], expected) = fastest(agents, named_bot, crawleruseragents.is_crawler)
        alike = alike and verdicts == expected
    ratios = {f"crawleruseragents ({name})": theirs[name] / ours[name] for name in ours}
    return {
        "name": "bots",
        "size": size,
        "machine": machine(),
        "product": {
            **{f"{name}_us": took for name, took in ours.items()},
            "corpus": len(corpus),
            "laying_out_ms": 1000 * laid_out,
            "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        },
        "peers": {"crawleruseragents": {f"{name}_us": took for name, took in theirs.items()}},
        "ratios": ratios,
        "pass": {
            **{f">= {BAR:g} x {name}": ratio >= BAR for name, ratio in ratios.items()},
            "same verdicts": alike,
        },
    }


def browsers(size: int) -> list[str]:
    """Agents of browsers, each once."""
    random_ = random.Random(2026)
    made: dict[str, None] = {}
    while len(made) < size:
        system = random_.choice(SYSTEMS)
        agent = BROWSER.format(
            system=system,
            major=random_.randrange(90, 145),
            build=random_.randrange(4000, 8000),
            patch=random_.randrange(300),
            kind="Mobile " if "Android" in system else "",
        )
        made[agent] = None
    return list(made)


def fastest(agents: list[str], *calls: Callable[[str], object]) -> list[tuple[float, list[bool]]]:
    """For each call: microseconds of processor time an agent, in its fastest pass, and the verdicts.

    Calls take turns of equal length, as a pass of milliseconds right after another's finds its memory swept away.
    """
    took: list[list[float]] = [[] for _ in calls]
    for _ in range(TURNS):
        for number, call in enumerate(calls):
            end = time.process_time() + TURN_S
            while time.process_time() < end:
                begun = time.process_time()
                for agent in agents:
                    call(agent)
                took[number].append(time.process_time() - begun)
    return [
        (1e6 * min(times) / len(agents), [bool(call(agent)) for agent in agents])
        for times, call in zip(took, calls, strict=True)
    ]
