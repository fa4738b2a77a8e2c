"""Files and functions stay small enough to read at one sitting."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CODE = [path for folder in ("src", "tests", "benchmarks") for path in (ROOT / folder).rglob("*.py")]
CODE = [path for path in CODE if "migrations" not in path.parts]
FILE_LINES = 400
FUNCTION_LINES = 40
STORY_LINES = 60  # a test may tell a story


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _functions(path: Path) -> Iterator[tuple[str, int]]:
    """Functions and how long their bodies are; what stands before and in the signature is not counted."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            first = node.body[0]
            is_said = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
            begin = (first.end_lineno or first.lineno) + 1 if is_said else first.lineno
            yield node.name, (node.end_lineno or begin) - begin + 1


def test_no_file_is_longer_than_a_room_can_bear() -> None:
    long = {_name(path): len(path.read_text(encoding="utf-8").splitlines()) for path in CODE}
    assert not {name: lines for name, lines in long.items() if lines > FILE_LINES}


def test_no_function_is_longer_than_a_page() -> None:
    long = [
        f"{_name(path)}: {name} has {lines} lines"
        for path in CODE
        for name, lines in _functions(path)
        if lines > (FUNCTION_LINES if path.is_relative_to(ROOT / "src") else STORY_LINES)
    ]
    assert not long


def test_every_module_says_what_it_is_for() -> None:
    silent = [
        _name(path)
        for path in CODE
        if path.is_relative_to(ROOT / "src")
        and path.name not in ("apps.py", "__init__.py")
        and not ast.get_docstring(ast.parse(path.read_text("utf-8")))
    ]
    assert not silent


def test_every_room_has_a_readme_with_its_entry_points() -> None:
    rooms = [path.parent for path in (ROOT / "src/passalong").glob("*/apps.py")]
    assert not [room.name for room in rooms if not (room / "README.md").is_file()]
