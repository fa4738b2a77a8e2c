"""Any other way: files while no server is named, and providers through django-anymail."""

from __future__ import annotations

from collections.abc import Callable
from email import message_from_bytes, policy
from email.headerregistry import Address
from email.message import EmailMessage as Parsed
from email.message import Message as RawMessage
from typing import Any

from anymail.exceptions import AnymailAPIError, AnymailError, AnymailRecipientsRefused
from django.core.mail import EmailMultiAlternatives, get_connection

from passalong.mail.transport import Envelope, Never, NotNow, Unclear

OWN_HEADERS = (
    "Message-ID",
    "Date",
    "In-Reply-To",
    "References",
    "Auto-Submitted",
    "List-Unsubscribe",
    "List-Unsubscribe-Post",
)


class Exact(EmailMultiAlternatives):
    """Django's message with its bytes fixed beforehand. Files keep the bytes; providers read the fields."""

    raw = b""

    def message(self, **more: Any) -> Any:
        return message_from_bytes(self.raw, _class=RawMessage, policy=policy.compat32.clone(linesep="\n"))


class BackendTransport:
    """One connection of the backend the settings name."""

    def __init__(self) -> None:
        self._connection: Any = None

    def open(self) -> None:
        if self._connection is not None:
            return
        try:
            self._connection = get_connection()
            self._connection.open()
        except (AnymailError, OSError) as error:
            self._connection = None
            raise NotNow(f"The way out cannot be opened: {_kind(error)}", is_everybody=True) from None

    def hand_over(self, envelope: Envelope, begin: Callable[[], None]) -> str:
        """Hand over in one call; what the provider said. Raises NotNow, Never or Unclear."""
        self.open()
        message = _message(envelope)
        begin()
        try:
            self._connection.send_messages([message])
        except AnymailRecipientsRefused:
            raise Never("The provider refused this recipient.") from None
        except AnymailAPIError as error:
            raise _provider_said(error) from None
        except AnymailError as error:
            raise Never(f"The provider cannot send this: {_kind(error)}") from None
        except OSError as error:
            raise Unclear(f"It could not be written: {_kind(error)}") from None
        status = getattr(message, "anymail_status", None)
        return f"accepted as {status.message_id}"[:300] if status and status.message_id else "accepted"

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def _message(envelope: Envelope) -> Exact:
    """The fields a provider asks for, read back from the very bytes."""
    parsed = message_from_bytes(envelope.content, _class=Parsed, policy=policy.default)
    text, html = parsed.get_body(("plain",)), parsed.get_body(("html",))
    sender = parsed["From"].addresses[0]
    to = Address(parsed["To"].addresses[0].display_name, addr_spec=envelope.recipient)
    message = Exact(
        subject=str(parsed["Subject"]),
        body=text.get_content() if text else "",
        from_email=str(sender),
        to=[str(to)],
        reply_to=[str(parsed["Reply-To"])] if parsed["Reply-To"] else None,
        headers={name: str(parsed[name]) for name in OWN_HEADERS if parsed[name]},
    )
    if html:
        message.attach_alternative(html.get_content(), "text/html")
    message.raw = envelope.content
    return message


def _provider_said(error: AnymailAPIError) -> NotNow | Never | Unclear:
    """By status: 401, 402, 403 a key or an account to mend; 408, 429, 503 later; other 4xx never; all else happened
    after the hand-over."""
    status = getattr(error, "status_code", None)
    if status in (401, 402, 403):
        return NotNow(f"The provider refused the key or the account ({status}).", is_everybody=True)
    if status in (408, 429, 503):
        return NotNow(f"The provider asks to come back later ({status}).", is_everybody=True)
    if status is not None and 400 <= status < 500:
        return Never(f"The provider refused the message ({status}).")
    cause = error.__cause__
    if any(kind in repr(cause) for kind in ("ConnectTimeout", "NewConnectionError")):
        return NotNow("The provider cannot be reached.", is_everybody=True)
    return Unclear(f"The provider's answer did not come or makes no sense ({status or _kind(cause or error)}).")


def _kind(error: BaseException) -> str:
    """The kind of error alone: its words may hold a key."""
    return type(error).__name__
