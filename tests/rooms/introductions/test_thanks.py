"""The thank-you is about passing along and nothing else: the same words, at the same moment, whatever the friend did;
and no message to a referrer holds a byte about anybody that a live consent does not cover."""

from __future__ import annotations

import ast
import itertools
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from tests import make
from tests.rooms.introductions.cast import Passed
from tests.rooms.portal.cast import publish

from passalong.accounts.models import Profession, Role
from passalong.compliance.updates import SCOPES
from passalong.core import blobs, clock, events
from passalong.core.errors import Refused
from passalong.core.models import Event
from passalong.introductions import letters
from passalong.introductions.models import Because, Introduction, Thanks, ThanksWords
from passalong.introductions.services import hearing, open_introduction, thanking
from passalong.kits.content import Content
from passalong.kits.models import Kit
from passalong.kits.services import passing
from passalong.mail.models import MailState, Message
from passalong.mail.services import sending, suppression

pytestmark = pytest.mark.django_db(transaction=True)
SETTINGS = "/settings/thanks/"
PLAIN = [key for key in SCOPES if key != letters.TROUBLE_SCOPE]  # told as they stand


def on(passed: Passed, **words: str) -> ThanksWords:
    return thanking.save_words(by=passed.by, is_on=True, **words)


def thank(passed: Passed, because: str = Because.PASSED, about: Any = None) -> Thanks:
    return thanking.thank(referrer=passed.ann, because=because, about=about or passed.kit.link)


def introduced(passed: Passed, name: str = "Jo Lind") -> Introduction:
    return open_introduction(by=passed.by, referrer=passed.ann, prospect=make.contact(passed.by, name))


def days_on(settings: Any, days: float) -> None:
    settings.CLOCK_OFFSET = timedelta(days=days).total_seconds()


def sent(passed: Passed) -> list[Any]:
    sending.deliver()
    return [one.parsed for one in passed.sink.received]


def test_it_goes_at_once(passed: Passed) -> None:
    on(passed)
    row = thank(passed)
    assert (row.state, row.channel) == ("done", "mail")
    (thanks,) = sent(passed)
    assert thanks["To"] == "Ann Okafor <ann@client.example>"
    assert thanks["Subject"] == "Thank you for passing it along"
    text = thanks.get_body(("plain",)).get_content().replace("\r\n", "\n")
    assert "Dear Ann,\n\nThank you for passing “When the shop passes on” along." in text
    assert "auto-generated" in thanks["Auto-Submitted"]
    assert "List-Unsubscribe" in thanks
    told = Event.objects.get(kind="introductions:thanked")
    assert told.subject == row.public_id
    assert b"Thank you for passing" in blobs.read(told.payload.texts.get().blob)


def test_an_offer_and_a_word_passed_along_are_thanked_for_in_their_own_words(passed: Passed, settings: Any) -> None:
    on(passed)
    found = introduced(passed)
    assert "offering to introduce us" in thank(passed, Because.AGREED, found).text
    days_on(settings, 1)
    assert "passing a word about us along" in thank(passed, Because.SENT, found).text
    days_on(settings, 2)
    assert thank(passed, Because.PASSED, found).because == Because.SENT, "the same act told twice"
    with pytest.raises(ValueError, match="looked at us"):
        thank(passed, "looked at us", introduced(passed, "Al Berg"))
    assert len(sent(passed)) == 2


def test_switched_off_it_waits_for_the_desk(passed: Passed) -> None:
    row = thank(passed)
    assert (row.state, row.message) == ("due", None)
    assert not sent(passed)
    thanking.send(by=passed.by, thanks=row)
    assert (row.state, len(sent(passed))) == ("done", 1)
    with pytest.raises(Refused, match="already"):
        thanking.send(by=passed.by, thanks=row)


def test_as_they_chose(passed: Passed, settings: Any) -> None:
    on(passed)
    mine = {"referrer": passed.ann, "rhythm": "each"}
    for number, (channel, quiet, state) in enumerate(
        [("card", None, "due"), ("screen", None, "done"), ("mail", clock.today() + timedelta(days=90), "done")]
    ):
        days_on(settings, 40 * number)
        hearing.choose(channel=channel, quiet_until=quiet, **mine)
        row = thank(passed)
        assert (row.state, row.channel) == (state, "screen" if quiet else channel)
    hearing.choose(channel="mail", quiet_until=None, **mine)
    hearing.leave(referrer=passed.ann)
    days_on(settings, 120)
    assert thank(passed).channel == "screen"
    assert not sent(passed)
    hearing.return_(referrer=passed.ann)
    days_on(settings, 160)
    assert thank(passed).channel == "mail"
    assert len(sent(passed)) == 1


