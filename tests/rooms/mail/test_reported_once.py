"""A client's report opens one personal message; in Europe its foot tells what is kept, and that ends the clock."""

from __future__ import annotations

from datetime import date

import pytest
from tests import make
from tests.mailhost import Sink
from tests.rooms.mail.outgoing import client, queued, sink_of, writer

from passalong.accounts.models import Member
from passalong.compliance.models import Grant
from passalong.compliance.services import consent
from passalong.contacts import resting
from passalong.contacts.models import Contact
from passalong.contacts.services import note_given
from passalong.core import blobs
from passalong.mail.models import Inbound, MailState, Verdict
from passalong.mail.services import sending
from passalong.privacy.models import Notice, NoticeWay

pytestmark = pytest.mark.django_db(transaction=True)
FRIEND = "ben@friend.example"


@pytest.fixture
def owner() -> Member:
    return writer()


@pytest.fixture
def ben(owner: Member) -> Contact:
    found = make.contact(owner, "Ben Mori", email=FRIEND)
    consent.grant_reported(
        by=owner, person=found, told_by=client(owner), words="He would like to hear.", on=date(2026, 5, 4)
    )
    note_given(by=owner, contact=found, reach=FRIEND)
    return found


def test_the_second_message_waits_for_the_persons_own_word(owner: Member, ben: Contact) -> None:
    assert queued(owner, ben).state == MailState.QUEUED
    second = queued(owner, ben)
    assert (second.state, second.rule) == (MailState.HELD, "M16.reported-once")
    raw = blobs.keep(owner.practice_id, b"x", "message/rfc822")
    said = {"sender": FRIEND, "verdict": Verdict.MATCHED, "size": 1, "likeness": "x", "keep_until": date(2100, 1, 1)}
    Inbound.objects.create(practice=owner.practice, raw=raw, contact=ben, **said)
    assert queued(owner, ben).state == MailState.QUEUED, "they wrote themselves"


def test_the_same_client_saying_it_again_opens_no_further_message(owner: Member, ben: Contact) -> None:
    told_by = Grant.objects.get(person=ben).told_by
    assert told_by is not None
    assert queued(owner, ben).state == MailState.QUEUED
    consent.grant_reported(by=owner, person=ben, told_by=told_by, words="He would still like it.", on=date(2026, 5, 5))
    assert queued(owner, ben).rule == "M16.reported-once"


def test_an_own_yes_opens_what_a_report_does_not(owner: Member, ben: Contact) -> None:
    from passalong.introductions.services.replies import person_key

    queued(owner, ben)
    key = person_key(owner.practice_id, FRIEND, "US")
    consent.answered_yes(practice=owner.practice, about="reply", person_key=key, page=None, choice={"wish": "yes"})
    assert queued(owner, ben).state == MailState.QUEUED


def test_in_europe_the_first_message_tells_what_is_kept_and_the_clock_ends(owner: Member, ben: Contact) -> None:
    owner.practice.country = "DE"
    owner.practice.save()
    ben.refresh_from_db()
    assert resting.told_by(ben) is not None
    with Sink() as sink, sink_of(sink):
        message = queued(owner, ben)
        assert resting.told_by(ben) is not None, "it has not gone yet"
        sending.deliver()
    body = sink.received[0].parsed.get_body(("plain",))
    words = body.get_content() if body else ""
    assert "from somebody we work for" not in words, "it was entered by hand"
    assert "Art. 6(1)(f) GDPR" in words
    message.refresh_from_db()
    assert message.state == MailState.SENT
    notice = Notice.objects.get(contact=ben)
    assert (notice.how, notice.message) == (NoticeWay.FIRST_MESSAGE, message.public_id)
    assert resting.told_by(ben) is None
    assert notice.text is not None
    assert "legitimate interest" in blobs.read(notice.text).decode()


def test_a_message_that_did_not_tell_it_ends_no_clock(owner: Member, ben: Contact) -> None:
    """Its bytes were fixed before it was known that they live in Europe."""
    with Sink() as sink, sink_of(sink):
        queued(owner, ben)
        Contact.objects.filter(pk=ben.pk).update(country="DE")
        sending.deliver()
        assert "GDPR" not in str(sink.received[0].parsed)
    ben.refresh_from_db()
    assert not Notice.objects.exists()
    assert resting.told_by(ben) is not None


def test_elsewhere_nothing_stands_below(owner: Member, ben: Contact) -> None:
    message = queued(owner, ben)
    assert message.mime is not None
    assert b"GDPR" not in blobs.read(message.mime)
