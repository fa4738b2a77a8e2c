"""The page of the mode in which the practice sends a client's message: to whom, shown as it goes, then sent once."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from passalong.accounts.middleware import MemberRequest, member_required
from passalong.core.errors import Refused
from passalong.core.forms import show_refusal
from passalong.introductions.forms_words import SendForForm
from passalong.introductions.models import Recommendation
from passalong.introductions.services import handing, sending_for
from passalong.introductions.views.words import row_or_404


@member_required
@require_http_methods(["GET", "HEAD", "POST"])
def send(request: MemberRequest, public_id: str) -> HttpResponse:
    """The form; "see" shows the mail as it goes, "send" sends it."""
    row = row_or_404(request, public_id)
    form = SendForForm(request.POST or None, referrer=row.referrer.full_name, initial=_known(row))
    context: dict[str, Any] = {"row": row, "form": form, "rule": sending_for.may_ever(row.practice)}
    if request.method == "POST" and form.is_valid():
        told = dict(form.cleaned_data)
        attested = told.pop("attested")
        to = sending_for.To(**told)
        context["subject"], context["text"] = sending_for.letter(row, to)
        if request.POST.get("act") == "send":
            try:
                message = sending_for.send_for_client(by=request.member, row=row, to=to, attested=attested)
            except Refused as refused:
                show_refusal(form, refused)
            else:
                messages.success(request, _("It goes in a moment. Until then it can be taken back."))
                return redirect("mail:message", message.public_id)
    return render(request, "introductions/words_send.html", context, status=422 if form.errors else 200)


def _known(row: Recommendation) -> dict[str, str]:
    """What is on file of the friend."""
    friend = row.introduction.prospect if row.introduction else None
    if friend is None:
        return {}
    return {"address": handing.address_of(friend), "name": friend.full_name, "country": friend.country}
