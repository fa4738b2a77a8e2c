"""The small practice that tests of prospecting share."""

from __future__ import annotations

import pytest


@pytest.fixture
def town(db):
    from tests.rooms.prospecting.town import Town

    return Town()
