"""The thank-you is about passing along and nothing else: the same words, on the same day, whatever the friend did; and
no message to a referrer holds a byte about anybody that a live consent does not cover."""

from __future__ import annotations

import ast
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tests import make
from tests.rooms.introductions.cast import Passed
from tests.rooms.portal.cast import publish

from passalong.accounts.models import Profession, Role
from passalong.compliance.models import Grant, Purpose
from passalong.compliance.services import consent
from passalong.compliance.updates import SCOPES
from passalong.contacts.models import ContactPoint
from passalong.core import blobs, clock, events
from passalong.core.errors import Refused
from passalong.core.models import Event
from passalong.introductions import letters
from passalong.introductions.models import Introduction, Reply, ThanksWords
from passalong.introductions.services import thanking, updating
from passalong.kits.content import Content
from passalong.kits.models import Hit, Kit, Passing
from passalong.kits.services import passing
from passalong.mail.models import MailState, Message
from passalong.mail.services import sending, suppression

pytestmark = pytest.mark.django_db(transaction=True)
SETTINGS = "/settings/thanks/"


def on(passed: Passed, **words: str) -> ThanksWords:
    return thanking.save_words(by=passed.by, is_on=True, **words)


def pass_along(passed: Passed) -> Passing:
    return passing.note_passing(by=passed.by, link=passed.kit.link)


def days_on(settings: Any, days: float) -> None:
    settings.CLOCK_OFFSET = timedelta(days=days).total_seconds()


def sent(passed: Passed) -> list[Any]:
    thanking.send_due()
    sending.deliver()
    return [one.parsed for one in passed.sink.received]


def test_it_is_off_until_the_practice_turns_it_on(passed: Passed, settings: Any) -> None:
    pass_along(passed)
    days_on(settings, 15)
    assert not sent(passed)
    on(passed)
    assert not sent(passed), "what was passed along before is not thanked for"
    pass_along(passed)
    days_on(settings, 30)
    assert len(sent(passed)) == 1


def test_it_goes_days_later_by_day_also_when_nobody_ever_answered(passed: Passed, settings: Any) -> None:
    on(passed)
    pass_along(passed)
    days_on(settings, 2.9)
    assert not sent(passed)
    days_on(settings, 10.1)
    (thanks,) = sent(passed)
    assert thanks["To"] == "Ann Okafor <ann@client.example>"
    assert thanks["Subject"] == "Thank you for passing it along"
    text = thanks.get_body(("plain",)).get_content().replace("\r\n", "\n")
    assert "Dear Ann,\n\nThank you for passing “When the shop passes on” along." in text
    assert "auto-generated" in thanks["Auto-Submitted"]
    assert "List-Unsubscribe" in thanks


def test_its_moment_depends_on_referrer_link_and_day_alone(passed: Passed) -> None:
    at = datetime(2026, 5, 4, 23, 50, tzinfo=timezone.get_default_timezone())
    links = [
        passing.link_for(by=passed.by, kit=passed.kit.kit, referrer=make.client(passed.by)) for _number in range(60)
    ]
    moments = [thanking.due_at(link, at) for link in links]
    assert moments == [thanking.due_at(link, at) for link in links]
    delays = [moment - at for moment in moments]
    assert timedelta(days=3) <= min(delays)
    assert max(delays) <= timedelta(days=10)
    assert len({moment.date() for moment in moments}) == 6
    assert all(9 <= timezone.localtime(moment).hour < 17 for moment in moments)
    earlier = thanking.due_at(links[0], at.replace(hour=1))
    assert earlier == moments[0], "not by the minute at which it was passed along"


def the_friend(passed: Passed, what: str) -> None:
    """What a referred person may have done, or not."""
    if what == "never came":
        return
    own = {"practice": passed.practice, "link": passed.kit.link, "view": "a" * 12, "verdict": "person"}
    Hit.objects.create(at=clock.now(), kind="hit", method="GET", **own)
    if what == "answered no":
        passed.answers("no")
    if what in ("said yes", "is a contact", "was granted and taken back", "was asked", "declined"):
        reply = passed.answers()
        if what == "is a contact":
            jo = make.contact(passed.by, "Jo Lind", email="jo@lind.example")
            Introduction.objects.create(
                practice=passed.practice, referrer=passed.ann, prospect=jo, agreed_on=make.DAY, note="Jo Lind"
            )
        if what == "was asked":
            passed.asked(reply)
        if what == "declined":
            consent.decline(grant=passed.asked(reply))
        if what == "was granted and taken back":
            consent.revoke(grant=passed.granted(reply, "spoke", "client"))


DONE = (
    "never came",
    "read",
    "answered no",
    "said yes",
    "is a contact",
    "was asked",
    "declined",
    "was granted and taken back",
)


def _thanks(passed: Passed) -> list[bytes]:
    written = letters.write_thanks(passed.practice, passed.ann, "When the shop passes on")
    (owed,) = thanking.owed(ThanksWords.objects.get(practice=passed.practice))
    return [written.subject.encode(), written.text.encode(), owed.due.isoformat().encode(), owed.kit.encode()]


def _news(passed: Passed) -> list[bytes]:
    """What can be told without a live consent: nothing, for every reply and every thing to tell."""
    drafted = []
    for reply in Reply.objects.filter(practice=passed.practice):
        for key in [*SCOPES, "name", "note", "reach"]:
            try:
                drafted.append(updating.tell(by=passed.by, reply=reply, field=key).text.encode())
            except Refused:
                continue
    return drafted


