"""Today: what is next."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from passalong.accounts.middleware import MemberRequest, member_required
from passalong.accounts.rules import may
from passalong.contacts.lookups import person_or_404
from passalong.core.errors import Refused
from passalong.desk import selectors

NAMES = 3  # of the gameplan on Today


@member_required
@require_safe
def today(request: MemberRequest) -> HttpResponse:
    """The next meeting, what waits for an act, clients to meet; before all that, the first run."""
    context = {
        "today": selectors.today(request.member.practice),
        "may_remove_demo": may(request.member, "demo.remove"),
    }
    return render(request, "desk/today.html", context)


@member_required
@require_safe
def names(request: MemberRequest, public_id: str) -> HttpResponse:
    """The first names of a client's gameplan, as a part of Today; by itself the gameplan."""
    from passalong.prospecting.gameplan import gameplan_for

    client = person_or_404(request.member.practice, public_id)
    if not request.htmx:
        return redirect("prospecting:gameplan_for", public_id=public_id)
    context: dict[str, Any] = {"names": (), "why": ""}
    try:
        context["names"] = gameplan_for(request.member.practice, client).prompts[:NAMES]
    except Refused as refused:
        context["why"] = refused.message
    return render(request, "desk/_next_names.html", context)
