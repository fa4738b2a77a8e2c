"""How well the engine tells who knows whom in simulated towns, before and after answers, beside simple methods.

The plain town is what was asked for, and has bars. The rich town has hidden structure and records with holes; it has
no bars but a ceiling, what boosted trees told the truth make of the same records. Answers come from clients who are not
measured (`others`), or from those who are (`own`); a pair that was answered is never measured. The README beside this
tells what the towns are made of.
"""

from __future__ import annotations

import tempfile
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.machine import machine
from benchmarks.town import peers
from benchmarks.town.cases import Cases, Tally
from benchmarks.town.folder import person_id, write
from benchmarks.town.measures import measured
from benchmarks.town.people import Floats, Ints
from benchmarks.town.plain import make_plain
from benchmarks.town.rounds import MEASURED, Rounds, fresh
from benchmarks.town.world import Town, make
from passalong.engine import knows

SEEDS, HARDER_SEEDS = (1, 2, 3, 4, 5), (1, 2, 3)
LARGE, LARGE_TOWNS, LARGE_HARDER = 5_000, 2, 1  # so many towns of more people: they take long, and differ less
CEILING = "told the truth"
CLIENTS = 100
TALLIED = (0, 100)  # answers at which sorts of pairs are looked at one by one
P10_BARS = {0: 0.60, 100: 0.75}
ECE_BAR = 0.03

Figures = dict[str, list[dict[str, float]]]  # one entry a town
Make = Callable[[int, int], Town]
Row = Callable[[int, Ints], Floats]


