"""A referrer's own pages, after signing in: what is asked of them, and their introductions as far as they may know.

Nothing here asks how an introduction stands: rows come from what the referrer said (introductions/own_view.py), and
what a consent covers.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from passalong.core import clock
from passalong.core.errors import Refused
from passalong.core.forms import show_refusal
from passalong.introductions.forms_own import SaidForm
from passalong.introductions.models import Introduction, PortalKey
from passalong.introductions.selectors import agreements, hearing, own, portal_keys
from passalong.introductions.selectors.agreements import Shown
from passalong.introductions.selectors.own import OwnRow
from passalong.introductions.services import own_acts
from passalong.introductions.services import portal_keys as services
from passalong.introductions.services.agreements import acknowledge
from passalong.portal import briefing, visits
from passalong.portal.views.notices import notice
from passalong.portal.visits import visited

ON_PAGE = 25
LATEST = 5


def home(request: HttpRequest, key: PortalKey, *, status: int = 200, wrong: str = "") -> HttpResponse:
    """The first page of a visit."""
    referrer = key.referrer
    asked = own.rows(referrer, own.asks(referrer)[: own.MOST_ASKS])
    newest = own.rows(referrer, own.introductions(referrer)[: LATEST + len(asked)])
    shown = {one.public_id for one in asked}
    before = portal_keys.visit_before(key)
    context = {
        "asks": [one for one in asked if one.is_asked],
        "rows": [one for one in newest if one.public_id not in shown][:LATEST],
        "kits": briefing.kits_of(referrer),
        "shown": agreed(key),
        "promises": briefing.promises_to(referrer),
        "agree_url": reverse("portal:me_agreed"),
        "hearing": hearing.of(referrer),
        "thanks": own.thanks(referrer),
        "last": before.used_at if before else None,
        "wrong": wrong,
    }
    return page(request, key, "portal/me.html", "home", context, status=status)


@csrf_exempt  # SameSite=Strict keeps the cookie at home; notices.refusal looks where the POST comes from
@require_http_methods(["GET", "HEAD"])
@visited
def introductions(request: HttpRequest, key: PortalKey) -> HttpResponse:
    """All of them, the newest first."""
    listed = Paginator(own.introductions(key.referrer), ON_PAGE).get_page(request.GET.get("page"))
    context = {"page": listed, "rows": own.rows(key.referrer, listed.object_list)}
    return page(request, key, "portal/me_introductions.html", "introductions", context)


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@visited
def one(request: HttpRequest, key: PortalKey, *, public_id: str) -> HttpResponse:
    """One of them, and what they can say about it. A POST says it."""
    try:
        row = own.row(key.referrer, public_id)
    except Introduction.DoesNotExist:
        return nothing()
    if request.method == "POST":
        return _say(request, key, row)
    return _one(request, key, row, SaidForm())


def _say(request: HttpRequest, key: PortalKey, row: OwnRow) -> HttpResponse:
    """Keep what they said; with a yes of the friend comes when it was said, and how."""
    act, said = request.POST.get("act", ""), {}
    form = SaidForm(request.POST if act == own.REPORT_YES else None)
    if form.is_bound:
        if not form.is_valid():
            return _one(request, key, row, form, status=422)
        said = form.cleaned_data
    try:
        found = Introduction.objects.get(practice=key.practice, public_id=row.public_id)
        own_acts.say(referrer=key.referrer, introduction=found, act=act, **said)
    except Refused as refused:
        if form.is_bound:
            show_refusal(form, refused)
        return _one(request, key, row, form, wrong="" if form.is_bound else refused.message, status=422)
    return back(request.path if request.POST.get("from") != "home" else reverse("portal:me"), "said")


def _one(
    request: HttpRequest, key: PortalKey, row: OwnRow, form: SaidForm, *, wrong: str = "", status: int = 200
) -> HttpResponse:
    """The page of one; `wrong`: why an act without a form was refused."""
    context = {"row": row, "form": form, "wrong": wrong or " ".join(str(one) for one in form.non_field_errors())}
    return page(request, key, "portal/me_one.html", "introductions", context, status=status)


def agreed(key: PortalKey) -> Shown | None:
    """What was agreed with them, counted from their own acts alone."""
    shown = agreements.shown_to(key.referrer)
    if shown is None:
        return None
    done = own.count_within(key.referrer, clock.now() - agreements.YEAR)
    return replace(shown, progress=agreements.Progress(done, shown.progress.hoped))


@csrf_exempt
@require_POST
@visited
def agree(request: HttpRequest, key: PortalKey) -> HttpResponse:
    """They say yes to the words of their agreement, as they read them."""
    found = agreements.in_force(key.referrer)
    if found is None or request.POST.get("answer") != "yes":
        return nothing()
    try:
        acknowledge(agreement=found, how="portal", shown=request.POST.get("shown", ""))
    except Refused as refused:
        return home(request, key, status=409, wrong=refused.message)
    return back(reverse("portal:me"), "kept")


@csrf_exempt
@require_POST
@visited
def out(request: HttpRequest, key: PortalKey) -> HttpResponse:
    """The visit is over."""
    services.end_visit(key=key)
    return visits.end(notice(200, _("Goodbye"), _("Your visit is over. Nobody can open your page by that link again.")))


def page(
    request: HttpRequest, key: PortalKey, template: str, here: str, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    """A page of this visit. here: which of its tabs."""
    done = {"said": _("Noted. Thank you."), "kept": _("Kept.")}
    shared = {
        "practice": key.practice,
        "referrer": key.referrer,
        "until": key.visit_ends_at,
        "here": here,
        "done": done.get(request.GET.get("done", ""), ""),
    }
    return render(request, template, shared | context, status=status)


def back(path: str, done: str) -> HttpResponse:
    """After an act the page shows how it stands: reading it again does nothing twice."""
    answer = HttpResponseRedirect(f"{path}?done={done}")
    answer.status_code = 303
    return answer


def nothing() -> HttpResponse:
    """The same for what never was, what went, and what is somebody else's."""
    words = _("It may have been taken off your page.")
    return notice(404, _("Nothing is here"), words, onward=(reverse("portal:me"), _("To your page")))
