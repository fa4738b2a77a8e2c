"""The demo practice has readers of its news in every state, each with the proof, and writes to none of them."""

from __future__ import annotations

import pytest

from passalong.accounts.models import Practice
from passalong.audience.models import Issue, IssueState, Subscriber, SubscriberState
from passalong.demo import news
from passalong.mail.models import Message

pytestmark = pytest.mark.django_db


def test_readers_stand_in_every_state_with_their_proof_and_nothing_goes_out() -> None:
    from tests import make

    by = make.member(Practice.objects.create(name="Calder", profession="adviser", country="US", is_demo=True))
    news.load(by)
    states = Subscriber.objects.filter(practice=by.practice).values_list("state", flat=True)
    assert set(states) == set(SubscriberState.values)
    assert not Subscriber.objects.filter(evidence=None).exists()
    assert Issue.objects.get().state == IssueState.DRAFT
    assert not Message.objects.exists()
    page = make.browser(by).get("/audience/readers/").content.decode()
    assert "Ada Quill" in page