class Bench:
    """Figures of all towns of one make, and sorts of pairs summed over them."""

    def __init__(self, make_one: Make) -> None:
        self._make = make_one
        self.product: Figures = defaultdict(list)
        self.peers: Figures = defaultdict(list)
        self.towns: list[dict[str, float]] = []
        self.tallies = {stop: Tally() for stop in TALLIED}

    def town(self, size: int, seed: int) -> None:
        """All figures of one town."""
        town = self._make(size, seed)
        self.towns.append(_described(town))
        rng = np.random.default_rng(10_000 + seed)
        clients = np.sort(rng.choice(size, min(CLIENTS, size // 5), replace=False))
        others = np.setdiff1d(np.arange(size), clients)
        with tempfile.TemporaryDirectory() as place:
            folder = Path(place) / "town"
            write(town, folder)
            self._by_others(fresh(town, folder, seed, "others"), clients, others, rng)
            self._by_own(fresh(town, folder, seed, "own"), clients)

    def _by_others(self, rounds: Rounds, clients: Ints, others: Ints, rng: np.random.Generator) -> None:
        """Answers of people who are not measured; peers have the same records and answers."""
        records, cases = peers.Records(rounds.town), Cases(rounds.town)
        for stop, scorer in rounds.run(others):
            if stop not in MEASURED:
                continue
            if stop == 0:
                self._peer("shared groups", rounds, clients, records.count)
                self._peer("rarity of shared groups", rounds, clients, records.idf)
                taught = peers.by_truth(records, rng.choice(others, peers.teachers(rounds.town), replace=False))
                self._peer(CEILING, rounds, clients, _model(taught, records.fuller))
            if stop >= peers.LEAST_ANSWERS:
                model = peers.by_answers(records, rounds.taught())
                self._peer(f"logistic regression at {stop}", rounds, clients, _model(model, records.features))
            row = _engine(scorer)
            self.product[f"at_{stop}"].append(_figures(rounds, clients, row))
            if stop in TALLIED:
                self._tally(self.tallies[stop], cases, rounds, clients, row)

    def _by_own(self, rounds: Rounds, clients: Ints) -> None:
        for stop, scorer in rounds.run(clients):
            if stop in MEASURED and stop:
                self.product[f"own_at_{stop}"].append(_figures(rounds, clients, _engine(scorer)))

    def _peer(self, name: str, rounds: Rounds, clients: Ints, row: Row) -> None:
        self.peers[name].append(_figures(rounds, clients, row))

    @staticmethod
    def _tally(tally: Tally, cases: Cases, rounds: Rounds, clients: Ints, row: Row) -> None:
        for client in clients.tolist():
            candidates = rounds.candidates(client)
            truth = rounds.town.knows(client, candidates).astype(float)
            tally.add(cases, client, candidates, row(client, candidates), truth)


def run(size: int) -> dict[str, Any]:
    """The plain town with bars, on answers of others; the rich town beside it under `harder`."""
    large = size > LARGE
    plain = _bench(make_plain, size, SEEDS[:LARGE_TOWNS] if large else SEEDS)
    rich = _bench(make, size, HARDER_SEEDS[:LARGE_HARDER] if large else HARDER_SEEDS)
    return {
        "name": "town",
        "size": size,
        "machine": machine(),
        **_result(plain),
        "pass": _passed(_means(plain.product)),
        "harder": {
            "what": "harder than asked: hidden structure, incomplete records",
            **_result(rich),
            **_ceiling(rich),
        },
    }


def _bench(make_one: Make, size: int, seeds: Sequence[int]) -> Bench:
    bench = Bench(make_one)
    for seed in seeds:
        bench.town(size, seed)
    return bench


def _result(bench: Bench) -> dict[str, Any]:
    """Means over towns, spread as sd."""
    product, found = _means(bench.product), _means(bench.peers)
    return {
        "product": _flat(product, bench.product),
        "peers": {name: {key: figures[key] for key in ("p10", "ap", "auc")} for name, figures in found.items()},
        "ratios": _ratios(product, found),
        "towns": bench.towns,
        "sorts_of_pairs": {f"at_{stop}": tally.sorts() for stop, tally in bench.tallies.items()},
        "causes": {f"at_{stop}": tally.causes() for stop, tally in bench.tallies.items()},
    }


def _ceiling(bench: Bench) -> dict[str, Any]:
    """P@10 the records allow, and the product's share of it."""
    product, ceiling = _means(bench.product), _means(bench.peers)[CEILING]["p10"]
    shares = {f"at_{stop}": product[f"at_{stop}"]["p10"] / ceiling for stop in MEASURED}
    return {"ceiling_p10": ceiling, "p10_over_ceiling": shares}


def _engine(scorer: knows.Scorer) -> Row:
    return lambda client, others: np.asarray(scorer.p(person_id(client), [person_id(other) for other in others]))


def _model(model: Any, features: Row) -> Row:
    """A peer that had nothing to learn from says the same of everybody."""
    if model is None:
        return lambda client, others: np.zeros(len(others))
    return lambda client, others: peers.told(model, features(client, others))


def _figures(rounds: Rounds, clients: Ints, row: Row) -> dict[str, float]:
    candidates = {client: rounds.candidates(client) for client in clients.tolist()}
    p = [row(client, others) for client, others in candidates.items()]
    truth = [rounds.town.knows(client, others).astype(float) for client, others in candidates.items()]
    return measured(p, truth)


def _described(town: Town) -> dict[str, float]:
    """What a reader should check before believing the rest."""
    known = np.bincount(np.r_[town.bonds.a, town.bonds.b], minlength=town.size)
    return {
        "mean_acquaintances": float(known.mean()),
        "sd_acquaintances": float(known.std()),
        "pace": town.bonds.pace,
        "facts_each": len(town.facts) / town.size,
        "groups_each": _groups_each(town),
        "wrong_facts": sum(bool(fact.wrong) for fact in town.facts) / len(town.facts),
        "undated_facts": float(np.mean([np.isnan(fact.start) for fact in town.facts])),
    }


def _groups_each(town: Town) -> float:
    """True groups, without village, surname and household."""
    return sum(len(stays.person) for stays in town.lives.all() if stays.kind != "town") / town.size


def _means(every: Figures) -> dict[str, dict[str, float]]:
    return {name: _mean(figures) for name, figures in every.items()}


def _mean(figures: list[dict[str, float]]) -> dict[str, float]:
    return {key: float(np.mean([one[key] for one in figures])) for key in figures[0]}


def _flat(product: dict[str, dict[str, float]], every: Figures) -> dict[str, float]:
    """`p10_at_100`, and `p10_sd_at_100` for the spread between towns."""
    out: dict[str, float] = {}
    for name, figures in product.items():
        own, at = ("own_", name.removeprefix("own_")) if name.startswith("own_") else ("", name)
        for key, value in figures.items():
            out[f"{own}{key}_{at}"] = value
            if key in ("p10", "ap", "ece"):
                spread = [one[key] for one in every[name]]
                out[f"{own}{key}_sd_{at}"] = float(np.std(spread, ddof=1)) if len(spread) > 1 else 0.0
    return out


def _ratios(product: dict[str, dict[str, float]], found: dict[str, dict[str, float]]) -> dict[str, float]:
    """P@10 and average precision over each peer's, at the number of answers it had or, untaught, at every one."""
    out = {}
    for name, theirs in found.items():
        stops = [int(name.rsplit(" ", 1)[1])] if " at " in name else list(MEASURED)
        for stop in stops:
            peer = name.split(" at ", maxsplit=1)[0]
            for key, word in (("p10", "P@10"), ("ap", "average precision")):
                out[f"{peer} ({word}, {stop} answers)"] = product[f"at_{stop}"][key] / theirs[key]
    return out


def _passed(product: dict[str, dict[str, float]]) -> dict[str, bool]:
    ranks = {
        f"P@10 >= {bar:.2f} at {stop} answers": product[f"at_{stop}"]["p10"] >= bar for stop, bar in P10_BARS.items()
    }
    sure = {
        f"calibration error <= {ECE_BAR} at {stop} answers": product[f"at_{stop}"]["ece"] <= ECE_BAR
        for stop in MEASURED
        if stop >= 100
    }
    return ranks | sure
