"""What an episode says, frozen: all words of its page, its feed entry and its files. Plain JSON."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

UNDATED = ("published_on", "number")  # of the day it goes out, not of what is said


@dataclass(frozen=True, slots=True)
class Content:
    """links: {title, url}; chapters: {start, title}, seconds; segments: {start, end, voice, text}, times may be None.
    picture: digest of the guest's. disclosures: sentences that stand beside the guest's words. public_url: the server's
    address, empty where it has none. basis: what the disclosures rest on (relation, paid, conflict, ...)."""

    title: str
    summary: str
    guest: str
    practice: str
    show: str
    bio: str = ""
    quote: str = ""
    links: list[dict[str, str]] = field(default_factory=list)
    disclosures: list[str] = field(default_factory=list)
    chapters: list[dict[str, Any]] = field(default_factory=list)
    segments: list[dict[str, Any]] = field(default_factory=list)
    seconds: float = 0.0
    picture: str = ""
    picture_type: str = ""
    imprint: str = ""
    colour: str = ""
    language: str = "en"
    public_url: str = ""
    snippet_start: float = 0.0
    basis: dict[str, str] = field(default_factory=dict)
    number: int = 0
    published_on: str = ""

    def to_json(self) -> dict[str, Any]:
        """As it is kept."""
        return asdict(self)

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Content:
        """From what was kept; names nobody knows any more are passed over."""
        known = {one.name for one in fields(cls)}
        plain = {"title": "", "summary": "", "guest": "", "practice": "", "show": ""}
        return cls(**plain | {name: value for name, value in kept.items() if name in known})

    def digest(self, sound: str) -> str:
        """sha256 of what is said, with the digest of the sound; the same on whichever day it is published."""
        said = {name: value for name, value in self.to_json().items() if name not in UNDATED}
        text = json.dumps(said | {"sound": sound}, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()
