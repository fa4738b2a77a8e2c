"""The sound of a cut is made, whatever is killed on the way, and only while every voice allows it."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connections
from tests import make, sounds
from tests.rooms.interviews.editing import kept, recorded
from tests.rooms.interviews.killing import arrived
from tests.rooms.interviews.talking import Talk

from passalong.core import bigfiles, clock
from passalong.core.errors import NotAllowed, Refused
from passalong.core.models import BigFile, Event
from passalong.engine import audio
from passalong.interviews import parts
from passalong.interviews.models import Render, RenderState, Take, TakeState, VoiceConsent
from passalong.interviews.services import checking, cutting, rendering
from passalong.interviews.tasks import sound as tasks


@pytest.fixture(autouse=True)
def nothing_of_others() -> None:
    for left in [*parts.folder().glob("*"), *rendering.folder().glob("*")]:
        left.unlink()


@pytest.fixture
def made() -> Talk:
    return recorded()


@pytest.mark.storage
@pytest.mark.django_db
def test_a_sound_is_asked_for_once_and_made(made: Talk, tmp_path: Path) -> None:
    cut = kept(made)
    row = rendering.request(by=made.by, cut=cut)
    assert row.state == RenderState.WAITING
    assert rendering.request(by=made.by, cut=cut) == row
    rendering.run(row.pk)
    row.refresh_from_db()
    assert (row.state, row.why, row.progress) == (RenderState.DONE, "", 100)
    assert row.loudness == pytest.approx(-16, abs=0.5)
    assert row.seconds == pytest.approx(4, abs=0.3)
    assert [one["title"] for one in row.chapters] == [one.text for one in made.questions]
    assert row.file is not None
    assert row.file.media_type == "audio/mpeg"
    whole, peak = sounds.loudness(bigfiles.path_of(row.file))
    assert whole == pytest.approx(-16, abs=0.5)
    assert peak <= -1.5
    assert rendering.request(by=made.by, cut=cut) == row
    rendering.run(row.pk)
    assert Render.objects.count() == 1
    assert list(rendering.folder().iterdir()) == []
    assert Event.objects.filter(kind="interviews:sound_asked").count() == 1


@pytest.mark.django_db
def test_a_sound_is_of_a_member_of_the_practice_alone(made: Talk) -> None:
    cut, stranger = kept(made), make.member()
    with pytest.raises((Refused, NotAllowed, LookupError)):
        rendering.request(by=stranger, cut=cut)
    row = rendering.request(by=made.by, cut=cut)
    with pytest.raises((Refused, NotAllowed, LookupError)):
        rendering.cancel(by=stranger, render=row)
    row.refresh_from_db()
    assert row.state == RenderState.WAITING


@pytest.mark.django_db
def test_nothing_is_made_of_nothing_and_of_what_is_gone(made: Talk) -> None:
    cut = kept(made)
    clips = [{**one, "kept": False} for one in cut.clips]
    cut.clips = clips
    cut.save()
    with pytest.raises(Refused, match="Nothing is kept"):
        rendering.request(by=made.by, cut=cut)
    cut.clips = [{**one, "kept": True} for one in clips]
    cut.save()
    Take.objects.filter(public_id=clips[0]["take"]).update(state=TakeState.REFUSED)
    with pytest.raises(Refused, match="not here any more"):
        rendering.request(by=made.by, cut=cut)
    assert not Render.objects.exists()


@pytest.mark.django_db
def test_without_every_consent_no_sound_is_made(made: Talk) -> None:
    """Asked before, while it waits, and while it is made."""
    cut = kept(made)
    row = rendering.request(by=made.by, cut=cut)
    VoiceConsent.objects.update(revoked_at=clock.now())
    rendering.run(row.pk)
    row.refresh_from_db()
    assert (row.state, row.file) == (RenderState.FAILED, None)
    assert "Priya Nair has not consented" in row.why
    with pytest.raises(Refused, match="Priya Nair has not consented"):
        rendering.request(by=made.by, cut=cut)


@pytest.mark.django_db
@pytest.mark.parametrize("moment", ["on its way", "at the end"])
def test_a_consent_taken_back_while_it_is_made_ends_it(
    made: Talk, moment: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = rendering.request(by=made.by, cut=kept(made))
    monkeypatch.setattr(rendering, "EVERY", 0.0 if moment == "on its way" else 1000.0)
    real = audio.render

    def render(plan: audio.Plan, out: Path, *more: Any) -> audio.Rendered:
        if moment == "on its way":
            VoiceConsent.objects.update(revoked_at=clock.now())
        found = real(plan, out, *more)
        VoiceConsent.objects.update(revoked_at=clock.now())
        return found

    monkeypatch.setattr(audio, "render", render)
    rendering.run(row.pk)
    row.refresh_from_db()
    assert (row.state, row.file) == (RenderState.CANCELLED, None)
    assert "Priya Nair" in row.why
    assert not BigFile.objects.filter(media_type="audio/mpeg", pk__gt=Take.objects.last().file_id).exists()  # type: ignore[union-attr]


@pytest.mark.storage
@pytest.mark.django_db
def test_called_off_while_it_waits_and_while_it_is_made(made: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    cut = kept(made)
    waits = rendering.request(by=made.by, cut=cut)
    assert rendering.cancel(by=made.by, render=waits).state == RenderState.CANCELLED
    rendering.run(waits.pk)
    waits.refresh_from_db()
    assert waits.state == RenderState.CANCELLED
    row = rendering.request(by=made.by, cut=cut)
    assert row != waits
    monkeypatch.setattr(rendering, "EVERY", 0.0)
    real = audio.render

    def render(plan: audio.Plan, out: Path, *more: Any) -> audio.Rendered:
        assert rendering.cancel(by=made.by, render=row).state == RenderState.RUNNING
        return real(plan, out, *more)

    monkeypatch.setattr(audio, "render", render)
    rendering.run(row.pk)
    row.refresh_from_db()
    assert (row.state, row.why) == (RenderState.CANCELLED, "")
    assert list(rendering.folder().iterdir()) == []
    assert Event.objects.filter(kind="interviews:sound_called_off").count() == 2


@pytest.mark.django_db
def test_another_order_calls_off_the_sound_of_the_one_before(made: Talk) -> None:
    from dataclasses import replace

    from passalong.interviews.clips import Finish, clips_from

    first = kept(made)
    before = rendering.request(by=made.by, cut=first)
    clips = clips_from(first.clips)
    other = cutting.save(
        by=made.by, interview=made.interview, clips=[replace(clips[0], end=1.5), *clips[1:]], finish=Finish()
    )
    after = rendering.request(by=made.by, cut=other)
    before.refresh_from_db()
    assert (before.state, after.state) == (RenderState.CANCELLED, RenderState.WAITING)


@pytest.mark.django_db
def test_a_late_worker_finds_that_it_is_not_its_own_any_more(made: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    row = rendering.request(by=made.by, cut=kept(made))
    real = audio.render

    def render(plan: audio.Plan, out: Path, *more: Any) -> audio.Rendered:
        found = real(plan, out, *more)
        Render.objects.filter(pk=row.pk).update(claimed_at=clock.now())  # another took it up meanwhile
        return found

    monkeypatch.setattr(audio, "render", render)
    rendering.run(row.pk)
    row.refresh_from_db()
    assert (row.state, row.file, row.ended_at) == (RenderState.RUNNING, None, None)


@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_while_it_makes_a_sound_leaves_nothing_at_work_and_another_goes_on() -> None:
    made = recorded()
    long = sounds.wav(sounds.speech(40))
    take = arrived(made, long, question=made.questions[0])
    checking.check(take.pk)
    row = rendering.request(by=made.by, cut=kept(made))
    connections.close_all()
    worker = os.fork()
    if not worker:
        try:
            rendering.run(row.pk)
        finally:
            os._exit(1)
    until = time.monotonic() + 30
    while time.monotonic() < until and not (below := list(_below(worker))):
        time.sleep(0.05)
    time.sleep(0.5)
    below = list(_below(worker))
    assert below
    os.kill(worker, signal.SIGKILL)
    os.waitpid(worker, 0)
    until = time.monotonic() + 10
    while time.monotonic() < until and any(_is_at_work(pid) for pid in below):
        time.sleep(0.05)
    assert not any(_is_at_work(pid) for pid in below)
    row.refresh_from_db()
    assert row.state == RenderState.RUNNING
    rendering.run(row.pk)  # it may still be alive
    row.refresh_from_db()
    assert row.state == RenderState.RUNNING
    assert rendering.tend() == 0
    Render.objects.filter(pk=row.pk).update(claimed_at=clock.now() - timedelta(seconds=61))
    assert rendering.tend() == 1
    tasks.make_sound.call(row.pk)
    row.refresh_from_db()
    assert row.state == RenderState.DONE
    assert row.seconds == pytest.approx(44, abs=1)
    assert list(rendering.folder().iterdir()) == []


def _below(parent: int) -> Iterator[int]:
    for task in Path(f"/proc/{parent}/task").glob("*/children"):
        for pid in map(int, task.read_text().split()):
            yield pid
            yield from _below(pid)


def _is_at_work(pid: int) -> bool:
    try:
        return "Z" not in Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False


@pytest.mark.django_db
def test_what_cannot_be_made_in_a_day_is_given_up_and_left_files_go(made: Talk) -> None:
    row = rendering.request(by=made.by, cut=kept(made))
    Render.objects.filter(pk=row.pk).update(created_at=clock.now() - timedelta(days=2))
    assert rendering.tend() == 0
    row.refresh_from_db()
    assert row.state == RenderState.FAILED
    assert row.why
    old, young = rendering.folder() / "old.mp3.work", rendering.folder() / "young.mp3"
    old.mkdir()
    (old / "0.pcm").write_bytes(b"x")
    young.write_bytes(b"x")
    os.utime(old, (0, 0))
    tasks.tidy.call()
    assert [one.name for one in rendering.folder().iterdir()] == ["young.mp3"]
