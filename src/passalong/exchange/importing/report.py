"""What became of one file, in the shape the command prints."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any

from passalong.contacts.services.intake import Change, Outcome
from passalong.exchange.readers import Reading, RowNote, Tally

MOST_NOTES = 500


@dataclass(slots=True)
class Report:
    """Counts and notes while a file is brought in. created + updated + unchanged = rows, messages or events read."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    members: int = 0
    notes: list[tuple[int, str]] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    tally: Tally = field(default_factory=Tally)

    def count(self, outcomes: Iterable[Outcome]) -> None:
        """Count rows by what became of them."""
        for outcome in outcomes:
            setattr(self, outcome.value, getattr(self, outcome.value) + 1)

    def note(self, row: int, message: str) -> None:
        """Keep a remark on a row."""
        self.notes.append((row, message))

    def as_json(self, reading: Reading, batch: str) -> dict[str, Any]:
        """The contract's shape."""
        told = [note.as_json() for note in reading.warnings]
        told += [RowNote(row, message).as_json() for row, message in self.notes]
        told.sort(key=lambda note: note["row"])
        counts = self.tally.as_json()
        return {
            "source": reading.source,
            "format": reading.format,
            **counts,
            "evidence": counts["evidence"] + self.members,
            "created": self.created,
            "updated": self.updated,
            "unchanged": self.unchanged,
            "warnings": told[:MOST_NOTES],
            "errors": [note.as_json() for note in reading.errors],
            "batch": batch,
        }

    def changes_as_json(self) -> list[dict[str, Any]]:
        """What was filled in older rows, for the undo."""
        return [asdict(change) for change in self.changes]
