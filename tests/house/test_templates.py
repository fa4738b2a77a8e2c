"""Pages ask nobody else for anything, and bring no scripts or styles of their own."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = sorted((ROOT / "src/passalong").rglob("templates/**/*.html"))
NO_COOKIES = ("kits/public/", "templates/portal/")  # pages for outsiders: a token would set one
SIGNED_IN = [path for path in TEMPLATES if not any(part in path.as_posix() for part in NO_COOKIES)]
ASKED = re.compile(r"""(?:src|href|action|srcset|poster|data|hx-(?:get|post))\s*=\s*["'](?:https?:)?//[^"']*""")


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_a_template_asks_nobody_else(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not ASKED.findall(text)
    assert not re.findall(r"<[^>]+\s(?:style|on[a-z]+)=", text)
    assert not re.findall(r"<script(?![^>]*\b(?:src=|application/json))", text)


@pytest.mark.parametrize("path", SIGNED_IN, ids=lambda path: path.name)
def test_a_form_that_changes_something_carries_its_token(path: Path) -> None:
    for form in re.findall(r"<form\b[^>]*method=\"post\".*?</form>", path.read_text(encoding="utf-8"), re.DOTALL):
        assert "{% csrf_token %}" in form


def test_styles_ask_nobody_else() -> None:
    for path in (ROOT / "src/passalong").rglob("static/**/*.css"):
        text = path.read_text(encoding="utf-8")
        assert not re.findall(r"@import|url\(\s*[\"']?(?:https?:)?//", text), path
