"""What is kept of a request before it is answered: enough to judge anew, never the address."""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping
from datetime import UTC
from typing import Any

from passalong.core import clock
from passalong.kits import journal
from passalong.portal.asking import client_address
from passalong.portal.state import State

logger = logging.getLogger("passalong.portal")

MOST_HEADERS = 60
MOST_AGENT = 300
_TELLING = ("purpose", "x-purpose", "sec-purpose", "x-moz")
_lock = threading.Lock()
_writer: journal.Writer | None = None


def writer() -> journal.Writer:
    """This process's journal."""
    global _writer
    if _writer is None:
        with _lock:
            if _writer is None:
                _writer = journal.Writer(journal.folder())
    return _writer


def header_names(environ: Mapping[str, Any]) -> list[str]:
    """Names of the headers as sent, in lower case; the values only of those that tell why a page is fetched."""
    found = []
    for key, value in environ.items():
        if not key.startswith("HTTP_") or key == "HTTP_PROXY":  # that one may be a variable of this machine
            continue
        name = key[5:].lower().replace("_", "-")
        if name in _TELLING or name.startswith("sec-fetch-"):
            name = f"{name}={str(value)[:40]}"
        found.append(name[:80])
    return found[:MOST_HEADERS]


def note(
    environ: Mapping[str, Any],
    state: State,
    kind: str,
    *,
    view: str = "",
    file: str = "page",
    what: str = "",
    part: int | None = None,
) -> None:
    """Write one hit or sign of reading. A journal that cannot be written is told; the reader gets the page all the
    same."""
    address_hash, network_hash, network = journal.hashed(client_address(environ))
    entry = {
        "link": state.link,
        "edition": state.edition,
        "of": state.of,
        "at": clock.now().astimezone(UTC).isoformat(),
        "kind": kind,
        "method": str(environ.get("REQUEST_METHOD", ""))[:8],
        "file": file,
        "agent": str(environ.get("HTTP_USER_AGENT", ""))[:MOST_AGENT],
        "headers": header_names(environ),
        "network": network,
        "address_hash": address_hash,
        "network_hash": network_hash,
        "view": view,
        "what": what,
        "part": part,
    }
    try:
        writer().write(entry)
    except OSError as error:
        logger.error("A hit could not be kept (%s). Look at the disk.", error)
