"""The meeting sheet: on a tablet between two people, so it holds nothing the client may not see."""

from __future__ import annotations

from contextlib import suppress

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from passalong.accounts.middleware import MemberRequest, member_required
from passalong.contacts import selectors as contacts
from passalong.contacts.models import Contact, Organization
from passalong.core.errors import Refused
from passalong.core.forms import show_refusal
from passalong.core.lookups import or_404
from passalong.introductions.models import Introduction
from passalong.prospecting import conversation, selectors, services, sheet
from passalong.prospecting.forms import NameForm, SaidForm
from passalong.prospecting.gameplan import gameplan_for
from passalong.prospecting.models import Meeting
from passalong.prospecting.views.gameplans import client_or_404


def _meeting(request: MemberRequest, public_id: str) -> Meeting:
    return or_404(selectors.meeting, request.member.practice, public_id)


@member_required
@require_POST
def start(request: MemberRequest, public_id: str) -> HttpResponse:
    """Take the gameplan into the meeting."""
    client = client_or_404(request, public_id)
    try:
        plan = gameplan_for(request.member.practice, client)
    except Refused as refused:
        messages.error(request, refused.message)
        return redirect("prospecting:gameplan_for", public_id=public_id)
    meeting = services.start_meeting(by=request.member, plan=plan)
    if "from" in request.POST or meeting.no_ask_at:
        return redirect("prospecting:went", public_id=meeting.public_id)
    return redirect("prospecting:meeting", public_id=meeting.public_id)


@never_cache
@member_required
@require_safe
def meeting(request: MemberRequest, public_id: str) -> HttpResponse:
    """The sheet: open names on top, what was said below. A closed meeting has only its page for the desk."""
    held = _meeting(request, public_id)
    if held.closed_at:
        return redirect("prospecting:after_meeting", public_id=public_id)
    if held.no_ask_at:
        return redirect("prospecting:right", public_id=public_id)
    return _sheet_page(request, held)


def _sheet_page(request: MemberRequest, held: Meeting, name_form: NameForm | None = None) -> HttpResponse:
    try:
        shown = sheet.for_tablet(held)
    except Refused as refused:  # a note that ran out, a client who is not to be asked any more
        messages.error(request, refused.message)
        return redirect("prospecting:gameplan_for", public_id=held.client.public_id)
    context = {
        "meeting": held,
        "steps": conversation.steps_of(held, 3),
        "sheet": shown,
        "name_form": name_form or NameForm(),
    }
    invalid = name_form is not None and name_form.errors
    part = "#sheet" if request.htmx else ""
    return render(request, f"prospecting/meeting.html{part}", context, status=422 if invalid else 200)


def _done(request: MemberRequest, held: Meeting) -> HttpResponse:
    """After a change: keep what is now shown, and answer with the sheet."""
    if held.closed_at or held.no_ask_at:
        return redirect(sheet_url(held))
    with suppress(Refused):  # what was said is kept; the sheet says why it ends
        services.note_shown(held, gameplan_for(request.member.practice, held.client))
    return _sheet_page(request, held) if request.htmx else redirect(sheet_url(held))


def sheet_url(held: Meeting) -> str:
    """Where the meeting's sheet stands."""
    return reverse("prospecting:meeting", kwargs={"public_id": held.public_id})


def _before_the_client(refused: Refused) -> Refused:
    """The client looks on: why somebody is not asked for is that person's own business, and stands on their page."""
    words = _("Thank you. About this person we do not ask.")
    return Refused(words, field="full_name") if refused.field in ("prospect", "name") else refused


def _person(request: MemberRequest) -> Contact:
    return or_404(contacts.contact, request.member.practice, request.POST.get("person", ""))


@member_required
@require_POST
def answer(request: MemberRequest, public_id: str) -> HttpResponse:
    """One tap on a name, with what the client knows about the person."""
    held, person, said = _meeting(request, public_id), _person(request), SaidForm(request.POST)
    if not said.is_valid():
        messages.error(request, _("That was too long: shorten what you wrote and tap again."))
        return redirect(sheet_url(held))
    try:
        services.answer_prompt(
            by=request.member, meeting=held, person=person, answer=request.POST.get("answer", ""), **said.cleaned_data
        )
    except Refused as refused:
        messages.error(request, _before_the_client(refused).message)
    return _done(request, held)


@member_required
@require_POST
def add_name(request: MemberRequest, public_id: str) -> HttpResponse:
    """A name the client brings up."""
    held, form = _meeting(request, public_id), NameForm(request.POST)
    if form.is_valid():
        try:
            added = services.add_name(by=request.member, meeting=held, **form.cleaned_data)
        except Refused as refused:
            show_refusal(form, _before_the_client(refused))
        else:
            if isinstance(added, Introduction):
                messages.success(request, _("Noted. The name is not kept; their own answer makes it known again."))
            return _done(request, held)
    return _sheet_page(request, held, form)


def _firm(request: MemberRequest) -> Organization:
    return or_404(contacts.organization, request.member.practice, request.POST.get("firm", ""))


@member_required
@require_POST
def answer_firm(request: MemberRequest, public_id: str) -> HttpResponse:
    """The client knows nobody at a firm, or would rather not."""
    held = _meeting(request, public_id)
    try:
        services.answer_firm(
            by=request.member, meeting=held, firm=_firm(request), answer=request.POST.get("answer", "")
        )
    except Refused as refused:
        messages.error(request, refused.message)
    return _done(request, held)


@member_required
@require_POST
def take_back_firm(request: MemberRequest, public_id: str) -> HttpResponse:
    """Ask about the firm again."""
    held = _meeting(request, public_id)
    services.take_back_firm_answer(by=request.member, meeting=held, firm=_firm(request))
    return _done(request, held)


@member_required
@require_POST
def introduce(request: MemberRequest, public_id: str) -> HttpResponse:
    """The client will introduce this person, or was asked and thinks about it."""
    held, act = _meeting(request, public_id), "ask" if request.POST.get("act") == "ask" else "agree"
    try:
        services.introduce(by=request.member, meeting=held, person=_person(request), act=act)
    except Refused as refused:
        messages.error(request, _before_the_client(refused).message)
    return _done(request, held)


@member_required
@require_POST
def jot(request: MemberRequest, public_id: str) -> HttpResponse:
    """A note taken on the sheet."""
    held = _meeting(request, public_id)
    try:
        services.add_note(by=request.member, meeting=held, text=request.POST.get("note", ""))
        messages.success(request, _("Noted; it stands on the page for after the meeting."))
    except Refused as refused:
        messages.error(request, refused.message)
    return redirect(sheet_url(held))


@member_required
@require_safe
def after(request: MemberRequest, public_id: str) -> HttpResponse:
    """For the desk: what was agreed, notes, the end of the meeting."""
    held = _meeting(request, public_id)
    context = {
        "meeting": held,
        "said": sheet.said_in(held),
        "went": conversation.went_words(held),
        "promises": conversation.promises_of(held),
    }
    return render(request, "prospecting/after_meeting.html", context)


@member_required
@require_POST
def note(request: MemberRequest, public_id: str) -> HttpResponse:
    """Notes of the meeting."""
    held = _meeting(request, public_id)
    services.note_meeting(by=request.member, meeting=held, note=request.POST.get("note", ""))
    messages.success(request, _("Note kept."))
    return redirect("prospecting:after_meeting", public_id=public_id)


@member_required
@require_POST
def close(request: MemberRequest, public_id: str) -> HttpResponse:
    """The meeting is over."""
    services.close_meeting(by=request.member, meeting=_meeting(request, public_id))
    return redirect("prospecting:after_meeting", public_id=public_id)
