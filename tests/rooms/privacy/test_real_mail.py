"""The whole way with a real mail server: link by mail, page, forgotten, and a receipt that is kept nowhere here."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from tests.mailhost import Sink
from tests.rooms.mail.outgoing import sink_of, writer
from tests.rooms.privacy import cast as people

from passalong.contacts import services as contacts
from passalong.core import clock
from passalong.core.models import Payload, RecordText
from passalong.mail.models import MailState, Message
from passalong.mail.services import sending
from passalong.privacy.models import PrivacyLink
from passalong.privacy.services import asking
from passalong.privacy.tasks import tidy

pytestmark = pytest.mark.django_db


def test_from_the_question_to_the_receipt() -> None:
    rowan = writer("Ash, Älder & Co.")
    contacts.add_contact(by=rowan, full_name=people.NAME, emails=[people.MAIL], phones=[people.WRITTEN])
    browser = Client()
    with Sink() as sink, sink_of(sink):
        browser.post("/privacy/", {"address": people.MAIL})
        asking.look_up(link_id=PrivacyLink.objects.get().pk)
        assert sending.deliver() == 1
        letter = sink.received[0].parsed
        found = re.search(r"https://refer\.practice\.example(/privacy/\S+)", letter.get_body(("plain",)).get_content())
        assert found
        shown = browser.post(found[1], {"act": "show"}).content.decode()
        page = re.search(r'name="page"\s+value="([\w-]+)"', shown)
        assert page
        over = browser.post(found[1], {"act": "forget_now", "page": page[1]}).content.decode()
        assert "A receipt with this list is on its way" in over
        assert [one.recipients for one in sink.received] == [[people.MAIL], [people.MAIL]]
        receipt = sink.received[1].parsed
    assert receipt["Date"]
    assert receipt["Auto-Submitted"] == "auto-generated"
    assert "has forgotten you" in receipt.get_body(("plain",)).get_content()
    _nothing_is_kept(over)


def test_a_server_that_is_down_keeps_nobody_from_being_forgotten() -> None:
    rowan = writer()
    contacts.add_contact(by=rowan, full_name=people.NAME, emails=[people.MAIL])
    link = asking.ask(practice=rowan.practice, address=people.MAIL)
    with Sink() as sink, sink_of(sink):
        asking.look_up(link_id=link.pk)
        sending.deliver()
        token = re.search(r"/privacy/([\w-]+)", sink.received[0].parsed.get_body(("plain",)).get_content())
    assert token
    path = f"/privacy/{token[1]}"
    page = re.search(r'name="page"\s+value="([\w-]+)"', Client().post(path, {"act": "show"}).content.decode())
    assert page
    with sink_of(sink):  # which is stopped by now
        over = Client().post(path, {"act": "forget_now", "page": page[1]}).content.decode()
    assert "No receipt could be mailed" in over
    _nothing_is_kept(over)


def _nothing_is_kept(page: str) -> None:
    """The letter with the link is no record of business: no rule keeps it, and it goes with its person."""
    assert people.rows_with() == []
    assert not RecordText.objects.exists()
    assert "mail:sent" not in page


def test_the_secret_of_a_link_is_nowhere_a_day_after_it_went(settings: Any) -> None:
    rowan = writer()
    contacts.add_contact(by=rowan, full_name=people.NAME, emails=[people.MAIL])
    link = asking.ask(practice=rowan.practice, address=people.MAIL)
    with Sink() as sink, sink_of(sink):
        asking.look_up(link_id=link.pk)
        assert sending.deliver() == 1
    found = re.search(r"/privacy/([\w-]{20,})", Message.objects.get().text)
    assert found
    event = Payload.objects.get(event__kind="mail:sent")
    assert not RecordText.objects.exists()
    assert people.MAIL not in str(event.data)
    tidy.func()
    assert people.rows_with((found[1].lower(),))  # it works for a day
    settings.CLOCK_OFFSET = 25 * 3600
    tidy.func()
    assert people.rows_with((found[1].lower(),)) == []
    assert Message.objects.get().state == MailState.SENT


def test_a_link_that_could_not_go_within_its_day_does_not_go_any_more(settings: Any) -> None:
    rowan = writer()
    contacts.add_contact(by=rowan, full_name=people.NAME, emails=[people.MAIL])
    link = asking.ask(practice=rowan.practice, address=people.MAIL)
    asking.look_up(link_id=link.pk)
    Message.objects.update(state=MailState.HELD, ended_at=clock.now())
    settings.CLOCK_OFFSET = 25 * 3600
    asking.tidy()
    message = Message.objects.get()
    assert (message.state, message.text, message.mime) == (MailState.CANCELLED, "", None)
