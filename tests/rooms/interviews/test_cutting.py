"""The cut: every save a version, nothing lost; the editor's page with and without a script; the sound made of it."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from tests import make, sounds
from tests.rooms.interviews.editing import clips, kept, look, recorded, sounding
from tests.rooms.interviews.talking import Talk

from passalong.core import bigfiles
from passalong.core.errors import Refused
from passalong.interviews import receiving
from passalong.interviews.clips import Clip, Finish, parse_time, time_words
from passalong.interviews.models import Cut, Render, Take
from passalong.interviews.selectors import cuts
from passalong.interviews.services import arriving, cutting, moving, voices
from passalong.interviews.stages import Who

pytestmark = pytest.mark.django_db


@pytest.fixture
def made() -> Talk:
    return recorded()


def _form(made: Talk, rows: list[Clip] | None = None, **more: Any) -> dict[str, Any]:
    """The form as a browser sends it."""
    rows = clips(made) if rows is None else rows
    return {
        "row": [str(at) for at in range(1, len(rows) + 1)],
        "take": [clip.take for clip in rows],
        "start": [time_words(clip.start) for clip in rows],
        "end": [time_words(clip.end) for clip in rows],
        "chapter": [clip.chapter for clip in rows],
        "part": [""] * len(rows),
        "keep": [str(at) for at, clip in enumerate(rows, 1) if clip.kept],
        "quiet": "on",
    } | more


def _path(made: Talk, rest: str = "cut") -> str:
    return f"/interviews/{made.interview.public_id}/{rest}"


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("75", 75.0), ("1:15", 75.0), ("1:15.5", 75.5), ("0:00,25", 0.25), ("1:02:03", 3723.0), ("90:00", 5400.0)],
)
def test_times_are_read_as_people_write_them(text: str, seconds: float) -> None:
    assert parse_time(text) == pytest.approx(seconds)


@pytest.mark.parametrize("text", ["", "now", "1:2:3:4", "-5", "1e9", "٣", "1:15.5555", "nan", "99999999"])
def test_what_is_no_time_is_none(text: str) -> None:
    assert parse_time(text) is None


def test_a_time_comes_back_as_it_was_written() -> None:
    assert [time_words(parse_time(text)) for text in ("1:15", "1:15.5", "1:02:03", "59:59.9")] == [
        "1:15",
        "1:15.5",
        "1:02:03",
        "59:59.9",
    ]


def test_the_first_order_is_that_of_the_questions_each_a_chapter(made: Talk) -> None:
    assert [clip.chapter for clip in clips(made)] == ["What is question 1 about?", "What is question 2 about?"]
    assert all(clip.kept and clip.end == pytest.approx(2.0, abs=0.1) for clip in clips(made))
    assert not Cut.objects.exists(), "looking saves nothing"


def test_a_recording_without_a_question_stands_last(made: Talk) -> None:
    first = Take.objects.order_by("pk")[0]
    first.question = None
    first.save()
    assert [clip.take == first.public_id for clip in clips(made)] == [False, True]


@pytest.mark.storage
def test_every_save_is_a_version_and_the_same_again_is_none(made: Talk) -> None:
    one, two = clips(made)
    first = cutting.save(by=made.by, interview=made.interview, clips=[one, two], finish=Finish())
    again = cutting.save(by=made.by, interview=made.interview, clips=[one, two], finish=Finish())
    second = cutting.save(by=made.by, interview=made.interview, clips=[two, one], finish=Finish())
    assert (first.number, again.number, second.number) == (1, 1, 2)
    back = cutting.go_back(by=made.by, interview=made.interview, number=1)
    assert (back.number, back.clips) == (3, first.clips)
    assert Cut.objects.count() == 3


def test_a_recording_that_came_after_the_cut_stands_at_its_end(made: Talk) -> None:
    assert kept(made).number == 1
    made.send(sounds.webm(sounds.speech(1.0)), "late-0001")
    look(made)
    assert [clip.chapter for clip in clips(made)][2:] == [""]
    assert len(clips(made)) == 3


def test_a_time_beyond_the_end_is_the_end_and_nonsense_is_refused(made: Talk) -> None:
    one, two = clips(made)
    cut = cutting.save(by=made.by, interview=made.interview, clips=[Clip(one.take, 0.5, 900.0), two], finish=Finish())
    assert cut.clips[0]["end"] == pytest.approx(2.0, abs=0.1)
    for bad in (Clip(one.take, 1.5, 1.0), Clip(one.take, float("nan"), 1.0), Clip("nobody", 0.0, 1.0)):
        with pytest.raises(Refused, match=r"[Pp]iece 1"):
            cutting.save(by=made.by, interview=made.interview, clips=[bad, two], finish=Finish())
    with pytest.raises(Refused, match="not here"):
        cutting.save(by=made.by, interview=made.interview, clips=[two], finish=Finish(intro="nobody"))
    with pytest.raises(Refused, match="At most"):
        cutting.save(by=made.by, interview=made.interview, clips=[two] * 301, finish=Finish())


@pytest.mark.storage
def test_nothing_is_edited_before_every_voice_has_consented(made: Talk) -> None:
    order = clips(made)
    voices.add_voice(by=made.by, interview=made.interview, role="host", name="Mo Host")
    with pytest.raises(Refused, match="Mo Host"):
        cutting.save(by=made.by, interview=made.interview, clips=order, finish=Finish())
    page = make.browser(made.by)
    assert b"Mo Host" in page.get(_path(made)).content
    take = Take.objects.first()
    assert take is not None
    assert page.get(_path(made, f"takes/{take.public_id}/sound")).status_code == 403


def test_once_the_guest_has_it_nothing_is_changed(made: Talk) -> None:
    moving.move(interview=made.interview, act="edit", who=Who.MEMBER, by=made.by)
    with pytest.raises(Refused, match="as the guest was shown it"):
        kept(made)


def test_the_page_and_its_buttons_work_without_a_script(made: Talk) -> None:
    page = make.browser(made.by)
    shown = page.get(_path(made))
    assert shown.status_code == 200
    assert shown.content.count(b'class="piece"') == 2
    answer = page.post(_path(made), _form(made, act="down:0"))
    assert (answer.status_code, answer["Location"]) == (303, f"{_path(made)}#piece-2")
    assert [clip.chapter[-8:] for clip in clips(made)] == ["2 about?", "1 about?"]
    form = _form(made, act="split:1")
    form["part"] = ["", "0:01"]
    page.post(_path(made), form)
    assert [(clip.start, clip.end) for clip in clips(made)][1:] == [(0.0, 1.0), (1.0, pytest.approx(2.0, abs=0.1))]
    form = _form(made)
    form["keep"] = ["1"]
    page.post(_path(made), form)
    assert [clip.kept for clip in clips(made)] == [True, False, False]
    page.post(_path(made, "cut/back"), {"number": "1"})
    assert len(clips(made)) == 2


def test_a_script_is_answered_in_json(made: Talk) -> None:
    page = make.browser(made.by)
    asked = {"Accept": "application/json"}
    answer = page.post(_path(made), _form(made), headers=asked)
    assert answer.json()["number"] == 1
    wrong = _form(made)
    wrong["start"] = ["soon", "0"]
    answer = page.post(_path(made), wrong, headers=asked)
    assert (answer.status_code, "Piece 1" in answer.json()["error"]) == (422, True)
    torn = _form(made)
    torn["end"] = ["1"]
    assert page.post(_path(made), torn, headers=asked).status_code == 422
    assert Cut.objects.count() == 1


def test_hostile_fields_change_nothing(made: Talk) -> None:
    page = make.browser(made.by)
    for act in ("split:0", "split:-1", "up:²", "down:99999999999", "split:1:1", "nothing"):
        page.post(_path(made), _form(made, act=act))
    assert len(clips(made)) == 2
    page.post(_path(made, "cut/back"), {"number": "²"})
    assert page.post(_path(made, "cut/back"), {"number": "77"}).status_code == 302


def test_the_sound_is_asked_for_made_served_in_parts_and_said_to_be_old(made: Talk) -> None:
    page = make.browser(made.by)
    page.post(_path(made), _form(made, act="make"))
    assert b"Waiting" in page.get(_path(made, "cut/state")).content
    row = sounding(made)
    assert Render.objects.count() == 1
    whole = page.get(_path(made, f"sound/{row.public_id}"))
    body = b"".join(whole.streaming_content)
    assert row.file is not None
    assert body == bigfiles.path_of(row.file).read_bytes()
    part = page.get(_path(made, f"sound/{row.public_id}"), headers={"Range": "bytes=100-199"})
    assert (part.status_code, part["Content-Range"]) == (206, f"bytes 100-199/{len(body)}")
    assert b"".join(part.streaming_content) == body[100:200]
    assert b"was changed after" not in page.get(_path(made)).content
    cutting.save(by=made.by, interview=made.interview, clips=clips(made)[::-1], finish=Finish())
    assert b"was changed after" in page.get(_path(made)).content


def test_what_is_made_can_be_stopped(made: Talk) -> None:
    page = make.browser(made.by)
    page.post(_path(made), _form(made, act="make"))
    page.post(_path(made, "cut/cancel"))
    assert Render.objects.get().state == "cancelled"
    assert b"It was stopped" in page.get(_path(made)).content


def test_another_practice_finds_nothing(made: Talk) -> None:
    row, take = sounding(made), Take.objects.first()
    stranger = make.browser(make.member())
    assert take is not None
    for rest in ("cut", "cut/state", "words", "review", f"sound/{row.public_id}", f"takes/{take.public_id}/sound"):
        assert stranger.get(_path(made, rest)).status_code == 404, rest
        assert Client().get(_path(made, rest)).status_code == 302, rest
    assert stranger.post(_path(made), _form(made)).status_code == 404
    with pytest.raises(Refused):
        cutting.save(by=make.member(), interview=made.interview, clips=clips(made), finish=Finish())


def test_a_sound_of_another_interview_is_not_found_under_this_one(made: Talk) -> None:
    row = sounding(made)
    other = make.contact(made.by, "Somebody Else")
    beside = moving.open_interview(guest=other, kind="partner", by=made.by)
    page = make.browser(made.by)
    assert page.get(f"/interviews/{beside.public_id}/sound/{row.public_id}").status_code == 404


@pytest.mark.storage
def test_looking_changes_nothing_and_asks_as_often_for_many_as_for_few(
    made: Talk, django_assert_max_num_queries: Any
) -> None:
    page = make.browser(made.by)
    order = clips(made)
    cutting.save(by=made.by, interview=made.interview, clips=order * 60, finish=Finish())
    with django_assert_max_num_queries(30):
        assert page.get(_path(made)).content.count(b'class="piece"') == 120
    assert Cut.objects.count() == 1
    assert cuts.desk(made.interview).number == 1


def _script(made: Talk, page: Any, base: int, window: str, rows: list[Clip]) -> Any:
    said = _form(made, rows, base=str(base), window=window)
    return page.post(_path(made), said, headers={"Accept": "application/json"})


@pytest.mark.storage
def test_two_at_one_cut_are_told_of_each_other_and_choose(made: Talk) -> None:
    one, two = clips(made)
    mine = make.browser(made.by)
    other = make.member(made.by.practice, role="member")
    theirs = make.browser(other)
    assert _script(made, mine, 0, "mine", [one, two]).status_code == 200
    assert _script(made, theirs, 1, "theirs", [two, one]).status_code == 200
    stopped = _script(made, mine, 1, "mine", [one])
    assert stopped.status_code == 409
    assert f"{other.user} saved another version on" in stopped.json()["meanwhile"]
    assert [clip.take for clip in clips(made)] == [two.take, one.take], "nothing is overwritten"
    assert _script(made, mine, 1, "mine", [two, one]).status_code == 200, "the same order is nobody's loss"
    assert _script(made, mine, stopped.json()["number"], "mine", [one]).status_code == 200
    assert _script(made, mine, 2, "mine", [one, two]).status_code == 200, "a page does not stumble over itself"
    assert [cut.member for cut in Cut.objects.order_by("number")] == [
        *(made.by.public_id, other.public_id),
        *(made.by.public_id, made.by.public_id),
    ]


def test_without_a_script_what_was_typed_stands_there_and_is_saved_on_the_second_press(made: Talk) -> None:
    one, two = clips(made)
    page = make.browser(made.by)
    cutting.save(by=made.by, interview=made.interview, clips=[two, one], finish=Finish(), window="other")
    typed = _form(made, [Clip(one.take, 0.5, 1.5, True, "My own words")], base="0", window="mine")
    stopped = page.post(_path(made), typed)
    shown = stopped.content.decode()
    assert stopped.status_code == 409
    assert "saved another version" in shown
    assert 'value="My own words"' in shown
    base, window = (shown.split(f'name="{name}" value="')[1].split('"')[0] for name in ("base", "window"))
    assert base == "1"
    assert page.post(_path(made), typed | {"base": base, "window": window}).status_code == 303
    assert clips(made)[0].chapter == "My own words"


def test_what_is_still_looked_at_is_said_and_comes_by_itself(made: Talk) -> None:
    page = make.browser(made.by)
    assert b"hx-get" not in page.get(_path(made)).content
    made.send(sounds.webm(sounds.speech(1.0)), "late-0001")
    made.piece(made.begin("late-0002").json()["id"], 0, b"some of it")
    assert made.begin("late-0003").status_code == 200, "of this one nothing has come"
    Take.objects.filter(client_id="late-0001").update(looked=40)
    shown = page.get(_path(made)).content.decode()
    assert "2 recordings are not here yet" in shown
    assert 'value="40"' in shown
    assert "on its way from the device" in shown
    late = Take.objects.get(client_id="late-0001")
    assert late.public_id not in page.get(_path(made, "cut/coming")).content.decode()
    Take.objects.filter(client_id__in=("late-0002", "late-0003")).delete()
    look(made)
    told = page.get(_path(made, "cut/coming")).content.decode()
    assert late.public_id in told
    assert "hx-get" not in told


def test_a_whole_talk_is_parted_where_its_questions_began(made: Talk) -> None:
    first, second = made.questions
    late = arriving.begin(interview=made.interview, by=made.by, client_id="whole-0001")
    sound = sounds.mp3(sounds.speech(9.0))
    arriving.piece(take=late, offset=0, body=sound)
    marks = [(second.public_id, 4.0), (first.public_id, 0.0), (second.public_id, 0.4), (first.public_id, 1.0)]
    marks += [("nobody", 5.0), (first.public_id, float("nan")), (second.public_id, 6.5), (first.public_id, 1e5)]
    arriving.done(take=late, total=len(sound), marks=marks)
    look(made)
    found = [clip for clip in clips(made) if clip.take == late.public_id]
    assert [(clip.start, clip.chapter) for clip in found] == [(0.0, first.text), (4.0, second.text)]
    assert found[0].end == 4.0
    assert found[1].end == pytest.approx(9.0, abs=0.1)
    row = sounding(made)
    assert [one["title"] for one in row.chapters] == [first.text, second.text, first.text, second.text]


@pytest.mark.parametrize("text", ["", "{", "[" * 9000, '[["a"]]', '[["a", true]]', "[[1, 2]]", '[["a", 1e999]]', "7"])
def test_marks_that_are_none_are_none(text: str) -> None:
    assert receiving.marks_of(text) == []


def test_signs_no_database_keeps_are_taken_out(made: Talk) -> None:
    rows = [Clip(clip.take, clip.start, clip.end, True, "a\x00b\u202ec") for clip in clips(made)]
    assert make.browser(made.by).post(_path(made), _form(made, rows)).status_code == 303
    assert clips(made)[0].chapter == "a b c"


def test_a_recording_before_or_after_the_whole_is_not_deleted(made: Talk) -> None:
    late = arriving.begin(interview=made.interview, by=made.by, client_id="intro-0001")
    sound = sounds.mp3(sounds.tone(1.0))
    arriving.piece(take=late, offset=0, body=sound)
    arriving.done(take=late, total=len(sound))
    look(made)
    rows = [clip for clip in clips(made) if clip.take != late.public_id]
    cutting.save(by=made.by, interview=made.interview, clips=rows, finish=Finish(intro=late.public_id))
    with pytest.raises(Refused, match="part of the interview"):
        arriving.remove(take=Take.objects.get(pk=late.pk), by=made.by)
