"""The doctor while something else writes: nothing is broken, it could only not look."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from django.db import OperationalError
from django.db.utils import ConnectionHandler

from passalong.cli import doctor

pytestmark = pytest.mark.django_db


def test_a_busy_database_is_said_in_plain_words(tmp_path: Path) -> None:
    kept = tmp_path / "kept.sqlite3"
    writer = sqlite3.connect(kept, isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    own = {"ENGINE": "django.db.backends.sqlite3", "NAME": str(kept), "OPTIONS": {"timeout": 0}}
    reader = ConnectionHandler({"default": own})["default"]

    def look() -> doctor.Check:
        with reader.cursor() as cursor:
            cursor.execute("BEGIN IMMEDIATE")
        return doctor.Check("public address", "ok", "Seen.")

    try:
        found = doctor._look("public address", look)
    finally:
        reader.close()
        writer.close()
    assert found == doctor.Check("public address", "warning", "The database was busy; run it again.")


def test_any_other_trouble_with_the_database_is_broken() -> None:
    def look() -> doctor.Check:
        raise OperationalError("no such table: core_event")

    assert doctor._look("event log", look).text == "OperationalError: no such table: core_event"
