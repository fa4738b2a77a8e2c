"""Who asks: the address behind proxies we trust, the host asked for, whether a POST comes from our own page."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http.request import split_domain_port, validate_host

from passalong.core.proxies import is_trusted_proxy, parsed_address

MOST_HOPS = 20


def client_address(environ: Mapping[str, Any]) -> str:
    """The visitor's address; empty when there is none.

    X-Forwarded-For counts only as far as trusted proxies wrote it: read from the right, the first address that is none
    of theirs. Anybody else who sends the header is taken at the address the connection came from.
    """
    peer = parsed_address(str(environ.get("REMOTE_ADDR", "")))
    if peer is None:
        return ""
    if not is_trusted_proxy(peer):
        return str(peer)
    for hop in reversed(str(environ.get("HTTP_X_FORWARDED_FOR", "")).split(",")[-MOST_HOPS:]):
        address = parsed_address(hop)
        if address is None:
            break
        peer = address
        if not is_trusted_proxy(address):
            break
    return str(peer)


@lru_cache(maxsize=256)
def _is_allowed(host: str, allowed: tuple[str, ...]) -> bool:
    domain, _port = split_domain_port(host)
    return bool(domain) and validate_host(domain, allowed)


def is_host_allowed(environ: Mapping[str, Any]) -> bool:
    """Whether the host asked for is one of ours, as Django decides it."""
    host = str(environ.get("HTTP_HOST", ""))
    return len(host) < 300 and _is_allowed(host, tuple(settings.ALLOWED_HOSTS))


def is_secure(environ: Mapping[str, Any]) -> bool:
    """Whether the visitor came by https, as Django decides it."""
    trusted = settings.SECURE_PROXY_SSL_HEADER
    if trusted and trusted[0] in environ:
        return str(environ[trusted[0]]).split(",")[0].strip() == trusted[1]
    return environ.get("wsgi.url_scheme") == "https"


def is_from_our_page(environ: Mapping[str, Any]) -> bool:
    """Whether a POST may come from a page of this server. No cookie is at stake, so silence is accepted.

    Our pages send no referrer, for which browsers write Origin: null even to ourselves; Sec-Fetch-Site then tells.
    """
    site = environ.get("HTTP_SEC_FETCH_SITE")
    if site is not None:
        return site in ("same-origin", "none")
    origin = str(environ.get("HTTP_ORIGIN", "null"))
    return origin == "null" or urlsplit(origin).netloc == environ.get("HTTP_HOST", "")
