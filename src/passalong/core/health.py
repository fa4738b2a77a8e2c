"""Signs of life: each process touches a small file; /healthz reads them and asks the database."""

from __future__ import annotations

import os
import threading
import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

import passalong
from passalong.core.proxies import is_trusted_proxy, parsed_address
from passalong.core.reach import instance_mark

PARTS = ("web", "worker", "tick")
BEAT_EVERY = 5.0
SILENT_AFTER = 20.0


def _file(part: str) -> Path:
    return Path(settings.DATA) / "run" / f"{part}.beat"


def beat(part: str) -> None:
    """Say that this part is alive."""
    path = _file(part)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(str(os.getpid()))


def beat_always(part: str) -> None:
    """Beat now, and from a thread for as long as this process lives."""
    beat(part)

    def loop() -> None:
        while True:
            time.sleep(BEAT_EVERY)
            try:
                beat(part)
            except OSError:  # a full disk must not end the process; silence tells
                continue

    threading.Thread(target=loop, name="heartbeat", daemon=True).start()


def state(part: str) -> str:
    """running, silent (its last sign is too old), or not started."""
    try:
        age = time.time() - _file(part).stat().st_mtime
    except OSError:
        return "not started"
    return "running" if age < SILENT_AFTER else "silent"


def database_answers() -> bool:
    """Whether the database can be read."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            return bool(cursor.fetchone() == (1,))
    except DatabaseError:
        return False


def report() -> dict[str, Any]:
    """What /healthz tells."""
    has_database = database_answers()
    parts = {part: state(part) for part in PARTS}
    well = has_database and all(said == "running" for said in parts.values())
    return {
        "status": "ok" if well else "degraded" if has_database else "down",
        "version": passalong.__version__,
        "database": "ok" if has_database else "unreachable",
        **parts,
    }


def _is_behind_unknown_proxy(request: HttpRequest) -> bool:
    """Whether somebody forwards this request whose word is not believed: all visitors then look like one."""
    peer = parsed_address(str(request.META.get("REMOTE_ADDR", "")))
    forwards = "HTTP_X_FORWARDED_FOR" in request.META or "HTTP_FORWARDED" in request.META
    return forwards and peer is not None and not is_trusted_proxy(peer)


@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """For supervisors and load balancers: 200 while the database can be reached, else 503."""
    said = report() | {"instance": instance_mark()}
    if _is_behind_unknown_proxy(request):
        said["proxy"] = "not trusted"
    return JsonResponse(said, status=503 if said["status"] == "down" else 200)
