"""The commands: columns, order, exit codes, and one clear sentence for bad input."""

from __future__ import annotations

import csv
import gzip
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from tests.engine.knows.make import town, write

from passalong.cli.knows import RANK_COLUMNS, knows


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("town")
    tables = town()
    write(path, tables | {"answers": [("1", "9", "knows_well", "2020-01-01"), ("1", "8", "does_not_know", "")]})
    (path / "pairs.csv").write_text("client_id,prospect_id\n5,6\n1,2\n5,7\n2,1\n", "utf-8")
    return path


def run(*args: object) -> Result:
    return CliRunner().invoke(knows, [str(arg) for arg in args], catch_exceptions=False)


def refused(*args: object) -> str:
    """The one sentence told."""
    result = run(*args)
    assert result.exit_code == 2, result.output
    lines = result.stderr.strip().splitlines()
    assert len(lines) == 1
    return lines[0].removeprefix("Error: ")


def test_rank_writes_the_columns_of_the_contract(folder: Path) -> None:
    result = run("rank", "--data", folder, "--client", "1", "--client", "3", "--top", "4")
    rows = list(csv.DictReader(result.output.splitlines()))
    assert tuple(rows[0]) == RANK_COLUMNS
    assert [row["client_id"] for row in rows] == ["1"] * 4 + ["3"] * 4
    assert [row["rank"] for row in rows] == ["1", "2", "3", "4"] * 2
    for row in rows:
        reasons = json.loads(row["reasons"])
        assert abs(float(row["base"]) + sum(r["points"] for r in reasons) - float(row["score"])) < 1e-9
        assert all(set(r) == {"kind", "text", "points", "audience"} for r in reasons)
        assert row["calibrated"] == "1"


def test_rank_takes_files_and_leaves_answered_people_out(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "clients.csv").write_text("client_id\n1\n", "utf-8")
    (tmp_path / "wishes.csv").write_text("\ufeffperson_id,note\n9,x\n8,y\n20,z\n21,\n", "utf-8")
    files = ("--clients", tmp_path / "clients.csv", "--candidates", tmp_path / "wishes.csv")
    result = run("rank", "--data", folder, *files, "--json", "--out", tmp_path / "out.json")
    assert result.output == ""
    rows = json.loads((tmp_path / "out.json").read_text("utf-8"))
    assert sorted(row["prospect_id"] for row in rows) == ["20", "21"]


