"""Pages of the second person: what waits, what was decided, one request."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from passalong.accounts.middleware import MemberRequest, member_required
from passalong.accounts.rules import may
from passalong.compliance.forms.ledger import DecideForm
from passalong.compliance.models import Approval, Decision, ValueEntry
from passalong.compliance.selectors import approvals as selectors
from passalong.compliance.selectors import ledger
from passalong.compliance.services import approvals as services
from passalong.core.errors import Refused
from passalong.core.forms import show_refusal
from passalong.core.lookups import or_404

PER_PAGE = 50


@member_required
@require_safe
def approvals(request: MemberRequest) -> HttpResponse:
    """What waits for a second person; with ?done=1 what was decided."""
    practice, is_done = request.member.practice, bool(request.GET.get("done"))
    found = selectors.approvals(practice, waiting=not is_done)
    context = {
        "page": Paginator(found, PER_PAGE).get_page(request.GET.get("page")),
        "is_done": is_done,
        "may_decide": may(request.member, "compliance.decide"),
        "is_alone": not selectors.others_who_decide(practice, request.member).exists(),
    }
    return render(request, "compliance/approvals.html", context)


@member_required
@require_http_methods(["GET", "HEAD", "POST"])
def approval(request: MemberRequest, public_id: str) -> HttpResponse:
    """One request: what is asked, by which rules, and the decision."""
    found = or_404(selectors.approval, request.member.practice, public_id)
    form = DecideForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        yes = request.POST.get("decision") == "yes"
        try:
            services.decide(by=request.member, approval=found, approve=yes, why=form.cleaned_data["why"])
        except Refused as refused:
            show_refusal(form, refused)
        else:
            messages.success(request, _("Approved. Your reason is kept.") if yes else _("Not approved."))
            return redirect("compliance:approvals")
    is_own = found.asked_by == request.member.public_id
    context = {
        "approval": found,
        "form": form,
        "is_own": is_own,
        "may_decide": found.decision == Decision.WAITING and not is_own and may(request.member, "compliance.decide"),
        "entry": _entry(request, found),
    }
    return render(request, "compliance/approval.html", context, status=422 if form.errors else 200)


def _entry(request: MemberRequest, approval: Approval) -> ValueEntry | None:
    try:
        return ledger.entry(request.member.practice, approval.subject)
    except ValueEntry.DoesNotExist:
        return None
