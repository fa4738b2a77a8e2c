"""Named reads on what was read of an issue: people, not machines, and never who."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Q

from passalong.audience.models import Issue, IssueItem, ItemHit
from passalong.kits.models import HitKind, Verdict

FEWEST = 5  # people; fewer are not told apart


@dataclass(frozen=True, slots=True)
class Read:
    """One piece and what came of it. people: page answers that a person read, None below FEWEST but above none;
    machines: requests of programs."""

    item: IssueItem
    people: int | None
    machines: int

    @property
    def is_few(self) -> bool:
        return self.people is None


def read_of(issue: Issue) -> list[Read]:
    """One row for each piece that leads somewhere, in order; two queries."""
    people = Count("view", distinct=True, filter=Q(verdict=Verdict.PERSON) & ~Q(view=""))
    machines = Count("pk", filter=Q(verdict=Verdict.MACHINE, kind=HitKind.HIT))
    rows = ItemHit.objects.filter(link__issue=issue).order_by().values_list("link")
    found = {key: (read, other) for key, read, other in rows.annotate(people=people, machines=machines)}
    return [
        Read(one, _told(found.get(one.pk, (0, 0))[0]), found.get(one.pk, (0, 0))[1])
        for one in issue.items.all()
        if one.url
    ]


def _told(people: int) -> int | None:
    return None if 0 < people < FEWEST else people
