"""A recording that has arrived is looked at: 90 minutes, and `size` seconds (a minute less than four hours).

Each goes the way of every recording: its bytes stand in the part file of a take, and the worker's own `check` finds out
what it is, how long and how loud, and keeps it. Once as a browser records (Opus in WebM), once as recorders of long ago
write (WAV, 16 bits, 44,100 a second). Memory is of all processes at work together but this one (PSS).
"""

from __future__ import annotations

import os
import tempfile
import time
import wave
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.audio import Memory, processor, talk
from benchmarks.machine import machine

MINUTES_90 = 5_400
MOST_MB = 400.0
RATE = 44_100


def run(size: int) -> dict[str, Any]:
    """Seconds by the clock and of processor time, file by file; the largest memory."""
    os.environ["PASSALONG_DATA"] = tempfile.mkdtemp(prefix="passalong-bench-")
    os.environ["DJANGO_SETTINGS_MODULE"] = "passalong.config.settings"
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    product: dict[str, Any] = {}
    for seconds in sorted({min(MINUTES_90, size), size}):
        for kind, write in (("webm", talk), ("wav", _wav)):
            found = _looked(kind, write, seconds)
            product |= {f"{kind}_{seconds // 60}_min_{key}": value for key, value in found.items()}
    product["load"] = os.getloadavg()[0]
    ready = {f"{key} is ready": value for key, value in product.items() if key.endswith("_ready")}
    memory = [value for key, value in product.items() if key.endswith("_mb_at_most")]
    return {
        "name": "arrived",
        "size": size,
        "machine": machine(),
        "product": {key: value for key, value in product.items() if not key.endswith("_ready")},
        "peers": {},
        "ratios": {},
        "pass": ready | {f"< {MOST_MB:g} MB": max(memory) < MOST_MB},
    }


def _looked(kind: str, write: Any, seconds: int) -> dict[str, Any]:
    import resource

    from passalong.accounts.models import Practice
    from passalong.core import bigfiles, clock
    from passalong.interviews import parts
    from passalong.interviews.models import Interview, Take, TakeState
    from passalong.interviews.services import checking

    practice, _made = Practice.objects.get_or_create(name="Bench", country="US")
    interview = Interview.objects.create(practice=practice, title=f"{kind} {seconds}", stage="agreed")
    take = Take.objects.create(
        practice=practice,
        interview=interview,
        client_id=f"{kind}-{seconds:08}",
        state=TakeState.CHECKING,
        done_at=clock.now(),
    )
    part = parts.path_of(take.public_id)
    part.parent.mkdir(parents=True, exist_ok=True)
    write(part, seconds, 1)
    bytes_of_it = part.stat().st_size
    with Memory() as memory:
        began, before = time.perf_counter(), processor(resource.RUSAGE_CHILDREN) + processor(resource.RUSAGE_SELF)
        checking.check(take.pk)
        took = time.perf_counter() - began
        worked = processor(resource.RUSAGE_CHILDREN) + processor(resource.RUSAGE_SELF) - before
    take.refresh_from_db()
    if take.file is not None:
        bigfiles.path_of(take.file).unlink()
    return {
        "s": took,
        "processor_s": worked,
        "mb_at_most": memory.most,
        "mb_of_file": bytes_of_it / 1e6,
        "ready": take.state == TakeState.READY and abs((take.seconds or 0) - seconds) < 2,
    }


def _wav(file: Path, seconds: float, seed: int) -> None:
    """A minute of a voice that comes and goes, as often as it takes."""
    random = np.random.default_rng(seed)
    at = np.arange(60 * RATE) / RATE
    voice = np.sin(2 * np.pi * 140 * at) * np.clip(np.sin(2 * np.pi * 4 * at), 0, None)
    minute = (8000 * voice + 20 * random.standard_normal(at.size)).astype("<i2").tobytes()
    with wave.open(str(file), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE)
        for _minute in range(int(seconds // 60)):
            out.writeframes(minute)
