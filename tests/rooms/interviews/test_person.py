"""Forgetting somebody takes every interview with their voice in it; two entries of one person become one."""

from __future__ import annotations

import pytest
from tests import make

from passalong.contacts.person import person_of
from passalong.core import bigfiles, clock, erasing
from passalong.core.models import BigFile
from passalong.interviews import joining, parts
from passalong.interviews.models import (
    Brief,
    GuestKind,
    Interview,
    Outcome,
    Partner,
    Stage,
    Take,
    Touch,
    TouchKind,
    Transcript,
    Voice,
    VoiceRole,
)


def talk(practice, guest, **more) -> Interview:
    return Interview.objects.create(practice=practice, guest=guest, kind=GuestKind.PARTNER, **more)


def brief(partner, number, words="x") -> Brief:
    texts = {"helps": words, "recognise": words, "words": words, "happens": words}
    return Brief.objects.create(practice=partner.practice, partner=partner, number=number, **texts)


@pytest.mark.django_db(transaction=True)
def test_an_interview_goes_with_whoever_is_heard_in_it_and_its_sound_with_it(tmp_path) -> None:
    owner = make.member(make.practice())
    guest, second = (
        make.contact(owner, name, email=f"{name[0].lower()}@x.example") for name in ("Paul Roe", "Ida Sun")
    )
    one, other = talk(owner.practice, guest, note="with Ida Sun"), talk(owner.practice, second)
    Voice.objects.create(practice=owner.practice, interview=one, role=VoiceRole.OTHER, name="Ida Sun", contact=second)
    part = tmp_path / "a"
    part.write_bytes(b"sound")
    file = bigfiles.keep(owner.practice.pk, part, "audio/webm")
    take = Take.objects.create(practice=owner.practice, interview=one, client_id="a", file=file)
    parts.folder().mkdir(parents=True, exist_ok=True)
    parts.path_of(take.public_id).write_bytes(b"half")
    third = talk(owner.practice, make.contact(owner, "Otto Lee"))
    Transcript.objects.create(
        practice=owner.practice, interview=third, number=1, source="pasted", segments=[{"text": "As Ida Sun says"}]
    )
    erasing.erase(person_of(second), why="asked")
    assert set(Interview.objects.all()) == {third}
    assert other.pk is not None
    assert not BigFile.objects.exists()
    assert not bigfiles.path_of(file).exists()
    assert not parts.path_of(take.public_id).exists()
    assert "Ida" not in str(Transcript.objects.get().segments)


@pytest.mark.django_db
def test_two_entries_of_one_partner_become_one_with_the_newest_brief_on_top() -> None:
    owner = make.member(make.practice())
    old, new = make.contact(owner, "Paul Roe"), make.contact(owner, "P. Roe")
    gone = Partner.objects.create(practice=owner.practice, contact=old, trade="tax", serves="bakers", audience_size=90)
    kept = Partner.objects.create(practice=owner.practice, contact=new, trade="tax", serves="cooks")
    Touch.objects.create(practice=owner.practice, partner=gone, kind=TouchKind.TALK, done_on=clock.today())
    brief(gone, 1, "old")
    brief(kept, 1, "new")
    further, less = talk(owner.practice, old, stage=Stage.AGREED), talk(owner.practice, new)
    joining.join(owner.practice.pk, old.pk, new.pk)
    kept.refresh_from_db()
    assert Partner.objects.get() == kept
    assert (kept.serves, kept.audience_size, kept.touches.count()) == ("cooks; bakers", 90, 1)
    assert list(kept.briefs.values_list("number", "helps")) == [(2, "new"), (1, "old")]
    less.refresh_from_db()
    further.refresh_from_db()
    assert (less.stage, less.outcome) == (Stage.CLOSED, Outcome.DROPPED)
    assert further.guest == new
    assert further.is_open
