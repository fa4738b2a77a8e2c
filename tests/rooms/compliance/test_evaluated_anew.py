"""A change of profession or place in the settings reaches what waits and what is published, by the worker."""

from __future__ import annotations

import pytest
from django.utils.module_loading import import_string
from django_tasks_db.models import DBTaskResult
from tests import make
from tests.rooms.kits import written
from tests.rooms.mail.outgoing import queued, writer

from passalong.kits.models import EditionState
from passalong.kits.services import editions
from passalong.mail.models import MailState

pytestmark = pytest.mark.django_db


def work() -> None:
    """Do everything that is enqueued."""
    while row := DBTaskResult.objects.filter(status="READY").first():
        given = row.args_kwargs
        row.delete()
        import_string(row.task_path).call(*given["args"], **given["kwargs"])


def settle(by, **changes: object) -> None:
    """Save the settings page with these changes, and let the worker work."""
    of = by.practice
    page = {"practice_name": of.name, "profession": of.profession, "country": of.country, "imprint": of.imprint}
    assert make.browser(by).post("/settings/", page | changes).status_code == 302
    work()


def test_a_queued_message_of_a_list_is_held_where_nothing_was_looked_up() -> None:
    by = writer()
    message = queued(by, purpose="news")
    settle(by, country="GB")
    message.refresh_from_db()
    assert message.state == MailState.QUEUED
    settle(by, country="NZ")
    message.refresh_from_db()
    assert (message.state, message.rule) == (MailState.HELD, "adviser.no-source")


def test_a_published_edition_is_withdrawn_where_a_second_person_must_look() -> None:
    by = written.owner()
    edition = editions.publish(by=by, kit=written.kit(by))
    settle(by, also=["coach"])
    edition.refresh_from_db()
    assert edition.state == EditionState.LIVE
    settle(by, also=["broker_dealer"])
    edition.refresh_from_db()
    assert edition.state == EditionState.WITHDRAWN
