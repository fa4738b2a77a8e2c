"""passalong import: options, output, exit codes; a dry run needs neither database nor Django."""

from __future__ import annotations

import json
import subprocess
import sys
from types import SimpleNamespace

import pytest
from click.testing import CliRunner

from passalong.cli import imports

CSV = "Name,Email,Company\nAda Lovelace,ada@x.example,Engines\nBo Li,nothing,\n,,\n"
CARD = "BEGIN:VCARD\nVERSION:3.0\nFN:Ada Lovelace\nEMAIL:ada@x.example\nEND:VCARD\n"
MAIL = "From a@b.example Mon Jan  5 10:00:00 2026\nFrom: Ann <a@b.example>\nTo: c@d.example\n\ntext\n\n"


def run(*words):
    return CliRunner().invoke(imports.import_, [str(word) for word in words])


@pytest.fixture
def files(tmp_path):
    for name, text in {"list.csv": CSV, "ada.vcf": CARD, "mail.mbox": MAIL, "empty.csv": ""}.items():
        (tmp_path / name).write_text(text)
    return tmp_path


def test_json_of_one_file(files):
    result = run(files / "list.csv", "--dry-run", "--json")
    assert result.exit_code == 0
    assert json.loads(result.stdout) == {
        "source": "list.csv",
        "format": "directory",
        "records": 2,
        "people": 2,
        "organizations": 1,
        "evidence": 1,
        "created": 0,
        "updated": 0,
        "unchanged": 0,
        "warnings": [{"row": 3, "message": "“nothing” is not a mail address and was left out."}],
        "errors": [],
        "batch": None,
    }


def test_several_files_are_json_lines_and_records_come_out(files):
    out = files / "records.jsonl"
    result = run(
        files / "list.csv", files / "ada.vcf", files / "mail.mbox", "--dry-run", "--json", "--records-out", out
    )
    assert result.exit_code == 0
    assert [json.loads(line)["format"] for line in result.stdout.splitlines()] == ["directory", "vcard", "mbox"]
    records = [json.loads(line) for line in out.read_text().splitlines()]
    assert [record.get("name") for record in records] == ["Ada Lovelace", "Bo Li", "Ada Lovelace", None]
    assert records[3]["from"] == "a@b.example"
    assert [path.name for path in files.iterdir() if path.name.startswith(".")] == []


def test_a_refused_file_is_one_sentence_and_exit_two(files):
    out = files / "records.jsonl"
    result = run(files / "empty.csv", "--dry-run", "--json", "--records-out", out)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == "empty.csv is empty; export it again and import the new file.\n"
    assert not out.exists()
    assert [path.name for path in files.iterdir() if path.name.startswith(".")] == []


def test_one_refused_among_several_costs_only_itself(files):
    out = files / "records.jsonl"
    result = run(files / "list.csv", files / "empty.csv", "--dry-run", "--json", "--records-out", out)
    assert result.exit_code == 2
    assert json.loads(result.stdout)["records"] == 2
    assert result.stderr.splitlines()[1:] == ["empty.csv is empty; export it again and import the new file."]
    assert len(out.read_text().splitlines()) == 2


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ([], "Name at least one FILE"),
        (["list.csv", "--undo", "b1"], "and not both"),
        (["--undo", "b1", "--dry-run"], "no --dry-run"),
        (["--undo", "b1", "--group", "Club"], "no --group"),
        (["--undo", "b1", "--map", "name=Who"], "no --map"),
        (["--undo", "b1", "--records-out", "out.jsonl"], "no --records-out"),
        (["--undo", "b1", "--as", "vcard"], "no --as"),
        (["list.csv", "--dry-run", "--map", "name"], "FIELD=COLUMN"),
        (["list.csv", "--dry-run", "--map", "name=Who"], "no column 'Who'"),
        (["list.csv", "--dry-run", "--as", "directory", "--map", "email=Email"], "no column for a name"),
        (["list.csv", "--dry-run", "--since", "2019"], "--group"),
        (["list.csv", "--dry-run", "--group", "Club", "--since", "long ago"], "not a date"),
        (["list.csv", "--dry-run", "--as", "redtail"], "not read as such yet"),
        (["nowhere.csv", "--dry-run"], "no file"),
        (["list.csv", "--dry-run", "--records-out", "nowhere/records.jsonl"], "No such file"),
    ],
)
def test_wrong_use_is_one_sentence(files, monkeypatch, words, sentence):
    monkeypatch.chdir(files)
    result = run(*words)
    assert result.exit_code == (1 if "nowhere/records.jsonl" in words else 2)
    assert sentence in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_a_list_without_its_group_is_warned_of_beside_the_output(files):
    result = run(files / "list.csv", "--dry-run", "--json")
    assert "list.csv: These people will not be connected with each other" in result.stderr
    assert "--group NAME" in result.stderr
    assert run(files / "list.csv", "--dry-run", "--json", "--group", "Club").stderr == ""
    assert run(files / "ada.vcf", "--dry-run", "--json").stderr == ""


