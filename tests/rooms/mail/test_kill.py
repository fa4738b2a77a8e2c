"""The worker is killed, not asked to stop, again and again: nothing lost or doubled, the unknowable told as such."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter

import pytest
from django.db import connection
from tests.mailhost import Sink
from tests.rooms.mail.outgoing import FROM, client, writer

from passalong.core import blobs, clock
from passalong.core.keyed import keyed_hash
from passalong.mail.models import MailState, Message

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.storage]

WORK = """
import os
import django
from django.conf import settings
name = os.environ["TEST_DATABASE"]
settings.DATABASES["default"]["NAME"] = name
settings.EMAIL_TIMEOUT = 10
django.setup()
from passalong.mail.services import sending
print("at work", flush=True)
while sending.due().exists() or sending.in_hand().exists():
    sending.deliver(run_for=5)
"""


def _worker(sink: Sink) -> subprocess.Popen[str]:
    """A process that delivers from this test's database."""
    more = {
        "TEST_DATABASE": str(connection.settings_dict["NAME"]),
        "EMAIL_URL": f"smtp://127.0.0.1:{sink.port}",
        "MAIL_FROM": FROM,
        "PYTHONPATH": "src:.",
    }
    return subprocess.Popen(
        [sys.executable, "-c", WORK], env=os.environ | more, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )


def _fill(count: int) -> None:
    """Queued messages to a tenth as many people."""
    rowan = writer()
    contact = client(rowan)
    practice = rowan.practice
    now = clock.now()
    for number in range(count):
        address = f"p{number % (count // 10)}@client.example"
        ident = f"<m{number:05}@practice.example>"
        raw = f"From: <{FROM}>\r\nTo: <{address}>\r\nSubject: {number}\r\nMessage-ID: {ident}\r\n\r\nHello.\r\n"
        Message.objects.create(
            practice=practice,
            purpose="personal",
            state=MailState.QUEUED,
            key=str(number),
            written_by=rowan,
            contact=contact,
            address=address,
            address_key=keyed_hash(practice.pk, address),
            sender=FROM,
            subject=str(number),
            text="Hello.",
            mime=blobs.keep(practice.pk, raw.encode(), "message/rfc822"),
            message_id=ident,
            queued_at=now,
            due_at=now,
            next_at=now,
        )


def _kill_often(seed: int, count: int, kills: int) -> None:
    chance = random.Random(seed)
    _fill(count)
    with Sink() as sink:
        killed = 0
        while True:
            worker = _worker(sink)
            assert worker.stdout is not None
            said = worker.stdout.readline()
            assert said.strip() == "at work", said + worker.stdout.read()
            if killed >= kills:
                output, _ = worker.communicate(timeout=900)
                assert worker.returncode == 0, output
                break
            before = len(sink.received)
            goal = before + max(1, round(count / (kills + 1) * chance.uniform(0.3, 1.2)))
            while len(sink.received) < min(goal, count) and worker.poll() is None:
                time.sleep(0.001)
            time.sleep(chance.uniform(0, 0.03))
            worker.send_signal(signal.SIGKILL)
            worker.wait()
            worker.stdout.close()
            killed += 1
        counted = Counter(sink.ids())
    assert [one for one, times in counted.items() if times > 1] == []
    states = dict(Message.objects.values_list("message_id", "state"))
    assert set(states.values()) <= {MailState.SENT, MailState.UNKNOWN}
    assert {one for one, state in states.items() if state == MailState.SENT} <= set(counted)
    missing = set(states) - set(counted)
    unknown = {one for one, state in states.items() if state == MailState.UNKNOWN}
    assert missing <= unknown
    assert len(unknown) <= kills
    for address in set(Message.objects.values_list("address", flat=True)):
        arrived = [int(str(one.parsed["Subject"])) for one in sink.received if one.recipients == [address]]
        assert arrived == sorted(arrived)


def test_killed_three_times_nothing_is_lost_or_doubled():
    _kill_often(seed=4, count=150, kills=3)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(20))
def test_killed_often_during_a_thousand(seed):
    _kill_often(seed=seed, count=1000, kills=8)
