"""The way out for addresses that members give: public addresses only, every redirect checked, answers bounded."""

from __future__ import annotations

import http.server
import socket
import ssl
import threading
import time
from ipaddress import ip_address

import pytest
from tests.certificates import Certificates

from passalong.core import outbound


class Calendar(http.server.BaseHTTPRequestHandler):
    """Answers by path; keeps what it was asked."""

    asked: list[tuple[str, str]] = []

    def do_GET(self) -> None:
        self.asked.append((self.path, self.headers["Host"]))
        kind = self.path.partition("?")[0]
        if kind == "/same" and self.headers.get("If-None-Match") == '"one"':
            return self._answer(304, {})
        if kind == "/to":
            return self._answer(302, {"Location": self.path.partition("?")[2]})
        if kind == "/round":
            return self._answer(302, {"Location": "/round"})
        if kind == "/packed":
            return self._answer(200, {"Content-Encoding": "gzip"}, b"\x1f\x8b")
        if kind == "/slow":
            return self._drip()
        if kind == "/gone":
            return self._answer(404, {})
        return self._answer(200, {"ETag": '"one"'}, b"a" * 3_000_000 if kind == "/long" else b"hello")

    def _drip(self) -> None:
        self.send_response(200)
        self.end_headers()
        for _second in range(50):
            try:
                self.wfile.write(b"a")
                time.sleep(0.1)
            except OSError:
                return

    def _answer(self, status: int, headers: dict[str, str], body: bytes = b"") -> None:
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        try:
            self.wfile.write(body)
        except OSError:
            return

    def log_message(self, *_args: object) -> None:
        """Quiet."""


@pytest.fixture(scope="module")
def certificates(tmp_path_factory):
    return Certificates(tmp_path_factory.mktemp("certificates"))


@pytest.fixture
def server(certificates, monkeypatch, settings):
    """A real server on this machine, with a certificate for localhost, allowed by the setting."""
    Calendar.asked = []
    running = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Calendar)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificates.cert, certificates.key)
    running.socket = context.wrap_socket(running.socket, server_side=True)
    threading.Thread(target=running.serve_forever, daemon=True).start()
    monkeypatch.setenv("SSL_CERT_FILE", str(certificates.authority))
    settings.OUTBOUND_ALLOW = ["127.0.0.0/8", "::1/128"]
    yield f"https://localhost:{running.server_address[1]}"
    running.shutdown()
    running.server_close()


def test_reads_what_is_there_and_whether_it_changed(server):
    found = outbound.fetch(f"{server}/same", accept="text/plain")
    assert (found.body, found.tag, found.is_same) == (b"hello", '"one"', False)
    again = outbound.fetch(f"{server}/same", accept="text/plain", tag=found.tag)
    assert again.is_same
    assert Calendar.asked[0] == ("/same", server.removeprefix("https://"))


def test_follows_a_redirect_that_is_allowed(server):
    assert outbound.fetch(f"{server}/to?/plain", accept="*/*").body == b"hello"


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("/to?http://localhost/", "begins with https"),
        ("/to?https://10.0.0.1/", "public Internet"),
        ("/to?https://169.254.169.254/latest/meta-data/", "public Internet"),
        ("/to?file:///etc/passwd", "begins with https"),
        ("/round", "leads on and on"),
        ("/gone", "error 404"),
        ("/packed", "packed form"),
    ],
)
def test_leads_nowhere_it_must_not(server, path, why):
    with pytest.raises(outbound.Unreachable, match=why):
        outbound.fetch(server + path, accept="*/*")


def test_is_bounded_in_bytes_and_time(server):
    with pytest.raises(outbound.Unreachable, match="longer than"):
        outbound.fetch(f"{server}/long", accept="*/*", most=1_000_000)
    started = time.monotonic()
    with pytest.raises(outbound.Unreachable, match="too slow"):
        outbound.fetch(f"{server}/slow", accept="*/*", seconds=0.5)
    assert time.monotonic() - started < 3


def test_a_certificate_for_another_name_is_not_believed(server, monkeypatch):
    plain, port = socket.getaddrinfo, server.rpartition(":")[2]
    monkeypatch.setattr(socket, "getaddrinfo", lambda host, *args, **more: plain("127.0.0.1", *args, **more))
    with pytest.raises(outbound.Unreachable, match="does not answer"):
        outbound.fetch(f"https://calendar.example:{port}/", accept="*/*")
    assert Calendar.asked == []


def test_without_leave_of_the_host_nothing_of_the_own_network_is_asked(server, settings):
    settings.OUTBOUND_ALLOW = []
    with pytest.raises(outbound.Unreachable, match="public Internet"):
        outbound.fetch(f"{server}/same", accept="*/*")
    assert Calendar.asked == []


def test_the_address_that_was_checked_is_the_one_that_is_asked(server, monkeypatch):
    """A name that changes its address between the check and the request reaches nobody else."""
    plain, told = socket.getaddrinfo, []

    def changing(host, *args, **more):
        told.append(host)
        return plain(host if host == "127.0.0.1" or len(told) == 1 else "203.0.113.9", *args, **more)

    monkeypatch.setattr(socket, "getaddrinfo", changing)
    assert outbound.fetch(f"{server}/same", accept="*/*").body == b"hello"
    assert set(told[1:]) <= {"127.0.0.1"}


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.0.1", "169.254.1.1", "100.64.0.1", "224.0.0.1"),
        *("240.0.0.1", "255.255.255.255", "::1", "::", "0.0.0.1", "fe80::1", "fc00::1", "ff02::1", "::ffff:127.0.0.1"),
        *("::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "2001:0:4136:e378::"),
    ],
)
def test_addresses_that_are_not_public(address):
    assert not outbound.is_public(ip_address(address))


@pytest.mark.parametrize("address", ["9.9.9.9", "2620:fe::fe", "::ffff:9.9.9.9"])
def test_addresses_that_are(address):
    assert outbound.is_public(ip_address(address))


@pytest.mark.parametrize(
    "url",
    ["", "calendar", "http://example.org/", "ftp://example.org/", "https://", "https://a:b@example.org/", "x" * 9999],
)
def test_addresses_nobody_asks(url):
    with pytest.raises(outbound.Unreachable):
        outbound.check(url)


def test_a_public_name_on_another_port_is_not_asked():
    with pytest.raises(outbound.Unreachable, match="public Internet"):
        outbound.check("https://9.9.9.9:22/")
