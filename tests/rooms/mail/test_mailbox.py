"""A real Dovecot is read: by password and by token, from where the last look ended, without leaving a mark."""

from __future__ import annotations

import imaplib
import ssl
from collections.abc import Iterator

import pytest
from django.db import DataError
from tests import make
from tests.dnsserver import free_port
from tests.dovecot import CLIENT_ID, CLIENT_SECRET, PASSWORD, REFRESH, Dovecot
from tests.mailhost import Sink
from tests.rooms.mail import letters
from tests.rooms.mail.outgoing import sink_of

from passalong.accounts.models import Member
from passalong.core import blobs
from passalong.core.errors import NotAllowed
from passalong.mail import addresses, imap
from passalong.mail.models import Inbound, MailboxMark, Message, Verdict
from passalong.mail.reading import limits
from passalong.mail.services import mailbox, outbox, receiving, sending

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("inbox"),
    pytest.mark.skipif(bool(Dovecot.absent()), reason=Dovecot.absent() or "there"),
]
USER = "inbox@practice.test"


@pytest.fixture(scope="module")
def running() -> Iterator[Dovecot]:
    with Dovecot(USER) as server:
        yield server


@pytest.fixture
def server(running: Dovecot, settings) -> Dovecot:
    """Empty, and read from the beginning."""
    client = running.client()
    for folder in ("INBOX", "Done"):
        said, told = client.select(folder)
        if said == "OK" and told != [b"0"]:
            client.store("1:*", "+FLAGS", "\\Deleted")
            client.expunge()
    client.logout()
    running.tokens.answer_with = None
    imap._forget_token()
    settings.IMAP_URL = running.url()
    return running


@pytest.fixture
def by() -> Member:
    return make.member(email="owner@practice.test")


@pytest.fixture
def message(by) -> Message:
    return letters.sent(by, letters.ann(by))


def answer(message: Message, number: int = 1) -> bytes:
    raw = letters.letter(to=addresses.reply_address(message), message_id=f"<a{number}@client.test>")
    return letters.sign(raw, "client.test")


def as_seen(server: Dovecot) -> list[tuple[bytes, bytes]]:
    """Flags and bytes of every message, by a client of its own."""
    client = server.client()
    client.select("INBOX", readonly=True)
    _said, told = client.fetch("1:*", "(FLAGS BODY.PEEK[])")
    client.logout()
    return [(one[0], one[1]) for one in told if isinstance(one, tuple)]


@pytest.mark.storage
def test_an_answer_is_delivered_read_matched_and_leaves_no_mark(server, message, dns):
    letters.publish(dns, "client.test")
    server.deliver(answer(message), sender="ann@client.test")
    server.append(letters.letter(to="owner@practice.test"))
    before = as_seen(server)
    found = mailbox.look()
    assert (found.read, found.used, dict(found.skipped)) == (2, 1, {"other": 1})
    kept = Inbound.objects.get()
    assert (kept.verdict, kept.contact, kept.message) == (Verdict.MATCHED, message.contact, message)
    assert blobs.read(kept.raw) == before[0][1]
    assert as_seen(server) == before
    assert all(b"\\Seen" not in flags for flags, _raw in before)


def test_a_thank_you_goes_out_and_a_stop_comes_back(server, by, dns):
    """The whole way: by a real mail server out, by a real mailbox in, to the address that stood in Reply-To."""
    letters.publish(dns, "client.test")
    by.practice.imprint = "1 Harbour Street"
    by.practice.save()
    ann = letters.ann(by)
    with Sink() as sink, sink_of(sink, MAIL_INBOX=USER, DEFAULT_FROM_EMAIL="desk@practice.test"):
        thanks = letters.sent(by, ann, purpose="thanks", key="one")
        outbox.send(by=None, message=thanks)
        assert sending.deliver() == 1
        went = sink.received[0].parsed
        stop = letters.letter(to=str(went["Reply-To"]), text="Stop", in_reply_to=str(went["Message-ID"]))
        server.deliver(letters.sign(stop, "client.test"), sender="ann@client.test")
        assert mailbox.look().used == 1
        again = outbox.send(by=None, message=letters.sent(by, ann, purpose="thanks", key="two"))
        assert (again.state, again.rule) == ("held", "suppression")
        assert sending.deliver() == 0
    assert len(sink.received) == 1


