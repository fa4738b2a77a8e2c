"""A partner's brief: written, looked at, given out by a link or by mail."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from passalong.accounts.middleware import MemberRequest, member_required
from passalong.core.errors import Refused
from passalong.core.forms import show_refusal
from passalong.interviews import brief_paper, letters
from passalong.interviews.addresses import public
from passalong.interviews.forms.partners import BriefForm, BriefMailForm
from passalong.interviews.models import Partner
from passalong.interviews.selectors import briefs as brief_reads
from passalong.interviews.services import brief_mail, briefs
from passalong.interviews.views.partner import done, own
from passalong.mail.selectors.outbox import addresses_of


@member_required
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: MemberRequest, public_id: str) -> HttpResponse:
    """The page the partner keeps: written, looked at, given out."""
    found = own(request, public_id)
    form = _form(request, found)
    if request.method == "POST" and form.is_valid():
        said = {name: form.cleaned_data[name] for name in brief_reads.PARTS}
        if done(form, lambda: briefs.write(by=request.member, partner=found, **said)):
            messages.success(request, _("Kept as a new version. The partner’s link shows it."))
            return redirect("interviews:brief", public_id)
    return _shown(request, found, form)


@member_required
@require_POST
def link(request: MemberRequest, public_id: str) -> HttpResponse:
    """Make the private link anew, or end it. A new one is shown once, on the answer itself: it is not kept."""
    found = own(request, public_id)
    try:
        if request.POST.get("act") == "end":
            briefs.end_link(by=request.member, partner=found)
            messages.success(request, _("The link has ended. Whoever opens it finds nothing."))
        else:
            token = briefs.give_link(by=request.member, partner=found)
            address = public(f"/brief/{token}", request.build_absolute_uri("/"))
            shown = _shown(request, found, _form(request, found, fresh=True), address)
            shown["Cache-Control"] = "no-store"
            return shown
    except Refused as refused:
        messages.error(request, refused.message)
    return redirect("interviews:brief", public_id)


@member_required
@require_safe
def pdf(request: MemberRequest, public_id: str) -> HttpResponse:
    """The newest brief on paper."""
    newest = brief_reads.newest(own(request, public_id))
    if newest is None:
        raise Http404
    return brief_paper.answer(newest)


def _form(request: MemberRequest, found: Partner, *, fresh: bool = False) -> BriefForm:
    newest = brief_reads.newest(found)
    begun = None if newest else brief_reads.begun(request.member.practice)
    return BriefForm(None if fresh else request.POST or None, instance=newest, initial=begun)


def _shown(request: MemberRequest, found: Partner, form: BriefForm, given: str = "") -> HttpResponse:
    """The page of the brief. given: the address of a link made by this very press."""
    newest = brief_reads.newest(found)
    context = {
        "partner": found,
        "form": form,
        "newest": newest,
        "parts": brief_paper.parts(newest) if newest else [],
        "has_link": brief_reads.has_link(found),
        "given": given,
    }
    return render(request, "interviews/brief.html", context, status=422 if form.errors else 200)


@member_required
@require_http_methods(["GET", "HEAD", "POST"])
def send(request: MemberRequest, public_id: str) -> HttpResponse:
    """The brief by mail: "see" shows the letter as it goes, "send" sends it."""
    found = own(request, public_id)
    known = addresses_of(found.contact)
    begun = {"subject": _("Whom to send us, and how"), "opening": letters.brief_opening()}
    form = BriefMailForm(request.POST or None, addresses=known, initial=begun)
    newest = brief_reads.newest(found)
    context: dict[str, Any] = {"partner": found, "form": form, "newest": newest, "known": known}
    context["parts"] = brief_paper.parts(newest) if newest else []
    if request.method == "POST" and form.is_valid():
        said = dict(form.cleaned_data)
        if request.POST.get("act") == "send":
            try:
                brief_mail.send(by=request.member, partner=found, **said)
            except Refused as refused:
                show_refusal(form, refused)
            else:
                messages.success(request, _("The mail goes in a moment; until then it can be taken back under Mail."))
                return redirect("interviews:brief", public_id)
        del said["to"]
        context["written"] = brief_mail.preview(by=request.member, partner=found, **said)
    return render(request, "interviews/brief_send.html", context, status=422 if form.errors else 200)
