"""Who is not written to: how many, since when and why; never whom."""

from __future__ import annotations

from django.contrib import messages as said
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from passalong.accounts.middleware import MemberRequest, member_required
from passalong.core.errors import Refused
from passalong.core.forms import show_refusal
from passalong.mail.forms.outbox import AskForm, SuppressForm
from passalong.mail.models import SuppressionReason
from passalong.mail.selectors import outbox as selectors
from passalong.mail.services import suppression

PAGE_SIZE = 50


@member_required
@require_http_methods(["GET", "HEAD", "POST"])
def listed(request: MemberRequest) -> HttpResponse:
    """The list; a POST enters one address, or asks about one. Asking is a POST too: no address stands in a log."""
    asked = request.POST.get("act") == "ask"
    add = SuppressForm(request.POST if request.method == "POST" and not asked else None, prefix="add")
    ask = AskForm(request.POST if asked else None, prefix="ask")
    if add.is_bound and add.is_valid():
        told = add.cleaned_data
        try:
            suppression.suppress(
                request.member.practice_id,
                told["address"],
                scope=told["scope"],
                reason=SuppressionReason.BY_HAND,
                by=request.member,
            )
        except Refused as refused:
            show_refusal(add, refused)
        else:
            said.success(request, _("Nobody writes to this address from here any more."))
            return redirect("mail:suppressions")
    answer = _answer(request, ask) if ask.is_bound and ask.is_valid() else ""
    wrong = bool((add.is_bound and add.errors) or (ask.is_bound and ask.errors))
    practice = request.member.practice
    page = Paginator(selectors.suppressions(practice), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"page": page, "counts": selectors.suppression_counts(practice), "add": add, "ask": ask, "answer": answer}
    return render(request, "mail/suppressions.html", context, status=422 if wrong else 200)


def _answer(request: MemberRequest, ask: AskForm) -> str:
    """One sentence on one address."""
    practice, address = request.member.practice_id, ask.cleaned_data["address"]
    if not suppression.keys_of(practice, address):
        ask.add_error("address", _("Give one mail address, such as ann@example.org."))
        return ""
    if suppression.is_suppressed(practice, address, "all"):
        return _("Nothing goes to this address.")
    if suppression.is_suppressed(practice, address, "news"):
        return _("No news goes to this address; other messages do.")
    return _("This address is not on the list.")
