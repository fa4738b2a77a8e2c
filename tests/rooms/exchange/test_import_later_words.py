"""A later word about a known fact opens no more than it says, and ends nothing it does not end."""

from __future__ import annotations

import pytest
from tests import make
from tests.rooms.exchange.files import LINKEDIN, bring, counts, table, take_back

from passalong.contacts.models import Affiliation, Disclosure, Source

pytestmark = [pytest.mark.django_db, pytest.mark.storage]
PRIVATE, PUBLIC = Disclosure.PRIVATE, Disclosure.PUBLIC
ACME = {"group": "Acme", "group_kind": "employer"}


@pytest.fixture
def owner(db):
    return make.member()


@pytest.fixture
def ann(owner):
    return make.contact(owner, "Ann Okafor", email="ann@x.org")


def facts():
    rows = Affiliation.objects.filter(organization__name="Acme").order_by("start", "pk")
    return list(rows.values_list("role", "start", "end", "disclosure"))


def public(owner, folder, role="CFO"):
    row = ["Ann", "Okafor", "", "ann@x.org", "Acme", role, "07 Dec 2025"]
    return bring(owner, folder / "c.csv", table(LINKEDIN, row))


def listed(owner, folder, role="", start="", end="", **options):
    text = table("Name,Email,Role,From,Until", ["Ann Okafor", "ann@x.org", role, start, end])
    mapping = {"name": "Name", "email": "Email", "role": "Role", "start": "From", "end": "Until"}
    return bring(owner, folder / "d.csv", text, as_="directory", mapping=mapping, **ACME, **options)


@pytest.mark.usefixtures("ann")
@pytest.mark.parametrize("is_public_first", [True, False])
def test_private_dates_do_not_become_public_by_a_name_alone(owner, tmp_path, is_public_first):
    if is_public_first:
        public(owner, tmp_path)
    listed(owner, tmp_path, start="2001", end="2019")
    public(owner, tmp_path)
    both = [("CFO", "", "", PUBLIC), ("", "2001", "2019", PRIVATE)]
    assert facts() == both
    assert counts(public(owner, tmp_path)) == (0, 0, 1)
    listed(owner, tmp_path, start="2001", end="2019", since="2000")
    assert facts() == both


@pytest.mark.usefixtures("ann")
def test_a_private_beginning_stays_private_too(owner, tmp_path):
    public(owner, tmp_path)
    listed(owner, tmp_path, start="2019")
    assert facts() == [("CFO", "", "", PUBLIC), ("", "2019", "", PRIVATE)]


@pytest.mark.usefixtures("ann")
def test_a_private_role_stays_private_where_there_can_be_but_one_row(owner, tmp_path):
    listed(owner, tmp_path, role="Interim, on probation")
    public(owner, tmp_path)
    assert facts() == [("Interim, on probation", "", "", PRIVATE)]


@pytest.mark.usefixtures("ann")
def test_what_the_later_word_covers_becomes_public(owner, tmp_path):
    listed(owner, tmp_path, role="CFO")
    assert counts(public(owner, tmp_path)) == (0, 1, 0)
    assert facts() == [("CFO", "", "", PUBLIC)]


@pytest.mark.usefixtures("ann")
def test_a_past_employer_does_not_swallow_the_present_one(owner, tmp_path):
    listed(owner, tmp_path, start="2001", end="2019", public=True)
    result = public(owner, tmp_path)
    assert facts() == [("CFO", "", "", PUBLIC), ("", "2001", "2019", PUBLIC)]
    take_back(owner, result)
    assert facts() == [("", "2001", "2019", PUBLIC)]


def test_a_hands_private_word_is_not_opened_by_a_second_row(owner, ann, tmp_path):
    make.affiliation(owner, ann, "Acme", start="2001", disclosure=PRIVATE)
    public(owner, tmp_path)
    assert facts() == [("CFO", "2001", "", PRIVATE)]
    assert Affiliation.objects.get().source == Source.HAND


@pytest.mark.usefixtures("ann")
def test_an_end_before_the_beginning_is_left_out_and_told(owner, tmp_path):
    result = listed(owner, tmp_path, start="2019", end="2001")
    assert facts() == [("", "2019", "", PRIVATE)]
    assert result["warnings"] == [
        {"row": 2, "message": "The end at Acme lies before the beginning, so it was left out."}
    ]
