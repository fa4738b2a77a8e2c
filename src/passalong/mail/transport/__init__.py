"""Ways out: a mail server, or any backend of Django's (files, providers). All tell what is known from what is not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from django.conf import settings


@dataclass(frozen=True, slots=True)
class Envelope:
    """What a way out is given: the whole message as bytes, from whom, to exactly one address."""

    sender: str
    recipient: str
    content: bytes
    message_id: str


class NotNow(Exception):
    """Nothing was handed over; later it may go. is_everybody: the way itself is shut, not only to this recipient."""

    def __init__(self, reason: str, *, is_everybody: bool = False) -> None:
        super().__init__(reason)
        self.reason, self.is_everybody = reason, is_everybody


class Never(Exception):
    """Nothing was handed over, and it never will be: the other side refused for good."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Unclear(Exception):
    """Handed over, and then no answer came: whether it arrived cannot be known."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Transport(Protocol):
    """One connection. `hand_over` calls `begin` right before the moment after which the outcome may be unknown."""

    def open(self) -> None: ...
    def hand_over(self, envelope: Envelope, begin: Callable[[], None]) -> str: ...
    def close(self) -> None: ...


def make() -> Transport:
    """The way out that the settings name."""
    from passalong.mail.transport.backend import BackendTransport
    from passalong.mail.transport.smtp import SmtpTransport

    is_smtp = settings.EMAIL_BACKEND == "django.core.mail.backends.smtp.EmailBackend"
    return SmtpTransport() if is_smtp else BackendTransport()
