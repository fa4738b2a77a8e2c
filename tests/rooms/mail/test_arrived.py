"""Pages on what arrived: the list, one message with its original, and the word of a member on whose it is."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from tests import make
from tests.rooms.mail import letters

from passalong.core import clock
from passalong.core.errors import Refused
from passalong.core.models import Blob, Event
from passalong.mail import addresses
from passalong.mail.models import Decision, Doubt, Inbound, MailboxMark, Message, Verdict
from passalong.mail.services import receiving, reviewing

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("inbox", "dns")]


@pytest.fixture
def message(by, ann) -> Message:
    return letters.sent(by, ann)


@pytest.fixture
def waiting(message) -> Inbound:
    """An answer nothing proves."""
    return receiving.receive(None, letters.letter(to=addresses.reply_address(message)), via="test")


@pytest.fixture
def browser(by) -> Client:
    return make.browser(by)


def test_somebody_says_whose_it_is_and_it_stands_on_the_persons_page(browser, by, ann, waiting):
    person = f"/people/{ann.public_id}/"
    assert "Tuesday suits me" not in browser.get(person).content.decode()
    page = browser.get(f"/mail/in/{waiting.public_id}/").content.decode()
    assert f'value="{ann.full_name}"' in page
    assert "Nothing proves" in page
    answer = browser.post(f"/mail/in/{waiting.public_id}/decide/", {"word": "accept", "person": ann.full_name})
    assert answer.status_code == 302
    waiting.refresh_from_db()
    assert (waiting.decision, waiting.contact, waiting.decided_by) == (Decision.ACCEPTED, ann, by)
    assert "Tuesday suits me" in browser.get(person).content.decode()


@pytest.mark.parametrize("word", ["not", "spam"])
def test_what_is_put_aside_stands_nowhere(browser, ann, waiting, word):
    browser.post(f"/mail/in/{waiting.public_id}/decide/", {"word": word})
    waiting.refresh_from_db()
    assert (waiting.decision, waiting.contact) == (word, None)
    assert "Tuesday suits me" not in browser.get(f"/people/{ann.public_id}/").content.decode()
    assert not Inbound.objects.get().is_open


def test_it_is_said_once(browser, by, ann, waiting):
    reviewing.refuse(by=by, inbound=waiting)
    with pytest.raises(Refused):
        reviewing.accept(by=by, inbound=waiting, contact=ann)
    again = browser.post(f"/mail/in/{waiting.public_id}/decide/", {"word": "accept", "person": ann.public_id})
    assert again.status_code == 422


def test_another_practices_people_and_messages_are_out_of_reach(by, waiting):
    other = make.member()
    stranger = make.contact(other, "Sam Stranger")
    with pytest.raises(Refused):
        reviewing.accept(by=by, inbound=waiting, contact=stranger)
    with pytest.raises(Inbound.DoesNotExist):
        reviewing.accept(by=other, inbound=waiting, contact=stranger)
    outside = make.browser(other)
    for path in ("", "original"):
        assert outside.get(f"/mail/in/{waiting.public_id}/{path}").status_code == 404
    assert outside.post(f"/mail/in/{waiting.public_id}/decide/", {"word": "spam"}).status_code == 404


def test_an_unclear_name_is_told_beside_the_field(browser, waiting):
    answer = browser.post(f"/mail/in/{waiting.public_id}/decide/", {"word": "accept", "person": "Nobody Known"})
    assert (answer.status_code, "Nobody here is called" in answer.content.decode()) == (422, True)
    assert browser.post(f"/mail/in/{waiting.public_id}/decide/", {"word": "accept"}).status_code == 422


def test_accepting_says_nothing_else(browser, by, ann, waiting, mailoutbox):
    before = {kind: Event.objects.filter(kind=kind).count() for kind in Event.objects.values_list("kind", flat=True)}
    reviewing.accept(by=by, inbound=waiting, contact=ann)
    news = Event.objects.exclude(kind__in=before).values_list("kind", flat=True)
    assert (list(news), mailoutbox, Message.objects.count()) == (["mail:decided"], [], 1)


def test_the_original_is_shown_as_text_and_runs_nothing(browser, message):
    text = "Yes.\n\n<script>alert(1)</script>\n\n> quoted words\n"
    found = receiving.receive(None, letters.letter(to=addresses.reply_address(message), text=text), via="test")
    page = browser.get(f"/mail/in/{found.public_id}/original").content.decode()
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "&gt; quoted words" in page
    assert "reply-1@client.test" in page
    shown = browser.get(f"/mail/in/{found.public_id}/").content.decode()
    assert "quoted words" not in shown


def test_an_empty_list_and_a_long_one(browser, by, django_assert_max_num_queries):
    assert "Nothing waits for you" in browser.get("/mail/in/").content.decode()
    day = clock.now().date()
    Inbound.objects.bulk_create(
        Inbound(
            practice=by.practice,
            via="test",
            likeness=str(number),
            size=1,
            sender=f"s{number}@any.test",
            subject=f"Letter {number}",
            verdict=Verdict.REVIEW,
            doubt=Doubt.UNPROVEN,
            keep_until=day,
        )
        for number in range(10_000)
    )
    with django_assert_max_num_queries(20):
        page = browser.get("/mail/in/?page=3").content.decode()
    assert page.count('class="name"') == 50
    for group in ("answers", "stopped", "rest", "nonsense"):
        assert browser.get(f"/mail/in/?group={group}").status_code == 200


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (30, ""),
        (7, ""),
        (6, "Forgotten in 6 days unless you say whose it is."),
        (1, "Forgotten in 1 day unless you say whose it is."),
        (0, "Forgotten after today unless you say whose it is."),
    ],
)
def test_the_list_says_when_an_answer_nobody_looked_at_is_forgotten(browser, waiting, days, said):
    waiting.keep_until = clock.today() + timedelta(days=days)
    waiting.save()
    page = browser.get("/mail/in/").content.decode()
    assert said in page
    assert ("Forgotten" in page) == bool(said)
    Inbound.objects.update(decision=Decision.NOT)
    assert "Forgotten" not in browser.get("/mail/in/?group=rest").content.decode()


def test_a_day_of_keeping_over_it_is_forgotten_with_its_bytes(waiting, settings):
    raw = waiting.raw_id
    assert receiving.forget_old() == 0
    settings.CLOCK_OFFSET = 32 * 86400
    assert receiving.forget_old() == 1
    assert not Inbound.objects.exists()
    assert not Blob.objects.filter(pk=raw).exists()


def test_the_settings_page_tells_how_the_mailbox_is_read(browser, settings):
    assert "No mailbox is set" in browser.get("/settings/mail/").content.decode()
    settings.IMAP_URL = "imap+ssl://user:canary-secret@mail.practice.test/"
    assert "not read yet" in browser.get("/settings/mail/").content.decode()
    from passalong.mail import imap

    told = {"looked_at": clock.now(), "error": "It is down.", "read": 7, "used": 2, "skipped": {"other": 5}}
    MailboxMark.objects.create(name=imap.account().name, **told)
    page = browser.get("/settings/mail/").content.decode()
    assert "It is down." in page
    assert "About nothing from here: not kept" in page
    assert "canary-secret" not in page


def test_trying_the_connection_tells_in_one_sentence(browser, settings):
    settings.IMAP_URL = "imap://user:canary-secret@127.0.0.1:9/"
    page = browser.post("/settings/mail/try/", follow=True).content.decode()
    assert "cannot be reached at port 9" in page
    assert "canary-secret" not in page
