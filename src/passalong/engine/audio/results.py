"""What goes into working on sound and what comes out of it, and what can be wrong with a file."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

LONGEST = 4 * 3600.0  # seconds of one file
LARGEST = 2 * 2**30  # bytes of one file
SLICES = 1200  # of a waveform


class Why(StrEnum):
    """Why a file is not taken for a sound."""

    MISSING = "missing"
    UNKNOWN = "unknown"
    PLAYLIST = "list"
    LARGE = "large"
    LONG = "long"
    STREAMS = "streams"
    NO_SOUND = "no sound"
    PACKED = "packed"
    EMPTY = "empty"
    SILENT = "silent"
    CUT_OFF = "cut off"
    DAMAGED = "damaged"
    BOUNDS = "bounds"


SENTENCES: dict[str, str] = {
    Why.MISSING: "The file is not there.",
    Why.UNKNOWN: "This is no sound of a kind that can be read: bring MP3, M4A, WAV, WebM, Ogg, FLAC or AAC.",
    Why.PLAYLIST: "This is a list of other files, not a sound.",
    Why.LARGE: "It is larger than 2 GB.",
    Why.LONG: "It is longer than four hours.",
    Why.STREAMS: "There are too many tracks in it.",
    Why.NO_SOUND: "There is no sound in it.",
    Why.PACKED: "Its sound is packed in a way that is not read.",
    Why.EMPTY: "It is empty.",
    Why.SILENT: "Nothing is to be heard on it.",
    Why.CUT_OFF: "It says it is longer than it is: a part of it is missing.",
    Why.DAMAGED: "It is damaged.",
    Why.BOUNDS: "It could not be read within the time and memory set for it.",
}


class NotSound(Exception):
    """These bytes are not taken for a sound. key: of `Why`; why: one sentence."""

    def __init__(self, key: str) -> None:
        self.key = Why(key)
        self.why = SENTENCES[self.key]
        super().__init__(self.why)


class Cancelled(Exception):
    """Whoever asked wants it no more."""


class Failed(Exception):
    """The child process ended without an answer; its own words."""


@dataclass(frozen=True, slots=True)
class Probe:
    """What a file is. seconds: as decoded, not as claimed; format: by content: webm, ogg, mp3, mp4, wav, flac, aac."""

    seconds: float
    format: str
    channels: int
    rate: int


@dataclass(frozen=True, slots=True)
class Examined:
    """What a file is, and its waveform: the loudest sample of each of equally long slices, 0 to 1."""

    probe: Probe
    peaks: list[float]


@dataclass(frozen=True, slots=True)
class Clip:
    """A part of a file, in seconds of its own; a chapter begins with it where it has a title."""

    path: Path
    start: float
    end: float
    title: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to become one sound. intro, outro: whole files, as they are but for their loudness; noise: steady noise
    is taken down; quiet: long silences are shortened; title, artist: into its ID3."""

    clips: tuple[Clip, ...]
    intro: Path | None = None
    outro: Path | None = None
    noise: bool = False
    quiet: bool = False
    title: str = ""
    artist: str = ""


@dataclass(frozen=True, slots=True)
class Chapter:
    """Where a chapter begins, in seconds."""

    start: float
    title: str


INTRO, OUTRO = -1, -2  # in place of the number of a clip


@dataclass(frozen=True, slots=True)
class Place:
    """What is heard from second `at` of the finished sound on: a clip's file from `start` to `end`, in seconds of that
    file. clip: its number in the plan, or INTRO, OUTRO."""

    at: float
    clip: int
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Rendered:
    """The finished sound, measured by decoding it. loudness: LUFS; true_peak: dB. places: in the order heard."""

    seconds: float
    loudness: float
    true_peak: float
    chapters: list[Chapter]
    peaks: list[float]
    places: list[Place]
