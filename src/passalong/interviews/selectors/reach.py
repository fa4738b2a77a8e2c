"""Named reads on what an interview reached: people, never machines, and never who they were."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import asdict, dataclass

from django.db.models import Count, Q

from passalong.accounts.models import Practice
from passalong.interviews.models import EpisodeHit, EpisodeLink, Interview
from passalong.kits.models import HitKind, Verdict

HEARD = "heard"  # the sign a page gives once somebody has listened for a while
SOUND = "sound"  # name of the file in a hit


@dataclass(frozen=True, slots=True)
class Reach:
    """readers: page answers that a person read. listeners: those of them in which somebody listened for a while. came:
    readers by the guest's own link. machines: requests of programs. fetched: times the sound was asked for, mostly by
    podcast apps, of which nobody can tell who listens."""

    readers: int = 0
    listeners: int = 0
    came: int = 0
    machines: int = 0
    fetched: int = 0

    def to_json(self) -> dict[str, int]:
        """The numbers by name."""
        return asdict(self)


def reached(interview: Interview) -> Reach:
    """What one interview reached so far."""
    return reached_by(interview.practice, [interview.pk]).get(interview.pk, Reach())


def reached_by(practice: Practice, interviews: Iterable[int]) -> dict[int, Reach]:
    """{primary key of the interview: what it reached}, in one query; those that nobody came to are left out."""
    views = Count("view", distinct=True, filter=~Q(view=""))
    found: dict[int, dict[str, int]] = defaultdict(lambda: dict.fromkeys(Reach.__dataclass_fields__, 0))
    rows = EpisodeHit.objects.filter(practice=practice, link__episode__interview__in=list(interviews)).order_by()
    of = rows.values_list("link__episode__interview", "link__by", "verdict", "kind", "what", "file")
    for key, by, verdict, kind, what, file, people, count in of.annotate(people=views, count=Count("pk")):
        mine = found[key]
        is_page = kind == HitKind.HIT and file == "page"
        if verdict == Verdict.PERSON and is_page:
            mine["readers"] += people
            mine["came"] += people if by == EpisodeLink.By.GUEST else 0
        elif verdict == Verdict.PERSON and what == HEARD:
            mine["listeners"] += people
        elif verdict == Verdict.MACHINE and kind == HitKind.HIT:
            mine["machines"] += count
        if kind == HitKind.HIT and file == SOUND and verdict != Verdict.MACHINE:
            mine["fetched"] += count
    return {key: Reach(**one) for key, one in found.items()}
