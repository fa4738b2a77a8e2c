"""Invariant 2: the client shares by own hand first. What the system sends is a mode of its own, behind a gate: nobody
who has not asked for it hears from practice or software."""

from __future__ import annotations

import pytest
from tests import make
from tests.rooms.mail.outgoing import drafted, writer

from passalong.compliance.rulebook import Effect, judge
from passalong.mail.models import MailState
from passalong.mail.services import outbox

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("purpose", ["personal", "news", "consent_ask"])
@pytest.mark.parametrize("standing", ["", "prospect"])
def test_nobody_who_did_not_ask_is_written_to(purpose: str, standing: str) -> None:
    by = writer()
    stranger = make.contact(by, "Zora Quill", email="zora@quill.example", standing=standing)
    message = outbox.send(by=by, message=drafted(by, stranger, purpose=purpose))
    assert (message.state, message.rule) == (MailState.HELD, "M16.own-yes")
    unknown = outbox.send(by=by, message=drafted(by, "nobody@quill.example", purpose=purpose))
    assert unknown.state == MailState.HELD


@pytest.mark.parametrize("place", ["US", "GB", "DE", "CA"])
def test_the_clients_own_link_is_allowed_where_the_systems_mail_is_not(place: str) -> None:
    for profession in ("adviser", "consultant", "insurance"):
        own = judge(profession, place, "", "client_link").effect
        ours = judge(profession, place, "", "system_mail").effect
        assert own < Effect.BLOCK
        assert own <= ours
        if place in ("GB", "DE"):
            assert ours is Effect.BLOCK
