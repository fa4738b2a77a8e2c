"""Addresses of the pages that somebody without an account has to themselves: the same each time they are told.

An address is reckoned from the server's secret, so that every message to one person holds the same one; in the
database stands its digest alone.
"""

from __future__ import annotations

import base64

from django.conf import settings
from django.utils.crypto import salted_hmac

from passalong.core.ids import digest, is_token
from passalong.introductions.models import LunchGuest, Way


def token_of(guest: LunchGuest) -> str:
    """The secret of a guest's page of a lunch."""
    return _token("lunch", guest.lunch.uid, guest.seat)


def token_of_way(way: Way) -> str:
    """The secret of the client's page of one way."""
    return _token("way", way.public_id, way.kind)


def address_of(guest: LunchGuest) -> str:
    """The whole address; empty while the server has none outside."""
    return f"{settings.PUBLIC_URL}/lunch/{token_of(guest)}" if settings.PUBLIC_URL else ""


def address_of_way(way: Way) -> str:
    """The whole address; empty while the server has none outside."""
    return f"{settings.PUBLIC_URL}/way/{token_of_way(way)}" if settings.PUBLIC_URL else ""


def guest_of(token: str) -> LunchGuest | None:
    """Whose page this is; None for an address that never was."""
    if not is_token(token):
        return None
    found = LunchGuest.objects.filter(token_digest=digest(token))
    return found.select_related("lunch__introduction", "lunch__practice", "practice").first()


def way_of(token: str) -> Way | None:
    """The way whose page this is; None for an address that never was."""
    if not is_token(token):
        return None
    return Way.objects.filter(token_digest=digest(token)).select_related("introduction__referrer", "practice").first()


def _token(*parts: str) -> str:
    made = salted_hmac("passalong.introductions.own_pages", ":".join(parts), algorithm="sha256").digest()
    return base64.urlsafe_b64encode(made[:24]).decode()
