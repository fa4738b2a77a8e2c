"""The value ledger: limits across entries, blocks nobody passes, a second person; cases of the research."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from tests import make

from passalong.accounts.models import Profession, Role
from passalong.compliance.giving import Thing
from passalong.compliance.models import Approval, Decision, Giver, ValueEntry
from passalong.compliance.selectors import ledger as selectors
from passalong.compliance.services import approvals
from passalong.compliance.services import ledger as services
from passalong.core import clock
from passalong.core.errors import NotAllowed, Refused
from passalong.core.models import Event, PayloadPerson
from passalong.introductions.models import Introduction

pytestmark = pytest.mark.django_db
DAY = date(2026, 5, 4)
WHY = "The firm's policy of March allows exactly this."


def owner(profession: str, region: str = "", country: str = "US", also: list[str] | None = None):
    practice = make.practice(profession=profession)
    practice.region, practice.country, practice.also = region, country, also or []
    practice.save()
    return make.member(practice)


def thing(value: str = "40", **more) -> Thing:
    given = {"kind": "gift", "what": "A book", "receiver": "client", "reason": "Thanks", "given_on": DAY} | more
    return Thing(cost=Decimal(value), **given)


def give(by, to, value: str = "40", **more) -> ValueEntry:
    ask_why = more.pop("ask_why", None)
    return services.give(by=by, contact=to, thing=thing(value, **more), ask_why=ask_why)


def test_washington_counts_what_was_given_within_twelve_months() -> None:
    by = owner(Profession.INSURANCE, "WA")
    anna, otto = make.client(by, "Anna Berg"), make.client(by, "Otto Kern")
    give(by, anna, "60")
    with pytest.raises(Refused, match=r"\$100.*us\.wa\.48-30-133\.cap"):
        give(by, anna, "50", given_on=DAY + timedelta(days=200))
    give(by, otto, "50")
    give(by, anna, "40", given_on=DAY + timedelta(days=200))
    give(by, anna, "60", given_on=DAY + timedelta(days=366))
    assert ValueEntry.objects.filter(practice=by.practice).count() == 4


def test_one_written_down_late_cannot_slip_below_a_limit() -> None:
    by = owner(Profession.INSURANCE, "WA")
    anna = make.client(by)
    give(by, anna, "60")
    with pytest.raises(Refused, match="cap"):
        give(by, anna, "50", given_on=DAY - timedelta(days=100))


@pytest.mark.parametrize(("apart", "is_fine"), [(0, False), (364, False), (365, False), (366, True)])
def test_an_adviser_needs_an_agreement_above_1000_within_365_days(apart: int, is_fine: bool) -> None:
    by = owner(Profession.ADVISER)
    anna = make.client(by)
    give(by, anna, "999")
    later = {"given_on": DAY + timedelta(days=apart)}
    if is_fine:
        give(by, anna, "2", **later)
        return
    with pytest.raises(Refused, match="written agreement"):
        give(by, anna, "2", **later)
    give(by, anna, "2", facts=frozenset({"agreement", "eligible"}), **later)


def test_a_barred_promoter_gets_nothing() -> None:
    by = owner(Profession.ADVISER)
    with pytest.raises(Refused, match="barred"):
        give(by, make.client(by), "1", facts=frozenset({"barred"}))


def test_staff_of_a_business_partner_get_300_a_calendar_year_and_a_retail_client_goes_to_the_firm() -> None:
    by = owner(Profession.BROKER_DEALER)
    second = make.member(by.practice)
    staff, client = make.contact(by), make.client(by)
    give(by, staff, "300", receiver="counterparty", given_on=date(2026, 12, 30))
    with pytest.raises(Refused, match=r"us\.finra\.3220"):
        give(by, staff, "1", receiver="counterparty", given_on=date(2026, 1, 2))
    give(by, staff, "300", receiver="counterparty", given_on=date(2027, 1, 2))
    asked = give(by, client, "301", ask_why=WHY)
    assert asked.is_waiting
    approvals.decide(by=second, approval=asked.approval, approve=True, why=WHY)
    assert not ValueEntry.objects.get(pk=asked.pk).is_waiting


@pytest.mark.parametrize("how", [{"for_referral": True}, {"introduction": "x" * 20}, {"for_referral": None}])
def test_in_health_care_a_gift_that_belongs_to_an_introduction_is_not_possible(how) -> None:
    by = owner(Profession.DENTIST)
    make.member(by.practice)
    with pytest.raises(Refused, match=r"us\.aks"):
        give(by, make.client(by), "5", ask_why=WHY, **how)
    assert not ValueEntry.objects.exists()
    assert not Approval.objects.exists()


def test_in_health_care_a_raffle_counts_as_value_and_goodwill_goes_to_a_second_person() -> None:
    by = owner(Profession.DOCTOR)
    make.member(by.practice)
    patient = make.client(by)
    with pytest.raises(Refused, match=r"us\.aks\.gift"):
        give(by, patient, "5", kind="raffle")
    assert give(by, patient, "5", for_referral=False, ask_why=WHY).is_waiting


def test_a_raffle_counts_towards_a_limit() -> None:
    by = owner(Profession.INSURANCE, "WA")
    anna = make.client(by)
    give(by, anna, "70", kind="raffle", what="A ticket for the car")
    with pytest.raises(Refused, match="cap"):
        give(by, anna, "31")


def test_the_value_is_the_higher_of_cost_and_market() -> None:
    by = owner(Profession.INSURANCE, "WA")
    anna = make.client(by)
    with pytest.raises(Refused, match="cap"):
        give(by, anna, "20", market=Decimal(101))
    assert give(by, anna, "60", market=Decimal(10)).value == 60
    assert selectors.people(by.practice)[0]["all"] == 60


@pytest.mark.parametrize(("days", "rule"), [(0, "after-referral"), (30, "after-referral"), (31, r"respa\.none")])
def test_a_realtors_gift_soon_after_an_introduction_goes_to_a_second_person(days: int, rule: str) -> None:
    by = owner(Profession.REAL_ESTATE, "TX")
    make.member(by.practice)
    referrer, friend = make.client(by), make.contact(by)
    Introduction.objects.create(practice=by.practice, referrer=referrer, prospect=friend, agreed_on=DAY)
    on = DAY + timedelta(days=days)
    with pytest.raises(Refused, match=rule):
        give(by, referrer, "20", given_on=on)
    assert give(by, referrer, "20", given_on=on, ask_why=WHY).is_waiting
    give(by, referrer, "20", given_on=on, facts=frozenset({"offered_equally"}))


def test_an_introduction_after_the_gift_is_not_the_reason_for_it() -> None:
    by = owner(Profession.REAL_ESTATE)
    referrer, friend = make.client(by), make.contact(by)
    Introduction.objects.create(
        practice=by.practice, referrer=referrer, prospect=friend, agreed_on=DAY + timedelta(days=1)
    )
    assert selectors.days_after_referral(by.practice, referrer.pk, DAY) is None


def test_attorneys_promise_nothing_and_washingtons_accountants_need_papers_first() -> None:
    attorney = owner(Profession.ATTORNEY)
    with pytest.raises(Refused, match="never offers"):
        give(attorney, make.client(attorney), "5", offered_before=True)
    by = owner(Profession.ACCOUNTANT, "WA")
    anna = make.client(by)
    with pytest.raises(Refused, match="First must be on file"):
        give(by, anna)
    papers = frozenset({"disclosed", "client_consents"})
    with pytest.raises(Refused, match="attest"):
        give(by, anna, facts=papers | {"attest_client"})
    give(by, anna, facts=papers)


def test_what_an_accountant_takes_is_judged_too() -> None:
    by = owner(Profession.ACCOUNTANT, "CA")
    with pytest.raises(Refused, match=r"us\.ca\.5061"):
        give(by, make.contact(by), giver=Giver.OTHER)


def test_people_in_the_public_sector_get_nothing_whatever_is_said_of_them() -> None:
    by = owner(Profession.ARCHITECT)
    with pytest.raises(Refused, match="public sector"):
        give(by, make.client(by), receiver="public")
    clerk = make.client(by)
    clerk.public_sector = True
    clerk.save()
    with pytest.raises(Refused, match="public sector"):
        give(by, clerk)


def test_mixed_practices_take_the_strictest() -> None:
    by = owner(Profession.CONSULTANT, also=["dentist"])
    with pytest.raises(Refused, match=r"us\.aks"):
        give(by, make.client(by))


def test_no_fact_that_is_read_can_be_ticked_away() -> None:
    by = owner(Profession.DENTIST)
    with pytest.raises(Refused, match=r"us\.aks"):
        give(by, make.client(by), facts=frozenset({"unrelated"}))


def test_a_practice_alone_is_told_what_to_do_and_nothing_is_kept() -> None:
    by = owner(Profession.BROKER_DEALER)
    make.assistant(by.practice)
    with pytest.raises(Refused, match="Invite an owner or a compliance approver"):
        give(by, make.client(by), ask_why=WHY)
    assert not ValueEntry.objects.exists()


def test_struck_out_it_counts_no_more_and_stays_on_file() -> None:
    by = owner(Profession.INSURANCE, "WA")
    anna = make.client(by)
    first = give(by, anna, "90")
    services.void(by=by, entry=first, why="It was sent back.")
    give(by, anna, "90")
    with pytest.raises(Refused, match="already"):
        services.void(by=by, entry=first, why="Again")
    with pytest.raises(Refused, match="Say why"):
        services.void(by=by, entry=ValueEntry.objects.latest("pk"), why=" ")
    assert list(selectors.entries(by.practice, state="void")) == [first]


def test_what_waits_counts_already_and_a_no_strikes_it_out() -> None:
    by = owner(Profession.BROKER_DEALER)
    second, anna = make.member(by.practice), make.client(by)
    entry = give(by, anna, "100", ask_why=WHY)
    around = selectors.around(by.practice, anna.pk, DAY, giver=Giver.PRACTICE, currency="USD")
    assert around.months == 100
    approvals.decide(by=second, approval=entry.approval, approve=False, why="Too much.")
    assert ValueEntry.objects.get(pk=entry.pk).voided_why == "Too much."


def test_another_entry_meanwhile_has_it_asked_anew() -> None:
    by = owner(Profession.BROKER_DEALER)
    second, anna = make.member(by.practice), make.client(by)
    entry = give(by, anna, "100", ask_why=WHY)
    give(by, anna, "5", ask_why=WHY)
    with pytest.raises(Refused, match="not what it was"):
        approvals.decide(by=second, approval=entry.approval, approve=True, why=WHY)
    assert Approval.objects.get(pk=entry.approval.pk).decision == Decision.WAITING


def test_a_rule_that_nobody_can_lift_stops_an_approval_that_was_asked_before_it() -> None:
    by = owner(Profession.BROKER_DEALER)
    second, anna = make.member(by.practice), make.client(by)
    entry = give(by, anna, "100", ask_why=WHY)
    by.practice.also = ["doctor"]
    by.practice.save()
    with pytest.raises(Refused, match="health care"):
        approvals.decide(by=second, approval=entry.approval, approve=True, why=WHY)


def test_other_money_is_not_added_up_but_looked_at() -> None:
    by = owner(Profession.CONSULTANT)
    anna = make.client(by)
    euros = give(by, anna, "10")
    ValueEntry.objects.filter(pk=euros.pk).update(currency="EUR")
    with pytest.raises(Refused, match=r"all\.currency"):
        give(by, anna, "10")


def test_the_record_names_the_rules_and_nobody() -> None:
    by = owner(Profession.ADVISER)
    anna = make.client(by, "Zenobia Quartermaine")
    entry = give(by, anna, what="A book for Zenobia", reason="She likes books")
    event = Event.objects.get(practice=by.practice, kind="compliance:value_kept")
    assert event.subject == entry.public_id
    assert "us.sec.206-4-1.gift" in event.payload.data["rules"]
    assert "Zenobia" not in str(event.payload.data)
    assert PayloadPerson.objects.filter(payload=event.payload, person=anna.public_id).exists()


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"kind": "bribe"}, "kind"),
        ({"receiver": "king"}, "receiver"),
        ({"giver": "nobody"}, "giver"),
        ({"given_on": DAY + timedelta(days=4000)}, "given_on"),
        ({"given_on": date.max}, "given_on"),
        ({"given_on": date.min}, "given_on"),
        ({"market": Decimal(-1)}, "market"),
        ({"market": Decimal("NaN")}, "market"),
        ({"what": "x" * 201}, "what"),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field(wrong, field: str) -> None:
    by = owner(Profession.CONSULTANT)
    with pytest.raises(Refused) as refused:
        give(by, make.client(by), **wrong)
    assert refused.value.field == field


def test_nothing_of_another_practice_is_touched() -> None:
    by, other = owner(Profession.CONSULTANT), owner(Profession.CONSULTANT)
    with pytest.raises(Refused):
        give(by, make.client(other))
    entry = give(other, make.client(other))
    with pytest.raises(ValueEntry.DoesNotExist):
        services.void(by=by, entry=entry, why="No")


def test_sums_by_person() -> None:
    by = owner(Profession.CONSULTANT)
    anna, otto = make.client(by, "Anna Berg"), make.client(by, "Otto Kern")
    today = clock.today()
    give(by, anna, "10", given_on=today)
    give(by, anna, "20", given_on=today - timedelta(days=365))
    give(by, anna, "40", given_on=today - timedelta(days=366))
    give(by, otto, "5", given_on=today)
    rows = {row["contact__full_name"]: row for row in selectors.people(by.practice)}
    assert (rows["Anna Berg"]["months"], rows["Anna Berg"]["all"]) == (30, 70)
    assert [row["contact__full_name"] for row in selectors.people(by.practice, query="ott")] == ["Otto Kern"]
    assert selectors.given_within_months(by.practice, anna.pk) == 30


def test_the_second_person_is_somebody_else_with_a_reason_and_the_right() -> None:
    by = owner(Profession.BROKER_DEALER)
    approver = make.member(by.practice, role=Role.APPROVER)
    helper = make.assistant(by.practice)
    entry = give(helper, make.client(by), "10", ask_why=WHY)
    for who in (helper, make.assistant(by.practice)):
        with pytest.raises(NotAllowed):
            approvals.decide(by=who, approval=entry.approval, approve=True, why=WHY)
    own = give(by, make.client(by), "10", ask_why=WHY)
    with pytest.raises(NotAllowed, match="Nobody decides"):
        approvals.decide(by=by, approval=own.approval, approve=True, why=WHY)
    with pytest.raises(Refused, match="reason"):
        approvals.decide(by=approver, approval=own.approval, approve=True, why="ok")
    stranger = owner(Profession.BROKER_DEALER)
    with pytest.raises(Refused, match="not on file"):
        approvals.decide(by=stranger, approval=own.approval, approve=True, why=WHY)
    approvals.decide(by=approver, approval=own.approval, approve=True, why=WHY)
    with pytest.raises(Refused, match="decided already"):
        approvals.decide(by=approver, approval=own.approval, approve=False, why=WHY)
    kinds = list(
        Event.objects.filter(practice=by.practice, kind__startswith="compliance:app").values_list("kind", flat=True)
    )
    assert kinds == ["compliance:approval_asked"] * 2 + ["compliance:approval_approved"]
