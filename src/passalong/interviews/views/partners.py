"""Partners: the list by trade, whom to choose, and choosing one."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from passalong.accounts.middleware import MemberRequest, member_required
from passalong.contacts.choosing import SeveralMeant, person_meant
from passalong.contacts.lookups import person_or_404
from passalong.contacts.models import Contact
from passalong.core.errors import Refused
from passalong.core.forms import show_refusal
from passalong.interviews.forms.partners import ChooseForm
from passalong.interviews.selectors import fitting
from passalong.interviews.selectors import partners as selectors
from passalong.interviews.services import partnering

A_PAGE = 50
CANDIDATES = 20
LONGEST = 80


@member_required
@require_safe
def partners(request: MemberRequest) -> HttpResponse:
    """Partners by trade, searched by name, narrowed to one trade."""
    practice = request.member.practice
    query, trade = request.GET.get("q", "")[:LONGEST], request.GET.get("trade", "")[:LONGEST]
    ended = bool(request.GET.get("ended"))
    page = Paginator(selectors.partners(practice, query=query, trade=trade, ended=ended), A_PAGE).get_page(
        request.GET.get("page")
    )
    context = {"page": page, "trades": selectors.trades(practice), "q": query, "trade": trade, "ended": ended}
    return render(request, "interviews/partners.html", context)


@member_required
@require_safe
def choosing(request: MemberRequest) -> HttpResponse:
    """Whom to choose, best fit first, with reasons; narrowed to a trade."""
    practice, trade = request.member.practice, request.GET.get("trade", "")[:LONGEST]
    fits = fitting.ranked(practice, fitting.candidates(practice, trade=trade))
    page = Paginator(fits, CANDIDATES).get_page(request.GET.get("page"))
    page.object_list = fitting.with_clients(list(page.object_list))
    context = {
        "page": page,
        "trade": trade,
        "most": fitting.MOST_CANDIDATES,
        "is_cut": len(fits) >= fitting.MOST_CANDIDATES,
    }
    return render(request, "interviews/choosing.html", context)


@member_required
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: MemberRequest) -> HttpResponse:
    """The form, begun with ?person= by public id; a POST chooses the partner."""
    form = ChooseForm(request.POST or None, initial=_begun(request))
    if request.method == "POST" and form.is_valid():
        said = {name: form.cleaned_data[name] for name in partnering.FIELDS}
        try:
            chosen = partnering.choose(by=request.member, contact=_person(request, form), **said)
        except SeveralMeant as several:
            form.meant = several.people
            show_refusal(form, several)
        except Refused as refused:
            show_refusal(form, refused)
        else:
            messages.success(request, _("A partner. Give first: what could help them is on this page."))
            return redirect("interviews:partner", chosen.public_id)
    context = {"form": form, "meant": form.meant}
    return render(request, "interviews/partner_new.html", context, status=422 if form.errors else 200)


def _begun(request: MemberRequest) -> dict[str, str]:
    said = {"trade": request.GET.get("trade", "")[:LONGEST]}
    if public_id := request.GET.get("person"):
        person = person_or_404(request.member.practice, public_id)
        said |= {"person": person.full_name, "person_id": person.public_id}
        said["trade"] = said["trade"] or fitting.fit_of(request.member.practice, person).trade
    return said


def _person(request: MemberRequest, form: ChooseForm) -> Contact:
    text, chosen = form.cleaned_data["person"], form.cleaned_data["person_id"]
    if (found := person_meant(request.member.practice, text, chosen=chosen, field="person")) is None:
        raise Refused(_("Nobody on file is called “%(name)s”.") % {"name": text}, field="person")
    return found
