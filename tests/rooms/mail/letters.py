"""Letters for tests: as mail programs write them, signed with a key that the tests' DNS publishes."""

from __future__ import annotations

import base64
import functools
from email.message import EmailMessage
from email.policy import SMTP
from typing import Any

import dkim
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from tests import make
from tests.dnsserver import DnsServer

from passalong.accounts.models import Member
from passalong.contacts.models import Contact
from passalong.mail import addresses
from passalong.mail.models import Inbound, MailPurpose, Message
from passalong.mail.services import composing
from passalong.mail.services.receiving import receive

INBOX = "inbox@practice.test"
SIGNED = [b"from", b"to", b"subject", b"message-id", b"in-reply-to", b"references"]


@functools.cache
def key(size: int = 2048) -> tuple[bytes, str]:
    """A private key in PEM and the record that publishes it."""
    private = rsa.generate_private_key(public_exponent=65537, key_size=size)
    pem = private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
    )
    public = private.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return pem, f"v=DKIM1; k=rsa; p={base64.b64encode(public).decode()}"


def publish(dns: DnsServer, domain: str, selector: str = "s1") -> None:
    """Put the key where receivers look for it."""
    dns.txt(f"{selector}._domainkey.{domain}", key()[1])


def sign(raw: bytes, domain: str, selector: str = "s1", **more: Any) -> bytes:
    """The letter with the signature of this domain in front."""
    there = [name for name in SIGNED if b"\n" + name + b":" in b"\n" + raw.lower()]
    more.setdefault("include_headers", there)
    return dkim.sign(raw, selector.encode(), domain.encode(), key()[0], **more) + raw


def letter(
    *,
    sender: str = "Ann Okafor <ann@client.test>",
    to: str = INBOX,
    subject: str = "Re: Your visit",
    text: str = "Thank you, Tuesday suits me.\n\nOn 4 May 2026 the practice wrote:\n> Shall we meet on Tuesday?\n",
    message_id: str = "<reply-1@client.test>",
    **headers: str,
) -> bytes:
    """A plain letter. Further headers by keyword: in_reply_to="<…>"."""
    made = EmailMessage(policy=SMTP)
    made["From"], made["To"], made["Subject"], made["Message-ID"] = sender, to, subject, message_id
    made["Date"] = "Mon, 04 May 2026 10:00:00 +0000"
    for name, value in headers.items():
        made[name.replace("_", "-").title()] = value
    made.set_content(text)
    return bytes(made)


def reply(message: Message, **more: str) -> bytes:
    """An answer to the signed address of a message of ours."""
    return letter(to=addresses.reply_address(message), **more)


def got(raw: bytes) -> Inbound:
    """What becomes of a letter that is kept."""
    found = receive(None, raw, via="test")
    assert found is not None
    return found


def sent(by: Member, contact: Contact, address: str = "ann@client.test", **more: Any) -> Message:
    """A message of ours to this contact, as if it had gone."""
    more.setdefault("purpose", MailPurpose.PERSONAL)
    more.setdefault("key", f"test {contact.public_id} {Message.objects.count()}")
    return composing.draft(
        by=None,
        practice=by.practice,
        to=composing.Recipient(address, contact.full_name, contact),
        subject="Your visit",
        text="Shall we meet on Tuesday?",
        **more,
    )


def ann(by: Member) -> Contact:
    """Somebody on file with an address."""
    return make.contact(by, "Ann Okafor", email="ann@client.test", standing="client")
