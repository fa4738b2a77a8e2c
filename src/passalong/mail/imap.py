"""The mailbox of IMAP_URL: signing in by password or by an access token, reading without leaving a mark.

Whatever goes wrong becomes one sentence without a secret in it.
"""

from __future__ import annotations

import imaplib
import json
import re
import socket
import ssl
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from hashlib import sha256
from ipaddress import ip_address
from typing import Any
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.utils.translation import gettext as _
from imap_tools import BaseMailBox, MailBox, MailBoxStartTls, MailBoxUnencrypted
from imap_tools.errors import ImapToolsError, MailboxFolderSelectError, MailboxLoginError

from passalong.mail.reading import limits

TIMEOUT = 30.0  # seconds the server may take for one answer
_TOKEN_BYTES = 64_000
_SCHEMES = {"imap+ssl": 993, "imaps": 993, "imap+tls": 143, "imap": 143}
_SIZE = re.compile(rb"RFC822\.SIZE (\d{1,12})")
_tokens: dict[tuple[str, str], tuple[str, float]] = {}
_lock = threading.Lock()


class Unreadable(Exception):
    """The mailbox cannot be read now: one sentence to show."""


@dataclass(frozen=True, slots=True)
class Account:
    """Where and as whom the mailbox is read."""

    scheme: str
    host: str
    port: int
    user: str
    password: str
    folder: str

    @property
    def name(self) -> str:
        """What stands for it in the database."""
        return sha256(f"{self.host}\0{self.port}\0{self.user}\0{self.folder}".encode()).hexdigest()


def account() -> Account | None:
    """The account that is set, None while there is none. Raises Unreadable for settings that make no sense."""
    if not settings.IMAP_URL:
        return None
    try:
        url = urlsplit(settings.IMAP_URL)
        port = url.port
    except ValueError:
        raise Unreadable(_("IMAP_URL is no address such as imap+ssl://user:password@host:993/INBOX.")) from None
    if url.scheme not in _SCHEMES or not url.hostname or not url.username:
        raise Unreadable(_("IMAP_URL is no address such as imap+ssl://user:password@host:993/INBOX."))
    if url.scheme == "imap" and not _is_this_machine(url.hostname):
        raise Unreadable(_("IMAP_URL names a server outside without encryption. Write imap+ssl or imap+tls."))
    folder = unquote(url.path.lstrip("/")) or "INBOX"
    return Account(
        url.scheme,
        url.hostname,
        port or _SCHEMES[url.scheme],
        unquote(url.username),
        unquote(url.password or ""),
        folder,
    )


