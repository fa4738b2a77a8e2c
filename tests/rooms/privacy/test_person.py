"""Finding a person in words, and hanging everything of one contact onto another."""

from __future__ import annotations

import time
from typing import Any

import pytest
from django.apps import apps
from django.db import models
from tests import make
from tests.rooms.privacy import cast as people

from passalong.accounts.models import Member
from passalong.contacts import services as contacts
from passalong.contacts.models import Affiliation, AffiliationKind, Contact, Disclosure, Standing
from passalong.contacts.person import person_of, person_of_address
from passalong.core import clock
from passalong.core.person import Person, rooms
from passalong.core.wiping import Trace
from passalong.introductions.models import Credit, Introduction
from passalong.kits.models import Link
from passalong.kits.services import passing
from passalong.prospecting.models import FirmAnswer, Meeting, Prospect
from passalong.ties.models import Answer, Statement

ANN = Person(
    1, None, ("id-of-ann",), names=("ann marie okafor",), emails=("ann@okafor.example",), phones=("+14155550134",)
)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Ann-Marie Okafor called.", "… called."),
        ("ÀNN MARIE OKÁFOR", "…"),
        ("Okafor, Ann-Marie; Okafor Ann", "…; …"),
        ("Ann\nOkafor's boat", "…'s boat"),
        ("ann_okafor.csv", "….csv"),
        ("Ann and Mr Okafor", "Ann and Mr Okafor"),
        ("Joann Okafor and Ann Okaforsson", "Joann Okafor and Ann Okaforsson"),
        ("write to ANN@okafor.example.", "write to …."),
        ("joann@okafor.example, ann@okafor.example.org", "joann@okafor.example, ann@okafor.example.org"),
        ("(415) 555-0134, 415.555.0134, +1 415 555 0134", "…, …, …"),
        ("14155550134 or 0014155550134", "… or …"),
        ("415 555 0135, 2026-05-04, 555-01", "415 555 0135, 2026-05-04, 555-01"),
        ("", ""),
    ],
)
def test_what_names_the_person_goes_and_nothing_else(text: str, left: str) -> None:
    assert Trace(ANN).wiped(text) == left
    assert Trace(ANN).is_in(text) == (text != left)


def test_a_name_of_one_word_is_not_taken_from_everybody() -> None:
    assert Trace(Person(1, None, (), names=("rose",))).wiped("A rose for Rose") == "A rose for Rose"


def test_json_loses_names_and_whole_entries_about_the_person() -> None:
    value = {"Ann Okafor": 1, "rows": [{"who": {"id": "id-of-ann"}}, {"say": "Ann Okafor", "n": 2}], "x": None}
    assert Trace(ANN).wiped_json(value) == {"…": 1, "rows": [{"say": "…", "n": 2}], "x": None}


@pytest.mark.parametrize("text", ["ann " * 100_000, "1 " * 200_000, "ann@okafor.example" * 20_000, "(" * 200_000 + "1"])
def test_a_hostile_text_takes_no_long_time(text: str) -> None:
    began = time.perf_counter()
    Trace(ANN).wiped(text)
    assert time.perf_counter() - began < 3


@pytest.mark.django_db
def test_an_address_means_the_one_who_has_it_and_nobody_where_several_do() -> None:
    owner = make.member()
    ann = make.contact(owner, "Ann Okafor", email="ann@okafor.example")
    found = person_of_address(owner.practice, " <ANN@okafor.example> ")
    assert found == person_of(ann)
    assert person_of_address(owner.practice, "no address") is None
    ann.points.model.objects.create(
        practice=owner.practice, contact=make.contact(owner), kind="email", value="x", key="ann@okafor.example"
    )
    shared = person_of_address(owner.practice, "ann@okafor.example")
    assert shared is not None
    assert shared.contact_id is None


def merge(old: Contact, new: Contact) -> None:
    """As a merge will do it: every room in turn."""
    for room in rooms():
        room.repoint(old.practice_id, old.pk, new.pk)


def pointing_at(contact: Contact) -> list[str]:
    """Every row of any room that has a key to this contact."""
    return [
        f"{model.__name__}.{field.name}"
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if isinstance(field, models.ForeignKey) and field.related_model is Contact
        for _row in model._default_manager.filter(**{field.name: contact})
    ]


