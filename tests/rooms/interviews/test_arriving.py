"""Recordings arrive in pieces: nothing lost, nothing twice, nothing beyond what is allowed."""

from __future__ import annotations

import os
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests import make, sounds
from tests.rooms.interviews.talking import PIECE, Talk, talk

from passalong.core import bigfiles, clock
from passalong.core.errors import Refused
from passalong.interviews import parts
from passalong.interviews.models import ConsentTo, Take, TakeState
from passalong.interviews.services import arriving, voices
from passalong.interviews.tasks import recording
from passalong.portal import limits

pytestmark = [pytest.mark.django_db, pytest.mark.storage]
SOUND = sounds.webm(sounds.speech(1.5))


def _agreed(**more: Any) -> Talk:
    made = talk(**more)
    assert made.agree().status_code == 303
    return made


def _work() -> None:
    """What the worker does with what has arrived."""
    for take in Take.objects.filter(state=TakeState.CHECKING):
        recording.take_arrived.call(take.pk)


def test_a_recording_arrives_piece_by_piece_and_is_what_was_sent() -> None:
    made, sound = _agreed(), os.urandom(PIECE) + SOUND
    begun = made.begin().json()
    assert (begun["state"], begun["length"]) == ("arriving", 0)
    assert made.piece(begun["id"], 0, sound[:1000]).json() == {"length": 1000}
    assert made.piece(begun["id"], 1000, sound[1000:PIECE]).json() == {"length": PIECE}
    assert made.guest.get(f"{made.path}/takes/{begun['id']}").json()["length"] == PIECE
    assert made.piece(begun["id"], PIECE, sound[PIECE:]).json() == {"length": len(sound)}
    assert parts.path_of(begun["id"]).read_bytes() == sound
    said = made.done(begun["id"], len(sound)).json()
    assert (said["state"], said["length"]) == ("checking", len(sound))
    take = Take.objects.get(public_id=begun["id"])
    assert (take.voice, take.is_chosen, take.size) == (made.voice, True, len(sound))


def test_a_piece_begins_where_the_last_one_ended_or_is_told_where_that_is() -> None:
    made = _agreed()
    take = made.begin().json()["id"]
    made.piece(take, 0, SOUND[:5000])
    for offset in (0, 4999, 5001, 10**11):
        refused = made.piece(take, offset, SOUND[:100])
        assert refused.status_code in (409, 422)
        assert refused.status_code == 422 or refused.json() == {"length": 5000}
    assert parts.path_of(take).read_bytes() == SOUND[:5000]
    assert made.done(take, 4000).json() == {"length": 5000}
    made.piece(take, 5000, SOUND[5000:])
    assert made.done(take, len(SOUND)).json()["state"] == "checking"
    assert made.done(take, len(SOUND)).json()["state"] == "checking"
    assert made.piece(take, len(SOUND), b"more").status_code == 422


def test_the_same_take_begun_again_goes_on_where_it_stopped() -> None:
    made = _agreed()
    take = made.begin("take-same").json()["id"]
    made.piece(take, 0, SOUND[:3000])
    again = made.begin("take-same").json()
    assert (again["id"], again["length"]) == (take, 3000)
    assert Take.objects.filter(interview=made.interview).count() == 1


def test_two_devices_record_beside_each_other_and_the_last_counts() -> None:
    made = _agreed()
    question = made.questions[0].public_id
    phone, laptop = made.begin("take-phone", question).json(), made.begin("take-laptop", question).json()
    made.piece(phone["id"], 0, SOUND[:2000])
    made.piece(laptop["id"], 0, SOUND)
    made.piece(phone["id"], 2000, SOUND[2000:])
    made.done(laptop["id"], len(SOUND))
    made.done(phone["id"], len(SOUND))
    for one in (phone, laptop):
        assert parts.path_of(one["id"]).read_bytes() == SOUND
    assert Take.objects.get(is_chosen=True).public_id == phone["id"]


def test_nothing_arrives_before_the_voice_agreed_nor_after_it_took_that_back() -> None:
    made = talk()
    assert made.begin().status_code == 422
    made.agree()
    take = made.begin().json()["id"]
    assert made.piece(take, 0, SOUND[:100]).status_code == 200
    made.guest.post(made.path, {"act": "take back recording"})
    assert made.piece(take, 100, SOUND[100:200]).status_code == 422
    assert made.begin("take-other").status_code == 422


@pytest.mark.parametrize("stage", ["invited"])
def test_nothing_arrives_before_the_guest_said_yes(stage: str) -> None:
    made = _agreed(stage=stage)
    assert made.begin().status_code == 422


