"""A real SMTP server on 127.0.0.1 that keeps what it is sent, and can be told to misbehave.

In a thread (`Sink`), or as a process of its own (`python -m tests.mailhost PORT`).
"""

from __future__ import annotations

import socket
import sys
import threading
import time
import warnings
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session


@dataclass(slots=True)
class Received:
    """One message as it came."""

    sender: str
    recipients: list[str]
    content: bytes

    @property
    def parsed(self) -> EmailMessage:
        return message_from_bytes(self.content, _class=EmailMessage, policy=policy.default)  # type: ignore[return-value]


@dataclass
class Manners:
    """How the server answers. Words of SMTP: "" means as usual. cut: "data" breaks off when the content has come,
    "before" when DATA is said, "mail" when a message begins. only: how often it misbehaves, -1 for ever."""

    mail: str = ""
    rcpt: str = ""
    data: str = ""
    cut: str = ""
    only: int = -1
    refuse: dict[str, str] = field(default_factory=dict)  # recipient -> answer at RCPT

    def once(self) -> bool:
        if self.only == 0:
            return False
        self.only -= 1
        return True


class Handler:
    def __init__(self, sink: Sink) -> None:
        self.sink = sink

    async def handle_MAIL(self, server, session, envelope, address, options):
        said = self.sink.manners
        if said.cut == "mail" and said.once():
            server.transport.abort()
            return "421 gone"
        if said.mail and said.once():
            return said.mail
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):
        said = self.sink.manners
        if address in said.refuse:
            return said.refuse[address]
        if said.rcpt and said.once():
            return said.rcpt
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        said = self.sink.manners
        if said.data and said.once():
            return said.data
        content = envelope.original_content or b""
        self.sink.received.append(Received(str(envelope.mail_from), list(envelope.rcpt_tos), content))
        if said.cut == "data" and said.once():
            server.transport.abort()
        return "250 kept"


class _Server(SMTP):
    sink: Sink

    async def smtp_DATA(self, arg):
        said = self.sink.manners
        if said.cut == "before" and said.once():
            self.transport.abort()
            return
        await super().smtp_DATA(arg)


class _Controller(Controller):
    def factory(self):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a password without TLS is fine on this machine
            server = _Server(self.handler, **self.SMTP_kwargs)
        server.sink = self.handler.sink
        return server


class Sink:
    """Start with `with Sink() as sink`; `sink.received` is what came."""

    def __init__(self, port: int = 0, *, password: str = "") -> None:
        self.received: list[Received] = []
        self.manners = Manners()
        self.port = port or free_port()
        more = {"authenticator": self._check, "auth_required": True, "auth_require_tls": False} if password else {}
        self.password = password
        self._more = more
        self._controller: _Controller | None = None

    def _check(self, server, session, envelope, mechanism, data):
        return AuthResult(success=data.password.decode() == self.password, handled=False)

    def ids(self) -> list[str]:
        return [str(one.parsed["Message-ID"]) for one in self.received]

    def start(self) -> None:
        self._controller = _Controller(Handler(self), hostname="127.0.0.1", port=self.port, **self._more)
        self._controller.start()

    def stop(self) -> None:
        if self._controller is not None:
            self._controller.stop()

    def __enter__(self) -> Sink:
        self.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.stop()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    with Sink(int(sys.argv[1])) as running:
        print("ready", flush=True)
        threading.Event().wait() if len(sys.argv) < 3 else time.sleep(float(sys.argv[2]))
