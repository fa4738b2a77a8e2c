"""Vendored front-end files are exactly what VENDOR.toml says, and nothing asks for a file that is not there."""

from __future__ import annotations

import hashlib
import re
import tomllib
from pathlib import Path

UI = Path(__file__).resolve().parents[2] / "src/passalong/ui"
STATIC = UI / "static"
VENDOR = STATIC / "ui/vendor"


def _listed() -> dict[str, str]:
    """Path under the vendor folder -> SHA-256, from VENDOR.toml."""
    parts = tomllib.loads((VENDOR / "VENDOR.toml").read_text(encoding="utf-8"))["part"]
    return {f"{part['folder']}/{name}": digest for part in parts for name, digest in part["sha256"].items()}


def test_vendored_files_are_unchanged_and_complete() -> None:
    found = {
        path.relative_to(VENDOR).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in VENDOR.rglob("*")
        if path.is_file() and path.name != "VENDOR.toml"
    }
    assert found == _listed()


def test_every_vendored_part_brings_its_licence() -> None:
    folders = {name.split("/")[0] for name in _listed()}
    assert folders == {name.split("/")[0] for name in _listed() if name.endswith("/LICENSE")}


def test_templates_ask_only_for_static_files_that_exist() -> None:
    asked = {
        name
        for template in (UI / "templates").rglob("*.html")
        for name in re.findall(r'{% static "(ui/[^"]+)" %}', template.read_text(encoding="utf-8"))
    }
    assert asked
    assert not [name for name in sorted(asked) if not (STATIC / name).is_file()]


def test_stylesheets_ask_only_for_files_that_exist() -> None:
    sheets = [sheet for sheet in (STATIC / "ui").rglob("*.css") if VENDOR not in sheet.parents]
    asked = {
        (sheet.parent / name).resolve()
        for sheet in sheets
        for name in re.findall(r'url\("([^"]+)"\)', sheet.read_text(encoding="utf-8"))
    }
    assert asked
    assert not [path for path in asked if not path.is_file()]


def test_icons_named_in_templates_are_vendored() -> None:
    rooms = UI.parent
    icons = {path.stem for path in VENDOR.glob("lucide-*/*.svg")}
    named = {
        name
        for template in rooms.rglob("templates/**/*.html")
        for name in re.findall(r'{% icon "([^"]+)" %}', template.read_text(encoding="utf-8"))
    }
    assert named <= icons
