"""One click in, one click out."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from passalong.accounts.middleware import SESSION_KEY, MemberRequest, member_required, signed_in_user
from passalong.core.errors import Refused
from passalong.demo import services


@login_required
@require_POST
def put_in(request: HttpRequest) -> HttpResponse:
    """Open the demo practice."""
    member = services.put_in(user=signed_in_user(request))
    request.session[SESSION_KEY] = member.practice.public_id
    return redirect("desk:today")


@member_required
@require_POST
def remove(request: MemberRequest) -> HttpResponse:
    """Remove the demo practice and go back to one's own."""
    try:
        services.remove(by=request.member)
    except Refused as refused:
        messages.error(request, refused.message)
        return redirect("desk:today")
    request.session.pop(SESSION_KEY, None)
    if not signed_in_user(request).memberships.exists():
        logout(request)
        return redirect("account_login")
    messages.success(request, _("The demo practice is gone, with everything in it."))
    return redirect("desk:today")
