"""Every reason of a verdict. They are kept with hits and read by scripts: a code is never given another meaning."""

from __future__ import annotations

from passalong.engine.visits.agents import BARE, NAMED, NO_AGENT, NO_BROWSER

READ_ON = "read on"
NOT_READ = "no sign of reading"

METHOD = "asks without reading"
SCANNER_NETWORK = "network of a scanner"
BEFORE_DELIVERY = "sooner than mail arrives"
TOO_FAST = "faster than a person"
NO_PAGE = "no page was answered"
ALL_LINKS = "pressed on many links at once"
SAME_LINK = "pressed again and again"

PREFETCH = "fetched ahead"
DATACENTRE = "network of a data centre"
MANY_LINKS = "many links at once"
MANY_REQUESTS = "many requests at once"

__all__ = [
    "ALL_LINKS",
    "BARE",
    "BEFORE_DELIVERY",
    "DATACENTRE",
    "MANY_LINKS",
    "MANY_REQUESTS",
    "METHOD",
    "NAMED",
    "NOT_READ",
    "NO_AGENT",
    "NO_BROWSER",
    "NO_PAGE",
    "PREFETCH",
    "READ_ON",
    "SAME_LINK",
    "SCANNER_NETWORK",
    "TOO_FAST",
]
