"""What comes back stops mail to the recipient of our own message, and to nobody else whatever it quotes."""

from __future__ import annotations

import json
from urllib.parse import urlencode

import pytest
from tests import make
from tests.rooms.mail import letters

from passalong.accounts.models import Member
from passalong.mail import addresses
from passalong.mail.models import Inbound, Message, Suppression, Trouble, Verdict
from passalong.mail.selectors.inbound import is_on_hold
from passalong.mail.services.receiving import receive, take
from passalong.mail.services.suppression import is_suppressed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("inbox", "dns")]

DSN = """\
From: Mail Delivery System <MAILER-DAEMON@mx.test>
To: {to}
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
Message-ID: <{id}@mx.test>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

This is the mail system at host mx.test.
<{recipient}>: {said}

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.test

Final-Recipient: rfc822; {recipient}
Action: {action}
Status: {status}
Diagnostic-Code: smtp; {said}

--b
Content-Type: text/rfc822-headers

{returned}

--b--
"""
ARF = """\
From: <complaints@isp.test>
To: {to}
Subject: FW: Your visit
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary="b"

--b
Content-Type: text/plain

This is a spam report.

--b
Content-Type: message/feedback-report

Feedback-Type: {kind}
User-Agent: SomeGenerator/1.0
Version: 1
Original-Rcpt-To: {recipient}

--b
Content-Type: message/rfc822

{returned}

Shall we meet?
--b--
"""


@pytest.fixture
def by() -> Member:
    return make.member(email="owner@practice.test")


@pytest.fixture
def message(by) -> Message:
    return letters.sent(by, letters.ann(by))


def dsn(to: str, *, recipient: str = "ann@client.test", said: str = "550 5.1.1 User unknown", **more: str) -> bytes:
    told = {"action": "failed", "status": "5.1.1", "returned": "Subject: Your visit", "id": "d1"} | more
    return DSN.format(to=to, recipient=recipient, said=said, **told).replace("\n", "\r\n").encode()


def test_an_address_that_is_gone_is_not_written_to_again(message, by):
    found = receive(None, dsn(addresses.bounce_address(message)), via="test")
    assert (found.verdict, found.message, found.sign) == (Verdict.BOUNCE, message, "5.1.1")
    assert is_suppressed(by.practice_id, "ann@client.test")
    assert Suppression.objects.get().reason == "bounced"


def test_it_is_known_by_the_message_it_gives_back(message, by):
    raw = dsn("desk@practice.test", returned=f"Message-ID: {message.message_id}")
    assert receive(None, raw, via="test").message == message
    assert is_suppressed(by.practice_id, "ann@client.test")


@pytest.mark.parametrize("recipient", ["victim@elsewhere.test", "VICTIM@elsewhere.test"])
def test_a_report_that_names_somebody_else_stops_nobody_else(message, by, recipient):
    make.contact(by, "Victor Victim", email="victim@elsewhere.test")
    receive(None, dsn(addresses.bounce_address(message), recipient=recipient), via="test")
    assert not is_suppressed(by.practice_id, "victim@elsewhere.test")
    assert is_suppressed(by.practice_id, "ann@client.test")


def test_a_forged_tag_changes_nothing(message, by):
    address = addresses.bounce_address(message)
    tag = addresses.tag_of(address)
    for number, false in enumerate((tag[:-1] + ("a" if tag[-1] != "a" else "c"), "b" + "2" * 34, "r" + tag[1:])):
        receive(None, dsn(address.replace(tag, false), id=f"f{number}"), via="test")
    assert not Suppression.objects.exists()
    assert not Trouble.objects.exists()


def test_a_report_to_the_address_for_answers_stops_nobody_by_itself(message):
    receive(None, dsn(addresses.reply_address(message)), via="test")
    assert not Suppression.objects.exists()


def test_a_letter_a_person_wrote_to_the_envelopes_address_is_no_report(message):
    found = receive(None, letters.letter(to=addresses.bounce_address(message)), via="test")
    assert (found.verdict, Suppression.objects.count()) == (Verdict.REVIEW, 0)


