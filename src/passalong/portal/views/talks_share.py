"""The guest's share pack, on their own link: words, card, sample, an address of their own. Only "I shared it" changes
anything."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from passalong.audience.selectors.reading import FEWEST
from passalong.core.errors import Refused
from passalong.interviews.models import EpisodeLink, Stage, Voice
from passalong.interviews.selectors import reach
from passalong.interviews.services import sharing
from passalong.kits import sharing as buttons
from passalong.portal.talking import refused, voiced
from passalong.portal.views.notices import notice

AFTER = (Stage.SHARED, Stage.RETURN_ASKED, Stage.RETURNED)


@csrf_exempt  # the secret in the address is the only credential, no cookie is at stake
@require_http_methods(["GET", "HEAD", "POST"])
@voiced
def share(request: HttpRequest, token: str, voice: Voice) -> HttpResponse:
    """The pack; a POST says that it was shared."""
    pack = sharing.pack_of(voice)
    if pack is None:
        words = _("The conversation is not published, or not any more. What you can share stands here once it is.")
        return notice(404, _("Nothing to share just now"), words)
    if request.method != "POST":
        return _shown(request, token, voice, pack)
    if stopped := refused(request, voice):
        return stopped
    if request.POST.get("act") != "shared":
        return _shown(request, token, voice, pack, status=422)
    try:
        kit = sharing.shared(voice=voice)
    except Refused as why:
        return notice(410, _("Nothing to share just now"), why.message)
    if kit is None:
        answer = redirect("portal:talks_share", token)
        answer.status_code = 303
        return answer
    voice.interview.refresh_from_db()
    return _shown(request, token, voice, pack, kit=sharing.kit_address(voice, kit))  # asked here, and never again


def _shown(request: HttpRequest, token: str, voice: Voice, pack: sharing.Pack, **more: Any) -> HttpResponse:
    status = more.pop("status", 200)
    came = reach.reached_by(voice.practice, [voice.interview_id]).get(voice.interview_id, reach.Reach()).came
    context = {
        "pack": pack,
        "voice": voice,
        "practice": voice.practice,
        "token": token,
        "buttons": buttons.share(pack.words, pack.content.title),
        "caution": buttons.caution(voice.practice.profession),
        "is_shared": voice.interview.stage in AFTER,
        "came": came if came >= FEWEST else None,
        "by": EpisodeLink.By.GUEST,
    }
    return render(request, "portal/talks_share.html", context | more, status=status)
