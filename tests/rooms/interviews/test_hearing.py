"""Words written down by the machine here: where the model and the recogniser are; said plainly where they are not."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from tests import make
from tests.rooms.interviews.editing import look, recorded, sounded, sounding
from tests.rooms.interviews.talking import Talk

from passalong.core.errors import Refused
from passalong.interviews.models import Hearing, Transcript
from passalong.interviews.services import hearing, rendering, voices
from passalong.interviews.services import transcripts as services

pytestmark = pytest.mark.django_db
MODEL = os.environ.get("PASSALONG_TEST_WHISPER", "")
SENTENCE = "The practice began with one client at a kitchen table. Now our clients say it for us."


def _asked(made: Talk) -> Hearing:
    return services.ask_to_hear(by=made.by, interview=made.interview)


def _path(made: Talk) -> str:
    return f"/interviews/{made.interview.public_id}/words"


def test_without_a_model_nothing_is_offered(settings: Any) -> None:
    made = recorded(questions=1)
    assert b"Written down by this server" not in make.browser(made.by).get(_path(made)).content
    with pytest.raises(Refused, match="No speech recognition"):
        _asked(made)


def test_a_model_that_is_not_there_is_said_and_asked_again(settings: Any, tmp_path: Path) -> None:
    settings.WHISPER_MODEL = str(tmp_path)
    made = recorded(questions=1)
    with pytest.raises(Refused, match="Make the sound first"):
        _asked(made)
    sounded(made)
    page = make.browser(made.by)
    page.post(f"{_path(made)}/hear")
    row = Hearing.objects.get()
    hearing.run(row.pk)
    row.refresh_from_db()
    assert row.state == "failed"
    assert "guide to transcribing" in row.why
    assert b"guide to transcribing" in page.get(_path(made)).content
    page.post(f"{_path(made)}/hear")
    row.refresh_from_db()
    assert (row.state, Hearing.objects.count()) == ("waiting", 1)


def test_a_voice_that_takes_its_consent_back_stops_it(settings: Any, tmp_path: Path) -> None:
    settings.WHISPER_MODEL = str(tmp_path)
    made = recorded(questions=1)
    sounded(made)
    row = _asked(made)
    voices.revoke(voice=made.voice, to="recording")
    hearing.run(row.pk)
    row.refresh_from_db()
    assert row.state == "failed"
    assert "taken the consent back" in row.why
    assert not Transcript.objects.exists()


def test_sound_on_its_way_to_the_recogniser_lies_where_the_clock_clears(
    settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.WHISPER_MODEL = str(tmp_path)
    made = recorded(questions=1)
    sounded(made)
    row = _asked(made)
    there: list[Path] = []

    def cut_off(_sound: Path, out: Path) -> None:
        there.append(out)
        raise OSError

    monkeypatch.setattr(hearing.audio, "wav16", cut_off)
    hearing.run(row.pk)
    assert there[0].parent.parent == rendering.folder(), "what a killed worker leaves there is gone after a day"


@pytest.mark.skipif(
    not MODEL or importlib.util.find_spec("faster_whisper") is None or shutil.which("espeak-ng") is None,
    reason="needs faster-whisper, espeak-ng and PASSALONG_TEST_WHISPER, the folder of a model",
)
def test_what_is_said_is_written_down(settings: Any, tmp_path: Path) -> None:
    settings.WHISPER_MODEL = MODEL
    made = recorded(questions=0)
    said = tmp_path / "said.wav"
    subprocess.run(["espeak-ng", "-v", "en-us", "-s", "140", "-w", str(said), SENTENCE], check=True)
    made.send(said.read_bytes())
    look(made)
    sounding(made)
    row = _asked(made)
    hearing.run(row.pk)
    row.refresh_from_db()
    assert row.state == "done", row.why
    found = Transcript.objects.get()
    assert found.source == "heard"
    words = " ".join(segment["text"] for segment in found.segments).casefold()
    assert "one client at a kitchen table" in words
    assert found.segments[0]["start"] is not None
    hearing.run(row.pk)
    assert Transcript.objects.count() == 1, "a task that is done twice writes once"