@pytest.mark.parametrize("kind", ["message/delivery-status", "message/feedback-report"])
def test_a_report_attached_to_an_answer_makes_it_no_report(message, kind):
    """Ann answers us and attaches what came back of a letter of hers: her answer is kept, and she is written to."""
    status = "Final-Recipient: rfc822; x@y.test\nAction: failed\nStatus: 5.1.1\nFeedback-Type: abuse\n"
    head = f"From: Ann <ann@client.test>\nTo: {addresses.reply_address(message)}\nMessage-ID: <a@client.test>\n"
    head += f"In-Reply-To: {message.message_id}\nContent-Type: multipart/mixed; boundary=b\n\n"
    parts = f"--b\n\nLook what I got.\n--b\nContent-Type: {kind}\n\n{status}\n--b--\n"
    found = receive(None, (head + parts).replace("\n", "\r\n").encode(), via="test")
    assert (found.verdict, found.text) == (Verdict.REVIEW, "Look what I got.")
    assert not Suppression.objects.exists()


def test_reports_about_nothing_from_here_are_not_kept():
    assert take(None, dsn("desk@practice.test"), via="test").skipped == "other"


def many(by: Member, message: Message, number: int) -> list[Message]:
    return [message, *(letters.sent(by, message.contact) for _ in range(number - 1))]


def soft(message: Message) -> bytes:
    to = addresses.bounce_address(message)
    return dsn(to, status="4.2.2", said="452 4.2.2 Mailbox full", id=message.public_id)


def test_three_passing_troubles_in_two_weeks_hold_mail_until_they_are_old(message, by, settings):
    for number, one in enumerate(many(by, message, 3)):
        assert not is_on_hold(by.practice_id, message.address_key), number
        for _twice in range(2):
            receive(None, soft(one), via="test")
    assert is_on_hold(by.practice_id, message.address_key)
    assert not Suppression.objects.exists()
    settings.CLOCK_OFFSET = 15 * 86400
    assert not is_on_hold(by.practice_id, message.address_key)


@pytest.mark.parametrize(
    ("status", "said", "kind"),
    [
        ("5.1.1", "550 5.1.1 no such user", "hard"),
        ("5.0.0", "550 5.1.1 no such user", "hard"),
        ("5.2.1", "550 5.2.1 disabled", "hard"),
        ("5.2.2", "552 5.2.2 over quota", "soft"),
        ("5.7.1", "550 5.7.1 looks like spam", "soft"),
        ("5.3.4", "552 5.3.4 too big", "soft"),
        ("4.4.1", "no route", "soft"),
    ],
)
def test_only_what_speaks_of_the_address_is_for_good(message, status, said, kind):
    receive(None, dsn(addresses.bounce_address(message), status=status, said=said), via="test")
    assert [one.kind for one in Trouble.objects.all()] == [kind]


@pytest.mark.parametrize("action", ["delayed", "relayed", "delivered"])
def test_what_only_takes_longer_or_arrived_counts_for_nothing(message, action):
    receive(None, dsn(addresses.bounce_address(message), action=action, status="4.4.1"), via="test")
    assert not Trouble.objects.exists()


@pytest.mark.parametrize(
    ("sender", "subject", "text", "kind"),
    [
        (
            "MAILER-DAEMON@mx.test",
            "failure notice",
            "Hi. This is the qmail-send program at mx.test.\n\n<ann@client.test>:\n"
            "Remote host said: 550 5.1.1 unknown user\n",
            "hard",
        ),
        (
            "Mail Delivery System <Mailer-Daemon@mx.test>",
            "Mail delivery failed: returning message to sender",
            "It could not be delivered.\n\n  ann@client.test\n    SMTP error: 550 No such user here\n",
            "hard",
        ),
        (
            "postmaster@mx.test",
            "Undeliverable: Your visit",
            "ann@client.test\nMailbox full. 452 4.2.2\n",
            "soft",
        ),
        ("postmaster@mx.test", "Unzustellbar: Ihr Besuch", "Die Adresse ist voll.\n", "soft"),
    ],
)
def test_reports_without_their_form(message, sender, subject, text, kind):
    raw = letters.letter(sender=sender, subject=subject, text=text, to=addresses.bounce_address(message))
    assert receive(None, raw, via="test").verdict == Verdict.BOUNCE
    assert [one.kind for one in Trouble.objects.all()] == [kind]


def test_what_is_kept_of_the_servers_words_names_nobody(message):
    receive(None, dsn(addresses.bounce_address(message), said="550 5.1.1 <ann@client.test> unknown"), via="test")
    assert Trouble.objects.get().said == "550 5.1.1 … unknown"


def arf(message: Message, kind: str = "abuse", recipient: str = "ann@client.test") -> bytes:
    returned = f"From: desk@practice.test\nMessage-ID: {message.message_id}"
    told = {"to": "abuse@practice.test", "kind": kind, "recipient": recipient, "returned": returned}
    return ARF.format(**told).replace("\n", "\r\n").encode()


