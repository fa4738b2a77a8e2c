"""People of every format into the database: joined by exact keys only, nothing typed overwritten, twice is once."""

from __future__ import annotations

import pytest
from tests import make
from tests.rooms.exchange.files import CARD, GOOGLE, bring, counts, linkedin, table

from passalong.contacts import services as contacts
from passalong.contacts.models import Affiliation, Contact, ContactPoint, Disclosure, Organization
from passalong.core import events
from passalong.core.errors import Refused
from passalong.exchange.importing.places import street, town
from passalong.exchange.models import ImportBatch
from passalong.ties.models import Statement

pytestmark = [pytest.mark.django_db]


def facts(name: str) -> set[tuple[str, str, str]]:
    rows = Affiliation.objects.filter(contact__full_name=name)
    return set(rows.values_list("kind", "organization__name", "disclosure"))


@pytest.mark.storage
def test_linkedin_makes_people_with_a_public_employer_and_keeps_no_connection(tmp_path):
    owner = make.member()
    result = bring(
        owner, tmp_path / "Connections.csv", linkedin(("Ann", "Okafor", "Acme", "ann"), ("Bo", "Lee", "", "bo"))
    )
    assert counts(result) == (2, 0, 0)
    assert facts("Ann Okafor") == {("employer", "Acme", Disclosure.PUBLIC)}
    affiliation = Affiliation.objects.get(contact__full_name="Ann Okafor")
    assert (affiliation.role, affiliation.start, affiliation.source) == ("Partner", "", "linkedin")
    assert not Statement.objects.exists()
    assert "acme" in Contact.objects.get(full_name="Ann Okafor").search


@pytest.mark.storage
def test_search_text_of_a_new_person_is_what_refreshing_it_would_write(tmp_path):
    owner = make.member()
    bring(owner, tmp_path / "c.csv", linkedin(("Ann", "Okafor", "Acme, Inc.", "ann")))
    before = Contact.objects.get().search
    contacts.refresh_search(owner.practice, [Contact.objects.get().pk])
    assert Contact.objects.get().search == before


@pytest.mark.storage
def test_the_same_file_twice_changes_nothing(tmp_path):
    owner = make.member()
    for text in (
        linkedin(("Ann", "Okafor", "Acme", "ann"), ("Bare", "Name", "Firm", "")),
        table(GOOGLE, ["Cy", "Diaz", "Acme", "Chef", "", "cy@x.org", "+1 212 555 0100", "12 Elm St", "Salem", "", ""]),
        CARD.format(name="Di Fox", family="Fox", given="Di", email="di@x.org", org="Acme", tel="+1 212 555 0111"),
        table("Name,Firm,E-mail", ["Eve Gray", "Acme", ""], ["Eve Gray", "Other", ""]),
    ):
        path = tmp_path / ("cards.vcf" if text.startswith("BEGIN") else "list.csv")
        first = bring(owner, path, text)
        assert first["created"] == first["records"]
        rows = [model.objects.count() for model in (Contact, ContactPoint, Affiliation, Organization)]
        again = bring(owner, path, text)
        assert counts(again) == (0, 0, first["records"])
        assert [model.objects.count() for model in (Contact, ContactPoint, Affiliation, Organization)] == rows
    assert events.first_broken(owner.practice_id) is None


def test_a_changed_employer_is_added_and_ends_nothing(tmp_path):
    owner = make.member()
    bring(owner, tmp_path / "c.csv", linkedin(("Ann", "Okafor", "Acme", "ann")))
    later = bring(owner, tmp_path / "c.csv", linkedin(("Ann", "Okafor", "Zeta", "ann")))
    assert counts(later) == (0, 1, 0)
    assert {name for _k, name, _d in facts("Ann Okafor")} == {"Acme", "Zeta"}
    assert set(Affiliation.objects.values_list("end", flat=True)) == {""}


def test_a_shared_address_joins_people_of_like_names_across_formats(tmp_path):
    owner = make.member()
    ann = make.contact(owner, "A. Okafor", email="ann@x.org")
    result = bring(
        owner,
        tmp_path / "g.csv",
        table("Name,E-mail,Phone,Firm", ["Ann Okafor", "ANN@x.org", "(212) 555-0100", "Acme"]),
    )
    assert counts(result) == (0, 1, 0)
    ann.refresh_from_db()
    assert ann.full_name == "A. Okafor"  # what a person typed stays
    assert set(ann.points.values_list("key", flat=True)) == {"ann@x.org", "+12125550100"}


