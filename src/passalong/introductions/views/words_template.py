"""Settings: the words round a client's own sentences, their versions, and the second person's decision."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from passalong.accounts.middleware import MemberRequest, member_required
from passalong.accounts.rules import may
from passalong.core.errors import Refused
from passalong.core.forms import show_refusal
from passalong.core.lookups import or_404
from passalong.introductions import recommendation
from passalong.introductions.forms_words import TemplateForm
from passalong.introductions.selectors import words
from passalong.introductions.services import templates


@member_required
@require_http_methods(["GET", "HEAD", "POST"])
def template(request: MemberRequest) -> HttpResponse:
    """What is in force, and the next version."""
    practice = request.member.practice
    standing = words.standing(practice)
    now = standing.template
    initial = {"empathy": now.empathy, "involves": now.involves, "prompts": "\n".join(now.prompts)}
    form = TemplateForm(request.POST or None, needs_approval=standing.needs_approval, initial=initial)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            made = templates.propose(
                by=request.member,
                empathy=told["empathy"],
                involves=told["involves"],
                prompts=form.lines,
                why=told.get("why", ""),
            )
        except Refused as refused:
            show_refusal(form, refused)
        else:
            said = _("In force from now on.") if made.in_force_at else _("A second person is asked.")
            messages.success(request, said)
            return redirect("introductions:words_template")
    context = {
        "form": form,
        "standing": standing,
        "editable": may(request.member, templates.MAY[standing.needs_approval]),
        "paragraphs": recommendation.parts(now),
        "page": Paginator(words.templates(practice), 20).get_page(request.GET.get("page")),
    }
    return render(request, "introductions/words_template.html", context, status=422 if form.errors else 200)


@member_required
@require_safe
def version(request: MemberRequest, public_id: str) -> HttpResponse:
    """One version as it stands, for whoever decides about it."""
    found = or_404(words.template, request.member.practice, public_id)
    context = {
        "template": found,
        "paragraphs": recommendation.parts(found),
        "prompts": [recommendation.fill(one, found.practice) for one in found.prompts],
        "standing": words.standing(found.practice),
    }
    return render(request, "introductions/words_version.html", context)
