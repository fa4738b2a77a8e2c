"""Letters that are taken back in time, held back or refused: what they were to move stands where it stood."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests import make
from tests.rooms.interviews import pipeline
from tests.rooms.interviews.pipeline import Desk
from tests.rooms.interviews.test_briefs import SAID as BRIEF

from passalong.core import clock
from passalong.core.errors import Refused
from passalong.core.models import Event
from passalong.interviews.models import BriefKey, Interview, Partner, Return, Stage
from passalong.interviews.selectors import casting as casts
from passalong.interviews.services import brief_mail, briefs, casting, inviting, partnering, returning, series
from passalong.interviews.stages import Who
from passalong.mail.models import MailState, Message
from passalong.mail.services import composing, outbox, sending, suppression

pytestmark = pytest.mark.django_db(transaction=True)
SAID = {"subject": "May I interview you?", "opening": "Your work has been on my mind.", "gain": "Our clients meet you."}
LINK = re.compile(r"https://refer\.practice\.example(/brief/[\w-]+)\s")


@pytest.fixture
def desk() -> Iterator[Desk]:
    with pipeline.desk_with_mail() as found:
        yield found


def invited(desk: Desk, **more: str) -> tuple[Interview, Message]:
    found = inviting.plan(by=desk.by, guest=desk.pat, kind="partner")
    Interview.objects.filter(pk=found.pk).update(stage_at=clock.now() - timedelta(days=3))
    return found, inviting.invite(by=desk.by, interview=found, to="pat@ledger.example", **(SAID | more))


def letter(desk: Desk) -> str:
    sending.deliver(run_for=20)
    text: str = desk.sink.received[-1].parsed.get_body(("plain",)).get_content()
    return text


def test_an_invitation_taken_back_leaves_an_idea_as_it_was_and_says_so(desk: Desk) -> None:
    found, message = invited(desk)
    was = found.steps.get(act="plan").at
    web = make.browser(desk.by)
    assert web.post(reverse("mail:cancel", args=[message.public_id])).status_code == 302
    found.refresh_from_db()
    assert (found.stage, found.stage_at) == (Stage.IDEA, was)
    assert found.due_at == was + timedelta(days=14)
    last = found.steps.latest("pk")
    assert (last.act, last.before, last.to) == ("not sent", "invited", "idea")
    assert Event.objects.filter(kind="interviews:not_sent", subject=found.public_id).count() == 1
    told = web.get(f"/interviews/{found.public_id}/").content.decode()
    assert "The letter did not go; it stands where it stood before" in told
    assert "taken back before it went" in told
    assert "Write the invitation" in told
    sending.deliver(run_for=20)
    assert desk.sink.received == []


def test_it_is_invited_once_more_and_the_old_letter_cannot_move_it_again(desk: Desk) -> None:
    found, first = invited(desk)
    outbox.cancel(by=desk.by, message=first)
    second = inviting.invite(by=desk.by, interview=found, to="pat@ledger.example", **SAID)
    assert second.pk != first.pk
    composing.write_again(by=desk.by, message=Message.objects.get(pk=first.pk))
    outbox.cancel(by=desk.by, message=Message.objects.get(pk=first.pk))
    found.refresh_from_db()
    assert found.stage == Stage.INVITED, "the other invitation is on its way"


def test_an_old_letter_that_goes_after_all_invites(desk: Desk) -> None:
    found, message = invited(desk)
    outbox.cancel(by=desk.by, message=message)
    composing.write_again(by=desk.by, message=Message.objects.get(pk=message.pk))
    outbox.send(by=desk.by, message=Message.objects.get(pk=message.pk))
    found.refresh_from_db()
    assert found.stage == Stage.IDEA, "it has not gone yet"
    sending.deliver(run_for=20)
    found.refresh_from_db()
    assert (found.stage, found.steps.latest("pk").act) == (Stage.INVITED, "invite")


def test_what_the_gate_holds_back_as_it_leaves_invites_nobody(desk: Desk) -> None:
    found, message = invited(desk)
    suppression.suppress(desk.practice.pk, "pat@ledger.example", reason="left")
    sending.deliver(run_for=20)
    message.refresh_from_db()
    found.refresh_from_db()
    assert (message.state, found.stage) == (MailState.HELD, Stage.IDEA)
    assert "no more messages" in found.steps.latest("pk").note


def test_a_guest_who_was_told_otherwise_stays_where_they_are(desk: Desk) -> None:
    found, message = invited(desk)
    pipeline.go(found, "accept", Who.MEMBER, desk.by)
    outbox.cancel(by=desk.by, message=message)
    found.refresh_from_db()
    assert found.stage == Stage.AGREED


def test_a_place_in_a_series_is_not_offered_by_a_letter_that_did_not_go(desk: Desk) -> None:
    pat = partnering.choose(by=desk.by, contact=desk.pat, trade="Tax")
    row = series.plan(by=desk.by, trade="Tax", title="Tax in plain words", offer="Our readers meet your work.")
    slot = series.add(by=desk.by, series=row, partner=pat)
    message = inviting.invite(
        by=desk.by, interview=slot.interview, to="pat@ledger.example", **(SAID | {"gain": row.offer})
    )
    slot.refresh_from_db()
    assert slot.offered_at is not None
    outbox.cancel(by=desk.by, message=message)
    slot.refresh_from_db()
    assert slot.offered_at is None
    series.reword(by=desk.by, series=row, title="Tax in plain words", offer="Our readers hear of your work.")


def test_a_return_asked_for_by_a_letter_taken_back_was_not_asked_for(desk: Desk) -> None:
    for stage in (Stage.PUBLISHED, Stage.SHARED):
        found = pipeline.at(stage, desk.by, desk.pat)
        message = returning.ask(by=desk.by, interview=found, pitch="Shall we turn the tables?", by_mail=True)
        assert message is not None
        assert found.stage == Stage.RETURN_ASKED
        outbox.cancel(by=desk.by, message=message)
        found.refresh_from_db()
        assert (found.stage, Return.objects.get(interview=found).asked_on) == (stage, None)
        pipeline.go(found, "return", Who.MEMBER, desk.by)


def test_the_return_is_asked_for_at_the_address_the_invitation_went_to(desk: Desk) -> None:
    ann = pipeline.partner(desk.by, "Ann Lee", "Ann.Lee@Ledger.example")
    found = inviting.plan(by=desk.by, guest=ann, kind="partner")
    invitation = inviting.invite(by=desk.by, interview=found, to="Ann.Lee@Ledger.example", **SAID)
    Interview.objects.filter(pk=found.pk).update(stage=Stage.SHARED)
    message = returning.ask(by=desk.by, interview=found, pitch="Shall we turn the tables?", by_mail=True)
    assert message is not None
    assert message.address == invitation.address == "Ann.Lee@ledger.example", "as it was typed, its domain aside"


def test_a_return_that_was_not_asked_for_takes_no_offer_back(desk: Desk) -> None:
    pat = partnering.choose(by=desk.by, contact=desk.pat, trade="Tax")
    row = series.plan(by=desk.by, trade="Tax", title="Tax in plain words", offer="Our readers meet your work.")
    slot = series.add(by=desk.by, series=row, partner=pat)
    said = SAID | {"gain": row.offer}
    inviting.invite(by=desk.by, interview=slot.interview, to="pat@ledger.example", **said)
    pipeline.go(slot.interview, "accept", Who.MEMBER, desk.by)  # by phone: the partner's own page has no reply
    Interview.objects.filter(pk=slot.interview.pk).update(stage=Stage.SHARED)
    message = returning.ask(by=desk.by, interview=slot.interview, pitch="May I speak to your readers?", by_mail=True)
    assert message is not None
    outbox.cancel(by=desk.by, message=message)
    slot.refresh_from_db()
    slot.interview.refresh_from_db()
    assert slot.interview.stage == Stage.SHARED
    assert slot.offered_at is not None, "the invitation went out long ago"


def test_a_client_whose_call_was_taken_back_can_be_left_out_and_asked_anew(desk: Desk) -> None:
    ann = make.contact(desk.by, "Ann Okafor", email="ann@okafor.example", standing="client")
    call = casting.open_call(
        by=desk.by, title="Would you?", text="Would you like to?", asked=["One?", "Two?", "Three?"]
    )
    casting.choose(by=desk.by, call=call, clients=[ann])
    casting.send(by=desk.by, call=call)
    ask = call.asks.get()
    with pytest.raises(Refused):
        casting.leave_out(by=desk.by, ask=ask)
    outbox.cancel(by=desk.by, message=Message.objects.get(public_id=ask.message))
    assert "Leave out" in make.browser(desk.by).get(f"/interviews/casting/{call.public_id}/").content.decode()
    casting.leave_out(by=desk.by, ask=ask)
    assert list(casts.candidates(desk.practice, call)) == [ann]


@pytest.fixture
def pat(desk: Desk) -> Partner:
    found = partnering.choose(by=desk.by, contact=desk.pat, trade="Tax")
    briefs.write(by=desk.by, partner=found, **BRIEF)
    return found


def test_a_brief_is_seen_and_comes_by_mail_with_a_link_and_a_paper(desk: Desk, pat: Partner) -> None:
    handed = f"/brief/{briefs.give_link(by=desk.by, partner=pat)}"
    web, path = make.browser(desk.by), f"/interviews/partners/{pat.public_id}/brief/"
    assert "Send it by mail" in web.get(path).content.decode()
    form = web.get(f"{path}send/").context["form"]
    said = {name: form[name].value() for name in ("subject", "opening")} | {"to": "pat@ledger.example"}
    seen = web.post(f"{path}send/", said | {"act": "see"}).content.decode()
    assert "/brief/…" in seen
    assert not Message.objects.exists()
    assert web.post(f"{path}send/", said | {"act": "send"})["Location"] == path
    Message.objects.update(due_at=clock.now(), next_at=clock.now())
    text = letter(desk)
    assert text.startswith("Dear Pat,")
    page = LINK.findall(text)[0]
    assert "think of selling" in Client().get(page).content.decode()
    assert Client().get(f"{page}/brief.pdf")["Content-Type"] == "application/pdf"
    assert f"{page}/brief.pdf" in text
    assert Client().get(handed).status_code == 200, "what was handed out before works on"
    assert Event.objects.filter(kind="interviews:brief_sent").count() == 1
    web.post(f"{path}link/", {"act": "end"})
    assert {Client().get(one).status_code for one in (page, handed)} == {404}


def test_the_link_of_a_brief_that_was_taken_back_shows_nothing(desk: Desk, pat: Partner) -> None:
    words = {"to": "pat@ledger.example", "subject": "Whom to send us", "opening": "Here it is."}
    message = brief_mail.send(by=desk.by, partner=pat, **words)
    assert BriefKey.objects.get().ended_at is None
    outbox.cancel(by=desk.by, message=message)
    assert BriefKey.objects.get().ended_at is not None
    composing.write_again(by=desk.by, message=Message.objects.get(pk=message.pk))
    outbox.send(by=desk.by, message=Message.objects.get(pk=message.pk))
    assert Client().get(LINK.findall(letter(desk))[0]).status_code == 200, "it went after all"


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"to": "eve@evil.example"}, "to"),
        ({"opening": "Hurry, send us leads."}, "opening"),
        ({"subject": "a\nb: c"}, "subject"),
    ],
)
def test_a_brief_goes_to_nobody_else_and_presses_nobody(desk: Desk, pat: Partner, said: Any, field: str) -> None:
    words = {"to": "pat@ledger.example", "subject": "Whom to send us", "opening": "Here it is."}
    with pytest.raises(Refused) as refused:
        brief_mail.send(by=desk.by, partner=pat, **(words | said))
    assert refused.value.field == field
    assert not Message.objects.exists()
    assert not BriefKey.objects.exists()


def test_a_brief_is_sent_by_its_own_practice_while_they_are_a_partner(desk: Desk, pat: Partner) -> None:
    words = {"to": "pat@ledger.example", "subject": "Whom to send us", "opening": "Here it is."}
    with pytest.raises(Refused):
        brief_mail.send(by=make.member(), partner=pat, **words)
    path = f"/interviews/partners/{pat.public_id}/brief/send/"
    assert make.browser(make.member()).get(path).status_code == 404
    suppression.suppress(desk.practice.pk, "pat@ledger.example", reason="left")
    held = make.browser(desk.by).post(path, words | {"act": "send"})
    assert (held.status_code, bool(held.context["form"].errors["to"])) == (422, True)
    partnering.let_go(by=desk.by, partner=pat)
    with pytest.raises(Refused):
        brief_mail.send(by=desk.by, partner=pat, **words)
    assert not Message.objects.exists()
