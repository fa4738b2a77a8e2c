"""The page of a person, and each act on it. An act that is refused shows the page again with what was typed."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from passalong.accounts.middleware import MemberRequest, member_required
from passalong.contacts import services as contacts
from passalong.contacts.lookups import affiliation_or_404, person_or_404
from passalong.contacts.models import Contact, Disclosure
from passalong.contacts.resting import told_by_and_resting
from passalong.core.errors import Refused
from passalong.core.forms import show_refusal
from passalong.core.lookups import or_404
from passalong.desk.choosing import chosen_person
from passalong.desk.forms import AffiliationForm, HouseholdForm, SpellForm, StandingForm, StatementForm
from passalong.desk.person import person_page
from passalong.ties import selectors as ties_read
from passalong.ties import services as ties

page = require_http_methods(["GET", "HEAD", "POST"])
FORMS: dict[str, type[forms.Form]] = {
    "belongs": AffiliationForm,
    "household": HouseholdForm,
    "standing": StandingForm,
    "statement": StatementForm,
}


def _show(request: MemberRequest, subject: Contact, **bound: forms.Form) -> HttpResponse:
    """The page; `bound`: a form that was refused, by name."""
    blank = {f"{name}_form": form(auto_id=f"id_{name}_%s") for name, form in FORMS.items() if name not in bound}
    context: dict[str, Any] = {"page": person_page(request.member.practice, subject), "person": subject, **blank}
    context["to_tell"], context["resting"] = told_by_and_resting(subject)
    context |= {f"{name}_form": form for name, form in bound.items()}
    return render(request, "desk/person.html", context, status=422 if bound else 200)


def _back(subject: Contact, place: str) -> HttpResponse:
    return redirect(f"{reverse('desk:person', args=[subject.public_id])}#{place}")


@member_required
@require_safe
def person(request: MemberRequest, public_id: str) -> HttpResponse:
    """Everything on one person."""
    return _show(request, person_or_404(request.member.practice, public_id))


@member_required
@require_safe
def knowers(request: MemberRequest, public_id: str) -> HttpResponse:
    """Which clients probably know this person: a part of the person's page, or a page of its own."""
    from passalong.desk.knowers import likely_knowers

    subject = person_or_404(request.member.practice, public_id)
    context: dict[str, Any] = {"person": subject, "knowers": [], "why_none": ""}
    try:
        context["knowers"] = likely_knowers(request.member.practice, subject)
        _day, context["why_none"] = told_by_and_resting(subject)
    except Refused as refused:
        context["why_none"] = refused.message
    return render(request, "desk/_knowers.html" if request.htmx else "desk/knowers.html", context)


@member_required
@require_POST
def add_affiliation(request: MemberRequest, public_id: str) -> HttpResponse:
    """Note what the person belongs to."""
    subject = person_or_404(request.member.practice, public_id)
    form = AffiliationForm(request.POST, auto_id="id_belongs_%s")
    if form.is_valid():
        told = form.cleaned_data["is_told"]
        disclosure = Disclosure.TOLD if told else Disclosure.PRIVATE
        try:
            contacts.add_affiliation(
                by=request.member,
                contact=subject,
                disclosure=Disclosure.PUBLIC if form.cleaned_data["is_public"] else disclosure,
                told_by=subject if told else None,
                **{name: form.cleaned_data[name] for name in ("kind", "organization", "role", "start", "end")},
            )
        except Refused as refused:
            show_refusal(form, refused)
        else:
            return _back(subject, "belongs")
    return _show(request, subject, belongs=form)


