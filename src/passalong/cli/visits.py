"""`passalong visits`: machine or person, on a plain log of requests. No database, no practice."""

from __future__ import annotations

import contextlib
import json
import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from passalong.engine import visits as engine

FILE = click.Path(path_type=Path)
KINDS = (engine.HIT, engine.ENGAGED)
MOST_BYTES_A_LINE = 1_000_000
_LINK = re.compile(r"/k/([^/?#]+)")
_SIGN = re.compile(r"/seen/?(?=[?#]|$)")
SLOTS = {engine.PERSON: "people", engine.MACHINE: "machines", engine.UNKNOWN: "unknown"}


class BadInput(click.ClickException):
    """Wrong use or bad input: one sentence, exit 2."""

    exit_code = 2


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def visits() -> None:
    """Machine or person, on a plain log of requests to links."""


@visits.command()
@click.option("--log", type=FILE, required=True, help="JSON lines, one a request or sign of reading; - for stdin.")
@click.option("--json", "as_json", is_flag=True, help="One object of counts instead of a verdict a line.")
@click.option(
    "--networks", type=FILE, multiple=True, help="List of networks with class, date, source; may be repeated."
)
def judge(log: Path, as_json: bool, networks: tuple[Path, ...]) -> None:
    """A verdict for each line, in the order of the lines: person, machine or unknown, and why.

    A line: at (ISO time), kind (hit or engaged), method, path, user_agent, headers (names, or names with values), ip,
    view (random id of one page answer, repeated by its signs of reading; null where none was answered), sent_at (when
    we mailed that link, or null). Lines need not be in the order of time. A hit without a sign is never a person.

    \b
    passalong visits judge --log hits.jsonl
    passalong visits judge --log hits.jsonl --json
    passalong visits judge --log hits.jsonl --networks clouds.txt
    """
    with _plain_errors():
        reader = Reader(log, engine.read_networks(networks))
        verdicts = engine.judge(reader.entries())
    if as_json:
        click.echo(json.dumps(counted(reader, verdicts)))
        return
    told = {verdict: json.dumps(verdict._asdict()) for verdict in set(verdicts)}
    with _ends_quietly():
        for verdict in verdicts:
            sys.stdout.write(told[verdict] + "\n")
        sys.stdout.flush()


@contextlib.contextmanager
def _plain_errors() -> Iterator[None]:
    try:
        yield
    except engine.ListError as error:
        raise BadInput(str(error)) from None
    except OSError as error:
        raise BadInput(f"{error.filename}: {error.strerror}.") from None


@contextlib.contextmanager
def _ends_quietly() -> Iterator[None]:
    """Who reads our output may stop early, as `head` does."""
    try:
        yield
    except BrokenPipeError:
        sys.stderr.close()  # else the interpreter complains when it ends
        sys.exit(1)


