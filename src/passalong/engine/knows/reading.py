"""Folders of CSV, .csv.gz or Parquet to a DataSet, and the small files a command is given."""

from __future__ import annotations

import csv
import gzip
import importlib
import io
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path

from passalong.engine.knows.dataset import DataSet
from passalong.engine.knows.errors import DataError

ENDINGS = (".csv", ".csv.gz", ".parquet")
LONGEST_CELL = 1_000_000
Row = tuple[str, ...]


def read_folder(path: str | Path) -> DataSet:
    """Read people, affiliations, groups, traits, ties and answers from a folder; only people must be there.

    UTF-8 with a header row, columns in any order, unknown columns ignored. DataError names file, row and reason.
    """
    folder = Path(path)
    if not folder.is_dir():
        raise DataError(f"{folder} is not a folder.")
    people = _table(folder, "people", ("person_id",), ("name",))
    if people is None:
        raise DataError(f"{folder}: there is no people.csv, people.csv.gz or people.parquet.")
    _refuse_empty(people, "people")
    groups = _table(folder, "groups", ("group_id",), ("kind", "name", "size"))
    affiliations = _table(folder, "affiliations", ("person_id", "kind", "group_id"), ("start", "end"))
    traits = _table(folder, "traits", ("person_id", "kind", "value"))
    ties = _table(folder, "ties", ("person_a", "person_b", "kind"), ("count", "first_on", "last_on"))
    answers = _table(folder, "answers", ("client_id", "prospect_id", "answer"), ("answered_on", "shown_p"))
    return DataSet.from_tables(people, affiliations or (), groups or (), traits or (), ties or (), answers or ())  # type: ignore[arg-type]


def _refuse_empty(people: Sequence[Row], name: str) -> None:
    for position, row in enumerate(people):
        if not row[0]:
            raise DataError(f"{name}, row {position + 2}: person_id is empty.")
    if not people:
        raise DataError(f"{name}: there is nobody in it.")


def _table(folder: Path, name: str, needed: Row, optional: Row = ()) -> list[Row] | None:
    """Rows of one table of the folder, None when there is no such file."""
    for ending in ENDINGS:
        file = folder / (name + ending)
        if file.exists():
            return read_table(file, needed, optional)
    return None


def read_table(file: Path, needed: Sequence[str], optional: Sequence[str] = ()) -> list[Row]:
    """The wanted columns of a CSV, .csv.gz or Parquet file as rows of words; absent optional ones are empty."""
    lines = _parquet(file) if file.suffix == ".parquet" else _csv(file)
    header = [name.strip().lower() for name in next(lines, ())]
    missing = [name for name in needed if name not in header]
    if missing:
        have = ", ".join(header) or "nothing"
        raise DataError(f"{file.name}: column {', '.join(missing)} is missing (it has {have}).")
    twice = [name for name in (*needed, *optional) if header.count(name) > 1]
    if twice:
        raise DataError(f"{file.name}: column {', '.join(twice)} stands there twice.")
    places = [header.index(name) if name in header else -1 for name in (*needed, *optional)]
    return list(_pick(file, lines, places, len(header), len(needed)))


def _pick(file: Path, lines: Iterator[Row], places: list[int], width: int, needed: int) -> Iterator[Row]:
    """Wanted cells of each row; a row that is short of a needed cell is refused."""
    for number, row in enumerate(lines, 2):
        if not row:
            continue
        if len(row) < width:
            if any(place >= len(row) for place in places[:needed]):
                raise DataError(f"{file.name}, row {number}: {len(row)} cells where the header has {width}.")
            row = (*row, *[""] * (width - len(row)))
        yield tuple(row[place].strip() if place >= 0 else "" for place in places)


def _csv(file: Path) -> Iterator[Row]:
    reader = csv.reader(io.StringIO(_text(file), newline=""), strict=True)  # an open quote would swallow rows
    csv.field_size_limit(LONGEST_CELL)
    try:
        for row in reader:
            yield tuple(row)
    except csv.Error as error:
        why = "a quoted cell is never closed" if "end of data" in str(error) else error
        raise DataError(f"{file.name}, row {reader.line_num}: {why}.") from None


def _text(file: Path) -> str:
    try:
        raw = gzip.decompress(file.read_bytes()) if file.suffix == ".gz" else file.read_bytes()
    except (OSError, EOFError, ValueError, zlib.error) as error:
        raise DataError(f"{file.name}: cannot be read ({error}).") from None
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = raw[: error.start].count(b"\n") + 1
        raise DataError(f"{file.name}, row {row}: is not UTF-8; save it as UTF-8.") from None
    if "\0" in text:
        row = text[: text.index("\0")].count("\n") + 1
        raise DataError(f"{file.name}, row {row}: holds a NUL byte, so it is not text; save it as UTF-8.")
    return text


def _parquet(file: Path) -> Iterator[Row]:
    """Header and rows of a Parquet file; numbers and dates as words."""
    duckdb = importlib.import_module("duckdb")
    try:
        found = duckdb.sql("SELECT * FROM read_parquet(?)", params=[str(file)])
        yield tuple(found.columns)
        for row in found.fetchall():
            yield tuple("" if cell is None else str(cell) for cell in row)
    except duckdb.Error as error:
        raise DataError(f"{file.name}: cannot be read as Parquet ({str(error).splitlines()[0]}).") from None


def read_people(file: str | Path) -> list[str]:
    """Ids of a CSV with a column client_id or person_id."""
    path = _existing(file)
    try:
        rows = read_table(path, ("person_id",))
    except DataError:
        rows = read_table(path, ("client_id",))
    return list(dict.fromkeys(row[0] for row in rows if row[0]))


def read_pairs(file: str | Path, also: Sequence[str] = ()) -> list[Row]:
    """Rows (client_id, prospect_id, and the columns of `also`) in the order of the file."""
    return read_table(_existing(file), ("client_id", "prospect_id", *also))


def _existing(file: str | Path) -> Path:
    path = Path(file)
    if not path.is_file():
        raise DataError(f"{path} is not a file.")
    return path
