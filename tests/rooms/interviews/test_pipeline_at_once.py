"""Many hands at the same moment: one open interview for a guest, one step for an act, one mail for a client."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Event

import pytest
from django.db import connection, transaction
from tests import make
from tests.rooms.interviews import out, pipeline
from tests.rooms.interviews.pipeline import Desk

from passalong.core import clock
from passalong.core.errors import Refused
from passalong.interviews import letters
from passalong.interviews.models import CastingAsk, Episode, Interview, InterviewStep, QuestionSet, Stage, VoiceConsent
from passalong.interviews.services import casting, inviting, questions, withdrawing
from passalong.interviews.services.voices import guest_voice
from passalong.mail.models import Message
from passalong.mail.services import sending

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.storage]
AT_ONCE = 6


@pytest.fixture
def desk() -> Iterator[Desk]:
    with pipeline.desk_with_mail() as found:
        yield found


def _all_at_once(deeds: list[Callable[[], object]]) -> None:
    """Run them in threads, each with a connection of its own; what one raises is raised here, refusals apart."""

    def done(deed: Callable[[], object]) -> None:
        try:
            with suppress(Refused):
                deed()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(deeds)) as threads:
        for end in [threads.submit(done, deed) for deed in deeds]:
            end.result()


def test_one_guest_planned_by_many_is_one_interview_and_one_set(desk: Desk) -> None:
    _all_at_once([lambda: inviting.plan(by=desk.by, guest=desk.pat, kind="partner")] * AT_ONCE)
    assert Interview.objects.filter(guest=desk.pat).count() == 1
    assert QuestionSet.objects.count() == 1
    found = Interview.objects.get()
    assert found.questions.count() == questions.set_for(desk.practice, "partner").questions.count()


def test_an_invitation_pressed_many_times_is_one_mail(desk: Desk) -> None:
    found = inviting.plan(by=desk.by, guest=desk.pat, kind="partner")
    said = {"to": "pat@ledger.example", "subject": "An interview?", "opening": "May I?", "gain": "You are heard."}
    rows = [Interview.objects.get(pk=found.pk) for _hand in range(AT_ONCE)]
    _all_at_once([lambda one=one: inviting.invite(by=desk.by, interview=one, **said) for one in rows])
    assert Message.objects.count() == 1
    assert InterviewStep.objects.filter(interview=found, act="invite").count() == 1


def test_yes_and_no_at_the_same_moment_leave_one_story(desk: Desk) -> None:
    found = pipeline.at(Stage.INVITED, desk.by, desk.pat)
    voice = guest_voice(interview=found)
    _all_at_once([lambda: inviting.accept(voice=voice), lambda: inviting.decline(voice=voice)] * 3)
    found.refresh_from_db()
    assert found.stage == Stage.CLOSED, "a no holds whatever came before it"
    acts = list(found.steps.values_list("act", flat=True))
    assert acts in (["plan", "invite", "accept", "decline"], ["plan", "invite", "decline"])


def test_a_call_sent_and_answered_by_many_hands_asks_and_counts_each_client_once(desk: Desk) -> None:
    asked = [one["text"] for one in letters.casting_questions()]
    call = casting.open_call(by=desk.by, title="Be featured?", text="Would you?", asked=asked)
    people = [make.contact(desk.by, f"C {at}", email=f"c{at}@x.example", standing="client") for at in range(3)]
    _all_at_once([lambda: casting.choose(by=desk.by, call=call, clients=people)] * 3)
    assert CastingAsk.objects.count() == 3
    _all_at_once([lambda: casting.send(by=desk.by, call=call)] * 4)
    sending.deliver(run_for=20)
    assert len(desk.sink.received) == Message.objects.count() == 3
    ask = CastingAsk.objects.order_by("pk")[0]
    yes = dict.fromkeys(casting.KEYS, True)
    _all_at_once([lambda: casting.answer(ask=ask, would=True, answers=yes)] * AT_ONCE)
    assert Interview.objects.filter(guest=ask.contact).count() == 1


def test_taking_away_what_is_published_anew_at_that_moment_waits_for_it(desk: Desk) -> None:
    talk = out.published(desk.by)
    VoiceConsent.objects.filter(to="publication").update(revoked_at=clock.now())
    ready, begun = Event(), Event()

    def published_anew() -> None:
        with transaction.atomic():  # in the order in which publishing holds them
            Interview.objects.select_for_update().get(pk=talk.pk)
            ready.set()
            begun.wait(10)
            time.sleep(0.5)
            Episode.objects.select_for_update().get(interview=talk)

    def taken_away() -> None:
        ready.wait(10)
        begun.set()
        withdrawing.watch()

    _all_at_once([published_anew, taken_away])
    assert Episode.objects.get().ended_at is not None
