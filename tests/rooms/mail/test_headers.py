"""What may stand in a header, and what the real message looks like when it arrives."""

from __future__ import annotations

import pytest
from django.utils.translation import gettext as _
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.mailhost import Sink
from tests.rooms.mail.outgoing import FROM, client, drafted, queued, sink_of, writer

from passalong.core import blobs
from passalong.core.errors import Refused
from passalong.mail import grammar
from passalong.mail.models import Message
from passalong.mail.services import composing, mime, sending

EVIL = ["\r\nBcc: x@evil.example", "\n", "\r", "\0", "\u2028", "\u2029", "\u202e", "\x85", "\x0b", "\ud800"]
TRICKS = [
    "ann@client.example, bea@client.example",
    "ann@client.example;bea@client.example",
    "friends: ann@client.example;",
    '"ann@client.example" <eve@evil.example>',
    "<ann@client.example>",
    "ann(comment)@client.example",
    '"ann b"@client.example',
    "@relay.example:ann@client.example",
    "ann%client.example@relay.example",
    "relay.example!ann@client.example",
    "ann@client.example@evil.example",
    "ann@[127.0.0.1]",
    "ann@127.0.0.1",
    "ann@client..example",
    "ann@-client.example",
    "ann..b@client.example",
    ".ann@client.example",
    "ann@localhost",
    "ann@",
    "@client.example",
    "änn@client.example",
    "ann@client.example\r\nRCPT TO:<x@evil.example>",
    "ann\u200b@client.example",
    "ann@client.example ",
    "ann @client.example",
    "a" * 65 + "@client.example",
    "ann@" + "a." * 130 + "example",
]
text = st.text(alphabet=st.characters(), max_size=300)


@pytest.mark.parametrize("trick", TRICKS)
def test_address_tricks_are_no_addresses(trick):
    try:
        found = grammar.address(trick)
    except Refused:
        return
    assert found == "ann@client.example"  # blanks around it alone are taken off


def test_a_domain_of_other_letters_is_brought_to_one_form():
    assert grammar.address("ann@BÜCHER.example") == "ann@xn--bcher-kva.example"
    assert grammar.address("ann@ｂücher.example") == "ann@xn--bcher-kva.example"
    both = ("ann@xn--bcher-kva.example", "ann@bücher.example")
    assert grammar.forms("Ann@bücher.example") == both
    assert grammar.forms("Ann@xn--bcher-kva.example") == both
    assert grammar.forms("ann@xn--0.example") in ((), ("ann@xn--0.example",))


@given(text)
def test_whatever_passes_as_an_address_is_one_plain_address(value):
    try:
        found = grammar.address(value)
    except Refused:
        return
    assert found.isascii()
    assert found.isprintable()
    assert found.count("@") == 1
    assert not set(found) & set(' ,;:<>()[]"\\')


@given(text)
def test_whatever_passes_as_name_or_subject_is_one_line_that_comes_back_whole(value):
    for check in (grammar.name, grammar.subject):
        try:
            found = check(value)
        except Refused:
            continue
        written = mime.fold("Subject", mime.words(found)) + mime.fold("To", mime.mailbox(found, "a@b.example"))
        lines = written.split(b"\r\n")
        assert all(line.startswith((b"Subject:", b"To:", b" ")) for line in lines[:-1])
        assert all(len(line) <= 998 for line in lines)
        assert written.isascii()


@given(name=text.filter(lambda one: "@" not in one), subject=text)
@settings(max_examples=200)
def test_what_a_reader_reads_is_what_was_written(name, subject):
    from email import message_from_bytes, policy

    try:
        name, subject = grammar.name(name), grammar.subject(subject)
    except Refused:
        return
    letter = mime.Letter(("Practice", FROM), (name, "ann@client.example"), subject, "<1@a.example>", "Hi", "<p>Hi</p>")
    read = message_from_bytes(mime.compose(letter), policy=policy.default)
    assert len(read["To"].addresses) == 1
    assert read["To"].addresses[0].addr_spec == "ann@client.example"
    assert read["From"].addresses[0].addr_spec == FROM
    assert " ".join(str(read["Subject"]).split()) == " ".join(subject.split())
    assert set(read.keys()) == {"From", "To", "Subject", "Message-ID", "MIME-Version", "Content-Type"}


@pytest.mark.django_db
@pytest.mark.parametrize("evil", EVIL)
def test_nothing_evil_gets_into_a_draft(evil):
    rowan = writer()
    said = {"by": rowan, "practice": rowan.practice, "purpose": "personal", "text": "Hello", "key": "1"}
    for address, name, subject in (
        ("ann@client.example", "Ann", f"Hello{evil}you"),
        (f"ann@client.example{evil}x", "Ann", "Hello"),
        ("ann@client.example", f"Ann{evil}Okafor", "Hello"),
    ):
        with pytest.raises(Refused):
            composing.draft(to=composing.Recipient(address, name), subject=subject, **said)
    assert not Message.objects.exists()