@pytest.mark.django_db
@pytest.mark.storage
def test_everything_of_one_hangs_on_the_other_and_nothing_is_lost() -> None:
    cast = people.full(in_record=True)
    new = contacts.add_contact(by=cast.owner, full_name="Anne Okafor", emails=["anne@x.example"], notes="New note.")
    before = sorted(pointing_at(cast.ann))
    assert len(before) > 20
    merge(cast.ann, new)
    assert pointing_at(cast.ann) == []
    there = sorted(pointing_at(new))
    assert [one for one in before if one not in there] == []
    new.refresh_from_db()
    assert new.notes == "New note.\nMet at the fair."
    assert "lagos law" in new.search
    merge(cast.ann, new)
    assert sorted(pointing_at(new)) == there


@pytest.mark.django_db
@pytest.mark.storage
def test_where_both_have_the_same_one_of_it_stays_with_what_either_said() -> None:
    owner = make.member()
    old, new, other = make.client(owner, "Ann Okafor"), make.client(owner, "Anne Okafor"), make.client(owner, "Ben A")
    fields: dict[str, Any] = {"by": owner, "kind": AffiliationKind.EMPLOYER, "organization": "Lind"}
    contacts.add_affiliation(contact=old, role="Partner", end="2024", disclosure=Disclosure.PUBLIC, **fields)
    contacts.add_affiliation(contact=new, role="Founder", disclosure=Disclosure.PUBLIC, **fields)
    Standing.objects.filter(contact=old).update(since="2001-01-01")
    _both(owner, old, new, other)
    merge(old, new)
    fact = Affiliation.objects.get(contact=new)
    assert (fact.role, fact.end) == ("Founder / Partner", "2024")
    assert str(Standing.objects.get(contact=new).since) == "2001-01-01"
    wish = Prospect.objects.get()
    assert (wish.reason, wish.dropped_at) == ("new; old", None)
    assert Introduction.objects.get().note == "new; old"
    assert Statement.objects.get().text == "new; old"
    assert FirmAnswer.objects.get().answer == "nobody"
    meeting = Meeting.objects.get()
    assert meeting.note == "new\nold"
    assert Answer.objects.get().meeting == meeting
    assert Credit.objects.get().is_first
    open_ones = Link.objects.filter(referrer=new, ended_at=None)
    assert open_ones.count() == 2  # both links that were given out still open


def _both(owner: Member, old: Contact, new: Contact, other: Contact) -> None:
    """The same thing twice: once under each of the two."""
    own: dict[str, Any] = {"practice": owner.practice}
    firm = make.organization(owner, "Zeta")
    kit, edition, _link = people._kit(owner, other)
    for who, word in ((new, "new"), (old, "old")):
        dropped = clock.now() if who == new else None
        Prospect.objects.create(contact=who, reason=word, added_on=make.DAY, dropped_at=dropped, **own)
        Introduction.objects.create(referrer=other, prospect=who, agreed_on=make.DAY, note=word, **own)
        Statement.objects.create(contact_a=who, contact_b=other, kind="call", on=make.DAY, text=word, **own)
        met = Meeting.objects.create(client=who, held_on=make.DAY, note=word, **own)
        answer = "rather_not" if who == new else "nobody"
        FirmAnswer.objects.create(client=who, organization=firm, answer=answer, answered_at=clock.now(), **own)
        link = passing.link_for(by=owner, kit=kit, referrer=who)
        reply = link.replies.create(edition=edition, step="mail", at=clock.now(), **own)
        Credit.objects.create(
            person_key="k", reply=reply, referrer=who, is_first=who == old, rule="link", at=clock.now(), **own
        )
    Answer.objects.create(client=old, prospect=other, answer="knows", answered_at=clock.now(), meeting=met, **own)


@pytest.mark.django_db
def test_nobody_is_tied_to_or_introduced_by_themselves() -> None:
    owner = make.member()
    old, new = make.client(owner), make.client(owner)
    own: dict[str, Any] = {"practice": owner.practice}
    Statement.objects.create(contact_a=old, contact_b=new, kind="call", on=make.DAY, **own)
    Answer.objects.create(client=new, prospect=old, answer="knows", answered_at=clock.now(), **own)
    Introduction.objects.create(referrer=old, prospect=new, agreed_on=make.DAY, **own)
    merge(old, new)
    assert not Statement.objects.exists()
    assert not Answer.objects.exists()
    assert not Introduction.objects.exists()
