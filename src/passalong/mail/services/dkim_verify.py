"""Who really sent a message: DKIM signatures checked by our own questions to the DNS, aligned with From as DMARC does.

From alone is anybody's word. A signature counts when the sender's domain, or one of the same organization, signed From
and at least one header that names our message, without leaving an open end to the body.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Literal

import dkim
from django.conf import settings

from passalong.mail import dns
from passalong.mail.reading import limits
from passalong.mail.reading.letter import Letter
from passalong.mail.reading.mime import Part, head_and_body
from passalong.mail.reading.people import same_domain

_BLANKS = re.compile(rb"[\t ]+")
_MOST_HEADER_LINES = 2000
_LONG_RUN = 100  # blanks in a signature: beyond, the library's expressions get slow
_LABELS = 8  # of a domain that are walked up
_SECONDS = 15.0  # for all questions about one message, however slowly the sender's name service answers
_NOT_WORDS = re.compile(r'"(?:[^"\\]|\\.)*"|\([^()]*\)')  # quoted strings and comments


@dataclass(frozen=True, slots=True)
class Proof:
    """state: what is known; domain: whose signature it was; signed: lower-case names of the headers it covers."""

    state: Literal["proven", "unproven", "false", "not_checked"]
    domain: str = ""
    signed: frozenset[str] = frozenset()


def prove(raw: bytes, letter: Letter) -> Proof:
    """Whether the domain of the one address in From vouches for this message."""
    if letter.sender is None:
        return Proof("unproven")
    domain = letter.sender.domain
    if trusted := _by_own_server(letter, domain):
        return trusted
    head, _body = head_and_body(raw)
    signatures = [value for name, value in letter.top.headers if name == "dkim-signature"]
    if not signatures or _is_more_than_read(head, letter):
        return Proof("unproven")
    worst = Proof("unproven")
    with dns.within(_SECONDS):
        for number, value in enumerate(signatures[: limits.SIGNATURES]):
            found = _check(raw, number, value, domain)
            if found.state == "proven":
                return found
            if worst.state == "unproven" or found.state == "not_checked":
                worst = found
    return worst


def _is_more_than_read(head: bytes, letter: Letter) -> bool:
    """Whether headers were left out by our bounds: a signature covers the last of a name, which then was not read."""
    is_long = len(head) >= limits.HEADER_BYTES or head.count(b"\n") > _MOST_HEADER_LINES
    return is_long or len(letter.top.headers) >= limits.HEADERS


def _check(raw: bytes, number: int, value: bytes, domain: str) -> Proof:
    if len(value) >= limits.HEADER_VALUE or b" " * _LONG_RUN in re.sub(rb"\s", b" ", value):
        return Proof("unproven")
    try:
        message: Any = dkim.DKIM(raw, minkey=1024)  # type: ignore[no-untyped-call]
        tags = dkim.util.parse_tag_value(value)  # type: ignore[no-untyped-call]
        if b"relaxed" in tags.get(b"c", b"").partition(b"/")[2]:
            # What relaxed canonicalization does anyway, done first: the library's way is quadratic in runs of blanks.
            message.body = _BLANKS.sub(b" ", message.body)
        signer = tags.get(b"d", b"").decode("ascii").lower().rstrip(".")
        signed = frozenset(one.strip().lower() for one in tags.get(b"h", b"").decode("ascii").split(":"))
        if b"l" in tags or tags.get(b"a", b"").endswith(b"sha1") or "from" not in signed:
            return Proof("unproven")
        if not _is_aligned(signer, domain):
            return Proof("unproven")
        verified = message.verify(number, dnsfunc=_key)
    except dns.Unreachable:
        return Proof("not_checked")
    except Exception:  # a library that reads what strangers wrote; whatever it stumbles over proves nothing
        return Proof("false")
    return Proof("proven", signer, signed) if verified else Proof("false")


def _key(name: bytes, timeout: float = 5) -> bytes | None:
    """The TXT record of a key, as the library asks for it."""
    found = [one for one in dns.ask(name.decode("ascii"), "TXT") if isinstance(one, bytes)]
    return found[0] if found else None


def _is_aligned(signer: str, domain: str) -> bool:
    """Whether signer and From are of one organization; strictly the same where the domain's policy says so.

    Without a policy of either only the same domain counts. No list of public suffixes is needed: an organization is
    the highest domain above that publishes a policy of its own.
    """
    if same_domain(signer, domain):
        return True
    if "." not in signer or not _may_be_related(signer, domain):
        return False
    top, policy = organization(domain)
    if not policy or policy.get("adkim", "r").lower().startswith("s"):
        return False
    return same_domain(organization(signer)[0], top)


def _may_be_related(one: str, other: str) -> bool:
    """Whether two domains share their last two labels, so that asking further makes sense."""
    return one.split(".")[-2:] == other.split(".")[-2:]


def organization(domain: str) -> tuple[str, dict[str, str]]:
    """The highest domain at or above this one with a DMARC record, and the record that holds for this one."""
    labels = domain.split(".")[-_LABELS:]
    top, policy = "", dict[str, str]()
    for at in range(len(labels) - 1):
        name = ".".join(labels[at:])
        found = dmarc_record(dns.txt(f"_dmarc.{name}"))
        if found is None or found.get("psd", "").lower() == "y":
            continue
        top, policy = name, policy or found
    return top, policy


def dmarc_record(texts: list[str]) -> dict[str, str] | None:
    """The tags of the one DMARC record among these; None for none, or more than one."""
    records = [text for text in texts if text.replace(" ", "").lower().startswith("v=dmarc1")]
    if len(records) != 1:
        return None
    pairs = (part.partition("=") for part in records[0].split(";") if "=" in part)
    return {name.strip().lower(): value.strip() for name, _is, value in pairs}


def _by_own_server(letter: Letter, domain: str) -> Proof | None:
    """What the practice's own mail server wrote on top, where one is named whose word is taken."""
    host = settings.MAIL_TRUSTED_HOST
    results = letter.top.all("authentication-results")
    if not host or not results:
        return None
    server, _semicolon, rest = results[0].partition(";")
    if not same_domain(server.split()[0] if server.split() else "", host):
        return None
    for one in _NOT_WORDS.sub("", rest).split(";"):
        said = re.match(r"\s*dkim\s*=\s*pass\b.{0,200}?\bheader\.d\s*=\s*([A-Za-z0-9.-]{3,253})", one)
        if said and same_domain(said[1], domain):
            return Proof("proven", said[1].lower(), frozenset({"from", "to", "cc", "in-reply-to", "references"}))
    return None


def names_of(part: Part, signed: frozenset[str]) -> list[str]:
    """The values of those headers that may name our message and are covered by a signature: it covers the last of a
    name, others may have been put on top."""
    names = ("to", "cc", "in-reply-to", "references")
    return [value for name in names if name in signed for value in part.all(name)[-1:]]
