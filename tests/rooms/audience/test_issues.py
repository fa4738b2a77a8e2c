"""An issue of the news: who gets it, once; who does not; and how it is stopped and taken back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from tests import make
from tests.mailhost import Sink
from tests.rooms.audience.cast import host, issue, reader, sent
from tests.rooms.mail.outgoing import client, writer

from passalong.accounts.models import Member, Profession, Role
from passalong.audience.models import Issue, IssueItem, IssueState, Sending, SubscriberState
from passalong.audience.selectors import issues as selectors
from passalong.audience.services import importing, issues, items, sending, subscribing
from passalong.compliance.rulebook.judging import profile_of
from passalong.compliance.services import approvals
from passalong.core.errors import NotAllowed, Refused
from passalong.core.models import Event
from passalong.mail.models import MailState, Message
from passalong.mail.services.sending import deliver
from passalong.mail.services.suppression import suppress

pytestmark = pytest.mark.django_db


@pytest.fixture
def by() -> Member:
    return writer()


@pytest.fixture
def sink():
    with host() as found:
        yield found


def to(sink: Sink) -> list[str]:
    return sorted(one.recipients[0] for one in sink.received)


@pytest.mark.storage
def test_an_issue_goes_to_who_confirmed_and_to_nobody_else_each_once(by: Member, sink: Sink) -> None:
    for number in range(3):
        reader(by, f"reader{number}@lind.example")
    reader(by, "asked@lind.example", state=SubscriberState.ASKED)
    reader(by, "left@lind.example", state=SubscriberState.LEFT)
    client(by)
    made = issue(by)
    assert sent(by, made) == 3
    assert to(sink) == [f"reader{number}@lind.example" for number in range(3)]
    letter = sink.received[0].parsed
    text = letter.get_body(("plain",)).get_content()
    token = made.items.get().token
    for words in (
        "this is new.",
        "When the shop passes on",
        f"/news/item/{token}",
        "Until June.",
        "1 Harbour Street",
        "/u/",
    ):
        assert words in text, words
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    html = letter.get_body(("html",)).get_content()
    assert "<img" not in html, "no pixel"
    for _again in range(2):
        issues.send(by=by, issue=made)
        sending.go_on()
        deliver()
    assert len(sink.received) == 3
    made.refresh_from_db()
    assert (made.state, bool(made.keep_until)) == (IssueState.SENT, True)
    kept = Event.objects.get(kind="audience:issue_sent").payload.texts.get()
    assert b"this is new." in bytes(kept.blob.content)


def test_a_worker_that_dies_in_the_middle_leaves_nothing_out_and_makes_nothing_twice(
    by: Member, sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(7):
        reader(by, f"reader{number}@lind.example")
    made = issue(by)
    issues.send(by=by, issue=made)
    queue, count = sending.outbox.send_now, iter(range(100))

    def dies(**more: Any) -> Message:
        if next(count) == 4:
            raise KeyboardInterrupt
        return queue(**more)

    monkeypatch.setattr(sending.outbox, "send_now", dies)
    with pytest.raises(KeyboardInterrupt):
        sending.go_on()
    monkeypatch.undo()
    assert (Sending.objects.count(), Message.objects.count()) == (4, 4)
    with host() as other:
        assert sending.wake(), "the clock takes up what was left behind"
        sending.go_on()
        deliver()
        assert to(other) == [f"reader{number}@lind.example" for number in range(7)]


def test_whoever_leaves_while_it_waits_gets_none(by: Member, sink: Sink) -> None:
    first, second = reader(by, "one@lind.example"), reader(by, "two@lind.example")
    made = issue(by)
    issues.send(by=by, issue=made)
    sending.go_on()
    subscribing.take_off(by=by, subscriber=first)
    suppress(by.practice_id, "three@lind.example", reason="complained")
    deliver()
    assert to(sink) == [second.address]
    held = Message.objects.get(state=MailState.HELD)
    assert (held.address, held.rule) == ("one@lind.example", "suppression")


def test_somebody_who_confirms_while_it_goes_out_waits_for_the_next_one(by: Member, sink: Sink) -> None:
    reader(by, "one@lind.example")
    made = issue(by)
    issues.send(by=by, issue=made)
    reader(by, "late@lind.example")
    sending.go_on()
    deliver()
    assert to(sink) == ["one@lind.example"]


def test_the_stop_button_stops_what_has_not_gone(by: Member, sink: Sink) -> None:
    for number in range(4):
        reader(by, f"reader{number}@lind.example")
    made = issue(by)
    issues.send(by=by, issue=made)
    sending.go_on()
    assert issues.stop(by=by, issue=made) == 4
    assert deliver() == 0
    sending.go_on()
    made.refresh_from_db()
    assert (made.state, sink.received) == (IssueState.STOPPED, [])
    with pytest.raises(Refused):
        issues.stop(by=by, issue=made)


@pytest.mark.parametrize("when", ["draft", "queued", "gone"])
def test_what_is_taken_down_goes_out_of_drafts_stops_what_waits_and_ends_its_link(
    by: Member, sink: Sink, when: str
) -> None:
    reader(by, "one@lind.example")
    made = issue(by)
    path = f"/news/item/{made.items.get().token}"
    assert Client().get(path).status_code == 200
    if when != "draft":
        issues.send(by=by, issue=made)
        sending.go_on()
    if when == "gone":
        deliver()
    assert items.withdraw_about(practice_id=by.practice_id, about="talk1") == 1
    assert items.withdraw_about(practice_id=by.practice_id, about="talk1") == 0
    made.refresh_from_db()
    if when == "draft":
        assert not made.items.exists()
        assert Client().get(path).status_code == 404
    else:
        assert Client().get(path).status_code == 410
        assert made.state == (IssueState.STOPPED if when == "queued" else IssueState.SENT)
    deliver()
    assert len(sink.received) == (1 if when == "gone" else 0)
    assert items.withdraw_about(practice_id=make.member().practice_id, about="talk1") == 0


def test_pieces_are_handed_in_once_ordered_and_changed(by: Member) -> None:
    first = items.add(by=by, kind="episode", about="e1", title="A talk", words="With Ann.", url="/talk-page/abc")
    again = items.add(by=by, kind="episode", about="e1", title="A talk", words="With Ann.", url="/talk-page/abc")
    second = items.add(by=by, kind="words", title="Ours")
    assert (first, first.issue) == (again, second.issue)
    items.move(by=by, item=second, up=True)
    assert list(first.issue.items.values_list("title", flat=True)) == ["Ours", "A talk"]
    items.change(by=by, item=first, title="Another title", words="", url="https://evil.example/")
    first.refresh_from_db()
    assert (first.title, first.url) == ("Another title", "/talk-page/abc"), "it leads where the interview is"


@pytest.mark.parametrize(
    "url",
    [
        "http://a.example",
        "javascript:alert(1)",
        "//evil.example",
        "https://u@a.example",
        'https://a.example/"x',
        "/a b",
    ],
)
def test_unsafe_links_are_refused(by: Member, url: str) -> None:
    with pytest.raises(Refused):
        items.add(by=by, kind="words", title="Ours", url=url)
    assert not IssueItem.objects.exists()


def test_what_somebody_wrote_is_inert(by: Member, sink: Sink) -> None:
    reader(by, "one@lind.example")
    made = issues.create(by=by)
    hostile = "<script>alert(1)</script><img src=https://evil.example/x.gif>"
    items.add(by=by, kind="words", issue=made, title=hostile, words=hostile, url="https://example.org/")
    look = make.browser(by).get(f"/audience/issues/{made.public_id}/look")
    sent(by, made)
    html = sink.received[0].parsed.get_body(("html",)).get_content()
    page = Client().get(f"/news/item/{made.items.get().token}").content.decode()
    for shown in (look.content.decode(), html, page):
        assert "<script>alert" not in shown
        assert "<img" not in shown
    assert "sandbox" in look["Content-Security-Policy"]


def test_it_does_not_go_before_what_it_needs_is_there(by: Member) -> None:
    made = issues.create(by=by)
    with pytest.raises(Refused, match="nothing in it"):
        issues.send(by=by, issue=made)
    made = issue(by)
    with pytest.raises(Refused, match="Nobody is on the list"):
        issues.send(by=by, issue=made)
    reader(by, "one@lind.example")
    by.practice.imprint = ""
    by.practice.save()
    with pytest.raises(Refused, match="postal address"):
        issues.send(by=by, issue=made)


def test_what_has_gone_out_is_not_changed(by: Member, sink: Sink) -> None:
    reader(by, "one@lind.example")
    made = issue(by)
    piece = made.items.get()
    sent(by, made)
    for act in (
        lambda: issues.write(by=by, issue=made, subject="Other", opening="", closing=""),
        lambda: items.change(by=by, item=piece, title="Other", words="", url=""),
        lambda: items.remove(by=by, item=piece),
        lambda: items.add(by=by, kind="words", title="More", issue=made),
        lambda: issues.discard(by=by, issue=made),
    ):
        with pytest.raises(Refused, match="gone out"):
            act()


def test_where_the_profession_asks_a_second_person_approves_exactly_these_words(by: Member, sink: Sink) -> None:
    by.practice.profession = Profession.BROKER_DEALER
    by.practice.save()
    second = make.member(by.practice, role=Role.APPROVER)
    reader(by, "one@lind.example")
    made = issue(by)
    with pytest.raises(Refused, match="second person"):
        issues.send(by=by, issue=made)
    asked = issues.ask_approval(by=by, issue=made, why="It tells of an interview and nothing else.")
    with pytest.raises(NotAllowed):
        approvals.decide(by=by, approval=asked, approve=True, why="I wrote it and I like it.")
    issues.write(by=by, issue=made, subject="News of May", opening="Other words.", closing="")
    with pytest.raises(Refused):
        approvals.decide(by=second, approval=asked, approve=True, why="I read all of it, and it says nothing but that.")
    asked = issues.ask_approval(by=by, issue=made, why="It tells of an interview and nothing else.")
    approvals.decide(by=second, approval=asked, approve=True, why="I read all of it, and it says nothing but that.")
    assert selectors.standing(selectors.issue(by.practice, made.public_id)).may_go
    assert sent(by, made) == 1
    assert Issue.objects.get(pk=made.pk).approval == asked.public_id


def test_a_test_goes_to_oneself_alone(by: Member, sink: Sink) -> None:
    reader(by, "one@lind.example")
    issues.test(by=by, issue=issue(by))
    deliver()
    assert to(sink) == [by.user.email]


def test_another_practices_issue_and_reader_are_out_of_reach(by: Member) -> None:
    other = make.member()
    made, one = issue(by), reader(by, "one@lind.example")
    for act in (
        lambda: issues.send(by=other, issue=made),
        lambda: issues.stop(by=other, issue=made),
        lambda: issues.test(by=other, issue=made),
        lambda: items.add(by=other, kind="words", title="x", issue=made),
        lambda: subscribing.take_off(by=other, subscriber=one),
    ):
        with pytest.raises(Refused):
            act()


@pytest.mark.parametrize(("country", "goes"), [("NO", False), ("US", True), ("DE", True)])
def test_where_no_rule_was_looked_up_one_sentence_says_what_to_do(by: Member, country: str, goes: bool) -> None:
    by.practice.country = country
    by.practice.save()
    reader(by, "one@lind.example")
    standing = selectors.standing(selectors.issue(by.practice, issue(by).public_id))
    assert (standing.why_not == []) == goes
    if not goes:
        (why,) = standing.why_not
        assert "(NO) the rules for newsletters were not looked up" in why
        assert "your counsel adds them as a file" in why
        assert why.count(". ") == 0, "one sentence"
        assert (
            "not looked up"
            in make.browser(by).get(f"/audience/issues/{Issue.objects.get().public_id}").content.decode()
        )
        with pytest.raises(Refused, match="not looked up"):
            importing.bring_in(by=by, content=b"address", attested=True)


def test_a_rule_of_the_host_opens_a_country_that_was_not_looked_up(by: Member, settings: Any, tmp_path: Path) -> None:
    by.practice.country = "NO"
    by.practice.save()
    reader(by, "one@lind.example")
    (tmp_path / "rules").mkdir()
    words = ('id = "own.no.mail"', 'action = "system_mail"', 'countries = ["NO"]', 'effect = "disclose"')
    rule = "\n".join(["[[rule]]", *words, 'why = "After their own yes."', 'source = "Counsel"', "on = 2026-11-22", ""])
    (tmp_path / "rules" / f"{profile_of(by.practice.profession)}.toml").write_text(rule)
    settings.DATA = tmp_path
    assert selectors.why_no_mail(by.practice) == ""
