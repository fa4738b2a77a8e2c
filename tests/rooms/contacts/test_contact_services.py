"""Adding, editing and deleting people; where they stand; with whom they live."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from tests import make

from passalong.accounts.models import Member
from passalong.contacts import selectors, services
from passalong.contacts.models import Contact, Organization, Standing, StandingKind
from passalong.core import clock
from passalong.core.errors import Refused
from passalong.core.models import Event

pytestmark = [pytest.mark.django_db, pytest.mark.storage]


@pytest.fixture
def by() -> Member:
    return make.member()


def _add(by: Member, **said) -> Contact:
    return services.add_contact(by=by, **({"full_name": "Ann Okafor"} | said))


def test_a_person_is_found_by_what_was_typed(by):
    person = _add(by, emails=["Ann.Okafor@Example.org"], phones=["(415) 555-0132"], notes="Sails on Sundays")
    for query in ("okafor ann", "ANN.OKAFOR", "sundays", "555-0132"):
        assert list(selectors.contacts(by.practice, query=query)) == [person], query
    assert (person.given_name, person.family_name, person.sort_key) == ("Ann", "Okafor", "okafor ann")


def test_a_mail_address_belongs_to_one_person(by):
    _add(by, emails=["ann@example.org"])
    with pytest.raises(Refused, match="belongs to Ann Okafor") as refused:
        _add(by, full_name="Ben Birch", emails=["ANN@example.org"])
    assert refused.value.field == "emails"
    assert Contact.objects.filter(practice=by.practice).count() == 1


def test_the_same_address_may_stand_in_two_practices(by):
    _add(by, emails=["ann@example.org"])
    assert _add(make.member(), emails=["ann@example.org"]).pk


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("emails", "ann at example"),
        ("phones", "call me"),
        ("urls", "javascript://x/alert(1)"),
        ("urls", "[::bad"),
        ("emails", "a" * 60 + "@" + "b" * 255 + ".org"),
    ],
)
def test_what_cannot_be_read_is_refused_beside_its_field(by, field, value):
    with pytest.raises(Refused) as refused:
        _add(by, **{field: ["fine@example.org" if field == "emails" else "", value]})
    assert refused.value.field == field
    assert not Contact.objects.filter(practice=by.practice).exists()


@pytest.mark.parametrize("name", ["", "   ", "\t"])
def test_a_person_needs_a_name(by, name):
    with pytest.raises(Refused) as refused:
        _add(by, full_name=name)
    assert refused.value.field == "full_name"


def test_notes_that_are_too_long_are_refused_beside_the_notes(by):
    with pytest.raises(Refused) as refused:
        _add(by, notes="x" * 4001)
    assert refused.value.field == "notes"


def test_editing_leaves_exactly_what_is_given(by):
    person = _add(by, emails=["ann@example.org", "home@example.org"], phones=["+1 415 555 0132"])
    services.edit_contact(
        by=by, contact=person, full_name="Ann Birch", emails=["ann@example.org"], phones=[], do_not_ask=True
    )
    person.refresh_from_db()
    assert [point.value for point in person.points.all()] == ["ann@example.org"]
    assert person.do_not_ask
    assert not selectors.contacts(by.practice, query="okafor").exists()
    assert selectors.contacts(by.practice, query="birch").exists()


def test_a_name_that_stays_keeps_its_parts(by):
    person = _add(by, full_name="Maria de la Cruz")
    Contact.objects.filter(pk=person.pk).update(given_name="Maria de", family_name="la Cruz")
    person.refresh_from_db()
    for full_name, given in (("Maria  de la Cruz ", "Maria de"), ("Mia de la Cruz", "Mia")):
        services.edit_contact(by=by, contact=person, full_name=full_name, emails=[], phones=[], notes="Met")
        person.refresh_from_db()
        assert person.given_name == given


def test_namesakes_are_told_apart_by_accents_and_case_only(by):
    _add(by, full_name="José Núñez")
    assert [str(one) for one in selectors.namesakes(by.practice, "jose NUNEZ")] == ["José Núñez"]
    assert not selectors.namesakes(by.practice, "José Nunes").exists()


def test_a_new_person_stands_as_said(by):
    person = _add(by, standing=StandingKind.CLIENT, since=date(2019, 4, 1))
    assert [(s.kind, s.since) for s in person.standings.all()] == [("client", date(2019, 4, 1))]
    with pytest.raises(Refused):
        _add(by, full_name="Ben Birch", standing="king")
    assert not selectors.contacts(by.practice, query="birch").exists()


def _open(person: Contact) -> set[str]:
    return set(person.standings.filter(until=None).values_list("kind", flat=True))


def test_a_prospect_who_becomes_a_client_is_no_prospect_any_more(by):
    person = _add(by, standing=StandingKind.PROSPECT)
    services.set_standing(by=by, contact=person, kind=StandingKind.PARTNER)
    services.set_standing(by=by, contact=person, kind=StandingKind.CLIENT)
    assert _open(person) == {"client", "partner"}
    services.end_standing(by=by, contact=person, kind=StandingKind.CLIENT)
    assert _open(person) == {"former_client", "partner"}
    services.end_standing(by=by, contact=person, kind=StandingKind.PARTNER)
    assert _open(person) == {"former_client"}
    assert person.pk in selectors.have_been_clients(by.practice)


def test_a_standing_set_by_mistake_is_taken_back_and_what_it_ended_goes_on(by):
    person = _add(by, standing=StandingKind.PROSPECT, since=date(2024, 1, 1))
    services.set_standing(by=by, contact=person, kind=StandingKind.CLIENT, since=date(2020, 1, 1))
    services.set_standing(by=by, contact=person, kind=StandingKind.FORMER_CLIENT)
    for kind, then in (("former_client", {"client"}), ("client", {"prospect"}), ("client", {"prospect"})):
        services.retract_standing(by=by, contact=person, kind=kind)
        assert _open(person) == then
    assert person.pk not in selectors.have_been_clients(by.practice)
    assert person.standings.count() == 1
    assert Event.objects.filter(practice=by.practice, kind="contacts:standing_retracted").count() == 2


def test_what_ended_on_another_day_stays_ended(by):
    person = _add(by, standing=StandingKind.CLIENT, since=date(2019, 1, 1))
    services.end_standing(by=by, contact=person, kind=StandingKind.CLIENT, until=date(2022, 1, 1))
    services.set_standing(by=by, contact=person, kind=StandingKind.FORMER_CLIENT, since=date(2023, 1, 1))
    services.retract_standing(by=by, contact=person, kind=StandingKind.FORMER_CLIENT)
    assert _open(person) == set()


def test_no_standing_ends_before_it_began(by):
    person = _add(by, standing=StandingKind.PROSPECT, since=date(2024, 1, 1))
    services.set_standing(by=by, contact=person, kind=StandingKind.CLIENT, since=date(2020, 1, 1))
    assert Standing.objects.get(contact=person, kind="prospect").until == date(2024, 1, 1)


def test_a_standing_does_not_begin_tomorrow(by):
    with pytest.raises(Refused) as refused:
        services.set_standing(
            by=by, contact=_add(by), kind=StandingKind.CLIENT, since=clock.today() + timedelta(days=1)
        )
    assert refused.value.field == "since"


def test_the_same_standing_again_moves_its_date(by):
    person = _add(by, standing=StandingKind.CLIENT)
    services.set_standing(by=by, contact=person, kind=StandingKind.CLIENT, since=date(2018, 5, 1))
    assert [s.since for s in person.standings.all()] == [date(2018, 5, 1)]


def test_those_who_live_together_share_one_household(by):
    ann, ben, cleo = (_add(by, full_name=name) for name in ("Ann Okafor", "Ben Okafor", "Cleo Okafor"))
    services.join_household(by=by, contact=ann, other=ben)
    services.join_household(by=by, contact=cleo, other=ann)
    services.join_household(by=by, contact=ben, other=cleo)
    assert selectors.household_of(ann) == {ben.pk, cleo.pk}
    assert Organization.objects.filter(practice=by.practice, realm="household").count() == 1


def test_who_moves_in_with_somebody_leaves_the_old_household(by):
    ann, ben, cleo, dan = (_add(by, full_name=name) for name in ("Ann A", "Ben A", "Cleo C", "Dan C"))
    services.join_household(by=by, contact=ann, other=ben)
    services.join_household(by=by, contact=cleo, other=dan)
    services.join_household(by=by, contact=ann, other=cleo)
    assert selectors.household_of(ann) == {cleo.pk, dan.pk}
    assert not selectors.household_of(ben)


def test_a_household_of_one_is_none(by):
    ann, ben = _add(by), _add(by, full_name="Ben Okafor")
    services.join_household(by=by, contact=ann, other=ben)
    services.leave_household(by=by, contact=ann)
    services.leave_household(by=by, contact=ann)
    assert not selectors.household_of(ben)
    assert not Organization.objects.filter(practice=by.practice).exists()


def test_nobody_lives_with_themselves(by):
    ann = _add(by)
    with pytest.raises(Refused) as refused:
        services.join_household(by=by, contact=ann, other=ann)
    assert refused.value.field == "other"


def test_another_practices_rows_are_not_touched(by):
    mine, theirs = _add(by), _add(make.member(), full_name="Theo Other")
    for act in (
        lambda: services.edit_contact(by=by, contact=theirs, full_name="X", emails=[], phones=[]),
        lambda: services.delete_contact(by=by, contact=theirs),
        lambda: services.set_standing(by=by, contact=theirs, kind="client"),
        lambda: services.end_standing(by=by, contact=theirs, kind="client"),
        lambda: services.retract_standing(by=by, contact=theirs, kind="client"),
        lambda: services.join_household(by=by, contact=mine, other=theirs),
        lambda: services.leave_household(by=by, contact=theirs),
        lambda: services.add_affiliation(by=by, contact=theirs, kind="club", organization="X"),
    ):
        with pytest.raises(Refused, match="not on file here"):
            act()
    assert Contact.objects.get(pk=theirs.pk).full_name == "Theo Other"


def test_deleting_takes_everything_along_and_is_logged(by):
    person, other = _add(by, emails=["ann@example.org"], standing="client"), _add(by, full_name="Ben Birch")
    make.affiliation(by, person, "Birch & Co")
    services.join_household(by=by, contact=person, other=other)
    counts = selectors.goes_with(person)
    assert counts["contacts.ContactPoint"] == 1
    assert counts["contacts.Affiliation"] == 2
    services.delete_contact(by=by, contact=person)
    assert list(Contact.objects.filter(practice=by.practice)) == [other]
    assert Event.objects.filter(practice=by.practice, kind="contacts:deleted").count() == 1


def test_one_name_may_mean_several_people(by):
    ann = _add(by, emails=["ann@example.org"])
    other = _add(by)
    longer = _add(by, full_name="Ann Marie Okafor")
    assert set(selectors.people_meant(by.practice, "ann okafor")) == {ann, other}
    assert selectors.people_meant(by.practice, "ANN@example.org") == [ann]
    assert selectors.people_meant(by.practice, other.public_id) == [other]
    assert selectors.people_meant(by.practice, "marie") == [longer]
    assert selectors.people_meant(by.practice, " . ") == []
    assert selectors.people_meant(make.practice(), "ann okafor") == []


def test_the_one_contact_meant_is_found_by_name_and_never_by_notes_or_firm(by):
    ann = _add(by, emails=["ann@example.org"], notes="Plays tennis with Cleo Dunn")
    make.affiliation(by, ann, "Dunn & Co")
    for text in ("ann okafor", "ANN", "Okafor Ann", "ann@example.org", ann.public_id):
        assert selectors.contact_named(by.practice, text) == ann
    for text in ("dunn", "cleo", "tennis", "", "nobody@example.org"):
        with pytest.raises(Refused, match="Nobody here is called"):
            selectors.contact_named(by.practice, text)
    other = _add(by, full_name="Ann Silva")
    with pytest.raises(Refused, match=f"could be .*{ann.public_id}.*{other.public_id}"):
        selectors.contact_named(by.practice, "ann")
    assert selectors.contact_named(by.practice, "ann okafor") == ann
