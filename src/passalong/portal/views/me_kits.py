"""A referrer's own link to one kit: address, code, card, and the buttons that pass it along."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from passalong.core.errors import Refused
from passalong.introductions.models import Because, PortalKey
from passalong.introductions.services.thanking import thank
from passalong.kits import desk_links, sharing
from passalong.kits.codes import file_answer
from passalong.kits.forms_passing import PassedForm
from passalong.kits.models import Link
from passalong.kits.selectors import passing as selectors
from passalong.kits.services import passing as services
from passalong.portal import briefing
from passalong.portal.views import me
from passalong.portal.visits import visited


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@visited
def kit(request: HttpRequest, key: PortalKey, *, public_id: str) -> HttpResponse:
    """One kit; a POST says that it was passed along."""
    link = _link(key, public_id)
    if link is None:
        return me.nothing()
    if request.method == "POST":
        form = PassedForm(request.POST)
        try:
            channel = form.cleaned_data["channel"] if form.is_valid() else ""
            services.note_referrers_passing(referrer=key.referrer, link=link, channel=channel)
            thank(referrer=key.referrer, because=Because.PASSED, about=link)
        except Refused:  # ended since we looked
            return me.nothing()
        return me.back(request.path, "said")
    shown, base = desk_links.shown(link), reverse("portal:me_kit", args=[link.public_id])
    context = {
        "shown": shown,
        "share": sharing.share(shown.address, shown.title),
        "passed_form": PassedForm(initial={"channel": link.channel}),
        "passed": selectors.times_passed(link),
        "passed_action": base,
        "code_url": f"{base}/code.svg",
        "card_url": f"{base}/card.pdf",
        "brief": briefing.brief_of(shown.frozen) if shown.frozen else None,
    }
    return me.page(request, key, "portal/me_kit.html", "kits", context)


@require_safe
@visited
def code(request: HttpRequest, key: PortalKey, *, public_id: str, kind: str) -> HttpResponse:
    """The QR code or the card of the link."""
    link = _link(key, public_id)
    shown = desk_links.shown(link) if link else None
    if shown is None or not shown.is_ready:
        raise Http404
    return file_answer(kind, shown.address, shown.frozen)


def _link(key: PortalKey, public_id: str) -> Link | None:
    return briefing.links_of(key.referrer).filter(public_id=public_id).first()