def test_once_every_question_has_a_usable_answer_it_is_recorded() -> None:
    made = _agreed(questions=2)
    made.send(SOUND, "take-one1", made.questions[0].public_id)
    _work()
    made.interview.refresh_from_db()
    assert made.interview.stage == "agreed"
    bad = made.send(b"this is no sound at all" * 100, "take-bad1", made.questions[1].public_id)
    _work()
    made.interview.refresh_from_db()
    assert Take.objects.get(public_id=bad).state == "refused"
    assert made.interview.stage == "agreed"
    made.send(SOUND, "take-two2", made.questions[1].public_id)
    _work()
    made.interview.refresh_from_db()
    assert made.interview.stage == "recorded"
    assert made.interview.steps.last().who == "guest"  # type: ignore[union-attr]


def test_the_guest_says_that_is_all_but_not_before_anything_was_said() -> None:
    made = _agreed(questions=3)
    assert made.guest.post(made.path, {"act": "all"}).status_code == 422
    made.send(SOUND, "take-one1", made.questions[0].public_id)
    _work()
    assert made.guest.post(made.path, {"act": "all"}).status_code == 303
    made.interview.refresh_from_db()
    assert made.interview.stage == "recorded"


def test_another_answer_can_be_chosen_heard_and_deleted() -> None:
    made = _agreed()
    question = made.questions[0].public_id
    first, second = made.send(SOUND, "take-one1", question), made.send(SOUND + b"\0", "take-two2", question)
    _work()
    assert Take.objects.get(is_chosen=True).public_id == second
    made.guest.post(f"{made.path}/takes/{first}/choose")
    assert Take.objects.get(is_chosen=True).public_id == first
    heard = made.guest.get(f"{made.path}/takes/{first}/sound", headers={"range": "bytes=0-99"})
    assert (heard.status_code, b"".join(heard.streaming_content)) == (206, SOUND[:100])  # type: ignore[attr-defined]
    file = Take.objects.get(public_id=first).file
    assert file is not None
    made.guest.post(f"{made.path}/takes/{first}/remove")
    assert not Take.objects.filter(public_id=first).exists()


def test_a_plain_form_brings_a_recording_without_javascript() -> None:
    made = _agreed()
    upload = SimpleUploadedFile("answer.webm", SOUND, content_type="audio/webm")
    said = made.guest.post(f"{made.path}/bring", {"recording": upload, "question": made.questions[0].public_id})
    assert said.status_code == 303
    _work()
    take = Take.objects.get()
    assert (take.state, take.name, take.question) == ("ready", "answer.webm", made.questions[0])
    assert take.file
    assert bigfiles.path_of(take.file).read_bytes() == SOUND


def test_another_voice_reaches_no_take_that_is_not_its_own() -> None:
    made, other = _agreed(), _agreed()
    take = made.begin().json()["id"]
    made.piece(take, 0, SOUND[:100])
    paths = [f"{other.path}/takes/{take}", f"{other.path}/takes/{take}/sound"]
    assert [other.guest.get(path).status_code for path in paths] == [404, 404]
    assert other.piece(take, 100, b"x").status_code == 404
    assert other.done(take, 100).status_code == 404
    host = voices.add_voice(by=made.by, interview=made.interview, role="host", name="Ines Berg")
    token = voices.key_for(voice=host)
    assert Client().get(f"/talk/{token}/takes/{take}").status_code == 404
    assert parts.path_of(take).read_bytes() == SOUND[:100]


def test_the_desk_cannot_speak_through_the_guests_page() -> None:
    made = _agreed()
    desk = make.browser(made.by)
    assert desk.post(f"{made.path}/takes/", {"client_id": "take-desk1"}).status_code == 403
    assert desk.post(made.path, {"act": "take back recording"}).status_code == 403
    assert voices.given(ConsentTo.RECORDING).filter(voice=made.voice).exists()


def test_hostile_pieces_and_beginnings_are_refused_and_leave_nothing() -> None:
    made = _agreed()
    take = made.begin().json()["id"]
    for client_id in ("", "x", "a" * 41, "../../etc/passwd", "take 0001", "täke-0001"):
        assert made.begin(client_id).status_code == 422
    assert made.begin("take-0009", question="nowhere").status_code == 422
    assert made.piece(take, 0, b"").status_code in (413, 422)
    assert made.piece(take, 0, b"x" * (PIECE + 1)).status_code == 413
    assert made.piece(take, arriving.MOST_TAKE, b"x").status_code == 422
    for offset in ("-1", "a", "", "٣", "1e3", "9" * 30):
        path = f"{made.path}/takes/{take}/piece?offset={offset}"
        assert made.guest.post(path, b"x", content_type="application/octet-stream").status_code == 422
    for path in ("takes/", "takes/?offset=0", f"takes/{take}/done?offset=0"):
        big = made.guest.post(f"{made.path}/{path}", {"client_id": "take-0002", "total": "1", "name": "x" * 10_000})
        assert big.status_code == 413
    there = made.guest.post(f"{made.path}/takes/", {"client_id": "take-0003"}, headers={"sec-fetch-site": "cross-site"})
    assert there.status_code == 403
    assert made.done(take, 0).status_code == 422
    assert not parts.path_of(take).exists() or parts.path_of(take).stat().st_size == 0
    assert Take.objects.filter(interview=made.interview).count() == 1


