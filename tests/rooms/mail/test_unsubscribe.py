"""Leaving by the link in a message: by POST, from anywhere, without a cookie; never by looking."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from tests import make
from tests.mailhost import Sink
from tests.rooms.mail.outgoing import client, drafted, queued, sink_of, writer

from passalong.contacts.person import person_of
from passalong.core import clock
from passalong.mail import addresses
from passalong.mail import person as mail
from passalong.mail.models import Message, Suppression
from passalong.mail.services import sending
from passalong.mail.services.suppression import is_suppressed

pytestmark = pytest.mark.django_db
SCANNERS = [
    "Mozilla/5.0",
    "Barracuda Sentinel (EE)",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/120.0 Safari/537.36 SafeLinks",
    "Proofpoint URL Defense",
    "Slackbot-LinkExpanding 1.0",
    "",
]


def sent(purpose: str = "thanks") -> Message:
    rowan = writer()
    return drafted(rowan, purpose=purpose)


def path(message: Message) -> str:
    return f"/u/{addresses.unsubscribe_token(message)}"


def test_one_click_as_mail_programs_do_it():
    rowan = writer()
    with Sink() as sink, sink_of(sink):
        queued(rowan, purpose="thanks")
        sending.deliver()
    link = re.search(r"<https://refer\.practice\.example(/u/[^>]+)>", str(sink.received[0].parsed["List-Unsubscribe"]))
    strict = Client(enforce_csrf_checks=True)
    answer = strict.post(link[1], {"List-Unsubscribe": "One-Click"}, headers={"Origin": "https://mail.example"})
    assert answer.status_code == 200
    assert "Location" not in answer
    assert not answer.cookies
    assert is_suppressed(rowan.practice_id, "ann@client.example")


def test_urlencoded_is_taken_too_and_twice_is_once():
    message = sent()
    for _time in range(2):
        answer = Client().post(
            path(message), "List-Unsubscribe=One-Click", content_type="application/x-www-form-urlencoded"
        )
        assert answer.status_code == 200
    assert Suppression.objects.get().message == message.public_id


def test_scanners_change_nothing_however_often_they_look():
    message = sent()
    for agent in SCANNERS:
        for ask in (Client().get, Client().head):
            answer = ask(path(message), headers={"User-Agent": agent})
            assert answer.status_code == 200
            assert not answer.cookies
    assert not Suppression.objects.exists()
    page = Client().get(path(message)).content.decode()
    assert 'method="post"' in page
    assert "csrf" not in page


def test_the_link_works_for_years_and_when_all_else_is_gone():
    message = sent()
    link, practice = path(message), message.practice_id
    mail.erase(person_of(message.contact))
    assert not Message.objects.exists()
    with time_machine.travel(clock.now() + timedelta(days=3650)):
        assert Client().post(link).status_code == 200
    assert is_suppressed(practice, "ann@client.example")


def test_news_stops_alone_or_with_everything():
    message = sent("news")
    Client().post(path(message))
    assert (is_suppressed(message.practice_id, message.address), Suppression.objects.get().scope) == (False, "news")
    Client().post(path(message), {"scope": "all"})
    assert is_suppressed(message.practice_id, message.address)


def test_foreign_altered_and_made_up_tokens_get_the_same_page_and_do_nothing():
    message = sent()
    token = addresses.unsubscribe_token(message)
    other = addresses.unsubscribe_token(drafted(writer(), purpose="thanks"))
    mixed = token.partition(".")[0] + "." + other.partition(".")[2]
    false_ones = (token[:-2] + "AA", "x" + token, "nothing", "." * 30, "%00", mixed, "a" * 3000)
    looked = {Client().get(f"/u/{false}").content for false in false_ones}
    posted = {Client().post(f"/u/{false}").content for false in false_ones}
    assert not Suppression.objects.exists()
    assert looked == {Client().get(f"/u/{token}").content}
    assert posted == {Client().post(f"/u/{token}").content}
    assert Suppression.objects.count() == 1


def test_a_token_to_leave_opens_nothing_else_and_no_other_token_leaves():
    message = sent()
    token = addresses.unsubscribe_token(message)
    for place in ("k", "pass", "consent", "privacy", "enter", "join", "welcome"):
        assert Client().get(f"/{place}/{token}", follow=True).status_code in (400, 404, 410)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("django.conf.settings.MAIL_INBOX", "inbox@practice.example", raising=False)
        reply = addresses.tag_of(addresses.reply_address(message))
        bounce = addresses.tag_of(addresses.bounce_address(message))
        leave = addresses.tag_of(addresses.unsubscribe_address(message))
    assert addresses.read(reply).purpose == "reply"
    assert addresses.read(reply.upper()) == addresses.Token("reply", message.public_id)
    assert addresses.read("b" + reply[1:]) is None
    for false in (reply, bounce):
        Client().post(f"/u/{false}")
    assert not Suppression.objects.exists()
    with time_machine.travel(clock.now() + timedelta(days=401)):
        assert addresses.read(reply) is None
        assert addresses.read(leave).purpose == "unsubscribe"


def test_a_flood_is_slowed_and_valid_links_are_not():
    message = sent()
    answers = [Client().post("/u/made-up").status_code for _n in range(80)]
    assert 429 in answers
    assert Client().post(path(message)).status_code == 200


def test_the_way_of_a_forged_host_is_never_taken(settings):
    settings.PUBLIC_URL = "https://refer.practice.example"
    rowan = writer()
    browser = make.browser(rowan)
    ann = client(rowan)
    browser.get("/", headers={"Host": "localhost"})
    body = drafted(rowan, ann, purpose="thanks")
    from passalong.core import blobs

    assert b"https://refer.practice.example/u/" in blobs.read(body.mime).replace(b"=\r\n", b"")
