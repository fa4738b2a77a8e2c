"""Pages of the value ledger: entries, sums by person, one more, one struck out."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from passalong.accounts.middleware import MemberRequest, member_required
from passalong.compliance.currency import currency_of
from passalong.compliance.forms.ledger import ValueForm, WhyForm, least_words
from passalong.compliance.models import Giver, ValueEntry, ValueKind
from passalong.compliance.selectors import approvals
from passalong.compliance.selectors import ledger as selectors
from passalong.compliance.services import ledger as services
from passalong.core.errors import Refused
from passalong.core.forms import show_refusal
from passalong.core.lookups import or_404

page = require_http_methods(["GET", "HEAD", "POST"])
PER_PAGE = 50
STATES = ("waiting", "void")


@member_required
@require_safe
def entries(request: MemberRequest) -> HttpResponse:
    """Everything given and received, the latest first, with filters."""
    asked = {name: request.GET.get(name, "").strip()[:200] for name in ("q", "kind", "giver", "state")}
    found = selectors.entries(
        request.member.practice,
        query=asked["q"],
        kind=asked["kind"] if asked["kind"] in ValueKind.values else "",
        giver=asked["giver"] if asked["giver"] in Giver.values else "",
        state=asked["state"] if asked["state"] in STATES else "",
    )
    context = {
        "page": Paginator(found, PER_PAGE).get_page(request.GET.get("page")),
        "asked": asked,
        "kinds": ValueKind.choices,
        "givers": Giver.choices,
        "is_filtered": any(asked.values()),
    }
    return render(request, "compliance/ledger.html", context)


@member_required
@require_safe
def people(request: MemberRequest) -> HttpResponse:
    """What each person got: within 12 months, this calendar year, in all."""
    query = request.GET.get("q", "").strip()[:200]
    rows = selectors.people(request.member.practice, query=query)
    context = {"page": Paginator(rows, PER_PAGE).get_page(request.GET.get("page")), "query": query}
    return render(request, "compliance/ledger_people.html", context)


@member_required
@page
def add(request: MemberRequest) -> HttpResponse:
    """Write one down. First what the rules say of it is shown, then it is kept."""
    practice = request.member.practice
    form = ValueForm(request.POST or None, practice=practice, initial=_from_card(request))
    context: dict[str, Any] = {"form": form, "why": request.POST.get("why", "")}
    if request.method == "POST" and form.is_valid() and form.contact is not None:
        try:
            found = services.look(practice, form.thing, form.contact.pk)
            context |= {"found": found, "decides": found.verdict.decides}
            context["money"] = currency_of(practice.country)
            context["why_help"] = least_words()
            context["others"] = approvals.others_who_decide(practice, request.member).exists()
            if request.POST.get("seen") == found.digest and "look" not in request.POST:
                return _kept(request, form, context)
        except Refused as refused:
            show_refusal(form, refused)
    return render(request, "compliance/ledger_add.html", context, status=422 if form.errors else 200)


def _kept(request: MemberRequest, form: ValueForm, context: dict[str, Any]) -> HttpResponse:
    """Keep what was seen as it was seen."""
    asks = request.POST.get("why", "") if "ask" in request.POST else None
    try:
        entry = services.give(by=request.member, contact=form.contact, thing=form.thing, ask_why=asks)  # type: ignore[arg-type]
    except Refused as refused:
        if refused.field == "why":
            context["why_error"] = refused.message
        else:
            show_refusal(form, refused)
        return render(request, "compliance/ledger_add.html", context, status=422)
    said = _("Written down. A second person is asked.") if entry.approval else _("Written down.")
    messages.success(request, said)
    return redirect("compliance:value", public_id=entry.public_id)


def _from_card(request: MemberRequest) -> dict[str, str]:
    """Who is meant, where the page was opened from somebody's card."""
    people: Any = ValueEntry._meta.get_field("contact").related_model
    found = people.objects.filter(practice=request.member.practice, public_id=request.GET.get("person", "")[:20])
    contact = found.first()
    return {"who": contact.full_name, "person": contact.public_id} if contact else {}


@member_required
@page
def entry(request: MemberRequest, public_id: str) -> HttpResponse:
    """One entry with the rules that were applied, and the way to strike it out."""
    found = or_404(selectors.entry, request.member.practice, public_id)
    form = WhyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.void(by=request.member, entry=found, why=form.cleaned_data["why"])
        except Refused as refused:
            show_refusal(form, refused)
        else:
            messages.success(request, _("Struck out. It stays on file and counts no more."))
            return redirect("compliance:value", public_id=public_id)
    contacts = [found.contact_id] if found.contact_id else []
    sums = selectors.sums_of(request.member.practice, contacts, giver=found.giver)
    context = {"entry": found, "form": form, "sums": sums, "received": found.giver == Giver.OTHER}
    return render(request, "compliance/ledger_entry.html", context, status=422 if form.errors else 200)
