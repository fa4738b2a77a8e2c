"""The page of one interview: how it stands, what is next, moves by a press, and the parts of the other rooms' pages."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from passalong.accounts.middleware import MemberRequest, member_required
from passalong.core import calendars
from passalong.core.errors import Refused
from passalong.core.forms import PutOffForm, show_refusal
from passalong.core.lookups import or_404
from passalong.interviews import letters
from passalong.interviews.acts import PRESSED
from passalong.interviews.forms.pipeline import DayForm, DaysForm, DescribeForm, InviteForm, MoveForm
from passalong.interviews.models import Interview, Stage
from passalong.interviews.selectors import cuts, episodes, owing, takes
from passalong.interviews.selectors import one as selectors
from passalong.interviews.services import inviting, moving, reminding, scheduling
from passalong.interviews.stages import Who
from passalong.mail.selectors.outbox import addresses_of


def own(request: MemberRequest, public_id: str) -> Interview:
    """The interview of this practice, or the page that says there is none."""
    return or_404(selectors.interview, request.member.practice, public_id)


@member_required
@require_safe
def one(request: MemberRequest, public_id: str) -> HttpResponse:
    """The page."""
    return _shown(request, own(request, public_id))


@member_required
@require_POST
def move(request: MemberRequest, public_id: str) -> HttpResponse:
    """A move that is made by a press."""
    found = own(request, public_id)
    form = MoveForm(request.POST)
    if form.is_valid():
        said = form.cleaned_data
        try:
            if said["act"] not in PRESSED:
                raise Refused(_("This cannot be done as the interview stands now."))
            moving.move(interview=found, act=said["act"], who=Who.MEMBER, by=request.member, note=said["note"])
        except Refused as refused:
            show_refusal(form, refused)
        else:
            messages.success(request, _("Noted."))
            return redirect("interviews:one", public_id)
    return _shown(request, found, refused=form)


@member_required
@require_POST
def put_off(request: MemberRequest, public_id: str) -> HttpResponse:
    """Be reminded of the next act on another day."""
    found = own(request, public_id)
    form = PutOffForm(request.POST)
    if form.is_valid():
        try:
            reminding.put_off(by=request.member, interview=found, until=form.cleaned_data["until"])
        except Refused as refused:
            show_refusal(form, refused)
        else:
            messages.success(request, _("You are reminded on that day."))
            return redirect("interviews:one", public_id)
    return _shown(request, found, later=form)


@member_required
@require_http_methods(["GET", "HEAD", "POST"])
def describe(request: MemberRequest, public_id: str) -> HttpResponse:
    """Working title, what is in it for the guest, note."""
    found = own(request, public_id)
    begun = {"title": found.title, "gain": found.gain, "note": found.note}
    form = DescribeForm(request.POST or None, initial=begun)
    if request.method == "POST" and form.is_valid():
        try:
            inviting.describe(by=request.member, interview=found, **form.cleaned_data)
        except Refused as refused:
            show_refusal(form, refused)
        else:
            messages.success(request, _("Kept."))
            return redirect("interviews:one", public_id)
    context = {"interview": found, "form": form}
    return render(request, "interviews/describe.html", context, status=422 if form.errors else 200)


@member_required
@require_http_methods(["GET", "HEAD", "POST"])
def invite(request: MemberRequest, public_id: str) -> HttpResponse:
    """The invitation: "see" shows the mail as it goes, "send" sends it."""
    found = own(request, public_id)
    known = addresses_of(found.guest) if found.guest else []
    begun = {
        "subject": letters.subject_of(found),
        "opening": letters.opening_of(found.practice, found.kind),
        "gain": found.gain or letters.gain_of(found.practice, found.kind),
    }
    form = InviteForm(request.POST or None, addresses=known, initial=begun)
    context: dict[str, Any] = {"interview": found, "form": form, "may": found.stage == Stage.IDEA and bool(known)}
    if request.method == "POST" and form.is_valid():
        said = dict(form.cleaned_data)
        if request.POST.get("act") == "send":
            try:
                inviting.invite(by=request.member, interview=found, **said)
            except Refused as refused:
                show_refusal(form, refused)
            else:
                messages.success(request, _("Invited. The mail goes in a moment; until then it can be taken back."))
                return redirect("interviews:one", public_id)
        del said["to"]
        context["written"] = inviting.preview(by=request.member, interview=found, **said)
    return render(request, "interviews/invite.html", context, status=422 if form.errors else 200)


@member_required
@require_http_methods(["GET", "HEAD", "POST"])
def schedule(request: MemberRequest, public_id: str) -> HttpResponse:
    """Days offered to the guest, and the day that is agreed on."""
    found = own(request, public_id)
    offers = request.POST.get("act") == "offer"
    data = request.POST if request.method == "POST" else None
    when = {"at": found.scheduled_at, "place": found.place, "minutes": found.minutes}
    fix = DayForm(None if offers else data, initial=when, auto_id="fix-%s")
    offer = DaysForm(data if offers else None, initial=when, auto_id="offer-%s")
    form: DayForm | DaysForm = offer if offers else fix
    if data is not None and form.is_valid():
        try:
            _scheduled(request, found, form)
        except Refused as refused:
            show_refusal(form, refused)
        else:
            return redirect("interviews:one", public_id)
    days = [at for _text, at in selectors.days_to_come(found)]
    context = {"interview": found, "fix": fix, "offer": offer, "days": days}
    return render(request, "interviews/schedule.html", context, status=422 if form.errors else 200)


def _scheduled(request: MemberRequest, found: Interview, form: DayForm | DaysForm) -> None:
    where = {name: form.cleaned_data[name] for name in ("place", "minutes")}
    if isinstance(form, DaysForm):
        scheduling.propose(by=request.member, interview=found, days=form.days, **where)
        messages.success(request, _("Offered. The guest finds these days on their own page."))
    else:
        scheduling.fix(by=request.member, interview=found, at=form.cleaned_data["at"], **where)
        messages.success(request, _("Agreed on. Send the guest the entry for their calendar if you like."))


@member_required
@require_POST
def write(request: MemberRequest, public_id: str) -> HttpResponse:
    """Draft one of the letters to the guest; the next page shows it as it goes."""
    found = own(request, public_id)
    drafts = {
        "questions": inviting.draft_questions,
        "remind": reminding.draft_reminder,
        "day": scheduling.draft_entry,
    }
    try:
        if (draft := drafts.get(request.POST.get("letter", ""))) is None:
            raise Refused(_("Please choose again. Nothing was changed."))
        message = draft(by=request.member, interview=found)
    except Refused as refused:
        messages.error(request, refused.message)
        return redirect("interviews:one", public_id)
    return redirect("mail:message", message.public_id)


@member_required
@require_safe
def entry(request: MemberRequest, public_id: str) -> HttpResponse:
    """The entry for one's own calendar, as a file."""
    try:
        made = selectors.entry_of(own(request, public_id), for_guest=False)
    except Refused as refused:
        raise Http404(refused.message) from refused
    return calendars.answer(made, "interview")