def _is_this_machine(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


@contextmanager
def opened(at: Account, *, to_move: bool = False) -> Iterator[BaseMailBox]:
    """The mailbox, signed in, its folder open; read-only unless messages are moved. Raises Unreadable."""
    box: BaseMailBox | None = None
    try:
        box = _connected(at)
        _sign_in(box, at)
        box.folder.set(at.folder, readonly=not to_move)
        yield box
    except Unreadable:
        raise
    except MailboxLoginError:
        raise Unreadable(_("%(host)s refuses the user name or password of IMAP_URL.") % {"host": at.host}) from None
    except MailboxFolderSelectError:
        raise Unreadable(_("There is no folder “%(folder)s” in the mailbox.") % {"folder": at.folder}) from None
    except ssl.SSLCertVerificationError:
        raise Unreadable(_("%(host)s shows a certificate that is not valid for it.") % {"host": at.host}) from None
    except socket.gaierror:
        raise Unreadable(_("%(host)s is not known to the name service.") % {"host": at.host}) from None
    except TimeoutError:
        raise Unreadable(_("%(host)s does not answer in time.") % {"host": at.host}) from None
    except (OSError, imaplib.IMAP4.error, ImapToolsError, EOFError) as error:
        told = {"host": at.host, "port": at.port, "what": type(error).__name__}
        raise Unreadable(_("%(host)s cannot be reached at port %(port)s (%(what)s).") % told) from None
    finally:
        if box is not None:
            _close(box)


def _connected(at: Account) -> BaseMailBox:
    if at.scheme in ("imap+ssl", "imaps"):
        return MailBox(at.host, at.port, timeout=TIMEOUT, ssl_context=ssl.create_default_context())
    if at.scheme == "imap+tls":
        return MailBoxStartTls(at.host, at.port, timeout=TIMEOUT, ssl_context=ssl.create_default_context())
    return MailBoxUnencrypted(at.host, at.port, timeout=TIMEOUT)


def _sign_in(box: BaseMailBox, at: Account) -> None:
    """By access token where the practice has a client of its own at the provider, else by password."""
    if not settings.MAIL_OAUTH_TOKEN_URL:
        if not (at.user + at.password).isascii():
            box.login_utf8(at.user, at.password, initial_folder=None)
        else:
            box.login(at.user, at.password, initial_folder=None)
        return
    try:
        box.xoauth2(at.user, access_token(), initial_folder=None)
    except (MailboxLoginError, imaplib.IMAP4.error):
        _forget_token()
        raise Unreadable(_("%(host)s refuses the access token for this mailbox.") % {"host": at.host}) from None


def _close(box: BaseMailBox) -> None:
    with suppress(OSError, imaplib.IMAP4.error):
        box.client.sock.settimeout(3)
        box.client.logout()
    with suppress(OSError):
        box.client.shutdown()


def validity(box: BaseMailBox) -> int:
    """UIDVALIDITY of the open folder: while it stays, a number is the same message for ever."""
    _kind, told = box.client.response("UIDVALIDITY")
    found = told[0] if told else None
    return int(found) if isinstance(found, bytes) and found.isdigit() else 0


def numbers(box: BaseMailBox, criteria: str) -> list[int]:
    """UIDs that meet an IMAP search, ascending."""
    said, told = box.client.uid("SEARCH", criteria)
    if said != "OK":
        raise imaplib.IMAP4.error("SEARCH")
    return sorted(int(one) for one in (told[0] or b"").split() if one.isdigit())


def message(box: BaseMailBox, uid: int) -> bytes | None:
    """The bytes of one message, not marked as read; of one larger than is read, its headers and so many bytes as show
    that. None when it has gone meanwhile."""
    said, told = box.client.uid("FETCH", str(uid), "(RFC822.SIZE)")
    size = _SIZE.search(b" ".join(one for one in told if isinstance(one, bytes)))
    if said != "OK" or size is None:
        return None
    is_big = int(size[1]) > limits.MOST_BYTES
    part = f"(BODY.PEEK[HEADER]<0.{limits.HEADER_BYTES}>)" if is_big else f"(BODY.PEEK[]<0.{limits.MOST_BYTES}>)"
    said, told = box.client.uid("FETCH", str(uid), part)
    raw = next((one[1] for one in told if isinstance(one, tuple)), None)
    if said != "OK" or raw is None:
        return None
    return bytes(raw) + b"\r\n" * limits.MOST_BYTES if is_big else bytes(raw)


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """A token server that sends us elsewhere is not followed: the secret goes to the address that was set, only."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


def access_token() -> str:
    """A token for the mailbox, asked for anew shortly before the last one ends. Raises Unreadable."""
    url, refresh = settings.MAIL_OAUTH_TOKEN_URL, settings.MAIL_OAUTH_REFRESH_TOKEN
    with _lock:
        token, until = _tokens.get((url, refresh), ("", 0.0))
        if token and time.monotonic() < until:
            return token
        token, life = _asked(url, refresh)
        _tokens[(url, refresh)] = token, time.monotonic() + max(0.0, life - 120)
        return token


def _forget_token() -> None:
    with _lock:
        _tokens.clear()


def _asked(url: str, refresh: str) -> tuple[str, float]:
    parts = urlsplit(url)
    if parts.scheme != "https" and not (parts.scheme == "http" and _is_this_machine(parts.hostname or "")):
        raise Unreadable(_("MAIL_OAUTH_TOKEN_URL must begin with https."))
    told = {
        "grant_type": "refresh_token",
        "client_id": settings.MAIL_OAUTH_CLIENT_ID,
        "client_secret": settings.MAIL_OAUTH_CLIENT_SECRET,
        "refresh_token": refresh,
    }
    body = urllib.parse.urlencode({name: value for name, value in told.items() if value}).encode()
    request = urllib.request.Request(url, body, {"Accept": "application/json"})  # noqa: S310 - https, checked above
    host = {"host": parts.hostname or ""}
    try:
        with urllib.request.build_opener(_NoRedirects).open(request, timeout=15) as answer:
            said = json.loads(answer.read(_TOKEN_BYTES))
    except urllib.error.HTTPError as error:
        raise Unreadable(
            _("%(host)s gives no access token (%(code)s). Check MAIL_OAUTH_CLIENT_ID, its secret and refresh token.")
            % {**host, "code": error.code}
        ) from None
    except (OSError, ValueError):
        raise Unreadable(_("%(host)s cannot be asked for an access token just now.") % host) from None
    token = said.get("access_token") if isinstance(said, dict) else None
    if not isinstance(token, str) or not re.fullmatch(r"[\x21-\x7e]{1,8000}", token):
        raise Unreadable(_("%(host)s gives no access token.") % host)
    life = said.get("expires_in")
    return token, float(life) if isinstance(life, (int, float)) else 600.0
