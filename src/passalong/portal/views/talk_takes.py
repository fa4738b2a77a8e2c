"""What a voice records arrives here by its own link, in pieces (interviews/receiving.py), or by a plain form."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from passalong.core import bigfiles
from passalong.core.errors import Refused
from passalong.interviews import receiving
from passalong.interviews.models import Take, Voice
from passalong.interviews.selectors import takes as selectors
from passalong.interviews.selectors.voices import why_not_usable
from passalong.interviews.services import arriving
from passalong.interviews.serving import ranged
from passalong.portal import asking, limits
from passalong.portal.talking import not_theirs, refused, voiced
from passalong.portal.views.notices import notice

Found = Callable[..., HttpResponseBase]


def _counted(view: Found) -> Found:
    """From a page of ours, by whom it belongs to, and not more often than a recording needs; said as JSON."""

    @wraps(view)
    def wrapped(request: HttpRequest, token: str, voice: Voice, **more: object) -> HttpResponseBase:
        if not asking.is_from_our_page(request.META):
            return JsonResponse({"why": _("This did not come from our page.")}, status=403)
        if not_theirs(request, voice):
            words = _("You are signed in as a member of this practice. Only the guest records here.")
            return JsonResponse({"why": words}, status=403)
        address = asking.client_address(request.META)
        if not (limits.PIECES_OF_ADDRESS.allows(address) and limits.PIECES_OF_LINK.allows(f"talk {voice.pk}")):
            return JsonResponse({"why": _("One moment, please.")}, status=429, headers={"Retry-After": "10"})
        return view(request, token, voice, **more)

    return wrapped


def _of_voice(view: Found) -> Found:
    """Finds the take this voice recorded itself; anything else is not there."""

    @wraps(view)
    def wrapped(request: HttpRequest, token: str, voice: Voice, *, public_id: str) -> HttpResponseBase:
        try:
            take = selectors.take_of_voice(voice, public_id)
        except Take.DoesNotExist:
            return JsonResponse({"why": _("Nothing is here.")}, status=404)
        return view(request, token, voice, take)

    return wrapped


@csrf_exempt  # the secret in the address is the only credential, no cookie is at stake
@require_POST
@voiced
@_counted
def begin(request: HttpRequest, token: str, voice: Voice) -> HttpResponse:
    """A recording is going to come."""
    return receiving.began(request, voice.interview, voice=voice)


@require_safe
@voiced
@_of_voice
def length(request: HttpRequest, token: str, voice: Voice, take: Take) -> HttpResponse:
    """How far it has come."""
    return receiving.length(take)


@csrf_exempt
@require_POST
@voiced
@_counted
@_of_voice
def piece(request: HttpRequest, token: str, voice: Voice, take: Take) -> HttpResponse:
    """One piece of it."""
    return receiving.took(request, take)


@csrf_exempt
@require_POST
@voiced
@_counted
@_of_voice
def done(request: HttpRequest, token: str, voice: Voice, take: Take) -> HttpResponse:
    """All of it is here."""
    return receiving.finished(request, take)


@require_safe
@voiced
@_of_voice
def sound(request: HttpRequest, token: str, voice: Voice, take: Take) -> HttpResponseBase:
    """Listen to what this voice recorded: as on the desk, only while everybody who is heard allows it."""
    if take.file is None:
        raise Http404
    if why_not_usable(voice.interview):  # who has not agreed is no other guest's to know
        why = _("You can listen to it again once everybody who is heard has agreed to be recorded.")
        return HttpResponse(why, status=403, content_type="text/plain; charset=utf-8")
    return ranged(request, bigfiles.path_of(take.file), take.file.media_type)


@csrf_exempt
@require_POST
@voiced
def choose(request: HttpRequest, token: str, voice: Voice, public_id: str) -> HttpResponse:
    """This one counts of several."""
    return _act(request, token, voice, public_id, lambda take: arriving.choose(take=take))


@csrf_exempt
@require_POST
@voiced
def remove(request: HttpRequest, token: str, voice: Voice, public_id: str) -> HttpResponse:
    """Delete one."""
    return _act(request, token, voice, public_id, lambda take: arriving.remove(take=take))


def _act(request: HttpRequest, token: str, voice: Voice, public_id: str, act: Callable[[Take], object]) -> HttpResponse:
    if stopped := refused(request, voice):
        return stopped
    try:
        take = selectors.take_of_voice(voice, public_id)
        asked = take.question.public_id if take.question else ""
        act(take)
    except Take.DoesNotExist:
        return notice(404, _("Nothing is here"), _("This recording has been removed."))
    except Refused as why:
        return _back_with(token, why.message, "")
    return _back(token, asked)


@csrf_exempt
@require_POST
@voiced
def bring(request: HttpRequest, token: str, voice: Voice) -> HttpResponse:
    """A recording by a plain form, where the browser runs no JavaScript: up to a stated size."""
    size = receiving.length_of(request)
    if size is None or size > receiving.MOST_FORM:
        words = _("A form without JavaScript takes up to %(most)s MB.") % {"most": receiving.MOST_FORM >> 20}
        return notice(413, _("That is more than fits"), words)
    address = asking.client_address(request.META)
    if not asking.is_from_our_page(request.META) or not limits.POSTS_OF_ADDRESS.allows(address):
        return notice(403, _("This did not come from our page"), _("Nothing was sent. Please open the page again."))
    if stopped := not_theirs(request, voice):
        return stopped
    file, asked = request.FILES.get("recording"), request.POST.get("question", "")
    try:
        if file is None:
            raise Refused(_("Choose a file first."))
        receiving.brought(file, voice.interview, receiving.question_of(voice.interview, asked), voice=voice)
    except Refused as why:
        return _back_with(token, why.message, asked)
    return _back(token, asked)


def _back(token: str, asked: str) -> HttpResponse:
    answer = redirect(f"{reverse('portal:talk_record', args=[token])}?q={asked}")
    answer.status_code = 303
    return answer


def _back_with(token: str, why: str, asked: str) -> HttpResponse:
    onward = (f"{reverse('portal:talk_record', args=[token])}?q={asked}", _("Back to your answers"))
    return notice(422, _("This was not done"), why, onward=onward)
