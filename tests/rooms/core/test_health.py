"""/healthz says how each part is, and 503 only when the database is gone."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
from django.db import DatabaseError, connection
from django.test import Client

from passalong.core import health


@pytest.fixture(autouse=True)
def no_beats(data: Path) -> None:
    for path in (data / "run").glob("*.beat"):
        path.unlink()


@pytest.mark.django_db
def test_it_tells_each_part(data: Path) -> None:
    client = Client()
    answer = client.get("/healthz")
    assert answer.status_code == 200
    said = answer.json()
    assert said["status"] == "degraded"
    assert (said["database"], said["web"], said["worker"], said["tick"]) == ("ok", *["not started"] * 3)
    for part in health.PARTS:
        health.beat(part)
    assert client.get("/healthz").json()["status"] == "ok"
    long_ago = time.time() - health.SILENT_AFTER - 1
    os.utime(data / "run" / "worker.beat", (long_ago, long_ago))
    said = client.get("/healthz").json()
    assert (said["status"], said["worker"]) == ("degraded", "silent")


def test_a_database_out_of_reach_is_503(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> None:
        raise DatabaseError("gone")

    monkeypatch.setattr(connection, "cursor", fail)
    answer = Client().get("/healthz")
    assert answer.status_code == 503
    assert answer.json()["database"] == "unreachable"


@pytest.mark.django_db
def test_it_is_only_read() -> None:
    assert Client().post("/healthz").status_code == 405
