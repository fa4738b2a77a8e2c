"""Where recordings lie while they arrive: one part file a take. Its length on disk is how much has arrived."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings


def folder() -> Path:
    """Where part files lie; backed up, so that a restored server goes on where the device stopped. Not among the
    uploads of imports, which are cleared by their own clock."""
    return Path(settings.DATA) / "arriving" / "takes"


def path_of(take_id: str) -> Path:
    """The part file of a take, by its public id."""
    return folder() / f"{take_id}.part"


def forget(take_id: str) -> None:
    """Delete what has arrived of a take, and a second name of it that a killed worker left."""
    for place in (path_of(take_id), second_of(take_id)):
        place.unlink(missing_ok=True)


def second_of(take_id: str) -> Path:
    """Its second name while the bytes are taken over."""
    return folder() / f"{take_id}.part.keep"
