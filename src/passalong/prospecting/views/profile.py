"""Fit check and ideal client."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from passalong.accounts.middleware import MemberRequest, member_required
from passalong.core.errors import Refused
from passalong.core.forms import show_refusal
from passalong.prospecting import selectors, services
from passalong.prospecting.fit import points_of
from passalong.prospecting.fit_check import QUESTIONS, RULE, judge
from passalong.prospecting.forms import FitCheckForm, IdealClientForm, TraitForm
from passalong.prospecting.models import Trait

page = require_http_methods(["GET", "HEAD", "POST"])
SHOWN_FITS = 5  # wish-list entries beside the profile, to see fit move


@member_required
@page
def fit_check(request: MemberRequest) -> HttpResponse:
    """Ten questions and the plain answer with its rule."""
    check = selectors.fit_check(request.member.practice)
    taken = check.answers if check and check.taken_on else {}
    initial = {q.id: "yes" if taken[q.id] else "no" for q in QUESTIONS if q.id in taken}
    form = FitCheckForm(request.POST or None, initial=initial)
    if form.is_valid():
        services.take_fit_check(by=request.member, answers=form.answers)
        return redirect("prospecting:fit_check")
    context = {"form": form, "rule": RULE, "verdict": judge(taken) if taken else None, "check": check}
    return render(request, "prospecting/fit_check.html", context, status=422 if form.errors else 200)


@member_required
@require_POST
def skip_fit_check(request: MemberRequest) -> HttpResponse:
    """Go on without it."""
    services.skip_fit_check(by=request.member)
    return redirect("prospecting:ideal_client")


@member_required
@page
def ideal_client(request: MemberRequest) -> HttpResponse:
    """Whom the practice serves best, and what that does to fit."""
    practice = request.member.practice
    initial = {"mission": practice.mission}
    form = IdealClientForm(request.POST or None, instance=selectors.ideal_client(practice), initial=initial)
    if form.is_valid():
        try:
            services.describe_ideal_client(by=request.member, **form.cleaned_data)
        except Refused as refused:
            show_refusal(form, refused)
        else:
            messages.success(request, _("Saved."))
            return redirect("prospecting:ideal_client")
    return _profile_page(request, form, TraitForm())


def _profile_page(request: MemberRequest, form: IdealClientForm, trait_form: TraitForm) -> HttpResponse:
    practice = request.member.practice
    context = {
        "form": form,
        "trait_form": trait_form,
        "traits": [(trait, round(points)) for trait, points in points_of(selectors.traits(practice))],
        "wishes": selectors.wishes(practice, selectors.prospects(practice)[:SHOWN_FITS]),
    }
    invalid = form.errors or trait_form.errors
    return render(request, "prospecting/ideal_client.html", context, status=422 if invalid else 200)


@member_required
@require_POST
def add_trait(request: MemberRequest) -> HttpResponse:
    """One more thing to look for."""
    trait_form = TraitForm(request.POST)
    if trait_form.is_valid():
        try:
            services.add_trait(by=request.member, **trait_form.cleaned_data)
        except Refused as refused:
            show_refusal(trait_form, refused)
        else:
            return redirect("prospecting:ideal_client")
    practice = request.member.practice
    form = IdealClientForm(instance=selectors.ideal_client(practice), initial={"mission": practice.mission})
    return _profile_page(request, form, trait_form)


@member_required
@require_POST
def remove_trait(request: MemberRequest, public_id: str) -> HttpResponse:
    """Take a trait out; fits move at once."""
    trait = get_object_or_404(Trait, practice=request.member.practice, public_id=public_id)
    services.remove_trait(by=request.member, trait=trait)
    messages.success(request, _("Removed “%(trait)s”.") % {"trait": trait})
    return redirect("prospecting:ideal_client")
