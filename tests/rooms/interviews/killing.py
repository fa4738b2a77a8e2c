"""Recordings that have arrived, and processes that are killed."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from typing import Any

from django.db import connections
from tests.rooms.interviews.talking import Talk

from passalong.core import clock
from passalong.interviews import parts
from passalong.interviews.models import Take, TakeState


def arrived(made: Talk, content: bytes, client_id: str = "take-0001", **more: Any) -> Take:
    """All of it is there, nobody has looked at it yet."""
    row: dict[str, Any] = {"state": TakeState.CHECKING, "size": len(content), "done_at": clock.now(), **more}
    take = Take.objects.create(
        practice=made.by.practice, interview=made.interview, voice=made.voice, client_id=client_id, **row
    )
    part = parts.path_of(take.public_id)
    part.parent.mkdir(parents=True, exist_ok=True)
    part.write_bytes(content)
    return take


def killed(run: Callable[[], object]) -> None:
    """Run it in a process of its own that is killed on the way."""
    connections.close_all()
    pid = os.fork()
    if not pid:
        try:
            run()
        finally:
            os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == -signal.SIGKILL
