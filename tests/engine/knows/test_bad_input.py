"""Bad input is handled, and told where rows are left out, or refused in one sentence: by every command alike."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from passalong.cli.knows import knows

PEOPLE = "person_id,name\n1,Ann\n2,Bob\n3,Cat\n4,Dan\n5,Eve\n6,Flo\n"
GROUPS = "person_id,kind,group_id,start,end\n1,club,x,2001,\n2,club,x,2002,\n3,club,x,,\n4,board,y,,\n5,board,y,,\n"
TIES = "person_a,person_b,kind,count,first_on,last_on\n"
SAID = "client_id,prospect_id,answer,answered_on\n"
NO_DATE = "is not a date (wanted: 2009, 2009-05 or 2009-05-31)."
LATER = "dated after today; --as-of DATE leaves out what had not begun"
Files = dict[str, str | bytes]


def town(folder: Path, files: Files) -> Path:
    """Six people, two groups, and what a test changes; pairs and truth to ask about."""
    pairs = {
        "pairs.csv": "client_id,prospect_id\n1,2\n1,6\n",
        "truth.csv": "client_id,prospect_id,knows\n1,2,1\n1,3,0\n",
    }
    packed = {"affiliations.csv.gz", "affiliations.parquet"} & files.keys()
    for name, content in (
        {"people.csv": PEOPLE} | ({} if packed else {"affiliations.csv": GROUPS}) | pairs | files
    ).items():
        (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


def run(*args: object) -> Result:
    """One command in this process; a traceback is an error of the test."""
    return CliRunner().invoke(knows, [str(arg) for arg in args], catch_exceptions=False)


def every(folder: Path, *more: str) -> dict[str, Result]:
    """All six commands on the folder."""
    asked = {
        "rank": ("--client", "1", "--json"),
        "score": ("--pairs", folder / "pairs.csv", "--json"),
        "fit": ("--out", folder / "model.json"),
        "evaluate": ("--truth", folder / "truth.csv", "--json"),
        "explain": ("--pair", "1", "2", "--json"),
        "paths": ("--from", "1", "--to", "2", "--json"),
    }
    return {name: run(name, "--data", folder, *words, *more) for name, words in asked.items()}


def chances(folder: Path, *more: str) -> list[float]:
    """p_knows of (1, 2) and (1, 6)."""
    return [row["p_knows"] for row in json.loads(every(folder, *more)["score"].stdout)]


REFUSED: dict[str, tuple[Files, str]] = {
    "no tie is about anybody": (
        {"ties.csv": TIES + "8,9,knows,,,\n"},
        "ties: none of its 1 rows is about people of the people table.",
    ),
    "no membership is about anybody": (
        {"affiliations.csv": "person_id,kind,group_id\n99,club,x\n"},
        "affiliations: none of its 1 rows is about people of the people table.",
    ),
    "year 0": ({"affiliations.csv": GROUPS + "6,club,x,0000,\n"}, f'affiliations, row 7: start "0000" {NO_DATE}'),
    "end in year 0": ({"affiliations.csv": GROUPS + "6,club,x,,0000\n"}, f'affiliations, row 7: end "0000" {NO_DATE}'),
    "year 99999": ({"affiliations.csv": GROUPS + "6,club,x,99999,\n"}, f'affiliations, row 7: start "99999" {NO_DATE}'),
    "month 13": ({"affiliations.csv": GROUPS + "6,club,x,,2001-13\n"}, f'affiliations, row 7: end "2001-13" {NO_DATE}'),
    "month 0": (
        {"affiliations.csv": GROUPS + "6,club,x,2001-00,\n"},
        f'affiliations, row 7: start "2001-00" {NO_DATE}',
    ),
    "a word for a day": ({"answers.csv": SAID + "1,2,knows,soon\n"}, f'answers, row 2: answered_on "soon" {NO_DATE}'),
    "an empty file": (
        {"affiliations.csv": ""},
        "affiliations.csv: column person_id, kind, group_id is missing (it has nothing).",
    ),
    "nobody": ({"people.csv": "person_id,name\n"}, "people: there is nobody in it."),
    "a missing column": (
        {"ties.csv": "person_a,kind\n1,knows\n"},
        "ties.csv: column person_b is missing (it has person_a, kind).",
    ),
    "a column twice": (
        {"affiliations.csv": "person_id,kind,group_id,kind\n1,club,x,board\n"},
        "affiliations.csv: column kind stands there twice.",
    ),
    "latin-1": (
        {"people.csv": "person_id,name\n1,Zo\xeb\n".encode("latin-1")},
        "people.csv, row 2: is not UTF-8; save it as UTF-8.",
    ),
    "UTF-16": ({"people.csv": PEOPLE.encode("utf-16")}, "people.csv, row 1: is not UTF-8; save it as UTF-8."),
    "a NUL byte in an id": (
        {"people.csv": PEOPLE.replace("2,Bob", "2\0,Bob")},
        "people.csv, row 3: holds a NUL byte, so it is not text; save it as UTF-8.",
    ),
    "a quote that swallows rows": (
        {"people.csv": PEOPLE + '7,"Gus\n8,Hal\n'},
        "people.csv, row 9: a quoted cell is never closed.",
    ),
    "an id of a million letters": (
        {"people.csv": PEOPLE + "z" * 1_100_000 + ",Zed\n"},
        "people.csv, row 8: field larger than field limit (1000000).",
    ),
    "count 1e400": ({"ties.csv": TIES + "1,2,mail,1e400,,\n"}, 'ties, row 2: count "1e400" is not a number.'),
    "count 1e300": ({"ties.csv": TIES + "1,2,mail,1e300,,\n"}, 'ties, row 2: count "1e300" is too large.'),
    "count -5": ({"ties.csv": TIES + "1,2,mail,-5,,\n"}, "ties, row 2: count -5 is below zero."),
    "count n/a": ({"ties.csv": TIES + "1,2,mail,n/a,,\n"}, 'ties, row 2: count "n/a" is not a number.'),
    "headcount -5": ({"groups.csv": "group_id,kind,size\nx,club,-5\n"}, "groups, row 2: size -5 is below zero."),
    "headcount n/a": ({"groups.csv": "group_id,size\nx,n/a\n"}, 'groups, row 2: size "n/a" is not a number.'),
    "headcount 1e400": ({"groups.csv": "group_id,size\nx,1e400\n"}, 'groups, row 2: size "1e400" is not a number.'),
    "trait 1e300": (
        {"traits.csv": "person_id,kind,value\n1,age,1e300\n"},
        'traits, row 2: value "1e300" is too large.',
    ),
    "damaged gz": (
        {"affiliations.csv.gz": gzip.compress(GROUPS.encode())[:-6]},
        "affiliations.csv.gz: cannot be read (Compressed file ended before the end-of-stream marker was reached).",
    ),
    "gz damaged inside": (
        {"affiliations.csv.gz": gzip.compress(GROUPS.encode())[:20] + bytes(5) + gzip.compress(GROUPS.encode())[25:]},
        "affiliations.csv.gz: cannot be read (Error -3 while decompressing data",
    ),
    "no gz at all": ({"affiliations.csv.gz": b"person_id"}, "affiliations.csv.gz: cannot be read (Not a gzipped file"),
    "damaged Parquet": ({"affiliations.parquet": b"PAR1 no PAR1"}, "affiliations.parquet: cannot be read as Parquet"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_read_is_refused_by_every_command(name: str, tmp_path: Path) -> None:
    files, sentence = REFUSED[name]
    for command, result in every(town(tmp_path, files)).items():
        assert (command, result.exit_code, result.stdout) == (command, 2, "")
        assert result.stderr.startswith(f"Error: {sentence}"), command
        assert len(result.stderr.splitlines()) == 1


# What is changed, what is told, and files without the odd rows that must give the same chances.
LEFT_OUT: dict[str, tuple[Files, list[str], Files]] = {
    "ties with oneself": (
        {"ties.csv": TIES + "1,1,knows,,,\n2,2,mail,9,,\n"},
        ["ties: 2 rows of people with themselves, left out"],
        {},
    ),
    "an answer about oneself": (
        {"answers.csv": SAID + "1,1,knows,\n1,2,knows,\n"},
        ["answers: 1 row of people with themselves, left out"],
        {"answers.csv": SAID + "1,2,knows,\n"},
    ),
    "an id with two names": (
        {"people.csv": PEOPLE + "1,Anna\n"},
        ["people: 1 row with an id seen before, left out"],
        {},
    ),
    "equal memberships": ({"affiliations.csv": GROUPS + "1,club,x,2001,\n" * 3}, [], {}),
    "equal ties, both ways": (
        {"ties.csv": TIES + "1,2,mail,3,,\n2,1,mail,3,,\n1,3,knows,,,\n3,1,knows,,,\n"},
        [],
        {"ties.csv": TIES + "1,2,mail,3,,\n1,3,knows,,,\n"},
    ),
    "ten thousand answers about one pair": (
        {"answers.csv": SAID + "1,2,does_not_know,2020-01-01\n" * 9_999 + "1,2,knows,2020-01-01\n"},
        [],
        {"answers.csv": SAID + "1,2,knows,2020-01-01\n"},
    ),
    "strangers in every table": (
        {
            "affiliations.csv": GROUPS + "99,club,x,,\n",
            "groups.csv": "group_id,kind,size\nnone,club,7\n",
            "traits.csv": "person_id,kind,value\n99,age,30\n1,age,40\n",
            "ties.csv": TIES + "99,1,knows,,,\n1,2,mail,3,,\n",
            "answers.csv": SAID + "1,99,knows,\n1,2,knows,\n",
        },
        [
            f"{table}: 1 row about people who are not in the people table"
            for table in ("affiliations", "traits", "ties", "answers")
        ],
        {
            "traits.csv": "person_id,kind,value\n1,age,40\n",
            "ties.csv": TIES + "1,2,mail,3,,\n",
            "answers.csv": SAID + "1,2,knows,\n",
        },
    ),
    "an end before the start": (
        {"affiliations.csv": GROUPS + "6,club,x,2010,2001\n"},
        ["affiliations: 1 row with end before start, left out"],
        {},
    ),
    "seen last before first": (
        {"ties.csv": TIES + "1,6,mail,5,2020-01-01,2010-02-01\n"},
        ["ties: 1 row with last_on before first_on, left out"],
        {},
    ),
    "blank groups and kinds": (
        {"affiliations.csv": GROUPS + "1,club,,,\n6,club,,,\n1,,z,,\n6,,z,,\n", "ties.csv": TIES + "1,6,,,,\n"},
        ["affiliations: 4 rows without kind or group_id, left out", "ties: 1 row without kind, left out"],
        {},
    ),
    "an end that means still there": (
        {"affiliations.csv": GROUPS.replace("2001,", "2001,9999-12-31")},
        [],
        {},
    ),
    "headers alone": (
        {"ties.csv": TIES, "answers.csv": SAID, "traits.csv": "person_id,kind,value\n", "groups.csv": "group_id\n"},
        [],
        {},
    ),
    "other columns in another order, BOM, CRLF": (
        {
            "people.csv": "\ufeff" + PEOPLE.replace("\n", "\r\n"),
            "affiliations.csv": "\ufeff"
            + "\r\n".join(",".join(("q", *row.split(",")[::-1])) for row in GROUPS.split()),
        },
        [],
        {},
    ),
    "a count of nothing": ({"ties.csv": TIES + "1,2,mail,0,,\n", "groups.csv": "group_id,size\nx,0\n"}, [], {}),
}


@pytest.mark.parametrize("name", LEFT_OUT)
def test_what_cannot_be_meant_is_left_out_and_told(name: str, tmp_path: Path) -> None:
    files, notes, plain = LEFT_OUT[name]
    (tmp_path / "odd").mkdir()
    (tmp_path / "plain").mkdir()
    found = every(town(tmp_path / "odd", files))
    for command, result in found.items():
        assert (command, result.exit_code) == (command, 0)
        assert result.stderr.splitlines() == [f"Note: {note}" for note in notes], command
        assert "NaN" not in result.stdout
    wanted = every(town(tmp_path / "plain", plain))
    for command in ("rank", "score", "evaluate", "explain", "paths"):
        assert numbers(found[command]) == pytest.approx(numbers(wanted[command]), abs=1e-9), command


def numbers(result: Result) -> list[float]:
    """Every number a command told, in order."""

    def walk(value: object) -> list[float]:
        if isinstance(value, dict):
            return [n for _, one in sorted(value.items()) for n in walk(one)]
        if isinstance(value, list):
            return [n for one in value for n in walk(one)]
        return [float(value)] if isinstance(value, int | float) else []

    return walk(json.loads(result.stdout))
