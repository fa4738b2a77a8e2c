"""An import out again, and none half-written."""

from __future__ import annotations

import pytest
from tests import make
from tests.rooms.exchange.files import bring, counts, linkedin, message, table, take_back

from passalong.contacts import services as contacts
from passalong.contacts.models import Affiliation, Contact, ContactPoint, Disclosure, Organization, StandingKind
from passalong.core.errors import Refused
from passalong.core.models import Event
from passalong.exchange import importing
from passalong.exchange.importing import run
from passalong.exchange.models import BatchState, ImportBatch, ImportedRow
from passalong.prospecting.models import Prospect

pytestmark = [pytest.mark.django_db, pytest.mark.storage]
EVERYTHING = (Contact, ContactPoint, Affiliation, Organization, ImportedRow)


def test_undo_leaves_nothing_and_may_be_said_twice(tmp_path):
    owner = make.member()
    result = bring(owner, tmp_path / "c.csv", linkedin(("Ann", "Okafor", "Acme", "ann"), ("Bo", "Lee", "Zeta", "")))
    first = take_back(owner, result)
    assert first["removed"] == 2
    assert not any(model.objects.exists() for model in EVERYTHING)
    assert take_back(owner, result) == first
    assert Event.objects.filter(kind="exchange:undone").count() == 1
    assert counts(bring(owner, tmp_path / "c.csv", linkedin(("Ann", "Okafor", "Acme", "ann")))) == (1, 0, 0)


def test_undo_keeps_people_somebody_has_worked_with(tmp_path):
    owner = make.member()
    people = [(name, "Okafor", "Acme", name.lower()) for name in ("Ann", "Ben", "Cy", "Di", "Eve")]
    result = bring(owner, tmp_path / "c.csv", linkedin(*people))
    ann, ben, cy, di, _eve = Contact.objects.order_by("pk")
    make.affiliation(owner, ann, "Rotary", kind="club")
    contacts.set_standing(by=owner, contact=ben, kind=StandingKind.CLIENT)
    Prospect.objects.create(practice=owner.practice, contact=cy, added_on=make.DAY)
    bring(owner, tmp_path / "d.csv", linkedin(("Di", "Okafor", "Zeta", "di")))
    undone = take_back(owner, result)
    assert set(Contact.objects.values_list("pk", flat=True)) == {ann.pk, ben.pk, cy.pk, di.pk}
    assert "4 people stay" in undone["warnings"][0]["message"]
    jobs = Affiliation.objects.values_list("contact__given_name", "organization__name")
    assert set(jobs) == {("Ann", "Acme"), ("Ann", "Rotary"), ("Ben", "Acme"), ("Cy", "Acme"), ("Di", "Zeta")}
    assert ben.points.exists()
    assert "acme" not in Contact.objects.get(pk=di.pk).search


def test_undo_takes_from_older_people_what_it_added_and_empties_what_it_filled(tmp_path):
    owner = make.member()
    ann = make.contact(owner, "Ann Okafor", email="ann@x.org")
    bring(owner, tmp_path / "a.csv", table("Name,E-mail,Company", ["Ann Okafor", "ann@x.org", "Acme"]))
    header = "First Name,Last Name,URL,Email Address,Company,Position,Connected On"
    text = table(header, ["Ann", "Okafor", "https://linkedin.com/in/ann", "ann@x.org", "Acme", "CFO", "07 Dec 2025"])
    result = bring(owner, tmp_path / "c.csv", text)
    fact = Affiliation.objects.get()
    assert (fact.role, fact.disclosure) == ("CFO", Disclosure.PUBLIC)
    take_back(owner, result)
    fact.refresh_from_db()
    assert (fact.role, fact.disclosure) == ("", Disclosure.PRIVATE)
    assert list(ann.points.values_list("key", flat=True)) == ["ann@x.org"]
    assert "cfo" not in Contact.objects.get().search


def test_a_failure_half_way_leaves_nothing(tmp_path, monkeypatch):
    owner = make.member()
    path = tmp_path / "c.csv"

    def fails(*_args, **_kwargs):
        raise RuntimeError("the disk is full")

    monkeypatch.setattr(run.relations, "state", fails)
    with pytest.raises(RuntimeError):
        bring(owner, path, linkedin(("Ann", "Okafor", "Acme", "ann")))
    assert not any(model.objects.exists() for model in (*EVERYTHING, ImportBatch))


def test_one_bad_file_keeps_the_good_one_out_too(tmp_path):
    owner = make.member()
    good, bad = tmp_path / "good.csv", tmp_path / "bad.csv"
    good.write_text(linkedin(("Ann", "Okafor", "Acme", "ann")))
    bad.write_text("")
    with pytest.raises(Refused, match="empty"):
        importing.import_from_command(paths=[good, bad], practice=owner.practice.public_id)
    assert not Contact.objects.exists()


def test_another_practices_batch_is_not_there(tmp_path):
    one, two = make.member(), make.member()
    result = bring(one, tmp_path / "a.mbox", message(1, "ann@x.org", ["bo@x.org"]))
    with pytest.raises(Refused, match="no import"):
        take_back(two, result)
    assert ImportBatch.objects.get().state == BatchState.DONE


def test_a_wish_list_meets_people_on_file_and_goes_again(tmp_path):
    owner = make.member()
    ann = make.contact(owner, "Ann Okafor", email="ann@x.org")
    make.affiliation(owner, ann, "Acme")
    rows = [
        ["Ann Okafor", "Acme Inc", "Runs Acme", "2027-01-05"],
        ["", "Zeta Works", "Growing", ""],
        ["Bo Lee", "Zeta", "", ""],
    ]
    text = table("name,organization,reason,review_on", *rows)
    result = bring(owner, tmp_path / "w.csv", text, as_="wishlist")
    wishes = {str(one): one for one in Prospect.objects.all()}
    assert set(wishes) == {"Ann Okafor", "Zeta Works", "Bo Lee"}
    assert wishes["Ann Okafor"].contact == ann
    assert (wishes["Ann Okafor"].reason, wishes["Ann Okafor"].review_on.year) == ("Runs Acme", 2027)
    assert counts(bring(owner, tmp_path / "w.csv", text, as_="wishlist")) == (0, 0, 3)
    take_back(owner, result)
    assert not Prospect.objects.exists()
    assert Contact.objects.get() == ann
