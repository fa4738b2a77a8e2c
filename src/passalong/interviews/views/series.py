"""Series: several partners of one trade, a place each, the same offer to all."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from passalong.accounts.middleware import MemberRequest, member_required
from passalong.core.errors import Refused
from passalong.core.forms import show_refusal
from passalong.core.lookups import or_404
from passalong.interviews.forms.partners import SeriesForm
from passalong.interviews.models import Partner, Series, Slot
from passalong.interviews.selectors import partners as partner_reads
from passalong.interviews.selectors import series as selectors
from passalong.interviews.services import series as services

A_PAGE = 25


@member_required
@require_safe
def overview(request: MemberRequest) -> HttpResponse:
    """All series, and trades with several partners that have none yet."""
    practice = request.member.practice
    page = Paginator(selectors.series_of(practice), A_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "trades": [one for one in partner_reads.trades(practice) if one.count > 1][:12]}
    return render(request, "interviews/series_list.html", context)


@member_required
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: MemberRequest) -> HttpResponse:
    """The form, begun with ?trade=; a POST plans the series."""
    form = SeriesForm(request.POST or None, initial=_begun(request.GET.get("trade", "")[:80]))
    if request.method == "POST" and form.is_valid():
        try:
            made = services.plan(by=request.member, **form.cleaned_data)
        except Refused as refused:
            show_refusal(form, refused)
        else:
            messages.success(request, _("Planned. Add the partners; nobody is written to by this."))
            return redirect("interviews:series", made.public_id)
    return render(request, "interviews/series_new.html", {"form": form}, status=422 if form.errors else 200)


def _begun(trade: str) -> dict[str, str]:
    offer = _(
        "Twenty minutes of questions about your work, for the people who listen to us. You hear it and approve it "
        "before it comes out. It is published under your name with your own links, and you get everything you "
        "need to share it. You and your colleagues get the same questions, the same length and the same place."
    )
    return {
        "trade": trade,
        "title": _("What to ask about %(trade)s") % {"trade": trade} if trade else "",
        "offer": offer,
    }


@member_required
@require_safe
def one(request: MemberRequest, public_id: str) -> HttpResponse:
    """The places in the order of the partners' own replies."""
    return _show(request, _own(request, public_id))


@member_required
@require_POST
def reword(request: MemberRequest, public_id: str) -> HttpResponse:
    """Say the offer anew, to all alike."""
    found, form = _own(request, public_id), SeriesForm(request.POST, has_trade=False)
    if form.is_valid():
        try:
            services.reword(by=request.member, series=found, **form.cleaned_data)
        except Refused as refused:
            show_refusal(form, refused)
        else:
            messages.success(request, _("Kept. It is the same for all of them."))
            return redirect("interviews:series", public_id)
    return _show(request, found, form)


@member_required
@require_POST
def place(request: MemberRequest, public_id: str) -> HttpResponse:
    """Give a partner a place, or take one back that was not offered yet."""
    found = _own(request, public_id)
    partner_id = request.POST.get("partner", "")[:20]
    try:
        if request.POST.get("act") == "remove":
            services.remove(by=request.member, slot=selectors.slot(found, partner_id))
        else:
            partner = partner_reads.partner(request.member.practice, partner_id)
            services.add(by=request.member, series=found, partner=partner)
    except (Partner.DoesNotExist, Slot.DoesNotExist):
        raise Http404 from None
    except Refused as refused:
        messages.error(request, refused.message)
    return redirect("interviews:series", public_id)


@member_required
@require_POST
def end(request: MemberRequest, public_id: str) -> HttpResponse:
    """Nobody is added any more."""
    services.end(by=request.member, series=_own(request, public_id))
    messages.success(request, _("Ended. Interviews under way go on."))
    return redirect("interviews:series_list")


def _own(request: MemberRequest, public_id: str) -> Series:
    return or_404(selectors.series, request.member.practice, public_id)


def _show(request: MemberRequest, found: Series, form: SeriesForm | None = None) -> HttpResponse:
    places = selectors.places(found)
    said = {"title": found.title, "offer": found.offer}
    context = {
        "series": found,
        "places": places,
        "addable": selectors.addable(found) if not found.ended_at and len(places) < services.MOST else [],
        "most": services.MOST,
        "went_out": any(one.slot.offered_at for one in places),
        "form": form or SeriesForm(initial=said, has_trade=False),
    }
    return render(request, "interviews/series.html", context, status=422 if form else 200)
