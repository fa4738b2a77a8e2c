"""Whether a kit reads as help or as a pitch: checks with quotes and places, and one score. Pure, linear in the text."""

from __future__ import annotations

from passalong.engine.pitch.checks import BOUNDS, CODES, HARD, PART_ORDER, Finding, check
from passalong.engine.pitch.prose import Prose, lix
from passalong.engine.pitch.score import Judgement, Reason, judge, reads_as_pitch

__all__ = [
    "BOUNDS",
    "CODES",
    "HARD",
    "PART_ORDER",
    "Finding",
    "Judgement",
    "Prose",
    "Reason",
    "check",
    "judge",
    "lix",
    "reads_as_pitch",
]
