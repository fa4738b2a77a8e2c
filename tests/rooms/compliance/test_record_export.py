"""The record handed over for an examination, and checked without us."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import subprocess
import zipfile
from datetime import date, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests import make
from tests.tampering import past_the_guards

from passalong.accounts.models import Member
from passalong.cli import boot
from passalong.cli.record import record as command
from passalong.compliance.selectors import record as selectors
from passalong.compliance.services.exporting import export_to
from passalong.core import blobs, clock, events
from passalong.core.chain import ERASED, verify
from passalong.core.checking import check_zip
from passalong.core.errors import NotAllowed, Refused
from passalong.core.models import Blob, Event, Payload
from passalong.core.records import forget, note_gone

pytestmark = pytest.mark.django_db
PAGE = "<!doctype html><p>“Grüße” <script>alert(1)</script>".encode()
WORDS = b"Dear Anna,\r\n\r\n=HYPERLINK(1)\r\n"


@pytest.fixture
def owner() -> Member:
    who = make.member(make.practice("=cmd|' /C calc'!A1 practice"))
    page = blobs.keep(who.practice_id, PAGE, "text/html; charset=utf-8")
    words = blobs.keep(who.practice_id, WORDS, "text/plain; charset=utf-8")
    someone = make.client(who, "Anna Berg")
    texts = {"page": page, "words": words}
    events.record(who.practice_id, "kits:edition_published", actor=who.public_id, texts=texts, number=1, title="=1+1")
    events.record(who.practice_id, "kits:passed_along", people=[someone.public_id], texts={"words": words})
    return who


def _export(owner: Member, path: Path, days: int = 0) -> zipfile.ZipFile:
    today = clock.today()
    export_to(path, by=owner, practice=owner.practice, start=today - timedelta(days=days), end=today)
    return zipfile.ZipFile(path)


def test_every_past_text_comes_back_byte_for_byte(owner: Member, tmp_path: Path) -> None:
    with _export(owner, tmp_path / "record.zip") as file:
        assert file.testzip() is None
        texts = {name: file.read(name) for name in file.namelist() if name.startswith("texts/")}
        rows = [json.loads(line) for line in file.read("events.jsonl").splitlines()]
    assert texts == {
        f"texts/{hashlib.sha256(PAGE).hexdigest()}.html": PAGE,
        f"texts/{hashlib.sha256(WORDS).hexdigest()}.txt": WORDS,
    }
    assert [row["number"] for row in rows] == list(range(1, len(rows) + 1))
    assert rows[-1]["people"] == ["Anna Berg"]


def test_the_check_sums_are_those_of_common_tools(owner: Member, tmp_path: Path) -> None:
    with _export(owner, tmp_path / "record.zip") as file:
        file.extractall(tmp_path / "out")
    done = subprocess.run(["sha256sum", "-c", "--strict", "SHA256SUMS"], cwd=tmp_path / "out", capture_output=True)
    assert done.returncode == 0
    assert done.stdout.count(b": OK") == len(list((tmp_path / "out").rglob("*.*")))


def test_it_can_be_read_and_holds_no_formula(owner: Member, tmp_path: Path) -> None:
    with _export(owner, tmp_path / "record.zip") as file:
        rows = list(csv.DictReader(io.StringIO(file.read("index.csv").decode())))
        page, index = file.read("pages/0001.html").decode(), file.read("index.html").decode()
    assert not [cell for row in rows for cell in row.values() if cell[:1] in "=+-@" and cell]
    assert rows[-1]["people"] == "Anna Berg"
    assert rows[-2]["what"] == "Edition 1 published: =1+1"
    assert "=cmd|&#x27; /C calc" in page
    assert "<script" not in page + index
    assert f'href="../texts/{hashlib.sha256(PAGE).hexdigest()}.html"' in page


def test_the_export_is_on_the_record_and_names_its_manifest(owner: Member, tmp_path: Path) -> None:
    with _export(owner, tmp_path / "record.zip") as file:
        manifest = file.read("manifest.json")
    last = Event.objects.filter(practice=owner.practice).last()
    assert (last.kind, last.actor) == ("compliance:record_exported", owner.public_id)
    assert last.payload.data["manifest"] == hashlib.sha256(manifest).hexdigest()
    head = json.loads(manifest)["chain_head"]
    assert Event.objects.get(practice=owner.practice, number=head["number"]).hash == head["hash"]
    assert verify(owner.practice_id).is_well


def test_only_the_days_asked_for_and_only_this_practice(owner: Member, tmp_path: Path, monkeypatch) -> None:
    events.record(make.practice("Other").pk, "test:other")
    before = Event.objects.filter(practice=owner.practice).count()
    later = clock.now() + timedelta(days=3)
    monkeypatch.setattr(clock, "now", lambda: later)
    events.record(owner.practice_id, "test:late")
    path = tmp_path / "one.zip"
    day = (later - timedelta(days=3)).date()
    made = export_to(path, by=owner, practice=owner.practice, start=day, end=day)
    assert made.events == before
    with zipfile.ZipFile(path) as file:
        assert b"test:late" not in file.read("events.jsonl")
        assert b"test:other" not in file.read("events.jsonl")
    assert check_zip(path).problems == []


def test_an_empty_range_is_a_whole_file(owner: Member, tmp_path: Path) -> None:
    day = date(2001, 1, 1)
    assert export_to(tmp_path / "none.zip", by=owner, practice=owner.practice, start=day, end=day).events == 0
    assert check_zip(tmp_path / "none.zip").problems == []


def test_erased_contents_are_told_as_such(owner: Member, tmp_path: Path) -> None:
    number = Event.objects.get(kind="kits:passed_along").number
    gone = forget(Payload.objects.filter(event__practice=owner.practice, event__number=number).select_related("event"))
    note_gone(owner.practice_id, ERASED, gone)
    with _export(owner, tmp_path / "record.zip") as file:
        rows = {row["number"]: row for row in map(json.loads, file.read("events.jsonl").splitlines())}
        assert b"Anna Berg" not in file.read("index.csv").splitlines()[number]
    assert rows[number]["payload"] is None
    assert check_zip(tmp_path / "record.zip").problems == []


@pytest.mark.parametrize(
    ("name", "change", "problem"),
    [
        ("texts/{page}.html", lambda raw: raw + b" ", "was changed"),
        ("events.jsonl", lambda raw: raw.replace(b'"number": 2', b'"number": 7', 1), "was changed"),
        ("index.csv", lambda raw: b"", "was changed"),
        ("texts/{page}.html", lambda raw: None, "is missing"),
        ("manifest.json", lambda raw: None, "no manifest"),
        ("manifest.json", lambda raw: b"[]", "no export of a record"),
        ("manifest.json", lambda raw: b"[" * 100_000, "no export of a record"),
        ("more.html", lambda raw: b"x", "not in the manifest"),
    ],
)
def test_a_changed_export_is_found(owner: Member, tmp_path: Path, name: str, change, problem: str) -> None:
    _export(owner, tmp_path / "record.zip").close()
    name = name.format(page=hashlib.sha256(PAGE).hexdigest())
    _rewrite(tmp_path / "record.zip", {name: change})
    assert problem in " ".join(check_zip(tmp_path / "record.zip").problems)


def _rewrite(path: Path, changes: dict) -> None:
    with zipfile.ZipFile(path) as file:
        files = {name: file.read(name) for name in file.namelist()}
    for name, change in changes.items():
        files[name] = change(files.get(name, b""))
    with zipfile.ZipFile(path, "w") as file:
        for name, raw in files.items():
            if raw is not None:
                file.writestr(name, raw)


def test_an_event_rewritten_with_fitting_sums_breaks_the_chain(owner: Member, tmp_path: Path) -> None:
    _export(owner, tmp_path / "record.zip").close()

    def forge(raw: bytes) -> bytes:
        return raw.replace(b"kits:passed_along", b"kits:words_saved_")

    with zipfile.ZipFile(tmp_path / "record.zip") as file:
        forged = forge(file.read("events.jsonl"))
        told = json.loads(file.read("manifest.json"))
    told["files"]["events.jsonl"] = {"sha256": hashlib.sha256(forged).hexdigest(), "size": len(forged)}
    manifest = json.dumps(told).encode()
    _rewrite(tmp_path / "record.zip", {"events.jsonl": lambda _: forged, "manifest.json": lambda _: manifest})
    number = Event.objects.get(kind="kits:passed_along").number
    assert f"Event {number} was changed." in check_zip(tmp_path / "record.zip").problems


def test_what_is_no_zip_is_told(tmp_path: Path) -> None:
    path = tmp_path / "no.zip"
    path.write_bytes(b"PK nothing of the sort")
    assert "cannot be read" in check_zip(path).problems[0]


def test_a_failed_export_leaves_nothing_and_no_old_file_is_harmed(owner: Member, tmp_path: Path, monkeypatch) -> None:
    path = tmp_path / "record.zip"
    path.write_bytes(b"the old one")
    monkeypatch.setattr(selectors, "lines", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        _export(owner, path)
    assert [one.name for one in tmp_path.iterdir()] == ["record.zip"]
    assert path.read_bytes() == b"the old one"


def test_only_owners_and_approvers_export(owner: Member, tmp_path: Path) -> None:
    with pytest.raises(NotAllowed):
        _export(make.assistant(owner.practice), tmp_path / "record.zip")
    with pytest.raises(Refused):
        export_to(tmp_path / "x.zip", by=owner, practice=owner.practice, start=date(2026, 2, 1), end=date(2026, 1, 1))
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch):
    """The command on the database of the tests."""
    from passalong.cli import record as module

    for place in (boot, module):
        monkeypatch.setattr(place, "open_practices", lambda: None)
    return lambda *words: CliRunner().invoke(command, [str(one) for one in words])


def test_the_command_exports_and_verifies(owner: Member, run, tmp_path: Path) -> None:
    path = tmp_path / "record.zip"
    day = clock.today().isoformat()
    made = run("export", "--from", day, "--to", day, "--out", path, "--practice", owner.practice.public_id, "--json")
    assert made.exit_code == 0, made.output
    told = json.loads(made.output)
    checked = json.loads(run("verify", "--zip", path, "--json").output)
    assert (checked["ok"], checked["head_still_there"], checked["problems"]) == (True, True, [])
    assert (checked["manifest_sha256"], checked["events"]) == (told["manifest_sha256"], told["events"])
    here = json.loads(run("verify", "--json").output)
    assert (here["ok"], here["practices"][0]["contents_gone"], here["guards_missing"]) == (True, 0, [])
    assert "are as they were written" in run("verify", "--practice", owner.practice.name).output


def test_the_command_finds_what_was_changed_and_a_chain_written_anew(owner: Member, run, tmp_path: Path) -> None:
    _export(owner, tmp_path / "record.zip").close()
    with past_the_guards():
        Blob.objects.filter(media_type__startswith="text/html").update(content=b"other")
    done = run("verify", "--practice", owner.practice.public_id)
    assert done.exit_code == 1
    number = Event.objects.get(kind="kits:edition_published").number
    assert f"event {number} names a text whose bytes were changed" in done.output
    head = check_zip(tmp_path / "record.zip").head
    with past_the_guards():
        Event.objects.filter(practice=owner.practice, number=head[0]).update(hash="0" * 64)
    done = run("verify", "--zip", tmp_path / "record.zip")
    assert (done.exit_code, f"Event {head[0]} is another now" in done.output) == (1, True)


@pytest.mark.parametrize(
    "words",
    [
        ("export", "--from", "soon", "--to", "2026-01-01", "--out", "x.zip"),
        ("export", "--from", "2026-02-01", "--to", "2026-01-01", "--out", "x.zip"),
        ("export", "--from", "2026-02-01", "--to", "2026-03-01", "--out", "/none/x.zip"),
        ("export", "--from", "2026-02-01", "--to", "2026-03-01", "--out", "x.zip", "--practice", "none"),
        ("verify", "--zip", "none.zip"),
    ],
)
def test_wrong_use_is_one_sentence(owner: Member, run, words: tuple[str, ...], tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    done = run(*words)
    assert done.exit_code == 2
    assert "Traceback" not in done.output
    assert list(tmp_path.iterdir()) == []
