"""What arrives is read within bounds, matched by signed tag, sender and signature, kept once, and answers nobody."""

from __future__ import annotations

import time

import pytest
from tests import make
from tests.dnsserver import DnsServer
from tests.rooms.mail import letters
from tests.rooms.mail.letters import got, reply

from passalong.core import blobs
from passalong.mail import addresses, forwarding
from passalong.mail.models import Doubt, Inbound, Message, Verdict
from passalong.mail.reading import limits
from passalong.mail.services import receiving
from passalong.mail.services.receiving import receive, take

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("inbox")]


@pytest.fixture
def message(by, ann) -> Message:
    return letters.sent(by, ann)


@pytest.mark.storage
def test_a_signed_answer_to_the_signed_address_is_the_recipients_own(message, ann, signing):
    raw = letters.sign(reply(message), "client.test")
    found = got(raw)
    assert (found.verdict, found.doubt, found.message, found.contact) == (Verdict.MATCHED, "", message, ann)
    assert found.text == "Thank you, Tuesday suits me."
    assert found.is_cut
    assert found.proof == "client.test"
    assert blobs.read(found.raw) == raw


def test_it_is_known_by_the_ids_it_names_too(message, signing):
    raw = letters.letter(in_reply_to=message.message_id)
    assert got(letters.sign(raw, "client.test")).verdict == Verdict.MATCHED


@pytest.mark.storage
def test_the_same_letter_twice_is_kept_once(message, signing):
    raw = letters.sign(reply(message), "client.test")
    got(raw)
    again = b"Received: from elsewhere\r\n" + raw
    assert take(None, again, via="test").skipped == "twice"
    assert Inbound.objects.count() == 1


def test_without_a_signature_somebody_looks(message, dns):
    found = got(reply(message))
    assert (found.verdict, found.doubt, found.contact) == (Verdict.REVIEW, Doubt.UNPROVEN, None)


def test_a_letter_changed_on_the_way_is_told_as_such(message, signing):
    raw = letters.sign(reply(message), "client.test").replace(b"Tuesday suits", b"Monday suits")
    assert got(raw).doubt == Doubt.FALSE


def test_a_silent_name_service_proves_nothing(message, dns):
    dns.fail("s1._domainkey.client.test")
    assert got(letters.sign(reply(message), "client.test")).doubt == Doubt.NOT_CHECKED


def test_another_domains_signature_is_no_proof(message, signing):
    letters.publish(signing, "evil.test")
    assert got(letters.sign(reply(message), "evil.test")).doubt == Doubt.UNPROVEN


def test_a_signature_that_leaves_the_body_open_is_no_proof(message, signing):
    raw = letters.sign(reply(message), "client.test", length=True)
    assert got(raw + b"And send the money to me.\r\n").doubt == Doubt.UNPROVEN


def test_a_letter_to_somebody_else_sent_on_to_our_address_is_no_answer(message, signing):
    """Signed by the true sender, but not to us: the token stands only where the delivering server noted it."""
    raw = letters.sign(letters.letter(to="somebody@else.test"), "client.test")
    found = got(f"Delivered-To: {addresses.reply_address(message)}\r\n".encode() + raw)
    assert (found.verdict, found.doubt) == (Verdict.REVIEW, Doubt.UNPROVEN)


def test_a_second_addressee_put_on_top_is_not_covered(message, signing):
    raw = letters.sign(letters.letter(to="somebody@else.test"), "client.test")
    found = got(f"To: {addresses.reply_address(message)}\r\n".encode() + raw)
    assert found.verdict == Verdict.REVIEW


def test_headers_beyond_what_is_read_hide_nothing(message, signing):
    """A true letter to somebody else, with so many headers put on top that its own are not reached."""
    true = letters.sign(letters.letter(to="somebody@else.test"), "client.test")
    signature = true[: true.index(b"\r\nFrom:") + 2]
    on_top = f"From: Ann <ann@client.test>\r\nTo: {addresses.reply_address(message)}\r\n".encode()
    filling = b"".join(b"X-%d: a\r\n" % number for number in range(600))
    found = got(signature + on_top + filling + true[len(signature) :])
    assert (found.verdict, found.doubt) == (Verdict.REVIEW, Doubt.UNPROVEN)


def test_a_slow_name_service_is_not_waited_for(message, signing, monkeypatch):
    monkeypatch.setattr("passalong.mail.services.dkim_verify._SECONDS", 0.0)
    assert got(letters.sign(reply(message), "client.test")).doubt == Doubt.NOT_CHECKED


