"""The pitch check against two sets of forty kits written without sight of it; what it gets wrong is printed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from passalong.engine.pitch import PART_ORDER, Judgement, judge

SETS = ("samples", "second")
LEAST_RIGHT = 17  # of 20, each way
HEADING = re.compile(r"^## (\w+)[ \t]*$", re.MULTILINE)


def sample(path: Path) -> dict[str, str]:
    """The texts of a sample by part."""
    head, *rest = HEADING.split(path.read_text(encoding="utf-8"))
    texts = {"title": head.strip().removeprefix("# ")} | dict(zip(rest[::2], map(str.strip, rest[1::2]), strict=True))
    assert set(texts) == {"title", *PART_ORDER}, path.name
    return texts


def judged(which: str, label: str) -> dict[str, Judgement]:
    folder = Path(__file__).parent / which / label
    return {path.name: judge(sample(path)) for path in sorted(folder.glob("*.md"))}


def _told(label: str, wrong: dict[str, Judgement]) -> None:
    for name, one in wrong.items():
        why = ", ".join(f"{reason.code} {reason.points} {list(reason.quotes[:4])}" for reason in one.reasons)
        print(f"wrong: {label}/{name} {one.points} points: {why}")


@pytest.mark.parametrize("which", SETS)
def test_good_kits_and_pitches_are_told_apart(which: str, capsys: pytest.CaptureFixture[str]) -> None:
    good, pitches = judged(which, "good"), judged(which, "pitch")
    assert len(good) == len(pitches) == 20
    called_pitch = {name: one for name, one in good.items() if one.is_pitch}
    called_good = {name: one for name, one in pitches.items() if not one.is_pitch}
    with capsys.disabled():
        print(f"\n{which:8}called good  called pitch")
        print(f"good    {20 - len(called_pitch):11}  {len(called_pitch):12}")
        print(f"pitch   {len(called_good):11}  {20 - len(called_good):12}")
        _told("good", called_pitch)
        _told("pitch", called_good)
    assert 20 - len(called_pitch) >= LEAST_RIGHT
    assert 20 - len(called_good) >= LEAST_RIGHT
