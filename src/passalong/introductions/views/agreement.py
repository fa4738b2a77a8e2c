"""The agreement with a client: written at the desk, read and acknowledged on a tablet, or on paper."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from passalong.accounts.middleware import MemberRequest, member_required
from passalong.contacts.lookups import person_or_404
from passalong.contacts.models import Contact
from passalong.core.errors import Refused
from passalong.core.forms import show_refusal
from passalong.introductions import agreement_paper
from passalong.introductions.care_forms import AcknowledgeForm, AgreementForm
from passalong.introductions.selectors import agreements as read
from passalong.introductions.selectors import care
from passalong.introductions.selectors.agreements import Shown
from passalong.introductions.services import agreements

page = require_http_methods(["GET", "HEAD", "POST"])


@member_required
@page
def agreement(request: MemberRequest, public_id: str) -> HttpResponse:
    """Write it or change it."""
    client = person_or_404(request.member.practice, public_id)
    found, why = read.in_force(client), read.why_no_number(client)
    start = (
        {name: getattr(found, name) for name in (*agreements.TEXTS, "hoped_number")}
        if found
        else read.shipped_words(request.member.practice)
    )
    form = AgreementForm(request.POST if request.method == "POST" else None, initial=start, may_hope=not why)
    if form.is_valid():
        told = {name: form.cleaned_data[name] for name in agreements.TEXTS}
        hoped = form.cleaned_data.get("hoped_number")
        try:
            agreements.save(by=request.member, client=client, hoped_number=hoped, promised=form.promised, **told)
        except Refused as refused:
            show_refusal(form, _beside(form, refused))
        else:
            messages.success(request, _("Kept. Show it to %(name)s next.") % {"name": client.first_name})
            return redirect(care.care_url(client, "agreement"))
    context = {"person": client, "form": form, "why": why, "agreement": found}
    return render(request, "introductions/agreement.html", context, status=422 if form.errors else 200)


def _beside(form: AgreementForm, refused: Refused) -> Refused:
    """A promise that was refused is shown beside the first row that was filled in."""
    rows = {"words": "words_1", "due_on": "due_1"}
    if refused.field not in rows:
        return refused
    number = next((at for at in (1, 2) if form.cleaned_data.get(f"words_{at}")), 1)
    return Refused(refused.message, field=rows[refused.field].replace("1", str(number)))


@member_required
@page
def read_it(request: MemberRequest, public_id: str) -> HttpResponse:
    """The agreement in the client's eyes, with the button by which they say yes."""
    client = person_or_404(request.member.practice, public_id)
    shown = _shown(client)
    start = {"shown": shown.shown, "how": "tablet"}
    form = AcknowledgeForm(request.POST if request.method == "POST" else None, initial=start, may_sign=shown.may_sign)
    if form.is_valid():
        try:
            agreements.acknowledge(by=request.member, agreement=shown.agreement, **form.cleaned_data)
        except Refused as refused:
            show_refusal(form, refused)
        else:
            if form.cleaned_data["how"] == "paper":
                messages.success(request, _("On record as agreed on paper."))
                return redirect(care.care_url(client, "agreement"))
            return redirect("introductions:agreement_read", client.public_id)
    context = {"person": client, "shown": shown, "form": form}
    return render(request, "introductions/agreement_read.html", context, status=422 if form.errors else 200)


@member_required
@require_safe
def on_paper(request: MemberRequest, public_id: str) -> HttpResponse:
    """The same as PDF, with lines for names where the rules allow a signature."""
    client = person_or_404(request.member.practice, public_id)
    answer = HttpResponse(agreement_paper.as_pdf(_shown(client)), content_type="application/pdf")
    answer["Content-Disposition"] = 'inline; filename="agreement.pdf"'
    return answer


@member_required
@require_POST
def end(request: MemberRequest, public_id: str) -> HttpResponse:
    """Nothing is agreed any more."""
    client = person_or_404(request.member.practice, public_id)
    agreements.end(by=request.member, agreement=_shown(client).agreement)
    messages.success(request, _("The agreement has ended. What you promised stays."))
    return redirect(care.care_url(client, "agreement"))


def _shown(client: Contact) -> Shown:
    shown = read.shown_to(client)
    if shown is None:
        raise Http404
    return shown
