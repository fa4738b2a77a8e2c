"""Mornings on which something is due: one letter to each who signs in, how much and never whom, where it is wanted."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from tests import make
from tests.rooms.introductions import flow

from passalong.core import clock
from passalong.introductions.models import Introduction, Stage
from passalong.introductions.services import introducing, reminding
from passalong.introductions.tasks import remind
from passalong.mail.models import MailState, Message
from passalong.mail.services import sending

if TYPE_CHECKING:
    from tests.rooms.introductions.cast import Passed

pytestmark = pytest.mark.django_db(transaction=True)
TERMS = {"first_answer_days": 1, "silent_days": 60, "rest_months": 12}


def test_one_letter_each_a_day_says_how_much_and_names_nobody(passed: Passed, settings: Any) -> None:
    flow.at(Stage.AGREED, passed.by, prospect=make.contact(passed.by, "Jo Lind"), referrer=passed.ann)
    helper = make.assistant(passed.practice)
    introducing.set_terms(by=passed.by, reminds=True, **TERMS)
    remind.call()
    assert not Message.objects.exists()  # nothing is due yet
    settings.CLOCK_OFFSET = 86_400
    Introduction.objects.update(due_at=clock.now() - timedelta(hours=1))
    assert reminding.remind_due() == 2
    assert reminding.remind_due() == 0
    letters = {one.address: one for one in Message.objects.all()}
    assert set(letters) == {passed.by.user.email, helper.user.email}
    for one in letters.values():
        assert (one.state, one.reason) == (MailState.QUEUED, "")
        assert "1 introduction waits for you. 1 of them is overdue." in one.text
        assert not {"Jo", "Lind", "Ann", "Okafor"} & set(one.text.split())
    sending.deliver(run_for=20)
    came = [one.parsed.get_body().get_content() for one in passed.sink.received]
    assert len(came) == 2
    assert all("wants to be reminded" in " ".join(text.split()) for text in came)


def test_nobody_is_written_to_who_does_not_want_it(passed: Passed) -> None:
    flow.at(Stage.ANSWERED, passed.by)
    Introduction.objects.update(due_at=clock.now() - timedelta(days=1))
    introducing.set_terms(by=passed.by, **TERMS)
    assert reminding.remind_due() == 0
    assert not Message.objects.exists()
