"""Second step: parts one after the other, long silences shortened, without a click where they meet. Child only."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from passalong.engine.audio import pcm
from passalong.engine.audio.decoding import RATE, Samples
from passalong.engine.audio.pcm import WINDOW

FADE = 441  # samples over which one part goes into the next: a hundredth of a second
LONGEST_QUIET = round(1.2 * RATE / WINDOW)  # windows of quiet that stay as they are
LEFT_QUIET = round(0.7 * RATE / WINDOW)  # what stays of more
BETWEEN = 0.35  # how far from the quietest to the loudest quiet reaches, in dB
LEAST_APART = 15.0  # dB between them; else there is no telling
LEAST_BELOW = 20.0  # dB that quiet is below the loudest


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of samples of one laid file, as loud as `gain` makes it. chapter: its title, where one begins here.
    source: which part of the plan it is of: number of the clip, or INTRO, OUTRO."""

    place: Path
    begin: int
    end: int
    gain: float
    chapter: str = ""
    source: int = 0


def shortened(piece: Piece) -> list[Piece]:
    """The piece in parts, without the middle of its long silences."""
    levels = pcm.levels(piece.place, piece.begin, piece.end)
    if levels.size < LONGEST_QUIET:
        return [piece]
    quietest, loudest = (float(one) for one in np.percentile(levels, (10, 90)))
    if loudest - quietest < LEAST_APART:
        return [piece]
    border = min(quietest + BETWEEN * (loudest - quietest), loudest - LEAST_BELOW)
    cuts, keep = [], LEFT_QUIET // 2
    for first, last in _runs(levels < border):
        if last - first > LONGEST_QUIET:
            cuts.append((piece.begin + (first + keep) * WINDOW, piece.begin + (last - keep) * WINDOW))
    parts, begin = [], piece.begin
    for gone, again in cuts:
        parts.append((begin, gone))
        begin = again
    parts.append((begin, piece.end))
    return [
        Piece(piece.place, first, last, piece.gain, piece.chapter if number == 0 else "", piece.source)
        for number, (first, last) in enumerate(parts)
    ]


def _runs(is_quiet: np.ndarray) -> list[tuple[int, int]]:
    """Where it is quiet without a break: first window, and the one after the last."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], is_quiet, [False]]).astype(np.int8)))
    return [(int(first), int(last)) for first, last in edges.reshape(-1, 2)]


class Join:
    """Pieces as one stream. chapters: (number of the sample it begins with, title); places: the same number with the
    piece that begins there. Both are known once it was read."""

    def __init__(self, pieces: list[Piece]) -> None:
        self._pieces = [one for one in pieces if one.end - one.begin > 2 * FADE]
        self.chapters: list[tuple[int, str]] = []
        self.places: list[tuple[int, Piece]] = []

    def __iter__(self) -> Iterator[Samples]:
        rise = (0.5 - 0.5 * np.cos(np.arange(1, FADE + 1) * math.pi / (FADE + 1))).astype(np.float32)
        tail = np.zeros(0, np.float32)  # the end of the piece before, which goes into the next
        at = 0
        for piece in self._pieces:
            self.places.append((at, piece))
            if piece.chapter and (not self.chapters or self.chapters[-1][1] != piece.chapter):
                self.chapters.append((at, piece.chapter))
            held = np.zeros(0, np.float32)
            is_first = True
            for block in pcm.read(piece.place, piece.begin, piece.end):
                held = np.concatenate([held, block * np.float32(piece.gain)])
                if is_first and held.size >= FADE:
                    held[:FADE] *= rise
                    held[: tail.size] += tail
                    is_first = False
                if held.size > FADE:
                    yield held[:-FADE]
                    at += held.size - FADE
                    held = held[-FADE:]
            tail = held * rise[-held.size :][::-1] if held.size else held
        if tail.size:
            yield tail
