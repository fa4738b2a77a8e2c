"""One partner: the rhythm, the brief, an understanding, and letting go."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from passalong.accounts.middleware import MemberRequest, member_required
from passalong.core import clock
from passalong.core.errors import Refused
from passalong.core.forms import show_refusal
from passalong.core.lookups import or_404
from passalong.interviews.forms.partners import DescribeForm, PutOffForm, ReciprocityForm, TouchForm
from passalong.interviews.models import GuestKind, Partner, Reciprocity
from passalong.interviews.selectors import briefs as brief_reads
from passalong.interviews.selectors import fitting, reciprocity
from passalong.interviews.selectors import partners as selectors
from passalong.interviews.services import inviting, partnering, touching
from passalong.interviews.services import reciprocity as understandings


@member_required
@require_safe
def partner(request: MemberRequest, public_id: str) -> HttpResponse:
    """Who they are, what could be given next, who of the clients knows them, and what was."""
    return _show(request, own(request, public_id))


@member_required
@require_http_methods(["GET", "HEAD", "POST"])
def describe(request: MemberRequest, public_id: str) -> HttpResponse:
    """What they do and whom they serve."""
    found = own(request, public_id)
    form = DescribeForm(request.POST or None, instance=found)
    if request.method == "POST" and form.is_valid():
        said = {name: form.cleaned_data[name] for name in partnering.FIELDS}
        if done(form, lambda: partnering.describe(by=request.member, partner=found, **said)):
            messages.success(request, _("Kept."))
            return redirect("interviews:partner", public_id)
    context = {"partner": found, "form": form}
    return render(request, "interviews/partner_describe.html", context, status=422 if form.errors else 200)


@member_required
@require_POST
def touch(request: MemberRequest, public_id: str) -> HttpResponse:
    """Write down what was given."""
    found, form = own(request, public_id), TouchForm(request.POST)
    if form.is_valid() and done(form, lambda: touching.touch(by=request.member, partner=found, **form.cleaned_data)):
        messages.success(request, _("Noted. You are reminded again when it is time."))
        return redirect("interviews:partner", public_id)
    return _show(request, found, touch_form=form)


@member_required
@require_POST
def put_off(request: MemberRequest, public_id: str) -> HttpResponse:
    """Be reminded on another day."""
    found, form = own(request, public_id), PutOffForm(request.POST)
    if form.is_valid() and done(
        form, lambda: touching.put_off(by=request.member, partner=found, until=form.cleaned_data["until"])
    ):
        messages.success(request, _("You are reminded on that day."))
        return redirect("interviews:partner", public_id)
    return _show(request, found, later_form=form)


@member_required
@require_POST
def let_go(request: MemberRequest, public_id: str) -> HttpResponse:
    """They are a partner no more."""
    partnering.let_go(by=request.member, partner=own(request, public_id))
    messages.success(request, _("Let go. Nothing is due, and the brief is shown no more."))
    return redirect("interviews:partners")


@member_required
@require_POST
def interview(request: MemberRequest, public_id: str) -> HttpResponse:
    """Plan an interview with them, or go to the one that is open."""
    found = own(request, public_id)
    try:
        planned = inviting.plan(by=request.member, guest=found.contact, kind=GuestKind.PARTNER)
    except Refused as refused:
        messages.error(request, refused.message)
        return redirect("interviews:partner", public_id)
    return redirect("interviews:one", planned.public_id)


@member_required
@require_POST
def agree(request: MemberRequest, public_id: str) -> HttpResponse:
    """Note an understanding that both refer, as the rules allow."""
    found, asks = own(request, public_id), reciprocity.asks(request.member.practice)
    form = ReciprocityForm(request.POST, asks=asks)
    if form.is_valid() and done(
        form, lambda: understandings.agree(by=request.member, partner=found, **form.cleaned_data)
    ):
        messages.success(request, _noted(found))
        return redirect("interviews:partner", public_id)
    return _show(request, found, both_form=form)


def _noted(found: Partner) -> str:
    now = reciprocity.present(found)
    if now is not None and now.waits:
        return _("A second person is asked. It does not hold before they decide.")
    return _("Noted, with the rules it rests on.")


@member_required
@require_safe
def understanding(request: MemberRequest, public_id: str) -> HttpResponse:
    """Where an understanding stands, for who decides on it: on its partner's page."""
    found = _understanding(request, public_id)
    return redirect(f"{reverse('interviews:partner', args=[found.partner.public_id])}#both")


def _understanding(request: MemberRequest, public_id: str) -> Reciprocity:
    return or_404(reciprocity.understanding, request.member.practice, public_id)


@member_required
@require_POST
def end_understanding(request: MemberRequest, public_id: str) -> HttpResponse:
    """It holds no more."""
    found = _understanding(request, public_id)
    understandings.end(by=request.member, understanding=found)
    messages.success(request, _("Ended. What was agreed stays on record."))
    return redirect("interviews:partner", found.partner.public_id)


def own(request: MemberRequest, public_id: str) -> Partner:
    return or_404(selectors.partner, request.member.practice, public_id)


def done(form: forms.BaseForm, act: Callable[[], Any]) -> bool:
    """Do it; what is refused is shown beside its field."""
    try:
        act()
    except Refused as refused:
        show_refusal(form, refused)
        return False
    return True


def _show(request: MemberRequest, found: Partner, **refused: forms.Form) -> HttpResponse:
    """The page, with the form that was refused in its place."""
    practice, talks = request.member.practice, selectors.talks(found)
    now = reciprocity.present(found)
    context: dict[str, Any] = {
        "partner": found,
        "ideas": selectors.ideas(found),
        "balance": selectors.balance(found),
        "touches": selectors.touches(found),
        "talks": talks,
        "others": selectors.same_trade(found)[:12],
        "fit": fitting.fit_of(practice, found.contact),
        "brief": brief_reads.newest(found),
        "has_link": brief_reads.has_link(found),
        "understanding": now,
        "is_over": now is not None and not now.waits and now.review_on <= clock.today(),
        "not_allowed": None if now else reciprocity.refused(found),
        "allowed": reciprocity.allowed(practice),
        "touch_form": TouchForm(),
        "later_form": PutOffForm(),
        "both_form": ReciprocityForm(asks=reciprocity.asks(practice)),
        "has_open": any(one.is_open for one in talks),
    } | refused
    return render(request, "interviews/partner.html", context, status=422 if refused else 200)
