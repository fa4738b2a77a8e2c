"""Where published interviews are found. No address holds anybody's name or mail."""

from __future__ import annotations

from django.conf import settings

from passalong.interviews.models import EpisodeLink, Show


def page_path(token: str) -> str:
    """An episode's page by one of its links."""
    return f"/talk-page/{token}"


def show_path(show: Show) -> str:
    """The page of a practice's show."""
    return f"/talks/{show.token}"


def public(path: str, here: str = "") -> str:
    """The whole address: at the server's public address, or at `here` where it has none."""
    return f"{settings.PUBLIC_URL or here.rstrip('/')}{path}"


def url_of(link: EpisodeLink, here: str = "") -> str:
    """A link as it is passed on."""
    return public(page_path(link.token), here)
