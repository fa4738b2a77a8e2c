"""What lies on the demo practice's desk is there to try, leaves to nobody, and goes with the demo."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from django.apps import apps
from django.test import override_settings
from tests import make
from tests.mailhost import Sink
from tests.rooms.mail.outgoing import sink_of

from passalong.accounts.models import Member, Practice, Role, User
from passalong.compliance.models import Approval, Decision, ValueEntry
from passalong.compliance.services import approvals
from passalong.core.models import Event, Tombstone
from passalong.demo import office_text as text
from passalong.demo import services
from passalong.mail.models import PENDING, Doubt, Inbound, MailState, Message, Suppression, Verdict
from passalong.mail.services import sending
from passalong.privacy.models import PrivacyLink, PrivacyRequest, RequestKind, RequestState

pytestmark = [pytest.mark.django_db, pytest.mark.storage]


@pytest.fixture
def sink() -> Iterator[Sink]:
    with Sink() as running:
        yield running


def test_mail_has_a_draft_one_held_back_and_an_answer_to_look_at() -> None:
    practice = services.put_in().practice
    states = dict(Message.objects.filter(practice=practice).values_list("name", "state"))
    assert states == {
        text.DRAFTED: MailState.DRAFT,
        text.HELD: MailState.HELD,
        text.ANSWERED: MailState.SENT,
    }
    assert Message.objects.get(practice=practice, state=MailState.HELD).rule == "suppression"
    came = Inbound.objects.get(practice=practice)
    assert (came.verdict, came.doubt, came.is_open) == (Verdict.REVIEW, Doubt.UNPROVEN, True)
    assert came.message is not None
    assert came.message.name == text.ANSWERED
    assert came.text.startswith("Dear Miriam")


def test_nothing_leaves_where_the_host_has_a_mail_server(sink: Sink) -> None:
    with sink_of(sink):
        practice = services.put_in().practice
        assert not Message.objects.filter(state__in=PENDING).exists()
        assert not sending.wake()
        assert sending.deliver(run_for=5) == 0
    assert sink.received == []
    assert not PrivacyLink.objects.filter(practice=practice).exists()


@override_settings(DEFAULT_FROM_EMAIL="no address")
def test_it_comes_in_without_mail_where_there_is_no_address_to_write_from() -> None:
    practice = services.put_in().practice
    assert not Message.objects.filter(practice=practice).exists()
    assert ValueEntry.objects.filter(practice=practice).exists()


def test_gifts_have_one_that_counts_and_one_struck_out() -> None:
    practice = services.put_in().practice
    bottle = ValueEntry.objects.get(practice=practice, contact__full_name=text.GIVEN)
    assert (bottle.cost, bottle.currency, bottle.voided_at) == (40, "USD", None)
    voucher = ValueEntry.objects.get(practice=practice, contact__full_name=text.DECLINED)
    assert voucher.voided_why == text.VOUCHER_DECLINED


def test_its_owner_can_decide_as_the_second_person() -> None:
    miriam = services.put_in()
    waiting = Approval.objects.get(practice=miriam.practice, decision=Decision.WAITING)
    assert waiting.asked_by_name == "Joyce Tolliver"
    approvals.decide(by=miriam, approval=waiting, approve=True, why="A round birthday comes once in 25 years.")
    waiting.refresh_from_db()
    assert waiting.decision == Decision.APPROVED


def test_an_assistant_who_opens_it_finds_the_same() -> None:
    helper = make.assistant(make.member().practice)
    member = services.put_in(user=helper.user)
    assert member.role == Role.ASSISTANT
    assert Approval.objects.filter(practice=member.practice, decision=Decision.WAITING).count() == 1
    assert Message.objects.filter(practice=member.practice).count() == 3


def test_privacy_has_a_wish_that_waits_and_a_copy_taken() -> None:
    practice = services.put_in().practice
    kinds = set(PrivacyRequest.objects.filter(practice=practice).values_list("kind", "state", "contact__full_name"))
    assert kinds == {
        (RequestKind.CORRECT, RequestState.WAITING, text.CORRECTS),
        (RequestKind.EXPORT, RequestState.DONE, text.COPIES),
    }


def test_all_addresses_are_invented() -> None:
    practice = services.put_in().practice
    said = " ".join(
        f"{one.address} {one.text} {bytes(one.mime.content).decode() if one.mime else ''}"
        for one in Message.objects.filter(practice=practice)
    )
    said += " ".join(User.objects.values_list("email", flat=True))
    hosts = set(re.findall(r"[\w.+-]+@([\w.-]*\w)", said)) - {"localhost"}
    assert hosts
    assert all(host.endswith(".example") for host in hosts), hosts


def test_it_goes_with_the_demo() -> None:
    owner = make.member()
    services.put_in()
    assert Tombstone.objects.exists()
    services.remove(by=services.put_in(user=owner.user))
    assert list(Practice.objects.all()) == [owner.practice]
    assert list(User.objects.all()) == [owner.user]
    assert list(Member.objects.all()) == [owner]
    for model in (Message, Inbound, Suppression, Tombstone, ValueEntry, Approval, PrivacyRequest, PrivacyLink, Event):
        assert not model.objects.exists(), model
    for model in apps.get_models():
        if any(field.name == "practice" for field in model._meta.fields):
            others = model._default_manager.exclude(practice=None).exclude(practice=owner.practice)
            assert not others.exists(), model
