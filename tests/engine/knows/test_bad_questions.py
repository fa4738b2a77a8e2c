"""Odd questions, odd dates, odd ids, few people and many: an answer, or one sentence."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.engine.knows.test_bad_input import GROUPS, LATER, PEOPLE, SAID, TIES, chances, every, run, town

ROOT = Path(__file__).parents[3]


def refused(*args: object) -> str:
    """The one sentence told."""
    result = run(*args)
    assert (result.exit_code, result.stdout) == (2, "")
    (line,) = result.stderr.splitlines()
    return line.removeprefix("Error: ")


def test_unknown_ids_in_questions_are_named(tmp_path: Path) -> None:
    folder = town(tmp_path, {})
    (tmp_path / "who.csv").write_text("client_id,prospect_id,person_id,knows\n1,2,6,1\n1,99,99,0\n")
    nobody = 'there is nobody with the id "99"'
    who = tmp_path / "who.csv"
    for words in (
        ("rank", "--client", "99"),
        ("rank", "--clients", who),
        ("rank", "--client", "1", "--candidates", who),
        ("score", "--pairs", who),
        ("evaluate", "--truth", who),
        ("explain", "--pair", "1", "99"),
        ("explain", "--pair", "99", "1"),
        ("paths", "--from", "99", "--to", "1"),
        ("paths", "--from", "1", "--to", "99"),
    ):
        assert nobody in refused(words[0], "--data", folder, *words[1:]).replace("There", "there"), words


def test_a_person_asked_about_with_themselves_is_refused(tmp_path: Path) -> None:
    folder = town(
        tmp_path, {"pairs.csv": "client_id,prospect_id\n1,1\n", "truth.csv": "client_id,prospect_id,knows\n1,1,1\n"}
    )
    for words in (
        ("score", "--pairs", folder / "pairs.csv"),
        ("evaluate", "--truth", folder / "truth.csv"),
        ("explain", "--pair", "1", "1"),
    ):
        assert "themselves" in refused(words[0], "--data", folder, *words[1:]), words
    assert refused("paths", "--data", folder, "--from", "1", "--to", "1") == "A path needs two different people."


def test_questions_without_anything_in_them_are_answered_with_nothing_or_refused(tmp_path: Path) -> None:
    folder = town(tmp_path, {"pairs.csv": "client_id,prospect_id\n", "truth.csv": "client_id,prospect_id,knows\n"})
    found = every(folder)
    assert json.loads(found["score"].stdout) == []
    assert found["evaluate"].exit_code == 2
    assert found["evaluate"].stderr == "Error: truth.csv: there is nothing in it to compare with.\n"
    (folder / "truth.csv").write_text("client_id,prospect_id,knows\n1,2,maybe\n")
    assert refused("evaluate", "--data", folder, "--truth", folder / "truth.csv").endswith(
        'knows is "maybe", wanted 0 or 1.'
    )


FUTURE = {
    "affiliations.csv": GROUPS + "6,club,x,2090,\n",
    "ties.csv": TIES + "1,6,mail,50,2090-01-01,2090-02-01\n1,2,mail,2,2019-01-01,2020-01-01\n",
    "answers.csv": SAID + "1,6,knows_well,2090-01-01\n",
}
PAST = {"affiliations.csv": GROUPS, "ties.csv": TIES + "1,2,mail,2,2019-01-01,2020-01-01\n", "answers.csv": SAID}


def test_what_lies_in_the_future_is_no_evidence_on_a_day_and_is_never_taken_silently(tmp_path: Path) -> None:
    for name in ("future", "past"):
        (tmp_path / name).mkdir()
    future, past = town(tmp_path / "future", FUTURE), town(tmp_path / "past", PAST)
    assert chances(future, "--as-of", "2026-06-01") == pytest.approx(chances(past, "--as-of", "2026-06-01"), abs=1e-12)
    told = {command: result.stderr.splitlines() for command, result in every(future).items()}
    assert set(map(tuple, told.values())) == {
        tuple(f"Note: {table}: 1 row {LATER}" for table in ("affiliations", "ties", "answers"))
    }
    assert not every(future, "--as-of", "2026-06-01")["rank"].stderr


@pytest.mark.parametrize("day", ["0000", "99999", "2004-13", "2004-00", "tomorrow"])
def test_a_reference_day_that_is_none_is_refused(day: str, tmp_path: Path) -> None:
    for command, result in every(town(tmp_path, {}), "--as-of", day).items():
        assert result.exit_code == 2, command
        assert result.stderr.startswith(f'Error: "{day}" is not a date'), command


def test_of_contradictory_answers_the_latest_counts_and_then_the_last_written(tmp_path: Path) -> None:
    def p(*answers: str) -> float:
        for file in tmp_path.iterdir():
            file.unlink()
        town(tmp_path, {"answers.csv": SAID + "".join(f"{answer}\n" for answer in answers)})
        results = every(tmp_path)
        assert {result.exit_code for result in results.values()} == {0}
        chain = json.loads(results["paths"].stdout)
        assert bool(chain) == answers[-1].endswith(",knows,2020-01-01")
        return chances(tmp_path)[1]

    yes, no = p("1,2,knows,2020-01-01"), p("1,2,does_not_know,2020-01-01")
    assert p("1,2,does_not_know,2020-01-01", "1,2,knows,2020-01-01") == pytest.approx(yes)
    assert p("1,2,knows,2020-01-01", "1,2,does_not_know,2020-01-01") == pytest.approx(no)
    p("1,2,does_not_know,2020-01-01", "2,1,knows,2020-01-01")  # both directions: the last word on the pair
    p("1,2,knows,2019-01-01", "2,1,does_not_know,2020-01-01")


def test_one_person_and_two(tmp_path: Path) -> None:
    one = town(tmp_path, {"people.csv": "person_id\n1\n", "affiliations.csv": "person_id,kind,group_id\n1,club,x\n"})
    assert json.loads(every(one)["rank"].stdout) == []
    (one / "people.csv").write_text("person_id\n1\n2\n")
    (one / "affiliations.csv").write_text("person_id,kind,group_id\n1,club,x\n2,club,x\n")
    (one / "ties.csv").write_text("person_a,person_b,kind\n1,2,knows\n")
    found = every(one)
    assert json.loads(found["rank"].stdout) == []  # the only other person is known already
    (row,) = json.loads(found["paths"].stdout)
    assert row["path"] == ["1", "2"]
    assert 0 < json.loads(found["explain"].stdout)["p_knows"] < 1


def test_ids_with_commas_quotes_and_line_ends_come_back_as_they_went_in(tmp_path: Path) -> None:
    odd = ['a,"b"', "line\nend", "x" * 100_000, "=1+1", "Ωμέγα\u200b"]
    with (tmp_path / "people.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([("person_id",), *((name,) for name in odd)])
    with (tmp_path / "affiliations.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([("person_id", "kind", "group_id"), *((name, "club", "x,\ny") for name in odd)])
    result = run("rank", "--data", tmp_path, "--client", odd[0], "--out", tmp_path / "out.csv")
    assert result.exit_code == 0
    with (tmp_path / "out.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert {row["client_id"] for row in rows} == {odd[0]}
    assert {row["prospect_id"] for row in rows} == set(odd[1:])


def test_everyone_in_one_group_are_all_alike(tmp_path: Path) -> None:
    everyone = "".join(f"{n},town,t,,\n" for n in range(1, 7))
    folder = town(tmp_path, {"people.csv": PEOPLE, "affiliations.csv": GROUPS.splitlines()[0] + "\n" + everyone})
    assert len(set(chances(folder))) == 1


MEASURED = r"""
import json, re, sys
from click.testing import CliRunner
from passalong.cli.knows import knows
for words in json.loads(sys.argv[1]):
    result = CliRunner().invoke(knows, words, catch_exceptions=False)
    assert result.exit_code == 0, (words, result.output)
