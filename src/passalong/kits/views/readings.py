"""Who read: by referrer and edition, to which part, and why something is taken for a machine."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe

from passalong.accounts.middleware import MemberRequest, member_required
from passalong.core.errors import Refused
from passalong.kits import tasks
from passalong.kits.lookups import kit_or_404
from passalong.kits.models import Hit, Verdict
from passalong.kits.reading_words import part_name, reason_words
from passalong.kits.selectors import readings as selectors
from passalong.kits.services import judging

PER_PAGE = 50
AT_ONCE = 20_000  # hits judged while the member waits; more are judged in the background
TONES = {Verdict.PERSON: "good", Verdict.MACHINE: "quiet", Verdict.UNKNOWN: "due"}
FILES = {"page": "", "report": gettext_lazy("Special report"), "white_paper": gettext_lazy("White paper")}


@dataclass(frozen=True, slots=True)
class Bar:
    """How far readers got: one part. width: of 100."""

    name: str
    people: int
    width: int


def _bars(total: selectors.Total, parts: int) -> list[Bar]:
    return [
        Bar(part_name(part), reached, round(100 * reached / total.people) if total.people else 0)
        for part, reached in enumerate(total.reached[:parts], 1)
    ]


@member_required
@require_safe
def readings(request: MemberRequest, public_id: str) -> HttpResponse:
    """What came of each link, and how far people read."""
    kit = kit_or_404(request.member.practice, public_id)
    editions = list(kit.editions.defer("frozen", "rules").exclude(published_at=None))
    asked = request.GET.get("edition", "")
    edition = next((one for one in editions if str(one.number) == asked), None)
    sort = request.GET.get("sort", "people")
    rows = selectors.readings(kit, edition=edition, sort=sort)
    total = selectors.total(rows)
    parts = 5 if total.reached[4] or selectors.has_proof(kit) else 4
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "kit": kit,
        "here": "readings",
        "editions": editions,
        "edition": edition,
        "sort": sort,
        "page": page,
        "rows": [(row, part_name(row.half_read_to) if row.half_read_to else "") for row in page.object_list],
        "total": total,
        "bars": _bars(total, parts),
        "came": bool(total.passed or total.people or total.machines or total.unknown),
    }
    return render(request, "kits/readings.html", context)


@dataclass(frozen=True, slots=True)
class Told:
    """One hit as the page tells it."""

    hit: Hit
    tone: str
    file: str
    why: str
    read_to: str
    steps: int


@member_required
@require_safe
def reading(request: MemberRequest, public_id: str, link_id: str) -> HttpResponse:
    """What opened one link, each with its verdict and why."""
    kit = kit_or_404(request.member.practice, public_id)
    link = selectors.link_of(kit, link_id)
    if link is None:
        raise Http404
    verdict = request.GET.get("verdict", "")
    page = Paginator(selectors.hits_of(link, verdict), PER_PAGE).get_page(request.GET.get("page"))
    furthest = selectors.furthest(page.object_list)
    context = {
        "kit": kit,
        "here": "readings",
        "link": link,
        "page": page,
        "rows": [_told(hit, *furthest.get(hit.view, (None, 0))) for hit in page.object_list],
        "verdict": verdict if verdict in Verdict.values else "",
        "verdicts": Verdict.choices,
    }
    return render(request, "kits/readings_link.html", context)


def _told(hit: Hit, part: int | None, steps: int) -> Told:
    return Told(
        hit=hit,
        tone=TONES[Verdict(hit.verdict)],
        file=str(FILES.get(hit.file, hit.file)),
        why=reason_words(hit.reason) if hit.reason else _("Not judged yet."),
        read_to=part_name(part) if part else "",
        steps=steps,
    )


@member_required
@require_POST
def judge_again(request: MemberRequest, public_id: str) -> HttpResponse:
    """Judge every hit of the practice by today's rules."""
    kit = kit_or_404(request.member.practice, public_id)
    try:
        judging.note_rejudged(by=request.member)
    except Refused as refused:
        messages.error(request, refused.message)
        return redirect("kits:readings", kit.public_id)
    if Hit.objects.filter(practice=kit.practice_id).count() > AT_ONCE:
        tasks.rejudge.enqueue(kit.practice_id)
        messages.info(request, _("All of it is judged again in the background. Look again in a few minutes."))
    else:
        changed = judging.rejudge(request.member.practice)
        said = ngettext("Judged again: %(n)s verdict changed.", "Judged again: %(n)s verdicts changed.", changed)
        messages.success(request, said % {"n": changed} if changed else _("Judged again: nothing changed."))
    return redirect("kits:readings", kit.public_id)
