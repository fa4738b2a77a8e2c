"""What the list of kits shows beside each name, in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, OuterRef, Subquery
from django.utils.translation import gettext as _

from passalong.kits.models import Edition, EditionState, Hit, Kit, Verdict, Version


@dataclass(frozen=True, slots=True)
class Row:
    """A kit on the shelf. state and tone: of its badge; also: a second thing to know; people: who read it."""

    kit: Kit
    state: str
    tone: str
    also: str
    people: int
    saved_at: datetime | None
    saved_by: str


def rows(kits: Iterable[Kit]) -> list[Row]:
    """The kits with where they stand and who saved them last."""
    kits = list(kits)
    newest = Version.objects.filter(kit=OuterRef("kit"), aside=False).order_by("-number").values("number")[:1]
    drafts = Version.objects.filter(kit__in=kits, number=Subquery(newest)).defer("content")
    last = {version.kit_id: version for version in drafts}
    read = Hit.objects.filter(link__kit__in=kits, verdict=Verdict.PERSON).exclude(view="").order_by()
    people = dict(read.values_list("link__kit").annotate(Count("view", distinct=True)))
    by_kit: dict[int, list[Edition]] = {}
    for edition in Edition.objects.filter(kit__in=kits).defer("frozen", "rules").order_by("-number"):
        by_kit.setdefault(edition.kit_id, []).append(edition)
    return [_row(kit, by_kit.get(kit.pk, []), last.get(kit.pk), people.get(kit.pk, 0)) for kit in kits]


def _row(kit: Kit, editions: list[Edition], last: Version | None, people: int) -> Row:
    state, tone, also = _standing(editions, last)
    return Row(kit, state, tone, also, people, last.saved_at if last else None, last.saved_by if last else "")


def _standing(editions: list[Edition], last: Version | None) -> tuple[str, str, str]:
    """Words and tone for where a kit stands, and what else is to be known."""
    by_state = {edition.state: edition for edition in reversed(editions)}
    waiting = by_state.get(EditionState.WAITING)
    live = by_state.get(EditionState.LIVE)
    if live:
        changed = last is not None and live.published_at is not None and last.saved_at > live.created_at
        also = _("Edition %(number)d waits for approval") % {"number": waiting.number} if waiting else ""
        return (
            _("Published, edition %(number)d") % {"number": live.number},
            "good",
            also or (_("Changed since") if changed else ""),
        )
    if waiting:
        return _("Waiting for approval"), "due", ""
    if editions and editions[0].state == EditionState.WITHDRAWN:
        return _("Withdrawn"), "stop", ""
    if editions and editions[0].state == EditionState.REFUSED:
        return _("Not approved"), "due", ""
    return _("Draft"), "quiet", ""
