"""The lunch for three at the desk: times, who can, messages to look at, the day, a change, calling it off."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from passalong.accounts.middleware import MemberRequest, member_required
from passalong.core import calendars
from passalong.core.errors import Refused
from passalong.core.forms import show_refusal
from passalong.introductions.forms_ways import ChangeForm, LunchForm, SaidForm, SlotsForm
from passalong.introductions.models import Lunch, Seat
from passalong.introductions.selectors import lunch as reads
from passalong.introductions.services import lunch as services
from passalong.introductions.services import lunch_mail
from passalong.introductions.views.ways import own


@member_required
@require_http_methods(["GET", "HEAD", "POST"])
def lunch(request: MemberRequest, public_id: str) -> HttpResponse:
    """The lunch as it stands; before there is one, the form that proposes it."""
    introduction = own(request, public_id)
    found = reads.lunch_of(introduction)
    if found is not None:
        return _shown(request, found)
    form = LunchForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.open_lunch(by=request.member, introduction=introduction, **form.told)
        except Refused as refused:
            show_refusal(form, refused)
        else:
            messages.success(request, _("The times are proposed. Nobody has been written to yet."))
            return redirect("introductions:lunch", public_id)
    context = {"introduction": introduction, "form": form}
    return render(request, "introductions/lunch_new.html", context, status=422 if form.errors else 200)


def _shown(request: MemberRequest, found: Lunch, **forms_with_errors: forms.Form) -> HttpResponse:
    when = {name: getattr(found, name) for name in ("starts_at", "place", "words", "minutes")}
    context: dict[str, Any] = {
        **reads.lunch_context(found),
        "introduction": found.introduction,
        "said_form": SaidForm(lunch=found),
        "slots_form": SlotsForm(),
        "change_form": ChangeForm(initial=when),
        **forms_with_errors,
    }
    status = 422 if any(form.errors for form in forms_with_errors.values()) else 200
    return render(request, "introductions/lunch.html", context, status=status)


def _lunch(request: MemberRequest, public_id: str) -> Lunch:
    found = reads.lunch_of(own(request, public_id))
    if found is None:
        raise Http404
    return found


def _acted(request: MemberRequest, public_id: str, act: Callable[[], object], done: str) -> HttpResponse:
    """An act without a form of its own: what is refused is said on the page."""
    try:
        act()
    except Refused as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, done)
    return redirect("introductions:lunch", public_id)


def _filled(
    request: MemberRequest, found: Lunch, name: str, form: forms.Form, act: Callable[[], object], done: str
) -> HttpResponse:
    """An act with a form: what is refused stands beside its field."""
    if form.is_valid():
        try:
            act()
        except Refused as refused:
            show_refusal(form, refused)
        else:
            messages.success(request, done)
            return redirect("introductions:lunch", found.introduction.public_id)
    return _shown(request, found, **{name: form})


@member_required
@require_POST
def propose(request: MemberRequest, public_id: str) -> HttpResponse:
    """Further times."""
    found, form = _lunch(request, public_id), SlotsForm(request.POST)
    return _filled(
        request,
        found,
        "slots_form",
        form,
        lambda: services.propose(by=request.member, lunch=found, slots=form.slots),
        _("The times are added."),
    )


@member_required
@require_POST
def ask(request: MemberRequest, public_id: str) -> HttpResponse:
    """Draft the question to one of the three; on to its preview."""
    found = _lunch(request, public_id)
    guest = found.guests.select_related("practice").filter(seat=request.POST.get("seat", "")).first()
    if guest is None or guest.seat == Seat.PRACTICE:
        raise Http404
    guest.lunch = found
    try:
        message = lunch_mail.draft_question(by=request.member, guest=guest)
    except Refused as refused:
        messages.error(request, refused.message)
        return redirect("introductions:lunch", public_id)
    return redirect("mail:message", message.public_id)


@member_required
@require_POST
def said(request: MemberRequest, public_id: str) -> HttpResponse:
    """What one of the three said in a call or a talk."""
    found = _lunch(request, public_id)
    form = SaidForm(request.POST, lunch=found)

    def keep() -> None:
        told = form.cleaned_data
        can = [int(one) for one in told["can"]]
        services.said(by=request.member, lunch=found, seat=told["seat"], can=can, knows=told["knows"])

    return _filled(request, found, "said_form", form, keep, _("Noted."))


@member_required
@require_POST
def fix(request: MemberRequest, public_id: str) -> HttpResponse:
    """Fix the day; the invitations are drafted and wait to be looked at."""
    found = _lunch(request, public_id)
    number = request.POST.get("slot", "")
    slot = found.slots.filter(pk=int(number)).first() if number.isdecimal() and len(number) < 18 else None
    if slot is None:
        messages.error(request, _("Choose one of the times."))
        return redirect("introductions:lunch", public_id)
    done = _("Fixed. The invitations are drafted: look at them, then send.")
    return _acted(request, public_id, lambda: services.fix(by=request.member, lunch=found, slot=slot), done)


@member_required
@require_POST
def change(request: MemberRequest, public_id: str) -> HttpResponse:
    """Another time or place."""
    found, form = _lunch(request, public_id), ChangeForm(request.POST)
    return _filled(
        request,
        found,
        "change_form",
        form,
        lambda: services.change(by=request.member, lunch=found, **form.cleaned_data),
        _("Changed. The messages about it are drafted: look at them, then send."),
    )


@member_required
@require_POST
def cancel(request: MemberRequest, public_id: str) -> HttpResponse:
    """Call it off."""
    found = _lunch(request, public_id)
    done = _("Called off. Who heard of it gets a message, once you send it.")
    return _acted(request, public_id, lambda: services.cancel(by=request.member, lunch=found), done)


@member_required
@require_POST
def again(request: MemberRequest, public_id: str) -> HttpResponse:
    """Forget the one that was called off."""
    found = _lunch(request, public_id)
    return _acted(
        request, public_id, lambda: services.again(by=request.member, lunch=found), _("You can propose times anew.")
    )


@member_required
@require_POST
def send(request: MemberRequest, public_id: str) -> HttpResponse:
    """Send what was drafted and shown."""
    found = _lunch(request, public_id)
    try:
        gone, held = lunch_mail.send_drafts(by=request.member, lunch=found)
    except Refused as refused:
        messages.error(request, refused.message)
        return redirect("introductions:lunch", public_id)
    said_words = ngettext("%(count)d message goes.", "%(count)d messages go.", gone) % {"count": gone}
    messages.success(request, said_words)
    if held:
        messages.error(request, _("%(count)d held back: the reason stands with each.") % {"count": held})
    return redirect("introductions:lunch", public_id)


@member_required
@require_safe
def entry(request: MemberRequest, public_id: str) -> HttpResponse:
    """The practice's own calendar entry as a file."""
    found = _lunch(request, public_id)
    guests = list(found.guests.all())
    host = next(one for one in guests if one.seat == Seat.PRACTICE)
    host.lunch = found
    try:
        return calendars.answer(reads.entry_of(host, guests), "lunch")
    except Refused:
        raise Http404 from None
