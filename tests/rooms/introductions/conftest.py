"""Fixtures of introductions. The cast needs Django, which is not there yet when this is read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.rooms.introductions.cast import Passed


@pytest.fixture
def passed() -> Iterator[Passed]:
    """A kit that was passed along."""
    from tests.rooms.introductions.cast import passed_along

    with passed_along() as cast:
        yield cast