def test_an_interview_holds_so_many_recordings_and_so_many_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    made = _agreed()
    monkeypatch.setattr(arriving, "MOST_TAKES", 2)
    made.begin("take-0001")
    take = made.begin("take-0002").json()["id"]
    assert made.begin("take-0003").status_code == 422
    monkeypatch.setattr(arriving, "MOST_INTERVIEW", 1500)
    assert made.piece(take, 0, b"x" * 1000).status_code == 200
    assert made.piece(take, 1000, b"x" * 1000).status_code == 200
    assert made.piece(take, 2000, b"x" * 1000).status_code == 422


def test_a_full_disk_keeps_what_has_arrived(monkeypatch: pytest.MonkeyPatch) -> None:
    made = _agreed()
    take = made.begin().json()["id"]
    made.piece(take, 0, SOUND[:1000])

    def torn(file: int, body: bytes) -> None:
        os.lseek(file, 0, os.SEEK_END)
        os.write(file, body[:10])
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(arriving, "_append", torn)
        assert made.piece(take, 1000, SOUND[1000:2000]).status_code == 422
    assert parts.path_of(take).read_bytes() == SOUND[:1000]
    assert made.piece(take, 1000, SOUND[1000:2000]).json() == {"length": 2000}


def test_what_stopped_arriving_a_month_ago_is_forgotten() -> None:
    made = _agreed()
    old, new = made.begin("take-old1").json()["id"], made.begin("take-new1").json()["id"]
    made.piece(old, 0, b"x")
    made.piece(new, 0, b"x")
    past = clock.now() - timedelta(days=40)
    Take.objects.update(created_at=past)
    os.utime(parts.path_of(old), (past.timestamp(), past.timestamp()))
    assert arriving.tidy() == 1
    assert [take.public_id for take in Take.objects.all()] == [new]


def test_what_no_row_names_any_more_is_forgotten_after_a_day() -> None:
    made = _agreed()
    take = made.begin().json()["id"]
    made.piece(take, 0, b"half")
    stray, young = parts.path_of("gone"), parts.path_of("young")
    for place in (stray, parts.second_of("gone"), young):
        place.write_bytes(b"sound")
    for place in (stray, parts.second_of("gone"), parts.path_of(take)):
        os.utime(place, times=(clock.now().timestamp() - 90_000,) * 2)
    arriving.tidy()
    left = set(parts.folder().iterdir())
    assert {young, parts.path_of(take)} <= left
    assert not {stray, parts.second_of("gone")} & left


def test_a_cut_off_body_is_not_half_kept() -> None:
    made = _agreed()
    take = made.begin().json()["id"]
    path = f"{made.path}/takes/{take}/piece?offset=0"
    said = made.guest.generic("POST", path, b"x" * 100, CONTENT_LENGTH="200", **{"wsgi.input": BytesIO(b"x" * 100)})
    assert said.status_code == 400
    assert arriving.length_of(take) == 0


def test_what_the_desk_brings_is_apart_from_the_guests_own() -> None:
    made = _agreed()
    desk, there = make.browser(made.by), f"/interviews/{made.interview.public_id}/takes/"
    begun = desk.post(there, {"client_id": "take-desk1"}).json()
    path = f"{there}{begun['id']}"
    assert desk.post(f"{path}/piece?offset=0", SOUND, content_type="application/octet-stream").status_code == 200
    assert desk.post(f"{path}/done", {"total": len(SOUND)}).json()["state"] == "checking"
    assert made.guest.get(f"{made.path}/takes/{begun['id']}").status_code == 404
    own = made.begin("take-own1").json()["id"]
    assert desk.post(f"{there}{own}/piece?offset=0", b"x", content_type="application/octet-stream").status_code == 404
    stranger = make.browser(make.member())
    assert stranger.get(path).status_code == 404
    assert stranger.post(there, {"client_id": "take-desk2"}).status_code == 404
    with pytest.raises(Refused):
        arriving.remove(take=Take.objects.get(public_id=begun["id"]), by=make.member())


def test_pieces_come_only_so_fast_and_are_told_when_to_try_again(monkeypatch: pytest.MonkeyPatch) -> None:
    made = _agreed()
    take = made.begin().json()["id"]
    monkeypatch.setattr(limits, "PIECES_OF_LINK", limits.Limiter(2, 60))
    said = [made.piece(take, at, b"x").status_code for at in range(3)]
    assert said == [200, 200, 429]
    assert made.piece(take, 2, b"x")["Retry-After"] == "10"
    assert arriving.length_of(take) == 2
