"""An issue goes out: one message for each reader, made in the background, each once, whatever is killed when.

A reader's row in Sending is written in the transaction that queues their message; whoever has none yet is still to be
written to. So a worker that dies leaves nothing behind, and two at a time make nothing twice.
"""

from __future__ import annotations

import time

from django.db import IntegrityError, transaction
from django.utils.module_loading import import_string
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from passalong.audience import letter
from passalong.audience.models import Issue, IssueState, Sending, Subscriber
from passalong.audience.selectors import issues as selectors
from passalong.audience.services.holding import ABOUT_ISSUE
from passalong.core import clock
from passalong.mail.models import MailPurpose
from passalong.mail.services import outbox
from passalong.mail.services.composing import Recipient

BATCH = 50  # readers looked up together; the stop button is seen between two of them
RUN_FOR = 45.0  # seconds of one task; the next goes on
TASK = "passalong.audience.tasks.go_on"


def wake() -> bool:
    """What the clock calls: take up what a worker left behind. Whether a task was asked for."""
    if not Issue.objects.filter(state=IssueState.SENDING).exists():
        return False
    unfinished = (TaskResultStatus.READY, TaskResultStatus.RUNNING)
    if DBTaskResult.objects.filter(task_path=TASK, status__in=unfinished).exists():
        return False
    import_string(TASK).enqueue()
    return True


def go_on(*, run_for: float = RUN_FOR) -> int:
    """Write to readers of issues that go out until all are written to or the time is up. Returns how many."""
    until, done = time.monotonic() + run_for, 0
    for pk in list(Issue.objects.filter(state=IssueState.SENDING).order_by("started_at").values_list("pk", flat=True)):
        while time.monotonic() < until:
            written = _some(pk)
            if written <= 0:
                break
            done += written
    return done


def _some(pk: int) -> int:
    """The next readers of one issue; how many were written to, -1 when it does not go out any more."""
    issue = Issue.objects.select_related("practice").prefetch_related("items").get(pk=pk)
    if issue.state != IssueState.SENDING:
        return -1
    readers = list(selectors.to_write(issue)[:BATCH])
    if not readers:
        _end(issue)
        return 0
    shown = letter.letter(issue)
    return sum(_write(issue, shown, one) for one in readers)


def _write(issue: Issue, shown: letter.Letter, reader: Subscriber) -> bool:
    try:
        with transaction.atomic():
            if not Issue.objects.select_for_update().filter(pk=issue.pk, state=IssueState.SENDING).exists():
                return False
            sending = Sending.objects.create(practice=issue.practice, issue=issue, subscriber=reader)
            message = outbox.send_now(
                practice=issue.practice,
                purpose=MailPurpose.NEWS,
                to=Recipient(reader.address, reader.name),
                subject=shown.subject,
                text=shown.text,
                html=shown.html,
                key=f"{ABOUT_ISSUE}{issue.public_id} {reader.public_id}",
                about=issue.public_id,
                list_scope="news",
            )
            sending.message = message.public_id
            sending.save(update_fields=["message"])
    except IntegrityError:  # another worker wrote to them in this very moment
        return False
    return True


@transaction.atomic
def _end(issue: Issue) -> None:
    going = Issue.objects.filter(pk=issue.pk, state=IssueState.SENDING)
    going.update(state=IssueState.SENT, ended_at=clock.now())
