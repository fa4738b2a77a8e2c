"""What tests of outgoing mail share: a practice that may write, its people, and a sink the settings point at."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.test import override_settings
from tests import make
from tests.mailhost import Sink

from passalong.accounts.models import Member
from passalong.contacts.models import Contact
from passalong.mail.models import Message
from passalong.mail.services import composing, outbox
from passalong.mail.services.composing import Recipient

SMTP = "django.core.mail.backends.smtp.EmailBackend"
FROM = "hello@practice.example"


@contextmanager
def sink_of(sink: Sink, **more: object) -> Iterator[None]:
    """The settings of a host whose mail server the sink is."""
    values = {
        "EMAIL_BACKEND": SMTP,
        "EMAIL_HOST": "127.0.0.1",
        "EMAIL_PORT": sink.port,
        "EMAIL_USE_TLS": False,
        "EMAIL_USE_SSL": False,
        "EMAIL_HOST_USER": "",
        "EMAIL_HOST_PASSWORD": "",
        "EMAIL_TIMEOUT": 5,
        "DEFAULT_FROM_EMAIL": FROM,
        "PUBLIC_URL": "https://refer.practice.example",
        "MAIL_UNDO_SECONDS": 0,
    }
    with override_settings(**{**values, **more}):
        yield


def writer(name: str = "Harbour Wealth") -> Member:
    """An owner of a practice with an imprint."""
    practice = make.practice(name)
    practice.imprint = "1 Harbour Street\nPortland, ME 04101"
    practice.save()
    return make.member(practice, name="Rowan Pike", email=f"rowan{practice.pk}@practice.example")


def client(by: Member, name: str = "Ann Okafor", email: str = "ann@client.example") -> Contact:
    """A client with a mail address."""
    return make.contact(by, name, email=email, standing="client")


def drafted(by: Member, to: Contact | str = "", *, key: str = "", **more: object) -> Message:
    """A personal message, unless said otherwise."""
    who = client(by) if to == "" else to
    recipient = (
        Recipient(who) if isinstance(who, str) else Recipient(who.points.get(kind="email").value, who.full_name, who)
    )
    said = {"purpose": "personal", "subject": "Our meeting", "text": "Dear Ann,\n\nsee you on Monday.\n\nRowan"}
    count = Message.objects.count()
    return composing.draft(by=by, practice=by.practice, to=recipient, key=key or f"key {count}", **{**said, **more})


def queued(by: Member, to: Contact | str = "", **more: object) -> Message:
    """The same, sent."""
    return outbox.send(by=by, message=drafted(by, to, **more))


__all__ = ["FROM", "SMTP", "Sink", "client", "drafted", "queued", "settings", "sink_of", "writer"]
