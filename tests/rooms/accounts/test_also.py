"""A practice of several professions: ticked in the settings, checked, and everything looked at anew when it changes."""

from __future__ import annotations

import pytest
from django_tasks_db.models import DBTaskResult
from tests import make

from passalong.accounts import services
from passalong.accounts.models import Profession
from passalong.core import rejudging
from passalong.core.errors import Refused
from passalong.core.models import Event

pytestmark = pytest.mark.django_db
PAGE = {"practice_name": "Ash", "profession": "adviser", "country": "US", "region": "", "imprint": "", "colour": ""}


def change(by, **changes):
    of = by.practice
    kept = {"name": of.name, "profession": of.profession, "country": of.country}
    return services.change_practice(by=by, **(kept | changes))


def looked_at() -> set[str]:
    return set(DBTaskResult.objects.values_list("task_path", flat=True))


def test_ticked_in_the_settings_and_shown_there() -> None:
    owner = make.member()
    desk = make.browser(owner)
    assert desk.post("/settings/", PAGE | {"also": ["insurance", "accountant"]}).status_code == 302
    owner.practice.refresh_from_db()
    assert owner.practice.also == ["insurance", "accountant"]
    page = desk.get("/settings/").content.decode()
    assert page.count("checked") >= 2
    helper = make.browser(make.assistant(owner.practice)).get("/settings/").content.decode()
    assert "Financial adviser, Insurance agent, Accountant" in " ".join(helper.split())
    desk.post("/settings/", PAGE)
    owner.practice.refresh_from_db()
    assert owner.practice.also == []


def test_the_first_profession_is_not_among_the_others_and_each_is_there_once() -> None:
    owner = make.member()
    changed = change(owner, profession="attorney", also=["accountant", "attorney", "accountant", "adviser"])
    assert changed.also == ["adviser", "accountant"]


def test_a_word_that_is_no_profession_is_refused_beside_the_field() -> None:
    owner = make.member()
    with pytest.raises(Refused) as refused:
        change(owner, also=["wizard"])
    assert refused.value.field == "also"
    page = make.browser(owner).post("/settings/", PAGE | {"also": ["wizard"]})
    assert page.status_code == 422
    assert "Select a valid choice" in page.content.decode()


def test_what_is_not_said_stays() -> None:
    owner = make.member()
    change(owner, also=["doctor"])
    assert change(owner, name="Another").also == ["doctor"]


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"profession": Profession.DENTIST}, ["profession"]),
        ({"also": ["dentist"]}, ["also"]),
        ({"country": "GB"}, ["country"]),
        ({"region": "WA"}, ["region"]),
    ],
)
def test_where_the_rules_change_every_room_looks_again(changes, named) -> None:
    owner = make.member()
    change(owner, **changes)
    assert looked_at() == set(rejudging.REJUDGES)
    event = Event.objects.get(practice=owner.practice, kind="accounts:practice_changed")
    assert event.payload.data["rules_by"] == named


def test_a_new_name_has_nobody_look_again() -> None:
    owner = make.member()
    change(owner, name="Another", imprint="12 Mill Street", colour="#0e6a62")
    assert looked_at() == set()


def test_an_owner_is_told_that_other_rules_hold_now() -> None:
    desk = make.browser(make.member())
    desk.post("/settings/", PAGE)
    desk.get("/settings/")
    told = desk.post("/settings/", PAGE | {"profession": "dentist"}, follow=True).content.decode()
    assert "Other rules hold now" in told
    again = desk.post("/settings/", PAGE | {"profession": "dentist", "colour": "#0e6a62"}, follow=True).content.decode()
    assert "Other rules hold now" not in again