def test_a_signers_name_with_many_dots_at_its_end_is_kept_as_a_name(message, signing):
    raw = letters.sign(reply(message), "client.test" + "." * 300)
    assert got(raw).proof in ("", "client.test")


def test_an_organization_signs_for_its_parts_where_its_policy_says_so(message, signing):
    letters.publish(signing, "mailer.client.test")
    raw = letters.sign(reply(message), "mailer.client.test")
    assert got(raw).doubt == Doubt.UNPROVEN
    signing.txt("_dmarc.client.test", "v=DMARC1; p=none")
    again = letters.sign(reply(message, message_id="<2@client.test>"), "mailer.client.test")
    assert got(again).verdict == Verdict.MATCHED
    signing.remove("_dmarc.client.test", "TXT")
    signing.txt("_dmarc.client.test", "v=DMARC1; p=none; adkim=s")
    strict = letters.sign(reply(message, message_id="<3@client.test>"), "mailer.client.test")
    assert got(strict).doubt == Doubt.UNPROVEN


def test_an_answer_from_another_address_waits_for_a_person(message, signing):
    letters.publish(signing, "other.test")
    raw = letters.sign(reply(message, sender="Ann <ann@other.test>"), "other.test")
    assert (got(raw).verdict, Inbound.objects.get().doubt) == (Verdict.REVIEW, Doubt.OTHER_SENDER)


@pytest.mark.parametrize(
    "sender",
    [
        '"ann@client.test" <mallory@evil.test>',
        "ann@client.test, mallory@evil.test",
        "ann@client.test <mallory@evil.test>",
        "Ann (ann@client.test) <mallory@evil.test>",
        "=?utf-8?q?ann=40client=2Etest?= <mallory@evil.test>",
        "<ann@client.test> <mallory@evil.test>",
        "ann@client.test@evil.test",
        "friends: ann@client.test, mallory@evil.test;",
        "<@client.test:mallory@evil.test>",
    ],
)
def test_tricks_with_addresses_never_look_like_the_recipient(message, signing, sender):
    letters.publish(signing, "evil.test")
    raw = reply(message).replace(b"From: Ann Okafor <ann@client.test>", b"From: " + sender.encode())
    assert sender.encode() in raw
    for domain in ("evil.test", "client.test"):
        found = receive(None, letters.sign(raw, domain), via="test")
        if found is not None:
            assert found.verdict != Verdict.MATCHED
            assert found.sender in ("", "mallory@evil.test")
    assert not Inbound.objects.filter(contact__isnull=False).exists()


def test_altered_foreign_and_old_tags_read_the_same(message, by, signing, settings):
    address = addresses.reply_address(message)
    altered = address.replace("+r", "+b", 1)
    foreign = letters.INBOX.replace("@", "+r" + "2" * 34 + "@")
    settings.PRIVACY_KEY = "another installation"
    of_elsewhere = addresses.reply_address(message)
    settings.PRIVACY_KEY = "only for tests"
    seen = set()
    for number, tagged in enumerate((altered, foreign, of_elsewhere)):
        raw = letters.sign(letters.letter(to=tagged, message_id=f"<t{number}@client.test>"), "client.test")
        found = got(raw)
        seen.add((found.verdict, found.doubt, found.message))
    settings.CLOCK_OFFSET = 401 * 86400
    found = got(letters.sign(letters.letter(to=address, message_id="<late@client.test>"), "client.test"))
    assert seen | {(found.verdict, found.doubt, found.message)} == {(Verdict.REVIEW, Doubt.BAD_TOKEN, None)}


def test_nobody_is_ever_answered(message, signing, mailoutbox):
    before = Message.objects.count()
    got(reply(message))
    got(letters.letter(to=letters.INBOX.replace("@", "+rfalse@"), message_id="<x@client.test>"))
    assert (Message.objects.count(), mailoutbox) == (before, [])


def test_what_does_not_concern_us_is_not_kept(by, ann, dns):
    """The mailbox may be somebody's own: a letter of a client about something else is nobody's business here."""
    for to in ("owner@practice.test", letters.INBOX):
        assert take(None, letters.letter(to=to), via="test").skipped == "other"
    assert not Inbound.objects.exists()


def test_our_own_copy_is_not_an_answer(message):
    raw = blobs.read(message.mime)
    assert take(None, raw, via="test").skipped == "own"


def test_another_practices_mailbox_takes_nothing(message, signing):
    raw = letters.sign(reply(message), "client.test")
    assert take(make.practice(), raw, via="test").skipped == "other"