def _own_page(passed: Passed) -> list[bytes]:
    return [Client().get(f"/pass/{SECRETS[passed.practice.pk]}").content]


SECRETS: dict[int, str] = {}
# Every way in which something reaches a referrer: each letter of the registry, and the referrer's own page.
SHOWN: dict[str, Callable[[Passed], list[bytes]]] = {"thanks": _thanks, "news": _news, "own page": _own_page}


def test_every_letter_to_a_referrer_is_tried_here() -> None:
    assert set(letters.LETTERS) == set(SHOWN) - {"own page"}


@pytest.mark.parametrize("profession", Profession.values)
def test_what_reaches_a_referrer_is_the_same_bytes_whatever_the_friend_did(
    passed: Passed, profession: str, settings: Any
) -> None:
    passed.works_as(profession)
    on(passed)
    pass_along(passed)
    SECRETS[passed.practice.pk] = passing.make_share_page(by=passed.by, link=passed.kit.link)
    days_on(settings, 12)
    before = {name: shown(passed) for name, shown in SHOWN.items()}
    assert before["news"] == []
    for what in DONE:
        the_friend(passed, what)
        for name, shown in SHOWN.items():
            assert shown(passed) == before[name], f"{name} shows that the friend {what}"


@pytest.mark.parametrize("profession", Profession.values)
def test_a_live_consent_changes_the_one_field_it_covers(passed: Passed, profession: str) -> None:
    passed.works_as(profession)
    reply = passed.answers()
    for key in SCOPES:
        grant = passed.news() if Grant.objects.filter(purpose=Purpose.UPDATE).exists() else passed.granted(reply, key)
        if grant.scope != [key]:
            grant = consent.grant(grant=grant, scope=[key], page=b"page", choice={"scope": [key]})
        if not grant.form_id:
            consent.record_form(by=passed.by, grant=grant, form_id="F-1")
        (text,) = _news(passed)
        shell = text.decode().replace(SCOPES[key].sentence("Jo Lind"), "…")
        assert shell == letters.news_as_shown(passed.practice, passed.ann, "Jo Lind", "…").text
        others = [SCOPES[other].sentence("Jo Lind").encode() for other in SCOPES if other != key]
        assert not any(other in text for other in others)
        Message.objects.filter(purpose="update").delete()
    thanks = letters.write_thanks(passed.practice, passed.ann, "Kit").text
    assert "Jo" not in thanks


@pytest.mark.parametrize("profession", Profession.values)
def test_a_word_about_the_friend_fails_in_every_profession(passed: Passed, profession: str) -> None:
    passed.works_as(profession)
    for tag in ("friend", "sentence", "prospect", "friend_name", "reply", "answer", "first_name|upper", "kit.name", ""):
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


def test_thanking_reads_no_answer_and_no_introduction(passed: Passed, settings: Any) -> None:
    tree = ast.parse(Path(thanking.__file__).read_text(encoding="utf-8"))
    names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for alias in node.names}
    assert not names & {"Reply", "Introduction", "AttributionEvidence", "Credit", "Grant", "consent", "telling", "Hit"}
    on(passed)
    pass_along(passed)
    passed.answers()
    days_on(settings, 12)
    with CaptureQueriesContext(connection) as queries:
        assert thanking.send_due() == 1
    tables = ("introductions_reply", "introductions_introduction", "introductions_credit", "kits_hit")
    assert not [one["sql"] for one in queries if any(table in one["sql"] for table in tables)]


def test_once_a_kit_and_once_a_month(passed: Passed, settings: Any) -> None:
    on(passed)
    pass_along(passed)
    pass_along(passed)
    second = Kit.objects.create(practice=passed.practice, name="Another")
    publish(second, Content(title="Another kit", problems="Who?"))
    other = passing.link_for(by=passed.by, kit=second, referrer=passed.ann)
    passing.note_passing(by=passed.by, link=other)
    days_on(settings, 12)
    assert len(sent(passed)) == 1
    assert len(sent(passed)) == 1
    pass_along(passed)
    days_on(settings, 41)
    assert thanking.send_due() == 0, "the last one is 29 days old"
    Message.objects.update(created_at=clock.now() - timedelta(days=31))
    assert len(sent(passed)) == 2
    Message.objects.update(created_at=clock.now() - timedelta(days=31))
    assert len(sent(passed)) == 2


def test_who_wants_no_mail_or_has_no_address_gets_none(passed: Passed, settings: Any) -> None:
    on(passed)
    pass_along(passed)
    suppression.suppress(passed.practice.pk, "ann@client.example", scope="all", reason="asked")
    days_on(settings, 12)
    assert not sent(passed)
    assert Message.objects.get().state == MailState.HELD
    bo = make.client(passed.by, "Bo Hill")
    passing.note_passing(by=passed.by, link=passing.link_for(by=passed.by, kit=passed.kit.kit, referrer=bo))
    days_on(settings, 30)
    assert not sent(passed)
    ContactPoint.objects.create(
        practice=passed.practice, contact=bo, kind="email", value="bo@client.example", key="bo@client.example"
    )
    assert len(sent(passed)) == 1


def test_an_own_link_and_a_strangers_practice_thank_nobody(passed: Passed, settings: Any) -> None:
    on(passed)
    own = passing.link_for(by=passed.by, kit=passed.kit.kit, referrer=None)
    passing.note_passing(by=passed.by, link=own)
    thanking.save_words(by=make.member(), is_on=True)
    days_on(settings, 12)
    assert not sent(passed)


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
