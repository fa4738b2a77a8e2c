"""Times of words are kept by recording, and follow whatever order and trim the sound is made of."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from tests import make, sounds
from tests.rooms.interviews.editing import clips, recorded, sounding, worded
from tests.rooms.interviews.talking import Talk

from passalong.core.errors import Refused
from passalong.engine import audio
from passalong.interviews import times
from passalong.interviews.clips import Finish
from passalong.interviews.models import Render, Transcript
from passalong.interviews.selectors import transcripts as selectors
from passalong.interviews.services import cutting, rendering, reviewing, transcripts
from passalong.interviews.times import Place

SRT = "\n\n".join(
    f"{number}\n00:00:{at:02},500 --> 00:00:{at + 1:02},400\nPriya Nair: {text}"
    for number, (at, text) in enumerate(((0, "First one."), (2, "Second one.")), 1)
)
PLAIN = Finish(quiet=False)


def _anew(made: Talk, rows: list[Any], finish: Finish = PLAIN) -> Render:
    cut = cutting.save(by=made.by, interview=made.interview, clips=rows, finish=finish)
    row = rendering.request(by=made.by, cut=cut)
    rendering.run(row.pk)
    row.refresh_from_db()
    assert row.state == "done", row.why
    return row


def _beside(made: Talk, sound: Render) -> list[tuple[str, float | None, bool]]:
    newest = selectors.latest(made.interview)
    assert newest is not None
    return [
        (one.text, None if one.start is None else round(one.start, 1), one.is_heard)
        for one in selectors.beside(newest, sound)
    ]


def test_seconds_of_a_sound_become_seconds_of_a_take_and_back() -> None:
    places = [Place(0.0, "intro", 0.0, 5.0), Place(5.0, "a", 10.0, 20.0), Place(15.0, "a", 22.0, 30.0)]
    assert times.hung(6.0, 8.0, places) == {"take": "a", "from": 11.0, "until": 13.0}
    assert times.hung(14.0, 17.0, places) == {"take": "a", "from": 19.0, "until": 24.0}, "over a shortened silence"
    assert times.hung(1.0, 9.0, places) == {"take": "intro", "from": 1.0, "until": 5.0}
    assert times.hung(99.0, None, places)["from"] == 30.0
    assert times.hung(None, 3.0, places) == times.hung(1.0, 2.0, []) == {}
    row = {"take": "a", "from": 19.0, "until": 24.0}
    assert times.heard(row, places) == (14.0, 17.0)
    assert times.heard(row, [Place(0.0, "a", 23.0, 30.0)]) == (0.0, 1.0), "its beginning is trimmed"
    assert times.heard(row, [Place(0.0, "b", 0.0, 60.0), Place(60.0, "a", 0.0, 19.0)]) is None
    again = [Place(0.0, "a", 0.0, 30.0), Place(30.0, "b", 0.0, 9.0), Place(39.0, "a", 0.0, 30.0)]
    assert times.heard(row, again) == (19.0, 24.0), "said twice, the first counts"


def test_a_sound_tells_what_is_heard_where_also_over_shortened_silences(tmp_path: Any) -> None:
    file, intro = tmp_path / "talk.wav", tmp_path / "intro.wav"
    file.write_bytes(sounds.wav(sounds.joined(sounds.speech(2.0), sounds.silence(4.0), sounds.speech(2.0))))
    intro.write_bytes(sounds.wav(sounds.tone(1.0)))
    plan = audio.Plan((audio.Clip(file, 0.5, 8.0, "One"),), intro=intro, quiet=True)
    made = audio.render(plan, tmp_path / "out.mp3")
    assert [one.clip for one in made.places] == [audio.INTRO, 0, 0]
    first, second = made.places[1:]
    assert (first.at, first.start) == (pytest.approx(0.99, abs=0.02), 0.5)
    assert first.end < second.start - 2, "what is between is not heard"
    assert second.at == pytest.approx(first.at + first.end - first.start, abs=0.02)
    assert made.seconds == pytest.approx(second.at + second.end - second.start, abs=0.05)


@pytest.mark.django_db
def test_times_follow_a_new_order_a_trim_and_what_is_dropped() -> None:
    made = recorded()
    first = sounding(made)
    words = worded(made, SRT)
    takes = [clip.take for clip in clips(made)]
    assert [row["take"] for row in words.segments] == takes
    assert _beside(made, first) == [("First one.", 0.5, True), ("Second one.", 2.5, True)]
    one, two = clips(made)
    turned = _anew(made, [two, replace(one, start=0.3)])
    assert _beside(made, turned) == [("Second one.", 0.5, True), ("First one.", 2.2, True)]
    dropped = _anew(made, [two, replace(one, kept=False)])
    assert _beside(made, dropped) == [("Second one.", 0.5, True), ("First one.", None, False)]
    page = make.browser(made.by).get(f"/interviews/{made.interview.public_id}/words").content.decode()
    assert page.index("Second one.") < page.index("First one.")
    assert page.count("Not heard in this sound") == 1


@pytest.mark.django_db
def test_the_guest_gets_the_words_of_the_sound_and_nothing_it_leaves_out(settings: Any) -> None:
    settings.PUBLIC_URL = "https://passalong.example.org"
    made = recorded()
    sounding(made)
    worded(made, SRT)
    one, two = clips(made)
    _anew(made, [two, replace(one, kept=False)])
    subject, text = reviewing.letter(made.interview)
    message = reviewing.send(by=made.by, interview=made.interview, subject=subject, text=text)
    path = message.text.split("https://passalong.example.org")[1].split()[0]
    shown = made.guest.get(path).content.decode()
    assert "Second one." in shown
    assert "First one." not in shown
    digest = shown.split('name="shown" value="')[1].split('"')[0]
    said = {"shown": digest, "text": ["Second one, and more."], "answer": "approve"}
    assert made.guest.post(path, said).status_code == 303
    newest = selectors.latest(made.interview)
    assert newest is not None
    assert "First" not in selectors.plain(newest)
    assert [round(row["start"], 1) for row in newest.segments if row["text"]] == [0.5]
    made.interview.refresh_from_db()
    reviewing.work_again(by=made.by, interview=made.interview)
    assert _beside(made, _anew(made, [one, two])) == [
        ("First one.", 0.5, True),
        ("Second one, and more.", 2.5, True),
    ], "what was left out is there again"


@pytest.mark.django_db
def test_times_brought_before_there_is_a_sound_follow_it_after_one_press() -> None:
    made = recorded()
    words = worded(made, SRT)
    assert selectors.loose(words)
    sounding(made)
    page = make.browser(made.by)
    path = f"/interviews/{made.interview.public_id}/words"
    assert b"They fit this sound" in page.get(path).content
    page.post(f"{path}/fit", {"base": "1-nothing"})
    assert selectors.loose(Transcript.objects.first()), "of words nobody saw nothing is said"  # type: ignore[arg-type]
    page.post(f"{path}/fit", {"base": selectors.mark_of(words)})
    newest = selectors.latest(made.interview)
    assert newest is not None
    assert not selectors.loose(newest)
    assert b"They fit this sound" not in page.get(path).content


@pytest.mark.django_db
def test_times_of_the_only_recording_are_times_of_it() -> None:
    made = recorded(questions=1)
    words = worded(made, SRT)
    assert {row["take"] for row in words.segments} == {clips(made)[0].take}
    other = recorded(make.member())
    base = selectors.mark_of(worded(other))
    with pytest.raises(Refused, match="Make the sound first"):
        transcripts.fit(by=other.by, interview=other.interview, base=base)
