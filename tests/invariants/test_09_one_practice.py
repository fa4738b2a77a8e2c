"""Invariant 9: practice, owner and permission are in the query itself: lists, search, filters, jobs, commands.

Every route with another practice's ids: tests/pages/test_leak.py. Here the reads that take no id.
"""

from __future__ import annotations

import pytest
from tests import make

from passalong.contacts import selectors

pytestmark = pytest.mark.django_db


def test_search_finds_nobody_of_another_practice() -> None:
    mine, theirs = make.member(), make.member()
    make.contact(theirs, "Zenobia Quartermaine", email="zenobia@quartermaine.example")
    make.contact(mine, "Anna Berg")
    for query in ("Zenobia", "quartermaine.example", "zenobia@quartermaine.example"):
        assert list(selectors.contacts(mine.practice, query=query)) == []
        assert list(selectors.people_like(mine.practice, query)) == []
        assert selectors.people_meant(mine.practice, query) == []
        page = make.browser(mine).get("/people/", {"q": query}).content.decode()
        assert "Quartermaine" not in page.replace(f'value="{query}"', "")
    assert "Zenobia Quartermaine" in make.browser(theirs).get("/people/", {"q": "Zenobia"}).content.decode()


def test_counts_of_another_practice_do_not_show() -> None:
    mine, theirs = make.member(), make.member()
    for _number in range(3):
        make.client(theirs)
    assert selectors.standing_counts(mine.practice).total == 0