def test_a_dry_run_counts_the_members_of_a_group(files):
    plain = json.loads(run(files / "list.csv", "--dry-run", "--json").stdout)
    members = json.loads(run(files / "list.csv", "--dry-run", "--json", "--group", "Club").stdout)
    assert members["evidence"] == plain["evidence"] + plain["people"]
    assert members["warnings"] == plain["warnings"]


def test_a_dry_run_says_that_no_practice_was_asked_about_a_protected_group(files):
    words = ("--group", "Alcoholics Anonymous", "--group-kind", "association")
    result = run(files / "list.csv", "--dry-run", "--json", *words)
    plain = json.loads(run(files / "list.csv", "--dry-run", "--json").stdout)
    told = json.loads(result.stdout)
    assert result.exit_code == 0
    assert told["evidence"] == plain["evidence"]
    assert "reveal a person's health" in told["warnings"][0]["message"]
    assert "unless an owner has allowed" in told["warnings"][0]["message"]


def test_an_unknown_format_is_exit_two(files):
    assert run(files / "list.csv", "--as", "lotus").exit_code == 2


def test_text_for_people(files):
    result = run(files / "list.csv", "--dry-run")
    assert "2 records (directory)" in result.stdout
    assert "row 3: “nothing”" in result.stdout
    assert "Nothing was stored" in result.stdout


def test_long_lists_of_remarks_are_cut(tmp_path):
    (tmp_path / "list.csv").write_text("Name,Email\n" + "Ada,none such\n" * 9)
    assert "more remarks" in run(tmp_path / "list.csv", "--dry-run").stdout


def test_help_has_examples():
    text = run("--help").stdout
    assert "Examples:" in text
    assert "--undo BATCH" in text


def test_maps_named_twice_are_numbered():
    assert imports.parse_maps(["email=A", "email=B", "name= Who "]) == {"email": "A", "email_2": "B", "name": "Who"}
    assert imports.parse_maps([]) is None


def test_without_dry_run_the_importer_is_asked(files, monkeypatch):
    asked = {}

    def import_from_command(**options):
        asked.update(options)
        return [{"source": "list.csv", "format": "directory", "records": 2, "created": 2, "batch": "b1"}]

    importer = SimpleNamespace(
        import_from_command=import_from_command, undo_from_command=lambda **options: {"source": "b1", **options}
    )
    monkeypatch.setattr(imports, "_importing", lambda: importer)
    result = run(
        files / "list.csv",
        "--map",
        "name=Name",
        "--group",
        "Club",
        "--group-kind",
        "club",
        "--since",
        "May 2019",
        "--public",
    )
    assert "2 created" in result.stdout
    assert "--undo b1" in result.stdout
    assert asked.pop("on_progress") is None
    assert asked.pop("warn") is not None
    assert asked == {
        "paths": [files / "list.csv"],
        "as_": "auto",
        "mapping": {"name": "Name"},
        "group": "Club",
        "group_kind": "club",
        "tax_only": False,
        "since": "2019-05",
        "public": True,
        "practice": None,
        "records_out": None,
    }
    assert json.loads(run("--undo", "b1", "--json").stdout)["batch"] == "b1"


def test_a_dry_run_imports_no_django(files):
    code = (
        "import sys; from passalong.cli import main\n"
        f"try: main(['import', {str(files / 'list.csv')!r}, {str(files / 'mail.mbox')!r}, '--dry-run', '--json'])\n"
        "except SystemExit as end: assert not end.code, end.code\n"
        "assert not [name for name in sys.modules if name.split('.')[0] in ('django', 'numpy',"
        " 'icalendar', 'openpyxl')]"
    )
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, timeout=60)


def test_progress_is_shown_only_on_a_terminal_and_only_when_long(monkeypatch, capsys):
    monkeypatch.setattr(sys, "stderr", SimpleNamespace(isatty=lambda: False))
    with imports._progress("Reading") as tell:
        assert tell is None
    monkeypatch.undo()
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    clock = iter([0.0, 0.5, 1.5, 1.6, 3.0])
    monkeypatch.setattr(imports.time, "monotonic", lambda: next(clock))
    with imports._progress("Reading x") as tell:
        for done in (1, 2, 3, 4):
            tell(done, 4)
    shown = capsys.readouterr().err
    assert shown.count("Reading x") == 2
    assert "100%" in shown
