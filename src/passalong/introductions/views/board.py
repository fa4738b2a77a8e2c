"""Introductions by stage, as a board and as a list."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from passalong.accounts.middleware import MemberRequest, member_required
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
    context = {
        "columns": [column for column in columns if column.count],
        "overdue": sum(column.overdue for column in columns),
        "open": sum(column.count for column in columns),
        "closed": selectors.ended(practice),
    }
    return render(request, "introductions/board.html", context)


@member_required
@require_safe
def introductions(request: MemberRequest) -> HttpResponse:
    """The list: open ones unless asked otherwise, due first; searched by the name of either end."""
    practice = request.member.practice
    form = WantedForm(request.GET)
    form.is_valid()
    asked = selectors.Wanted(**{name: form.cleaned_data.get(name, "") for name in form.fields})
    page = Paginator(selectors.wanted(practice, asked), A_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "cards": selectors.cards(page),
        "asked": asked,
        "is_narrowed": any((asked.q, asked.stage, asked.outcome, asked.due)),
        "stages": Stage.choices,
        "outcomes": Outcome.choices,
        "any": page.paginator.count or selectors.has_any(practice),
    }
    return render(request, "introductions/list.html", context)
