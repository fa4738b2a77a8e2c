"""A process that is killed while it publishes: nothing is out, and what it left is tidied by the clock."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import pytest
from tests import make
from tests.rooms.interviews import out
from tests.rooms.interviews.killing import killed

from passalong.core import bigfiles
from passalong.interviews import cards
from passalong.interviews.models import Episode, EpisodeVersion, Stage
from passalong.interviews.services import publishing
from passalong.interviews.tasks import publishing as tasks

DAY = 86_400  # seconds


def _dies(*_all: object) -> bytes:
    os.kill(os.getpid(), signal.SIGKILL)
    return b""


@pytest.mark.storage
@pytest.mark.django_db(transaction=True)
def test_what_a_killed_process_was_making_goes_by_the_clock_and_publishing_goes_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    owner = make.member(make.practice(profession="other"))
    talk = out.written(owner, out.approved(owner))
    with monkeypatch.context() as dying:
        dying.setattr(cards, "quote_card", _dies)  # the snippet is made by then; killed before anything is kept
        killed(lambda: publishing.publish(by=owner, interview=talk))
    making: Path = bigfiles.folder(owner.practice_id) / publishing.MAKING
    (left,) = making.iterdir()
    assert (left / "snippet.mp3").exists()
    assert not EpisodeVersion.objects.exists()
    tasks.let_go_old.call()
    assert left.exists(), "another may be publishing just now"
    publishing.publish(by=owner, interview=talk)
    assert talk.stage == Stage.PUBLISHED
    assert list(making.iterdir()) == [left]
    os.utime(left, (time.time() - DAY - 60,) * 2)
    tasks.let_go_old.call()
    assert not list(making.iterdir())
    assert Episode.objects.get().published_at
    sound = EpisodeVersion.objects.get().snippet
    assert sound
    assert bigfiles.path_of(sound).exists()
