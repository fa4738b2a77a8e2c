"""Forgetting somebody takes every interview with their voice in it; two entries of one person become one."""

from __future__ import annotations

import pytest
from tests import make

from passalong.contacts.models import Contact, ContactPoint
from passalong.contacts.person import person_of, person_of_address
from passalong.core import bigfiles, clock, erasing
from passalong.core.ids import new_public_id
from passalong.core.models import BigFile
from passalong.interviews import joining, parts
from passalong.interviews.models import (
    Asked,
    Brief,
    Cut,
    GuestKind,
    Interview,
    InterviewStep,
    Outcome,
    Partner,
    Review,
    Show,
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


@pytest.mark.django_db(transaction=True)
def test_looking_at_what_forgetting_would_leave_takes_no_recording_away() -> None:
    owner = make.member(make.practice())
    guest = make.contact(owner, "Paul Roe", email="paul@x.example")
    take = Take.objects.create(practice=owner.practice, interview=talk(owner.practice, guest), client_id="a")
    parts.folder().mkdir(parents=True, exist_ok=True)
    parts.path_of(take.public_id).write_bytes(b"half")
    assert erasing.would_keep(person_of(guest)) == []
    assert parts.path_of(take.public_id).read_bytes() == b"half"
    parts.second_of(take.public_id).write_bytes(b"half")  # of a worker that was killed
    erasing.erase(person_of(guest), why="asked")
    assert not list(parts.folder().glob(f"{take.public_id}*"))


@pytest.mark.django_db(transaction=True)
def test_a_voice_known_by_its_address_alone_is_forgotten_and_again_after_a_restore() -> None:
    owner = make.member(make.practice())
    one = talk(owner.practice, make.contact(owner, "Paul Roe"))
    own = {"practice": owner.practice, "role": VoiceRole.OTHER, "name": "Ida Sun", "address": "Ida.Sun@X.example"}
    Voice.objects.create(interview=one, **own)
    ida = person_of_address(owner.practice, "ida.sun@x.example")
    assert [held.what for held in erasing.held_about(ida)] == ["Interviews with you"]
    erasing.erase(ida, why="asked")
    assert not Interview.objects.exists()
    older = talk(owner.practice, Contact.objects.get())  # of a backup from before
    Voice.objects.create(interview=older, **own)
    assert erasing.erase_known(owner.practice.pk, (), ida.keys) == 1
    assert not Voice.objects.exists()


@pytest.mark.django_db
def test_who_shares_an_address_with_a_guest_sees_and_forgets_nothing_of_theirs() -> None:
    owner = make.member(make.practice())
    paul, ann = make.contact(owner, "Paul Roe", email="home@x.example"), make.contact(owner, "Ann Roe")
    point = ContactPoint.objects.get(contact=paul)
    point.pk, point.contact, point.public_id = None, ann, new_public_id()  # as imports bring families
    point.save()
    one = talk(owner.practice, paul)
    own = {"practice": owner.practice, "interview": one, "role": VoiceRole.GUEST, "name": "Paul Roe"}
    Voice.objects.create(contact=paul, address="home@x.example", **own)
    stranger = person_of_address(owner.practice, "home@x.example")
    assert erasing.held_about(stranger) == []
    erasing.erase(stranger, why="asked")
    assert Interview.objects.get() == one


@pytest.mark.django_db
def test_the_name_goes_out_of_all_that_was_written_about_talks_with_others() -> None:
    owner = make.member(make.practice())
    own = {"practice": owner.practice}
    ida, other = make.contact(owner, "Ida Sun"), make.contact(owner, "Otto Lee")
    said = "as Ida Sun told us"
    third = talk(owner.practice, other, note=said)
    asked = Asked.objects.create(interview=third, order=1, text=said, **own)
    moved = {"act": "drop", "who": "practice", "to": Stage.CLOSED, "at": clock.now()}
    rows = [
        InterviewStep.objects.create(interview=third, note=said, **moved, **own),
        Take.objects.create(interview=third, client_id="a", name="Ida Sun.m4a", marks=[{"text": said, "at": 0}], **own),
        Cut.objects.create(interview=third, number=1, clips=[{"take": "x", "chapter": said}], **own),
        Review.objects.create(interview=third, note=said, **own),
        Show.objects.create(title=said, about=said, **own),
        Voice.objects.create(interview=third, role=VoiceRole.OTHER, name="Ida Sun", **own),
        asked,
    ]
    erasing.erase(person_of(ida), why="asked")
    for row in rows:
        kept = type(row).objects.filter(pk=row.pk).values().get()
        assert "Ida" not in str(kept), kept


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