def test_a_shared_address_with_another_name_is_kept_apart_and_told(tmp_path):
    owner = make.member()
    make.contact(owner, "Ann Okafor", email="family@x.org")
    text = table("Name,E-mail", ["Ben Okafor", "family@x.org"])
    result = bring(owner, tmp_path / "g.csv", text)
    assert counts(result) == (1, 0, 0)
    assert "Ann Okafor" in result["warnings"][0]["message"]
    assert result["warnings"][0]["row"] == 2
    assert counts(bring(owner, tmp_path / "g.csv", text)) == (0, 0, 1)


def test_a_contact_known_by_an_address_gets_its_name(tmp_path):
    owner = make.member()
    bring(owner, tmp_path / "a.csv", table("Name,E-mail", ["", "ann@x.org"]))
    assert Contact.objects.get().full_name == "ann@x.org"
    bring(owner, tmp_path / "b.csv", table("Name,E-mail", ["Ann Okafor", "ann@x.org"]))
    found = Contact.objects.get()
    assert (found.full_name, found.given_name, found.sort_key) == ("Ann Okafor", "Ann", "okafor ann")


def test_a_bare_name_is_never_joined_but_told(tmp_path):
    owner = make.member()
    make.contact(owner, "Ann Okafor", email="ann@x.org")
    result = bring(owner, tmp_path / "rotary.csv", table("Member", ["Ann Okafor"]), group="Rotary", group_kind="club")
    assert counts(result) == (1, 0, 0)
    assert "on file already" in result["warnings"][0]["message"]


def test_a_bare_name_is_the_same_person_again_in_the_same_group(tmp_path):
    owner = make.member()
    bring(owner, tmp_path / "2024.csv", table("Member", ["Ann Okafor"]), group="Rotary", group_kind="club")
    later = table("Member", ["Ann Okafor"], ["Bo Lee"])
    assert counts(bring(owner, tmp_path / "2025.csv", later, group="Rotary", group_kind="club"))[0] == 1


@pytest.mark.storage
def test_every_row_of_a_list_is_a_member_of_its_group(tmp_path):
    owner = make.member()
    text = table("Name,Company,Title,Member since", ["Ann Okafor", "Acme", "CFO", "2011"], ["Bo Lee", "", "Chair", ""])
    bring(owner, tmp_path / "m.csv", text, group="Hospital Board", group_kind="board", since="2003", public=True)
    ann, bo = (Affiliation.objects.get(contact__full_name=name, kind="board") for name in ("Ann Okafor", "Bo Lee"))
    assert (ann.start, ann.role, ann.disclosure) == ("2011", "", Disclosure.PUBLIC)
    assert (bo.start, bo.role) == ("2003", "Chair")


def test_facts_are_private_unless_said_to_be_public_and_homes_always(tmp_path):
    owner = make.member()
    bring(owner, tmp_path / "m.csv", table("Name,Company", ["Ann Okafor", "Acme"]))
    assert facts("Ann Okafor") == {("employer", "Acme", Disclosure.PRIVATE)}
    text = table("Name,Company,Address,City", ["Bo Lee", "Acme", "12 Elm St", "Salem"])
    bring(owner, tmp_path / "n.csv", text, public=True)
    assert facts("Bo Lee") == {
        ("employer", "Acme", Disclosure.PUBLIC),
        ("town", "Salem", Disclosure.PRIVATE),
        ("street", "Elm Street, Salem", Disclosure.PRIVATE),
    }


