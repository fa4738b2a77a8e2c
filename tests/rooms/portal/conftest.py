"""The door in front of Django, a journal of its own for each test, and no memory of earlier requests."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(autouse=True)
def journal_lines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], list[dict[str, Any]]]]:
    """What stands in the journal, line by line."""
    from passalong.kits import journal
    from passalong.portal import journaling

    writer = journal.Writer(tmp_path / "hits")
    monkeypatch.setattr(journaling, "_writer", writer)

    def lines() -> list[dict[str, Any]]:
        files = sorted((tmp_path / "hits").glob("*.jsonl"))
        return [json.loads(line) for file in files for line in file.read_text().splitlines()]

    yield lines
    writer.close()


@pytest.fixture
def application() -> Iterator[Callable[..., Any]]:
    """What the web server serves. Its own connections are closed, so that the test's database can go."""
    from passalong.config.wsgi import application as served
    from passalong.portal import door

    door.pool.close()
    yield served
    door.pool.close()
