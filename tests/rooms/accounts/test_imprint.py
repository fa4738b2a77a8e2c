"""Place, imprint and colour: what stands on everything a practice publishes."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse
from tests import make

from passalong.accounts import services
from passalong.accounts.models import Member, Practice, Role
from passalong.accounts.rules import may
from passalong.core.errors import Refused

pytestmark = pytest.mark.django_db


def _change(by: Member, **changes: Any) -> None:
    words = {"name": "Ash", "profession": "adviser", "country": "US", "region": "", "imprint": "", "colour": ""}
    services.change_practice(by=by, **{**words, **changes})
    by.practice.refresh_from_db()


@pytest.mark.parametrize(
    ("field", "given", "kept"),
    [
        ("region", " ma ", "MA"),
        ("region", "", ""),
        ("colour", " 0E6A62", "#0e6a62"),
        ("colour", "#B4552D", "#b4552d"),
        ("imprint", "  12 Mill Street \r\nGreenfield\u202e \n", "12 Mill Street\nGreenfield"),
    ],
)
def test_what_is_given_is_brought_to_one_form(field: str, given: str, kept: str) -> None:
    owner = make.member()
    _change(owner, **{field: given})
    assert getattr(owner.practice, field) == kept


@pytest.mark.parametrize(
    ("imprint", "below"),
    [
        ("12 Mill Street\nGreenfield", "12 Mill Street\nGreenfield"),
        ("Ash & Elm\n12 Mill Street", "12 Mill Street"),
        ("ASH & ELM, 12 Mill Street", "12 Mill Street"),
        ("Ash & Elm", ""),
        ("Ash & Elm LLP\n12 Mill Street", "Ash & Elm LLP\n12 Mill Street"),
        ("Ash & Elmhurst Street 12", "Ash & Elmhurst Street 12"),
        ("", ""),
    ],
)
def test_an_imprint_that_begins_with_the_name_does_not_say_it_twice(imprint: str, below: str) -> None:
    assert Practice(name="Ash & Elm", imprint=imprint).imprint_below_name == below


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("region", "XX"),
        ("region", "California"),
        ("region", "M A"),
        ("colour", "red"),
        ("colour", "#12345"),
        ("colour", "#12345g"),
        ("colour", "#000000;}body{display:none"),
        ("imprint", "line\n" * 13),
        ("imprint", "x" * 601),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field(field: str, wrong: str) -> None:
    owner = make.member()
    with pytest.raises(Refused) as refused:
        _change(owner, **{field: wrong})
    assert refused.value.field == field
    words = {
        "practice_name": "Ash",
        "profession": "adviser",
        "country": "US",
        "region": "",
        "imprint": "",
        "colour": "",
    }
    page = make.browser(owner).post(reverse("accounts:settings"), {**words, field: wrong})
    assert page.status_code == 422
    assert f'id="id_{field}_error"' in page.content.decode()
    owner.practice.refresh_from_db()
    assert getattr(owner.practice, field) == ""


def test_regions_of_other_countries_are_taken_as_they_are_written() -> None:
    owner = make.member()
    _change(owner, country="AU", region="nsw")
    assert owner.practice.region == "NSW"


def test_an_owner_makes_somebody_a_compliance_approver_who_changes_no_settings() -> None:
    owner = make.member()
    helper = make.assistant(owner.practice)
    page = make.browser(owner).post(reverse("accounts:change_role", args=[helper.public_id]), {"role": "approver"})
    assert page.status_code == 302
    helper.refresh_from_db()
    assert helper.role == Role.APPROVER
    assert may(helper, "kits.approve")
    assert may(helper, "kits.edit")
    assert not may(helper, "accounts.change_practice")
    assert "Compliance approver" in make.browser(owner).get(reverse("accounts:members")).content.decode()
