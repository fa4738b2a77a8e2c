"""Published interviews as pieces of the newsletter: handed in, and taken out again."""

from __future__ import annotations

from typing import Any

from django.utils.module_loading import import_string

from passalong.accounts.models import Member

ITEMS = "passalong.audience.services.items"


def hand_in(*, by: Member, about: str, title: str, words: str, url: str) -> None:
    """Put a published interview before whoever writes the next issue."""
    _call("add", by=by, kind="episode", about=about, title=title, words=words, url=url)


def withdraw(*, practice_id: int, about: str) -> None:
    """Take it out of what is written, stop what has not gone, and end its links."""
    _call("withdraw_about", practice_id=practice_id, about=about)


def _call(verb: str, **said: Any) -> None:
    try:
        found = import_string(f"{ITEMS}.{verb}")
    except ImportError:
        return
    found(**said)
