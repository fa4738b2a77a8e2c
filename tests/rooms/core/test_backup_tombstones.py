"""Tombstones: the row and the line agree, a torn line loses nothing else, and an older database forgets again."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.db import transaction
from tests import make

from passalong.compliance.models import Grant, GrantState
from passalong.compliance.services import consent
from passalong.contacts.person import person_of, person_of_address
from passalong.core import erasing, tombstones
from passalong.core.keyed import keyed_hash
from passalong.core.models import Tombstone
from passalong.mail.models import MailPurpose, MailState, Message

ERASED, SUPPRESSED = Tombstone.Kind.ERASED, Tombstone.Kind.SUPPRESSED


@pytest.fixture(autouse=True)
def own_folder(tmp_path, settings):
    settings.DATA = tmp_path
    return tmp_path


@pytest.fixture
def practice():
    return make.practice()


def lay(practice, address="ines@example.org", *, kind=ERASED, person="p1"):
    return tombstones.lay(practice, kind, person=person, keys=[keyed_hash(practice.pk, address)], detail={"why": "x"})


@pytest.mark.storage
@pytest.mark.django_db(transaction=True)
def test_the_row_and_the_line_agree(practice, tmp_path):
    lay(practice)
    tombstones.lay(practice.pk, SUPPRESSED, keys=[keyed_hash(practice.pk, "leo@example.org")])
    assert [stone.line for stone in tombstones.laid()] == [stone.line for stone in tombstones.read_all()]
    text = (tmp_path / tombstones.FILE).read_text()
    assert text.count("\n") == 2
    assert "example.org" not in text
    assert (tmp_path / tombstones.FILE).stat().st_mode & 0o077 == 0


@pytest.mark.django_db(transaction=True)
def test_what_is_taken_back_leaves_no_line(practice):
    with transaction.atomic():
        lay(practice)
        transaction.set_rollback(True)
    assert (tombstones.read_all(), Tombstone.objects.count()) == ([], 0)


@pytest.mark.django_db(transaction=True)
def test_a_torn_last_line_is_left_out_and_closed(practice, tmp_path):
    lay(practice)
    with (tmp_path / tombstones.FILE).open("ab") as file:
        file.write(b'{"practice": "abc", "ki')
    assert len(tombstones.read_all()) == 1
    lay(practice, "leo@example.org")
    assert [stone.line for stone in tombstones.read_all()] == [stone.line for stone in tombstones.laid()]


@pytest.mark.django_db(transaction=True)
def test_stones_of_another_host_come_to_this_file(practice, tmp_path):
    lay(practice)
    (tmp_path / tombstones.FILE).unlink()
    lay(practice, "leo@example.org")
    assert len(tombstones.read_all()) == 1
    assert (tombstones.keep_file(), tombstones.keep_file()) == (1, 0)
    assert {stone.line for stone in tombstones.read_all()} == {stone.line for stone in tombstones.laid()}


@pytest.mark.django_db(transaction=True)
def test_a_full_disk_loses_only_the_line(practice, tmp_path, settings):
    settings.DATA = tmp_path / "nowhere"
    lay(practice)
    assert Tombstone.objects.count() == 1
    settings.DATA = tmp_path
    assert tombstones.keep_file() == 1


@pytest.fixture
def asked(monkeypatch):
    """What was asked of the rooms above: they have tests of their own, and may not be there yet."""
    seen = []

    def erase_known(practice_id, ids, keys):
        seen.append(("erase", practice_id, tuple(ids), tuple(keys)))
        return 1 if keys else 0

    def reinsert(practice_id, keys, *, detail, at):
        seen.append(("suppress", practice_id, tuple(keys)))

    names = {tombstones.ERASE: erase_known, tombstones.REINSERT: reinsert}
    monkeypatch.setattr(tombstones, "import_string", names.__getitem__)
    return seen


@pytest.mark.django_db
def test_a_stone_the_database_knew_erases_by_id_only(practice, asked):
    lay(practice)
    (stone,) = tombstones.laid()
    assert tombstones.replay([stone]) == tombstones.Replayed(0, 0, 0)
    assert asked == [("erase", practice.pk, ("p1",), ())]


@pytest.mark.storage
@pytest.mark.django_db
def test_a_stone_the_database_lacks_is_laid_and_erases_by_key(practice, asked):
    lay(practice)
    lay(practice, "leo@example.org", kind=SUPPRESSED, person="")
    stones = list(tombstones.laid())
    Tombstone.objects.all().delete()
    assert tombstones.replay(stones) == tombstones.Replayed(forgotten=1, suppressed=1, laid=2)
    assert asked == [("erase", practice.pk, ("p1",), stones[0].keys), ("suppress", practice.pk, stones[1].keys)]
    assert [stone.line for stone in tombstones.laid()] == [stone.line for stone in stones]
    assert tombstones.replay(stones).laid == 0


@pytest.mark.django_db
def test_stones_of_unknown_practices_are_passed_over(practice, asked):
    lay(practice)
    stones = [replace(stone, practice="another") for stone in tombstones.laid()]
    Tombstone.objects.all().delete()
    assert tombstones.replay(stones) == tombstones.Replayed()
    assert asked == []


@pytest.mark.storage
@pytest.mark.django_db
def test_a_consent_taken_back_after_the_backup_ends_again(practice):
    """The row of the backup is open; the stone beside it says that it was taken back."""
    grant = Grant.objects.create(practice=practice, purpose="update", state=GrantState.GRANTED, scope=["spoke"])
    consent.revoke(grant=grant)
    (stone,) = tombstones.laid()
    Tombstone.objects.all().delete()
    Grant.objects.filter(pk=grant.pk).update(state=GrantState.GRANTED, ended_at=None)
    assert tombstones.replay([stone]).revoked == 1
    grant.refresh_from_db()
    assert (grant.state, grant.ended_at) == (GrantState.REVOKED, stone.moment)
    assert tombstones.replay([stone]).revoked == 0


@pytest.mark.storage
@pytest.mark.django_db(transaction=True)
def test_who_came_back_and_was_erased_again_stays_erased():
    """A backup made between the two erasures knows the first stone, which forgets there by id alone."""
    owner, address = make.member(), "ines@example.org"
    erasing.erase(person_of_address(owner.practice, address), why="own_request")  # known by the address alone
    back = make.contact(owner, "Ines Roth", email=address)
    erasing.erase(person_of(back), why="own_request")
    erasing.erase(person_of_address(owner.practice, address), why="own_request")
    first, *later = tombstones.laid()
    Tombstone.objects.exclude(at=first.moment).delete()
    again = make.contact(owner, "Ines Roth", email=address)  # as the backup has it
    assert tombstones.replay([first, *later]).forgotten >= 1
    assert not type(again).objects.filter(pk=again.pk).exists()
    assert len(later) == 2
    assert [stone.line for stone in tombstones.laid()] == [stone.line for stone in (first, *later)]  # and none anew


@pytest.mark.django_db(transaction=True)
def test_letters_to_somebody_who_is_on_file_nowhere_go_again():
    """Known by the address of a letter alone, as whoever once asked for a privacy link."""
    practice, address = make.practice(), "ines@example.org"

    def letter():
        return Message.objects.create(
            practice=practice,
            purpose=MailPurpose.PRIVACY,
            state=MailState.SENT,
            key="one",
            message_id="<one@x>",
            address=address,
            address_key=keyed_hash(practice.pk, address),
        )

    letter()
    erasing.erase(person_of_address(practice, address), why="own_request")
    stones = list(tombstones.laid())
    Tombstone.objects.all().delete()
    letter()
    assert tombstones.replay(stones).forgotten == 1
    assert not Message.objects.exists()
    assert tombstones.replay(stones).forgotten == 0


@pytest.mark.django_db(transaction=True)
def test_somebody_without_any_address_leaves_a_stone_of_their_own():
    owner = make.member()
    erasing.erase(person_of_address(owner.practice, "leo@example.org"), why="own_request")
    ines = make.contact(owner, "Ines Roth")
    erasing.erase(person_of(ines), why="asked_in_person")
    assert [stone.person for stone in tombstones.laid()] == ["", ines.public_id]
