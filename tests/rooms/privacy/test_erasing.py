"""Erasing leaves no hit for name, address or phone: not in the database, its files, other files, or logs."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import pytest
from tests import make
from tests.rooms.exchange.files import CARD, LINKEDIN, bring, message, table
from tests.rooms.privacy import cast as people
from tests.rooms.privacy.cast import Full

from passalong.compliance.models import Grant, Hold, ValueEntry
from passalong.compliance.record_words import words_of
from passalong.contacts import selectors
from passalong.contacts import services as contacts
from passalong.contacts.models import Contact
from passalong.contacts.person import person_of_address, without_others
from passalong.core import clock, erasing, events
from passalong.core.keyed import keyed_hash
from passalong.core.models import Blob, Event, RecordText, Tombstone
from passalong.exchange.models import BatchState, ImportBatch
from passalong.exchange.services import uploads
from passalong.introductions.models import Reply
from passalong.kits.models import EditionState, Proof
from passalong.prospecting.models import Meeting
from passalong.ties.models import Address, Statement

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.storage]


@pytest.fixture
def cast() -> Full:
    return people.full()


def test_nothing_is_left_of_somebody_who_stands_everywhere(cast: Full, caplog: pytest.LogCaptureFixture) -> None:
    assert len(people.rows_with()) > 40
    assert people.files_with()
    keys = cast.person.keys
    with caplog.at_level(logging.DEBUG):
        assert erasing.erase(cast.person, by=cast.owner.public_id, why="asked") == []
    assert people.rows_with() == []
    assert people.files_with() == []
    assert not [line for line in caplog.messages if any(one in line.lower() for one in people.NEEDLES)]
    assert events.first_broken(cast.owner.practice_id) is None
    stone = Tombstone.objects.get(kind=Tombstone.Kind.ERASED)
    assert stone.person == cast.ann.public_id
    assert set(stone.keys) == set(keys)
    event = Event.objects.filter(kind="core:erased").get()
    assert event.payload.data == {"why": "asked", "kept": 0, "keys": 3}


def test_what_a_rule_keeps_is_named_and_everything_else_is_gone() -> None:
    cast = people.full(in_record=True)
    foreseen = erasing.would_keep(cast.person)
    assert Contact.objects.filter(pk=cast.ann.pk).exists()  # a trial, taken back
    kept = erasing.erase(cast.person, why="asked")
    assert {(one.what, one.rule) for one in kept} == {(one.what, one.rule) for one in foreseen}
    assert {one.rule for one in kept} == {"consultant.retention"}
    assert all(one.until > clock.today() for one in kept)
    assert {place.partition(":")[0] for place in people.rows_with()} <= {"core_blob.content", "compliance_grant.words"}
    held = RecordText.objects.filter(blob__in=[blob.pk for blob in Blob.objects.all() if _names(blob)])
    kinds = {f"Record: {words_of(text.payload.event.kind, None)}" for text in held.select_related("payload__event")}
    assert kinds <= {one.what for one in kept}
    cast.edition.refresh_from_db()
    assert cast.edition.state == EditionState.WITHDRAWN
    assert people.files_with() == [] or _only_the_database(people.files_with())
    assert events.first_broken(cast.owner.practice_id) is None


def test_what_a_rule_kept_goes_after_its_last_day(settings: Any) -> None:
    cast = people.full(in_record=True)
    cast.edition.refresh_from_db()
    events.record(cast.owner.practice_id, "kits:edition_published", subject=cast.edition.public_id)
    kept = erasing.erase(cast.person, why="asked")
    assert any(one.what.startswith("A published text that names you") for one in kept)
    assert erasing.let_go(cast.owner.practice) == 0
    assert Proof.objects.filter(shown_as=people.NAME).exists()
    settings.CLOCK_OFFSET = (max(one.until for one in kept) - clock.today()).days * 86_400 + 2 * 86_400
    assert erasing.let_go(cast.owner.practice) == 2  # the edition with her testimonial, and her consent
    assert erasing.let_go(cast.owner.practice) == 0
    assert not Proof.objects.filter(shown_as=people.NAME).exists()
    assert {place.partition(":")[0] for place in people.rows_with()} <= {"core_blob.content"}
    assert events.first_broken(cast.owner.practice_id) is None


def _names(blob: Blob) -> bool:
    return any(needle in bytes(blob.content).decode(errors="replace").lower() for needle in people.NEEDLES)


def _only_the_database(paths: list[str]) -> bool:
    return all(".sqlite3" in path for path in paths)


def test_twice_is_harmless_and_others_lose_nothing_but_the_name(cast: Full) -> None:
    person = cast.person
    others = Contact.objects.exclude(pk=cast.ann.pk).count()
    erasing.erase(person, why="asked")
    before = events.first_broken(cast.owner.practice_id), Tombstone.objects.count()
    assert erasing.erase(person, why="asked") == []
    assert (events.first_broken(cast.owner.practice_id), Tombstone.objects.count()) == before
    assert Contact.objects.count() == others
    cast.ben.refresh_from_db()
    assert cast.ben.notes == "… said to call … or write to …."
    assert selectors.contacts(cast.owner.practice, query="said call").get() == cast.ben
    assert Statement.objects.get(contact_a=cast.ben).text == cast.ben.notes
    assert Reply.objects.get(reach="dora@hill.example").note == cast.ben.notes
    prompts = Meeting.objects.get(client=cast.ben).prompts
    assert [one["prospect"]["name"] for one in prompts] == ["Cara Lind"]
    assert prompts[0]["reasons"] == [{"text": "both know …"}]
    waiting = ImportBatch.objects.get(filename="of others.csv")
    assert waiting.state == BatchState.PREVIEW
    assert (uploads() / waiting.path).is_file()
    gone = ImportBatch.objects.get(filename="waiting.csv")
    assert (gone.state, gone.path) == (BatchState.FAILED, "")
    assert "asked to be forgotten" in gone.result["errors"][0]["message"]


def test_no_import_brings_a_forgotten_person_back(cast: Full, tmp_path: Path) -> None:
    erasing.erase(cast.person, why="asked")
    rows = [
        [people.GIVEN, people.FAMILY, "", people.SECOND.upper(), "Lagos Law", "Partner", "07 Dec 2025"],
        ["Eve", "Moss", "", "eve@moss.example", "Moss", "Owner", "07 Dec 2025"],
    ]
    result = bring(cast.owner, tmp_path / "again.csv", table(LINKEDIN, *rows))
    assert result["created"] == 1
    assert [one["message"] for one in result["warnings"]] == ["This person asked to be forgotten and was left out."]
    card = CARD.format(name="A. O.", family="O", given="A", email="new@x.example", org="X", tel="+1 415 555 0134")
    assert bring(cast.owner, tmp_path / "card.vcf", card)["created"] == 0
    bring(cast.owner, tmp_path / "a.mbox", message(9, f"A <{people.MAIL}>", ["eve@moss.example", "bo@x.org"]))
    assert Address.objects.filter(email="bo@x.org").exists()
    assert people.rows_with() == []
    back = contacts.add_contact(by=cast.owner, full_name=people.NAME, emails=[people.SECOND])  # of her own accord
    result = bring(cast.owner, tmp_path / "third.csv", table(LINKEDIN, rows[0]))
    assert (result["warnings"], result["created"], result["updated"]) == ([], 0, 1)
    assert back.affiliations.get().organization.name == "Lagos Law"


def test_a_hold_on_everything_leaves_all_and_says_so(cast: Full) -> None:
    until = people.soon()
    Hold.objects.create(
        practice=cast.owner.practice,
        subject=cast.ann.public_id,
        rule="court order",
        reason="x",
        until=until,
        set_by="x",
    )
    kept = erasing.erase(cast.person, why="asked")
    assert [(one.rule, one.until) for one in kept] == [("court order", until)]
    assert Contact.objects.filter(pk=cast.ann.pk).exists()
    assert not Tombstone.objects.exists()


def test_an_address_of_nobody_on_file_is_forgotten_as_well(cast: Full) -> None:
    person = person_of_address(cast.owner.practice, "Zoe@Hill.example")
    assert person is not None
    assert person.contact_id is None
    assert people.rows_with(("zoe@hill.example",))
    assert [held.what for held in erasing.held_about(person)] == ["Mail addresses met in mail and calendars"]
    erasing.erase(person, why="asked")
    assert people.rows_with(("zoe@hill.example",)) == []
    assert Contact.objects.filter(pk=cast.ann.pk).exists()


def test_a_backup_forgets_again_by_keyed_hashes(cast: Full) -> None:
    person = cast.person
    assert erasing.erase_known(cast.owner.practice_id, [], [keyed_hash(cast.owner.practice_id, "nobody@x.org")]) == 0
    assert erasing.erase_known(cast.owner.practice_id, ["another"], person.keys[1:2]) >= 1
    assert people.rows_with() == []
    assert erasing.erase_known(cast.owner.practice_id, [cast.ann.public_id], person.keys) == 0


def test_what_is_held_is_told_without_what_belongs_to_others(cast: Full) -> None:
    held = {one.what: one for one in erasing.held_about(cast.person)}
    said = repr(held)
    assert held["Who you are"].rows[0] == {"What": "Name", "On file": people.NAME}
    ties = held["Whom you may know"].rows
    assert {(row["What"], row["With"]) for row in ties} == {
        ("works with", "a client of the practice"),
        ("somebody was asked whether they know you", "a client of the practice"),
        ("you were asked whether you know somebody", "Cara Lind"),
    }
    assert "Ben Adeyemi" not in said
    assert "old friends" not in said
    assert "a will" not in said
    assert "connections of …" in said


def test_the_name_in_the_practices_own_note_is_shown_and_others_are_not() -> None:
    owner = make.member()
    make.contact(owner, "Ben Adeyemi")
    ann = make.contact(owner, "Ann Okafor", notes="Ben Adeyemi says Ann Okafor sails. So does Jo Lind.")
    assert without_others(ann) == "… says Ann Okafor sails. So does Jo Lind."


def test_a_refused_consent_a_signed_form_and_a_gift_that_a_rule_kept_go_after_their_last_day(settings: Any) -> None:
    cast = people.full()
    own = {"practice": cast.owner.practice}
    ann = person_of_address(cast.owner.practice, people.MAIL)
    assert ann is not None
    made = [
        Grant.objects.create(purpose="update", state="declined", person_key=ann.keys[0], words=people.WORDS, **own),
        Grant.objects.create(purpose="tax_use", state="granted", given="form", person=cast.ann, form_id="7", **own),
        ValueEntry.objects.create(
            contact=cast.ann, receiver="client", kind="gift", what=f"flowers for {people.NAME}", cost=20,
            reason="thanks", given_on=clock.today(), **own,
        ),
    ]  # fmt: skip
    for row, kind in zip(made, ("consent_declined", "consent_signed", "value_kept"), strict=True):
        events.record(cast.owner.practice_id, f"compliance:{kind}", subject=row.public_id)
    kept = erasing.erase(ann, why="asked")
    assert kept
    assert erasing.let_go(cast.owner.practice) == 0
    settings.CLOCK_OFFSET = (max(one.until for one in kept) - clock.today()).days * 86_400 + 2 * 86_400
    erasing.let_go(cast.owner.practice)
    assert not Grant.objects.filter(pk__in=[made[0].pk, made[1].pk]).exists()
    assert not ValueEntry.objects.filter(pk=made[2].pk).exists()
