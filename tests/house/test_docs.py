"""What a host can set and type is written down."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest

from passalong.cli import COMMANDS, main

ROOT = Path(__file__).resolve().parents[2]
SETTINGS = (ROOT / "docs/reference/settings.md").read_text(encoding="utf-8")
RUNNING = (ROOT / "docs/operate/running.md").read_text(encoding="utf-8")
RUNNING_COMMANDS = ("start", "web", "worker", "tick", "link", "doctor")


def _settings() -> list[str]:
    """Every name the typed environment reads."""
    text = (ROOT / "src/passalong/config/env.py").read_text(encoding="utf-8")
    return sorted(set(re.findall(r'(?:env\.\w+\(|_secret\(env, )"([A-Z_]+)"', text)))


def test_the_environment_reads_something() -> None:
    assert "DATABASE_URL" in _settings()


@pytest.mark.parametrize("name", _settings())
def test_every_setting_is_written_down(name: str) -> None:
    assert f"`{name}`" in SETTINGS


def test_no_setting_is_written_down_that_is_not_read() -> None:
    told = set(re.findall(r"^\| `([A-Z_]+)`", SETTINGS, re.MULTILINE))
    assert {name for name in told if not name.startswith("PASSALONG_TEST_")} <= {*_settings()}


@pytest.mark.parametrize("name", RUNNING_COMMANDS)
def test_every_command_of_running_and_its_options_are_written_down(name: str) -> None:
    assert f"passalong {name}" in RUNNING
    command = main.get_command(click.Context(main), name)
    assert command is not None
    options = [o for o in command.params if isinstance(o, click.Option) and not o.hidden and o.name != "help"]
    missing = [o.opts[0] for o in options if f"`{o.opts[0]}" not in RUNNING]
    assert not missing


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_named_somewhere_in_the_docs(name: str) -> None:
    pages = [*(ROOT / "docs").rglob("*.md"), ROOT / "README.md", *(ROOT / "src/passalong").glob("*/README.md")]
    assert any(re.search(rf"passalong {name}\b", page.read_text(encoding="utf-8")) for page in pages)
