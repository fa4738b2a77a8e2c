"""How long the record is kept, why, and what is let go of."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from tests import make

from passalong.accounts.models import Member, Practice, Profession, Role
from passalong.compliance.models import Hold
from passalong.compliance.selectors import retention as selectors
from passalong.compliance.services import retention
from passalong.compliance.tasks import keep_record
from passalong.core import blobs, clock, events, records
from passalong.core.chain import verify
from passalong.core.errors import NotAllowed, Refused
from passalong.core.models import Blob, Payload
from passalong.core.person import Person

pytestmark = [pytest.mark.django_db, pytest.mark.storage]
TODAY = date(2026, 11, 22)


@pytest.fixture
def on(monkeypatch: pytest.MonkeyPatch):
    """Set the day it is."""

    def set_to(day: date) -> None:
        moment = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
        monkeypatch.setattr(clock, "now", lambda: moment)
        monkeypatch.setattr(clock, "today", lambda: day)

    set_to(TODAY)
    return set_to


@pytest.fixture
def owner(on) -> Member:
    return make.member()


def _practice(profession: str, country: str = "US", also: tuple[str, ...] = ()) -> Practice:
    return Practice(name="any", profession=profession, country=country, also=list(also))


@pytest.mark.parametrize(
    ("profession", "country", "years", "rule", "has_source"),
    [
        (Profession.ADVISER, "US", 5, "us.sec.204-2", True),
        (Profession.BROKER_DEALER, "US", 6, "us.sec.17a-4", True),
        (Profession.INSURANCE, "US", 5, "insurance.retention", False),
        (Profession.ATTORNEY, "US", 7, "attorney.retention", False),
        (Profession.ACCOUNTANT, "US", 7, "accountant.retention", False),
        (Profession.DOCTOR, "US", 6, "us.hipaa.164-530", True),
        (Profession.DENTIST, "US", 6, "us.hipaa.164-530", True),
        (Profession.REAL_ESTATE, "US", 5, "real_estate.retention", False),
        (Profession.CONSULTANT, "DE", 3, "consultant.retention", False),
        (Profession.ARCHITECT, "US", 3, "consultant.retention", False),
        (Profession.ADVISER, "DE", 7, "no-source.retention", False),
        (Profession.DOCTOR, "GB", 7, "no-source.retention", False),
    ],
)
def test_each_profile_has_its_period(profession: str, country: str, years: int, rule: str, has_source: bool) -> None:
    found = selectors.term(_practice(profession, country))
    assert (found.years, found.rule, bool(found.source)) == (years, rule, has_source)


def test_every_profession_has_a_period() -> None:
    assert all(selectors.term(_practice(one)).years >= 3 for one in Profession.values)


def test_a_mixed_practice_keeps_by_the_longest() -> None:
    assert selectors.term(_practice(Profession.ADVISER, also=(Profession.ACCOUNTANT,))).years == 7
    assert selectors.term(_practice(Profession.DOCTOR, also=(Profession.CONSULTANT,))).rule == "us.hipaa.164-530"


def test_the_hosts_own_period_stands_before_the_shipped_one(data) -> None:
    folder = data / "rules"
    folder.mkdir(exist_ok=True)
    own = folder / "attorney.toml"
    own.write_text('[retention]\nyears = 10\nrule = "counsel.2026"\nfrom = "event"\nsource = "Letter of counsel"\n')
    try:
        assert selectors.term(_practice(Profession.ATTORNEY)).rule == "counsel.2026"
        own.write_text("[retention]\nyears = -1\n")
        assert selectors.term(_practice(Profession.ATTORNEY)).years == 7
    finally:
        own.unlink()


@pytest.mark.parametrize(
    ("last_use", "month", "until"),
    [
        (date(2026, 1, 1), 12, date(2031, 12, 31)),
        (date(2026, 12, 31), 12, date(2031, 12, 31)),
        (date(2026, 6, 30), 6, date(2031, 6, 30)),
        (date(2026, 7, 1), 6, date(2032, 6, 30)),
        (date(2026, 2, 3), 2, date(2031, 2, 28)),
        (date(2027, 2, 3), 2, date(2032, 2, 29)),
    ],
)
def test_years_count_from_the_end_of_the_fiscal_year(last_use: date, month: int, until: date) -> None:
    assert selectors.end_of(selectors.Term(5, "r"), last_use, month) == until


def test_years_count_from_the_day_where_the_rule_says_so() -> None:
    by_day = selectors.Term(3, "r", selectors.BY_EVENT)
    assert selectors.end_of(by_day, date(2024, 2, 29)) == date(2027, 2, 28)
    assert selectors.end_of(by_day, TODAY) == date(2029, 11, 22)


def _until(owner: Member, subject: str) -> date | None:
    some = list(Payload.objects.filter(event__subject=subject).select_related("event")[:1])
    found = selectors.due_dates(owner.practice_id, some)
    return found[some[0].pk][1] if found else None


def test_the_date_moves_while_published_and_stands_still_once_withdrawn(owner, on) -> None:
    events.record(owner.practice_id, "kits:edition_published", subject="edition")
    assert _until(owner, "edition") == date(2031, 12, 31)
    on(date(2029, 3, 1))
    assert _until(owner, "edition") == date(2034, 12, 31)
    events.record(owner.practice_id, "kits:edition_withdrawn", subject="edition")
    on(date(2030, 3, 1))
    assert _until(owner, "edition") == date(2034, 12, 31)
    retention.set_fiscal_year(by=owner, last_month=3)
    assert _until(owner, "edition") == date(2034, 3, 31)


def test_what_no_rule_speaks_of_has_no_date(owner) -> None:
    events.record(owner.practice_id, "contacts:added", subject="somebody")
    assert _until(owner, "somebody") is None
    assert selectors.retention_of(owner.practice, "contacts:added") is None
    assert selectors.retention_of(owner.practice, "kits:edition_published").years == 5


def _publish(owner: Member, subject: str, people: tuple[str, ...] = ()) -> Blob:
    page = blobs.keep(owner.practice_id, f"page of {subject}".encode(), "text/html")
    events.record(owner.practice_id, "kits:edition_published", subject=subject, people=people, texts={"page": page})
    return page


def test_past_its_date_a_payload_goes_with_its_bytes_and_the_chain_holds(owner, on) -> None:
    page, live = _publish(owner, "edition"), _publish(owner, "other")
    events.record(owner.practice_id, "kits:edition_withdrawn", subject="edition")
    on(date(2031, 12, 31))
    assert retention.purge(owner.practice) == 0
    on(date(2032, 1, 1))
    keep_record.call()
    left = list(Payload.objects.filter(practice=owner.practice).values_list("event__kind", "event__subject"))
    assert left == [("kits:edition_published", "other"), ("core:payloads_purged", "")]
    assert list(Blob.objects.filter(pk__in=[page.pk, live.pk])) == [live]
    seen = verify(owner.practice_id)
    assert (seen.is_well, seen.stubs) == (True, 2)
    assert retention.purge(owner.practice) == 0


def test_a_date_of_its_own_is_kept_to(owner, on) -> None:
    events.record(owner.practice_id, "test:any", subject="a", keep_until=date(2027, 1, 1))
    events.record(owner.practice_id, "test:any", subject="b")
    on(date(2027, 1, 1))
    assert retention.purge(owner.practice) == 0
    on(date(2027, 1, 2))
    assert retention.purge(owner.practice) == 1
    on(date(2099, 1, 1))
    assert retention.purge(owner.practice) == 0


def test_what_is_held_outlives_its_date(owner, on) -> None:
    _publish(owner, "edition", people=("speaker",))
    events.record(owner.practice_id, "kits:edition_withdrawn", subject="edition")
    held = retention.hold(
        by=owner, subject="speaker", rule="Case 12/345", reason="The court asks for it.", until=date(2033, 5, 1)
    )
    on(date(2032, 1, 1))
    assert retention.purge(owner.practice) == 1  # the withdrawal, which does not speak of the speaker
    assert selectors.held_until(owner.practice, ["speaker"]) == [("Case 12/345", date(2033, 5, 1))]
    retention.release(by=owner, hold=held)
    retention.release(by=owner, hold=held)
    assert selectors.held_until(owner.practice, ["speaker"]) == []
    assert retention.purge(owner.practice) == 1
    kinds = list(Payload.objects.filter(practice=owner.practice).values_list("event__kind", flat=True))
    assert kinds.count("compliance:hold_released") == 1
    assert verify(owner.practice_id).is_well


def test_a_hold_ends_by_itself(owner, on) -> None:
    _publish(owner, "edition", people=("speaker",))
    events.record(owner.practice_id, "kits:edition_withdrawn", subject="edition")
    retention.hold(by=owner, subject="speaker", rule="Case 1", reason="The court asks.", until=date(2032, 5, 1))
    on(date(2032, 5, 2))
    assert retention.purge(owner.practice) == 2


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"rule": " "}, "rule"),
        ({"reason": "so"}, "reason"),
        ({"subject": ""}, "subject"),
        ({"until": TODAY}, "until"),
        ({"until": date(2099, 1, 1)}, "until"),
        ({"rule": "x" * 81}, "rule"),
        ({"subject": "x" * 21}, "subject"),
    ],
)
def test_a_hold_names_its_rule_its_reason_and_its_end(owner, change: dict[str, object], field: str) -> None:
    good = {"subject": "one", "rule": "Case 1", "reason": "The court asks for it.", "until": TODAY + timedelta(days=9)}
    with pytest.raises(Refused) as refused:
        retention.hold(by=owner, **(good | change))
    assert refused.value.field == field
    assert not Hold.objects.exists()


def test_only_owners_and_approvers_hold_and_release(owner) -> None:
    good = {"subject": "one", "rule": "Case 1", "reason": "The court asks for it.", "until": TODAY + timedelta(days=9)}
    with pytest.raises(NotAllowed):
        retention.hold(by=make.assistant(owner.practice), **good)
    held = retention.hold(by=make.member(owner.practice, role=Role.APPROVER), **good)
    with pytest.raises(NotAllowed):
        retention.release(by=make.assistant(owner.practice), hold=held)
    with pytest.raises(Refused):
        retention.release(by=make.member(), hold=held)


def _person(owner: Member, *ids: str) -> Person:
    return Person(owner.practice_id, None, ids)


def test_erasing_keeps_what_a_rule_keeps_and_says_so(owner, on) -> None:
    _publish(owner, "edition", people=("speaker",))
    page = blobs.keep(owner.practice_id, b"only here", "text/plain")
    events.record(owner.practice_id, "contacts:edited", subject="speaker", note="Anna", texts={"note": page})
    kept = records.erase(_person(owner, "speaker"))
    assert [(one.rule, one.until) for one in kept] == [("us.sec.204-2", date(2031, 12, 31))]
    assert not Payload.objects.filter(event__kind="contacts:edited").exists()
    assert not Blob.objects.filter(pk=page.pk).exists()
    assert Payload.objects.get(event__kind="kits:edition_published").keep_until == date(2031, 12, 31)
    assert verify(owner.practice_id).is_well
    assert records.erase(_person(owner, "speaker")) == kept
    events.record(owner.practice_id, "kits:edition_withdrawn", subject="edition")
    on(date(2032, 1, 1))
    assert records.erase(_person(owner, "speaker")) == []
    assert verify(owner.practice_id).is_well


def test_erasing_leaves_other_people_and_practices_alone(owner) -> None:
    other = make.member()
    for member in (owner, other):
        events.record(member.practice_id, "test:any", subject="same")
        events.record(member.practice_id, "test:any", subject="else")
    records.erase(_person(owner, "same"))
    left = Payload.objects.filter(event__kind="test:any").values_list("practice", "event__subject").order_by("pk")
    assert list(left) == [
        (owner.practice_id, "else"),
        (other.practice_id, "same"),
        (other.practice_id, "else"),
    ]


def test_erasing_somebody_without_traces_writes_nothing(owner) -> None:
    before = verify(owner.practice_id).head
    assert records.erase(_person(owner, "nobody")) == []
    assert verify(owner.practice_id).head == before


def test_a_held_person_is_kept_whole(owner) -> None:
    events.record(owner.practice_id, "contacts:edited", subject="one", note="Anna")
    until = TODAY + timedelta(days=9)
    retention.hold(by=owner, subject="one", rule="Case 1", reason="The court asks for it.", until=until)
    assert ("Case 1", until) in [(one.rule, one.until) for one in records.erase(_person(owner, "one"))]
    assert Payload.objects.filter(event__kind="contacts:edited").exists()


def test_a_consent_is_in_use_until_it_ends_or_is_taken_back(owner, on) -> None:
    events.record(owner.practice_id, "kits:proof_consent", subject="lasting")
    events.record(owner.practice_id, "kits:proof_consent", subject="ending", expires_on=date(2027, 3, 1))
    on(date(2030, 1, 1))
    assert (_until(owner, "lasting"), _until(owner, "ending")) == (date(2035, 12, 31), date(2032, 12, 31))
    events.record(owner.practice_id, "kits:proof_revoked", subject="lasting")
    on(date(2031, 1, 1))
    assert _until(owner, "lasting") == date(2035, 12, 31)


def test_what_is_kept_of_somebody_erased_goes_on_the_day_they_were_told(owner, on) -> None:
    events.record(owner.practice_id, "kits:proof_consent", subject="proof", people=["speaker"])
    kept = records.erase(_person(owner, "speaker"))
    assert [one.until for one in kept] == [date(2031, 12, 31)]
    on(date(2031, 12, 31))
    assert retention.purge(owner.practice) == 0
    on(date(2032, 1, 1))
    assert retention.purge(owner.practice) == 1
    assert verify(owner.practice_id).is_well
