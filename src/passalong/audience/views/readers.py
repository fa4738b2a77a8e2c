"""Who wants the news: the list, one reader with the proof, and a file of readers with evidence."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from passalong.accounts.middleware import MemberRequest, member_required
from passalong.audience.forms import ImportForm
from passalong.audience.models import Subscriber, SubscriberState
from passalong.audience.selectors import subscribers as selectors
from passalong.audience.services import importing, subscribing
from passalong.core import blobs
from passalong.core.errors import Refused
from passalong.core.forms import show_refusal
from passalong.core.lookups import or_404

PER_PAGE = 50
MOST_SHOWN = 200  # refused rows shown
TONES = {SubscriberState.ASKED: "due", SubscriberState.ACTIVE: "good", SubscriberState.LEFT: "quiet"}


@member_required
@require_safe
def readers(request: MemberRequest) -> HttpResponse:
    """The list, by state and by search."""
    practice, query, state = request.member.practice, request.GET.get("q", ""), request.GET.get("state", "")
    found = selectors.subscribers(practice, state=state, query=query)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    counts = selectors.counts(practice)
    tabs = [("", _("All"), sum(counts.values()))]
    tabs += [(one.value, str(one.label), counts[one.value]) for one in SubscriberState]
    context = {
        "page": page,
        "rows": [(one, TONES[SubscriberState(one.state)]) for one in page.object_list],
        "tabs": tabs,
        "total": sum(counts.values()),
        "q": query,
        "state": state,
        "public_page": (settings.PUBLIC_URL or "") + reverse("portal:news", args=[practice.public_id]),
    }
    return render(request, "audience/readers.html", context)


@member_required
@require_safe
def reader(request: MemberRequest, public_id: str) -> HttpResponse:
    """One reader, with the proof of the wish."""
    found = _found(request, public_id)
    proof = blobs.read(found.evidence).decode(errors="replace") if found.evidence else ""
    context = {"reader": found, "proof": proof, "tone": TONES[SubscriberState(found.state)]}
    return render(request, "audience/reader.html", context)


@member_required
@require_POST
def take_off(request: MemberRequest, public_id: str) -> HttpResponse:
    """They said so by another way."""
    try:
        subscribing.take_off(by=request.member, subscriber=_found(request, public_id))
        messages.success(request, _("Off the list. Nothing of the news goes there any more."))
    except Refused as refused:
        messages.error(request, refused.message)
    return redirect("audience:reader", public_id)


@member_required
@require_http_methods(["GET", "HEAD", "POST"])
def bring_in(request: MemberRequest) -> HttpResponse:
    """A file of readers, with evidence in every row."""
    form = ImportForm(request.POST or None, request.FILES or None) if request.method == "POST" else ImportForm()
    practice, report = request.member.practice, None
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            content = file.read(importing.MOST_BYTES + 1)
            report = importing.bring_in(by=request.member, content=content, attested=form.cleaned_data["attested"])
        except Refused as refused:
            show_refusal(form, refused)
    context = {
        "form": form,
        "report": report,
        "refused": report.refused[:MOST_SHOWN] if report else [],
        "needs_words": importing.needs_words(practice),
        "most": importing.MOST_ROWS,
    }
    return render(request, "audience/import.html", context, status=422 if form.errors else 200)


def _found(request: MemberRequest, public_id: str) -> Subscriber:
    return or_404(selectors.subscriber, request.member.practice, public_id)
