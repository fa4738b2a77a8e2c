"""What doctor says of mail: one sentence, never the password."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.test import override_settings
from tests.mailhost import Sink
from tests.rooms.mail.outgoing import SMTP, queued, sink_of, writer

from passalong.cli.doctor import check_mail
from passalong.core import clock

pytestmark = pytest.mark.django_db


def test_a_server_that_answers():
    with Sink() as sink, sink_of(sink):
        check = check_mail()
    assert (check.state, check.text) == ("ok", "127.0.0.1 answers; messages come from hello@practice.example.")


def test_a_refused_login_and_a_server_that_is_away():
    with Sink(password="right") as sink, sink_of(sink, EMAIL_HOST_USER="me", EMAIL_HOST_PASSWORD="wrong-one"):
        check = check_mail()
    assert check.state == "broken"
    assert "refused the login" in check.text
    assert "wrong-one" not in check.text
    with override_settings(EMAIL_BACKEND=SMTP, EMAIL_HOST="127.0.0.1", EMAIL_PORT=sink.port):
        assert "cannot be reached" in check_mail().text


def test_what_is_stuck_is_a_warning():
    with Sink() as sink, sink_of(sink):
        queued(writer())
        assert check_mail().state == "ok"
        with time_machine.travel(clock.now() + timedelta(minutes=61)):
            check = check_mail()
    assert check.state == "warning"
    assert "more than an hour ago: 1." in check.text


def test_without_a_server_it_says_where_messages_are(tmp_path):
    backend = "django.core.mail.backends.filebased.EmailBackend"
    with override_settings(EMAIL_BACKEND=backend, EMAIL_FILE_PATH=tmp_path):
        check = check_mail()
    assert check.state == "warning"
    assert str(tmp_path) in check.text
