"""The door in front of Django: kit pages and signs of reading are answered here, everything else is let through.

A kit page costs one query, one line in a journal and a few bytes of compression. What the query says is never kept: a
withdrawn edition, an archived kit, an ended link is gone with the next request. Bytes are kept by their digest.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import parse_qsl

from django.conf import settings
from django.db.backends.base.base import BaseDatabaseWrapper

from passalong.portal import asking, journaling, limits, state
from passalong.portal.pages import Pages, new_view, takes_gzip
from passalong.portal.state import DatabaseDown, Pool, State

Environ = dict[str, Any]
Start = Callable[..., Any]
Wsgi = Callable[[Environ, Start], Iterable[bytes]]
Ask = Callable[[Callable[[BaseDatabaseWrapper], bytes]], bytes]

ADDRESS = re.compile(r"/k/([^/]+)(/seen)?")
VIEW = re.compile(r"[A-Za-z0-9_-]{12}")
SIGNS = ("part", "scroll", "form", "step", "heard")
MOST_BEACON = 1000  # bytes
LAST_PART = 5
_LATER = (
    b"<!DOCTYPE html><html lang=en><meta charset=utf-8><meta name=viewport content='width=device-width'>"
    b"<title>One moment</title><h1>One moment, please</h1><p>This page cannot be shown just now. Please try again in a "
    b"minute.</p></html>"
)
_PLAIN = [("Cache-Control", "no-store"), ("X-Content-Type-Options", "nosniff"), ("Referrer-Policy", "no-referrer")]

pool = Pool()
pages = Pages()


class Door:
    """A WSGI application that stands before another."""

    def __init__(self, inner: Wsgi) -> None:
        self.inner = inner

    def __call__(self, environ: Environ, start: Start) -> Iterable[bytes]:
        found = ADDRESS.fullmatch(environ.get("PATH_INFO", ""))
        if found is None or not asking.is_host_allowed(environ):
            return self.inner(environ, start)
        token, method = state.normalised(found[1]), environ["REQUEST_METHOD"]
        if not token or (method == "POST" and not found[2]):
            return self.inner(environ, start)
        if method not in (("POST",) if found[2] else ("GET", "HEAD")):
            return _answer(start, "405 Method Not Allowed", [("Allow", "POST" if found[2] else "GET, HEAD, POST")])
        try:
            there = pool.ask(lambda connection: state.look(connection, token))
            if found[2]:
                return _answer(start, seen(environ, there))
            if there is not None and there.is_live:
                return _show(environ, there, start)
        except DatabaseDown:
            return _later(start)
        return self.inner(environ, start)


def page(environ: Environ, there: State, ask: Ask) -> tuple[list[tuple[str, str]], bytes]:
    """Headers and body of a live link's page, noted before it is answered."""

    def load() -> bytes:
        stored = ask(lambda connection: state.content(connection, there.blob or 0))
        if not stored:
            raise DatabaseDown  # gone between two questions: the next request is told what there is
        return stored

    ready = pages.get(there.digest or "", load)
    view = new_view()
    zipped = takes_gzip(environ.get("HTTP_ACCEPT_ENCODING", ""))
    body = ready.body(view, zipped=zipped)
    journaling.note(environ, there, "hit", view=view)
    said = [*ready.headers, ("Content-Length", str(len(body)))]
    if zipped:
        said.append(("Content-Encoding", "gzip"))
    return said, body


def seen(environ: Environ, there: State | None) -> str:
    """Note a sign of reading; the status to answer."""
    if there is None:
        return "404 Not Found"
    if not there.is_live:
        return "410 Gone"
    if not asking.is_from_our_page(environ):
        return "403 Forbidden"
    address, link = asking.client_address(environ), f"{there.of}{there.link}"
    if not (limits.SIGNS_OF_ADDRESS.allows(address) and limits.SIGNS_OF_LINK.allows(link)):
        return "429 Too Many Requests"
    said = _read_beacon(environ)
    if said is None:
        return "400 Bad Request"
    journaling.note(environ, there, "engaged", view=said["view"], what=said["what"], part=_part(said))
    return "204 No Content"


def _read_beacon(environ: Environ) -> dict[str, str] | None:
    """view, what and part of a beacon; None for anything our page does not send."""
    try:
        length = int(environ.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return None
    if not 0 < length <= MOST_BEACON:
        return None
    try:
        pairs = parse_qsl(environ["wsgi.input"].read(length).decode("ascii"), max_num_fields=5)
    except ValueError:
        return None
    said = dict(pairs)
    if not VIEW.fullmatch(said.get("view", "")) or said.get("what") not in SIGNS:
        return None
    return None if said["what"] == "part" and _part(said) is None else said


def _part(said: dict[str, str]) -> int | None:
    text = said.get("part", "")
    return int(text) if text.isdecimal() and text.isascii() and 1 <= int(text[:3]) <= LAST_PART else None


def _show(environ: Environ, there: State, start: Start) -> list[bytes]:
    said, body = page(environ, there, pool.ask)
    if settings.SECURE_HSTS_SECONDS and asking.is_secure(environ):
        said.append(("Strict-Transport-Security", f"max-age={settings.SECURE_HSTS_SECONDS}"))
    start("200 OK", said)
    return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]


def _answer(start: Start, status: str, more: Iterable[tuple[str, str]] = ()) -> list[bytes]:
    length = [] if status.startswith("204") else [("Content-Length", "0")]
    start(status, [*_PLAIN, *length, *more])
    return []


def _later(start: Start) -> list[bytes]:
    """The database does not answer: calm words, and when to come back."""
    more = [("Content-Type", "text/html; charset=utf-8"), ("Content-Length", str(len(_LATER))), ("Retry-After", "30")]
    start("503 Service Unavailable", [*_PLAIN, *more])
    return [_LATER]
