"""Each invariant's test fails once its guard is taken away: tools/guards tries them one by one."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
GUARDS = tomllib.loads((ROOT / "tests/invariants/guards.toml").read_text(encoding="utf-8"))["guard"]


def test_every_guard_stands_in_the_source_once() -> None:
    for guard in GUARDS:
        text = (ROOT / "src/passalong" / guard["file"]).read_text(encoding="utf-8")
        assert text.count(guard["text"]) == 1, guard["what"]


@pytest.mark.long
@pytest.mark.parametrize("number", sorted({guard["invariant"] for guard in GUARDS}))
def test_without_its_guard_the_test_fails(number: int) -> None:
    said = subprocess.run(
        [sys.executable, ROOT / "tools/guards", str(number)], capture_output=True, text=True, check=False
    )
    assert said.returncode == 0, said.stdout
