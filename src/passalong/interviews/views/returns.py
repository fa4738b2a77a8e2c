"""Turning the tables: who owes whom, and the return of one interview."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from passalong.accounts.middleware import MemberRequest, member_required
from passalong.core.errors import Refused
from passalong.core.forms import show_refusal
from passalong.core.lookups import or_404
from passalong.interviews import pitch
from passalong.interviews.forms.partners import AskForm, LogForm, ScheduleForm
from passalong.interviews.models import Interview, Return
from passalong.interviews.selectors import owing as selectors
from passalong.interviews.selectors import reach
from passalong.interviews.services import returning

A_PAGE = 50
A_PAGE_OF_JSON = 500


@member_required
@require_safe
def owing(request: MemberRequest) -> HttpResponse:
    """Who owes whom, whoever owes most first."""
    practice = request.member.practice
    page = Paginator(selectors.counted(practice), A_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "accounts": selectors.accounts(practice, page), "totals": selectors.totals(practice)}
    return render(request, "interviews/owing.html", context)


@member_required
@require_safe
def owing_json(request: MemberRequest) -> HttpResponse:
    """The same as JSON, with the interviews that were given: what each reached, and what its return reached. A page at
    a time (?page=2); `pages` says how many there are."""
    practice, wanted = request.member.practice, request.GET.get("page")
    accounts = Paginator(selectors.counted(practice), A_PAGE_OF_JSON)
    talks = Paginator(selectors.given(practice), A_PAGE_OF_JSON)
    pages = max(accounts.num_pages, talks.num_pages)
    number = int(wanted) if wanted and wanted.isascii() and wanted.isdigit() and len(wanted) < 9 else 1
    shown = list(talks.page(number)) if 1 <= number <= talks.num_pages else []
    owed = list(accounts.page(number)) if 1 <= number <= accounts.num_pages else []
    reached = reach.reached_by(practice, [one.pk for one in shown])
    data = {
        "partners": [one.to_json() for one in selectors.accounts(practice, owed)],
        "interviews": [selectors.given_json(one, reached.get(one.pk, reach.Reach()).to_json()) for one in shown],
        "totals": selectors.totals(practice),
        "page": number,
        "pages": pages,
    }
    answer = JsonResponse(data)
    answer["Cache-Control"] = "no-store"
    return answer


@member_required
@require_safe
def one(request: MemberRequest, public_id: str) -> HttpResponse:
    """The return of one interview: asked for, agreed on, logged."""
    return _show(request, _own(request, public_id))


@member_required
@require_POST
def ask(request: MemberRequest, public_id: str) -> HttpResponse:
    """Ask for it with these words, by mail or as it was done."""
    found, form = _own(request, public_id), AskForm(request.POST)
    said = lambda: returning.ask(by=request.member, interview=found, **form.cleaned_data)  # noqa: E731
    if form.is_valid() and _done(form, said):
        by_mail = form.cleaned_data["by_mail"]
        messages.success(request, _("The mail is on its way.") if by_mail else _("Noted as asked."))
        return redirect("interviews:return", public_id)
    return _show(request, found, ask_form=form)


@member_required
@require_POST
def schedule(request: MemberRequest, public_id: str) -> HttpResponse:
    """Where and when."""
    found, form = _own(request, public_id), ScheduleForm(request.POST)
    if form.is_valid() and _done(
        form, lambda: returning.schedule(by=request.member, interview=found, **form.cleaned_data)
    ):
        messages.success(request, _("Kept."))
        return redirect("interviews:return", public_id)
    return _show(request, found, day_form=form)


@member_required
@require_POST
def log(request: MemberRequest, public_id: str) -> HttpResponse:
    """It took place, and this came of it."""
    found, form = _own(request, public_id), LogForm(request.POST)
    if form.is_valid() and _done(form, lambda: returning.log(by=request.member, interview=found, **form.cleaned_data)):
        messages.success(request, _("Logged. The tables are turned."))
        return redirect("interviews:return", public_id)
    return _show(request, found, log_form=form)


@member_required
@require_POST
def forgo(request: MemberRequest, public_id: str) -> HttpResponse:
    """It will not be returned."""
    found = _own(request, public_id)
    try:
        returning.forgo(by=request.member, interview=found)
        messages.success(request, _("Closed. Nobody owes anything for it."))
    except Refused as refused:
        messages.error(request, refused.message)
    return redirect("interviews:return", public_id)


def _own(request: MemberRequest, public_id: str) -> Interview:
    return or_404(selectors.interview, request.member.practice, public_id)


def _done(form: forms.BaseForm, act: Callable[[], Any]) -> bool:
    try:
        act()
    except Refused as refused:
        show_refusal(form, refused)
        return False
    return True


def _show(request: MemberRequest, found: Interview, **refused: forms.Form) -> HttpResponse:
    """The page, with the form that was refused in its place."""
    practice = request.member.practice
    questions = selectors.questions_about_us(practice)
    begun = Return.objects.filter(practice=practice, interview=found).first()
    words = pitch.ready(found, sender=request.member.user.name or practice.name, questions=questions)
    day = {"on": timezone.localtime(begun.on), "where": begun.where, "url": begun.url} if begun and begun.on else {}
    logged = {"reached": begun.reached, "came": begun.came, "note": begun.note} if begun else {}
    context: dict[str, Any] = {
        "interview": found,
        "questions": questions,
        "return_talk": begun,
        "is_out": found.stage in selectors.GIVEN,
        "ask_form": AskForm(initial={"pitch": words}),
        "day_form": ScheduleForm(initial=day),
        "log_form": LogForm(initial=logged),
        "reached": reach.reached(found),
    }
    context |= selectors.context(practice, found) | refused
    return render(request, "interviews/return.html", context, status=422 if refused else 200)
