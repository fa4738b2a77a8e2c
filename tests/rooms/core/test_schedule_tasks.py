"""Every task of the schedule exists, can be enqueued and runs."""

from __future__ import annotations

import pytest
from django.utils.module_loading import import_string
from tests import make

from passalong.core.schedule import SCHEDULE
from passalong.ties.models import Address
from passalong.ties.tasks import link_addresses


@pytest.mark.django_db
@pytest.mark.parametrize("one", SCHEDULE, ids=lambda one: one.name)
def test_scheduled_tasks_run(one):
    import_string(one.task).call()


@pytest.mark.django_db
def test_addresses_of_contacts_entered_by_hand_are_linked():
    owner = make.member()
    address = Address.objects.create(practice=owner.practice, email="ines@example.org")
    ines = make.contact(owner, "Ines Roth", email="Ines@example.org")
    link_addresses.call()
    address.refresh_from_db()
    assert address.contact == ines