def test_a_database_that_refuses_one_letter_keeps_no_other_out(server, message, dns, monkeypatch):
    for number in (1, 2):
        server.append(answer(message, number))
    true, calls = receiving.take, []

    def refuses_once(*given, **named):
        calls.append(given)
        if len(calls) == 1:
            raise DataError("value too long")
        return true(*given, **named)

    monkeypatch.setattr(receiving, "take", refuses_once)
    found = mailbox.look()
    assert (found.read, found.used, dict(found.skipped)) == (2, 1, {"broken": 1})


def test_the_next_look_goes_on_where_the_last_one_ended(server, message, dns):
    server.append(answer(message, 1))
    assert mailbox.look().used == 1
    assert mailbox.look().read == 0
    server.append(answer(message, 2))
    assert (mailbox.look().read, Inbound.objects.count()) == (1, 2)


def test_where_the_server_counts_anew_nothing_is_lost_or_kept_twice(server, message, dns):
    server.append(answer(message, 1))
    mailbox.look()
    first = MailboxMark.objects.get().validity
    server.wipe()
    for number in (1, 2):
        server.append(answer(message, number))
    found = mailbox.look()
    assert MailboxMark.objects.get().validity != first
    assert (found.used, dict(found.skipped)) == (1, {"twice": 1})


def test_a_look_that_ended_halfway_is_repeated_without_harm(server, message, dns, monkeypatch):
    for number in range(3):
        server.append(answer(message, number))
    true, calls = receiving.take, []

    def fails_once(*given, **named):
        calls.append(given)
        if len(calls) == 2:
            raise KeyboardInterrupt  # the process is told to end
        return true(*given, **named)

    monkeypatch.setattr(receiving, "take", fails_once)
    with pytest.raises(KeyboardInterrupt):
        mailbox.look()
    MailboxMark.objects.update(held_until=None)
    mailbox.look()
    assert Inbound.objects.count() == 3


def test_one_broken_message_keeps_no_other_out(server, message, dns, monkeypatch):
    for number in range(3):
        server.append(answer(message, number))
    true = receiving.take

    def breaks(practice, raw, *, via):
        if b"<a1@" in raw:
            raise RecursionError
        return true(practice, raw, via=via)

    monkeypatch.setattr(receiving, "take", breaks)
    found = mailbox.look()
    assert (found.used, dict(found.skipped)) == (2, {"broken": 1})


def test_a_look_takes_a_bounded_number(server, message, dns, monkeypatch):
    monkeypatch.setattr(mailbox, "BATCH", 2)
    for number in range(5):
        server.append(answer(message, number))
    assert [mailbox.look().used for _ in range(3)] == [2, 2, 1]


def test_two_workers_do_not_read_at_once(server, message):
    server.append(answer(message))
    mark = MailboxMark.objects.create(name=imap.account().name)
    assert mailbox._hold(mark)
    assert mailbox.look() is None
    assert not Inbound.objects.exists()


def test_of_a_message_that_is_too_large_the_headers_are_fetched(server, message, dns, monkeypatch):
    monkeypatch.setattr(limits, "MOST_BYTES", 20_000)
    server.append(letters.letter(to=addresses.reply_address(message), text="word " * 20_000))
    assert mailbox.look().used == 1
    kept = Inbound.objects.get()
    assert (kept.verdict, kept.raw, kept.message) == (Verdict.TOO_BIG, None, message)


def test_what_was_used_is_moved_where_a_folder_is_named(server, message, dns, settings):
    settings.IMAP_DONE_FOLDER = "Done"
    client = server.client()
    client.create("Done")
    server.append(answer(message))
    server.append(letters.letter(to="owner@practice.test"))
    mailbox.look()
    counts = [client.select(folder, readonly=True)[1][0] for folder in ("INBOX", "Done")]
    client.logout()
    assert counts == [b"1", b"1"]


