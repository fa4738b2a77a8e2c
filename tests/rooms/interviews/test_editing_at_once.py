"""Many hands at one cut, one sound, one review at the same moment; and a consent that goes meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
from django.db import connection
from tests import sounds
from tests.rooms.interviews.editing import clips, kept, recorded, sounded, worded
from tests.rooms.interviews.killing import arrived
from tests.rooms.interviews.talking import Talk

from passalong.core.errors import Refused
from passalong.core.models import BigFile, Event
from passalong.engine import audio
from passalong.interviews.clips import Finish
from passalong.interviews.meanwhile import Meanwhile
from passalong.interviews.models import Cut, Render, Take, Transcript
from passalong.interviews.selectors import cuts
from passalong.interviews.selectors import transcripts as selectors
from passalong.interviews.services import checking, cutting, rendering, reviewing, transcripts, voices

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.storage]
AT_ONCE = 5


@pytest.fixture
def made(settings: Any) -> Talk:
    settings.PUBLIC_URL = "https://passalong.example.org"
    return recorded()


def _all_at_once(deeds: list[Callable[[], Any]]) -> list[Any]:
    """Run them in threads, each with a connection of its own; what each returned, or was refused with."""

    def done(deed: Callable[[], Any]) -> Any:
        try:
            return deed()
        except Refused as refused:
            return refused
        finally:
            connection.close()

    with ThreadPoolExecutor(len(deeds)) as threads:
        return [end.result() for end in [threads.submit(done, deed) for deed in deeds]]


def test_of_many_who_save_on_one_version_one_saves_and_the_others_are_told(made: Talk) -> None:
    kept(made)
    one, two = clips(made)

    def save(at: int) -> Callable[[], Any]:
        rows = [replace(two, end=1.0 + at / 10), one]
        return lambda: cutting.save(
            by=made.by, interview=made.interview, clips=rows, finish=Finish(), base=1, window=f"w{at}"
        )

    ends = _all_at_once([save(at) for at in range(AT_ONCE)])
    assert sum(isinstance(end, Meanwhile) for end in ends) == AT_ONCE - 1
    assert Cut.objects.count() == 2


def test_a_sound_asked_for_by_many_is_one(made: Talk) -> None:
    cut = kept(made)
    _all_at_once([lambda: rendering.request(by=made.by, cut=Cut.objects.get(pk=cut.pk))] * AT_ONCE)
    assert Render.objects.count() == 1
    assert Event.objects.filter(kind="interviews:sound_asked").count() == 1


def test_words_corrected_by_many_are_one_version_and_the_others_are_told(made: Talk) -> None:
    base = selectors.mark_of(worded(made))

    def correct(at: int) -> Callable[[], Any]:
        said = {"texts": [f"Words {at}.", "Then."], "who": ["", ""]}
        return lambda: transcripts.correct(by=made.by, interview=made.interview, base=base, **said)

    ends = _all_at_once([correct(at) for at in range(AT_ONCE)])
    assert sum(isinstance(end, Meanwhile) for end in ends) == AT_ONCE - 1
    assert Transcript.objects.count() == 2


def test_a_consent_taken_back_at_the_very_end_leaves_no_sound(made: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    row = rendering.request(by=made.by, cut=kept(made))
    plain = audio.render

    def render(*given: Any, **more: Any) -> audio.Rendered:
        found = plain(*given, **more)
        _all_at_once([lambda: voices.revoke(voice=made.voice, to="recording")])
        return found

    monkeypatch.setattr(audio, "render", render)
    before = BigFile.objects.count()
    rendering.run(row.pk)
    row.refresh_from_db()
    assert (row.state, row.file) == ("cancelled", None)
    assert "consented" in row.why
    assert BigFile.objects.count() == before


def test_a_consent_taken_back_before_it_is_approved_stops_the_approval(made: Talk) -> None:
    sounded(made)
    worded(made)
    subject, text = reviewing.letter(made.interview)
    reviewing.send(by=made.by, interview=made.interview, subject=subject, text=text)
    review = cuts.reviewed(made.interview)
    assert review is not None
    shown = selectors.digest_of(review.render, review.transcript)
    voices.revoke(voice=made.voice, to="recording")
    with pytest.raises(Refused, match="has not consented"):
        reviewing.approve(voice=made.voice, review=review, shown=shown)
    with pytest.raises(Refused, match="has not consented"):
        reviewing.report_approval(by=made.by, interview=made.interview, note="by phone")
    made.interview.refresh_from_db()
    assert made.interview.stage == "edited"


def test_a_guest_who_corrects_while_the_desk_takes_it_up_again_is_told(made: Talk) -> None:
    sounded(made)
    words = worded(made)
    subject, text = reviewing.letter(made.interview)
    reviewing.send(by=made.by, interview=made.interview, subject=subject, text=text)
    reviewing.work_again(by=made.by, interview=made.interview)
    with pytest.raises(Refused, match="not with you any more"):
        transcripts.correct_by_guest(voice=made.voice, base=words, texts=["Mine.", "Mine."])
    assert Transcript.objects.count() == 1


def test_a_recording_looked_at_by_two_is_kept_once(made: Talk) -> None:
    take = arrived(made, sounds.mp3(sounds.speech(2.0)), "late-0001")
    before = BigFile.objects.count()
    _all_at_once([lambda: checking.check(take.pk)] * 3)
    take = Take.objects.get(pk=take.pk)
    assert (take.state, take.why) == ("ready", "")
    assert BigFile.objects.count() == before + 1
