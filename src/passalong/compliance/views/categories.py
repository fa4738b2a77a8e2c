"""The privacy settings: which protected facts this practice may keep."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from passalong.accounts.middleware import MemberRequest, member_required
from passalong.accounts.rules import may
from passalong.compliance import selectors, services
from passalong.compliance.forms import AllowForm
from passalong.core.errors import Refused
from passalong.core.forms import show_refusal


@member_required
@require_http_methods(["GET", "HEAD", "POST"])
def privacy(request: MemberRequest) -> HttpResponse:
    """What is allowed at present; an owner can allow one more, with a written reason."""
    practice = request.member.practice
    form = AllowForm(request.POST or None, silent=selectors.owes_silence(practice))
    if form.is_valid():
        try:
            services.allow_category(by=request.member, **form.cleaned_data)
        except Refused as refused:
            show_refusal(form, refused)
        else:
            messages.success(request, _("Allowed from now on. Your reason is kept."))
            return redirect("compliance:privacy")
    context = {
        "form": form,
        "allowed": selectors.allowed_categories(practice),
        "sources_off": selectors.sources_off(practice),
        "editable": may(request.member, "accounts.change_practice"),
    }
    return render(request, "compliance/privacy.html", context, status=422 if form.errors else 200)


@member_required
@require_POST
def stop(request: MemberRequest) -> HttpResponse:
    """Take in no more facts of one kind."""
    try:
        services.disallow_category(by=request.member, category=request.POST.get("category", ""))
        messages.success(request, _("No more of this is taken in. What is kept already stays until you remove it."))
    except Refused as refused:
        messages.error(request, refused.message)
    return redirect("compliance:privacy")
