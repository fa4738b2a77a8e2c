"""Invariant 1: nothing about a referred person reaches the referrer without that person's consent: recorded, scoped,
revocable. The default is no update."""

from __future__ import annotations

import pytest
from tests import make
from tests.mailhost import Sink
from tests.rooms.mail.outgoing import drafted, sink_of, writer

from passalong.accounts.models import Member
from passalong.compliance.models import Grant
from passalong.compliance.services import consent
from passalong.contacts.models import Contact
from passalong.core import blobs
from passalong.core.keyed import keyed_hash
from passalong.mail.models import MailState, Message
from passalong.mail.services import outbox, sending

pytestmark = pytest.mark.django_db(transaction=True)

FRIEND = "ines@calloway.example"
PAGE = b"<!doctype html><title>May Ann hear of it?</title>"


def _cast() -> tuple[Member, Contact, str]:
    """Somebody who said yes to contact, and the client who passed the kit along."""
    by = writer()
    referrer = make.contact(by, "Ann Okafor", email="ann@client.example", standing="client")
    key = keyed_hash(by.practice_id, FRIEND)
    page = blobs.keep(by.practice_id, PAGE, "text/html")
    consent.answered_yes(practice=by.practice, about="reply", person_key=key, page=page, choice={"wish": "yes"})
    return by, referrer, key


def _asked(by: Member, referrer: Contact, key: str) -> Grant:
    found, _secret = consent.ask(by=by, about="reply", person_key=key, recipient=referrer)
    return found


def _update(by: Member, referrer: Contact, grant: Grant | None) -> Message:
    about = grant.public_id if grant else "reply"
    return drafted(by, referrer, purpose="update", about=about, text="Ines Calloway and we have spoken.")


def test_without_consent_no_news_goes() -> None:
    by, referrer, key = _cast()
    for grant in (None, _asked(by, referrer, key)):
        message = outbox.send(by=by, message=_update(by, referrer, grant))
        assert (message.state, message.rule) == (MailState.HELD, "invariant-1")


def test_with_consent_it_goes_and_taken_back_it_does_not() -> None:
    by, referrer, key = _cast()
    grant = consent.grant(grant=_asked(by, referrer, key), scope=["spoke"], page=PAGE, choice={"scope": ["spoke"]})
    with Sink() as sink, sink_of(sink):
        assert outbox.send(by=by, message=_update(by, referrer, grant)).state == MailState.QUEUED
        sending.deliver()
        assert len(sink.ids()) == 1
        waiting = outbox.send(by=by, message=_update(by, referrer, grant))
        assert waiting.state == MailState.QUEUED
        consent.revoke(grant=grant)
        sending.deliver()
        assert len(sink.ids()) == 1
    waiting.refresh_from_db()
    assert waiting.state == MailState.HELD


def test_consent_for_one_referrer_is_none_for_another() -> None:
    by, referrer, key = _cast()
    other = make.contact(by, "Bo Lind", email="bo@client.example", standing="client")
    grant = consent.grant(grant=_asked(by, referrer, key), scope=["spoke"], page=PAGE, choice={"scope": ["spoke"]})
    assert outbox.send(by=by, message=_update(by, other, grant)).state == MailState.HELD
