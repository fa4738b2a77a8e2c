"""Interviews by stage, as a board and as a list; and a new one."""

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
from passalong.interviews.forms.pipeline import NewForm, WantedForm
from passalong.interviews.models import GuestKind, Outcome, Stage
from passalong.interviews.selectors import board as selectors
from passalong.interviews.services import inviting

A_PAGE = 50


@member_required
@require_safe
def board(request: MemberRequest) -> HttpResponse:
    """Every open stage with its first cards, those due first."""
    practice = request.member.practice
    columns = selectors.board(practice)
    overdue = sum(column.overdue for column in columns)
    context = {"columns": columns, "overdue": overdue, "ended": selectors.ended(practice)}
    return render(request, "interviews/board.html", context)


@member_required
@require_safe
def interviews(request: MemberRequest) -> HttpResponse:
    """The list: open ones unless asked otherwise, due first; searched by guest or title."""
    practice = request.member.practice
    asked = selectors.Wanted(**WantedForm(request.GET).asked())
    page = Paginator(selectors.wanted(practice, asked), A_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "cards": [selectors.card(one) for one in page],
        "asked": asked,
        "kinds": GuestKind.choices,
        "stages": Stage.choices,
        "outcomes": Outcome.choices,
        "any": page.paginator.count or selectors.all_of(practice).exists(),
    }
    return render(request, "interviews/list.html", context)


@member_required
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: MemberRequest) -> HttpResponse:
    """The form, begun with ?guest= by public id and ?kind=; a POST plans the interview. Nobody is written to."""
    form = NewForm(request.POST or None, initial=_begun(request))
    if request.method == "POST" and form.is_valid():
        try:
            guest = _guest(request, form)
            said = form.cleaned_data
            found = inviting.plan(by=request.member, guest=guest, kind=said["kind"], title=said["title"])
        except SeveralMeant as several:
            form.meant = several.people
            show_refusal(form, several)
        except Refused as refused:
            show_refusal(form, refused)
        else:
            messages.success(request, _("Planned. Nobody has been written to."))
            return redirect("interviews:one", found.public_id)
    return render(request, "interviews/new.html", {"form": form}, status=422 if form.errors else 200)


def _begun(request: MemberRequest) -> dict[str, str]:
    said: dict[str, str] = {}
    if public_id := request.GET.get("guest"):
        person = person_or_404(request.member.practice, public_id)
        said |= {"guest": person.full_name, "guest_id": person.public_id}
    if (kind := request.GET.get("kind", "")) in GuestKind.values:
        said["kind"] = kind
    return said


def _guest(request: MemberRequest, form: NewForm) -> Contact:
    text, chosen = form.cleaned_data["guest"], form.cleaned_data["guest_id"]
    if (found := person_meant(request.member.practice, text, chosen=chosen, field="guest")) is None:
        raise Refused(_("Nobody on file is called “%(name)s”.") % {"name": text}, field="guest")
    return found
