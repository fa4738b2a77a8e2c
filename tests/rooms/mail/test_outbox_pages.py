"""Writing from a person's page, looking, sending, taking back; lists; who is not written to."""

from __future__ import annotations

import pytest
from django.urls import reverse
from tests import make
from tests.mailhost import Sink
from tests.rooms.mail.outgoing import client, drafted, queued, sink_of, writer

from passalong.mail.models import MailState, Message, Suppression
from passalong.mail.services import outbox, sending
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
    make.browser(rowan).post(reverse("mail:send", args=[message.public_id]))
    message.refresh_from_db()
    assert (message.state, message.rule) == (MailState.HELD, "M16.own-yes")


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


def test_the_unknown_one_is_told_and_settled_by_a_person():
    rowan = writer()
    message = queued(rowan)
    Message.objects.update(state="unknown")
    browser = make.browser(rowan)
    shown = page(browser, "message", message.public_id)
    assert "nobody can know it from here" in shown
    browser.post(reverse("mail:settle", args=[message.public_id]), {"went": "yes"})
    message.refresh_from_db()
    assert message.state == MailState.SENT


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
