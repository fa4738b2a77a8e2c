"""What a guest answers to an invitation, on their own page: yes, rather not, this day; and the day for their calendar.

Only a POST of a chosen act answers. Opening anything answers nothing.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from passalong.core import calendars
from passalong.core.errors import Refused
from passalong.interviews.models import Stage, Voice, VoiceRole
from passalong.interviews.selectors.one import entry_of
from passalong.interviews.services import inviting, scheduling
from passalong.portal.talking import refused, voiced
from passalong.portal.views.notices import notice


@csrf_exempt  # the secret in the address is the only credential, no cookie is at stake
@require_http_methods(["GET", "HEAD", "POST"])
@voiced
def answer(request: HttpRequest, token: str, voice: Voice) -> HttpResponse:
    """The guest's answer; whoever comes here without one is led to the page."""
    back = HttpResponse(status=303, headers={"Location": reverse("portal:talk", args=[token])})
    if request.method != "POST":
        return back
    if stopped := refused(request, voice):
        return stopped
    try:
        _act(request, voice)
    except Refused as why:
        onward = (reverse("portal:talk", args=[token]), _("Back to the page"))
        return notice(422, _("Nothing was changed"), why.message, onward=onward)
    return back


def _act(request: HttpRequest, voice: Voice) -> None:
    """What was chosen. Raises Refused for anything else."""
    act = request.POST.get("act")
    if act == "accept":
        inviting.accept(voice=voice)
    elif act == "decline":
        inviting.decline(voice=voice)
    elif act == "choose":
        scheduling.choose(voice=voice, day=request.POST.get("day", "")[:40])
    else:
        raise Refused(_("Please choose again. Nothing was changed."))


@require_safe
@voiced
def day(request: HttpRequest, token: str, voice: Voice) -> HttpResponse:
    """The day that was agreed on, as a file for the reader's calendar."""
    interview = voice.interview
    if interview.stage != Stage.SCHEDULED:
        return notice(404, _("Nothing is here yet"), _("No day is agreed on."))
    made = entry_of(interview, for_guest=voice.role == VoiceRole.GUEST)
    return calendars.answer(made, "interview")
