"""Which seed is due with whom: said one at a time, some weeks apart, from the first meeting on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _

from passalong.accounts.models import Practice
from passalong.contacts.models import Contact, Standing, StandingKind
from passalong.contacts.resting import awake
from passalong.core import clock
from passalong.core.due import Due
from passalong.introductions.models import Introduction, Seed, Stage
from passalong.introductions.seeds import APART_DAYS, BY_KEY, SEEDS, SeedText
from passalong.introductions.selectors.care import care_url

SPOKEN_WITH = (Stage.INTRODUCED, Stage.GREETED, Stage.MET)  # somebody who said yes, and is no client yet


@dataclass(frozen=True, slots=True)
class Sown:
    """A seed that was said or left out, with its words."""

    seed: Seed
    text: SeedText | None


@dataclass(frozen=True, slots=True)
class NextSeed:
    """The next seed of one person, and from which day on it fits."""

    text: SeedText
    due_on: date

    @property
    def is_due(self) -> bool:
        return self.due_on <= clock.today()


def next_of(person: Contact) -> NextSeed | None:
    """What to say next to this person, None once all is said or for somebody who is neither client nor prospect."""
    since = since_of(person.practice, [person.pk]).get(person.pk)
    return next_seed(Seed.objects.filter(client=person), since) if since else None


def since_of(practice: Practice, people: Iterable[int] | None = None) -> dict[int, tuple[date | None, date]]:
    """For those seeds are sown with, by primary key: since when they are a client, None for somebody who was introduced
    and is none yet; and the day they came on file. A client of unknown date counts from that day. One query."""
    there = awake(Contact.objects.filter(practice=practice, do_not_ask=False))
    there = there if people is None else there.filter(pk__in=people)
    known = there.annotate(is_client=Exists(_as_client()), since=Subquery(_as_client().values("since")))
    rows = known.filter(Q(is_client=True) | Exists(_introduced())).order_by()
    found: dict[int, tuple[date | None, date]] = {}
    for pk, at, is_client, since in rows.values_list("pk", "created_at", "is_client", "since"):
        came = timezone.localdate(at)
        found[pk] = ((since or came) if is_client else None, came)
    return found


def _as_client() -> QuerySet[Standing]:
    return Standing.objects.filter(contact=OuterRef("pk"), kind=StandingKind.CLIENT, until=None)


def _introduced() -> QuerySet[Introduction]:
    return Introduction.objects.filter(prospect=OuterRef("pk"), is_open=True, stage__in=SPOKEN_WITH)


def next_seed(rows: Iterable[Seed], since: tuple[date | None, date]) -> NextSeed | None:
    """The first seed of the list that was neither said nor left out, and its day: some weeks after the last one."""
    said = {row.key: day for row in rows if (day := row.said_on or row.skipped_on)}
    became, came = since
    for text in SEEDS:
        if text.key in said:
            continue
        if text.after is not None and became is None:
            return None
        begin = came if text.after is None or became is None else became + timedelta(days=text.after)
        apart = [day + timedelta(days=APART_DAYS) for day in said.values()]
        return NextSeed(text, max([begin, *apart]))
    return None


def sown_with(person: Contact) -> list[Sown]:
    """What was said, the latest first."""
    rows = [row for row in Seed.objects.filter(client=person) if row.said_on or row.skipped_on]
    rows.sort(key=lambda row: (row.said_on or row.skipped_on or row.due_on, row.pk), reverse=True)
    return [Sown(row, BY_KEY.get(row.key)) for row in rows]


def due(practice: Practice) -> QuerySet[Seed]:
    """Seeds to be said, as the clock wrote them down, the longest due first."""
    rows = Seed.objects.filter(practice=practice, said_on=None, skipped_on=None, due_on__lte=clock.today())
    there = Contact.objects.filter(practice=practice, do_not_ask=False)
    rows = rows.filter(client__in=awake(there.filter(Exists(_as_client()) | Exists(_introduced()))))
    return rows.select_related("client").order_by("due_on", "pk")


def to_say(practice: Practice, limit: int = 10) -> list[Due]:
    """The same as lines for Today: one query."""
    words = _("%(name)s: %(title)s")
    return [
        Due(
            words % {"name": row.client, "title": text.title if (text := BY_KEY.get(row.key)) else row.key},
            care_url(row.client, "seeds"),
            row.due_on,
        )
        for row in due(practice)[:limit]
    ]


def with_words(rows: Iterable[Seed]) -> list[Sown]:
    """The same with what is to be said."""
    return [Sown(row, BY_KEY.get(row.key)) for row in rows]
