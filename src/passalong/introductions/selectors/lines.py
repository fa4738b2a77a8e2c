"""What waits for an act, as one line for Today."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from passalong.core import clock


@dataclass(frozen=True, slots=True)
class Due:
    """One line for Today. line: a sentence; url: where it is done; due: by which day."""

    line: str
    url: str
    due: date

    @property
    def is_overdue(self) -> bool:
        return self.due < clock.today()
