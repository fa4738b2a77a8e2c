"""Asking other servers for something at an address somebody gave us: the only way out for such addresses.

Only https, only to public addresses: the name is looked up first, every address it has is checked, and the connection
goes to the address that was checked, with the certificate held against the name. Each redirect is checked the same way.
Answers are bounded in bytes and time. A host may allow addresses of the own network (PASSALONG_OUTBOUND_ALLOW).
"""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

import httpx
from django.conf import settings
from django.utils.translation import gettext as _

from passalong.core.errors import Refused

MOST_BYTES = 5 * 2**20
MOST_REDIRECTS = 4
SECONDS = 20.0  # for everything together
STEP = 8.0  # for one connection or one silence
PORT = 443
LONGEST_URL = 2000
_TRANSLATED = tuple(ip_network(one) for one in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32"))
REDIRECTS = (301, 302, 303, 307, 308)
Address = IPv4Address | IPv6Address


class Unreachable(Refused):
    """What was asked for did not come; the sentence names the host, never the whole address."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """What a server answered. is_same: it has not changed since the tag that was sent; then the body is empty."""

    body: bytes
    tag: str
    is_same: bool = False


def fetch(url: str, *, accept: str, tag: str = "", most: int = MOST_BYTES, seconds: float = SECONDS) -> Fetched:
    """The bytes at this address; raises Unreachable with a sentence on why not."""
    until = time.monotonic() + seconds
    headers = {"Accept": accept, "Accept-Encoding": "identity", "User-Agent": "Passalong"}
    if tag:
        headers["If-None-Match"] = tag
    for _redirect in range(MOST_REDIRECTS + 1):
        target = check(url)
        found = _ask(target, headers, most, until)
        if isinstance(found, Fetched):
            return found
        url = found
    raise Unreachable(_("%(host)s leads on and on. Give the address it ends at.") % {"host": _host(url)})


@dataclass(frozen=True, slots=True)
class Target:
    """An address that was checked: the URL as given, its host, and where to connect."""

    url: httpx.URL
    host: str
    address: Address


def check(url: str) -> Target:
    """Where this address leads, if anybody may be asked there; raises Unreachable."""
    try:
        parsed = httpx.URL(url if len(url) <= LONGEST_URL else "")
    except httpx.InvalidURL:
        parsed = httpx.URL("")
    host = parsed.host
    if parsed.scheme != "https" or not host:
        raise Unreachable(_("Give an address that begins with https://"))
    if parsed.userinfo:
        raise Unreachable(_("Leave name and password out of the address: use the secret address of the calendar."))
    addresses = _looked_up(host, parsed.port or PORT)
    for one in addresses:
        if not is_allowed(one) and not (is_public(one) and (parsed.port or PORT) == PORT):
            raise Unreachable(_("%(host)s is not on the public Internet. It is not asked.") % {"host": host})
    return Target(parsed, host, addresses[0])


def is_public(address: Address) -> bool:
    """Whether it is an address of the public Internet, and does not stand for another one that may not be."""
    inner = getattr(address, "ipv4_mapped", None)
    if inner is not None:
        return is_public(inner)
    if any(address in one for one in _TRANSLATED if one.version == address.version):
        return False
    return address.is_global and not address.is_multicast and not address.is_reserved


def is_allowed(address: Address) -> bool:
    """Whether the host of this server has allowed it, public or not."""
    return any(
        address in network for network in map(ip_network, settings.OUTBOUND_ALLOW) if network.version == address.version
    )


def _looked_up(host: str, port: int) -> list[Address]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise Unreachable(_("%(host)s is not known. Check the spelling.") % {"host": host}) from error
    return list(dict.fromkeys(ip_address(str(one[4][0]).partition("%")[0]) for one in found))


def _ask(target: Target, headers: Mapping[str, str], most: int, until: float) -> Fetched | str:
    """One request. Returns the answer, or the address it leads on to."""
    timeout = httpx.Timeout(max(0.1, min(STEP, until - time.monotonic())))
    port = f":{target.url.port}" if target.url.port else ""
    host = f"[{target.host}]" if ":" in target.host else target.host
    request = httpx.Request(
        "GET",
        target.url.copy_with(host=str(target.address)),
        headers={**headers, "Host": f"{host}{port}"},
        extensions={"sni_hostname": target.host, "timeout": timeout.as_dict()},
    )
    try:
        # The machine's own authorities, so that a host may add one (SSL_CERT_FILE); no proxy, no cookies, no .netrc.
        with (
            httpx.HTTPTransport(verify=ssl.create_default_context(), trust_env=False) as transport,
            httpx.Client(transport=transport, trust_env=False, follow_redirects=False) as client,
        ):
            answer = client.send(request, stream=True)
            try:
                return _read(target, answer, most, until)
            finally:
                answer.close()
    except (httpx.HTTPError, httpx.InvalidURL, ssl.SSLError, OSError) as error:
        say = _("%(host)s does not answer (%(why)s).")
        raise Unreachable(say % {"host": target.host, "why": type(error).__name__}) from error


def _read(target: Target, answer: httpx.Response, most: int, until: float) -> Fetched | str:
    if answer.status_code in REDIRECTS and "location" in answer.headers:
        return str(target.url.join(answer.headers["location"]))
    if answer.status_code == 304:
        return Fetched(b"", answer.headers.get("etag", "")[:200], is_same=True)
    if answer.status_code != 200:
        say = _("%(host)s answers with error %(code)d.")
        raise Unreachable(say % {"host": target.host, "code": answer.status_code})
    if answer.headers.get("content-encoding", "identity") != "identity":
        raise Unreachable(_("%(host)s answers in a packed form we do not read.") % {"host": target.host})
    body = bytearray()
    for chunk in answer.iter_raw():
        body += chunk
        if len(body) > most:
            say = _("What %(host)s sends is longer than %(most)d MB.")
            raise Unreachable(say % {"host": target.host, "most": max(1, most // 2**20)})
        if time.monotonic() > until:
            raise Unreachable(_("%(host)s is too slow. We try again later.") % {"host": target.host})
    return Fetched(bytes(body), answer.headers.get("etag", "")[:200])


def _host(url: str) -> str:
    try:
        return httpx.URL(url).host
    except httpx.InvalidURL:
        return "?"
