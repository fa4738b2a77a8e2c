"""Questions to the name service: the resolver of settings.DNS, else the machine's own. Bounded in time, no cache."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

import dns.exception
import dns.name
import dns.resolver
from django.conf import settings

TIMEOUT = 2.0  # seconds for one try
LIFETIME = 5.0  # for one question with all its tries
_until: ContextVar[float | None] = ContextVar("until", default=None)


class Unreachable(Exception):
    """The name service did not answer, or said that it cannot: nothing is known, neither yes nor no."""


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """All questions asked inside have so much time together; then nobody answers any more."""
    token = _until.set(time.monotonic() + seconds)
    try:
        yield
    finally:
        _until.reset(token)


def _lifetime() -> float:
    until = _until.get()
    left = LIFETIME if until is None else min(LIFETIME, until - time.monotonic())
    if left <= 0:
        raise Unreachable("The time for questions is over.")
    return left


def _resolver() -> dns.resolver.Resolver:
    """A resolver of its own for each question: settings and the machine's file may change."""
    if not settings.DNS:
        try:
            resolver = dns.resolver.Resolver()
        except dns.resolver.NoResolverConfiguration as error:
            raise Unreachable("This machine names no resolver.") from error
    else:
        host, _colon, port = settings.DNS.rpartition(":")
        resolver = dns.resolver.Resolver(configure=False)
        resolver.nameservers = [host.strip("[]") or port]
        resolver.port = int(port) if host and port.isdigit() else 53
    resolver.timeout, resolver.lifetime, resolver.search = TIMEOUT, _lifetime(), []
    return resolver


def ask(name: str, kind: str) -> list[bytes | str]:
    """The records of a name, sorted (servers shuffle): bytes for TXT, text else; may be empty. Raises Unreachable."""
    try:
        asked = dns.name.from_text(name.rstrip(".") + ".")
        answer = _resolver().resolve(asked, kind, raise_on_no_answer=False)
    except (dns.resolver.NXDOMAIN, dns.name.LabelTooLong, dns.name.EmptyLabel, dns.name.NameTooLong, UnicodeError):
        return []
    except (dns.exception.DNSException, OSError, ValueError) as error:
        raise Unreachable(type(error).__name__) from error
    if answer.rrset is None:
        return []
    return sorted(b"".join(one.strings) if kind == "TXT" else one.to_text() for one in answer.rrset)


def txt(name: str) -> list[str]:
    """The TXT records, their pieces joined."""
    return [one.decode("utf-8", "replace") for one in ask(name, "TXT") if isinstance(one, bytes)]


def addresses(host: str) -> list[str]:
    """IPv4 and IPv6 addresses of a host."""
    return [str(one) for kind in ("A", "AAAA") for one in ask(host, kind)]


def mail_hosts(domain: str) -> list[tuple[int, str]]:
    """The MX records: preference and host, best first."""
    found = [str(one).split() for one in ask(domain, "MX")]
    return sorted((int(one[0]), one[1].rstrip(".").lower()) for one in found if len(one) == 2)
