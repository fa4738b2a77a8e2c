"""Invariant 8: suppression beats everything, survives erasure and import, and is checked when a message leaves."""

from __future__ import annotations

import pytest
from tests import make
from tests.mailhost import Sink
from tests.rooms.mail.outgoing import client, queued, sink_of, writer

from passalong.contacts import services as contacts
from passalong.contacts.models import Contact
from passalong.contacts.person import person_of
from passalong.core import erasing
from passalong.mail.models import MailPurpose, MailState
from passalong.mail.services import sending
from passalong.mail.services.gate import before_writing
from passalong.mail.services.suppression import is_suppressed, suppress

pytestmark = pytest.mark.django_db(transaction=True)

ADDRESS = "ann@client.example"
EVERY = [purpose for purpose in MailPurpose if purpose != MailPurpose.PRIVACY]


@pytest.mark.parametrize("purpose", EVERY)
def test_who_asked_to_be_left_alone_is_written_to_for_no_purpose(purpose: str) -> None:
    by = writer()
    person = client(by, email=ADDRESS)
    suppress(by.practice_id, "ANN@Client.Example", reason="asked")
    message = queued(by, person, purpose=purpose)
    assert (message.state, message.rule) == (MailState.HELD, "suppression")


def test_who_left_by_one_address_is_not_written_to_at_another() -> None:
    by = writer()
    person = make.contact(by, "Jun Abe", email="jun@work.example", standing="client")
    contacts.edit_contact(
        by=by, contact=person, full_name="Jun Abe", emails=["jun@work.example", "jun@home.example"], phones=()
    )
    suppress(by.practice_id, "jun@home.example", reason="bounced")
    assert before_writing(person, "jun@work.example").may
    assert not before_writing(person, "jun@home.example").may
    suppress(by.practice_id, "jun@home.example", reason="unsubscribed")
    assert before_writing(person, "jun@work.example").rule == "suppression"


def test_it_is_asked_again_at_the_moment_of_leaving() -> None:
    by = writer()
    with Sink() as sink, sink_of(sink):
        message = queued(by, client(by, email=ADDRESS))
        assert message.state == MailState.QUEUED
        suppress(by.practice_id, ADDRESS, reason="asked")
        sending.deliver()
        assert sink.ids() == []
    message.refresh_from_db()
    assert message.state == MailState.HELD


def test_it_outlives_erasure_and_a_new_entry() -> None:
    by = writer()
    person = client(by, email=ADDRESS)
    suppress(by.practice_id, ADDRESS, reason="asked")
    erasing.erase(person_of(person), why="asked")
    assert not Contact.objects.filter(practice=by.practice).exists()
    assert is_suppressed(by.practice_id, ADDRESS)
    again = make.contact(by, "Ann Okafor", email=ADDRESS, standing="client")
    assert queued(by, again).state == MailState.HELD
