"""Starting points: texts for a trade to begin a kit with, one file each in `starts/`.

A file begins with lines `name: value` (title, subtitle, for_whom, about, involves, order, label), an empty line, and
goes on with one section `# problems` ... for each part. Facts stand in [square brackets] until the practice fills them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path

from passalong.kits.content import PARTS, Content

FOLDER = Path(__file__).parent / "starts"
_SECTION = re.compile(r"^# (\w+)\n", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Start:
    """One starting point. key: the file's name, a profession or "public"; label: what it is called on the page."""

    key: str
    label: str
    content: Content


EMPTY = "empty"
PUBLIC = "public"
SAME_TRADE = {"broker_dealer": "adviser"}  # professions that share a starting point


@cache
def starts() -> tuple[Start, ...]:
    """All starting points, by label."""
    return tuple(sorted((_read(path) for path in FOLDER.glob("*.md")), key=lambda one: one.label))


def for_profession(profession: str) -> list[Start]:
    """All starting points: the profession's own first, the one for public clients last."""
    own = SAME_TRADE.get(profession, profession)
    return sorted(starts(), key=lambda one: (one.key != own, one.key == PUBLIC, one.label))


def start_named(key: str) -> Start | None:
    """The starting point of this key; None for the empty one and for keys that are not."""
    return next((one for one in starts() if one.key == key), None)


def _read(path: Path) -> Start:
    head, *rest = _SECTION.split(path.read_text(encoding="utf-8"))
    said = dict(line.split(": ", 1) for line in head.strip().splitlines())
    label = said.pop("label")
    texts = {name: " ".join(text.split("\n")) if name not in PARTS else text for name, text in said.items()}
    texts |= {name: text.strip() for name, text in zip(rest[::2], rest[1::2], strict=True)}
    unknown = set(texts) - {one.name for one in fields(Content)}
    if unknown:
        raise ValueError(f"{path.name}: {sorted(unknown)}")
    return Start(path.stem, label, Content(**texts))  # type: ignore[arg-type]