def _onwards(found: Interview) -> tuple[str, str] | None:
    """Where the next act is done, and its words; None where it is done on this page, or somebody else's turn."""
    pages = {
        Stage.IDEA: ("invite", _("Write the invitation")),
        Stage.SCHEDULED: ("recording", _("Record it")),
        Stage.RECORDED: ("cut", _("Put it in order")),
        Stage.EDITED: ("review", _("The guest's approval")),
        Stage.APPROVED: ("publish", _("Prepare and publish")),
        Stage.PUBLISHED: ("publish", _("What the guest shares")),
        Stage.SHARED: ("return", _("Ask for the return")),
        Stage.RETURN_ASKED: ("return", _("Agree on a day")),
    }
    if (page := pages.get(Stage(found.stage))) is None:
        return None
    return reverse(f"interviews:{page[0]}", args=[found.public_id]), page[1]


def _shown(
    request: MemberRequest, found: Interview, *, refused: MoveForm | None = None, later: PutOffForm | None = None
) -> HttpResponse:
    """The page, with the form that was refused in its place."""
    shown = selectors.one(found)
    wrong = refused.data.get("act", "") if refused else ""
    at_hand = [one.act for one in (*shown.onward, *shown.ends)]
    context: dict[str, Any] = {
        "one": shown,
        "interview": found,
        "onward": [(one, refused if one.act == wrong else MoveForm(act=one.act)) for one in shown.onward],
        "ends": [(one, refused if one.act == wrong else MoveForm(act=one.act)) for one in shown.ends],
        "refused": refused if refused and wrong not in at_hand else None,
        "wrong": wrong,
        "later": later or PutOffForm(),
        "onwards": _onwards(found),
        "may_put_off": found.is_open and found.stage != Stage.SCHEDULED,
        "may_schedule": found.stage in (Stage.INVITED, *scheduling.AGREES),
        "may_ask": found.stage in scheduling.AGREES,
    }
    for part in (takes, cuts, episodes, owing):
        context |= part.context(found.practice, found)
    status = 422 if any(form and form.errors for form in (refused, later)) else 200
    return render(request, "interviews/one.html", context, status=status)
