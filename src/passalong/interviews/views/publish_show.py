"""The practice's own show: what it says of itself, and its episodes."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from passalong.accounts.middleware import MemberRequest, member_required
from passalong.core import blobs
from passalong.core.errors import Refused
from passalong.core.forms import show_refusal
from passalong.interviews import addresses, cards
from passalong.interviews.forms.publishing import ShowForm
from passalong.interviews.selectors import episodes as selectors
from passalong.interviews.selectors import reach
from passalong.interviews.services import publishing
from passalong.kits.bounded import is_too_large, read, takes_picture
from passalong.kits.services.pictures import too_large

A_PAGE = 50


@takes_picture
@member_required
@require_http_methods(["GET", "HEAD", "POST"])
def show(request: MemberRequest) -> HttpResponse:
    """The show's words, and its episodes with what they reached."""
    practice = request.member.practice
    found = selectors.show_of(practice)
    form = ShowForm(request.POST or None, request.FILES or None, instance=found)
    if request.method == "POST" and is_too_large(request):
        form.errors["picture"] = form.error_class([too_large()])
    elif request.method == "POST" and form.is_valid():
        words = {name: form.cleaned_data[name] for name in ("title", "about", "language", "category")}
        try:
            publishing.save_show(by=request.member, words=words, picture=read(form.cleaned_data.get("picture")))
        except Refused as refused:
            show_refusal(form, refused)
        else:
            messages.success(request, _("Kept. Page and feed say so from now on."))
            return redirect("interviews:show")
    page = Paginator(selectors.episodes(practice), A_PAGE).get_page(request.GET.get("page"))
    numbers = reach.reached_by(practice, [one.interview_id for one in page])
    here = request.build_absolute_uri("/")
    context = {
        "form": form,
        "show": found,
        "show_url": addresses.public(addresses.show_path(found), here) if found.pk else "",
        "page": page,
        "rows": [(one, numbers.get(one.interview_id, reach.Reach())) for one in page],
    }
    return render(request, "interviews/publish_show.html", context, status=422 if form.errors else 200)


@member_required
@require_safe
def cover(request: MemberRequest) -> HttpResponse:
    """The show's picture as listeners see it."""
    found = selectors.show_of(request.member.practice)
    headers = {"Cache-Control": "private, no-cache", "X-Content-Type-Options": "nosniff"}
    if found.picture:
        return HttpResponse(blobs.read(found.picture), content_type=found.picture.media_type, headers=headers)
    practice = request.member.practice
    drawn = cards.cover(found.title, practice.name, practice.colour, found.language)
    return HttpResponse(drawn, content_type="image/png", headers=headers)
