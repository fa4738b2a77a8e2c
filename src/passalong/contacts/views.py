"""The people list, adding, editing and deleting a person, organizations, and suggestions while typing."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from passalong.accounts.middleware import MemberRequest, member_required
from passalong.contacts import selectors, services
from passalong.contacts.forms import (
    AddPersonForm,
    OrganizationForm,
    PersonForm,
    organization_initial,
    person_initial,
)
from passalong.contacts.lookups import organization_or_404, person_or_404
from passalong.contacts.models import Contact, OrganizationKind, StandingKind
from passalong.contacts.words import what_goes_with
from passalong.core.errors import Refused
from passalong.core.forms import show_refusal

PAGE_SIZE = 50
MAY_BE_WISHED = (OrganizationKind.FIRM, OrganizationKind.ASSOCIATION, OrganizationKind.OTHER)
page = require_http_methods(["GET", "HEAD", "POST"])


@member_required
@require_safe
def people(request: MemberRequest) -> HttpResponse:
    """All people on file: search as you type, filters by standing and country, fifty a page. Who rests is apart."""
    counts = selectors.standing_counts(request.member.practice)
    query = request.GET.get("q", "").strip()[:200]
    standing, apart, country = _chosen(request, counts)
    found_here = selectors.contacts(
        request.member.practice, query=query, standing=standing, apart=apart, country=country
    )
    paginator = Paginator(found_here, PAGE_SIZE)
    if not query and not country:
        paginator.count = counts.apart[apart] if apart else counts.by_kind[standing] if standing else counts.total
    found: Page[Contact] = paginator.get_page(request.GET.get("page"))
    context = {
        "q": query,
        "standing": standing,
        "apart": apart,
        "country": country,
        "resting": _apart(counts),
        "counts": counts,
        "filters": _filters(counts),
        "page": found,
        "rows": selectors.person_rows(found.object_list),  # type: ignore[arg-type]
    }
    name = "contacts/_people.html" if _wants_part(request) else "contacts/list.html"
    response = render(request, name, context)
    patch_vary_headers(response, ["HX-Request"])
    return response


def _chosen(request: MemberRequest, counts: selectors.StandingCounts) -> tuple[str, str, str]:
    """Standing, list apart and country as asked for, as far as there are such."""
    standing, apart = request.GET.get("standing", ""), request.GET.get("apart", "")
    country = request.GET.get("country", "")
    apart = apart if apart in selectors.APART else ""
    standing = standing if standing in StandingKind.values and not apart else ""
    return standing, apart, country if country in counts.countries and not apart else ""


def _apart(counts: selectors.StandingCounts) -> list[tuple[str, str, int]]:
    """People kept apart, where there are any."""
    words = {"tax_only": _("Tax work only"), "to_tell": _("To be told")}
    return [(name, word, counts.apart[name]) for name, word in words.items() if counts.apart[name]]


def _wants_part(request: MemberRequest) -> bool:
    return bool(request.htmx) and not request.htmx.history_restore_request


def _filters(counts: selectors.StandingCounts) -> list[tuple[str, str, int]]:
    words = {
        StandingKind.CLIENT: _("Clients"),
        StandingKind.FORMER_CLIENT: _("Former clients"),
        StandingKind.PROSPECT: _("Prospects"),
        StandingKind.PARTNER: _("Partners"),
    }
    return [("", _("All"), counts.total), *((kind, word, counts.by_kind[kind]) for kind, word in words.items())]


def _status(form: Any) -> int:
    return 422 if form.is_bound and form.errors else 200


@member_required
@page
def add(request: MemberRequest) -> HttpResponse:
    """Put a person on file; people of the same name are shown first."""
    form = AddPersonForm(request.POST or None, initial={"full_name": request.GET.get("name", "")})
    same: list[selectors.PersonRow] = []
    if form.is_valid():
        if not request.POST.get("anyway"):
            found = selectors.namesakes(request.member.practice, form.cleaned_data["full_name"])
            same = selectors.person_rows(found.order_by("pk")[:5])
        if not same:
            try:
                person = services.add_contact(by=request.member, **form.cleaned_data)
            except Refused as refused:
                show_refusal(form, refused)
            else:
                messages.success(request, _("%(name)s is on file.") % {"name": person})
                return redirect("desk:person", person.public_id)
    return render(request, "contacts/add.html", {"form": form, "same": same}, status=422 if same else _status(form))


@member_required
@page
def edit(request: MemberRequest, public_id: str) -> HttpResponse:
    """Change a person's own facts."""
    person = person_or_404(request.member.practice, public_id)
    form = PersonForm(request.POST or None, initial=person_initial(person))
    if form.is_valid():
        try:
            services.edit_contact(by=request.member, contact=person, **form.cleaned_data)
        except Refused as refused:
            show_refusal(form, refused)
        else:
            messages.success(request, _("Saved."))
            return redirect("desk:person", public_id)
    subject = selectors.contact(request.member.practice, public_id) if form.errors else person
    return render(request, "contacts/edit.html", {"form": form, "person": subject}, status=_status(form))


@member_required
@page
def delete(request: MemberRequest, public_id: str) -> HttpResponse:
    """Tell what goes with a person, then take them off file."""
    person = person_or_404(request.member.practice, public_id)
    if request.method != "POST":
        goes = what_goes_with(selectors.goes_with(person))
        return render(request, "contacts/delete.html", {"person": person, "goes": goes})
    services.delete_contact(by=request.member, contact=person)
    messages.success(request, _("%(name)s is off file.") % {"name": person})
    return redirect("contacts:list")


@member_required
@page
def organization(request: MemberRequest, public_id: str) -> HttpResponse:
    """What is known of an organization, and who belongs to it."""
    group = organization_or_404(request.member.practice, public_id)
    form = OrganizationForm(request.POST or None, initial=organization_initial(group))
    if form.is_valid():
        try:
            services.edit_organization(by=request.member, organization=group, **form.cleaned_data)
        except Refused as refused:
            show_refusal(form, refused)
            group.refresh_from_db()
        else:
            messages.success(request, _("Saved."))
            return redirect("contacts:organization", public_id)
    context = {
        "group": group,
        "form": form,
        "page": Paginator(selectors.people_of(group), PAGE_SIZE).get_page(request.GET.get("page")),
        "is_household": group.kind == OrganizationKind.HOUSEHOLD,
        "may_be_wished": group.kind in MAY_BE_WISHED,
        "is_wished": group.wishes.filter(dropped_at=None).exists(),
    }
    return render(request, "contacts/organization.html", context, status=_status(form))


def _typed(request: HttpRequest) -> str:
    """The text typed so far: `q`, or the one field that asks, whatever its name."""
    typed = request.GET.get("q") or next((request.GET[name] for name in request.GET if name != "public"), "")
    return typed[:200]


@member_required
@require_safe
def suggest_people(request: MemberRequest) -> HttpResponse:
    """Options for a field that asks for a person on file."""
    found = selectors.people_like(request.member.practice, _typed(request))
    rows = selectors.person_rows(found) if _typed(request).strip() else []
    names = [row.person.full_name for row in rows]
    options = [(row, names.count(row.person.full_name) == 1) for row in rows]
    return render(request, "contacts/_people_options.html", {"options": options})


@member_required
@require_safe
def suggest_organizations(request: MemberRequest) -> HttpResponse:
    """Options for a field that asks for an organization."""
    text = _typed(request)
    public_only = bool(request.GET.get("public"))
    found = selectors.organizations_like(request.member.practice, text, public_only=public_only) if text.strip() else []
    return render(request, "contacts/_organization_options.html", {"options": found})