def test_score_answers_exactly_the_pairs_in_their_order(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "scores.csv"
    assert run("score", "--data", folder, "--pairs", folder / "pairs.csv", "--out", out).exit_code == 0
    rows = list(csv.reader(out.read_text("utf-8").splitlines()))
    assert rows[0][:3] == ["client_id", "prospect_id", "p_knows"]
    assert [row[:2] for row in rows[1:]] == [["5", "6"], ["1", "2"], ["5", "7"], ["2", "1"]]
    assert all(0 <= float(row[2]) <= 1 for row in rows[1:])


def test_fit_and_model(folder: Path, tmp_path: Path) -> None:
    assert run("fit", "--data", folder, "--out", tmp_path / "m.json").exit_code == 0
    plain = run("rank", "--data", folder, "--client", "4")
    assert run("rank", "--data", folder, "--client", "4", "--model", tmp_path / "m.json").output == plain.output


def test_evaluate_tells_all_figures(folder: Path, tmp_path: Path) -> None:
    truth = "client_id,prospect_id,knows\n" + "".join(f"{c},{p},{p % 2}\n" for c in (1, 2) for p in range(10, 30))
    (tmp_path / "truth.csv").write_text(truth, "utf-8")
    result = run("evaluate", "--data", folder, "--truth", tmp_path / "truth.csv", "--json")
    assert set(json.loads(result.output)) == {"auc", "ap", "p10", "r50", "bss", "ece"}
    assert "auc" in run("evaluate", "--data", folder, "--truth", tmp_path / "truth.csv").output


def test_explain_is_one_rank_row(folder: Path) -> None:
    row = json.loads(run("explain", "--data", folder, "--pair", "5", "6", "--json").output)
    assert tuple(row) == RANK_COLUMNS
    assert "base" in run("explain", "--data", folder, "--pair", "5", "6").output


def test_explain_says_when_there_is_not_enough_evidence(tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_text("person_id,name\n1,Ann\n2,Bob\n3,Cat\n", "utf-8")
    output = run("explain", "--data", tmp_path, "--pair", "1", "2").output
    assert "not enough evidence" in output
    assert "not calibrated" in output


def test_paths_are_chains_of_ties(folder: Path) -> None:
    rows = json.loads(run("paths", "--data", folder, "--from", "5", "--to", "60", "--json").output)
    ties = {frozenset(row[:2]) for row in town()["ties"]} | {frozenset(("1", "9"))}
    assert rows
    for row in rows:
        assert row["path"][0] == "5"
        assert row["path"][-1] == "60"
        assert all(frozenset(step) in ties for step in zip(row["path"], row["path"][1:], strict=False))
    values = [row["value"] for row in rows]
    assert values == sorted(values, reverse=True)
    assert all(0 < value <= 1 for value in values)


@pytest.mark.parametrize("command", ["rank", "score", "fit", "evaluate", "explain", "paths"])
def test_help_has_an_example(command: str) -> None:
    assert f"passalong knows {command} --data" in run(command, "--help").output


BAD = [
    ("people.csv", "name\nAnn\n", "people.csv: column person_id is missing (it has name)."),
    ("people.csv", "", "people.csv: column person_id is missing (it has nothing)."),
    ("people.csv", "person_id\n", "people: there is nobody in it."),
    ("people.csv", "person_id,name\n1,Ann\n,Bob\n", "people, row 3: person_id is empty."),
    (
        "affiliations.csv",
        "person_id,kind,group_id,start\n1,club,x,07 Dec 2025\n",
        'affiliations, row 2: start "07 Dec 2025" is not a date (wanted: 2009, 2009-05 or 2009-05-31).',
    ),
    ("affiliations.csv", "person_id,kind,group_id\n1,club,x\n2\n", "affiliations.csv, row 3: 1 cells where"),
    ("ties.csv", "person_a,person_b,kind,count\n1,2,mail,many\n", 'ties, row 2: count "many" is not a number.'),
    ("ties.csv", "person_a,person_b,kind,count\n1,2,mail,-1\n", "ties, row 2: count -1 is below zero."),
    ("ties.csv", "person_a,person_b,kind\nx,y,knows\n", "ties: none of its 1 rows is about people of the people"),
    ("traits.csv", "person_id,kind,value\n1,age,old\n", 'traits, row 2: value "old" is not a number.'),
    (
        "answers.csv",
        "client_id,prospect_id,answer\n1,2,maybe\n",
        'answers, row 2: "maybe" is not one of knows_well, knows, does_not_know, rather_not, unsure.',
    ),
]


@pytest.mark.parametrize(("name", "text", "sentence"), BAD)
def test_bad_tables_are_refused_in_one_sentence(tmp_path: Path, name: str, text: str, sentence: str) -> None:
    (tmp_path / "people.csv").write_text("person_id,name\n1,Ann\n2,Bob\n", "utf-8")
    (tmp_path / name).write_text(text, "utf-8")
    assert refused("rank", "--data", tmp_path, "--client", "1").startswith(sentence)


def test_other_encodings_and_broken_files_are_refused(tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_bytes("person_id,name\n1,Ann\n2,Bj\u00f6rn\n".encode("cp1252"))
    assert refused("fit", "--data", tmp_path, "--out", tmp_path / "m").startswith("people.csv, row 3: is not UTF-8")
    (tmp_path / "people.csv").unlink()
    (tmp_path / "people.csv.gz").write_bytes(gzip.compress(b"person_id\n1\n")[:-6])
    assert refused("fit", "--data", tmp_path, "--out", tmp_path / "m").startswith("people.csv.gz: cannot be read")
    (tmp_path / "people.csv.gz").unlink()
    (tmp_path / "people.parquet").write_bytes(b"no")
    assert refused("fit", "--data", tmp_path, "--out", tmp_path / "m").startswith("people.parquet: cannot be read")


def test_wrong_use_is_told(folder: Path, tmp_path: Path) -> None:
    assert "nobody" in refused("rank", "--data", folder, "--client", "Zoe")
    assert refused("rank", "--data", tmp_path / "none", "--client", "1").endswith("is not a folder.")
    assert refused("rank", "--data", tmp_path, "--client", "1").endswith("people.parquet.")
    assert refused("rank", "--data", folder) == "Say for whom: --client ID or --clients FILE."
    assert "is not a date" in refused("rank", "--data", folder, "--client", "1", "--as-of", "May")
    (tmp_path / "pairs.csv").write_text("client_id,prospect_id\n1,2\n1,Zoe\n", "utf-8")
    assert refused("score", "--data", folder, "--pairs", tmp_path / "pairs.csv").startswith("pairs.csv, row 3: ")
    (tmp_path / "m.json").write_text("{}", "utf-8")
    assert "is not a model" in refused("rank", "--data", folder, "--client", "1", "--model", tmp_path / "m.json")


def test_a_file_that_cannot_be_written_is_a_failure_and_leaves_nothing(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "taken").mkdir()
    result = run("score", "--data", folder, "--pairs", folder / "pairs.csv", "--out", tmp_path / "taken")
    assert result.exit_code == 1
    assert "Traceback" not in result.output
    assert [path.name for path in tmp_path.iterdir()] == ["taken"]


def test_odd_rows_are_left_out_and_told(tmp_path: Path) -> None:
    tables = town(20, ties=10)
    tables["ties"] += [("3", "3", "knows", None, "", ""), ("3", "who", "knows", None, "", "")]
    tables["people"] += ["3"]
    tables["ties"] += [tables["ties"][0]]
    write(tmp_path, tables)
    result = run("rank", "--data", tmp_path, "--client", "1")
    assert result.exit_code == 0
    assert result.stderr.splitlines() == [
        "Note: people: 1 row with an id seen before, left out",
        "Note: ties: 1 row about people who are not in the people table",
        "Note: ties: 1 row of people with themselves, left out",
    ]


def test_parquet_and_gz_read_like_csv(folder: Path, tmp_path: Path) -> None:
    import duckdb

    (tmp_path / "people.csv.gz").write_bytes(gzip.compress((folder / "people.csv").read_bytes()))
    for name in ("affiliations", "ties"):
        source, target = folder / f"{name}.csv", tmp_path / f"{name}.parquet"
        duckdb.read_csv(str(source)).write_parquet(str(target))
    for name in ("traits", "answers"):
        (tmp_path / f"{name}.csv").write_bytes((folder / f"{name}.csv").read_bytes())
    asked = ("rank", "--client", "2", "--data")
    assert run(*asked, tmp_path).output == run(*asked, folder).output
