"""What may stand in a header: our own strict grammar, asked before any library sees foreign words.

One address at a time, in its plain form: no lists, groups, comments, quoted local parts, routes or second "@". Domains
are brought to their ASCII form. Names and subjects hold no control, no line separator and nothing that turns the
direction of text.
"""

from __future__ import annotations

import re
import unicodedata

import idna
from django.utils.translation import gettext as _

from passalong.contacts.keys import email_key
from passalong.core.errors import Refused

LONGEST_ADDRESS, LONGEST_LOCAL = 254, 64  # RFC 5321, 4.5.3.1
LONGEST_NAME, LONGEST_SUBJECT = 120, 200  # characters
MOST_BODY = 100_000  # characters of a text
# Without "%" and "!": with them old relays read a second address out of the local part.
_LOCAL = re.compile(r"[A-Za-z0-9#$&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9#$&'*+/=?^_`{|}~-]+)*")
_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_TURNS = frozenset("\u200b\u200e\u200f\u061c\u2028\u2029\ufeff\u00ad")
_MESSAGE_ID = re.compile(r"<[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,120}@[A-Za-z0-9.\[\]:-]{1,120}>")


def address(text: str, *, field: str = "to", single_label: bool = False) -> str:
    """One mail address with its domain in lower-case ASCII. Raises Refused for anything else.

    single_label: also hosts without a dot, for the installation's own address while it is only tried.
    """
    if len(text) > LONGEST_ADDRESS * 2 or text.count("@") != 1:
        raise Refused(_("Give one mail address, such as ann@example.org."), field=field)
    local, _at, host = text.strip(" ").partition("@")
    domain = _domain(host)
    is_whole = bool(domain) and ("." in domain or single_label)
    if not is_whole or len(local) > LONGEST_LOCAL or not _LOCAL.fullmatch(local):
        raise Refused(_("Give one mail address, such as ann@example.org."), field=field)
    whole = f"{local}@{domain}"
    if len(whole) > LONGEST_ADDRESS:
        raise Refused(_("This mail address is too long."), field=field)
    return whole


def _domain(host: str) -> str:
    """The ASCII form of a host name, empty when it is none."""
    try:
        found = host.lower() if host.isascii() else idna.encode(host, uts46=True, std3_rules=True).decode()
    except idna.IDNAError:
        return ""
    labels = found.split(".")
    if len(found) > 253 or not all(_LABEL.fullmatch(label) for label in labels) or labels[-1].isdigit():
        return ""
    return found


def plain(text: str) -> bool:
    """Whether a line holds nothing that a header must not: controls, separators, signs that turn direction."""
    return not any(_is_unseen(char) for char in text)


def _is_unseen(char: str) -> bool:
    if char in _TURNS or "\u202a" <= char <= "\u202e" or "\u2060" <= char <= "\u206f":
        return True
    return unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp", "Cn")


def name(text: str, *, field: str = "to") -> str:
    """A display name. Empty when it looks like an address, so that no reader takes it for one. Raises Refused."""
    found = text.strip(" ")
    if not plain(found) or len(found) > LONGEST_NAME:
        raise Refused(_("This name holds signs that no message may carry, or is too long."), field=field)
    return "" if re.search(r"[@<>]", found) else re.sub(r" {2,}", " ", found)


def subject(text: str) -> str:
    """A subject of one line. Raises Refused."""
    found = text.strip(" ")
    if not found:
        raise Refused(_("Give the message a subject."), field="subject")
    if len(found) > LONGEST_SUBJECT:
        raise Refused(_("At most %(most)d characters fit here.") % {"most": LONGEST_SUBJECT}, field="subject")
    if not plain(found):
        raise Refused(_("A subject is one line without control characters."), field="subject")
    return found


def body(text: str, *, field: str = "text") -> str:
    """A text with plain line ends. Raises Refused when it is empty, huge, or holds what no text holds."""
    if len(text) > MOST_BODY:
        raise Refused(
            _("This is too long for a message: at most %(most)s characters.") % {"most": f"{MOST_BODY:,}"}, field=field
        )
    found = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    if not found:
        raise Refused(_("Write something first."), field=field)
    if any(unicodedata.category(char) in ("Cc", "Cs") and char not in "\n\t" for char in found):
        raise Refused(_("The text holds control characters. Please type it anew."), field=field)
    return found


def message_id(text: str) -> str:
    """A foreign Message-ID that may be named in References, else empty."""
    return text if _MESSAGE_ID.fullmatch(text) else ""


def forms(text: str) -> tuple[str, ...]:
    """The spellings under which an address may have been noted: with its domain in ASCII, which comes first, as other
    rooms compare it, and with its domain in letters."""
    spelled = email_key(text)
    try:
        plain_one = email_key(address(text))
    except Refused:
        plain_one = ""
    return tuple(dict.fromkeys(one for one in (plain_one, spelled, _in_letters(plain_one)) if one))


def _in_letters(plain_one: str) -> str:
    """The address with the domain as people write it, empty where that is no other."""
    local, _at, domain = plain_one.partition("@")
    if "xn--" not in domain:
        return ""
    try:
        return email_key(f"{local}@{idna.decode(domain)}")
    except (idna.IDNAError, UnicodeError):
        return ""
