"""Other ways out than a mail server: providers by their interfaces, files; one URL that never shows its secret."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from django.test import override_settings
from tests.rooms.mail.outgoing import FROM, drafted, queued, writer

from passalong.config.mail_url import MailUrlError, email_settings
from passalong.core import blobs
from passalong.mail.models import MailState
from passalong.mail.services import sending

SECRET = "s3cret-key"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("smtp://mail.example", ("mail.example", 25, False, False)),
        ("smtps://me:p%40ss@mail.example", ("mail.example", 465, True, False)),
        ("smtp+tls://me:p@mail.example:2525", ("mail.example", 2525, False, True)),
    ],
)
def test_mail_servers(url, expected):
    read = email_settings(url)
    assert tuple(read[f"EMAIL_{name}"] for name in ("HOST", "PORT", "USE_SSL", "USE_TLS")) == expected
    assert "p@ss" in read["EMAIL_HOST_PASSWORD"] or "%40" not in url


@pytest.mark.parametrize(
    ("url", "backend"),
    [
        (f"postmark://{SECRET}@", "postmark"),
        (f"mailgun://{SECRET}@mg.practice.example", "mailgun"),
        (f"resend://{SECRET}@", "resend"),
        (f"brevo://{SECRET}@", "brevo"),
        (f"mailjet://{SECRET}:other@", "mailjet"),
    ],
)
def test_providers(url, backend):
    from django.core.mail import get_connection

    read = email_settings(url)
    assert SECRET in read["ANYMAIL"].values()
    with override_settings(**read):
        assert backend in type(get_connection()).__module__


@pytest.mark.parametrize(
    "url",
    [
        f"mailjet://{SECRET}@",
        f"mailgun://{SECRET}@",
        f"pigeon://{SECRET}@coop",
        f"smtp://me:{SECRET}@",
        f"smtp://me:{SECRET}@host:port",
        f"smtp://[me:{SECRET}",
    ],
)
def test_what_cannot_be_read_says_why_without_the_secret(url):
    with pytest.raises(MailUrlError) as told:
        email_settings(url)
    assert SECRET not in str(told.value)
    assert told.value.__cause__ is None


class Provider:
    """A provider's interface on 127.0.0.1, as Postmark's answers."""

    def __init__(self) -> None:
        self.asked: list[dict[str, object]] = []
        self.status = 200

    def __enter__(self) -> Provider:
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                outer.asked.append(body)
                self.send_response(outer.status)
                self.send_header("Content-Type", "application/json")
                self.end_headers()
                told = {"ErrorCode": 0, "Message": "OK", "MessageID": "abc", "To": body["To"], "SubmittedAt": "x"}
                self.wfile.write(json.dumps(told if outer.status == 200 else {"ErrorCode": 10}).encode())

            def log_message(self, *_args: object) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True)
        self.thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.server.shutdown()
        self.server.server_close()

    def settings(self) -> dict[str, object]:
        url = f"postmark://{SECRET}@?api=http://127.0.0.1:{self.server.server_port}/"
        return {
            **email_settings(url),
            "DEFAULT_FROM_EMAIL": FROM,
            "PUBLIC_URL": "https://a.example",
            "MAIL_UNDO_SECONDS": 0,
        }


@pytest.fixture
def provider() -> Iterator[Provider]:
    with Provider() as running:
        yield running


@pytest.mark.django_db
def test_a_provider_gets_the_same_words_and_headers(provider):
    with override_settings(**provider.settings()):
        message = queued(writer(), purpose="thanks", subject="Thänk you", text="Dear Ann,\n\nthank you.")
        assert sending.deliver() == 1
    (asked,) = provider.asked
    message.refresh_from_db()
    assert message.answer == "accepted as abc"
    assert asked["Subject"] == "Thänk you"
    assert asked["To"] == "Ann Okafor <ann@client.example>"
    assert FROM in str(asked["From"])
    assert "Dear Ann," in str(asked["TextBody"])
    assert "<p>Dear Ann,</p>" in str(asked["HtmlBody"])
    headers = {one["Name"]: one["Value"] for one in asked["Headers"]}
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert headers["Message-ID"] == message.message_id


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("status", "state"),
    [(401, "queued"), (429, "queued"), (503, "queued"), (422, "failed"), (500, "unknown")],
)
def test_each_answer_of_a_provider_is_told_apart(provider, status, state):
    provider.status = status
    with override_settings(**provider.settings()):
        message = queued(writer())
        sending.deliver()
    message.refresh_from_db()
    assert message.state == state
    assert SECRET not in message.reason


@pytest.mark.django_db
def test_a_provider_that_cannot_be_reached_is_tried_again():
    with Provider() as gone:
        said = gone.settings()
    with override_settings(**said):
        message = queued(writer())
        sending.deliver()
    message.refresh_from_db()
    assert message.state == MailState.QUEUED


@pytest.mark.django_db
def test_without_a_mail_server_messages_can_be_read_in_a_folder(tmp_path: Path):
    backend = "django.core.mail.backends.filebased.EmailBackend"
    with override_settings(EMAIL_BACKEND=backend, EMAIL_FILE_PATH=str(tmp_path), MAIL_UNDO_SECONDS=0):
        message = drafted(writer())
        from passalong.mail.services import outbox

        outbox.send(by=message.written_by, message=message)
        assert sending.deliver() == 1
    (file,) = tmp_path.iterdir()
    message.refresh_from_db()
    kept = blobs.read(message.mime).replace(b"\r\n", b"\n").strip()
    assert kept in file.read_bytes().replace(b"\r\n", b"\n")
