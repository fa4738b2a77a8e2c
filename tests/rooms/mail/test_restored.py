"""After a backup was brought back nothing goes by itself that may have gone before."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.urls import reverse
from tests import make
from tests.mailhost import Sink
from tests.rooms.mail.outgoing import client, drafted, queued, sink_of, writer

from passalong.core import clock
from passalong.mail.models import MailState, Message
from passalong.mail.services import outbox, restored, sending
from passalong.mail.services.suppression import suppress

pytestmark = pytest.mark.django_db
MADE = datetime(2026, 5, 3, 2, 15, tzinfo=UTC)


def states() -> list[str]:
    return list(Message.objects.order_by("pk").values_list("state", flat=True))


def test_what_waited_goes_only_when_somebody_says_so():
    rowan = writer()
    ann, bea = client(rowan), client(rowan, "Bea Lind", "bea@client.example")
    with Sink() as sink, sink_of(sink):
        going = [queued(rowan, ann, subject=str(number)) for number in range(3)]
        left = queued(rowan, bea)
        link = queued(rowan, bea, purpose="privacy")
        assert restored.stop(MADE) == 5
        assert sending.deliver() == 0
        suppress(rowan.practice_id, "bea@client.example", reason="unsubscribed")
        browser = make.browser(rowan)
        shown = browser.get(reverse("mail:outbox")).content.decode()
        assert "4 messages stand here" in shown
        shown = browser.get(reverse("mail:message", args=[left.public_id])).content.decode()
        assert "Restored from a backup of 3 May 2026" in shown
        outbox.settle(by=rowan, message=going[0], went=True)
        browser.post(reverse("mail:let_go"))
        assert sending.deliver() == 2
        assert "A backup was restored" not in browser.get(reverse("mail:outbox")).content.decode()
    assert sink.ids() == [going[1].message_id, going[2].message_id]
    link.refresh_from_db()
    assert link.state == MailState.UNKNOWN  # the page it opens has ended: it is not let go with the others
    assert states()[:4] == [MailState.SENT, MailState.SENT, MailState.SENT, MailState.HELD]


def test_a_thank_you_the_clock_drafts_anew_is_held_for_a_day():
    """The backup is older than the thank-you: by what it holds nobody can know that it went."""
    rowan = writer()
    with Sink() as sink, sink_of(sink):
        restored.stop(MADE)
        thanks = outbox.send(by=None, message=drafted(rowan, purpose="thanks", key="thanks"))
        assert (thanks.state, thanks.rule) == (MailState.HELD, restored.RULE)
        by_hand = drafted(rowan, client(rowan, "Bea Lind", "bea@client.example"), key="hand")
        assert outbox.send(by=rowan, message=by_hand).state == MailState.QUEUED
        asked = outbox.send(by=None, message=drafted(rowan, by_hand.contact, purpose="privacy", key="asked"))
        assert asked.state == MailState.QUEUED
        assert sending.deliver() == 2
        assert outbox.let_go(by=rowan) == 1
        assert sending.deliver() == 1
        with time_machine.travel(clock.now() + restored.CATCHES_UP + timedelta(minutes=1)):
            late = drafted(rowan, by_hand.contact, purpose="thanks", key="late")
            assert outbox.send(by=None, message=late).state == MailState.QUEUED


def test_another_practices_mail_is_not_let_go():
    rowan = writer()
    queued(rowan)
    restored.stop(MADE)
    assert outbox.let_go(by=writer("Other")) == 0
    assert states() == [MailState.UNKNOWN]