# Not ru_maxrss: it begins with what the process that started this one held.
print(int(re.search(r"VmHWM:\s+(\d+) kB", open("/proc/self/status").read())[1]) / 1024)
"""
MOST_MEGABYTES = 400
MOST_SECONDS = 120


def test_a_group_of_a_hundred_thousand_people_keeps_memory_and_time_bounded(tmp_path: Path) -> None:
    ids = [str(n) for n in range(1, 100_001)]
    groups = "".join(f"{n},town,all,{1950 + int(n) % 70},\n" for n in ids) + "1,club,few,,\n6,club,few,,\n"
    files = {
        "people.csv": "person_id\n" + "\n".join(ids) + "\n",
        "affiliations.csv": "person_id,kind,group_id,start,end\n" + groups,
        "ties.csv": TIES + "".join(f"{n},{n + 1},mail,1,,\n" for n in range(1, 1000, 2)),
        "answers.csv": SAID + "1,9,knows,2020-01-01\n1,8,does_not_know,2020-01-01\n",
    }
    folder = str(town(tmp_path, files))
    asked = [
        ["rank", "--data", folder, "--client", "1", "--top", "5"],
        ["score", "--data", folder, "--pairs", f"{folder}/pairs.csv"],
        ["evaluate", "--data", folder, "--truth", f"{folder}/truth.csv"],
        ["paths", "--data", folder, "--from", "1", "--to", "2"],
    ]
    done = subprocess.run(
        [sys.executable, "-c", MEASURED, json.dumps(asked)],
        capture_output=True,
        text=True,
        check=False,
        timeout=MOST_SECONDS,
        env=os.environ | {"PYTHONPATH": str(ROOT / "src")},
    )
    assert done.returncode == 0, done.stderr
    peak = json.loads(done.stdout)
    print(f"100,000 people in one group: at most {peak:.0f} MB")
    assert peak < MOST_MEGABYTES
