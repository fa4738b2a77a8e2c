"""The database itself refuses to change the record, and lets a whole practice go only on purpose."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from django.db import DatabaseError, connection, transaction
from tests import make
from tests.tampering import past_the_guards

import passalong
from passalong.core import blobs, events, guards
from passalong.core.models import Blob, Event, Payload, RecordText, Removal
from passalong.core.records import remove_practice

SRC = Path(passalong.__file__).parent


def _one() -> Event:
    practice = make.practice()
    page = blobs.keep(practice.pk, b"page", "text/html")
    return events.record(practice.pk, "test:happened", subject="s", said="so", texts={"page": page})


def _refused(statement: str, *values: object) -> str:
    with pytest.raises(DatabaseError) as caught, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)
    return str(caught.value)


@pytest.mark.django_db
@pytest.mark.storage
def test_every_guard_is_up_after_all_migrations() -> None:
    assert guards.missing(connection) == []
    with past_the_guards():
        assert set(guards.missing(connection)) == set(guards.names(connection.vendor))
    assert guards.missing(connection) == []


@pytest.mark.django_db
@pytest.mark.storage
@pytest.mark.parametrize(
    ("table", "change"),
    [
        ("core_event", "kind = 'test:other'"),
        ("core_event", "at = at"),
        ("core_payload", "data = '{}'"),
        ("core_payload", "salt = 'x'"),
        ("core_recordtext", "name = 'x'"),
        ("core_blob", "content = NULL"),
        ("core_blob", "digest = 'x'"),
    ],
)
def test_no_row_is_changed(table: str, change: str) -> None:
    _one()
    assert "append-only" in _refused(f"UPDATE {table} SET {change}")  # noqa: S608


@pytest.mark.django_db
@pytest.mark.storage
def test_no_event_is_deleted_or_replaced() -> None:
    event = _one()
    assert "append-only" in _refused("DELETE FROM core_event WHERE id = %s", event.pk)
    with pytest.raises(DatabaseError), transaction.atomic():
        event.practice.delete()
    if connection.vendor == "sqlite":
        assert "append-only" in _refused("INSERT OR REPLACE INTO core_event SELECT * FROM core_event")
    else:
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        assert "append-only" in _refused("TRUNCATE core_event CASCADE")
    assert Event.objects.get() == event


@pytest.mark.django_db
@pytest.mark.storage
def test_a_date_may_be_moved_and_a_payload_erased() -> None:
    _one()
    Payload.objects.update(keep_until=make.DAY)
    Payload.objects.all().delete()
    assert not RecordText.objects.exists()


@pytest.mark.django_db
@pytest.mark.storage
def test_a_practice_goes_with_its_record_and_no_other_does() -> None:
    gone, stays = _one(), _one()
    remove_practice(gone.practice)
    assert list(Event.objects.all()) == [stays]
    assert not Removal.objects.exists()
    assert Blob.objects.count() == 1
    with pytest.raises(DatabaseError), transaction.atomic():
        Event.objects.filter(pk=stays.pk).delete()


def test_no_code_changes_or_deletes_events() -> None:
    """The one way is `remove_practice`. Looks at every `.update(`, `.delete(`, `.save(` on what is made of `Event`."""
    found = [hit for path in sorted(SRC.rglob("*.py")) if "migrations" not in path.parts for hit in _changes(path)]
    assert found == []


def _changes(path: Path) -> list[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    imports = (name for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for name in node.names)
    if not any("Event" in (name.name, name.asname) for name in imports):
        return []
    held = {
        target.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and _made_of_events(node.value, set())
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    verbs = {"update", "delete", "save", "bulk_update", "update_or_create", "_raw_delete"}
    return [
        f"{path.name}:{node.lineno}"
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in verbs
        and _made_of_events(node.func.value, held)
    ]


def _made_of_events(node: ast.AST, held: set[str]) -> bool:
    """Whether an expression starts at `Event` or at a name that holds what was made from it."""
    while isinstance(node, ast.Attribute | ast.Call | ast.Subscript):
        node = node.func if isinstance(node, ast.Call) else node.value
    return isinstance(node, ast.Name) and node.id in {"Event", *held}


def test_the_reader_of_code_sees_a_change(tmp_path: Path) -> None:
    path = tmp_path / "bad.py"
    path.write_text(
        "from passalong.core.models import Event\n"
        "Event.objects.get(pk=1).save()\n"
        "rows = Event.objects.all()\n"
        "rows.filter(pk=1)[:1].update(kind='x')\n"
        "other.update(kind='x')\n"
    )
    assert _changes(path) == ["bad.py:2", "bad.py:4"]
