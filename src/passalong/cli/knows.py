"""`passalong knows`: who knows whom, on plain folders of CSV. No database, no practice."""

from __future__ import annotations

import contextlib
import csv
import io
import json
import math
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar

import click
import numpy as np

from passalong.engine import knows as engine

Command = TypeVar("Command", bound=Callable[..., Any])
Item = TypeVar("Item")
RANK_COLUMNS = (
    "client_id",
    "prospect_id",
    "rank",
    "p_knows",
    "p_low",
    "p_high",
    "score",
    "base",
    "reasons",
    "calibrated",
)
FILE = click.Path(path_type=Path)
CLIENTS_AT_ONCE = 25
UNIX_DAY_0 = 719_163  # 1 January 1970 in days since year 1


class BadInput(click.ClickException):
    """Wrong use or bad input: one sentence, exit 2."""

    exit_code = 2


@contextlib.contextmanager
def plain_errors() -> Iterator[None]:
    """Bad data is told in one sentence; a file that cannot be written is a failure."""
    try:
        yield
    except engine.DataError as error:
        raise BadInput(str(error)) from None
    except OSError as error:
        raise click.ClickException(f"{error.filename}: {error.strerror}.") from None


def options(*wanted: str) -> Callable[[Command], Command]:
    """The options shared by several commands, in the order given."""
    known = {
        "data": click.option("--data", type=FILE, required=True, help="Folder of CSV, .csv.gz or Parquet."),
        "model": click.option("--model", type=FILE, help="Model written by `knows fit`."),
        "as_of": click.option("--as-of", metavar="DATE", help="Use only what was known before this date."),
        "out": click.option("--out", type=FILE, help="Write here instead of to the terminal."),
        "json": click.option("--json", "as_json", is_flag=True, help="JSON instead of CSV."),
    }

    def decorate(command: Command) -> Command:
        for name in reversed(wanted):
            command = known[name](command)
        return command

    return decorate


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def knows() -> None:
    """Who knows whom, on plain folders of CSV.

    A data set is a folder with people.csv (person_id, name) and, as far as there is something to say,
    affiliations.csv, groups.csv, traits.csv, ties.csv and answers.csv.
    """


@knows.command()
@options("data")
@click.option("--client", "clients", multiple=True, metavar="ID", help="May be given several times.")
@click.option("--clients", "clients_file", type=FILE, help="CSV with client_id or person_id.")
@click.option("--candidates", type=FILE, help="CSV with person_id: rank only these.")
@click.option("--top", default=20, show_default=True, type=click.IntRange(min=1))
@options("as_of", "model", "out", "json")
def rank(
    data: Path,
    clients: tuple[str, ...],
    clients_file: Path | None,
    candidates: Path | None,
    top: int,
    as_of: str | None,
    model: Path | None,
    out: Path | None,
    as_json: bool,
) -> None:
    """The people each client most probably knows, with reasons.

    \b
    passalong knows rank --data town --client ann
    passalong knows rank --data town --clients clients.csv --candidates wishes.csv --top 5 --json
    """
    with plain_errors():
        wanted = list(dict.fromkeys([*clients, *(engine.read_people(clients_file) if clients_file else ())]))
        if not wanted:
            raise BadInput("Say for whom: --client ID or --clients FILE.")
        among = engine.read_people(candidates) if candidates else None
        scorer = _scorer(data, model, as_of)
        rows = [row for client in _progress(wanted, "Ranking") for row in scorer.rank(client, among, top)]
        _write(RANK_COLUMNS, [rank_row(row) for row in rows], out, as_json)


