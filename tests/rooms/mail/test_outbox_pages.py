"""Writing from a person's page, looking, sending, taking back; lists; who is not written to."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from tests import make
from tests.mailhost import Sink
from tests.rooms.mail.outgoing import client, drafted, queued, sink_of, writer

from passalong.core import clock
from passalong.core.errors import Refused
from passalong.mail.models import MailState, Message, Suppression
from passalong.mail.services import bounces, composing, outbox, sending
from passalong.mail.services.suppression import suppress

pytestmark = pytest.mark.django_db


def page(browser, name: str, *args: str) -> str:
    answer = browser.get(reverse(f"mail:{name}", args=args))
    assert answer.status_code == 200
    return answer.content.decode()


def test_from_the_persons_page_to_the_mail_server():
    rowan = writer()
    ann = client(rowan)
    browser = make.browser(rowan)
    url = reverse("mail:write", args=[ann.public_id])
    assert url in browser.get(reverse("desk:person", args=[ann.public_id])).content.decode()
    form = browser.get(url).context["form"]
    sent = {
        "to": "ann@client.example",
        "subject": "Monday",
        "text": "Dear Ann,\r\nsee https://practice.example/map <b>",
        "key": form["key"].value(),
    }
    for _twice in range(2):
        answer = browser.post(url, sent)
        assert answer.status_code == 302
    message = Message.objects.get()
    shown = page(browser, "message", message.public_id)
    assert "Rowan Pike via Harbour Wealth" in shown
    assert 'sandbox="' in shown or " sandbox" in shown
    body = browser.get(reverse("mail:body", args=[message.public_id]))
    assert body["Content-Security-Policy"].startswith("sandbox;")
    assert "allow" not in body["Content-Security-Policy"]
    assert b'<a href="https://practice.example/map">' in body.content
    assert b"&lt;b&gt;" in body.content
    with Sink() as sink, sink_of(sink):
        browser.post(reverse("mail:send", args=[message.public_id]))
        sending.deliver()
    assert str(sink.received[0].parsed["Subject"]) == "Monday"
    assert "As it went" in page(browser, "message", message.public_id)
    assert "Monday" in browser.get(reverse("desk:person", args=[ann.public_id])).content.decode()


def test_why_it_may_not_go_is_told_before_anything_is_sent():
    rowan = writer()
    stranger = make.contact(rowan, "Sam Stone", email="sam@client.example")
    message = drafted(rowan, stranger)
    shown = page(make.browser(rowan), "message", message.public_id)
    assert "has not asked to be contacted" in shown
    assert reverse("mail:send", args=[message.public_id]) not in shown
    after = make.browser(rowan).post(reverse("mail:send", args=[message.public_id]), follow=True).content.decode()
    message.refresh_from_db()
    assert (message.state, message.rule) == (MailState.HELD, "M16.own-yes")
    assert after.count(message.reason) == 1, "the page says why, and the word on what was pressed does not say it again"
    assert "It did not go." in after


def test_other_words_for_a_draft_make_other_bytes():
    rowan = writer()
    message = drafted(rowan)
    browser = make.browser(rowan)
    browser.post(reverse("mail:edit", args=[message.public_id]), {"subject": "Tuesday", "text": "Better on Tuesday."})
    assert "Better on Tuesday." in page(browser, "message", message.public_id)
    answer = browser.post(reverse("mail:edit", args=[message.public_id]), {"subject": "x\u202ey", "text": "z"})
    assert answer.status_code == 422


def test_taken_back_within_the_moment(settings):
    settings.MAIL_UNDO_SECONDS = 20
    rowan = writer()
    message = queued(rowan)
    browser = make.browser(rowan)
    assert "Take it back" in page(browser, "message", message.public_id)
    browser.post(reverse("mail:cancel", args=[message.public_id]))
    message.refresh_from_db()
    assert message.state == MailState.CANCELLED


def test_what_was_taken_back_becomes_a_draft_again_and_goes_once(settings):
    rowan = writer()
    ann = client(rowan)
    browser = make.browser(rowan)
    with Sink() as sink, sink_of(sink, MAIL_UNDO_SECONDS=20):
        message = queued(rowan, ann, key="k", people=["somebody"])
        browser.post(reverse("mail:cancel", args=[message.public_id]))
        assert "Make it a draft again" in page(browser, "message", message.public_id)
        browser.post(reverse("mail:again", args=[message.public_id]))
        message.refresh_from_db()
        assert (message.state, message.ended_at) == (MailState.DRAFT, None)
        browser.post(reverse("mail:again", args=[message.public_id]))
        browser.post(reverse("mail:send", args=[message.public_id]))
        with time_machine.travel(clock.now() + timedelta(minutes=1)):
            assert sending.deliver() == 1
        assert sink.ids() == [message.message_id]
    assert Message.objects.count() == 1


def test_only_what_was_taken_back_and_has_its_words_becomes_a_draft_again():
    rowan = writer()
    ann = client(rowan)
    sent, wordless = drafted(rowan, ann, key="a"), drafted(rowan, ann, key="b")
    question, notice = (drafted(rowan, ann, key=one, purpose=one) for one in ("consent_ask", "notice"))
    Message.objects.update(state="cancelled")
    Message.objects.filter(pk=sent.pk).update(state="sent")
    Message.objects.filter(pk=wordless.pk).update(mime=None)
    browser = make.browser(rowan)
    for one in (sent, wordless, question, notice):
        assert "Make it a draft again" not in page(browser, "message", one.public_id)
        with pytest.raises(Refused, match="cannot be taken up again"):
            composing.write_again(by=rowan, message=one)
    with pytest.raises(Refused, match="another practice"):
        composing.write_again(by=writer("Other"), message=wordless)


def test_what_came_back_stands_on_the_messages_page():
    rowan = writer()
    message = drafted(rowan)
    Message.objects.update(state="sent")
    assert "5.1.1" not in page(make.browser(rowan), "message", message.public_id)
    bounces.note(message, "hard", status="5.1.1", said="550 5.1.1 no such user")
    shown = page(make.browser(rowan), "message", message.public_id)
    assert "The address does not exist (5.1.1)" in shown
    assert "no such user" in shown


def test_the_unknown_one_is_told_and_settled_by_a_person():
    rowan = writer()
    message = queued(rowan)
    Message.objects.update(state="unknown")
    browser = make.browser(rowan)
    shown = page(browser, "message", message.public_id)
    assert "Nobody can know it from here" in shown
    browser.post(reverse("mail:settle", args=[message.public_id]), {"went": "yes"})
    message.refresh_from_db()
    assert message.state == MailState.SENT


def test_the_unknown_one_can_be_left_at_that():
    rowan = writer()
    message = queued(rowan)
    Message.objects.update(state="unknown", reason="The program ended.")
    browser = make.browser(rowan)
    browser.post(reverse("mail:cancel", args=[message.public_id]))
    message.refresh_from_db()
    assert message.state == MailState.CANCELLED
    shown = page(browser, "message", message.public_id)
    assert "It is left at that. The program ended." in shown


def test_the_list_has_groups_and_a_pager():
    rowan = writer()
    ann = client(rowan)
    for number in range(55):
        drafted(rowan, ann, key=str(number), subject=f"Letter {number:03}")
    outbox.send(by=rowan, message=Message.objects.first())
    browser = make.browser(rowan)
    assert page(browser, "outbox").count("Letter ") == 50
    waiting = browser.get(reverse("mail:outbox") + "?group=waiting").content.decode()
    assert waiting.count("Letter ") == 1
    assert "Letter 007" in browser.get(reverse("mail:outbox") + "?q=007").content.decode()


def test_an_empty_outbox_says_what_it_is_for():
    assert "write the first one" in page(make.browser(writer()), "outbox")


def test_the_list_of_those_not_written_to_names_nobody_and_answers_about_one():
    rowan = writer()
    browser = make.browser(rowan)
    url = reverse("mail:suppressions")
    answer = browser.post(url, {"act": "add", "add-address": "ann@client.example", "add-scope": "all"})
    assert answer.status_code == 302
    assert Suppression.objects.get().by == rowan.public_id
    shown = page(browser, "suppressions")
    assert "Entered by hand" in shown
    assert "ann@client.example" not in shown
    for address, said in (
        ("ANN@client.example", "Nothing goes to this address."),
        ("bea@client.example", "not on the list"),
        ("not an address", "Give one mail address"),
    ):
        assert said in browser.post(url, {"act": "ask", "ask-address": address}).content.decode()
    suppress(make.member().practice_id, "cy@client.example", reason="bounced")
    assert "not on the list" in browser.post(url, {"act": "ask", "ask-address": "cy@client.example"}).content.decode()


def test_rules_that_changed_hold_what_waits():
    rowan = writer()
    message = queued(rowan)
    message.contact.standings.all().delete()
    assert outbox.rejudge(rowan.practice_id) == 1
    message.refresh_from_db()
    assert message.state == MailState.HELD
    assert outbox.rejudge(rowan.practice_id) == 0
