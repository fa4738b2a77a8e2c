"""The page of commands says what the commands themselves say."""

from __future__ import annotations

import importlib.machinery
import importlib.util
from pathlib import Path

import pytest

TOOL = Path(__file__).resolve().parents[2] / "tools" / "commands"


def test_the_page_of_commands_is_what_help_prints(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PASSALONG_DATA", raising=False)
    loader = importlib.machinery.SourceFileLoader("commands_tool", str(TOOL))
    spec = importlib.util.spec_from_loader("commands_tool", loader)
    tool = importlib.util.module_from_spec(spec)
    loader.exec_module(tool)
    assert tool.PAGE.read_text() == tool.page(), "run .venv/bin/python tools/commands"
