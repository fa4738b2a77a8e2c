"""Every address pattern of the site that is ours."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver

ALIEN = ("accounts/",)  # allauth's own pages know no practice


@dataclass(frozen=True)
class Route:
    """One address pattern and the names of what varies in it."""

    pattern: str
    names: tuple[str, ...]

    def path(self, ids: tuple[str, ...]) -> str:
        text = self.pattern
        for one in ids:
            text = re.sub(r"<[^>]+>", one, text, count=1)
        return "/" + text

    def __str__(self) -> str:
        return self.pattern or "/"


def routes(patterns: list[Any], before: str = "") -> Iterator[Route]:
    """Walk a resolver's patterns, leaving out what is not ours."""
    for pattern in patterns:
        text = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, text)
        elif isinstance(pattern, URLPattern) and not text.startswith(ALIEN):
            yield Route(text, tuple(re.findall(r"<(?:\w+:)?(\w+)>", text)))
