"""What a file is, by its first bytes. Names and what a device says are not asked: only what stands here is opened."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

from passalong.engine.audio.results import LARGEST, NotSound, Why

HEAD = 4096
MOST_TAGS = 32 << 20  # bytes of ID3 before an MP3 begins
LISTS = (b"#EXTM3U", b"ffconcat", b";FFMETADATA", b"[playlist]", b"#EXTINF", b"<asx", b"<smil", b"http://", b"https://")
# kind -> ffmpeg's demuxer
DEMUXERS = {
    "webm": "matroska",
    "ogg": "ogg",
    "mp3": "mp3",
    "mp4": "mp4",
    "wav": "wav",
    "flac": "flac",
    "aac": "aac",
}


def kind_of(path: Path) -> str:
    """A key of DEMUXERS; raises NotSound."""
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            head = file.read(HEAD)
            if head[:3] == b"ID3":
                head = _after_tags(file, head)
    except OSError as error:
        raise NotSound(Why.MISSING) from error
    if size > LARGEST:
        raise NotSound(Why.LARGE)
    if not head.strip(b"\0"):
        raise NotSound(Why.EMPTY)
    kind = _kind(head)
    if kind:
        return kind
    opening = head.lstrip(b"\xef\xbb\xbf \r\n\t")[:64]
    raise NotSound(Why.PLAYLIST if opening.startswith(LISTS) else Why.UNKNOWN)


def _kind(head: bytes) -> str:
    if head[:4] == b"\x1aE\xdf\xa3":
        return "webm" if b"webm" in head[:64] or b"matroska" in head[:64] else ""
    if head[:4] == b"OggS":
        return "ogg"
    if head[:4] == b"fLaC":
        return "flac"
    if head[:4] in (b"RIFF", b"RF64") and head[8:12] == b"WAVE":
        return "wav"
    if head[4:8] == b"ftyp":
        return "mp4"
    return _framed(head)


def _framed(head: bytes) -> str:
    """MP3 and AAC have no name of their own, only frames that begin alike: 11 bits set, then version and layer."""
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:
        return ""
    layer = head[1] >> 1 & 3
    if layer == 0:
        return "aac" if head[1] & 0xF0 == 0xF0 else ""
    is_sane = head[2] >> 4 != 15 and head[2] >> 2 & 3 != 3
    return "mp3" if layer == 1 and is_sane else ""


def _after_tags(file: BinaryIO, head: bytes) -> bytes:
    """What follows the ID3 tag; a tag may be followed by another."""
    at = 0
    while head[:3] == b"ID3" and len(head) >= 10:
        at += 10 + (head[6] << 21 | head[7] << 14 | head[8] << 7 | head[9])
        if at > MOST_TAGS:
            raise NotSound(Why.UNKNOWN)
        file.seek(at)
        head = file.read(HEAD)
    return head.lstrip(b"\0")  # some writers pad
