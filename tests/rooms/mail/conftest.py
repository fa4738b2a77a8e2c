"""What the tests of mail that comes in share. Django is not set up yet when this file is read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from tests.dnsserver import DnsServer

if TYPE_CHECKING:
    from passalong.accounts.models import Member
    from passalong.contacts.models import Contact


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


@pytest.fixture
def by() -> Member:
    from tests import make

    return make.member(email="owner@practice.test")


@pytest.fixture
def ann(by) -> Contact:
    from tests.rooms.mail import letters

    return letters.ann(by)


@pytest.fixture
def signing(dns: DnsServer) -> DnsServer:
    """Her domain signs: what `letters.sign` writes is proven."""
    from tests.rooms.mail import letters

    letters.publish(dns, "client.test")
    return dns
