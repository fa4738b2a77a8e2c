"""What readers of kit pages answered; withdrawing an introduction."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from passalong.accounts.middleware import MemberRequest, member_required
from passalong.core.lookups import or_404
from passalong.introductions import selectors, services


@member_required
@require_safe
def replies(request: MemberRequest) -> HttpResponse:
    """Who answered what and when, and what speaks for whom having passed the kit along; latest first."""
    practice = request.member.practice
    page = Paginator(selectors.replies(practice), 50).get_page(request.GET.get("page"))
    return render(request, "introductions/replies.html", {"page": page, "rows": selectors.reply_rows(practice, page)})


@member_required
@require_POST
def withdraw(request: MemberRequest, public_id: str) -> HttpResponse:
    """The client thought better of it."""
    found = or_404(selectors.introduction, request.member.practice, public_id)
    services.withdraw_introduction(by=request.member, introduction=found)
    messages.success(request, _("Withdrawn. %(name)s was not contacted.") % {"name": found.prospect})
    return redirect("introductions:list")
