"""The wish list: people and firms the practice would love to meet."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from passalong.accounts.middleware import MemberRequest, member_required
from passalong.contacts import selectors as contacts
from passalong.contacts.models import Contact, Organization
from passalong.core import clock
from passalong.core.errors import Refused
from passalong.core.forms import show_refusal
from passalong.core.lookups import or_404
from passalong.prospecting import selectors, services
from passalong.prospecting.forms import WishEditForm, WishForm
from passalong.prospecting.models import Prospect

page = require_http_methods(["GET", "HEAD", "POST"])
PER_PAGE = 50


def _entry(request: MemberRequest, public_id: str) -> Prospect:
    return or_404(selectors.prospect, request.member.practice, public_id)


@member_required
@require_safe
def wishlist(request: MemberRequest) -> HttpResponse:
    """The list with fit, reason, source and review date."""
    practice, query = request.member.practice, request.GET.get("q", "")
    due = clock.today() if request.GET.get("due") else None
    rows = Paginator(selectors.prospects(practice, query=query, due=due), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": rows,
        "wishes": selectors.wishes(practice, rows.object_list),
        "q": query,
        "due": due,
        "due_count": selectors.prospects(practice, due=clock.today()).count(),
    }
    part = "#rows" if request.htmx and not request.htmx.boosted else ""
    return render(request, f"prospecting/wishlist.html{part}", context)


@member_required
@page
def add(request: MemberRequest) -> HttpResponse:
    """Add a person or a firm by hand."""
    form = WishForm(request.POST or None)
    if form.is_valid():
        try:
            entry = services.wish_by_hand(by=request.member, **form.cleaned_data)
        except Refused as refused:
            show_refusal(form, refused)
        else:
            messages.success(request, _("“%(name)s” is on the wish list.") % {"name": entry})
            return redirect("prospecting:wishlist")
    return render(request, "prospecting/add_wish.html", {"form": form}, status=422 if form.errors else 200)


@member_required
@require_POST
def mark(request: MemberRequest) -> HttpResponse:
    """Put somebody or a firm that is on file onto the wish list."""
    practice = request.member.practice
    found: dict[str, Any] = {}
    try:
        if request.POST.get("contact"):
            found["contact"] = contacts.contact(practice, request.POST["contact"])
        elif request.POST.get("organization"):
            found["organization"] = contacts.organization(practice, request.POST["organization"])
    except (Contact.DoesNotExist, Organization.DoesNotExist):
        raise Http404 from None
    try:
        entry, _new = services.add_prospect(by=request.member, **found)
        messages.success(request, _("“%(name)s” is on the wish list.") % {"name": entry})
    except Refused as refused:
        messages.error(request, refused.message)
    return redirect(_next(request))


def _next(request: MemberRequest) -> str:
    """Back to where the person came from, on this server only."""
    target = request.POST.get("next", "")
    return target if url_has_allowed_host_and_scheme(target, None) else "prospecting:wishlist"


@member_required
@page
def entry(request: MemberRequest, public_id: str) -> HttpResponse:
    """One entry: its fit trait by trait, reason and review date."""
    wish = _entry(request, public_id)
    initial = {"reason": wish.reason, "life_event": wish.life_event, "review_on": wish.review_on}
    form = WishEditForm(request.POST or None, initial=initial)
    if form.is_valid():
        services.edit_prospect(by=request.member, entry=wish, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("prospecting:wishlist")
    context = {"form": form, "wish": selectors.wishes(request.member.practice, [wish])[0]}
    return render(request, "prospecting/wish.html", context, status=422 if form.errors else 200)


@member_required
@require_POST
def drop(request: MemberRequest, public_id: str) -> HttpResponse:
    """Take an entry off the list, with the way back."""
    wish = _entry(request, public_id)
    services.drop_prospect(by=request.member, entry=wish)
    context = {"entry": wish}
    return render(request, "prospecting/dropped.html", context)


@member_required
@require_POST
def restore(request: MemberRequest, public_id: str) -> HttpResponse:
    """Put a dropped entry back."""
    services.restore_prospect(by=request.member, entry=_entry(request, public_id))
    messages.success(request, _("Back on the wish list."))
    return redirect("prospecting:wishlist")
