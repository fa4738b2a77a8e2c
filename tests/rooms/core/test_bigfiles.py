"""Big files: whole or not at all, once, and gone from the disk with the last row that names them."""

from __future__ import annotations

import hashlib
import os
from datetime import timedelta

import pytest
from django.db import transaction
from tests import make

from passalong.core import bigfiles, clock
from passalong.core.models import BigFile
from passalong.interviews.models import GuestKind, Interview, Take


@pytest.fixture
def sound(tmp_path):
    def written(content: bytes = b"sound" * 1000):
        file = tmp_path / "take.part"
        file.write_bytes(content)
        return file

    return written


@pytest.mark.django_db(transaction=True)
def test_a_file_is_kept_once_under_its_digest_and_goes_with_its_last_row(sound) -> None:
    practice = make.practice()
    kept = bigfiles.keep(practice.pk, sound(), "audio/webm")
    again = bigfiles.keep(practice.pk, sound(), "audio/webm")
    assert kept == again
    assert bigfiles.path_of(kept).name == hashlib.sha256(b"sound" * 1000).hexdigest()
    interview = Interview.objects.create(practice=practice, kind=GuestKind.CLIENT)
    take = Take.objects.create(practice=practice, interview=interview, client_id="a", file=kept)
    assert bigfiles.release([kept.pk]) == 0
    take.delete()
    assert bigfiles.release([kept.pk]) == 1
    assert not bigfiles.path_of(kept).exists()


@pytest.mark.django_db(transaction=True)
def test_a_release_that_is_rolled_back_leaves_the_file(sound) -> None:
    kept = bigfiles.keep(make.practice().pk, sound(), "audio/webm")
    with transaction.atomic():
        assert bigfiles.release([kept.pk]) == 1
        transaction.set_rollback(True)
    assert BigFile.objects.filter(pk=kept.pk).exists()
    assert bigfiles.path_of(kept).read_bytes() == b"sound" * 1000


@pytest.mark.django_db
def test_what_a_killed_process_left_is_swept_after_a_day(sound) -> None:
    kept = bigfiles.keep(make.practice().pk, sound(), "audio/webm")
    stray, young = (bigfiles.path_of(kept).with_name(name * 64) for name in ("a", "b"))
    stray.write_bytes(b"x")
    young.write_bytes(b"x")
    os.utime(stray, (0, 0))
    os.utime(bigfiles.path_of(kept), (0, 0))
    assert bigfiles.sweep(kept.practice_id) == 1
    assert not stray.exists()
    assert young.exists()
    assert bigfiles.path_of(kept).exists()


@pytest.mark.django_db(transaction=True)
def test_a_file_whose_row_nothing_came_to_name_is_swept_after_a_day(sound, monkeypatch: pytest.MonkeyPatch) -> None:
    practice = make.practice()
    named, unnamed = (bigfiles.keep(practice.pk, sound(one), "audio/webm") for one in (b"named", b"unnamed"))
    interview = Interview.objects.create(practice=practice, kind=GuestKind.CLIENT)
    Take.objects.create(practice=practice, interview=interview, client_id="a", file=named)
    assert bigfiles.sweep(practice.pk) == 0
    later = clock.now() + timedelta(days=2)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert bigfiles.sweep(practice.pk) == 1
    assert BigFile.objects.get() == named
    assert bigfiles.path_of(named).exists()
    assert not bigfiles.path_of(unnamed).exists()
