"""Logs as they are seen: links passed along and mailed, people, scanners, previews."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from passalong.engine.visits import Entry

IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/18.5 Mobile/15E148 Safari/604.1"
)
EDGE = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/141.0.0.0 Safari/537.36 Edg/141.0.0.0"
)
CHROME = EDGE.partition(" Edg")[0]
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"
PIXEL = (
    "Mozilla/5.0 (Linux; Android 15; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/141.0.0.0 Mobile Safari/537.36"
)
IPAD = IPHONE.replace("iPhone; CPU iPhone OS", "iPad; CPU OS")
BROWSERS = (IPHONE, EDGE, CHROME, FIREFOX, PIXEL, IPAD)
START = 1_780_000_000.0
_views = itertools.count(1)


def page(
    at: float,
    *,
    link: str = "a",
    agent: str = CHROME,
    address: str = "192.0.2.1",
    engaged: float | Sequence[float] | None = None,
    sent_at: float | None = None,
    method: str = "GET",
    headers: Sequence[str] = ("accept", "user-agent"),
    network: str = "",
    what: str = "",
) -> list[Entry]:
    """A page opened `at` seconds after the start, with signs of reading so many seconds later."""
    view = f"view{next(_views)}"
    around = address.rpartition(".")[0]
    kept = {"link": link, "address": address, "around": around, "sent_at": sent_at, "view": view}
    hit = Entry(START + at, method=method, agent=agent, headers=headers, network=network, **kept)
    later = [engaged] if isinstance(engaged, (int, float)) else engaged or []
    signs = [Entry(START + at + wait, "engaged", "POST", agent=agent, what=what, **kept) for wait in later]
    return [hit, *signs]