def test_the_desk_notes_a_passing_and_the_clock_thanks_within_minutes(passed: Passed, settings: Any) -> None:
    on(passed)
    passing.note_passing(by=passed.by, link=passed.kit.link)
    passing.note_passing(by=passed.by, link=passed.kit.link)
    assert thanking.sweep() == 1
    for days in (0, 1, 1.9):
        days_on(settings, days)
        assert thanking.sweep() == 0
    days_on(settings, 28.5)
    passing.note_passing(by=passed.by, link=passed.kit.link)
    for days in (28.6, 29.5, 30.2):
        days_on(settings, days)
        assert thanking.sweep() == 0, "within the month: not even when the month ends"
    assert len(sent(passed)) == 1


@pytest.mark.storage
def test_many_at_once_are_one(passed: Passed) -> None:
    on(passed)
    found = introduced(passed)

    def once(_number: int) -> int:
        try:
            return int(thanking.thank(referrer=passed.ann, because=Because.PASSED, about=found).pk)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(10) as pool:
        assert len(set(pool.map(once, range(50)))) == 1
    assert len(sent(passed)) == 1


def test_a_word_about_the_friend_fails_in_every_profession(passed: Passed) -> None:
    tags = ("friend", "sentence", "prospect", "friend_name", "reply", "answer", "first_name|upper", "kit.name", "")
    for profession, tag in itertools.product(Profession.values, tags):
        passed.practice.profession = profession
        with pytest.raises(Refused):
            thanking.save_words(by=passed.by, is_on=True, body=f"Dear {{first_name}}, thank {{ {tag} }}")
        with pytest.raises(Refused):
            letters.write_thanks(passed.practice, passed.ann, "Kit", body=f"Dear {{{tag}}}")
    assert not ThanksWords.objects.exists()
    words = thanking.save_words(by=passed.by, is_on=True, body="Dear {first_name}, thanks for {kit}. { practice }")
    written = letters.write_thanks(passed.practice, passed.ann, "Kit", body=words.body)
    assert written.text == "Dear Ann, thanks for Kit. Harbour Wealth"


def test_a_value_that_looks_like_a_tag_stays_as_it_is(passed: Passed) -> None:
    written = letters.write_thanks(passed.practice, passed.ann, "About {friend}", body="Thanks for {kit}")
    assert written.text == "Thanks for About {friend}"


def test_thanking_reads_no_answer_and_no_introduction(passed: Passed) -> None:
    tree = ast.parse(Path(thanking.__file__).read_text(encoding="utf-8"))
    names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for alias in node.names}
    assert not names & {"Reply", "Introduction", "AttributionEvidence", "Credit", "Grant", "consent", "telling", "Hit"}
    on(passed)
    passed.answers()
    found = introduced(passed)
    with CaptureQueriesContext(connection) as queries:
        thank(passed, Because.AGREED, found)
        thank(passed)
        thanking.sweep()
    tables = ("introductions_reply", 'introductions_introduction"', "introductions_credit", "kits_hit", "_step")
    assert not [one["sql"] for one in queries if any(table in one["sql"] for table in tables)]


def test_of_an_introduction_it_takes_the_random_id_and_nothing_else(passed: Passed) -> None:
    class Closed:
        """Any other field of it would raise."""

        practice_id, public_id = passed.practice.pk, "anyrandomid"

    on(passed)
    row = thank(passed, Because.AGREED, Closed())
    assert row.about == "anyrandomid"
    assert len(sent(passed)) == 1


def test_once_an_act_once_a_month_a_link_and_once_a_day(passed: Passed, settings: Any) -> None:
    on(passed)
    one = thank(passed)
    assert thank(passed) == one
    assert thank(passed, Because.AGREED, introduced(passed)) == one, "one a day"
    days_on(settings, 29)
    assert thank(passed) == one
    days_on(settings, 31)
    assert thank(passed) != one
    second = Kit.objects.create(practice=passed.practice, name="Another")
    publish(second, Content(title="Another kit", problems="Who?"))
    other = passing.link_for(by=passed.by, kit=second, referrer=passed.ann)
    days_on(settings, 32)
    assert "“Another kit”" in thank(passed, about=other).text
    assert len(sent(passed)) == 3


