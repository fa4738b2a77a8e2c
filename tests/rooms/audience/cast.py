"""What tests of the news share: readers who asked and confirmed by the real way, an issue, and its way out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from django.test import Client
from tests.mailhost import Received, Sink
from tests.rooms.mail.outgoing import sink_of

from passalong.accounts.models import Member
from passalong.audience.models import Issue, Subscriber, SubscriberState
from passalong.audience.services import issues, items, sending, subscribing
from passalong.core import clock
from passalong.core.keyed import keyed_hash
from passalong.mail.services.sending import deliver

CONFIRM = re.compile(r"/news/confirm/([\w-]+)")


@contextmanager
def host() -> Iterator[Sink]:
    """A real mail server that the installation hands its mail to."""
    with Sink() as sink, sink_of(sink):
        yield sink


def news_path(by: Member) -> str:
    return f"/news/{by.practice.public_id}"


def ask(by: Member, address: str = "jo@lind.example", **more: str) -> None:
    """By the page, as a reader does it, and what the worker then does."""
    answer = Client().post(news_path(by), {"address": address, **more})
    assert answer.status_code == 200, answer.content.decode()[:500]
    for pk in Subscriber.objects.filter(practice=by.practice).values_list("pk", flat=True):
        subscribing.ask_to_confirm(subscriber_id=pk)


def link_in(letter: Received) -> str:
    """The link to confirm in a letter as it came."""
    text = letter.parsed.get_body(("plain",)).get_content()
    found = CONFIRM.search(text)
    assert found, text
    return f"/news/confirm/{found[1]}"


def reader(by: Member, address: str, *, state: str = SubscriberState.ACTIVE) -> Subscriber:
    """Somebody on the list, without the way there."""
    return Subscriber.objects.create(
        practice=by.practice,
        address=address,
        address_key=keyed_hash(by.practice_id, address),
        state=state,
        asked_at=clock.now(),
        confirmed_at=clock.now() if state == SubscriberState.ACTIVE else None,
    )


def issue(by: Member, *, url: str = "https://example.org/more") -> Issue:
    """One with an opening and a piece that leads somewhere."""
    made = issues.create(by=by, subject="News of May")
    issues.write(
        by=by, issue=made, subject="News of May", opening="Dear reader,\n\nthis is new.", closing="Until June."
    )
    items.add(by=by, kind="words", title="When the shop passes on", words="A talk with Ann.", url=url, about="talk1")
    return made


def sent(by: Member, made: Issue) -> int:
    """Let it go and do what worker and clock do; how many messages went."""
    issues.send(by=by, issue=made)
    sending.go_on()
    return deliver()
