"""What is agreed with a client about introductions: its words, what the rules leave of it, and the client's yes."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests import make

from passalong.accounts.models import Member, Profession
from passalong.contacts.models import Contact
from passalong.core import blobs, clock
from passalong.core.errors import Refused
from passalong.core.models import Event, RecordText
from passalong.introductions.models import Agreement, Promise
from passalong.introductions.selectors import agreements as read
from passalong.introductions.services import agreements, move, open_introduction
from passalong.introductions.stages import Who

pytestmark = pytest.mark.django_db
OFF = [
    (Profession.ATTORNEY, "all.attorney.agreement"),
    (Profession.DENTIST, "all.health.agreement"),
    (Profession.DOCTOR, "all.health.agreement"),
    (Profession.REAL_ESTATE, "all.real-estate.agreement"),
    (Profession.BROKER_DEALER, "all.broker-dealer.agreement"),
]


def agreed(by: Member, client: Contact, **changed: object) -> Agreement:
    told = {
        "good_introduction": "Somebody with a question about their pension.",
        "treatment": "Nobody hears from us before they have said yes.",
        "quality": "A call back on the same day.",
    }
    return agreements.save(by=by, client=client, **{**told, **changed})  # type: ignore[arg-type]


@pytest.fixture
def owner() -> Member:
    return make.member()


@pytest.fixture
def ann(owner: Member) -> Contact:
    return make.client(owner, "Ann Okafor")


def test_it_is_written_with_its_promises_and_acknowledged_as_read(owner, ann) -> None:
    due = clock.today() + timedelta(days=30)
    made = agreed(owner, ann, hoped_number=3, promised=[("Review the pension", due)])
    shown = read.shown_to(ann)
    assert shown
    assert [part.title for part in shown.parts][:2] == ["What a good introduction is", "How we treat your friends"]
    assert "3 introductions within a year. It is a hope, not a duty." in shown.text
    assert "Review the pension, by" in shown.text
    assert "This is no contract." in shown.text
    agreements.acknowledge(agreement=made, how="tablet", shown=shown.shown, by=owner, signed_by="Ann Okafor")
    assert (made.acknowledged_how, made.signed_by) == ("tablet", "Ann Okafor")
    kept = RecordText.objects.get(payload__event__kind="introductions:agreement_acknowledged")
    assert blobs.read(kept.blob).decode() == shown.text
    assert made.text == kept.blob


def test_acknowledged_words_stay_and_a_change_is_a_new_version(owner, ann) -> None:
    first = agreed(owner, ann, promised=[("Review the pension", clock.today() + timedelta(days=30))])
    assert agreed(owner, ann, quality="A call back within a day.") == first  # not acknowledged yet: the same one
    shown = read.shown_to(ann)
    agreements.acknowledge(agreement=first, how="paper", shown=shown.shown, by=owner)
    second = agreed(owner, ann, quality="No paper at all.")
    assert (first.version, second.version) == (1, 2)
    first.refresh_from_db()
    assert first.ended_at
    assert first.quality == "A call back within a day."
    assert read.in_force(ann) == second
    assert read.earlier(ann) == [first]
    assert Promise.objects.get().agreement == second


def test_the_same_words_again_change_nothing(owner, ann) -> None:
    agreed(owner, ann)
    count = Event.objects.count()
    agreed(owner, ann)
    assert Event.objects.count() == count


def test_nobody_agrees_to_other_words_than_those_they_read(owner, ann) -> None:
    made = agreed(owner, ann)
    stale = read.shown_to(ann).shown
    agreed(owner, ann, quality="Something else.")
    with pytest.raises(Refused, match="changed"):
        agreements.acknowledge(agreement=made, how="portal", shown=stale)
    made.refresh_from_db()
    assert made.acknowledged_on is None
    agreements.acknowledge(agreement=made, how="portal", shown=read.shown_to(ann).shown)
    assert made.acknowledged_how == "portal"


def test_what_was_ended_is_not_acknowledged(owner, ann) -> None:
    made = agreed(owner, ann)
    shown = read.shown_to(ann).shown
    agreements.end(by=owner, agreement=made)
    with pytest.raises(Refused):
        agreements.acknowledge(agreement=made, how="portal", shown=shown)
    assert read.in_force(ann) is None


@pytest.mark.parametrize(("profession", "rule"), OFF)
def test_number_and_signature_are_off_where_the_profession_says_so(profession, rule) -> None:
    owner = make.member(make.practice(profession=profession))
    ann = make.client(owner, "Ann Okafor")
    with pytest.raises(Refused, match=rule) as refused:
        agreed(owner, ann, hoped_number=3)
    assert refused.value.field == "hoped_number"
    made = agreed(owner, ann)
    shown = read.shown_to(ann)
    assert not shown.may_sign
    with pytest.raises(Refused, match=rule):
        agreements.acknowledge(agreement=made, how="tablet", shown=shown.shown, by=owner, signed_by="Ann Okafor")
    agreements.acknowledge(agreement=made, how="tablet", shown=shown.shown, by=owner)
    assert made.signed_by == ""


@pytest.mark.parametrize(
    "profession", [Profession.ADVISER, Profession.INSURANCE, Profession.ACCOUNTANT, Profession.CONSULTANT]
)
def test_a_client_in_the_public_sector_hopes_for_no_number_and_signs_nothing(profession) -> None:
    owner = make.member(make.practice(profession=profession))
    ann = make.client(owner, "Ann Okafor")
    assert read.may_hope(ann)
    ann.public_sector = True
    ann.save()
    with pytest.raises(Refused, match=r"all\.agreement\.public"):
        agreed(owner, ann, hoped_number=3)


def test_a_number_kept_before_the_practice_worked_as_an_attorney_too_is_shown_no_more(owner, ann) -> None:
    agreed(owner, ann, hoped_number=3)
    owner.practice.also = ["attorney"]
    owner.practice.save()
    shown = read.shown_to(Contact.objects.get(pk=ann.pk))
    assert "It is a hope" not in shown.text
    assert shown.progress.hoped is None


@pytest.mark.parametrize("field", ["good_introduction", "treatment", "quality"])
def test_words_that_make_anything_depend_on_introductions_are_refused_with_the_rule(owner, ann, field) -> None:
    with pytest.raises(Refused, match=r"all\.promise\.for-referral") as refused:
        agreed(owner, ann, **{field: "Good to know.\nFor every introduction you get ten percent off the fee."})
    assert refused.value.field == field
    with pytest.raises(Refused, match=r"all\.promise\.for-referral"):
        agreed(owner, ann, promised=[("A free review if you introduce two friends", clock.today())])
    assert not Agreement.objects.exists()


def test_the_words_we_ship_are_taken(owner, ann) -> None:
    made = agreements.save(by=owner, client=ann, **read.shipped_words(owner.practice))
    assert "within 1 working day" in made.treatment


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"good_introduction": " "}, "good_introduction"),
        ({"treatment": "x" * 1001}, "treatment"),
        ({"hoped_number": 0}, "hoped_number"),
        ({"hoped_number": 101}, "hoped_number"),
    ],
)
def test_bad_input_is_said_beside_its_field(owner, ann, changed, field) -> None:
    with pytest.raises(Refused) as refused:
        agreed(owner, ann, **changed)
    assert refused.value.field == field


def test_nothing_is_agreed_with_strangers_or_by_another_practice(owner, ann) -> None:
    with pytest.raises(Refused, match="neither"):
        agreed(owner, make.contact(owner, "Jo Lind"))
    other = make.member()
    with pytest.raises(Refused):
        agreed(other, ann)
    made = agreed(owner, ann)
    with pytest.raises(Refused):
        agreements.end(by=other, agreement=made)
    with pytest.raises(Agreement.DoesNotExist):
        read.agreement(other.practice, made.public_id)


def test_progress_counts_the_clients_own_acts_and_tells_nothing_of_a_friend(owner, ann, settings) -> None:
    agreed(owner, ann, hoped_number=3)
    before = read.shown_to(ann).progress.words
    assert before == "0 of 3 introductions hoped for within a year"
    friend = make.contact(owner, "Jo Lind", email="jo@lind.example")
    found = open_introduction(by=owner, referrer=ann, prospect=friend)
    one = read.shown_to(ann).progress.words
    assert one == "1 of 3 introductions hoped for within a year"
    move(introduction=found, act="pass along", who=Who.REFERRER)
    assert read.shown_to(ann).progress.words == one
    move(introduction=found, act="answer no", who=Who.PERSON)
    assert read.shown_to(ann).progress.words == one
    settings.CLOCK_OFFSET = 366 * 86400
    assert read.shown_to(ann).progress.done == 0


def test_the_portal_acknowledges_without_a_member_and_nobody_else_does(owner, ann) -> None:
    made = agreed(owner, ann)
    for wrong in ({"how": "portal", "by": owner}, {"how": "tablet"}, {"how": "shouted", "by": owner}):
        with pytest.raises(ValueError, match="how an agreement"):
            agreements.acknowledge(agreement=made, shown="x", **wrong)