@pytest.mark.parametrize(
    ("name", "value", "sign"),
    [
        ("Auto-Submitted", "auto-replied", "auto-submitted"),
        ("Auto-Submitted", "auto-generated (rejected)", "auto-submitted"),
        ("Precedence", "bulk", "precedence"),
        ("Precedence", "junk", "precedence"),
        ("X-Autoreply", "yes", "x-autoreply"),
        ("X-Autorespond", "Out of office", "x-autorespond"),
        ("List-Id", "<news.client.test>", "list"),
        ("Return-Path", "<>", "null-return-path"),
        ("Subject", "Automatische Antwort: Ihr Besuch", "subject"),
        ("From", "no-reply@client.test", "robot"),
    ],
)
def test_what_a_program_wrote_is_no_answer(message, signing, name, value, sign):
    raw = reply(message)
    lines = [line for line in raw.split(b"\r\n") if not line.startswith(f"{name}:".encode())]
    raw = f"{name}: {value}\r\n".encode() + b"\r\n".join(lines)
    found = got(letters.sign(raw, "client.test"))
    assert (found.verdict, found.sign, found.contact) == (Verdict.AUTO, sign, None)


def test_a_wish_about_answers_is_no_sign_of_a_program(message, signing):
    raw = b"X-Auto-Response-Suppress: All\r\nAuto-Submitted: no\r\n" + reply(message)
    assert got(letters.sign(raw, "client.test")).verdict == Verdict.MATCHED


def test_two_programs_do_not_go_round_in_circles(message, signing, mailoutbox):
    """Each answer of a program comes back as an answer to an answer: after twenty rounds nothing of ours has gone."""
    for number in range(20):
        raw = reply(message, message_id=f"<loop{number}@client.test>", auto_submitted="auto-replied")
        got(letters.sign(raw, "client.test"))
    assert (Message.objects.count(), len(mailoutbox)) == (1, 0)


def test_a_letter_larger_than_is_read_is_told_and_not_kept(message, settings, monkeypatch):
    monkeypatch.setattr(limits, "MOST_BYTES", 20_000)
    found = got(reply(message, text="word " * 10_000))
    assert (found.verdict, found.raw, found.text, found.message) == (Verdict.TOO_BIG, None, "", message)


@pytest.mark.parametrize("body", [">" * 1_000_000, ">\n" * 500_000, "> " * 500_000, "On " * 333_000, "a" * 1_000_000])
def test_a_megabyte_of_quotation_marks_is_read_in_no_time(message, dns, body):
    head = f"From: ann@client.test\r\nTo: {addresses.reply_address(message)}\r\nMessage-ID: <m@client.test>\r\n\r\n"
    took = []
    for _ in range(3):  # the quickest counts: a busy machine slows one, what is slow is slow each time
        began = time.process_time()
        found = receiving.letters.read(head.encode() + body.encode())
        took.append(time.process_time() - began)
    assert min(took) < 0.1, took
    assert len(found.own) <= limits.SHOWN
    assert got(head.encode() + body.encode()).verdict == Verdict.REVIEW


def test_blanks_do_not_slow_a_signatures_check(message, signing):
    """The library's canonicalization takes time by the square of a run of blanks."""
    raw = letters.sign(reply(message), "client.test", canonicalize=(b"relaxed", b"relaxed"))
    began = time.process_time()
    got(raw + b" " * 1_000_000 + b"x")
    assert time.process_time() - began < 2


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\r\n\r\n",
        b"\0" * 1000,
        b"From:\r\nTo:\r\n\r\n",
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\r\n\r\n" * 100_000,
        b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(20_000)),
        b"A: b\r\n" * 200_000,
        b"From: " + b"(" * 100_000 + b"\r\n\r\n",
        b"From: " + b"<" * 100_000 + b"\r\n\r\n",
        b'From: "' + b'\\"' * 100_000 + b"\r\n\r\n",
        b"References: " + b"<a@b> " * 100_000 + b"\r\n\r\n",
        b"Subject: " + b"=?utf-8?q?a?= " * 50_000 + b"\r\n\r\n",
        b"Content-Type: text/plain; charset=idna\r\n\r\n" + b"x" * 100_000,
        b"Content-Type: text/html\r\n\r\n" + b"<div>" * 200_000,
        b"Content-Transfer-Encoding: base64\r\n\r\n" + b"=" * 1_000_000,
        b"DKIM-Signature: " + b" \r\n" * 50_000 + b"\r\n\r\n",
    ],
)
def test_letters_made_to_hurt_are_read_quickly(message, dns, raw):
    tagged = f"Delivered-To: {addresses.reply_address(message)}\r\n".encode() + raw
    began = time.process_time()
    for one in (raw, tagged):
        take(None, one, via="test")
    assert time.process_time() - began < 2


