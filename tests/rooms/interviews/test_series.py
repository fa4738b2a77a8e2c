"""Five partners in one trade: the same true offer to all, order by own reply, nobody's data shown to another."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from tests import make
from tests.rooms.interviews import pipeline

from passalong.accounts.models import Member
from passalong.core.errors import Refused
from passalong.interviews.models import Interview, Partner, Series, Slot, Stage
from passalong.interviews.selectors import series as selectors
from passalong.interviews.services import inviting, moving, partnering, series
from passalong.interviews.services.voices import guest_voice, key_for
from passalong.interviews.stages import Who
from passalong.mail.services import sending

pytestmark = pytest.mark.django_db
OFFER = "Twenty minutes of questions about your work, published under your name."
NAMES = ("Pat Ledger", "Kim Field", "Lee Ward", "Sam Hill", "Jo Brook", "Max Stone")


@pytest.fixture
def owner() -> Member:
    return make.member()


def tax(by: Member, name: str, trade: str = "Tax") -> Partner:
    email = f"{name.split()[0].lower()}@tax.example"
    return partnering.choose(by=by, contact=make.contact(by, name, email=email), trade=trade)


def planned(by: Member, offer: str = OFFER) -> Series:
    return series.plan(by=by, trade="Tax", title="What to ask a tax adviser", offer=offer)


def offered(by: Member, row: Series, partner: Partner) -> Interview:
    slot = series.add(by=by, series=row, partner=partner)
    found = Interview.objects.get(slot=slot)
    return moving.move(interview=found, act="invite", who=Who.MEMBER, by=by)


@pytest.mark.storage
def test_all_get_the_same_offer_and_stand_in_the_order_of_their_own_replies(owner: Member, settings: Any) -> None:
    row = planned(owner)
    talks = [offered(owner, row, tax(owner, name)) for name in NAMES[:5]]
    assert {one.gain for one in Interview.objects.all()} == {OFFER}
    assert {one.title for one in Interview.objects.all()} == {row.title}
    for number, place in enumerate((3, 0, 4)):
        settings.CLOCK_OFFSET = number * 60
        moving.move(interview=talks[place], act="accept", who=Who.GUEST)
    settings.CLOCK_OFFSET = 0
    moving.move(interview=talks[1], act="accept", who=Who.MEMBER, by=owner)
    order = [(str(one.slot.partner), one.number) for one in selectors.places(row)]
    assert order[:3] == [("Sam Hill", 1), ("Pat Ledger", 2), ("Jo Brook", 3)]
    assert [number for _name, number in order[3:]] == [None, None], "what the desk heard is no reply of their own"
    assert Slot.objects.filter(offered_at__isnull=False).count() == 5


def test_there_is_no_sixth_place_no_other_trade_and_none_twice(owner: Member) -> None:
    row = planned(owner)
    first = series.add(by=owner, series=row, partner=tax(owner, NAMES[0], "TAX"))
    assert series.add(by=owner, series=row, partner=first.partner) == first
    with pytest.raises(Refused, match="another trade"):
        series.add(by=owner, series=row, partner=tax(owner, "Ann Law", "Law"))
    for name in NAMES[1:5]:
        series.add(by=owner, series=row, partner=tax(owner, name))
    with pytest.raises(Refused, match="5 places"):
        series.add(by=owner, series=row, partner=tax(owner, NAMES[5]))
    assert Slot.objects.count() == 5


def test_the_offer_stands_once_it_went_out_and_no_invitation_offers_other_words(owner: Member) -> None:
    row = planned(owner)
    slot = series.add(by=owner, series=row, partner=tax(owner, NAMES[0]))
    series.reword(by=owner, series=row, title=row.title, offer="Another true offer for each of you.")
    found = Interview.objects.get(slot=slot)
    assert found.gain == "Another true offer for each of you."
    Interview.objects.filter(pk=found.pk).update(gain="You alone get more than the others.")
    found.refresh_from_db()
    with pytest.raises(Refused, match="same offer"):
        moving.move(interview=found, act="invite", who=Who.MEMBER, by=owner)
    found.refresh_from_db()
    assert found.stage == Stage.IDEA
    Interview.objects.filter(pk=found.pk).update(gain=row.offer)
    moving.move(interview=found, act="invite", who=Who.MEMBER, by=owner)
    with pytest.raises(Refused, match="Everybody gets the same words"):
        series.reword(by=owner, series=row, title=row.title, offer="Something better for the next one.")
    with pytest.raises(Refused, match="stands"):
        series.remove(by=owner, slot=slot)


@pytest.mark.parametrize(
    "offer",
    [
        "There is only one place for a tax adviser.",
        "ONLY three of you.",
        "The last place in our series.",
        "Two spots left.",
        "Limited places for you.",
        "Your competitor has said yes.",
        "First come, first served.",
        "Hurry: the deadline is Friday.",
        "You get rewarded for it.",
        "New clients are guaranteed.",
        "It will bring you many leads.",
        "Öńly one slot remains",
        "Decide before somebody else does.",
        "An exclusive offer for you.",
        "We collect positive reviews of you.",
    ],
)
def test_invented_scarcity_and_pressing_are_refused(owner: Member, offer: str) -> None:
    with pytest.raises(Refused) as refused:
        planned(owner, offer)
    assert refused.value.field == "offer"
    assert not Series.objects.exists()


def test_the_offer_we_begin_with_passes_and_names_of_people_on_file_do_not(owner: Member) -> None:
    web = make.browser(owner)
    form = web.get("/interviews/series/new/?trade=Tax").context["form"]
    assert web.post("/interviews/series/new/", form.initial).status_code == 302
    assert Series.objects.get().trade == "Tax"
    tax(owner, "Pat Ledger")
    with pytest.raises(Refused, match="Pat Ledger is on file"):
        planned(owner, "The same as Pat Ledger got.")


def test_nobody_is_shown_anothers_data_on_their_page_or_brief(owner: Member) -> None:
    row = planned(owner)
    people = [tax(owner, name) for name in NAMES[:5]]
    talks = [offered(owner, row, one) for one in people]
    moving.move(interview=talks[0], act="accept", who=Who.GUEST)
    for place, talk in enumerate(talks):
        answer = Client().get(f"/talk/{key_for(voice=guest_voice(interview=talk))}")
        assert answer.status_code == 200
        told = answer.content.decode()
        for other, name in enumerate(NAMES[:5]):
            if other != place:
                assert name not in told
                assert f"{name.split()[0].lower()}@tax.example" not in told
                assert people[other].public_id not in told
                assert talks[other].public_id not in told
        assert "places" not in told.casefold(), "how many are asked, or have answered, is not told either"


@pytest.mark.django_db(transaction=True)
def test_invitations_by_mail_carry_the_same_offer_and_nobody_elses_name() -> None:
    said = {"subject": "May I interview you?", "opening": "Your work has been on my mind."}
    with pipeline.desk_with_mail() as desk:
        row, pages = planned(desk.by), []
        for name in NAMES[:3]:
            found = Interview.objects.get(slot=series.add(by=desk.by, series=row, partner=tax(desk.by, name)))
            to = f"{name.split()[0].lower()}@tax.example"
            with pytest.raises(Refused, match="same offer"):
                inviting.invite(by=desk.by, interview=found, to=to, gain="Something else for you.", **said)
            inviting.invite(by=desk.by, interview=found, to=to, gain=OFFER, **said)
        sending.deliver(run_for=20)
        assert len(desk.sink.received) == 3
        for letter in desk.sink.received:
            text = " ".join(letter.parsed.get_body(("plain",)).get_content().split())
            assert OFFER in text
            to = letter.recipients[0]
            others = [name for name in NAMES[:3] if not to.startswith(name.split()[0].lower())]
            assert not [name for name in others if name in text or f"{name.split()[0].lower()}@" in text]
            pages.append(re.findall(r"https://refer\.practice\.example(/talk/[\w-]+)", text)[0])
        Client().post(f"{pages[2]}/answer", {"act": "accept"})
        Client().post(f"{pages[0]}/answer", {"act": "accept"})
        first = [one.slot.replied_at for one in selectors.places(row)]
        assert first[0] < first[1]
        assert first[2] is None


def test_who_is_being_interviewed_already_gets_no_second_one(owner: Member) -> None:
    pat = tax(owner, NAMES[0])
    pipeline.at("invited", owner, guest=pat.contact)
    with pytest.raises(Refused, match="under way"):
        series.add(by=owner, series=planned(owner), partner=pat)
    assert not Slot.objects.exists()


def test_a_place_not_offered_is_taken_back_and_an_ended_series_takes_nobody(owner: Member) -> None:
    row, pat = planned(owner), tax(owner, NAMES[0])
    slot = series.add(by=owner, series=row, partner=pat)
    series.remove(by=owner, slot=slot)
    assert Interview.objects.get().slot is None
    series.end(by=owner, series=row)
    with pytest.raises(Refused, match="ended"):
        series.add(by=owner, series=row, partner=pat)


def test_a_series_is_planned_filled_and_read_on_its_pages(owner: Member, django_assert_max_num_queries: Any) -> None:
    web = make.browser(owner)
    assert "Plan a series" in web.get("/interviews/series/").content.decode()
    row = planned(owner)
    people = [tax(owner, name) for name in NAMES[:5]]
    path = f"/interviews/series/{row.public_id}/"
    for one in people:
        web.post(f"{path}places/", {"partner": one.public_id})
    assert Slot.objects.count() == 5
    with django_assert_max_num_queries(14):
        told = web.get(path).content.decode()
    assert all(name in told for name in NAMES[:5])
    assert web.post(f"{path}offer/", {"title": "x", "offer": "Only for you"}).status_code == 422
    web.post(f"{path}places/", {"partner": people[0].public_id, "act": "remove"})
    assert Slot.objects.count() == 4
    stranger = make.browser(make.member())
    assert stranger.get(path).status_code == 404
    for rest in ("places/", "offer/", "end/"):
        assert stranger.post(f"{path}{rest}", {"partner": people[0].public_id}).status_code == 404
    assert "What to ask" in web.get("/interviews/series/").content.decode()