@pytest.mark.django_db
def test_hostile_names_of_practice_and_member_never_change_who_it_is_from():
    for name in ("Eve <eve@evil.example>", "ceo@bank.example", 'A "B", C', "=?utf-8?q?x?=", "Ünïcode & Söhne, Zürich"):
        rowan = writer(name)
        rowan.user.name = "x\r\nFrom: eve@evil.example"
        message = drafted(rowan)
        read = _parsed(message)
        assert [one.addr_spec for one in read["From"].addresses] == [message.sender]
        assert "evil" not in str(read["From"])
        assert read["From"].addresses[0].domain == message.sender.partition("@")[2]


def _parsed(message: Message):
    from email import message_from_bytes, policy

    return message_from_bytes(blobs.read(message.mime), policy=policy.default)


@pytest.mark.django_db
def test_long_lines_lone_dots_and_letters_of_all_kinds_arrive_whole():
    body = "\n".join(["x" * 5000, ".", "..", ".hidden", "From here on", "Grüße 你好 🙂", "\tTab", "end ="])
    rowan = writer()
    with Sink() as sink, sink_of(sink):
        queued(rowan, text=body)
        sending.deliver()
    (received,) = sink.received
    assert all(len(line) <= 998 for line in received.content.split(b"\r\n"))
    assert received.content.isascii()
    plain = received.parsed.get_body(("plain",)).get_content().replace("\r\n", "\n")
    assert plain.startswith(body)


@pytest.mark.django_db
def test_huge_and_empty_bodies_are_refused_in_one_sentence():
    rowan = writer()
    ann = client(rowan)
    for body, said in (("x" * 100_001, "too long"), ("  \n ", "Write something"), ("a\0b", "control characters")):
        with pytest.raises(Refused, match=said):
            drafted(rowan, ann, text=body)


@pytest.mark.django_db
def test_what_no_person_typed_says_so_and_how_to_leave():
    rowan = writer()
    ann = client(rowan)
    more = {"MAIL_INBOX": "inbox@practice.example", "MAIL_BOUNCE_ADDRESS": "back@practice.example"}
    with Sink() as sink, sink_of(sink, **more):
        message = queued(rowan, ann, purpose="thanks", subject="Thank you")
        queued(rowan, ann, subject="Personal")
        sending.deliver()
    thanks, personal = sink.received
    read = thanks.parsed
    assert read["Auto-Submitted"] == "auto-generated"
    assert read["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    ways = str(read["List-Unsubscribe"]).replace("\r\n", "").split(", ")
    assert ways[0].startswith("<https://refer.practice.example/u/")
    assert ways[1].startswith("<mailto:inbox+v")
    assert read["From"] == f"Harbour Wealth <{FROM}>"
    assert thanks.sender.startswith(f"back+b{message.public_id}")
    text = read.get_body(("plain",)).get_content()
    html = read.get_body(("html",)).get_content()
    for part in (text, html):
        assert "passed something of ours along" in part
        assert "1 Harbour Street" in part
        assert "https://refer.practice.example/u/" in part
    assert "<img" not in html
    assert "<script" not in html
    for name in ("Auto-Submitted", "List-Unsubscribe", "List-Unsubscribe-Post"):
        assert personal.parsed[name] is None
    assert str(personal.parsed["Reply-To"]).startswith("inbox+r")


@pytest.mark.django_db
def test_a_thread_hangs_together():
    rowan = writer()
    ann = client(rowan)
    one = drafted(rowan, ann, key="1")
    two = drafted(rowan, ann, key="2", in_reply_to=one)
    three = drafted(rowan, ann, key="3", in_reply_to=two, references=["<their@client.example>", "evil\r\n<x>"])
    read = _parsed(three)
    assert str(read["In-Reply-To"]) == "<their@client.example>"
    assert str(read["References"]).split() == [one.message_id, two.message_id, "<their@client.example>"]
    assert str(_parsed(two)["In-Reply-To"]) == one.message_id


@pytest.mark.django_db
def test_foreign_html_loses_all_but_words_and_links():
    rowan = writer()
    html = '<p onclick="x()">Hi <a href="javascript:x()">a</a><script>x()</script><img src="https://t/p.gif"><style>p{}</style></p>'
    body = _parsed(drafted(rowan, html=html)).get_body(("html",)).get_content()
    for sign in ("script", "<img", "onclick", "javascript:", "p{}"):
        assert sign not in body
    assert _("Hi") in body
