"""Today: what is next."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from passalong.accounts.middleware import MemberRequest, member_required
from passalong.accounts.rules import may
from passalong.desk import selectors


@member_required
@require_safe
def today(request: MemberRequest) -> HttpResponse:
    """Clients to meet, introductions waiting, names to look at again; before all that, the first run."""
    context = {
        "today": selectors.today(request.member.practice),
        "may_remove_demo": may(request.member, "demo.remove"),
    }
    return render(request, "desk/today.html", context)
