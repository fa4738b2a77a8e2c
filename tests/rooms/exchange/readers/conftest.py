from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def no_network(socket_disabled):
    """Readers have no network: any socket is an error."""
