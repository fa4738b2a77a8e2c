"""Every kind of event has words."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import passalong
from passalong.compliance.record_words import ROOMS, WORDS, about, noted, outsider, text_words, words_of

SRC = Path(passalong.__file__).parent


def _recorded(path: Path) -> set[str]:
    """Kinds given as a plain word to `events.record`."""
    calls = [node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Call)]
    named = [node.args[1] for node in calls if ast.unparse(node.func) == "events.record" and len(node.args) > 1]
    return {str(one.value) for one in named if isinstance(one, ast.Constant)}


def test_every_kind_named_in_the_code_has_words_and_a_place() -> None:
    kinds = {kind for path in SRC.rglob("*.py") for kind in _recorded(path)}
    assert len(kinds) > 40
    assert sorted(kinds - set(WORDS)) == []
    assert sorted(kind for kind in WORDS if not kind.startswith((*ROOMS, "demo:"))) == []


@pytest.mark.parametrize(
    ("kind", "data", "words"),
    [
        ("kits:edition_published", {"number": 3, "title": "{odd} %s"}, "Edition 3 published: {odd} %s"),
        ("kits:edition_published", None, "Edition … published: …"),
        ("compliance:hold_set", {"rule": "Case 1", "until": "2027-01-05"}, "Hold set by Case 1 until 5 Jan 2027"),
        ("later:some_thing", {}, "later: some thing"),
        ("later:{odd}", {}, "later: …"),
    ],
)
def test_an_event_in_one_line(kind: str, data: dict[str, object] | None, words: str) -> None:
    assert words_of(kind, data) == words


def test_what_somebody_outside_did_says_so() -> None:
    assert (outsider("introductions:replied"), about("introductions:replied")) == ("a reader", "their reply")
    assert outsider("compliance:consent_granted") == "the person"
    assert outsider("compliance:consent_expired") == outsider("kits:edition_withdrawn") == ""
    assert about("kits:edition_withdrawn") == ""


def test_every_way_a_consent_goes_has_words() -> None:
    told = {
        str(one.value)
        for path in (SRC / "compliance/services").glob("consent*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func) in ("tell", "end")
        for one in [*node.args[:1], *(word.value for word in node.keywords if word.arg == "kind")]
        if isinstance(one, ast.Constant) and one.value
    }
    assert len(told) > 6
    assert sorted(kind for kind in told if f"compliance:consent_{kind}" not in WORDS) == []


def test_a_text_says_what_it_is() -> None:
    assert [text_words(name) for name in ("page", "picture 4", "own_words")] == ["Web page", "Picture 4", "Own words"]


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("2026-11-22", "22 Nov 2026"),
        ("2027-11-22T11:58:56.813429+00:00", "22 Nov 2027, 11:58"),
        ("2026-13-45", "2026-13-45"),
        ("since 2026-11-22", "since 2026-11-22"),
        (["2026-11-22", "us.rule"], "22 Nov 2026, us.rule"),
        ({"needs_help": True, "wish": "yes"}, "needs help: yes, wish: yes"),
        (False, "no"),
        (3, "3"),
    ],
)
def test_what_was_noted_reads_like_the_rest_of_the_page(value: object, words: str) -> None:
    assert noted(value) == words
