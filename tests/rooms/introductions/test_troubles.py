"""What went wrong with somebody who was introduced: told first, with cause and remedy, where the person allows it; else
the referrer learns nothing and the practice has a task."""

from __future__ import annotations

import pytest
from tests import make
from tests.rooms.introductions.cast import Passed
from tests.rooms.introductions.informed import WRONG, allows, friend, home, met, wrong

from passalong.accounts.models import Profession
from passalong.compliance.services import consent
from passalong.core import clock
from passalong.core.errors import Refused
from passalong.core.models import Event
from passalong.introductions.models import Trouble
from passalong.introductions.selectors import troubles as found_troubles
from passalong.introductions.services import digesting, hearing, troubles
from passalong.mail.models import MailState, Message
from passalong.mail.services import outbox, sending

pytestmark = pytest.mark.django_db(transaction=True)


def test_what_went_wrong_is_told_first_with_cause_and_remedy(passed: Passed) -> None:
    found = friend(passed)
    grant = allows(passed, found, "trouble")
    row = wrong(passed, found, cause="")
    assert [one.line for one in found_troubles.open(passed.practice)] == ["Put right what went wrong with Jo Lind"]
    with pytest.raises(Refused, match="Say why") as refused:
        troubles.tell(by=passed.by, trouble=row)
    assert refused.value.field == "cause"
    troubles.change(by=passed.by, trouble=row, due_on=row.due_on, **WRONG)
    message = troubles.tell(by=passed.by, trouble=row)
    outbox.send(by=passed.by, message=message)
    assert sending.deliver() == 1
    text = passed.sink.received[0].parsed.get_body(("plain",)).get_content().replace("\r\n", "\n")
    told = [text.index(part) for part in ("We made a mistake", *WRONG.values())]
    assert told == sorted(told)
    row.refresh_from_db()
    grant.refresh_from_db()
    assert row.told_at
    assert grant.uses == 1
    with pytest.raises(Refused, match="has read these words"):
        troubles.change(by=passed.by, trouble=row, due_on=row.due_on, **{**WRONG, "what": "Nothing at all."})
    troubles.put_right(by=passed.by, trouble=row)
    assert not found_troubles.open(passed.practice)
    kinds = set(Event.objects.filter(subject=row.public_id).values_list("kind", flat=True))
    assert {f"introductions:trouble_{kind}" for kind in ("noted", "changed", "right")} <= kinds


@pytest.mark.parametrize("scope", [(), ("spoke", "client", "done")])
def test_without_a_consent_that_covers_it_the_client_learns_nothing_of_what_went_wrong(
    passed: Passed, scope: tuple[str, ...]
) -> None:
    found = friend(passed)
    if scope:
        allows(passed, found, *scope)
    row = wrong(passed, found)
    with pytest.raises(Refused, match="has not allowed it"):
        troubles.tell(by=passed.by, trouble=row)
    browser = make.browser(passed.by)
    text = browser.get(f"/introductions/troubles/{row.public_id}/").content.decode()
    assert "The client learns nothing" in text
    assert "We sent the wrong papers." in home(passed)
    assert found_troubles.open(passed.practice), "the practice has a task"
    assert not Message.objects.exists()


def test_a_consent_taken_back_stops_the_bad_news_as_it_leaves(passed: Passed) -> None:
    found = friend(passed)
    grant = allows(passed, found, "trouble")
    row = wrong(passed, found)
    message = outbox.send(by=passed.by, message=troubles.tell(by=passed.by, trouble=row))
    consent.revoke(grant=grant)
    sending.deliver()
    message.refresh_from_db()
    row.refresh_from_db()
    assert (message.rule, row.told_at, passed.sink.received) == ("invariant-1", None, [])


def test_bad_news_does_not_wait_for_the_rhythm_but_for_quiet(passed: Passed) -> None:
    found = met(passed, friend(passed))
    allows(passed, found, "spoke", "trouble")
    hearing.choose(referrer=passed.ann, channel="mail", rhythm="monthly", quiet_until=None)
    digesting.write(by=passed.by, referrer=passed.ann)
    row = wrong(passed, found)
    assert troubles.tell(by=passed.by, trouble=row).state == MailState.DRAFT
    hearing.leave(referrer=passed.ann)
    with pytest.raises(Refused, match="wants to hear nothing"):
        troubles.tell(by=passed.by, trouble=row)


def test_the_form_of_what_went_wrong_says_what_is_missing(passed: Passed) -> None:
    found, browser = friend(passed), make.browser(passed.by)
    where = f"/introductions/{found.public_id}/trouble/"
    assert browser.get(where).status_code == 200
    assert not Trouble.objects.exists(), "looking writes nothing"
    soon = str(clock.today())
    for said in ({"what": "", "due_on": soon}, {"what": "Late.", "due_on": "2020-01-01"}, {"what": "x" * 501}):
        assert browser.post(where, said).status_code == 422
    assert not Trouble.objects.exists()
    assert browser.post(where, {"what": "Late.", "due_on": soon}).status_code == 302
    row = Trouble.objects.get()
    page = f"/introductions/troubles/{row.public_id}/"
    assert browser.post(page, {"act": "tell"}).status_code == 422
    kept = {"what": "Late by a week.", "cause": "Ill.", "remedy": "", "due_on": soon}
    assert browser.post(page, {"act": "keep", **kept}).status_code == 302
    assert browser.post(page, {"act": "right"}).status_code == 302
    row.refresh_from_db()
    assert (row.what, row.state) == ("Late by a week.", "right")


def test_a_letter_taken_back_is_taken_up_again_and_other_words_are_another_letter(passed: Passed) -> None:
    found = friend(passed)
    allows(passed, found, "trouble")
    row = wrong(passed, found)
    first = troubles.tell(by=passed.by, trouble=row)
    assert troubles.tell(by=passed.by, trouble=row) == first
    troubles.change(by=passed.by, trouble=row, due_on=row.due_on, **{**WRONG, "remedy": "We came by in person."})
    with pytest.raises(Refused, match="in other words is drafted"):
        troubles.tell(by=passed.by, trouble=row)
    outbox.cancel(by=passed.by, message=first)
    second = troubles.tell(by=passed.by, trouble=row)
    assert second != first
    outbox.cancel(by=passed.by, message=second)
    assert troubles.tell(by=passed.by, trouble=row).state == MailState.DRAFT
    assert Message.objects.count() == 2


def test_facts_of_health_are_not_told_by_letter(passed: Passed) -> None:
    passed.works_as(Profession.DOCTOR)
    found = friend(passed)
    consent.record_form(by=passed.by, grant=allows(passed, found, "trouble"), form_id="F-1")
    row = wrong(passed, found, what="We lost the papers on her cancer.")
    with pytest.raises(Refused) as refused:
        troubles.tell(by=passed.by, trouble=row)
    assert refused.value.field == "what"
    assert not Message.objects.exists()


def test_words_on_their_way_are_not_changed(passed: Passed) -> None:
    found = friend(passed)
    allows(passed, found, "trouble")
    row = wrong(passed, found)
    message = outbox.send(by=passed.by, message=troubles.tell(by=passed.by, trouble=row))
    other = {**WRONG, "remedy": "We came by in person."}
    with pytest.raises(Refused, match="on its way"):
        troubles.change(by=passed.by, trouble=row, due_on=row.due_on, **other)
    troubles.change(by=passed.by, trouble=row, due_on=clock.today(), **WRONG)
    outbox.cancel(by=passed.by, message=message)
    assert troubles.change(by=passed.by, trouble=row, due_on=row.due_on, **other).remedy == other["remedy"]
