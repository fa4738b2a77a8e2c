"""Whoever writes an issue's messages is killed, not asked to stop, again and again, two at a time: each reader once."""

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
from tests.rooms.audience.cast import host, issue, reader
from tests.rooms.mail.outgoing import FROM, writer

from passalong.audience.models import IssueState, Sending
from passalong.audience.services import issues, sending
from passalong.mail.models import Message
from passalong.mail.services.sending import deliver

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.storage]
READERS = 60
WORK = """
import os
import django
from django.conf import settings
settings.DATABASES["default"]["NAME"] = os.environ["TEST_DATABASE"]
django.setup()
from passalong.audience.services import sending
from django.urls import reverse
reverse("portal:unsubscribe", args=["x"])  # reads all addresses, which takes longest
print("at work", flush=True)
sending.go_on()
"""


def _worker() -> subprocess.Popen[bytes]:
    more = {"TEST_DATABASE": str(connection.settings_dict["NAME"]), "MAIL_FROM": FROM, "PYTHONPATH": "src:."}
    return subprocess.Popen([sys.executable, "-c", WORK], env=os.environ | more, stdout=subprocess.PIPE)


def test_each_reader_gets_it_once_whatever_is_killed_when() -> None:
    by, dice = writer(), random.Random(7)
    for number in range(READERS):
        reader(by, f"r{number}@lind.example")
    made = issue(by)
    issues.send(by=by, issue=made)
    for _round in range(2):
        workers = [_worker(), _worker()]
        for one in workers:
            assert one.stdout is not None
            assert one.stdout.readline() == b"at work\n"
        before, until = Sending.objects.count(), time.monotonic() + 10
        while Sending.objects.count() <= before + dice.randrange(3, 12) and time.monotonic() < until:
            if all(one.poll() is not None for one in workers):
                break
            time.sleep(0.01)
        for one in workers:
            one.send_signal(signal.SIGKILL)
            one.communicate()
    assert Sending.objects.count() > 0
    while sending.go_on():
        pass
    made.refresh_from_db()
    assert made.state == IssueState.SENT
    assert (Sending.objects.count(), Message.objects.count()) == (READERS, READERS)
    assert not Sending.objects.filter(message="").exists()
    with host() as sink:
        assert deliver() == READERS
        went = Counter(one.recipients[0] for one in sink.received)
    assert (len(went), max(went.values())) == (READERS, 1)
