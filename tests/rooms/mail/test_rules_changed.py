"""Mail that waits is held against the rules of the day: another profession may ask for more than was enough before."""

from __future__ import annotations

import pytest
from django.utils.module_loading import import_string
from django_tasks_db.models import DBTaskResult
from tests import make
from tests.rooms.mail.outgoing import client, queued, writer

from passalong.accounts import services as accounts
from passalong.compliance.services import consent
from passalong.contacts.services import note_given
from passalong.mail.models import MailState

pytestmark = pytest.mark.django_db


def work(path: str) -> None:
    """Do what is enqueued of one task; the worker's own loop would close this test's database."""
    for row in DBTaskResult.objects.filter(task_path=path, status="READY"):
        import_string(path).call(*row.args_kwargs["args"], **row.args_kwargs["kwargs"])
        row.delete()


def test_a_dentist_needs_the_persons_own_answer_also_for_what_waits_already():
    owner = writer()
    accounts.change_practice(by=owner, name="Harbour", profession="consultant", country="US", region="OR")
    friend = make.contact(owner, "Ben Mori", email="ben@friend.example")
    referrer = client(owner)
    consent.grant_reported(by=owner, person=friend, told_by=referrer, words="He would like to hear.", on=make.DAY)
    note_given(by=owner, contact=friend, reach="ben@friend.example")
    scheduled, to_client = queued(owner, friend), queued(owner, referrer)
    assert {scheduled.state, to_client.state} == {MailState.QUEUED}

    owner.practice.refresh_from_db()
    accounts.change_practice(by=owner, name="Harbour", profession="dentist", country="US", region="OR")
    work("passalong.mail.tasks.rejudge")
    scheduled.refresh_from_db()
    to_client.refresh_from_db()
    assert scheduled.state == MailState.HELD
    assert scheduled.reason
    assert to_client.state == MailState.QUEUED