def test_by_token(server, message, dns, settings):
    settings.IMAP_URL = server.url(password="")
    settings.MAIL_OAUTH_CLIENT_ID, settings.MAIL_OAUTH_CLIENT_SECRET = CLIENT_ID, CLIENT_SECRET
    settings.MAIL_OAUTH_REFRESH_TOKEN, settings.MAIL_OAUTH_TOKEN_URL = REFRESH, server.tokens.url
    asked = len(server.tokens.asked)
    server.append(answer(message))
    assert mailbox.look().used == 1
    mailbox.look()
    assert len(server.tokens.asked) == asked + 1  # the token is used until it ends
    server.tokens.tokens.clear()  # taken back at the provider: refused once, then asked for anew
    assert mailbox.look() is None
    assert mailbox.look() is not None


@pytest.mark.parametrize(
    "misbehaviour",
    [
        (302, b"", {"Location": "http://127.0.0.1:9/elsewhere"}),
        (400, b'{"error": "invalid_grant", "error_description": "refresh-token-1 has ended"}', {}),
        (200, b"x" * 1_000_000, {}),
        (200, b"[]", {}),
        (200, b'{"access_token": "a b\\r\\nc"}', {}),
    ],
)
def test_a_token_server_that_misbehaves_is_told_without_secrets(server, settings, misbehaviour, caplog):
    settings.MAIL_OAUTH_CLIENT_ID, settings.MAIL_OAUTH_CLIENT_SECRET = CLIENT_ID, CLIENT_SECRET
    settings.MAIL_OAUTH_REFRESH_TOKEN, settings.MAIL_OAUTH_TOKEN_URL = REFRESH, server.tokens.url
    server.tokens.answer_with = misbehaviour
    assert mailbox.look() is None
    said = MailboxMark.objects.get().error
    assert "access token" in said
    for secret in (CLIENT_SECRET, REFRESH, PASSWORD):
        assert secret not in said + caplog.text


def test_a_wrong_password_is_told_without_it(server, settings, caplog):
    settings.IMAP_URL = server.url(password="canary-secret")
    assert mailbox.look() is None
    assert "refuses" in MailboxMark.objects.get().error
    assert "canary-secret" not in MailboxMark.objects.get().error + caplog.text


def test_encrypted_only_with_a_certificate_that_is_vouched_for(server, message, dns, settings, monkeypatch):
    settings.IMAP_URL = server.url(tls=True)
    assert mailbox.look() is None
    assert "certificate" in MailboxMark.objects.get().error
    monkeypatch.setenv("SSL_CERT_FILE", str(server.certificates.authority))
    server.append(answer(message))
    assert mailbox.look().used == 1
    assert ssl.create_default_context().verify_mode is ssl.CERT_REQUIRED


def test_a_server_that_is_down_is_told_and_comes_back_alone(server, message, dns):
    server.append(answer(message))
    server.stop()
    assert mailbox.look() is None
    mark = MailboxMark.objects.get()
    assert "cannot be reached" in mark.error
    assert mark.well_at is None
    server.start()
    assert mailbox.look().used == 1
    mark.refresh_from_db()
    assert (mark.error, mark.read, mark.used) == ("", 1, 1)


@pytest.mark.parametrize(
    "url",
    ["http://a:b@host/", "imap+ssl://host/", "imap+ssl://a:b@host:99999/", "nonsense", "imap://a:b@mail.example.org/"],
)
def test_settings_that_make_no_sense_are_told(settings, url):
    settings.IMAP_URL = url
    assert mailbox.look() is None
    assert "IMAP_URL" in MailboxMark.objects.get().error


def test_a_server_that_does_not_answer_takes_no_longer_than_its_time(settings, monkeypatch):
    import socket

    monkeypatch.setattr(imap, "TIMEOUT", 0.2)
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", free_port()))
        deaf.listen()
        settings.IMAP_URL = f"imap://a:b@127.0.0.1:{deaf.getsockname()[1]}/"
        assert mailbox.look() is None
    assert "does not answer in time" in MailboxMark.objects.get().error


def test_only_an_owner_tries_the_connection(server, by):
    server.append(letters.letter())
    assert mailbox.test(by=by) == 1
    with pytest.raises(NotAllowed):
        mailbox.test(by=make.assistant(by.practice))


def test_no_mailbox_no_look(settings):
    settings.IMAP_URL = ""
    assert mailbox.look() is None
    assert not MailboxMark.objects.exists()
    assert imaplib.Debug == 0
