"""Taking an import back is asked about first, with counts that hold."""

from __future__ import annotations

import re

import pytest
from tests import make
from tests.rooms.exchange.files import bring, linkedin, message, take_back

from passalong.contacts import services as contacts
from passalong.contacts.models import Affiliation, Contact
from passalong.exchange.importing.going import going
from passalong.exchange.models import BatchState, ImportBatch

pytestmark = pytest.mark.django_db
ANN, BO, CY = (("Ann", "Okafor", "Acme", "ann"), ("Bo", "Lee", "Zeta", "bo"), ("Cy", "Diaz", "Acme", "cy"))


@pytest.fixture
def owner(settings, tmp_path):
    settings.DATA = tmp_path
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend", "QUEUES": ["default"]}}
    return make.member()


def words(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def test_it_is_asked_first_and_looking_takes_nothing_back(owner, tmp_path):
    browser = make.browser(owner)
    batch = bring(owner, tmp_path / "a.csv", linkedin(ANN, BO))["batch"]
    for path in ("", f"{batch}/"):
        page = browser.get(f"/import/{path}").content.decode()
        assert f'href="/import/{batch}/undo/"' in page
        assert f'action="/import/{batch}/undo/"' not in page
    said = words(browser.get(f"/import/{batch}/undo/").content.decode())
    assert "This goes 2 people 2 facts about what they belong to" in said
    assert Contact.objects.count() == 2
    browser.post(f"/import/{batch}/undo/")
    assert not Contact.objects.exists()
    assert ImportBatch.objects.get().state == BatchState.UNDONE
    assert browser.get(f"/import/{batch}/undo/").url == f"/import/{batch}/"


def test_the_counts_hold(owner, tmp_path):
    first = bring(owner, tmp_path / "a.csv", linkedin(ANN, BO, CY))
    bring(owner, tmp_path / "b.csv", linkedin(BO, ("Di", "Eng", "Yoyo", "di")))  # holds Bo too
    ann = Contact.objects.get(full_name="Ann Okafor")
    contacts.set_standing(by=owner, contact=ann, kind="client")
    told = going(ImportBatch.objects.get(public_id=first["batch"]))
    assert (told.people, told.staying) == (1, 2)
    facts = Affiliation.objects.count()
    assert take_back(owner, first)["removed"] == told.people
    assert facts - Affiliation.objects.count() == told.facts == 1
    assert set(Contact.objects.values_list("full_name", flat=True)) == {"Ann Okafor", "Bo Lee", "Di Eng"}


def test_messages_are_counted(owner, tmp_path):
    result = bring(
        owner, tmp_path / "a.mbox", message(1, "ann@x.org", ["bo@x.org"]) + message(2, "cy@x.org", ["d@x.org"])
    )
    page = make.browser(owner).get(f"/import/{result['batch']}/undo/").content.decode()
    assert "2 messages and meetings" in page
    assert take_back(owner, result)["removed"] == 2


def test_another_practice_is_not_told(owner, tmp_path):
    batch = bring(owner, tmp_path / "a.csv", linkedin(ANN))["batch"]
    assert make.browser(make.member()).get(f"/import/{batch}/undo/").status_code == 404
