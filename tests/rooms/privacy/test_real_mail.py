"""The whole way with a real mail server: link by mail, page, forgotten, and a receipt that is kept nowhere here."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from tests.mailhost import Sink
from tests.rooms.mail.outgoing import sink_of, writer
from tests.rooms.privacy import cast as people

from passalong.contacts import services as contacts
from passalong.core.models import Payload, RecordText
from passalong.mail.services import sending
from passalong.portal.views import privacy as views
from passalong.privacy.models import PrivacyLink
from passalong.privacy.services import asking

pytestmark = pytest.mark.django_db


def test_from_the_question_to_the_receipt() -> None:
    views.ASKED_ABOUT.forget()
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
    _only_the_sent_mail_is_kept_and_told(over)


def test_a_server_that_is_down_keeps_nobody_from_being_forgotten() -> None:
    views.ASKED_ABOUT.forget()
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
    _only_the_sent_mail_is_kept_and_told(over)


def _only_the_sent_mail_is_kept_and_told(page: str) -> None:
    """What was sent is kept by the profession's rule for its years; the page says so."""
    assert {place.partition(":")[0] for place in people.rows_with()} == {"core_blob.content", "core_payload.data"}
    said = [one.event.kind for one in Payload.objects.select_related("event") if people.MAIL in str(one.data)]
    assert said == ["mail:sent"]
    texts = [text.payload.event.kind for text in RecordText.objects.select_related("payload__event")]
    assert texts == ["mail:sent"]
    assert "mail:sent" in page
    assert re.search(r"Rule \S+, until .+\. Then it is deleted", page)