def test_another_source_may_make_a_fact_public_but_not_against_a_hand(tmp_path):
    owner = make.member()
    ann, bo = make.contact(owner, "Ann Okafor", email="ann@x.org"), make.contact(owner, "Bo Lee", email="bo@x.org")
    make.affiliation(owner, ann, "Acme", disclosure=Disclosure.PRIVATE)
    book = table("Name,E-mail,Company", ["Bo Lee", "bo@x.org", "Acme"])
    bring(owner, tmp_path / "n.csv", book)
    header = "First Name,Last Name,URL,Email Address,Company,Position,Connected On"
    rows = [
        [*name.split(), "", mail, "Acme", "", "07 Dec 2025"]
        for name, mail in (("Ann Okafor", "ann@x.org"), ("Bo Lee", "bo@x.org"))
    ]
    bring(owner, tmp_path / "c.csv", table(header, *rows))
    assert facts(ann.full_name) == {("employer", "Acme", Disclosure.PRIVATE)}
    assert facts(bo.full_name) == {("employer", "Acme", Disclosure.PUBLIC)}


def test_a_spouse_on_file_is_a_relative_and_an_unknown_one_is_passed_over(tmp_path):
    owner = make.member()
    row = ["Cy", "Diaz", "", "", "", "cy@x.org", "", "", "", "Spouse", "Ann Okafor"]
    other = ["Di", "Fox", "", "", "", "di@x.org", "", "", "", "Spouse", "Nobody Here"]
    ann = ["Ann", "Okafor", "", "", "", "ann@x.org", "", "", "", "", ""]
    result = bring(owner, tmp_path / "g.csv", table(GOOGLE, row, other, ann))
    assert result["warnings"] == []
    statement = Statement.objects.get()
    assert {statement.contact_a.full_name, statement.contact_b.full_name} == {"Cy Diaz", "Ann Okafor"}
    assert statement.kind == "relative"


def test_a_protected_fact_is_refused_and_the_rest_of_the_row_kept(tmp_path):
    owner = make.member()
    text = table("Name,E-mail", ["Ann Okafor", "ann@x.org"])
    with pytest.raises(Refused, match="religion"):
        bring(owner, tmp_path / "m.csv", text, group="St. Mary", group_kind="church")
    with pytest.raises(Refused, match="religion"):
        bring(owner, tmp_path / "m.csv", text, group="First Baptist Church", group_kind="club")
    assert not Contact.objects.exists()
    assert not ImportBatch.objects.exists()


def test_an_organization_card_makes_no_person(tmp_path):
    owner = make.member()
    result = bring(owner, tmp_path / "m.csv", table("Name,Company", ["", "Acme"], ["Ann Okafor", "Acme, Inc."]))
    assert counts(result) == (2, 0, 0)
    assert Organization.objects.get().name == "Acme"
    assert Contact.objects.get().full_name == "Ann Okafor"


def test_self_employed_is_no_employer_two_people_share(tmp_path):
    owner = make.member()
    bring(
        owner, tmp_path / "c.csv", linkedin(("Ann", "Okafor", "Self-employed", "ann"), ("Bo", "Lee", "Freelance", "bo"))
    )
    assert not Affiliation.objects.exists()


def test_a_practice_never_joins_another_practices_people(tmp_path):
    one, two = make.member(), make.member()
    theirs = make.contact(one, "Ann Okafor", email="ann@x.org")
    result = bring(two, tmp_path / "g.csv", table("Name,E-mail", ["Ann Okafor", "ann@x.org"]))
    assert counts(result) == (1, 0, 0)
    assert theirs.points.count() == 1


@pytest.mark.storage
def test_the_number_of_queries_does_not_grow_with_the_rows(tmp_path, django_assert_max_num_queries):
    owner = make.member()
    text = linkedin(*((f"Ann{n}", "Okafor", f"Firm {n % 9}", f"ann{n}") for n in range(300)))
    with django_assert_max_num_queries(70):
        bring(owner, tmp_path / "c.csv", text)


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("12 Elm St", "Elm Street, Salem"), ("12 Elm Street, Apt 4", "Elm Street, Salem"), ("PO Box 12", ""),
        ("Hauptstr. 12a", "Hauptstraße, Salem"), ("221B Baker St. #3", "Baker Street, Salem"), ("12", ""),
    ],
)  # fmt: skip
def test_a_street_is_named_without_numbers(line, name):
    assert street(line, "Salem") == name


def test_a_street_without_a_town_is_none_and_a_town_is_named_alone():
    assert street("12 Elm St", "") == ""
    assert town("Salem, OR 97301") == "Salem"
