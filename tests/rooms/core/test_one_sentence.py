"""Wrong use of any command: one clear sentence, exit code 2."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from passalong.cli import COMMANDS, main
from passalong.cli.boot import WrongUse, database_url, open_django
from passalong.core.backup import swapping
from passalong.core.backup.archive import BackupError


def _with_something_required() -> Iterator[list[str]]:
    """Every command that cannot do without an option or an argument."""
    todo = [([name], main.get_command(click.Context(main), name)) for name in COMMANDS]
    for words, command in todo:
        assert command is not None
        if isinstance(command, click.Group):
            todo += [([*words, name], one) for name, one in command.commands.items()]
        elif any(param.required for param in command.params):
            yield words


def _refused(*words: str) -> str:
    said = CliRunner().invoke(main, list(words), prog_name="passalong")
    assert said.exit_code == 2, said.output
    assert said.stdout == ""
    assert said.stderr.startswith("Error: ")
    assert (said.stderr.count("\n"), "Usage" in said.stderr) == (1, False), said.stderr
    return said.stderr


@pytest.mark.parametrize("words", list(_with_something_required()), ids=" ".join)
def test_what_is_missing_is_told(words: list[str]) -> None:
    assert "Missing" in _refused(*words)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("backup",), "Missing option '--out'."),
        (("nope",), "No such command 'nope'."),
        (("--nope",), "No such option '--nope'."),
        (("record", "nope"), "No such command 'nope'."),
        (("start", "--prot", "1"), "No such option '--prot'."),
        (("start", "--port", "http"), "Invalid value for '--port'"),
        (("record", "export", "--from", "tomorrow"), "Invalid value for '--from'"),
        (("demo", "x"), "Got unexpected extra argument (x)"),
    ],
)
def test_wrong_use(words: tuple[str, ...], says: str) -> None:
    assert says in _refused(*words)


def test_a_group_by_itself_shows_its_help() -> None:
    for words in ([], ["record"]):
        said = CliRunner().invoke(main, words)
        assert "Usage:" in said.output
        assert "Commands:" in said.output


def test_a_secret_file_that_is_not_there(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DATABASE_URL_FILE", str(tmp_path / "none"))
    with pytest.raises(WrongUse, match=r"none cannot be read \(No such file or directory\)"):
        database_url()


def test_a_restore_that_cannot_be_finished_yet(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def in_use(*_: object) -> None:
        raise BackupError("The database x is in use: stop Passalong on every host first.")

    monkeypatch.setattr(swapping, "settle", in_use)
    monkeypatch.setenv("PASSALONG_DATA", str(tmp_path))
    with pytest.raises(click.ClickException, match=r"cut off and cannot be finished yet\. The database x"):
        open_django(tmp_path)
