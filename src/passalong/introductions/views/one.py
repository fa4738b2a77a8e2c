"""The page of one introduction: how it stands, what is next, every move as a button."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from passalong.accounts.middleware import MemberRequest, member_required
from passalong.accounts.rules import may
from passalong.core.errors import Refused
from passalong.core.forms import PutOffForm, show_refusal
from passalong.core.lookups import or_404
from passalong.introductions.acts import ACTS
from passalong.introductions.due import terms_of
from passalong.introductions.forms import GivenForm
from passalong.introductions.models import Introduction
from passalong.introductions.move_forms import MoveForm, TermsForm
from passalong.introductions.selectors import news, ways, words
from passalong.introductions.selectors import one as selectors
from passalong.introductions.services import introducing, reminding, reporting

REPORTED = ("report a no", "report a not now")
# Made by people elsewhere, or on a page of their own with more to say.
NOT_HERE = ("report a yes", "undo")


@member_required
@require_safe
def one(request: MemberRequest, public_id: str) -> HttpResponse:
    """How it stands."""
    return _shown(request, _own(request, public_id))


@member_required
@require_POST
def move(request: MemberRequest, public_id: str) -> HttpResponse:
    """One move by the practice. What the table does not hold is refused, and said on the page."""
    found = _own(request, public_id)
    act = request.POST.get("act", "")
    form = MoveForm(request.POST, act=act)
    if form.is_valid():
        try:
            _move(request, found, form.cleaned_data)
        except Refused as refused:
            show_refusal(form, refused)
        else:
            messages.success(request, f"{ACTS[act].done}.")
            return redirect("introductions:one", public_id)
    return _shown(request, found, refused=form)


def _move(request: MemberRequest, found: Introduction, said: dict[str, Any]) -> None:
    act, told = said["act"], {"on": said["on"], "note": said["note"]}
    if act not in ACTS or act in NOT_HERE:
        raise Refused(_("This cannot be done as the introduction stands now."))
    if act == "win":
        introducing.win(by=request.member, introduction=found, on=said["on"], value=said["value"])
    elif act in REPORTED:
        introducing.report_refusal(by=request.member, introduction=found, act=act, **told)
    else:
        introducing.note(by=request.member, introduction=found, act=act, **told)


@member_required
@require_POST
def undo(request: MemberRequest, public_id: str) -> HttpResponse:
    """Take the last move back, within a day."""
    found = _own(request, public_id)
    try:
        introducing.take_back_move(by=request.member, introduction=found)
        messages.success(request, _("Taken back. It stands as before."))
    except Refused as refused:
        messages.error(request, refused.message)
    return redirect("introductions:one", public_id)


@member_required
@require_POST
def put_off(request: MemberRequest, public_id: str) -> HttpResponse:
    """Be reminded of the next act on another day."""
    found = _own(request, public_id)
    form = PutOffForm(request.POST)
    if form.is_valid():
        try:
            reminding.put_off(by=request.member, introduction=found, until=form.cleaned_data["until"])
        except Refused as refused:
            show_refusal(form, refused)
        else:
            messages.success(request, _("You are reminded on that day."))
            return redirect("introductions:one", public_id)
    return _shown(request, found, later=form)


@member_required
@require_POST
def note_reach(request: MemberRequest, public_id: str) -> HttpResponse:
    """Where they told the practice to write or call."""
    found = _own(request, public_id)
    form = GivenForm(request.POST)
    if form.is_valid():
        try:
            reporting.note_reach(by=request.member, introduction=found, reach=form.cleaned_data["reach"])
        except Refused as refused:
            show_refusal(form, refused)
        else:
            messages.success(request, _("Kept, as given by them."))
            return redirect("introductions:one", public_id)
    return _shown(request, found, given=form)


@member_required
@require_http_methods(["GET", "HEAD", "POST"])
def terms(request: MemberRequest) -> HttpResponse:
    """What the practice promises people who are introduced, and how long it waits."""
    form = TermsForm(request.POST or None, instance=terms_of(request.member.practice))
    if request.method == "POST" and form.is_valid():
        try:
            introducing.set_terms(by=request.member, **form.cleaned_data)
        except Refused as refused:
            show_refusal(form, refused)
        else:
            messages.success(request, _("Kept. It holds for what happens from now on."))
            return redirect("introductions:terms")
    context = {"form": form, "editable": may(request.member, "accounts.change_practice")}
    return render(request, "introductions/terms.html", context, status=422 if form.errors else 200)


def _own(request: MemberRequest, public_id: str) -> Introduction:
    return or_404(selectors.introduction, request.member.practice, public_id)


def _shown(
    request: MemberRequest,
    found: Introduction,
    *,
    refused: MoveForm | None = None,
    later: PutOffForm | None = None,
    given: GivenForm | None = None,
) -> HttpResponse:
    """The page, with the form that was refused in its place."""
    practice, shown = request.member.practice, selectors.one(found)
    acts = [one.act for one in (*shown.onward, *shown.ends)]
    wrong = refused.data.get("act", "") if refused else ""
    context: dict[str, Any] = {
        "one": shown,
        "introduction": found,
        "onward": [(one, refused if one.act == wrong else MoveForm(act=one.act)) for one in shown.onward],
        "ends": [(one, refused if one.act == wrong else MoveForm(act=one.act)) for one in shown.ends],
        "refused": refused if refused and wrong not in acts else None,
        "wrong": wrong,
        "later": later or PutOffForm(),
        "given": given or GivenForm(),
        "may_put_off": found.is_open and found.stage not in reminding.PROMISED,
    }
    for section in (words, ways, news):
        context |= section.context(practice, found)
    status = 422 if any(form and form.errors for form in (refused, later, given)) else 200
    return render(request, "introductions/one.html", context, status=status)
