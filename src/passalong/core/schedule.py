"""What happens by the clock: a table of tasks, and the one step that enqueues those that are due."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from cronsim import CronSim
from django.db import transaction
from django.utils import timezone
from django.utils.module_loading import import_string

from passalong.core import clock
from passalong.core.models import ScheduleMark


@dataclass(frozen=True, slots=True)
class Periodic:
    """A task and when it is due, as in cron: minute hour day month weekday, in the server's time zone."""

    name: str
    when: str
    task: str  # dotted path, so that this room imports none above it


SCHEDULE = (
    Periodic("old sessions", "17 3 * * *", "passalong.core.tasks.purge_sessions"),
    Periodic("old task results", "27 3 * * *", "passalong.core.tasks.purge_task_results"),
    Periodic("old links", "37 3 * * *", "passalong.accounts.tasks.purge_links"),
    Periodic("old uploads", "47 3 * * *", "passalong.exchange.tasks.purge_uploads"),
    Periodic("what was erased", "57 3 * * *", "passalong.core.tasks.scrub"),
    Periodic("record past its date", "57 2 * * *", "passalong.compliance.tasks.keep_record"),
    Periodic("kept of forgotten people", "7 3 * * *", "passalong.privacy.tasks.let_go"),
    Periodic("entries kept long enough", "12 3 * * *", "passalong.privacy.tasks.forget_old"),
    Periodic("introductions due", "30 6 * * 1-5", "passalong.introductions.tasks.remind"),
    Periodic("interviews due", "32 6 * * 1-5", "passalong.interviews.tasks.pipeline.remind"),
    Periodic("people who never answered", "2 2 * * *", "passalong.introductions.tasks.forget_silent"),
    Periodic("people to be told", "22 2 * * *", "passalong.privacy.tasks.keep_clocks"),
    Periodic("old privacy links", "42 * * * *", "passalong.privacy.tasks.tidy"),
    Periodic("mailbox", "*/2 * * * *", "passalong.mail.tasks.read_mailbox"),
    Periodic("old mail", "7 4 * * *", "passalong.mail.tasks.forget_inbound"),
    Periodic("salts of addresses", "7 * * * *", "passalong.kits.tasks.forget_salts"),
    Periodic("consents that ended", "2 * * * *", "passalong.kits.tasks.end_expired"),
    Periodic("issues left behind", "* * * * *", "passalong.audience.tasks.wake"),
    Periodic("who never confirmed the news", "17 2 * * *", "passalong.audience.tasks.tidy"),
    Periodic("rules looked at anew", "32 * * * *", "passalong.accounts.tasks.rejudge_all"),
    Periodic("what is owed to clients", "52 1 * * *", "passalong.introductions.tasks.keep_care"),
    Periodic("clients' messages past their day", "22 2 * * *", "passalong.introductions.tasks.forget_words"),
    Periodic("consents of people that ended", "4 * * * *", "passalong.introductions.tasks.end_consents"),
    Periodic("thank-yous", "*/2 * * * *", "passalong.introductions.tasks.send_thanks"),
    Periodic("old sign-in links of referrers", "47 * * * *", "passalong.introductions.tasks.tidy_portal"),
    Periodic("calendars of practices", "12 * * * *", "passalong.prospecting.tasks.read_calendars"),
    Periodic("addresses of new contacts", "*/5 * * * *", "passalong.ties.tasks.link_addresses"),
    Periodic("recordings and sounds left behind", "* * * * *", "passalong.interviews.tasks.sound.tend"),
    Periodic("files of sounds left behind", "42 3 * * *", "passalong.interviews.tasks.sound.tidy"),
    Periodic("recordings that never arrived", "42 3 * * *", "passalong.interviews.tasks.recording.tidy"),
    Periodic("versions of who knows whom", "*/5 * * * *", "passalong.ties.tasks.keep_versions"),
    Periodic("interviews without a consent", "* * * * *", "passalong.interviews.tasks.publishing.watch"),
    Periodic("published interviews looked at", "22 * * * *", "passalong.interviews.tasks.publishing.look_at_all"),
    Periodic("sound past its date", "27 2 * * *", "passalong.interviews.tasks.publishing.let_go_old"),
)


@dataclass(frozen=True, slots=True)
class Often:
    """What the scheduler's own process does every few seconds, because nobody should wait for a worker to do it."""

    name: str
    every: float  # seconds
    call: str  # dotted path


OFTEN = (
    Often("hits on links", 2.0, "passalong.kits.services.hits.keep_up"),
    Often("mail that is due", 2.0, "passalong.mail.services.sending.wake"),
    Often("list of tombstones", 3600.0, "passalong.core.tombstones.keep_file"),  # on each host: each has its own
)


def last_due(when: str, *, after: datetime, until: datetime) -> datetime | None:
    """The latest moment in (after, until] at which `when` falls due: what was missed is done once, not often."""
    latest = next(CronSim(when, timezone.localtime(until) + timedelta(seconds=1), reverse=True), None)
    return latest if latest is not None and latest > after else None


def enqueue_due(schedule: tuple[Periodic, ...] = SCHEDULE) -> list[str]:
    """Enqueue every task that has fallen due, and return their names. Safe when two hosts do it at once."""
    now = clock.now()
    marks = dict(ScheduleMark.objects.values_list("name", "done_until"))  # one read; the writer's lock only when due
    enqueued = []
    for one in schedule:
        if one.name not in marks:
            ScheduleMark.objects.get_or_create(name=one.name, defaults={"done_until": now})
            continue
        due = last_due(one.when, after=marks[one.name], until=now)
        if due is not None and _enqueue(one, marks[one.name], due):
            enqueued.append(one.name)
    return enqueued


@transaction.atomic
def _enqueue(one: Periodic, done_until: datetime, due: datetime) -> bool:
    """Whoever moves the mark enqueues; anybody else finds it moved. Mark and task are one transaction."""
    moved = ScheduleMark.objects.filter(name=one.name, done_until=done_until).update(done_until=due)
    if moved:
        import_string(one.task).enqueue()
    return bool(moved)
