"""Recordings are looked at, and kept or refused, whatever is killed on the way."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from tests import sounds
from tests.rooms.interviews.killing import arrived, killed
from tests.rooms.interviews.talking import talk

from passalong.core import bigfiles, clock
from passalong.core.models import BigFile
from passalong.engine import audio
from passalong.interviews import parts
from passalong.interviews.models import Take, TakeState
from passalong.interviews.services import checking, rendering

SOUND = sounds.webm(sounds.speech(3))
OTHER = sounds.mp3(sounds.speech(2, seed=2))


@pytest.fixture(autouse=True)
def nothing_of_others() -> None:
    for left in [*parts.folder().glob("*"), *rendering.folder().glob("*")]:
        left.unlink()


def left_on_disk() -> list[str]:
    return sorted(one.name for one in parts.folder().glob("*.part*"))


@pytest.mark.django_db
def test_a_sound_is_kept_as_it_came_and_told_by_its_content() -> None:
    take = arrived(talk(), SOUND, media_type="text/html", name="evil.m3u8")
    checking.check(take.pk)
    take.refresh_from_db()
    assert (take.state, take.why) == (TakeState.READY, "")
    assert take.file is not None
    assert take.file.media_type == "audio/webm"
    assert take.seconds == pytest.approx(3, abs=0.1)
    assert max(take.peaks) == pytest.approx(0.2, abs=0.05)
    assert bigfiles.path_of(take.file).read_bytes() == SOUND
    assert left_on_disk() == []
    checking.check(take.pk)
    assert BigFile.objects.count() == 1
    checking.check(take.pk + 1000)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"#EXTM3U\nfile:///etc/passwd\n", "list of other files"),
        (b"<html><script>1</script>", "no sound of a kind"),
        (b"OggS" + b"\xff" * 3000, "damaged"),
        (sounds.flac(sounds.silence(2)), "microphone"),
        (sounds.wav(sounds.tone(0.05)), "empty"),
    ],
)
def test_what_is_no_sound_is_refused_with_a_sentence_and_the_answer_before_counts(content: bytes, why: str) -> None:
    made = talk()
    before = arrived(made, SOUND, question=made.questions[0], is_chosen=False)
    take = arrived(made, content, "take-0002", question=made.questions[0])
    checking.check(before.pk)
    checking.check(take.pk)
    before.refresh_from_db()
    take.refresh_from_db()
    assert take.state == TakeState.REFUSED
    assert why in take.why
    assert (take.is_chosen, before.is_chosen, before.state) == (False, True, TakeState.READY)
    assert take.file is None
    assert left_on_disk() == []


@pytest.mark.django_db
def test_a_recording_whose_bytes_are_gone_says_so() -> None:
    take = arrived(talk(), SOUND)
    parts.path_of(take.public_id).unlink()
    checking.check(take.pk)
    take.refresh_from_db()
    assert take.state == TakeState.REFUSED
    assert "again" in take.why


@pytest.mark.django_db
def test_taken_back_while_it_is_looked_at_nothing_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    take = arrived(talk(), SOUND)
    plain = audio.examine

    def examine(path: Path, **more: Any) -> audio.Examined:
        found = plain(path, **more)
        Take.objects.filter(pk=take.pk).delete()
        return found

    monkeypatch.setattr(audio, "examine", examine)
    checking.check(take.pk)
    assert not BigFile.objects.exists()
    assert left_on_disk() == []


@pytest.mark.django_db
def test_a_recording_nobody_looked_at_is_looked_at_by_the_clock() -> None:
    take = arrived(talk(), SOUND)
    assert checking.tend() == 0
    Take.objects.filter(pk=take.pk).update(done_at=clock.now() - timedelta(minutes=21))
    assert checking.tend() == 1


def killed_at(where: Any, name: str, run: Callable[[], object], *, after: bool) -> None:
    """Run it in a process that is killed as it calls this, or right after."""
    plain = getattr(where, name)

    def deadly(*args: Any, **more: Any) -> Any:
        if after:
            plain(*args, **more)
        os.kill(os.getpid(), signal.SIGKILL)

    def child() -> None:
        setattr(where, name, deadly)
        run()

    killed(child)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("where", "name", "after"),
    [
        (audio, "examine", False),
        (audio, "examine", True),
        (os, "link", True),
        (bigfiles, "digest_of", True),
        (bigfiles, "_sync", False),
        (bigfiles, "keep", True),
        (Path, "unlink", False),
    ],
)
def test_killed_anywhere_nothing_of_a_recording_is_lost(where: Any, name: str, after: bool) -> None:
    take = arrived(talk(), SOUND)
    killed_at(where, name, lambda: checking.check(take.pk), after=after)
    checking.check(take.pk)
    checking.check(take.pk)
    take.refresh_from_db()
    assert take.state == TakeState.READY
    assert take.file is not None
    assert bigfiles.path_of(take.file).read_bytes() == SOUND
    assert BigFile.objects.count() == 1
    assert left_on_disk() == []


@pytest.mark.django_db(transaction=True)
def test_killed_after_the_row_was_written_the_part_file_goes_the_next_time() -> None:
    take = arrived(talk(), SOUND)
    real = Path.unlink

    def check() -> None:
        calls = iter(range(100))

        def unlink(self: Path, missing_ok: bool = False) -> None:
            if self == parts.path_of(take.public_id) and next(calls) == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            real(self, missing_ok=missing_ok)

        Path.unlink = unlink  # type: ignore[method-assign]
        checking.check(take.pk)

    killed(check)
    take.refresh_from_db()
    assert take.state == TakeState.READY
    assert len(left_on_disk()) == 1
    checking.check(take.pk)
    assert left_on_disk() == []
    assert take.file is not None
    assert bigfiles.path_of(take.file).read_bytes() == SOUND


def test_every_reason_has_words_and_every_kind_is_served_as_what_it_is() -> None:
    from passalong.engine.audio.sniffing import DEMUXERS

    assert set(checking.WORDS) == set(audio.Why)
    assert set(checking.MEDIA_TYPES) == set(DEMUXERS)