@member_required
@page
def affiliation(request: MemberRequest, public_id: str) -> HttpResponse:
    """Change a fact: role, dates, whether it is publicly known."""
    fact = affiliation_or_404(request.member.practice, public_id)
    is_public = fact.disclosure == Disclosure.PUBLIC
    initial = {"role": fact.role, "start": fact.start, "end": fact.end, "is_public": is_public}
    form = SpellForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid():
        try:
            contacts.set_affiliation(by=request.member, affiliation=fact, **form.cleaned_data)
        except Refused as refused:
            show_refusal(form, refused)
        else:
            return _back(fact.contact, "belongs")
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "desk/affiliation.html", {"form": form, "fact": fact}, status=status)


@member_required
@require_POST
def remove_affiliation(request: MemberRequest, public_id: str) -> HttpResponse:
    """Take a fact off file."""
    fact = affiliation_or_404(request.member.practice, public_id)
    contacts.remove_affiliation(by=request.member, affiliation=fact)
    messages.success(request, _("“%(name)s” is off file.") % {"name": fact.organization})
    return _back(fact.contact, "belongs")


@member_required
@require_POST
def set_standing(request: MemberRequest, public_id: str) -> HttpResponse:
    """Say where the person stands."""
    subject = person_or_404(request.member.practice, public_id)
    form = StandingForm(request.POST, auto_id="id_standing_%s")
    if form.is_valid():
        kind, since = form.cleaned_data["kind"], form.cleaned_data["since"]
        try:
            if kind.startswith("end:"):
                contacts.end_standing(by=request.member, contact=subject, kind=kind.removeprefix("end:"), until=since)
            else:
                contacts.set_standing(by=request.member, contact=subject, kind=kind, since=since)
        except Refused as refused:
            show_refusal(form, refused)
        else:
            return _back(subject, "standing")
    return _show(request, subject, standing=form)


@member_required
@require_POST
def retract_standing(request: MemberRequest, public_id: str) -> HttpResponse:
    """Take back a standing set by mistake."""
    subject = person_or_404(request.member.practice, public_id)
    contacts.retract_standing(by=request.member, contact=subject, kind=request.POST.get("kind", ""))
    return _back(subject, "standing")


@member_required
@require_POST
def join_household(request: MemberRequest, public_id: str) -> HttpResponse:
    """Say with whom the person lives."""
    subject = person_or_404(request.member.practice, public_id)
    form = HouseholdForm(request.POST, auto_id="id_household_%s")
    if form.is_valid():
        try:
            other = chosen_person(request.member.practice, form)
            contacts.join_household(by=request.member, contact=subject, other=other)
        except Refused as refused:
            show_refusal(form, refused)
        else:
            return _back(subject, "household")
    return _show(request, subject, household=form)


@member_required
@require_POST
def leave_household(request: MemberRequest, public_id: str) -> HttpResponse:
    """The person lives with nobody on file any more."""
    subject = person_or_404(request.member.practice, public_id)
    contacts.leave_household(by=request.member, contact=subject)
    return _back(subject, "household")


@member_required
@require_POST
def add_statement(request: MemberRequest, public_id: str) -> HttpResponse:
    """Note what this person and another have to do with each other."""
    subject = person_or_404(request.member.practice, public_id)
    form = StatementForm(request.POST, auto_id="id_statement_%s")
    if form.is_valid():
        try:
            ties.add_statement(
                by=request.member,
                contact=subject,
                other=chosen_person(request.member.practice, form),
                kind=form.cleaned_data["kind"],
                text=form.cleaned_data["text"],
                told_by=subject if form.cleaned_data["is_told"] else None,
            )
        except Refused as refused:
            show_refusal(form, refused)
        else:
            return _back(subject, "statements")
    return _show(request, subject, statement=form)


@member_required
@require_POST
def remove_statement(request: MemberRequest, public_id: str) -> HttpResponse:
    """Take a note back."""
    statement = or_404(ties_read.statement, request.member.practice, public_id)
    ties.remove_statement(by=request.member, statement=statement)
    seen_from = {person.public_id: person for person in (statement.contact_a, statement.contact_b)}
    return _back(seen_from.get(request.POST.get("from", ""), statement.contact_a), "statements")
