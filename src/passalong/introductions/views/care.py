"""The page on what is owed to a client and what their introductions tell; promises, seeds and lessons on it."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from passalong.accounts.middleware import MemberRequest, member_required
from passalong.contacts.lookups import person_or_404
from passalong.contacts.models import Contact
from passalong.core.errors import Refused
from passalong.core.forms import show_refusal
from passalong.core.lookups import or_404
from passalong.introductions.care_forms import DayForm, PromiseForm, SeedForm
from passalong.introductions.models import Promise
from passalong.introductions.selectors import care as read
from passalong.introductions.selectors import care_page
from passalong.introductions.services import lessons, promises, seeds


def _show(request: MemberRequest, person: Contact, form: forms.Form | None = None) -> HttpResponse:
    context = care_page.page_of(person) | {"person": person, "promise_form": form or PromiseForm()}
    return render(request, "introductions/care.html", context, status=422 if form else 200)


def _back(person: Contact, place: str) -> HttpResponse:
    return redirect(read.care_url(person, place))


@member_required
@require_safe
def care(request: MemberRequest, public_id: str) -> HttpResponse:
    """What was agreed, promised and said, and what comes next."""
    return _show(request, person_or_404(request.member.practice, public_id))


@member_required
@require_POST
def promise(request: MemberRequest, public_id: str) -> HttpResponse:
    """Write down a promise."""
    person = person_or_404(request.member.practice, public_id)
    form = PromiseForm(request.POST)
    if form.is_valid():
        owed = care_page.introduction_of(person)
        try:
            promises.make(by=request.member, to=person, introduction=owed, **form.cleaned_data)
        except Refused as refused:
            show_refusal(form, refused)
        else:
            messages.success(request, _("Written down. It comes before any ask."))
            return _back(person, "promises")
    return _show(request, person, form)


@member_required
@require_POST
def settle(request: MemberRequest, public_id: str) -> HttpResponse:
    """Kept, dropped, or put off to another day."""
    found = or_404(read.promise, request.member.practice, public_id)
    act = request.POST.get("act", "")
    try:
        _settle(request, found, act)
    except Refused as refused:
        messages.error(request, refused.message)
    return redirect("introductions:promises") if request.POST.get("from") == "list" else _back(found.to, "promises")


def _settle(request: MemberRequest, found: Promise, act: str) -> None:
    if act == "keep":
        promises.keep(by=request.member, promise=found)
        messages.success(request, _("Kept. Well done."))
    elif act == "drop":
        promises.drop(by=request.member, promise=found)
        messages.success(request, _("Struck out: it no longer matters to either of you."))
    elif act == "put_off":
        form = DayForm(request.POST)
        if not form.is_valid():
            raise Refused(_("Choose another day."))
        promises.put_off(by=request.member, promise=found, due_on=form.cleaned_data["due_on"])
        messages.success(request, _("The new day is kept, and the old one stays on record."))
    else:
        raise Refused(_("Choose one of the answers."))


@member_required
@require_POST
def seed(request: MemberRequest, public_id: str) -> HttpResponse:
    """It was said, or does not suit this client."""
    person = person_or_404(request.member.practice, public_id)
    form = SeedForm(request.POST)
    told = form.cleaned_data if form.is_valid() else {}
    try:
        if told.get("act") == "say":
            seeds.say(by=request.member, client=person, key=told["key"], note=told["note"])
            messages.success(request, _("Noted as said."))
        elif told.get("act") == "skip":
            seeds.skip(by=request.member, client=person, key=told["key"])
            messages.success(request, _("Left out with this client."))
        else:
            raise Refused(_("Choose one of the answers."))
    except Refused as refused:
        messages.error(request, refused.message)
    return redirect("introductions:seeds") if request.POST.get("from") == "list" else _back(person, "seeds")


@member_required
@require_POST
def lesson(request: MemberRequest, public_id: str) -> HttpResponse:
    """The lesson was given."""
    person = person_or_404(request.member.practice, public_id)
    try:
        lessons.give(by=request.member, client=person, key=request.POST.get("key", ""))
        messages.success(request, _("Noted as given."))
    except Refused as refused:
        messages.error(request, refused.message)
    return _back(person, "tells")
