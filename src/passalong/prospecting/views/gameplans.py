"""Choose a client; the gameplan for the desk; the client's sheet on paper."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.text import slugify
from django.views.decorators.http import require_safe

from passalong.accounts.middleware import MemberRequest, member_required
from passalong.contacts import selectors as contacts
from passalong.contacts.keys import fold
from passalong.contacts.models import Contact
from passalong.core.errors import Refused
from passalong.core.lookups import or_404
from passalong.introductions.selectors.care import may_be_asked
from passalong.privacy.selectors.duties import needs_balancing
from passalong.prospecting import agenda, selectors, sheet
from passalong.prospecting.changes import changes_of
from passalong.prospecting.gameplan import gameplan_for
from passalong.ties import knowledge

PER_PAGE = 50


def client_or_404(request: MemberRequest, public_id: str) -> Contact:
    """A contact of this practice."""
    return or_404(contacts.contact, request.member.practice, public_id)


@member_required
@require_safe
def choose(request: MemberRequest) -> HttpResponse:
    """Clients by name, with the last meeting."""
    practice, query = request.member.practice, request.GET.get("q", "")
    found = contacts.clients(practice)
    for word in fold(query).split():
        found = found.filter(search__contains=word)
    rows = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    last = selectors.last_meetings(practice, [c.pk for c in rows.object_list])
    context = {"page": rows, "clients": [(c, last.get(c.pk)) for c in rows.object_list], "q": query}
    part = "#rows" if request.htmx and not request.htmx.boosted else ""
    return render(request, f"prospecting/choose.html{part}", context)


@member_required
@require_safe
def gameplan(request: MemberRequest, public_id: str) -> HttpResponse:
    """The names this client probably knows, why, and who was left out."""
    client = client_or_404(request, public_id)
    try:
        plan = gameplan_for(request.member.practice, client)
    except Refused as refused:
        return _refused(request, client, refused)
    changes = changes_of(plan)
    context = {
        "plan": plan,
        "rows": [(prompt, changes.of(prompt) if changes else None) for prompt in plan.prompts],
        "changes": changes,
        "client": client,
        "why_not_now": may_be_asked(client)[1],
        "least_p": selectors.least_p(request.member.practice),
        "wish_count": selectors.prospects(request.member.practice).count(),
        "is_current": knowledge.is_current(request.member.practice),
        "meetings": selectors.meetings(request.member.practice, client)[:5],
        "appointment": agenda.next_with(client),
    }
    return render(request, "prospecting/gameplan.html", context)


def _refused(request: MemberRequest, client: Contact, refused: Refused) -> HttpResponse:
    context = {
        "client": client,
        "why": refused.message,
        "needs_balancing": needs_balancing(request.member.practice),
    }
    return render(request, "prospecting/no_gameplan.html", context)


@member_required
@require_safe
def sheet_pdf(request: MemberRequest, public_id: str) -> HttpResponse:
    """The client's sheet as PDF: only what this client may see."""
    client = client_or_404(request, public_id)
    try:
        plan = gameplan_for(request.member.practice, client)
    except Refused as refused:
        return _refused(request, client, refused)
    response = HttpResponse(sheet.as_pdf(request.member.practice, plan), content_type="application/pdf")
    name = slugify(client.full_name) or "client"
    response["Content-Disposition"] = f'inline; filename="gameplan-{name}.pdf"'
    return response
