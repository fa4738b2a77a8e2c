"""A DNS server for tests: UDP and TCP on one free port of 127.0.0.1, answering the records it was given.

    with DnsServer() as dns:
        dns.add("example.test", "TXT", '"v=spf1 -all"')
        settings.DNS = dns.address

Failure modes by name: `dns.fail(name)` answers SERVFAIL, `dns.mute(name)` nothing at all; an answer over 512 bytes is
cut over UDP, so that the client must ask again over TCP.
"""

from __future__ import annotations

import socket
import socketserver
import struct
import threading
from typing import Any, Self

import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdataclass
import dns.rdatatype
import dns.rrset

CUT_AT = 512


class DnsServer:
    """Answers until it is closed; `asked` lists (name, type, "udp" or "tcp") in order."""

    def __init__(self) -> None:
        self.records: dict[tuple[str, str], list[str]] = {}
        self.failing: set[str] = set()
        self.silent: set[str] = set()
        self.asked: list[tuple[str, str, str]] = []
        self._udp, self._tcp = self._bind()
        self.port = int(self._udp.server_address[1])
        self.address = f"127.0.0.1:{self.port}"
        for server in (self._udp, self._tcp):
            threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()

    def _bind(self) -> tuple[socketserver.UDPServer, socketserver.TCPServer]:
        """The same port for both."""
        outer = self

        class Udp(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                data, sock = self.request
                if (answer := outer.answer(data, "udp")) is not None:
                    sock.sendto(answer, self.client_address)

        class Tcp(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                head = self.request.recv(2)
                if len(head) < 2:
                    return
                data = self.request.recv(struct.unpack("!H", head)[0])
                if (answer := outer.answer(data, "tcp")) is not None:
                    self.request.sendall(struct.pack("!H", len(answer)) + answer)

        for _ in range(50):
            udp = socketserver.ThreadingUDPServer(("127.0.0.1", 0), Udp)
            try:
                tcp = socketserver.ThreadingTCPServer(("127.0.0.1", udp.server_address[1]), Tcp)
            except OSError:
                udp.server_close()
                continue
            udp.daemon_threads = tcp.daemon_threads = True
            return udp, tcp
        raise OSError("no free port")

    def add(self, name: str, kind: str, *texts: str) -> None:
        """Answer `kind` of `name` with these records, written as in a zone file; further calls add."""
        self.records.setdefault((name.lower().rstrip("."), kind), []).extend(texts)

    def txt(self, name: str, *texts: str) -> None:
        """TXT records, cut into pieces of 255 as they travel."""
        for text in texts:
            pieces = [text[at : at + 255] for at in range(0, len(text), 255)] or [""]
            self.add(name, "TXT", " ".join(f'"{piece}"' for piece in pieces))

    def remove(self, name: str, kind: str) -> None:
        """Forget these records."""
        self.records.pop((name.lower().rstrip("."), kind), None)

    def fail(self, name: str) -> None:
        """Answer SERVFAIL for this name."""
        self.failing.add(name.lower())

    def mute(self, name: str) -> None:
        """Never answer for this name."""
        self.silent.add(name.lower())

    def answer(self, data: bytes, over: str) -> bytes | None:
        """The answer to one question."""
        query = dns.message.from_wire(data)
        question = query.question[0]
        name, kind = question.name.to_text(omit_final_dot=True).lower(), dns.rdatatype.to_text(question.rdtype)
        self.asked.append((name, kind, over))
        if name in self.silent:
            return None
        response = dns.message.make_response(query)
        response.flags |= dns.flags.RA
        if name in self.failing:
            response.set_rcode(dns.rcode.SERVFAIL)
        elif texts := self.records.get((name, kind)):
            response.answer.append(dns.rrset.from_text_list(question.name, 60, "IN", kind, texts))
        elif not any(known == name or known.endswith(f".{name}") for known, _kind in self.records):
            response.set_rcode(dns.rcode.NXDOMAIN)
        wire = response.to_wire()
        if over == "udp" and len(wire) > CUT_AT:
            cut = dns.message.make_response(query)
            cut.flags |= dns.flags.TC | dns.flags.RA
            wire = cut.to_wire()
        return wire

    def close(self) -> None:
        """Stop answering."""
        for server in (self._udp, self._tcp):
            server.shutdown()
            server.server_close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: Any) -> None:
        self.close()


def free_port() -> int:
    """A port nobody listens at just now."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])
