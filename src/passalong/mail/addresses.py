"""Signed tokens in addresses: whose answer this is, which message came back, who asks not to be written to.

The key is the installation's privacy key, which stays the same for as long as its backups do: a link to leave works for
years. Tokens of one purpose never open another. Those in the local part of an address fit into its 64 characters
and survive servers that change the case.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from django.conf import settings

from passalong.core import clock
from passalong.mail.models import Message

Purpose = Literal["reply", "bounce", "unsubscribe"]
LIFE = timedelta(days=400)  # of tokens in answers and in what comes back; leaving has no end
_SHORT: dict[str, Purpose] = {"r": "reply", "b": "bounce", "v": "unsubscribe"}
_MAC_SHORT, _MAC_LONG = 10, 16  # bytes
_DAY = 86400


@dataclass(frozen=True, slots=True)
class Token:
    """What a token says. message: public id; practice: public id, key: keyed hash of the address, scope: what is left;
    the last three only in links to leave."""

    purpose: Purpose
    message: str
    practice: str = ""
    key: str = ""
    scope: str = ""


def sign(purpose: str, text: str, size: int = _MAC_LONG) -> bytes:
    """The first bytes of an HMAC bound to its purpose."""
    told = f"mail\0{purpose}\0{text}".encode()
    return hmac.new(settings.PRIVACY_KEY.encode(), told, hashlib.sha256).digest()[:size]


def unsign(purpose: str, text: str, mac: bytes) -> bool:
    """Whether this was signed here for this purpose; compared in constant time."""
    return hmac.compare_digest(sign(purpose, text, len(mac)), mac) and len(mac) >= _MAC_SHORT


def reply_address(message: Message) -> str:
    """Where answers to this message are read; empty while no inbox is set."""
    return _tagged(settings.MAIL_INBOX, _short("r", message)) if settings.MAIL_INBOX else ""


def bounce_address(message: Message) -> str:
    """The envelope's sender: where it comes back to if it cannot be delivered; empty while none is set."""
    base = settings.MAIL_BOUNCE_ADDRESS or settings.MAIL_INBOX
    return _tagged(base, _short("b", message)) if base else ""


def unsubscribe_address(message: Message) -> str:
    """Where a mail asking not to be written to is read; empty while no inbox is set."""
    return _tagged(settings.MAIL_INBOX, _short("v", message)) if settings.MAIL_INBOX else ""


def unsubscribe_token(message: Message) -> str:
    """For the link to leave: names practice, message, scope and keyed hash, so that it works when all else is gone."""
    told = ".".join((message.practice.public_id, message.public_id, message.list_scope or "all", message.address_key))
    return f"{_text(told.encode())}.{_text(sign('unsubscribe', told))}"


def read(token: str) -> Token | None:
    """What a token says, of a link or of a local part's tag; None for one that is foreign, altered or past its end."""
    if len(token) > 400 or not token.isascii():
        return None
    return _read_link(token) if "." in token else _read_short(token.lower())


def tag_of(address: str) -> str:
    """The tag in the local part of an address: inbox+TAG@example.org."""
    local = address.rpartition("@")[0]
    return local.partition("+")[2]


def _short(letter: str, message: Message) -> str:
    day = int(clock.now().timestamp()) // _DAY
    told = f"{letter}{message.public_id}{day:05x}"
    return told + _base32(sign(_SHORT[letter], told, _MAC_SHORT))


def _read_short(token: str) -> Token | None:
    told, mac = token[:19], token[19:]
    purpose = _SHORT.get(told[:1])
    if purpose is None or len(told) != 19 or len(mac) != 16:
        return None
    try:
        found = base64.b32decode(mac.upper())
        day = int(told[14:19], 16)
    except ValueError:
        return None
    if not unsign(purpose, told, found):
        return None
    has_ended = clock.now().timestamp() // _DAY - day > LIFE.days
    return None if has_ended and purpose != "unsubscribe" else Token(purpose, told[1:14])


def _read_link(token: str) -> Token | None:
    packed, _dot, mac = token.partition(".")
    try:
        told, found = _bytes(packed).decode("ascii"), _bytes(mac)
    except ValueError:
        return None
    parts = told.split(".")
    if len(parts) != 4 or len(found) != _MAC_LONG or not unsign("unsubscribe", told, found):
        return None
    return Token("unsubscribe", parts[1], practice=parts[0], scope=parts[2], key=parts[3])


def _tagged(address: str, tag: str) -> str:
    local, _at, domain = address.rpartition("@")
    return f"{local}+{tag}@{domain}"


def _base32(content: bytes) -> str:
    return base64.b32encode(content).decode().lower()


def _text(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def _bytes(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
