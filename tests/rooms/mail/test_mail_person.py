"""What the room tells about a person, and that it forgets them: rows, bytes, and their name in letters to others."""

from __future__ import annotations

import pytest
from tests.mailhost import Sink
from tests.rooms.mail import letters
from tests.rooms.mail.outgoing import client, drafted, queued, sink_of, writer

from passalong.contacts.person import person_of
from passalong.core import erasing
from passalong.core.models import Blob, Event, RecordText
from passalong.mail import person as room
from passalong.mail.models import MailState, Message, Suppression
from passalong.mail.services import delivering, receiving, sending
from passalong.mail.services.suppression import is_suppressed, suppress

pytestmark = pytest.mark.django_db


def everything() -> str:
    rows = [str(list(model.objects.values())) for model in (Message, Suppression)]
    return "".join([*rows, *(str(bytes(one.content)) for one in Blob.objects.all())]).lower()


def test_both_sides_of_what_is_held_are_told():
    rowan = writer()
    ann = client(rowan)
    queued(rowan, ann, subject="Monday")
    suppress(rowan.practice_id, "ann@client.example", reason="unsubscribed")
    held = {one.what: one.rows for one in room.held_about(person_of(ann))}
    assert [row["Subject"] for row in held["Messages to you"]] == ["Monday"]
    assert held["Not written to any more"][0]["Stopped"] == "Everything"


def test_erasing_leaves_no_trace_but_the_fingerprint():
    rowan = writer()
    ann, bea = client(rowan), client(rowan, "Bea Lind", "bea@client.example")
    suppress(rowan.practice_id, "ann@client.example", reason="unsubscribed")
    drafted(rowan, ann)
    about = drafted(rowan, bea, text="Ann Okafor and I spoke.", people=[ann.public_id], purpose="update", key="about")
    named = drafted(rowan, bea, text="Dear Bea, I met Ann Okafor.", key="named")
    plain = drafted(rowan, bea, text="Dear Bea, see you.", key="plain")
    Message.objects.filter(pk=named.pk).update(state="sent")
    room.erase(person_of(ann))
    assert "okafor" not in everything()
    assert "ann@" not in everything()
    left = {one.key: one for one in Message.objects.all()}
    assert set(left) == {"named", "plain"}
    assert about.key not in left
    assert left["named"].mime is None
    assert left["named"].text == "Dear Bea, I met …."
    assert left["plain"].mime_id == plain.mime_id
    assert is_suppressed(rowan.practice_id, "ann@client.example")


def test_what_waits_for_somebody_erased_does_not_go():
    rowan = writer()
    ann = client(rowan)
    with Sink() as sink, sink_of(sink):
        queued(rowan, ann)
        room.erase(person_of(ann))
        assert sending.deliver() == 0
    assert sink.received == []


def test_messages_follow_a_merge():
    rowan = writer()
    ann, bea = client(rowan), client(rowan, "Bea Lind", "bea@client.example")
    message = drafted(rowan, ann)
    room.repoint(rowan.practice_id, ann.pk, bea.pk)
    message.refresh_from_db()
    assert message.contact == bea


def test_a_letter_to_somebody_else_that_names_who_was_erased_holds_up_nobody():
    rowan = writer()
    ann, bea = client(rowan), client(rowan, "Bea Lind", "bea@client.example")
    with Sink() as sink, sink_of(sink):
        named = queued(rowan, bea, text="Dear Bea, I met Ann Okafor.")
        plain = queued(rowan, client(rowan, "Cy Moss", "cy@client.example"))
        room.erase(person_of(ann))
        assert sending.deliver() == 1
    assert [one.recipients for one in sink.received] == [[plain.address]]
    named.refresh_from_db()
    assert (named.state, named.mime) == (MailState.CANCELLED, None)
    assert "Okafor" not in named.text


def test_a_letter_without_its_bytes_is_told_as_not_sent_and_the_next_goes():
    rowan = writer()
    with Sink() as sink, sink_of(sink):
        empty = queued(rowan)
        queued(rowan, client(rowan, "Bea Lind", "bea@client.example"))
        Message.objects.filter(pk=empty.pk).update(mime=None)
        assert sending.deliver() == 1
    empty.refresh_from_db()
    assert empty.state == MailState.FAILED
    assert empty.reason


def test_what_is_handed_over_while_its_person_is_erased_leaves_no_bytes():
    rowan = writer()
    ann = client(rowan)
    message = queued(rowan, ann)
    Message.objects.filter(pk=message.pk).update(state=MailState.HANDING, claim="here/1/a")
    message = Message.objects.select_related("practice", "contact", "mime", "written_by").get(pk=message.pk)
    content = delivering.final_bytes(message)
    room.erase(person_of(ann))
    assert not delivering.note_sent(message, "here/1/a", "250 ok", content)
    assert "ann@" not in everything()


def test_what_names_somebody_forgotten_during_its_hand_over_keeps_none_of_its_bytes():
    """To somebody else, who gets it: that it went is known, its words are not kept, here or in the record."""
    rowan = writer()
    ann, bea = client(rowan), client(rowan, "Bea Lind", "bea@client.example")
    message = queued(rowan, bea, text="Dear Bea, I met Ann Okafor.")
    Message.objects.filter(pk=message.pk).update(state=MailState.HANDING, claim="here/1/a")
    message = Message.objects.select_related("practice", "contact", "mime", "written_by").get(pk=message.pk)
    content = delivering.final_bytes(message)
    erasing.erase(person_of(ann), why="test")
    assert delivering.note_sent(message, "here/1/a", "250 ok", content)
    message.refresh_from_db()
    assert (message.state, message.mime) == (MailState.SENT, None)
    assert "okafor" not in everything()
    assert Event.objects.filter(kind="mail:sent", subject=message.public_id).exists()
    assert not RecordText.objects.filter(payload__event__subject=message.public_id, payload__event__kind="mail:sent")


def test_a_letter_that_names_them_in_its_headers_alone_loses_its_original():
    rowan = writer()
    ann, bea = client(rowan), client(rowan, "Bea Lind", "bea@client.example")
    message = drafted(rowan, bea)
    told = {"sender": "Bea <bea@client.example>", "in_reply_to": message.message_id}
    raw = letters.letter(text="See you.", cc="Ann Okafor <ann@client.example>", **told)
    found = receiving.receive(None, raw, via="test")
    plain = letters.letter(text="Fine.", message_id="<two@client.example>", **told)
    other = receiving.receive(None, plain, via="test")
    room.erase(person_of(ann))
    found.refresh_from_db()
    other.refresh_from_db()
    assert (found.raw, found.text) == (None, "See you.")
    assert other.raw is not None
    assert "ann@client" not in everything()


def test_an_address_of_other_letters_is_known_in_both_its_forms():
    rowan = writer()
    person = client(rowan, "Jo Bücher", "jo@bücher.example")
    message = drafted(rowan, "jo@bücher.example", key="idn", purpose="account")
    assert message.address == "jo@xn--bcher-kva.example"
    assert message in room._messages(person_of(person))
