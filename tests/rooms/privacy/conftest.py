"""A practice with Ann on file, and the link she asked for. Django is not set up yet when this file is read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from passalong.accounts.models import Member
    from passalong.contacts.models import Contact


@pytest.fixture
def owner() -> Member:
    from tests import make

    found = make.member(make.practice("Berg and Partners"), name="Olivia Berg")
    found.practice.imprint = "1 High Street, Greenfield"
    found.practice.save()
    return found


@pytest.fixture
def ann(owner: Member) -> Contact:
    from tests.rooms.privacy.asked import MAIL

    from passalong.contacts import services as contacts
    from passalong.contacts.models import StandingKind

    return contacts.add_contact(
        by=owner, full_name="Ann Okafor", emails=[MAIL, "second@okafor.example"], phones=["(415) 555-0134"],
        notes="=Sails on Sundays.", standing=StandingKind.CLIENT,
    )  # fmt: skip


@pytest.fixture
def link(ann: Contact) -> tuple[str, str]:
    """The secret of Ann's link and of the page she opened."""
    from tests.rooms.privacy.asked import MAIL, ask, look_all_up, opened, token_of

    ask(MAIL)
    look_all_up()
    token = token_of()
    return token, opened(token)
