"""What stands behind a kit's address at this moment: one small query, nothing remembered, so that withdrawing kills."""

from __future__ import annotations

import copy
import logging
import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db import Error, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.utils import ConnectionHandler

from passalong.core.ids import ALPHABET, LINK_LENGTH

logger = logging.getLogger("passalong.portal")

TOKEN = re.compile(f"[{ALPHABET}]{{{LINK_LENGTH}}}")
MOST_IDLE = 16  # connections kept for the next request
RENEW_AFTER = 300.0  # seconds a connection is used
_LOOK = """
SELECT link.id, link.practice_id, link.ended_at IS NOT NULL OR kit.archived_at IS NOT NULL, edition.id, blob.id,
       blob.digest
FROM kits_link link
JOIN kits_kit kit ON kit.id = link.kit_id
LEFT JOIN kits_edition edition ON edition.kit_id = kit.id AND edition.state = 'live'
LEFT JOIN kits_editionfile file ON file.edition_id = edition.id AND file.name = 'page' AND file.link_id IS NULL
LEFT JOIN core_blob blob ON blob.id = file.blob_id
WHERE link.token = %s
"""
_BYTES = "SELECT content FROM core_blob WHERE id = %s"
Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class State:
    """What a token leads to: primary keys, and the digest of the page if there is one to show."""

    link: int
    practice: int
    is_over: bool
    edition: int | None
    blob: int | None
    digest: str | None
    of: str = ""  # what the link is to: a kit, or "episode"

    @property
    def is_live(self) -> bool:
        return not self.is_over and self.digest is not None


def normalised(token: str) -> str:
    """The token as stored: people type capitals from a printed card. Empty when it can be none."""
    lowered = token.lower()
    return lowered if TOKEN.fullmatch(lowered) else ""


def look(connection: BaseDatabaseWrapper, token: str) -> State | None:
    """What this token leads to; None when it was never given out."""
    with connection.cursor() as cursor:
        cursor.execute(_LOOK, [token])
        rows = cursor.fetchall()
    if not rows:
        return None
    link, practice, is_over, edition, blob, digest = rows[0]
    return State(link, practice, bool(is_over), edition, blob, digest)


def content(connection: BaseDatabaseWrapper, blob: int) -> bytes:
    """The bytes of a page; empty when they have just gone."""
    with connection.cursor() as cursor:
        cursor.execute(_BYTES, [blob])
        rows = cursor.fetchall()
    return bytes(rows[0][0]) if rows else b""


class DatabaseDown(Exception):
    """The database did not answer, not even on a fresh connection."""


class Pool:
    """Connections of the door: few, lean, each used by one thread at a time, and never inside a transaction.

    Apart from Django's own, which SQLite opens and closes with every request.
    """

    def __init__(self) -> None:
        self._idle: list[tuple[BaseDatabaseWrapper, float]] = []
        self._lock = threading.Lock()

    def ask(self, question: Callable[[BaseDatabaseWrapper], Answer]) -> Answer:
        """Ask on a kept connection; on a fresh one when that is broken. DatabaseDown when neither answers."""
        connection, since = self._take()
        try:
            answer = question(connection)
        except Error:
            _close(connection)
            connection, since = _open(), time.monotonic()
            try:
                answer = question(connection)
            except Error as error:
                logger.warning("The database did not answer (%s).", error)
                _close(connection)
                raise DatabaseDown from error
        except BaseException:
            _close(connection)
            raise
        self._give_back(connection, since)
        return answer

    def close(self) -> None:
        """Close what is idle."""
        with self._lock:
            idle, self._idle = self._idle, []
        for connection, _since in idle:
            _close(connection)

    def _take(self) -> tuple[BaseDatabaseWrapper, float]:
        while True:
            with self._lock:
                kept = self._idle.pop() if self._idle else None
            if kept is None:
                return _open(), time.monotonic()
            if time.monotonic() - kept[1] < RENEW_AFTER:
                return kept
            _close(kept[0])

    def _give_back(self, connection: BaseDatabaseWrapper, since: float) -> None:
        with self._lock:
            if len(self._idle) < MOST_IDLE:
                self._idle.append((connection, since))
                return
        _close(connection)


def _open() -> BaseDatabaseWrapper:
    """A connection of its own with Django's settings; it connects when first asked."""
    own: dict[str, Any] = copy.deepcopy(connections.settings["default"])
    options = own.setdefault("OPTIONS", {})
    if own["ENGINE"].endswith("sqlite3"):
        options["timeout"] = 5
        options["init_command"] = options.get("init_command", "") + "PRAGMA cache_size=-2000;PRAGMA query_only=ON;"
    else:
        options.setdefault("connect_timeout", 5)
    own["CONN_HEALTH_CHECKS"] = False  # a broken one shows itself by failing, and is replaced
    connection: BaseDatabaseWrapper = ConnectionHandler({"default": own}).create_connection("default")
    connection.inc_thread_sharing()
    return connection


def _close(connection: BaseDatabaseWrapper) -> None:
    try:
        connection.close()
    except Error:
        connection.connection = None
