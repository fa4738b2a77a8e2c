"""Signing what goes out, with the installation's own key (RFC 6376)."""

from __future__ import annotations

import base64
import threading
import time

import dkim
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from django.conf import settings
from django.utils.translation import gettext as _

from passalong.mail import dns

SIGNED = (
    b"from",
    b"to",
    b"subject",
    b"date",
    b"message-id",
    b"reply-to",
    b"in-reply-to",
    b"references",
    b"auto-submitted",
    b"mime-version",
    b"content-type",
    b"list-unsubscribe",
    b"list-unsubscribe-post",
)
LOOK_EVERY = 300.0  # seconds between two looks at the published key
_seen: dict[tuple[str, str, str], tuple[float, str]] = {}
_lock = threading.Lock()


def is_on() -> bool:
    """Whether messages are signed here."""
    return bool(settings.MAIL_DKIM_SELECTOR and settings.MAIL_DKIM_KEY)


def sign(message: bytes, domain: str) -> bytes:
    """The message with its signature in front; as it is where no key is set."""
    if not is_on():
        return message
    there = {line.split(b":", 1)[0].lower() for line in message.split(b"\r\n\r\n", 1)[0].split(b"\r\n")}
    header = dkim.sign(
        message,
        settings.MAIL_DKIM_SELECTOR.encode(),
        domain.encode(),
        settings.MAIL_DKIM_KEY.encode(),
        canonicalize=(b"relaxed", b"relaxed"),
        include_headers=[name for name in SIGNED if name in there],
    )
    return bytes(header) + message


def record_value() -> str:
    """What the TXT record of our key must say. Raises ValueError when MAIL_DKIM_KEY is no RSA key."""
    try:
        key = serialization.load_pem_private_key(settings.MAIL_DKIM_KEY.encode(), None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise ValueError("MAIL_DKIM_KEY is no private key in PEM.") from None
    if not isinstance(key, RSAPrivateKey):
        raise ValueError("MAIL_DKIM_KEY is no RSA key: many receivers check no other.")
    public = key.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    return f"v=DKIM1; k=rsa; p={base64.b64encode(public).decode()}"


def record_name(domain: str) -> str:
    """Where the key is published."""
    return f"{settings.MAIL_DKIM_SELECTOR}._domainkey.{domain}"


def trouble() -> str:
    """Why nothing may be signed now; empty when our key is the published one, or the DNS does not answer at present."""
    if not is_on():
        return ""
    domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].strip("> ")
    name = record_name(domain)
    asked = (name, settings.DNS, settings.MAIL_DKIM_KEY)
    with _lock:
        at, known = _seen.get(asked, (0.0, ""))
        if at and time.monotonic() - at < LOOK_EVERY:
            return known
    found = _compare(name)
    with _lock:
        _seen[asked] = (time.monotonic(), found)
    return found


def forget() -> None:
    """Look anew the next time."""
    with _lock:
        _seen.clear()


def _compare(name: str) -> str:
    try:
        ours = published(record_value())
        theirs = [published(text) for text in dns.txt(name)]
    except dns.Unreachable:
        return ""  # says nothing about the key; receivers ask on their own
    except ValueError:
        return _("MAIL_DKIM_KEY is no key that can sign. Nothing goes until it is mended.")
    if ours in theirs:
        return ""
    return _(
        "The DKIM key in the DNS (%(name)s) is not ours, so receivers would refuse this. Mend the record, "
        "or take MAIL_DKIM_SELECTOR out of the settings."
    ) % {"name": name}


def published(text: str) -> str:
    """The key itself of a record."""
    parts = dict(part.strip().partition("=")[::2] for part in text.split(";") if "=" in part)
    return "".join(parts.get("p", "").split())
