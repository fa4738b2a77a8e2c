"""The errors services raise on purpose: one clear sentence each, shown to the person as it stands."""

from __future__ import annotations


class Refused(Exception):
    """The act is not done, and nothing was written. `field` names the form field it belongs to, if any."""

    def __init__(self, message: str, *, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field


class NotAllowed(Refused):
    """This member's role does not permit the act."""
