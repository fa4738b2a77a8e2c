"""What becomes of a message when the mail server does not do as it should; order, giving up, several workers."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from tests import make
from tests.mailhost import Sink
from tests.rooms.mail.outgoing import client, drafted, queued, sink_of, writer

from passalong.core import clock
from passalong.mail.models import MailState, Message
from passalong.mail.services import outbox, sending
from passalong.mail.services.suppression import suppress

pytestmark = pytest.mark.django_db


def states() -> list[str]:
    return list(Message.objects.order_by("pk").values_list("state", flat=True))


@pytest.mark.parametrize(
    ("manners", "state", "said"),
    [
        ({"rcpt": "550 5.1.1 no such user"}, MailState.FAILED, "5.1.1"),
        ({"rcpt": "450 4.2.2 mailbox full"}, MailState.QUEUED, "4.2.2"),
        ({"mail": "550 5.7.1 sender not yours"}, MailState.QUEUED, "refused the sender"),
        ({"data": "554 5.7.1 looks like spam"}, MailState.FAILED, "5.7.1"),
        ({"data": "452 4.3.1 disk full"}, MailState.QUEUED, "4.3.1"),
        ({"cut": "mail"}, MailState.QUEUED, "before anything"),
        ({"cut": "before"}, MailState.QUEUED, "before anything"),
        ({"cut": "data"}, MailState.UNKNOWN, "No answer"),
    ],
)
def test_each_way_of_failing_is_told_apart(manners, state, said):
    with Sink() as sink, sink_of(sink):
        message = queued(writer())
        for name, value in manners.items():
            setattr(sink.manners, name, value)
        assert sending.deliver() == 0
        message.refresh_from_db()
        assert message.state == state
        assert said in message.reason
        sink.manners.__init__()
        with time_machine.travel(clock.now() + timedelta(minutes=2)):
            sending.deliver()
    arrived = {MailState.FAILED: 0, MailState.QUEUED: 1, MailState.UNKNOWN: 1}[state]
    assert len(sink.received) == arrived
    assert states() == [MailState.SENT if state == MailState.QUEUED else state]


def test_an_answer_that_means_nothing_leaves_it_unknown():
    with Sink() as sink, sink_of(sink):
        message = queued(writer())
        sink.manners.data = "354 go on"
        assert sending.deliver() == 0
    message.refresh_from_db()
    assert (message.state, message.reason) == (MailState.UNKNOWN, "No answer came after the hand-over.")


def test_any_yes_of_the_server_is_a_yes():
    with Sink() as sink, sink_of(sink):
        message = queued(writer())
        sink.manners.data = "251 kept elsewhere"
        assert sending.deliver() == 1
    message.refresh_from_db()
    assert (message.state, message.answer) == (MailState.SENT, "251 kept elsewhere")


def test_a_message_nobody_foresaw_holds_up_no_other(monkeypatch):
    rowan = writer()
    with Sink() as sink, sink_of(sink):
        odd = queued(rowan, subject="odd")
        queued(rowan, client(rowan, "Bea Lind", "bea@client.example"), subject="plain")
        judge = sending.judge

        def stumbles(message: Message) -> object:
            if message.pk == odd.pk:
                raise ZeroDivisionError
            return judge(message)

        monkeypatch.setattr(sending, "judge", stumbles)
        assert sending.deliver() == 1
        odd.refresh_from_db()
        assert (odd.state, odd.tries) == (MailState.QUEUED, 1)
        assert "ZeroDivisionError" in odd.reason
        monkeypatch.setattr(sending, "judge", judge)
        with time_machine.travel(clock.now() + timedelta(minutes=2)):
            assert sending.deliver() == 1
    assert [str(one.parsed["Subject"]) for one in sink.received] == ["plain", "odd"]


def test_what_breaks_off_in_the_hand_over_for_a_reason_of_our_own_is_not_sent_again_by_itself(monkeypatch):
    rowan = writer()
    with Sink() as sink, sink_of(sink):
        queued(rowan)
        monkeypatch.setattr("passalong.mail.transport.smtp._dotted", lambda content: 1 / 0)
        assert sending.deliver() == 0
    assert states() == [MailState.UNKNOWN]


def test_a_message_taken_over_leaves_the_connection_to_the_next(monkeypatch):
    """The server must not take the next message for a part of the one that was left."""
    rowan = writer()
    with Sink() as sink, sink_of(sink):
        lost = queued(rowan)
        queued(rowan, client(rowan, "Bea Lind", "bea@client.example"))
        begin = sending._begin

        def loses(message: Message, claim: str) -> None:
            if message.pk == lost.pk:
                Message.objects.filter(pk=message.pk).update(state="cancelled")
            begin(message, claim)

        monkeypatch.setattr(sending, "_begin", loses)
        assert sending.deliver() == 1
    assert states() == [MailState.CANCELLED, MailState.SENT]
    assert [one.recipients for one in sink.received] == [["bea@client.example"]]


def test_what_was_taken_back_meanwhile_is_not_queued_again():
    sink = Sink()
    with sink_of(sink):
        message = queued(writer())
        Message.objects.filter(pk=message.pk).update(state="cancelled", claim="mine")
        sending._again(message, "mine", "the server is down")
    assert states() == [MailState.CANCELLED]


def test_the_password_is_asked_for_and_never_told():
    with Sink(password="right") as sink:
        with sink_of(sink, EMAIL_HOST_USER="me", EMAIL_HOST_PASSWORD="secret-and-wrong"):
            message = queued(writer())
            sending.deliver()
        message.refresh_from_db()
        assert message.state == MailState.QUEUED
        assert "refused the login" in message.reason
        assert "secret-and-wrong" not in message.reason
        with (
            sink_of(sink, EMAIL_HOST_USER="me", EMAIL_HOST_PASSWORD="right"),
            time_machine.travel(clock.now() + timedelta(minutes=2)),
        ):
            assert sending.deliver() == 1


def test_a_server_that_was_down_for_an_hour_gets_everything_in_order():
    rowan = writer()
    ann, bea = client(rowan), client(rowan, "Bea Lind", "bea@client.example")
    sink = Sink()
    with sink_of(sink):
        messages = [queued(rowan, who, subject=f"{who} {n}") for n in range(3) for who in (ann, bea)]
        start = clock.now()
        for minute in range(60):
            with time_machine.travel(start + timedelta(minutes=minute)):
                assert sending.deliver() == 0
        assert set(states()) == {MailState.QUEUED}
        with sink:
            for minute in range(60, 60 + 6 * 60, 10):
                with time_machine.travel(start + timedelta(minutes=minute)):
                    sending.deliver()
    assert set(states()) == {MailState.SENT}
    subjects = [str(one.parsed["Subject"]) for one in sink.received]
    for who in (ann, bea):
        assert [one for one in subjects if one.startswith(str(who))] == [f"{who} {n}" for n in range(3)]
    assert sorted(sink.ids()) == sorted(one.message_id for one in messages)


def test_waits_grow_up_to_six_hours_and_end_after_three_days():
    waits = [sending.wait_after(tries).total_seconds() for tries in range(20)]
    assert 45 <= waits[0] <= 75
    assert 16_200 <= waits[-1] <= 27_000
    sink = Sink()
    with sink_of(sink):
        message = queued(writer())
        start = clock.now()
        for hour in range(0, 92, 7):  # a wait is 7.5 hours at most: the try after hour 72 falls on 77 or 84
            with time_machine.travel(start + timedelta(hours=hour)):
                sending.deliver()
    message.refresh_from_db()
    assert message.state == MailState.FAILED
    assert "three days" in message.reason


def test_a_later_message_waits_for_an_earlier_one_to_the_same_person_only():
    rowan = writer()
    ann, bea = client(rowan), client(rowan, "Bea Lind", "bea@client.example")
    with Sink() as sink, sink_of(sink):
        queued(rowan, ann, subject="first")
        sink.manners.refuse = {"ann@client.example": "450 later"}
        sending.deliver()
        queued(rowan, ann, subject="second")
        queued(rowan, bea, subject="other")
        sink.manners.refuse = {}
        sending.deliver()
        assert [str(one.parsed["Subject"]) for one in sink.received] == ["other"]
        with time_machine.travel(clock.now() + timedelta(minutes=2)):
            sending.deliver()
    assert [str(one.parsed["Subject"]) for one in sink.received] == ["other", "first", "second"]


def test_a_thank_you_that_waits_for_days_keeps_nobody_waiting():
    rowan = writer()
    ann = client(rowan)
    with Sink() as sink, sink_of(sink):
        slow = drafted(rowan, ann, purpose="thanks")
        outbox.send(by=None, message=slow, not_before=clock.now() + timedelta(days=5))
        queued(rowan, ann, subject="today")
        assert sending.deliver() == 1
        with time_machine.travel(clock.now() + timedelta(days=5, minutes=1)):
            assert sending.deliver() == 1
    assert sink.received[1].parsed["Auto-Submitted"] == "auto-generated"


def test_suppressed_after_it_was_queued_is_not_sent():
    rowan = writer()
    with Sink() as sink, sink_of(sink):
        message = queued(rowan)
        suppress(rowan.practice_id, "ANN@client.example", reason="by_hand", by=rowan)
        assert sending.deliver() == 0
    message.refresh_from_db()
    assert (message.state, message.rule) == (MailState.HELD, "suppression")
    assert sink.received == []


def test_a_dead_worker_in_hand_over_leaves_an_unknown_one_that_only_a_person_settles():
    rowan = writer()
    with Sink() as sink, sink_of(sink):
        one, two = queued(rowan), queued(rowan, client(rowan, "Bea Lind", "bea@client.example"))
        dead = f"{sending.socket.gethostname()[:40]}/999999999/abc"
        Message.objects.filter(pk=one.pk).update(state="handing", claim=dead, claimed_at=clock.now())
        Message.objects.filter(pk=two.pk).update(state="claimed", claim=dead, claimed_at=clock.now())
        assert sending.deliver() == 1  # the claimed one; nothing of it had gone
        assert states() == [MailState.UNKNOWN, MailState.SENT]
        sending.deliver()
        assert len(sink.received) == 1
        one.refresh_from_db()
        outbox.settle(by=rowan, message=one, went=False)
        sending.deliver()
        assert len(sink.received) == 2
        assert states() == [MailState.SENT, MailState.SENT]


def test_another_hosts_claim_is_left_alone_until_its_time_is_over():
    message = queued(writer())
    claimed = {"state": "handing", "claim": "elsewhere/12/abc", "claimed_at": clock.now()}
    Message.objects.filter(pk=message.pk).update(**claimed)
    assert sending.take_back() == 0
    with time_machine.travel(clock.now() + timedelta(minutes=16)):
        assert sending.take_back() == 1
    assert states() == [MailState.UNKNOWN]


def test_the_clock_wakes_one_worker_when_something_is_due():
    from django_tasks_db.models import DBTaskResult

    assert not sending.wake()
    message = drafted(writer())
    outbox.send(by=None, message=message, not_before=clock.now() + timedelta(minutes=5))
    assert not sending.wake()
    with time_machine.travel(clock.now() + timedelta(minutes=6)):
        assert sending.wake()
        assert not sending.wake()
    assert DBTaskResult.objects.filter(task_path=sending.TASK).count() == 1


@pytest.mark.storage
@pytest.mark.django_db(transaction=True)
def test_several_workers_send_each_once():
    rowan = make.member()
    rowan.practice.imprint = "1 Harbour Street"
    rowan.practice.save()
    people = [client(rowan, f"Person {n}", f"p{n}@client.example") for n in range(10)]
    with Sink() as sink, sink_of(sink):
        messages = [queued(rowan, people[n % 10], key=f"k{n}", subject=f"{n:03}") for n in range(60)]
        errors: list[BaseException] = []

        def work() -> None:
            try:
                sending.deliver()
            except BaseException as error:
                errors.append(error)
            finally:
                connection.close()

        threads = [threading.Thread(target=work) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        sending.deliver()
    assert errors == []
    assert sorted(sink.ids()) == sorted(one.message_id for one in messages)
    for person in people:
        address = person.points.get().value
        got = [str(one.parsed["Subject"]) for one in sink.received if one.recipients == [address]]
        assert got == sorted(got)
    assert set(states()) == {MailState.SENT}
