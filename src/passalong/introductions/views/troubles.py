"""What went wrong: write it down, tell the referrer where that is allowed, put it right."""

from __future__ import annotations

from datetime import timedelta

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from passalong.accounts.middleware import MemberRequest, member_required
from passalong.core import clock
from passalong.core.errors import Refused
from passalong.core.forms import show_refusal
from passalong.core.lookups import or_404
from passalong.introductions import selectors
from passalong.introductions.forms_news import TroubleForm
from passalong.introductions.models import Trouble
from passalong.introductions.selectors import troubles as found_troubles
from passalong.introductions.selectors.updates import friend_of
from passalong.introductions.services import troubles

SOON = timedelta(days=7)


@member_required
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: MemberRequest, public_id: str) -> HttpResponse:
    """Something went wrong with this introduction."""
    introduction = or_404(selectors.introduction, request.member.practice, public_id)
    form = TroubleForm(request.POST or None, initial={"due_on": clock.today() + SOON})
    if request.method == "POST" and form.is_valid():
        try:
            row = troubles.note(by=request.member, introduction=introduction, **form.cleaned_data)
        except Refused as refused:
            show_refusal(form, refused)
        else:
            messages.success(request, _("Written down."))
            return redirect("introductions:trouble", row.public_id)
    context = {"form": form, "introduction": introduction, "friend": friend_of(introduction)}
    return render(request, "introductions/trouble.html", context, status=422 if form.errors else 200)


@member_required
@require_http_methods(["GET", "HEAD", "POST"])
def trouble(request: MemberRequest, public_id: str) -> HttpResponse:
    """One of them, with its words; kept, put right, or told, by its buttons."""
    row = or_404(found_troubles.one, request.member.practice, public_id)
    said = {"what": row.what, "cause": row.cause, "remedy": row.remedy, "due_on": row.due_on}
    form = TroubleForm(request.POST or None, initial=said)
    if request.method == "POST":
        try:
            if (answer := _act(request, row, form)) is not None:
                return answer
        except Refused as refused:
            form = form if form.is_valid() else TroubleForm(said)
            show_refusal(form, refused)
    context = {
        "form": form,
        "row": row,
        "introduction": row.introduction,
        "friend": friend_of(row.introduction),
        "covering": found_troubles.covering(row.introduction),
    }
    return render(request, "introductions/trouble.html", context, status=422 if form.errors else 200)


def _act(request: MemberRequest, row: Trouble, form: TroubleForm) -> HttpResponse | None:
    act = request.POST.get("act")
    if act == "right":
        troubles.put_right(by=request.member, trouble=row)
        messages.success(request, _("Put right."))
        return redirect("introductions:news")
    if act == "tell":
        return redirect("mail:message", troubles.tell(by=request.member, trouble=row).public_id)
    if not form.is_valid():
        return None
    troubles.change(by=request.member, trouble=row, **form.cleaned_data)
    messages.success(request, _("Kept."))
    return redirect("introductions:trouble", row.public_id)