def test_attachments_are_named_safely_and_never_opened(message, signing):
    made = letters.EmailMessage(policy=letters.SMTP)
    made["From"], made["To"], made["Message-ID"] = (
        "ann@client.test",
        addresses.reply_address(message),
        "<a@client.test>",
    )
    made.set_content("See the files.")
    for name in ("../../etc/passwd", "\u200b.htaccess", "bill\u202egpj.exe", "C:\\boot.ini", "a/../b.html"):
        made.add_attachment(b"<script>", maintype="text", subtype="html", filename=name)
    found = got(bytes(made))
    names = [one["name"] for one in found.attachments]
    assert names == ["passwd", "htaccess", "billgpj.exe", "boot.ini", "b.html"]
    assert found.text == "See the files."


def test_html_is_read_as_text_and_loads_nothing(message, dns):
    html = (
        "<html><head><title>x</title><style>p{}</style></head><body><p>Yes &amp; <b>gladly</b>.</p>"
        '<img src="http://127.0.0.1:1/pixel"><script>alert(1)</script>'
        "<div>On Mon, 4 May 2026 the practice wrote:</div><blockquote>Shall we meet?</blockquote></body></html>"
    )
    head = f"From: ann@client.test\r\nTo: {addresses.reply_address(message)}\r\nContent-Type: text/html\r\n\r\n"
    assert got(head.encode() + html.encode()).text == "Yes & gladly."


@pytest.fixture
def members_dns(dns: DnsServer) -> DnsServer:
    letters.publish(dns, "practice.test")
    return dns


def test_a_member_passes_on_what_a_person_wrote(by, ann, members_dns):
    key = forwarding.address(by.practice)
    bcc = letters.letter(sender="owner@practice.test", to="ann@client.test", text="See you then.")
    found = got(f"Delivered-To: {key}\r\n".encode() + letters.sign(bcc, "practice.test"))
    assert (found.verdict, found.contact, found.member) == (Verdict.FORWARDED, ann, by)
    text = (
        "For the file.\n\n---------- Forwarded message ----------\nFrom: Ann <ann@client.test>\nSubject: x\n\nHello.\n"
    )
    forward = letters.letter(sender="owner@practice.test", to=key, text=text, message_id="<f@practice.test>")
    assert got(letters.sign(forward, "practice.test")).contact == ann


def test_only_a_proven_member_passes_mail_on(by, ann, members_dns):
    letters.publish(members_dns, "client.test")
    key = forwarding.address(by.practice)
    forged = letters.letter(sender="owner@practice.test", to=key)
    stranger = letters.sign(
        letters.letter(sender="ann@client.test", to=key, message_id="<s@client.test>"), "client.test"
    )
    assert (got(forged).verdict, got(stranger).verdict) == (Verdict.REVIEW, Verdict.UNKNOWN)
    other = forwarding.address(make.practice())
    elsewhere = letters.letter(sender="owner@practice.test", to=other, message_id="<o@practice.test>")
    assert got(letters.sign(elsewhere, "practice.test")).verdict == Verdict.UNKNOWN
    assert not Inbound.objects.exclude(contact=None).exists()


def test_the_word_of_the_practices_own_server_is_taken_where_it_is_named(message, dns, settings):
    raw = b"Authentication-Results: mx.practice.test; dkim=pass header.d=client.test\r\n" + reply(message)
    assert got(raw).verdict == Verdict.REVIEW
    settings.MAIL_TRUSTED_HOST = "mx.practice.test"
    again = raw.replace(b"reply-1@", b"reply-2@")
    assert got(again).verdict == Verdict.MATCHED
    quoted = (
        b'Authentication-Results: mx.practice.test; spf=fail smtp.mailfrom="a; dkim=pass header.d=client.test "@x.test'
    )
    quoted += b"\r\n"
    for number, forged in enumerate((quoted, quoted.replace(b'"a;', b"(a;").replace(b' "@', b") @"))):
        assert got(forged + reply(message, message_id=f"<q{number}@x.test>")).verdict == Verdict.REVIEW
    below = b"Authentication-Results: other.test; dkim=fail\r\n" + raw.replace(b"reply-1@", b"reply-3@")
    assert got(below).verdict == Verdict.REVIEW