def test_who_wants_no_mail_or_has_no_address_gets_none(passed: Passed, settings: Any) -> None:
    on(passed)
    suppression.suppress(passed.practice.pk, "ann@client.example", scope="all", reason="asked")
    assert thank(passed).channel == "screen"
    bo = make.client(passed.by, "Bo Hill")
    link = passing.link_for(by=passed.by, kit=passed.kit.kit, referrer=bo)
    row = thanking.thank(referrer=bo, because=Because.PASSED, about=link)
    assert (row.channel, row.state) == ("card", "due")
    with pytest.raises(Refused, match="no mail address of Bo Hill"):
        thanking.send(by=passed.by, thanks=row)
    assert not Message.objects.exists()


def test_mail_that_is_held_waits_for_the_desk_with_its_reason(passed: Passed) -> None:
    on(passed)
    passed.practice.imprint = ""
    passed.practice.save()
    row = thank(passed)
    assert row.message
    assert (row.state, row.message.state, row.message.rule) == ("due", MailState.HELD, "US-11.postal-address")
    with pytest.raises(Refused, match="postal address"):
        thanking.send(by=passed.by, thanks=row)
    passed.practice.imprint = "1 Harbour Street"
    passed.practice.save()
    thanking.send(by=passed.by, thanks=row)
    assert (row.state, len(sent(passed))) == ("done", 1)


def test_who_leaves_while_it_waits_in_the_outbox_gets_nothing(passed: Passed) -> None:
    on(passed)
    row = thank(passed)
    suppression.suppress(passed.practice.pk, "ann@client.example", scope="all", reason="asked")
    assert not sent(passed)
    row.refresh_from_db()
    assert thanking.is_due(row)
    thanking.done(by=passed.by, thanks=row, channel="screen")
    assert not thanking.is_due(row)


def test_an_own_link_and_a_strangers_practice_thank_nobody(passed: Passed) -> None:
    on(passed)
    own = passing.link_for(by=passed.by, kit=passed.kit.kit, referrer=None)
    passing.note_passing(by=passed.by, link=own)
    assert thanking.sweep() == 0
    stranger = make.member()
    with pytest.raises(Refused):
        thanking.thank(referrer=passed.ann, because=Because.PASSED, about=passed.kit.link, by=stranger)
    with pytest.raises(Refused):
        thanking.thank(referrer=make.client(stranger), because=Because.PASSED, about=passed.kit.link)
    row = thank(passed, Because.AGREED, introduced(passed))
    for verb in (thanking.send, thanking.done):
        with pytest.raises(Refused):
            verb(by=stranger, thanks=row)


def test_the_settings_show_the_letter_and_keep_only_what_it_can_hold(passed: Passed) -> None:
    browser = make.browser(passed.by)
    text = browser.get(SETTINGS).content.decode()
    assert "Thank you for passing it along" in text
    assert "Ann" in text
    looked = browser.post(SETTINGS, {"is_on": "on", "body": "Dear {first_name}, how kind.", "look": "1"})
    assert "Dear Ann, how kind." in looked.content.decode()
    assert not ThanksWords.objects.exists(), "looking keeps nothing"
    for body in ("Thanks from {friend}", "x" * 2001):
        assert browser.post(SETTINGS, {"is_on": "on", "body": body}).status_code == 422
    assert "holds nothing about whom it was passed to" in browser.post(SETTINGS, {"body": "{friend}"}).content.decode()
    assert browser.post(SETTINGS, {"is_on": "on", "body": "Dear {first_name}, how kind."}).status_code == 302
    assert ThanksWords.objects.get().is_on
    kept = Event.objects.get(kind="introductions:thanks_words").payload.texts.get().blob
    assert b"how kind" in blobs.read(kept)
    assert events.first_broken(passed.practice.pk) is None
    helper = make.browser(make.member(passed.practice, role=Role.ASSISTANT))
    assert "An owner of the practice can change this." in helper.get(SETTINGS).content.decode()
    assert helper.post(SETTINGS, {"is_on": "on"}).status_code == 422
