"""The page of commands says what the commands themselves say."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

TOOL = Path(__file__).resolve().parents[2] / "tools" / "commands"


def test_the_page_of_commands_is_what_help_prints() -> None:
    """In a process of its own: click keeps the help option of the first context that asked, whichever test that was."""
    bare = {name: value for name, value in os.environ.items() if not name.startswith(("PASSALONG_", "DATABASE_URL"))}
    asked = subprocess.run(
        [sys.executable, str(TOOL), "--check"], capture_output=True, text=True, env=bare, check=False
    )
    assert asked.returncode == 0, asked.stderr
