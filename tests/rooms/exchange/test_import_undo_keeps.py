"""What an undo leaves alone: a person's word, a hand's edit, and what another file holds too."""

from __future__ import annotations

import pytest
from tests import make
from tests.rooms.exchange.files import bring, counts, linkedin, table, take_back

from passalong.contacts import services as contacts
from passalong.contacts.models import Affiliation, Contact, ContactPoint, Disclosure, Organization, StandingKind
from passalong.exchange.models import Carried, ImportedRow
from passalong.prospecting import services as prospecting
from passalong.prospecting.models import Prospect
from passalong.ties.services.fact_sheet import FactRow, save_fact_sheet

pytestmark = [pytest.mark.django_db, pytest.mark.storage]
HEADER = "Name,E-mail,Company"
ANN = ["Ann Okafor", "ann@x.org", "Acme"]
BO = ["Bo Lee", "bo@x.org", "Acme"]
EVERYTHING = (Contact, ContactPoint, Affiliation, Organization, ImportedRow, Carried, Prospect)


@pytest.fixture
def owner(db):
    return make.member()


def told(result):
    return " ".join(note["message"] for note in result["warnings"])


def test_a_clients_own_word_stays(owner, tmp_path):
    ann = make.contact(owner, "Ann Okafor", email="ann@x.org")
    result = bring(owner, tmp_path / "a.csv", table(HEADER, ANN))
    save_fact_sheet(by=owner, client=ann, rows=[FactRow("employer", "Acme", start="2019")])
    undone = take_back(owner, result)
    fact = Affiliation.objects.get()
    assert (fact.start, fact.disclosure, fact.told_by, fact.batch) == ("2019", Disclosure.TOLD, ann, None)
    assert "1 fact or wish stays" in told(undone)
    assert take_back(owner, result) == undone


@pytest.mark.parametrize("change", [{"role": "CFO"}, {"start": "2019"}, {"end": "2020"}, {"is_public": True}])
def test_an_edit_by_hand_stays_with_the_person_it_is_about(owner, tmp_path, change):
    result = bring(owner, tmp_path / "a.csv", table(HEADER, ANN, BO))
    fact = Affiliation.objects.get(contact__full_name="Ann Okafor")
    words = {"role": "", "start": "", "end": "", "is_public": False, **change}
    contacts.set_affiliation(by=owner, affiliation=fact, **words)
    undone = take_back(owner, result)
    assert Affiliation.objects.get() == fact
    assert list(Contact.objects.values_list("full_name", flat=True)) == ["Ann Okafor"]
    assert ContactPoint.objects.get().key == "ann@x.org"
    assert "1 person stays" in told(undone)
    assert "1 fact or wish stays" in told(undone)


def test_what_another_file_holds_too_is_left_to_it(owner, tmp_path):
    make.contact(owner, "Ann Okafor", email="ann@x.org")
    first = bring(owner, tmp_path / "a.csv", table(HEADER, ANN))
    second = bring(owner, tmp_path / "b.csv", table("Full name,Mail address,Employer", [*ANN[:2], "Acme, Inc."]))
    take_back(owner, first)
    assert Affiliation.objects.get().batch.public_id == second["batch"]
    take_back(owner, second)
    assert not Affiliation.objects.exists()
    assert counts(bring(owner, tmp_path / "b.csv", table(HEADER, ANN))) == (0, 1, 0)


def test_a_file_brought_in_again_after_an_undo_adds_what_is_missing(owner, tmp_path):
    make.contact(owner, "Ann Okafor", email="ann@x.org")
    first = bring(owner, tmp_path / "a.csv", table(HEADER, ANN))
    bring(owner, tmp_path / "b.csv", table("Name,E-mail,Company", ["Ann Okafor", "ann@x.org", "Zeta"]))
    Carried.objects.all().delete()  # imports of earlier releases kept no such notes
    take_back(owner, first)
    Affiliation.objects.all().delete()
    assert counts(bring(owner, tmp_path / "b.csv", table(HEADER, [*ANN[:2], "Zeta"]))) == (0, 1, 0)
    assert Affiliation.objects.get().organization.name == "Zeta"


def test_a_wish_edited_by_hand_stays(owner, tmp_path):
    rows = [["Ann Okafor", "Runs Acme"], ["Bo Lee", "Runs Zeta"]]
    result = bring(owner, tmp_path / "w.csv", table("name,reason", *rows), as_="wishlist")
    entry = Prospect.objects.get(contact__full_name="Ann Okafor")
    prospecting.add_prospect(by=owner, contact=entry.contact, life_event="Sold her firm")
    undone = take_back(owner, result)
    kept = Prospect.objects.get()
    assert (kept.reason, kept.life_event, kept.batch) == ("Runs Acme", "Sold her firm", None)
    assert kept.contact is not None
    assert kept.contact.standings.get().kind == StandingKind.PROSPECT
    assert "1 fact or wish stays" in told(undone)


def test_a_wish_of_two_lists_is_left_to_the_other(owner, tmp_path):
    text = table("name,organization,reason", ["", "Zeta Works", "Growing"])
    first = bring(owner, tmp_path / "w.csv", text, as_="wishlist")
    second = bring(
        owner, tmp_path / "v.csv", table("name,organization", ["", "Zeta Works"], ["Bo", ""]), as_="wishlist"
    )
    take_back(owner, first)
    assert {str(one) for one in Prospect.objects.all()} == {"Zeta Works", "Bo"}
    take_back(owner, second)
    assert not any(model.objects.exists() for model in EVERYTHING)


def test_somebody_made_a_client_keeps_address_and_employer(owner, tmp_path):
    result = bring(owner, tmp_path / "a.csv", table(HEADER, ANN, BO))
    ann = Contact.objects.get(full_name="Ann Okafor")
    contacts.set_standing(by=owner, contact=ann, kind=StandingKind.CLIENT)
    take_back(owner, result)
    assert Contact.objects.get() == ann
    assert ann.points.get().key == "ann@x.org"
    assert ann.affiliations.get().organization.name == "Acme"
    assert "acme" in Contact.objects.get().search


def test_people_of_a_later_file_stay_until_that_one_goes_too(owner, tmp_path):
    people = [("Ann", "Okafor", "Acme", "ann"), ("Bo", "Lee", "Zeta", "")]
    first = bring(owner, tmp_path / "c.csv", linkedin(*people, ("Eve", "Roe", "Acme", "eve")))
    second = bring(owner, tmp_path / "c.csv", linkedin(*people, ("Cy", "Diaz", "Acme", "cy")))
    assert counts(second) == (1, 0, 2)
    undone = take_back(owner, first)
    assert set(Contact.objects.values_list("given_name", flat=True)) == {"Ann", "Bo", "Cy"}
    assert Affiliation.objects.count() == 3
    assert "2 people stay" in told(undone)
    assert counts(bring(owner, tmp_path / "c.csv", linkedin(*people, ("Cy", "Diaz", "Acme", "cy")))) == (0, 0, 3)
    take_back(owner, second)
    assert not any(model.objects.exists() for model in EVERYTHING)


def test_the_very_same_file_twice_counts_once(owner, tmp_path):
    first = bring(owner, tmp_path / "a.csv", table(HEADER, ANN, BO))
    assert counts(bring(owner, tmp_path / "copy.csv", table(HEADER, ANN, BO))) == (0, 0, 2)
    assert take_back(owner, first)["removed"] == 2
    assert not Contact.objects.exists()
    assert counts(bring(owner, tmp_path / "copy.csv", table(HEADER, ANN, BO))) == (2, 0, 0)
