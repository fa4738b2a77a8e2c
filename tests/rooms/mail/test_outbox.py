"""Draft, preview, send: what is previewed is what goes, once."""

from __future__ import annotations

import pytest
from tests import make
from tests.mailhost import Sink
from tests.rooms.mail.outgoing import drafted, queued, sink_of, writer

from passalong.core import blobs
from passalong.core.errors import Refused
from passalong.core.models import Event, RecordText
from passalong.mail.models import MailState, Message
from passalong.mail.services import outbox, sending

pytestmark = pytest.mark.django_db


def test_a_draft_goes_as_it_was_previewed():
    rowan = writer()
    with Sink() as sink, sink_of(sink):
        message = drafted(rowan)
        previewed = blobs.read(message.mime)
        outbox.send(by=rowan, message=message)
        assert sending.deliver() == 1
    message.refresh_from_db()
    assert (message.state, message.answer) == (MailState.SENT, "250 kept")
    (received,) = sink.received
    assert received.recipients == ["ann@client.example"]
    assert received.content.endswith(previewed)
    assert received.content[: -len(previewed)].startswith(b"Date: ")
    assert blobs.read(message.mime) == received.content
    assert received.parsed["From"] == "Rowan Pike via Harbour Wealth <hello@practice.example>"
    assert received.parsed["Reply-To"] == rowan.user.email


def test_the_record_keeps_the_bytes_that_went():
    rowan = writer()
    with Sink() as sink, sink_of(sink):
        message = queued(rowan)
        sending.deliver()
    event = Event.objects.get(kind="mail:sent")
    assert event.subject == message.public_id
    assert blobs.read(RecordText.objects.get(payload__event=event).blob) == sink.received[0].content
    assert message.contact.public_id in event.payload.people.values_list("person", flat=True)


def test_the_same_key_is_the_same_message():
    rowan = writer()
    one = drafted(rowan, key="thanks 1")
    assert drafted(rowan, one.contact, key="thanks 1", subject="Other words").pk == one.pk
    assert Message.objects.get().subject == "Our meeting"


def test_sending_twice_sends_once():
    rowan = writer()
    with Sink() as sink, sink_of(sink):
        message = queued(rowan)
        outbox.send(by=rowan, message=message)
        sending.deliver()
        outbox.send(by=rowan, message=message)
        sending.deliver()
    assert len(sink.received) == 1


def test_what_was_sent_can_be_taken_back_for_a_moment():
    rowan = writer()
    with Sink() as sink, sink_of(sink, MAIL_UNDO_SECONDS=20):
        message = queued(rowan)
        assert sending.deliver() == 0
        outbox.cancel(by=rowan, message=message)
    assert message.state == MailState.CANCELLED
    with pytest.raises(Refused, match="gone already"):
        outbox.cancel(by=rowan, message=message)


def test_nobody_sends_anothers_message():
    message = drafted(writer())
    other = make.member()
    for act in (outbox.send, outbox.cancel):
        with pytest.raises(Refused, match="another practice"):
            act(by=other, message=message)
