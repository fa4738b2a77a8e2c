"""Signing: as dkimpy verifies it with the key the DNS gives, and never with a key the DNS does not know."""

from __future__ import annotations

import base64

import dkim
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from tests.dnsserver import DnsServer
from tests.mailhost import Sink
from tests.rooms.mail.outgoing import queued, sink_of, writer

from passalong.mail import dns
from passalong.mail.models import MailState
from passalong.mail.services import dkim_sign, sending

pytestmark = pytest.mark.django_db
NAME = "p1._domainkey.practice.example"


@pytest.fixture(scope="module")
def key() -> str:
    made = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return made.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()


@pytest.fixture(autouse=True)
def _fresh():
    dkim_sign.forget()


def signing(key: str, server: DnsServer) -> dict[str, object]:
    return {"MAIL_DKIM_SELECTOR": "p1", "MAIL_DKIM_KEY": key, "DNS": server.address}


def test_what_goes_verifies_with_the_published_key_and_covers_the_way_out(key):
    with DnsServer() as server, Sink() as sink, sink_of(sink, **signing(key, server)):
        record = dkim_sign.record_value()
        server.txt(NAME, record)
        queued(writer(), purpose="thanks")
        assert sending.deliver() == 1
        content = sink.received[0].content
        assert dkim.verify(content, dnsfunc=lambda name, timeout=5: dns.txt(name.decode().rstrip("."))[0].encode())
        broken = content.replace(b"List-Unsubscribe-Post:", b"List-Unsubscribe-Past:")
        assert not dkim.verify(broken, dnsfunc=lambda name, timeout=5: record.encode())
    header = str(sink.received[0].parsed["DKIM-Signature"]).replace(" ", "").lower()
    covered = header.partition("h=")[2].partition(";")[0].split(":")
    for name in ("from", "to", "subject", "date", "message-id", "list-unsubscribe", "list-unsubscribe-post"):
        assert name in covered
    assert "d=practice.example" in header


@pytest.mark.parametrize("published", ["", "v=DKIM1; k=rsa; p=" + base64.b64encode(b"another key").decode()])
def test_another_key_in_the_dns_holds_everything_back_until_it_is_mended(key, published):
    with DnsServer() as server, Sink() as sink, sink_of(sink, **signing(key, server)):
        if published:
            server.txt(NAME, published)
        message = queued(writer())
        assert sending.deliver() == 0
        message.refresh_from_db()
        assert (message.state, message.rule) == (MailState.HELD, "EM-1.dkim")
        assert "Mend the record" in message.reason
    assert sink.received == []


def test_a_silent_dns_holds_nothing_back(key):
    with Sink() as sink, sink_of(sink, MAIL_DKIM_SELECTOR="p1", MAIL_DKIM_KEY=key, DNS="127.0.0.1:9"):
        queued(writer())
        assert sending.deliver() == 1
    assert sink.received[0].parsed["DKIM-Signature"]


def test_a_key_that_is_none_says_so():
    with Sink() as sink, sink_of(sink, MAIL_DKIM_SELECTOR="p1", MAIL_DKIM_KEY="no key"):
        message = queued(writer())
        sending.deliver()
        message.refresh_from_db()
    assert "no key that can sign" in message.reason


def test_a_key_of_another_kind_says_so_and_holds_nothing_up():
    other = ed25519.Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    with Sink() as sink, sink_of(sink, MAIL_DKIM_SELECTOR="p1", MAIL_DKIM_KEY=other.decode()):
        message = queued(writer())
        sending.deliver()
    message.refresh_from_db()
    assert (message.state, message.rule) == (MailState.HELD, "EM-1.dkim")
    assert "no key that can sign" in message.reason
