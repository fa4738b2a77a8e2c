"""Who asks by mail not to be written to: a proven wish is followed at once, another when somebody vouches for it."""

from __future__ import annotations

import pytest
from tests import make
from tests.rooms.mail import letters
from tests.rooms.mail.letters import got, reply

from passalong.mail import addresses
from passalong.mail.models import MailPurpose, Suppression, Verdict
from passalong.mail.services import reviewing

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("inbox")]


def test_a_plain_wish_to_leave_is_followed_only_for_news(by, ann, signing):
    personal = letters.sent(by, ann)
    news = letters.sent(by, ann, purpose=MailPurpose.NEWS, list_scope="news")
    for number, one in enumerate((personal, news)):
        raw = reply(
            one, text="Unsubscribe.\n\nOn 4 May 2026 you wrote:\n> News\n", message_id=f"<u{number}@client.test>"
        )
        got(letters.sign(raw, "client.test"))
        assert Suppression.objects.count() == number
    assert Suppression.objects.get().scope == "news"


@pytest.mark.parametrize("purpose", [MailPurpose.THANKS, MailPurpose.UPDATE])
@pytest.mark.parametrize("word", ["Stop", "STOP.", "Bitte keine Mails mehr!", "«Arrêtez»", "стоп", "停止"])
def test_stop_in_answer_to_what_the_practice_sends_by_itself_stops_it(by, ann, signing, purpose, word):
    one = letters.sent(by, ann, purpose=purpose)
    raw = reply(one, text=f"{word}\n\nSent from my phone\n\nOn 4 May 2026 you wrote:\n> Thank you\n")
    found = got(letters.sign(raw, "client.test"))
    assert found.verdict == Verdict.MATCHED
    stopped = Suppression.objects.get()
    assert (stopped.key, stopped.scope, stopped.reason) == (one.address_key, "all", "unsubscribed")


@pytest.mark.parametrize("words", ["Stop by on Tuesday", "Please do not stop", "No", "Stop\n\nOr rather: go on."])
def test_words_that_say_more_stop_nothing(by, ann, signing, words):
    one = letters.sent(by, ann, purpose=MailPurpose.THANKS)
    got(letters.sign(reply(one, text=words), "client.test"))
    assert not Suppression.objects.exists()


def test_a_stop_that_nothing_proves_waits_until_somebody_says_whose_it_is(by, ann, dns):
    one = letters.sent(by, ann, purpose=MailPurpose.THANKS)
    found = got(reply(one, text="Stop"))
    assert (found.verdict, Suppression.objects.count()) == (Verdict.REVIEW, 0)
    page = make.browser(by).get(f"/mail/in/{found.public_id}/").content.decode()
    assert "It asks for no more messages" in page
    reviewing.accept(by=by, inbound=found, contact=ann)
    assert Suppression.objects.get().key == one.address_key


def test_a_stop_of_somebody_else_stops_nobody(by, ann, dns):
    one = letters.sent(by, ann, purpose=MailPurpose.THANKS)
    found = got(reply(one, text="Stop", sender="mallory@evil.test"))
    reviewing.accept(by=by, inbound=found, contact=make.contact(by, "Mallory Low"))
    assert not Suppression.objects.exists()


def test_a_forged_wish_to_leave_changes_nothing(by, ann, dns):
    news = letters.sent(by, ann, purpose=MailPurpose.NEWS, list_scope="news")
    got(reply(news, text="unsubscribe"))
    assert not Suppression.objects.exists()


def test_mail_to_the_address_for_leaving_stops_its_own_recipient(by, ann, dns):
    news = letters.sent(by, ann, purpose=MailPurpose.NEWS, list_scope="news")
    found = got(letters.letter(to=addresses.unsubscribe_address(news), text="leave", sender="x@any.test"))
    assert found.verdict == Verdict.LEAVING
    assert Suppression.objects.get().key == news.address_key


def test_a_program_may_leave_for_its_owner(by, ann, dns):
    news = letters.sent(by, ann, purpose=MailPurpose.NEWS, list_scope="news")
    raw = letters.letter(to=addresses.unsubscribe_address(news), text="unsubscribe", sender="no-reply@any.test")
    assert got(b"Auto-Submitted: auto-generated\r\nPrecedence: bulk\r\n" + raw).verdict == Verdict.LEAVING
    assert Suppression.objects.get().key == news.address_key
