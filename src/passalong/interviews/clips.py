"""One piece of one recording, as a cut holds it; and times as people write them. Pure: no database."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

LONGEST_CHAPTER = 120  # characters
SHORTEST = 0.1  # seconds of one clip
_TIME = re.compile(r"(?:(\d{1,2}):)??(?:(\d{1,3}):)?(\d{1,6})(?:[.,](\d{1,3}))?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Clip:
    """take: public id. start, end: seconds within the take. kept: whether it is heard. chapter: its title; empty: it
    goes on with the chapter before."""

    take: str
    start: float
    end: float
    kept: bool = True
    chapter: str = ""

    @property
    def seconds(self) -> float:
        return max(self.end - self.start, 0.0)


@dataclass(frozen=True, slots=True)
class Finish:
    """What holds for the whole. intro, outro: public ids of takes, or empty. quiet: long silences are shortened; noise:
    a steady hiss is taken away."""

    intro: str = ""
    outro: str = ""
    quiet: bool = True
    noise: bool = False


def clips_from(rows: Iterable[Mapping[str, Any]]) -> list[Clip]:
    """The clips of a cut's row."""
    return [Clip(str(row["take"]), row["start"], row["end"], row["kept"], row["chapter"]) for row in rows]


def rows_of(clips: Iterable[Clip]) -> list[dict[str, Any]]:
    """The same as a row keeps them."""
    return [asdict(clip) for clip in clips]


def finish_from(row: Mapping[str, Any]) -> Finish:
    """The settings of a cut's row; those it does not name are as usual."""
    return Finish(
        str(row.get("intro", "")),
        str(row.get("outro", "")),
        bool(row.get("quiet", True)),
        bool(row.get("noise", False)),
    )


def parse_time(text: str) -> float | None:
    """Seconds of “75”, “1:15”, “1:15.5” or “1:02:03”; None for what is no time."""
    found = _TIME.fullmatch(text.strip())
    if found is None:
        return None
    hours, minutes, seconds, rest = found.groups()
    whole = int(hours or 0) * 3600 + int(minutes or 0) * 60 + int(seconds)
    return whole + (int(rest.ljust(3, "0")) / 1000 if rest else 0.0)


def time_words(seconds: float | None) -> str:
    """As it stands in a field: 1:15.5, and 1:02:03 from an hour on; empty for None."""
    if seconds is None or not math.isfinite(seconds):
        return ""
    tenths = round(max(seconds, 0.0) * 10)
    whole, rest = divmod(tenths, 10)
    minutes, second = divmod(whole, 60)
    hours, minutes = divmod(minutes, 60)
    shown = f"{hours}:{minutes:02}:{second:02}" if hours else f"{minutes}:{second:02}"
    return f"{shown}.{rest}" if rest else shown
