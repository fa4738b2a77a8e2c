"""Rooms use only what lies below them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_the_layers_hold() -> None:
    said = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert said.returncode == 0, said.stdout


def test_signals_and_the_environment_stay_where_they_belong() -> None:
    """ruff bans these too; here because an ignored line would not show there."""
    for path in (ROOT / "src/passalong").rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        assert "django.db.models.signals" not in text, path
        assert "os.getenv" not in text, path
        if path.parent.name not in ("config", "cli"):
            assert "os.environ" not in text, path
