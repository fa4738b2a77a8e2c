"""One answer over the whole kit: does it read as a pitch? Points for what pitches do, each with its reason."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from passalong.engine.pitch.checks import HEADS, PART_ORDER, Read, is_calm, own_acts, own_words, read, unsourced_figures

PITCH_FROM = 3.0  # points
CAP = 4.0  # points that one code can add
FIRST, FIRST_CAP = 0.75, 1.5  # "we" or a name before the problem, each; and together
FIGURE = 0.6  # a claim in figures without a source
SHOUT = 0.5  # an exclamation mark
SHOUT_CAP = 1.5
NO_SOURCE = 0.7  # no consequence says where it is known from
NO_CALM = 0.7  # no calm step beside the consequences
NO_SIZE = 0.7  # no number anywhere in the consequences
NO_ACT = 2.0  # nothing in the first step that the reader does alone
ACTS_ENOUGH = 2
EASE, EASE_CAP = 0.4, 2.0  # taken off for each phrase that lets the reader breathe
WEAK_CAP = 1.5  # points that words with innocent uses can add
NO_PROBLEM = 0.7  # no word about the problem, or about consequences
WE_FREE, WE_FULL, WE_CAP = 0.03, 0.08, 3.0  # share of "we" that costs nothing, that costs all, and what it costs
WE_WORDS = 40  # words below which a share of "we" says nothing


@dataclass(frozen=True, slots=True)
class Reason:
    """Points of one code, with the words that gave them."""

    code: str
    points: float
    quotes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Judgement:
    """points: the sum of the reasons; a pitch from PITCH_FROM on."""

    points: float
    reasons: tuple[Reason, ...]

    @property
    def is_pitch(self) -> bool:
        return self.points >= PITCH_FROM


def judge(texts: Mapping[str, str], *, names: Sequence[str] = ()) -> Judgement:
    """Points and reasons over texts by part name, the heaviest reason first."""
    parts = [read(part, texts[part], names) for part in (*HEADS, *PART_ORDER) if texts.get(part, "").strip()]
    reasons = [
        *_by_phrases(parts),
        _we(parts),
        _first(parts),
        _figures(parts),
        _shouting(parts),
        *_gaps(parts),
        _ease(parts),
    ]
    told = tuple(sorted(_joined(reasons), key=lambda one: -one.points))
    return Judgement(round(sum(one.points for one in told), 2), told)


def _joined(reasons: Iterable[Reason]) -> Iterator[Reason]:
    """One reason a code, and none without points."""
    by_code: dict[str, Reason] = {}
    for one in reasons:
        was = by_code.get(one.code, Reason(one.code, 0.0, ()))
        by_code[one.code] = Reason(one.code, round(was.points + one.points, 2), was.quotes + one.quotes)
    return (one for one in by_code.values() if one.points)


def reads_as_pitch(texts: Mapping[str, str], *, names: Sequence[str] = ()) -> bool:
    """Whether the kit reads as a pitch."""
    return judge(texts, names=names).is_pitch


def _by_phrases(parts: list[Read]) -> list[Reason]:
    points: dict[str, float] = {}
    weak: dict[str, float] = {}
    quotes: dict[str, list[str]] = {}
    for one in parts:
        for hit in one.hits:
            if hit.group.weight:
                code = hit.group.code
                weak[hit.group.name] = weak.get(hit.group.name, 0.0) + hit.group.weight
                if not hit.group.name.endswith("_weak") or weak[hit.group.name] <= WEAK_CAP:
                    points[code] = min(CAP, points.get(code, 0.0) + hit.group.weight)
                quotes.setdefault(code, []).append(one.prose.text[hit.start : hit.end])
    return [Reason(code, points[code], tuple(quotes[code][:12])) for code in points]


def _we(parts: list[Read]) -> Reason:
    words = sum(one.prose.words for one in parts)
    own = [one.prose.text[token.start : token.end] for one in parts for token in own_words(one)]
    if words < WE_WORDS:
        return Reason("about_us", 0.0, ())
    share = (len(own) / words - WE_FREE) / (WE_FULL - WE_FREE)
    return Reason("about_us", round(WE_CAP * min(max(share, 0.0), 1.0), 2), tuple(own[:12]))


def _first(parts: list[Read]) -> Reason:
    """The solution, a name or "we" at the head or in the first two sentences of the problems."""
    quotes = []
    for one in parts:
        if one.part in (*HEADS, "problems"):
            reach = one.prose.sentences[:2][-1][1] if one.part == "problems" and one.prose.sentences else None
            end = len(one.prose.text) if reach is None else reach
            quotes += [one.prose.text[token.start : token.end] for token in own_words(one, 0, end)]
            quotes += [one.prose.text[start:stop] for start, stop in one.names if start < end]
    return Reason("solution_first", min(FIRST_CAP, FIRST * len(quotes)), tuple(quotes[:12]))


def _figures(parts: list[Read]) -> Reason:
    quotes = [one.prose.text[start:end] for one in parts for start, end in unsourced_figures(one)]
    return Reason("figure", min(CAP, FIGURE * len(quotes)), tuple(quotes[:12]))


def _shouting(parts: list[Read]) -> Reason:
    count = sum(token.word == "!" for one in parts for token in one.prose.tokens)
    return Reason("shouting", min(SHOUT_CAP, SHOUT * count), ("!",) * min(count, 3))


def _gaps(parts: list[Read]) -> list[Reason]:
    """What a pitch leaves out: where consequences are known from, a calm step, the problem itself."""
    by_part = {one.part: one for one in parts}
    said = by_part.get("consequences")
    gaps = [Reason("missing", NO_PROBLEM, ()) for part in ("problems", "consequences") if part not in by_part]
    if said and not said.spots("source") and not said.prose.marks:
        gaps.append(Reason("no_source", NO_SOURCE, ()))
    if said and not is_calm(said):
        gaps.append(Reason("no_calm_step", NO_CALM, ()))
    if said and not any(token.number for token in said.prose.tokens):
        gaps.append(Reason("no_size", NO_SIZE, ()))
    step = by_part.get("first_step")
    acts = min(len(own_acts(step)), ACTS_ENOUGH) if step else 0
    gaps.append(Reason("no_own_act", NO_ACT * (1 - acts / ACTS_ENOUGH), ()))
    return gaps


def _ease(parts: list[Read]) -> Reason:
    """What lets the reader breathe, as points taken off."""
    quotes = [one.prose.text[hit.start : hit.end] for one in parts for hit in one.spots("ease")]
    return Reason("ease", -min(EASE_CAP, EASE * len(quotes)), tuple(quotes[:12]))
