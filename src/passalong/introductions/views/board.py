"""Introductions by stage, as a board and as a list."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from passalong.accounts.middleware import MemberRequest, member_required
from passalong.core.staged import Wanted
from passalong.introductions.models import Outcome, Stage
from passalong.introductions.move_forms import WantedForm
from passalong.introductions.selectors import board as selectors

A_PAGE = 50


@member_required
@require_safe
def board(request: MemberRequest) -> HttpResponse:
    """Every open stage with its first cards, those due first."""
    practice = request.member.practice
    columns = selectors.board(practice)
    overdue = sum(column.overdue for column in columns)
    context = {"columns": columns, "overdue": overdue, "ended": selectors.ended(practice)}
    return render(request, "introductions/board.html", context)


@member_required
@require_safe
def introductions(request: MemberRequest) -> HttpResponse:
    """The list: open ones unless asked otherwise, due first; searched by the name of either end."""
    practice = request.member.practice
    asked = Wanted(**WantedForm(request.GET).asked())
    page = Paginator(selectors.wanted(practice, asked), A_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "cards": [selectors.card(one) for one in page],
        "asked": asked,
        "stages": Stage.choices,
        "outcomes": Outcome.choices,
        "any": page.paginator.count or selectors.all_of(practice).exists(),
    }
    return render(request, "introductions/list.html", context)
