"""Named reads on who read: counts by link and edition, parts reached, the hits of one link. Nobody of the public is in
them; a row is a link, and a link is a referrer's."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Count, Max, Q, QuerySet

from passalong.kits.content import PROOF_PART
from passalong.kits.models import Edition, Hit, HitKind, Kit, Link, Passing, Verdict

PAGES = Q(kind=HitKind.HIT, file="page")
Key = tuple[int, int | None]  # link, edition


@dataclass(slots=True)
class Reading:
    """What came of one link in one edition. people: different page answers a person read; machines and unknown:
    requests; reached: for the parts 1 to 5 how many people got to the end of each."""

    link: Link
    edition: Edition | None
    passed: int = 0
    people: int = 0
    machines: int = 0
    unknown: int = 0
    steps: int = 0
    reached: list[int] = field(default_factory=lambda: [0] * PROOF_PART)

    @property
    def half_read_to(self) -> int:
        """The last part whose end at least half of the people reached; 0 when there is none."""
        return max((part for part, n in enumerate(self.reached, 1) if self.people and 2 * n >= self.people), default=0)


@dataclass(frozen=True, slots=True)
class Total:
    """All rows together. parts: how many there are to reach."""

    passed: int
    people: int
    machines: int
    unknown: int
    steps: int
    reached: tuple[int, ...]


SORTS = {
    "people": lambda row: (-row.people, -row.steps),
    "passed": lambda row: (-row.passed, -row.people),
    "read": lambda row: (-row.half_read_to, -row.people),
    "steps": lambda row: (-row.steps, -row.people),
    "machines": lambda row: (-row.machines, -row.people),
    "unknown": lambda row: (-row.unknown, -row.people),
}


def readings(kit: Kit, *, edition: Edition | None = None, sort: str = "people") -> list[Reading]:
    """One row for each link and edition of a kit that something came of, and each open link; in five queries.

    edition: only what was read of this one. sort: a key of SORTS, or "whose".
    """
    links = {link.pk: link for link in Link.objects.filter(kit=kit).select_related("referrer")}
    editions = {one.pk: one for one in Edition.objects.filter(kit=kit).defer("frozen", "rules")}
    rows: dict[Key, Reading] = {}

    def row(link: int, of: int | None) -> Reading:
        return rows.setdefault((link, of), Reading(links[link], editions.get(of) if of else None))

    for link, of, number in _passings(kit):
        if link not in links:  # made since the links were asked for: the next look shows it
            continue
        row(link, of).passed = number
    for link, of, machines, unknown in _others(kit):
        if link not in links:
            continue
        found = row(link, of)
        found.machines, found.unknown = machines, unknown
    for link, of, part, steps in _people(kit):
        if link not in links:
            continue
        found = row(link, of)
        found.people += 1
        found.steps += 1 if steps else 0
        for place in range(min(part or 0, PROOF_PART)):
            found.reached[place] += 1
    seen = {pk for pk, _ in rows}
    for one in links.values():
        if one.pk not in seen and not one.ended_at:
            row(one.pk, None)
    kept = [found for found in rows.values() if edition is None or found.edition == edition]
    kept.sort(key=_whose)
    return kept if sort not in SORTS else sorted(kept, key=SORTS[sort])


def total(rows: Iterable[Reading]) -> Total:
    """The sums of these rows."""
    found = list(rows)
    return Total(
        passed=sum(row.passed for row in found),
        people=sum(row.people for row in found),
        machines=sum(row.machines for row in found),
        unknown=sum(row.unknown for row in found),
        steps=sum(row.steps for row in found),
        reached=tuple(sum(row.reached[place] for row in found) for place in range(PROOF_PART)),
    )


def _whose(row: Reading) -> tuple[bool, str, int]:
    """By the referrer's name, our own links last, later editions first."""
    return (
        row.link.referrer is None,
        str(row.link.referrer or "").casefold(),
        -(row.edition.number if row.edition else 0),
    )


def _passings(kit: Kit) -> QuerySet[Passing, tuple[int, int | None, int]]:
    found = Passing.objects.filter(link__kit=kit).order_by()
    return found.values_list("link", "edition").annotate(Count("pk"))


def _others(kit: Kit) -> QuerySet[Hit, tuple[int, int | None, int, int]]:
    """Requests of machines, and pages of which nobody knows whether they were read."""
    machines = Count("pk", filter=Q(kind=HitKind.HIT, verdict=Verdict.MACHINE))
    unknown = Count("pk", filter=PAGES & Q(verdict=Verdict.UNKNOWN))
    found = Hit.objects.filter(link__kit=kit).exclude(verdict=Verdict.PERSON).order_by()
    return found.values_list("link", "edition").annotate(machines=machines, unknown=unknown)


def _people(kit: Kit) -> QuerySet[Hit, tuple[int, int | None, int | None, int]]:
    """One row for each view a person read: link, edition of the page, furthest part, steps taken."""
    found = Hit.objects.filter(link__kit=kit, verdict=Verdict.PERSON).exclude(view="").order_by()
    by_view = found.values("link", "view").annotate(
        of=Max("edition", filter=PAGES), furthest=Max("part"), steps=Count("pk", filter=Q(what="step"))
    )
    return by_view.values_list("link", "of", "furthest", "steps")


def link_of(kit: Kit, public_id: str) -> Link | None:
    """A link of this kit."""
    return Link.objects.filter(kit=kit, public_id=public_id).select_related("referrer").first()


def hits_of(link: Link, verdict: str = "") -> QuerySet[Hit]:
    """What opened a link, the last first."""
    found = Hit.objects.filter(link=link, kind=HitKind.HIT).select_related("edition").defer("edition__frozen")
    if verdict in Verdict.values:
        found = found.filter(verdict=verdict)
    return found.order_by("-at", "-pk")


def furthest(hits: Iterable[Hit]) -> dict[str, tuple[int | None, int]]:
    """View -> furthest part and number of steps, of these hits that were read."""
    shown = [hit for hit in hits if hit.view and hit.verdict == Verdict.PERSON]
    if not shown:
        return {}
    signs = Hit.objects.filter(link=shown[0].link_id, view__in=[hit.view for hit in shown]).order_by()
    told = signs.values("view").annotate(furthest=Max("part"), steps=Count("pk", filter=Q(what="step")))
    return {view: (part, steps) for view, part, steps in told.values_list("view", "furthest", "steps")}


def has_proof(kit: Kit) -> bool:
    """Whether any edition has a fifth part to reach."""
    return Edition.objects.filter(kit=kit, proofs__isnull=False).exists()
