"""The database itself refuses to change the record: triggers on SQLite and PostgreSQL.

An event is written once and stays. A payload and the bytes it names are written once and may be erased, never changed.
All of a practice goes only while `Removal` names it, which `core.records.remove_practice` does inside its transaction.
SQLite loses a table's triggers when a migration builds the table anew: `put_up` again after such a migration. `doctor`
looks whether all are there (`missing`).
"""

from __future__ import annotations

from django.db.backends.base.base import BaseDatabaseWrapper

REMOVED = "core_removal"
# table -> (columns that never change, whether rows stay as long as their practice)
GUARDED: dict[str, tuple[tuple[str, ...], bool]] = {
    "core_event": (
        ("id", "practice_id", "number", "at", "actor", "kind", "subject", "digest", "previous_hash", "hash"),
        True,
    ),
    "core_payload": (("id", "practice_id", "event_id", "salt", "data"), False),  # keep_until may be moved
    "core_recordtext": (("id", "practice_id", "payload_id", "name", "blob_id"), False),
    "core_blob": (("id", "practice_id", "digest", "media_type", "size", "content"), False),
}
NO_CHANGE = "the record is append-only: rows of {table} are never changed"
NO_REMOVAL = "the record is append-only: rows of {table} are never deleted"


def put_up(connection: BaseDatabaseWrapper) -> None:
    """Have the database refuse from now on. Safe to repeat."""
    with connection.cursor() as cursor:
        for statement in _statements(connection.vendor):
            cursor.execute(statement)


def take_down(connection: BaseDatabaseWrapper) -> None:
    """Let the database change rows again: only for a migration that must rewrite them."""
    with connection.cursor() as cursor:
        for name, table in names(connection.vendor).items():
            on = f" ON {table}" if connection.vendor == "postgresql" else ""
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}{on}")


def missing(connection: BaseDatabaseWrapper) -> list[str]:
    """Names of guards that are not there, or do not refuse any more."""
    if connection.vendor == "postgresql":
        found = "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled IN ('O', 'A')"
    else:
        found = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    with connection.cursor() as cursor:
        cursor.execute(found)
        there = {row[0] for row in cursor.fetchall()}
    return [name for name in names(connection.vendor) if name not in there]


def names(vendor: str) -> dict[str, str]:
    """Every guard's name and its table."""
    found = {}
    for table, (_columns, stays) in GUARDED.items():
        found[f"{table}_no_update"] = table
        if stays:
            found[f"{table}_no_delete"] = table
            found[f"{table}_no_truncate" if vendor == "postgresql" else f"{table}_no_replace"] = table
    return found


def _statements(vendor: str) -> list[str]:
    made: list[str] = list(_POSTGRES_FUNCTIONS) if vendor == "postgresql" else []
    write = _postgres if vendor == "postgresql" else _sqlite
    for table, (columns, stays) in GUARDED.items():
        made += write(table, columns, stays)
    return made


def _sqlite(table: str, columns: tuple[str, ...], stays: bool) -> list[str]:
    made = [
        f"CREATE TRIGGER IF NOT EXISTS {table}_no_update BEFORE UPDATE OF {', '.join(columns)} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, '{NO_CHANGE.format(table=table)}'); END"
    ]
    if stays:
        on_purpose = f"NOT EXISTS (SELECT 1 FROM {REMOVED} WHERE practice_key = OLD.practice_id)"  # noqa: S608
        own = "practice_id = NEW.practice_id AND number = NEW.number"
        there = f"SELECT 1 FROM {table} WHERE id = NEW.id OR ({own})"  # noqa: S608 - names of our own
        made += [
            f"CREATE TRIGGER IF NOT EXISTS {table}_no_delete BEFORE DELETE ON {table} WHEN {on_purpose} "
            f"BEGIN SELECT RAISE(ABORT, '{NO_REMOVAL.format(table=table)}'); END",
            # INSERT OR REPLACE deletes without asking the trigger above
            f"CREATE TRIGGER IF NOT EXISTS {table}_no_replace BEFORE INSERT ON {table} WHEN EXISTS ({there}) "
            f"BEGIN SELECT RAISE(ABORT, '{NO_CHANGE.format(table=table)}'); END",
        ]
    return made


_STOP = "USING ERRCODE = 'integrity_constraint_violation'"
_POSTGRES_FUNCTIONS = (
    "CREATE OR REPLACE FUNCTION core_record_no_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
    f"RAISE EXCEPTION '{NO_CHANGE.format(table='%')}', TG_TABLE_NAME {_STOP}; "
    "END $$",
    "CREATE OR REPLACE FUNCTION core_record_no_removal() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "  # noqa: S608
    f"IF TG_OP = 'DELETE' THEN IF EXISTS (SELECT 1 FROM {REMOVED} WHERE practice_key = OLD.practice_id) "
    "THEN RETURN OLD; END IF; "
    f"ELSIF EXISTS (SELECT 1 FROM {REMOVED}) THEN RETURN NULL; END IF; "
    f"RAISE EXCEPTION '{NO_REMOVAL.format(table='%')}', TG_TABLE_NAME {_STOP}; "
    "END $$",
)


def _postgres(table: str, columns: tuple[str, ...], stays: bool) -> list[str]:
    made = [
        f"CREATE OR REPLACE TRIGGER {table}_no_update BEFORE UPDATE OF {', '.join(columns)} ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION core_record_no_change()"
    ]
    if stays:
        made += [
            f"CREATE OR REPLACE TRIGGER {table}_no_delete BEFORE DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION core_record_no_removal()",
            f"CREATE OR REPLACE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION core_record_no_removal()",
        ]
    return made
