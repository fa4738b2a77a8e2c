"""Who must not be written to: checked twice, kept as a hash, lifted by nobody here."""

from __future__ import annotations

import pytest
from tests.mailhost import Sink
from tests.rooms.mail.outgoing import client, drafted, queued, sink_of, writer

from passalong.compliance.services import consent
from passalong.contacts.models import ContactPoint
from passalong.core import blobs
from passalong.core.errors import Refused
from passalong.core.keyed import keyed_hash
from passalong.core.models import Event, Tombstone
from passalong.mail.models import MailPurpose, MailState, Suppression
from passalong.mail.services import outbox, sending
from passalong.mail.services.gate import judge
from passalong.mail.services.suppression import has_left, is_suppressed, reinsert, suppress

pytestmark = pytest.mark.django_db
ADDRESS = "ann@client.example"


def test_nothing_readable_is_kept_and_a_stone_is_laid():
    rowan = writer()
    row = suppress(rowan.practice_id, ADDRESS, reason="by_hand", by=rowan)
    suppress(rowan.practice_id, ADDRESS.upper(), reason="bounced")
    assert Suppression.objects.get() == row
    stone = Tombstone.objects.get()
    assert (stone.kind, stone.keys, stone.detail["scope"]) == ("suppressed", [row.key], "all")
    for kept in (row.__dict__, stone.__dict__, Event.objects.get(kind="mail:suppressed").payload.data):
        assert "ann" not in str(kept).lower()


def test_it_is_known_again_in_every_spelling():
    practice = writer().practice_id
    suppress(practice, "Ann@Bücher.example", reason="unsubscribed")
    for spelled in ("ann@bücher.example", "ANN@xn--bcher-kva.example", "ann@BÜCHER.EXAMPLE"):
        assert is_suppressed(practice, spelled)
    assert not is_suppressed(practice, "bea@bücher.example")
    assert not is_suppressed(writer().practice_id, "ann@bücher.example")


def test_whoever_stops_the_news_still_gets_answers_and_who_stops_all_gets_no_news():
    practice = writer().practice_id
    suppress(practice, ADDRESS, scope="news", reason="unsubscribed")
    assert is_suppressed(practice, ADDRESS, "news")
    assert not is_suppressed(practice, ADDRESS)
    suppress(practice, "bea@client.example", reason="unsubscribed")
    assert is_suppressed(practice, "bea@client.example", "news")


@pytest.mark.parametrize("purpose", list(MailPurpose))
def test_it_beats_every_purpose_but_the_answer_to_a_privacy_request(purpose):
    rowan = writer()
    message = drafted(rowan, purpose=purpose)
    suppress(rowan.practice_id, ADDRESS, reason="unsubscribed")
    gate = judge(message)
    assert gate.rule == ("" if purpose == MailPurpose.PRIVACY else "suppression")


def test_a_new_contact_or_a_new_key_does_not_lift_it():
    rowan = writer()
    suppress(rowan.practice_id, ADDRESS, reason="unsubscribed")
    with Sink() as sink, sink_of(sink):
        message = queued(rowan, client(rowan))  # the same address comes back by an import or another referral
        assert (message.state, message.rule) == (MailState.HELD, "suppression")
        message = outbox.send(by=rowan, message=message)
        assert message.state == MailState.HELD
        sending.deliver()
    assert sink.received == []


def test_a_restored_backup_learns_it_again():
    practice = writer().practice_id
    row = suppress(practice, ADDRESS, scope="news", reason="complained")
    detail, key = {"scope": "news", "reason": "complained"}, row.key
    row.delete()
    assert reinsert(practice, [key], detail=detail, at=None) == 1
    assert reinsert(practice, [key], detail=detail, at=None) == 0
    assert is_suppressed(practice, ADDRESS, "news")


@pytest.mark.parametrize("address", ["", "nobody", "a@b", "x" * 64 + "@"])
def test_no_address_no_row(address):
    with pytest.raises(Refused):
        suppress(writer().practice_id, address, reason="by_hand")


def test_a_restored_backup_learns_that_a_dead_address_became_a_wish():
    rowan = writer()
    row = suppress(rowan.practice_id, ADDRESS, reason="bounced")
    reinsert(rowan.practice_id, [row.key], detail={"scope": "all", "reason": "objected"}, at=None)
    assert has_left(rowan.practice_id, [ADDRESS, "ann@second.example"])
    reinsert(rowan.practice_id, [row.key], detail={"scope": "all", "reason": "bounced"}, at=None)
    assert has_left(rowan.practice_id, [ADDRESS, "ann@second.example"])


def test_another_address_on_the_card_does_not_lift_the_wish_that_came_by_the_one_before():
    rowan = writer()
    ann = client(rowan)
    drafted(rowan, ann)
    suppress(rowan.practice_id, "ann@client.example", reason="unsubscribed")
    ann.points.all().delete()
    ContactPoint.objects.create(
        practice=rowan.practice, contact=ann, kind="email", value="ann@new.example", key="ann@new.example"
    )
    gate = judge(drafted(rowan, ann))
    assert (gate.may, gate.rule) == (False, "suppression")


def test_who_said_yes_with_a_domain_of_other_letters_may_be_asked():
    rowan = writer()
    spelled = "jo@bücher.example"
    page = blobs.keep(rowan.practice_id, b"a kit's page", "text/html")
    key = keyed_hash(rowan.practice_id, spelled)
    consent.answered_yes(practice=rowan.practice, about="reply1", person_key=key, page=page, choice={"wish": "yes"})
    asked = drafted(rowan, spelled, purpose="consent_ask", key="asked")
    assert asked.address == "jo@xn--bcher-kva.example"
    assert outbox.send(by=rowan, message=asked).state == "queued"
    nobody = drafted(rowan, "other@bücher.example", purpose="consent_ask", key="nobody")
    assert outbox.send(by=rowan, message=nobody).rule == "M16.own-yes"
