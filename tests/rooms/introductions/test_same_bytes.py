"""What reaches a referrer is the same bytes whatever the friend did and whoever the friend is; a live consent changes
the one field it covers, and nothing else does."""

from __future__ import annotations

import email
import itertools
import re
from collections.abc import Callable
from datetime import timedelta
from email import policy
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from tests import make
from tests.rooms.introductions.cast import Passed

from passalong.accounts.models import Profession
from passalong.compliance.models import Grant, Purpose
from passalong.compliance.services import consent
from passalong.compliance.updates import SCOPES
from passalong.core import blobs, clock
from passalong.core.errors import Refused
from passalong.introductions import cards, letters
from passalong.introductions.models import Because, Introduction, Reply, SilentAsk, Thanks, ThanksWords, Trouble
from passalong.introductions.services import digesting, hearing, silence, thanking, troubles, updating
from passalong.kits.models import Hit
from passalong.kits.services import passing
from passalong.mail.models import Message

pytestmark = pytest.mark.django_db(transaction=True)
SETTINGS = "/settings/thanks/"
PLAIN = [key for key in SCOPES if key != letters.TROUBLE_SCOPE]  # told as they stand


def on(passed: Passed, **words: str) -> ThanksWords:
    return thanking.save_words(by=passed.by, is_on=True, **words)


def thank(passed: Passed, because: str = Because.PASSED, about: Any = None) -> Thanks:
    return thanking.thank(referrer=passed.ann, because=because, about=about or passed.kit.link)


def the_friend(passed: Passed, what: str) -> None:
    """What a referred person may have done, or not."""
    if what == "never came":
        return
    own = {"practice": passed.practice, "link": passed.kit.link, "view": "a" * 12, "verdict": "person"}
    Hit.objects.create(at=clock.now(), kind="hit", method="GET", **own)
    if what == "answered no":
        passed.answers("no")
    if what in (
        "said yes",
        "is a contact",
        "was done wrong by",
        "became a client",
        "was granted and taken back",
        "was asked",
        "declined",
    ):
        reply = passed.answers()
        if what == "is a contact":
            jo = make.contact(passed.by, "Al Berg", email="al@berg.example")
            Introduction.objects.create(
                practice=passed.practice, referrer=passed.ann, prospect=jo, agreed_on=make.DAY, note="Jo Lind"
            )
        if what == "was done wrong by":
            found = Introduction.objects.get(reply=reply)
            said = {"what": "We forgot to call Jo back.", "cause": "A note was lost.", "remedy": "We called today."}
            troubles.note(by=passed.by, introduction=found, due_on=clock.today(), **said)
        if what == "became a client":
            found = Introduction.objects.get(reply=reply)
            Introduction.objects.filter(pk=found.pk).update(stage="client", is_open=False, client_on=make.DAY)
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
    "was done wrong by",
    "became a client",
    "was asked",
    "declined",
    "was granted and taken back",
)


def _thanks(passed: Passed) -> list[bytes]:
    """Everything a thank-you for the link is made of, had it been pressed just now: words, bytes that go, card."""
    with transaction.atomic():
        row = thank(passed)
        shown = [row.subject, row.text, row.channel, row.state]
        if row.message:
            shown += [row.message.state, _plain(blobs.read(row.message.mime))]
        transaction.set_rollback(True)
    return [str(one).encode() for one in shown]


def _offer(passed: Passed) -> list[bytes]:
    """The same for an introduction, whatever it holds: by its own random id it is one of many."""
    with transaction.atomic():
        found = Introduction.objects.filter(referrer=passed.ann).first() or Introduction(practice=passed.practice)
        rows = [thank(passed, Because.AGREED, found)]
        Thanks.objects.update(at=clock.now() - timedelta(days=2))
        rows.append(thank(passed, Because.PASSED, found))
        shown = [part for row in rows for part in (row.subject, row.text, row.channel, row.state)]
        transaction.set_rollback(True)
    return [str(one).encode() for one in shown]


def _plain(mime: bytes) -> str:
    """Who it goes to and what it says in both its forms, without the random address by which to leave."""
    letter = email.message_from_bytes(mime, policy=policy.default)
    heads = [f"{name}: {value}" for name, value in letter.items() if name in ("From", "To", "Subject", "Reply-To")]
    bodies = [part.get_content() for part in letter.walk() if not part.is_multipart()]
    return re.sub(r"/u/[\w.-]+", "…", "\n".join([*heads, *bodies]))


