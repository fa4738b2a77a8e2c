"""The pieces of an issue: change, move, take out."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from passalong.accounts.middleware import MemberRequest, member_required
from passalong.audience.forms import PieceForm
from passalong.audience.models import IssueItem, ItemKind
from passalong.audience.selectors import issues as selectors
from passalong.audience.services import items
from passalong.core.errors import Refused
from passalong.core.forms import show_refusal
from passalong.core.lookups import or_404


@member_required
@require_http_methods(["GET", "HEAD", "POST"])
def piece(request: MemberRequest, public_id: str) -> HttpResponse:
    """Write a piece anew."""
    found = _found(request, public_id)
    initial = {"title": found.title, "words": found.words, "url": found.url}
    form = PieceForm(request.POST or None, initial=initial)
    if found.kind != ItemKind.WORDS:
        del form.fields["url"]
    if request.method == "POST" and form.is_valid():
        try:
            items.change(by=request.member, item=found, **{"url": found.url} | form.cleaned_data)
        except Refused as refused:
            show_refusal(form, refused)
        else:
            return redirect("audience:issue", found.issue.public_id)
    context = {"item": found, "issue": found.issue, "form": form}
    return render(request, "audience/piece.html", context, status=422 if form.errors else 200)


@member_required
@require_POST
def move(request: MemberRequest, public_id: str) -> HttpResponse:
    """One place up or down."""
    found = _found(request, public_id)
    try:
        items.move(by=request.member, item=found, up=request.POST.get("way") == "up")
    except Refused as refused:
        messages.error(request, refused.message)
    return redirect("audience:issue", found.issue.public_id)


@member_required
@require_POST
def remove(request: MemberRequest, public_id: str) -> HttpResponse:
    """Take it out."""
    found = _found(request, public_id)
    try:
        items.remove(by=request.member, item=found)
    except Refused as refused:
        messages.error(request, refused.message)
    return redirect("audience:issue", found.issue.public_id)


def _found(request: MemberRequest, public_id: str) -> IssueItem:
    return or_404(selectors.item, request.member.practice, public_id)
