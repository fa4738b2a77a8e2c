"""What the tests of mail that comes in share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.dnsserver import DnsServer


@pytest.fixture
def dns(settings) -> Iterator[DnsServer]:
    """A name service that the application asks, empty at first."""
    with DnsServer() as server:
        settings.DNS = server.address
        yield server


@pytest.fixture
def inbox(settings) -> str:
    """Answers are read at this address."""
    settings.MAIL_INBOX = "inbox@practice.test"
    settings.DEFAULT_FROM_EMAIL = "desk@practice.test"
    return str(settings.MAIL_INBOX)