class Reader:
    """A log, line by line; of each line only what counting needs is kept: path and view, equal ones once."""

    def __init__(self, log: Path, networks: engine.Networks) -> None:
        self.log = log
        self.networks = networks
        self.paths: list[str] = []
        self.views: list[str] = []
        self.hits: list[bool] = []
        self._known: dict[str, str] = {}
        self._sources: dict[str, tuple[str, str, str]] = {}
        self._headers: dict[str, list[str]] = {}

    def entries(self) -> Iterator[engine.Entry]:
        """The lines as entries; BadInput at the first that is none."""
        for number, line in self._lines():
            try:
                data = json.loads(line)
                if not isinstance(data, dict):
                    raise _Wrong("is no JSON object")
                entry = self._entry(data)
            except _Wrong as error:
                raise BadInput(f"{self.log.name}, line {number}: {error}.") from None
            except (ValueError, RecursionError) as error:
                raise BadInput(f"{self.log.name}, line {number}: is no JSON ({_short(error)}).") from None
            yield entry

    def _lines(self) -> Iterator[tuple[int, bytes]]:
        """Number and content of the lines that have any, with a bar on a terminal."""
        if str(self.log) == "-":
            yield from ((n, line) for n, line in enumerate(sys.stdin.buffer, 1) if line.strip())
            return
        hidden = not sys.stderr.isatty()
        with self.log.open("rb") as file:
            size = self.log.stat().st_size
            with click.progressbar(length=size, label="Reading", file=sys.stderr, hidden=hidden) as bar:
                number = 0
                while line := file.readline(MOST_BYTES_A_LINE):
                    number += 1
                    if len(line) == MOST_BYTES_A_LINE:
                        raise BadInput(f"{self.log.name}, line {number}: is longer than a megabyte.")
                    if not hidden:
                        bar.update(len(line))
                    if line.strip():
                        yield number, line

    def _entry(self, data: dict[str, Any]) -> engine.Entry:
        """One line as the engine takes it. Equal texts are kept once."""
        kind, path, view = data.get("kind"), self._once(_text(data, "path")), _text(data, "view")
        if kind not in KINDS:
            raise _Wrong(f"kind is {_quoted(kind)}, wanted hit or engaged")
        link = _LINK.match(path)
        address, around, network = self._source(_text(data, "ip"))
        entry = engine.Entry(
            at=_moment(data, "at"),
            kind=kind,
            method=_text(data, "method").upper() or ("GET" if kind == engine.HIT else "POST"),
            link=self._once(link[1] if link else path.partition("?")[0]),
            agent=self._once(_text(data, "user_agent")),
            headers=self._names(data),
            network=network,
            address=address,
            around=around,
            view=view,
            sent_at=None if data.get("sent_at") is None else _moment(data, "sent_at"),
            what=_text(data, "what"),
        )
        self.paths.append(path)
        self.views.append(view)
        self.hits.append(kind == engine.HIT)
        return entry

    def _once(self, text: str) -> str:
        return self._known.setdefault(text, text)

    def _source(self, ip: str) -> tuple[str, str, str]:
        """Address, neighbourhood and class of network."""
        found = self._sources.get(ip)
        if found is None:
            address = engine.parsed(ip)
            around = str(engine.neighbourhood(address)) if address else ""
            found = self._sources[ip] = (str(address) if address else ip, around, self.networks.of(address))
        return found

    def _names(self, data: dict[str, Any]) -> list[str]:
        """Names of the headers in lower case, from a list of names or of lines, or from names with values."""
        value = data.get("headers") or []
        if not isinstance(value, (list, dict)):
            raise _Wrong(f"headers is {_quoted(value)}, wanted a list of names")
        text = "\n".join(str(one[0] if isinstance(one, list) and one else one) for one in value)
        if text not in self._headers:
            self._headers[text] = [re.split("[:=]", one, maxsplit=1)[0].strip().lower() for one in text.split("\n")]
        return self._headers[text]


class _Wrong(Exception):
    """What is wrong with a line, as the end of a sentence."""


def _text(data: dict[str, Any], key: str) -> str:
    value = data.get(key)
    if value is None:
        return ""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return str(value)
    if not isinstance(value, str):
        raise _Wrong(f"{key} is {_quoted(value)}, wanted text")
    return value


def _moment(data: dict[str, Any], key: str) -> float:
    """Seconds since 1970 of an ISO time; without a zone it is taken as UTC."""
    value = data.get(key)
    try:
        moment = datetime.fromisoformat(value)  # type: ignore[arg-type]
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    except (TypeError, ValueError, OverflowError):
        raise _Wrong(f"{key} is {_quoted(value)}, wanted a time such as 2026-05-04T12:00:43Z") from None


def _quoted(value: Any) -> str:
    return "missing" if value is None else f"“{str(value)[:40]}”"


def _short(error: BaseException) -> str:
    return str(error).partition(":")[0][:60]


def counted(reader: Reader, verdicts: list[engine.Verdict]) -> dict[str, Any]:
    """Visits by verdict, in all and by path. A visit is one page answer, or one request that was answered with none;
    its signs belong to it, and to the path it was asked for."""
    path_of_view: dict[str, str] = {}
    for view, path, is_hit in zip(reader.views, reader.paths, reader.hits, strict=True):
        if view and is_hit:
            path_of_view.setdefault(view, path)
    by_path: dict[str, dict[str, int]] = {}
    seen: set[str] = set()
    for view, path, verdict in zip(reader.views, reader.paths, verdicts, strict=True):
        if view and view in seen:
            continue
        seen.add(view)
        where = path_of_view.get(view) or _SIGN.sub("", path)
        slots = by_path.setdefault(where, dict.fromkeys(SLOTS.values(), 0))
        slots[SLOTS[verdict.verdict]] += 1
    total = {slot: sum(slots[slot] for slots in by_path.values()) for slot in SLOTS.values()}
    return {**total, "by_path": by_path}