def _news(passed: Passed) -> list[bytes]:
    """What can be told without a live consent: nothing, for every reply and every thing to tell."""
    drafted = []
    for reply in Reply.objects.filter(practice=passed.practice):
        for key in [*PLAIN, "name", "note", "reach"]:
            try:
                drafted.append(updating.tell(by=passed.by, reply=reply, field=key).text.encode())
            except Refused:
                continue
    return drafted


def _digest(passed: Passed) -> list[bytes]:
    """What there is to tell without a live consent: nothing."""
    found = digesting.preview(passed.ann)
    return [found.written.text.encode()] if found else []


def _trouble(passed: Passed) -> list[bytes]:
    """What went wrong with somebody who allowed nothing: the desk has it, the referrer nothing."""
    drafted = []
    for row in Trouble.objects.filter(practice=passed.practice):
        try:
            drafted.append(troubles.tell(by=passed.by, trouble=row).text.encode())
        except Refused:
            continue
    return drafted


def _silence(passed: Passed) -> list[bytes]:
    """The one follow-up to an ask that Ann never answered, whoever it was for and whatever they did by themselves."""
    with transaction.atomic():
        own = Introduction.objects.filter(referrer=passed.ann)
        found = own.first() or Introduction.objects.create(practice=passed.practice, referrer=passed.ann, named_key="k")
        Trouble.objects.all().delete()  # while something is owed to a friend nobody is asked at all
        own.exclude(pk=found.pk).update(stage="closed", is_open=False)
        asked = {"stage": "asked", "is_open": True, "stage_at": clock.now() - timedelta(days=30)}
        own.filter(pk=found.pk).update(link=passed.kit.link, **asked)
        silence.find(passed.practice)
        message = silence.follow_up(by=passed.by, ask=SilentAsk.objects.get(introduction=found), how="mail")
        assert message
        shown = [message.address, message.subject, message.text, message.state, _plain(blobs.read(message.mime))]
        transaction.set_rollback(True)
    return [str(one).encode() for one in shown]


def _own_page(passed: Passed) -> list[bytes]:
    return [Client().get(f"/pass/{SECRETS[passed.practice.pk]}").content]


SECRETS: dict[int, str] = {}
# Every way in which something reaches a referrer: each letter of the registry, and the referrer's own page.
SHOWN: dict[str, Callable[[Passed], list[bytes]]] = {
    "thanks": _thanks,
    "thanks offer": _offer,
    "thanks word": _offer,
    "news": _news,
    "digest": _digest,
    "trouble": _trouble,
    "silence": _silence,
    "own page": _own_page,
}


def test_every_letter_to_a_referrer_is_tried_here() -> None:
    assert set(letters.LETTERS) == set(SHOWN) - {"own page"}


def test_what_reaches_a_referrer_is_the_same_bytes_in_every_profession_whatever_the_friend_did(passed: Passed) -> None:
    on(passed)
    SECRETS[passed.practice.pk] = passing.make_share_page(by=passed.by, link=passed.kit.link)

    def shown(profession: str) -> dict[str, list[bytes]]:
        passed.works_as(profession)
        return {name: look(passed) for name, look in SHOWN.items()}

    before = {profession: shown(profession) for profession in Profession.values}
    assert {name for name, seen in before["adviser"].items() if seen} == {
        "thanks",
        "thanks offer",
        "thanks word",
        "silence",
        "own page",
    }
    for what, profession in zip(DONE, itertools.cycle(Profession.values), strict=False):
        passed.works_as("adviser")
        the_friend(passed, what)
        assert shown(profession) == before[profession], f"{profession}: it shows that the friend {what}"
    for profession in Profession.values:
        assert shown(profession) == before[profession], profession


def test_the_card_is_the_same_bytes_whatever_the_friend_did(passed: Passed) -> None:
    def card() -> bytes:
        with transaction.atomic():
            printed = cards.thanks_card(thank(passed))
            transaction.set_rollback(True)
        return printed

    before = card()
    for what in ("said yes", "became a client"):
        the_friend(passed, what)
        assert card() == before
    assert before.startswith(b"%PDF")


@pytest.mark.parametrize("profession", ["adviser", "accountant", "attorney", "doctor"])  # one of each kind of lock
def test_a_live_consent_changes_the_one_field_it_covers(passed: Passed, profession: str) -> None:
    passed.works_as(profession)
    reply = passed.answers()
    hearing.choose(referrer=passed.ann, channel="mail", rhythm="each", quiet_until=None)
    for key in PLAIN:
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
