"""SMTP step by step, so that each refusal is known for what it is: only what happens after the last dot is unknown."""

from __future__ import annotations

import smtplib
import socket
import ssl
from collections.abc import Callable

from django.conf import settings

from passalong.mail.transport import Envelope, Never, NotNow, Unclear

LONGEST_ANSWER = 300


class SmtpTransport:
    """One session with the mail server of the settings."""

    def __init__(self) -> None:
        self._session: smtplib.SMTP | None = None

    def open(self) -> None:
        """Connect and sign in, or make sure that the session still stands. Raises NotNow for everybody."""
        if self._session is not None and self._stands(self._session):
            return
        self.close()
        host = f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}"
        try:
            self._session = _connect()
        except smtplib.SMTPAuthenticationError as error:
            raise NotNow(f"{host} refused the login: {_said(error)}", is_everybody=True) from None
        except (smtplib.SMTPException, ssl.SSLError, OSError) as error:
            raise NotNow(f"{host} cannot be reached: {_said(error)}", is_everybody=True) from None

    def _stands(self, session: smtplib.SMTP) -> bool:
        try:
            return session.noop()[0] == 250
        except (smtplib.SMTPException, OSError):
            return False

    def hand_over(self, envelope: Envelope, begin: Callable[[], None]) -> str:
        """MAIL, RCPT, then `begin`, then DATA. The server's answer; or NotNow, Never, Unclear."""
        self.open()
        session = self._session
        if session is None:
            raise NotNow("No session.", is_everybody=True)
        try:
            self._address(session, envelope)
            begin()
            return self._content(session, envelope.content)
        except (NotNow, Never) as known:
            if getattr(known, "is_everybody", False) or not self._reset(session):
                self.close()
            raise
        except Exception:  # also what `begin` raises: the server must not take the next message for a part of this one
            self.close()
            raise

    def _address(self, session: smtplib.SMTP, envelope: Envelope) -> None:
        try:
            code, said = session.mail(envelope.sender)
            if code != 250:  # a sender refused is refused for every message: a setting to mend, nobody's fault
                raise NotNow(f"The mail server refused the sender: {_line(code, said)}", is_everybody=True)
            code, said = session.rcpt(envelope.recipient)
        except (smtplib.SMTPException, OSError) as error:
            raise NotNow(f"The connection broke before anything was handed over: {_said(error)}") from None
        if code in (250, 251):
            return
        if code == 421:
            raise NotNow(f"The mail server closes: {_line(code, said)}", is_everybody=True)
        raise _refusal(code, said)

    def _content(self, session: smtplib.SMTP, content: bytes) -> str:
        try:
            code, said = session.docmd("DATA")
            if code != 354:
                raise _refusal(code, said)
            session.send(_dotted(content))
        except (smtplib.SMTPException, OSError) as error:  # without the last dot no server has it
            raise NotNow(f"The connection broke before anything was handed over: {_said(error)}") from None
        try:
            session.send(b".\r\n")
            code, said = session.getreply()
        except (smtplib.SMTPException, OSError) as error:
            raise Unclear(f"No answer came after the hand-over: {_said(error)}") from None
        if 200 <= code < 300:
            return _line(code, said)
        if not 400 <= code < 600:  # no answer, or none that means anything: it may have been taken
            raise Unclear("No answer came after the hand-over.")
        raise _refusal(code, said)

    def _reset(self, session: smtplib.SMTP) -> bool:
        try:
            return session.rset()[0] == 250
        except (smtplib.SMTPException, OSError):
            return False

    def close(self) -> None:
        """End the session, whatever state it is in."""
        if self._session is None:
            return
        try:
            self._session.quit()
        except (smtplib.SMTPException, OSError):
            self._session.close()
        self._session = None


def _connect() -> smtplib.SMTP:
    timeout = settings.EMAIL_TIMEOUT
    context = ssl.create_default_context()
    session: smtplib.SMTP
    if settings.EMAIL_USE_SSL:
        session = smtplib.SMTP_SSL(settings.EMAIL_HOST, settings.EMAIL_PORT, timeout=timeout, context=context)
    else:
        session = smtplib.SMTP(settings.EMAIL_HOST, settings.EMAIL_PORT, timeout=timeout)
    try:
        if session.sock is not None:  # or the last dot waits for the answer to what came before it
            session.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        session.ehlo_or_helo_if_needed()
        if settings.EMAIL_USE_TLS:
            session.starttls(context=context)
            session.ehlo()
        if settings.EMAIL_HOST_USER:
            session.login(settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD)
    except Exception:
        session.close()
        raise
    return session


def _dotted(content: bytes) -> bytes:
    """With a dot before each line that begins with one, and a line end last (RFC 5321, 4.5.2)."""
    whole = content if content.endswith(b"\r\n") else content + b"\r\n"
    return (b"." + whole if whole.startswith(b".") else whole).replace(b"\r\n.", b"\r\n..")


def _refusal(code: int, said: bytes) -> NotNow | Never:
    """4xx may pass, 5xx will not; no code at all is a broken connection."""
    line = _line(code, said)
    return Never(line) if 500 <= code < 600 else NotNow(line, is_everybody=code in (421, -1))


def _line(code: int, said: bytes) -> str:
    text = " ".join(said.decode("utf-8", "replace").split())
    return f"{code} {text}"[:LONGEST_ANSWER]


def _said(error: Exception) -> str:
    """What went wrong, in one line; never what we sent."""
    if isinstance(error, smtplib.SMTPResponseException):
        said = error.smtp_error
        return _line(error.smtp_code, said if isinstance(said, bytes) else str(said).encode())
    return " ".join(str(error).split())[:LONGEST_ANSWER] or type(error).__name__
