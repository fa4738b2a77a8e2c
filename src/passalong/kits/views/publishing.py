"""From the draft to an edition: what stands in the way, what it will look like, and the button."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from passalong.accounts.middleware import MemberRequest, member_required
from passalong.core.errors import Refused
from passalong.kits.checklist import checks
from passalong.kits.lookups import kit_or_404
from passalong.kits.models import EditionState, Kit
from passalong.kits.rendering import RENDERERS
from passalong.kits.rendering.page import render_page
from passalong.kits.selectors import editions as selectors
from passalong.kits.services import editions as services
from passalong.kits.views import framing

PER_PAGE = 20


@member_required
@framing.holds_frame
@require_http_methods(["GET", "HEAD", "POST"])
def publish(request: MemberRequest, public_id: str) -> HttpResponse:
    """The checklist, the preview, the editions so far; by POST the next one."""
    kit = kit_or_404(request.member.practice, public_id)
    if request.method == "POST":
        return _publish(request, kit)
    check = selectors.checklist(kit)
    found = checks(check.content, names=(kit.practice.name,))
    context = {
        "kit": kit,
        "check": check,
        "advice": sum(len(one.lines) for one in found.values()),
        "others_waiting": selectors.waiting(kit.practice).exclude(kit=kit).exists(),
        "next": selectors.next_number(kit),
        "live": selectors.live_edition(kit),
        "taken_away": selectors.taken_away(kit.practice, kit).first(),
        "page": Paginator(selectors.editions(kit), PER_PAGE).get_page(request.GET.get("page")),
    }
    return render(request, "kits/publish.html", context)


def _publish(request: MemberRequest, kit: Kit) -> HttpResponse:
    try:
        edition = services.publish(by=request.member, kit=kit)
    except Refused as refused:
        messages.error(request, refused.message)
        return redirect("kits:publish", public_id=kit.public_id)
    if edition.state == EditionState.WAITING:
        messages.success(request, _("Proposed. A second person looks at it before anybody reads it."))
    else:
        messages.success(request, _("Edition %(number)d is published.") % {"number": edition.number})
    return redirect("kits:edition", public_id=edition.public_id)


@member_required
@require_safe
def page(request: MemberRequest, public_id: str) -> HttpResponse:
    """The draft as a web page, for a frame."""
    kit = kit_or_404(request.member.practice, public_id)
    frozen = selectors.freeze(kit, selectors.checklist(kit))
    drawn = render_page(frozen, has_files=tuple(RENDERERS))
    return framing.framed(selectors.framed(drawn, selectors.picture_blobs(kit.practice, frozen)))


@member_required
@require_safe
def file(request: MemberRequest, public_id: str, name: str) -> HttpResponse:
    """The draft on paper."""
    kit = kit_or_404(request.member.practice, public_id)
    if name not in RENDERERS:
        raise Http404
    frozen = selectors.freeze(kit, selectors.checklist(kit))
    made = services.draw(kit.practice, name, frozen)
    return framing.as_file(made, RENDERERS[name].media_type, f"draft-{name}.pdf".replace("_", "-"), inline=True)
