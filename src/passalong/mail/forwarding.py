"""The address a practice's members pass mail on to, or put into Bcc: one for each practice, signed, hard to guess."""

from __future__ import annotations

import base64

from django.conf import settings

from passalong.accounts.models import Practice
from passalong.mail import addresses

_PURPOSE, _LETTER, _SIZE = "forward", "f", 10
_ID = 13


def address(practice: Practice) -> str:
    """inbox+KEY@…; empty while no inbox is set."""
    if not settings.MAIL_INBOX:
        return ""
    local, _at, domain = settings.MAIL_INBOX.rpartition("@")
    mac = base64.b32encode(addresses.sign(_PURPOSE, practice.public_id, _SIZE)).decode().lower()
    return f"{local}+{_LETTER}{practice.public_id}{mac}@{domain}"


def practice_of(tag: str) -> Practice | None:
    """Whose key this is; None for one that is not ours."""
    tag = tag.lower()
    if len(tag) != 1 + _ID + 16 or not tag.startswith(_LETTER) or not tag.isascii():
        return None
    public_id, mac = tag[1 : 1 + _ID], tag[1 + _ID :]
    try:
        found = base64.b32decode(mac.upper())
    except ValueError:
        return None
    if not addresses.unsign(_PURPOSE, public_id, found):
        return None
    return Practice.objects.filter(public_id=public_id).first()