@knows.command()
@options("data")
@click.option("--pairs", type=FILE, required=True, help="CSV with client_id, prospect_id.")
@options("out", "as_of", "model", "json")
def score(data: Path, pairs: Path, out: Path | None, as_of: str | None, model: Path | None, as_json: bool) -> None:
    """Probability for exactly the pairs asked, in their order.

    \b
    passalong knows score --data town --pairs pairs.csv --out scores.csv
    passalong knows score --data town --pairs pairs.csv --as-of 2024-01-01 --out scores.csv
    """
    with plain_errors():
        asked = engine.read_pairs(pairs)
        scorer = _scorer(data, model, as_of)
        _check_pairs(scorer, asked, pairs)
        chances = _score(scorer, [(row[0], row[1]) for row in asked])
        calibrated = int(scorer.model.calibrated)
        rows = [
            {"client_id": a, "prospect_id": b, "p_knows": float(p), "calibrated": calibrated}
            for (a, b), p in zip(asked, chances, strict=True)
        ]
        _write(("client_id", "prospect_id", "p_knows", "calibrated"), rows, out, as_json)


@knows.command()
@options("data", "as_of")
@click.option("--out", type=FILE, required=True, help="Where the model goes (JSON).")
def fit(data: Path, as_of: str | None, out: Path) -> None:
    """Adapt the shipped prior to a data set and keep the model.

    \b
    passalong knows fit --data town --out town.json
    passalong knows rank --data town --model town.json --client ann
    """
    with plain_errors():
        _scorer(data, None, as_of).model.save(out)


@knows.command()
@options("data")
@click.option("--truth", type=FILE, required=True, help="CSV with client_id, prospect_id, knows (0 or 1).")
@options("as_of", "model", "json")
def evaluate(data: Path, truth: Path, as_of: str | None, model: Path | None, as_json: bool) -> None:
    """Compare with known answers: AUC, AP, P@10, R@50 (means over clients), Brier skill, ECE.

    \b
    passalong knows evaluate --data town --truth truth.csv --json
    """
    with plain_errors():
        rows = engine.read_pairs(truth, ("knows",))
        if not rows:
            raise BadInput(f"{truth.name}: there is nothing in it to compare with.")
        for number, row in enumerate(rows, 2):
            if row[2] not in ("0", "1"):
                raise BadInput(f'{truth.name}, row {number}: knows is "{row[2]}", wanted 0 or 1.')
        scorer = _scorer(data, model, as_of)
        _check_pairs(scorer, rows, truth)
        chances = _score(scorer, [(row[0], row[1]) for row in rows])
        found = engine.quality([r[0] for r in rows], chances, np.array([float(row[2]) for row in rows]))
    if as_json:
        click.echo(json.dumps({name: None if math.isnan(v) else v for name, v in found.items()}))
    else:
        click.echo("  ".join(f"{name} {value:.3f}" for name, value in found.items()))


@knows.command()
@options("data")
@click.option("--pair", nargs=2, required=True, metavar="CLIENT PROSPECT")
@options("as_of", "model", "json")
def explain(data: Path, pair: tuple[str, str], as_of: str | None, model: Path | None, as_json: bool) -> None:
    """One pair with every reason and its points.

    \b
    passalong knows explain --data town --pair ann bob
    """
    with plain_errors():
        told = _scorer(data, model, as_of).explain(*pair)
    if as_json:
        click.echo(json.dumps(rank_row(told)))
        return
    note = "" if told.calibrated else " (not calibrated: too few ties or answers to learn from)"
    click.echo(f"p_knows {told.p_knows:.3f} ({told.p_low:.3f} to {told.p_high:.3f}){note}")
    click.echo(f"{told.base:+8.2f}  base")
    if not told.reasons:
        click.echo("          not enough evidence: nothing is known that connects the two")
    for reason in told.reasons:
        click.echo(f"{reason.points:+8.2f}  {reason.text} [{reason.audience}]")
    click.echo(f"{told.score:+8.2f}  score")


@knows.command()
@options("data")
@click.option("--from", "start", required=True, metavar="ID")
@click.option("--to", "goal", required=True, metavar="ID")
@click.option("--top", default=10, show_default=True, type=click.IntRange(min=1))
@click.option("--max-hops", default=3, show_default=True, type=click.IntRange(1, 3))
@options("as_of", "out", "json")
def paths(
    data: Path,
    start: str,
    goal: str,
    top: int,
    max_hops: int,
    as_of: str | None,
    out: Path | None,
    as_json: bool,
) -> None:
    """The best introduction chains from one person to another.

    \b
    passalong knows paths --data town --from ann --to zoe --top 3
    """
    with plain_errors():
        chains = engine.Paths(_read(data, as_of), as_of).between(start, goal, top, max_hops)
        rows = [{"rank": n, "path": list(chain.path), "value": chain.value} for n, chain in enumerate(chains, 1)]
        _write(("rank", "path", "value"), rows, out, as_json)