def test_a_complaint_stops_everything_for_its_recipient_alone(message, by):
    found = receive(None, arf(message, recipient="victim@elsewhere.test"), via="test")
    assert found.verdict == Verdict.COMPLAINT
    assert (is_suppressed(by.practice_id, "ann@client.test"), Suppression.objects.count()) == (True, 1)


def test_the_report_that_it_was_no_spam_stops_nobody(message):
    receive(None, arf(message, kind="not-spam"), via="test")
    assert not Suppression.objects.exists()


SECRET = "a-secret-of-the-hook"


@pytest.fixture
def hook(settings, client):
    settings.MAIL_HOOK_SECRET = SECRET

    def post(told, provider: str = "postmark", secret: str = SECRET):
        body = told if isinstance(told, (str, bytes)) else json.dumps(told)
        return client.post(f"/hook/{secret}/{provider}", body, content_type="application/json")

    return post


def bounced(message: Message, **more: object) -> dict[str, object]:
    told = {"RecordType": "Bounce", "Type": "HardBounce", "TypeCode": 1, "Email": "ann@client.test"}
    return told | {"MessageID": "provider-1", "ID": 1, "Details": "gone", "BouncedAt": "2026-05-04T10:00:00Z"} | more


def test_a_provider_tells_that_an_address_is_gone(message, by, hook):
    Message.objects.filter(pk=message.pk).update(answer="accepted as provider-1")
    for _replayed in range(3):
        assert hook(bounced(message)).status_code == 200
    assert is_suppressed(by.practice_id, "ann@client.test")
    assert Trouble.objects.count() == 1


def test_a_provider_cannot_stop_somebody_the_message_did_not_go_to(message, by, hook):
    Message.objects.filter(pk=message.pk).update(answer="accepted as provider-1")
    make.contact(by, "Victor Victim", email="victim@elsewhere.test")
    for told in (bounced(message, Email="victim@elsewhere.test"), bounced(message, MessageID="another")):
        assert hook(told).status_code == 200
    assert not Suppression.objects.exists()


def test_complaints_and_leaving_by_a_provider(message, by, hook):
    Message.objects.filter(pk=message.pk).update(answer="accepted as provider-1")
    hook(bounced(message, RecordType="SpamComplaint", Type="SpamComplaint", TypeCode=512))
    assert Suppression.objects.get().reason == "complained"


def test_the_hook_answers_the_same_to_whoever_does_not_know_the_secret(message, hook, settings, client):
    said = {hook(bounced(message), secret=secret).content for secret in ("wrong", SECRET + "x", SECRET[:-1])}
    assert said == {b""}
    assert hook(bounced(message), secret="wrong").status_code == 404
    assert hook(bounced(message), provider="nobody").status_code == 404
    settings.MAIL_HOOK_SECRET = ""
    assert hook(bounced(message), secret="none").status_code == 404
    assert not Trouble.objects.exists()


def test_trying_the_address_changes_nothing_and_sets_no_cookie(hook, client):
    for ask in (client.get, client.head):
        answer = ask(f"/hook/{SECRET}/postmark")
        assert (answer.status_code, answer.content, answer.cookies) == (200, b"", {})


@pytest.mark.parametrize("body", ["", "{", "[]", "null", '{"RecordType": {}}', "\x00", '{"a":' * 5000])
def test_what_is_no_event_is_refused_calmly(hook, body):
    for provider in ("postmark", "brevo", "mailjet", "sparkpost", "mailgun", "postmark-inbound"):
        assert hook(body, provider=provider).status_code in (200, 400), provider
    assert not Inbound.objects.exists()


def test_too_much_is_not_read(hook):
    assert hook("x" * (5 * 1024 * 1024)).status_code == 413
    assert hook("x" * (13 * 1024 * 1024)).status_code == 413


def test_a_letter_that_arrived_at_a_provider_keeps_its_signature(message, hook, dns, client):
    letters.publish(dns, "client.test")
    raw = letters.sign(letters.letter(to=addresses.reply_address(message)), "client.test")
    assert hook({"RawEmail": raw.decode(), "From": "x"}, provider="postmark-inbound").status_code == 200
    assert (Inbound.objects.get().verdict, Inbound.objects.get().via) == (Verdict.MATCHED, "postmark")
    again = raw.replace(b"reply-1", b"reply-2")
    form = urlencode({"body-mime": again.decode()})
    client.post(f"/hook/{SECRET}/mailgun-inbound", form, content_type="application/x-www-form-urlencoded")
    assert Inbound.objects.count() == 2
