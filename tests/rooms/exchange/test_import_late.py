"""An import whose task is lost before it begins: the page says so after two minutes, and offers to try again."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from tests import make
from tests.rooms.exchange.files import linkedin

from passalong.cli.doctor import check_worker
from passalong.contacts.models import Contact
from passalong.core import clock, health
from passalong.core.errors import Refused
from passalong.exchange import services
from passalong.exchange.models import BatchState, ImportBatch

pytestmark = pytest.mark.django_db
AT_ONCE = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend", "QUEUES": ["default"]}}


@pytest.fixture
def owner(settings, tmp_path):
    settings.DATA = tmp_path
    return make.member()


@pytest.fixture
def browser(owner):
    return make.browser(owner)


@pytest.fixture
def url(browser, owner):
    """An import that was started, and its task lost."""
    file = SimpleUploadedFile("x.csv", linkedin(("Ann", "Okafor", "Acme", "ann")).encode())
    found = browser.post("/import/", {"file": file, "as_": "auto"}).url
    services.start(by=owner, batch=ImportBatch.objects.get())
    return found


def wait(minutes_of=services.BEGINS_WITHIN * 1.5) -> None:
    ImportBatch.objects.update(started_at=clock.now() - minutes_of)


def test_two_minutes_are_waited_calmly(browser, owner, url):
    page = browser.get(url).content.decode()
    assert "It begins in a moment" in page
    assert "Try again" not in page
    with pytest.raises(Refused):
        services.start(by=owner, batch=ImportBatch.objects.get())


def test_then_the_page_says_that_nothing_has_begun_and_tries_again(browser, settings, url):
    wait()
    assert browser.get(f"{url}progress/").headers["HX-Refresh"] == "true"  # the page that polls is loaded anew
    page = browser.get(url).content.decode()
    assert "is not running" in page
    assert "Try again" in page
    assert "HX-Refresh" not in browser.get(f"{url}progress/?late=1").headers
    settings.TASKS = AT_ONCE
    browser.post(url)
    assert ImportBatch.objects.get().state == BatchState.DONE
    assert Contact.objects.count() == 1
    assert browser.get(f"{url}progress/?late=1").headers["HX-Refresh"] == "true"


def test_where_a_worker_lives_it_may_be_busy(browser, url):
    health.beat("worker")
    wait(services.STALE * 2)
    assert "If another import is still running" in browser.get(url).content.decode()


def test_a_second_task_brings_nothing_in_twice(owner, url):
    wait()
    batch = services.start(by=owner, batch=ImportBatch.objects.get())
    for _task in range(2):
        services.run(batch_id=batch.pk, member_id=owner.pk)
    assert ImportBatch.objects.get().result["created"] == Contact.objects.count() == 1


def test_a_member_who_left_does_not_leave_it_waiting(browser, owner, url):
    services.run(batch_id=ImportBatch.objects.get().pk, member_id=make.member().pk)
    assert ImportBatch.objects.get().state == BatchState.FAILED
    assert "no longer a member" in browser.get(url).content.decode()


def test_the_doctor_says_whether_a_worker_lives(owner):
    found = check_worker()
    assert (found.state, "not running" in found.text) == ("warning", True)
    health.beat("worker")
    assert check_worker().state == "ok"