def rank_row(row: engine.Ranked) -> dict[str, Any]:
    """A ranked pair as the contract writes it."""
    values = {name: getattr(row, name) for name in RANK_COLUMNS}
    return values | {"reasons": [reason.as_row() for reason in row.reasons], "calibrated": int(row.calibrated)}


def _read(folder: Path, as_of: str | None) -> engine.DataSet:
    data = engine.read_folder(folder)
    for warning in (*data.warnings, *(() if as_of else _in_the_future(data))):
        click.echo(f"Note: {warning}", err=True)
    return data


def _in_the_future(data: engine.DataSet) -> Iterator[str]:
    """What is dated after today is taken at its word, as some data are made for another time, but never silently."""
    today = UNIX_DAY_0 + time.time() // 86_400 + 1  # no practice here, so not its clock; a day for time zones
    for table, columns in {
        "affiliations": (data.affiliations.start,),
        "ties": (data.ties.first, data.ties.last),
        "answers": (data.answers.on,),
    }.items():
        late = int(np.any([column > today for column in columns], axis=0).sum())
        if late:
            rows = "1 row" if late == 1 else f"{late} rows"
            yield f"{table}: {rows} dated after today; --as-of DATE leaves out what had not begun"


def _scorer(folder: Path, model: Path | None, as_of: str | None) -> engine.Scorer:
    known = engine.Model.load(model) if model else None
    return engine.Scorer(_read(folder, as_of), known, as_of)


def _check_pairs(scorer: engine.Scorer, rows: Sequence[tuple[str, ...]], file: Path) -> None:
    for number, row in enumerate(rows, 2):
        for person in row[:2]:
            if person not in scorer.data.index:
                raise BadInput(f'{file.name}, row {number}: there is nobody with the id "{person}".')
        if row[0] == row[1]:
            raise BadInput(f'{file.name}, row {number}: "{row[0]}" is asked about with themselves.')


def _progress(items: Sequence[Item], label: str) -> Iterator[Item]:
    """The items, with a bar on a terminal."""
    with click.progressbar(items, label=label, file=sys.stderr, hidden=not sys.stderr.isatty()) as bar:
        yield from bar


def _score(scorer: engine.Scorer, pairs: Sequence[tuple[str, str]]) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Chances of all pairs, some clients at a time."""
    by_client: dict[str, list[int]] = {}
    for place, (client, _) in enumerate(pairs):
        by_client.setdefault(client, []).append(place)
    groups = list(by_client.values())
    parts = [groups[i : i + CLIENTS_AT_ONCE] for i in range(0, len(groups), CLIENTS_AT_ONCE)]
    out = np.empty(len(pairs))
    for part in _progress(parts, "Scoring"):
        places = [place for group in part for place in group]
        out[places] = scorer.score(pairs[place] for place in places)
    return out


def _write(columns: Sequence[str], rows: Iterable[dict[str, Any]], out: Path | None, as_json: bool) -> None:
    """CSV or JSON to a file, whole or not at all, or to the terminal."""
    text = json.dumps(list(rows), ensure_ascii=False) + "\n" if as_json else _csv(columns, rows)
    if out is None:
        click.echo(text, nl=False)
        return
    handle, name = tempfile.mkstemp(dir=out.parent, prefix=f".{out.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            file.write(text)
        Path(name).chmod(0o644)
        Path(name).replace(out)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _csv(columns: Sequence[str], rows: Iterable[dict[str, Any]]) -> str:
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(columns)
    for row in rows:
        cells = [row[name] for name in columns]
        writer.writerow([json.dumps(cell, ensure_ascii=False) if isinstance(cell, list) else cell for cell in cells])
    return buffer.getvalue()
