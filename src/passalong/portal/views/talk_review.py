"""The page on which a guest hears their interview before anybody else, reads and corrects the words, and decides.

GET shows; only a POST with a chosen answer acts. An address that never was and one that has ended get the same words.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from passalong.core import bigfiles
from passalong.core.errors import Refused
from passalong.interviews.clips import time_words
from passalong.interviews.models import Review, Stage, Voice, VoiceRole
from passalong.interviews.selectors import cuts, transcripts, voices
from passalong.interviews.services import reviewing
from passalong.interviews.services import transcripts as words
from passalong.interviews.services.voices import voice_of
from passalong.interviews.serving import ranged
from passalong.portal import asking, limits
from passalong.portal.views.notices import later, notice, of_the_desk, refusal

TEMPLATE = "portal/talk_review.html"
MOST_BYTES = 4_000_000  # of the form: all words of a talk of several hours


@csrf_exempt  # the secret in the address is the only credential, no cookie is at stake
@require_http_methods(["GET", "HEAD", "POST"])
def review(request: HttpRequest, token: str) -> HttpResponse:
    """The page; a POST keeps corrections, approves, or asks for changes."""
    answer = _answer(request, token)
    answer["Referrer-Policy"] = "no-referrer"
    answer["Cache-Control"] = "no-store"
    answer["X-Robots-Tag"] = "noindex, nofollow"
    return answer


@require_safe
def sound(request: HttpRequest, token: str) -> HttpResponseBase:
    """The sound of that page, whole or in the part asked for."""
    voice, shown = _found(token)
    file = shown.render.file if shown is not None and shown.render is not None else None
    if voice is None or file is None:
        if not limits.SECRETS_OF_ADDRESS.allows(asking.client_address(request.META)):
            return later()
        return _nothing()
    answer = ranged(request, bigfiles.path_of(file), "audio/mpeg")
    answer["Referrer-Policy"] = "no-referrer"
    answer["Cache-Control"] = "private, no-cache"
    answer["X-Robots-Tag"] = "noindex, nofollow"
    return answer


def _nothing() -> HttpResponse:
    return notice(404, _("Nothing is here"), _("This address has ended, or a letter of it is missing."))


def _found(token: str) -> tuple[Voice | None, Review | None]:
    """Whose page it is and what they are to hear: the guest alone, while every voice consents, and while it is theirs
    to decide or they have approved it."""
    voice = voice_of(token)
    if voice is None or voice.role != VoiceRole.GUEST:
        return None, None
    shown = cuts.reviewed(voice.interview)
    is_theirs = voice.interview.stage not in (Stage.CLOSED, *cuts.MAY_EDIT, Stage.IDEA, Stage.INVITED)
    if shown is None or not is_theirs or voices.why_not_usable(voice.interview):
        return voice, None
    return voice, shown


def _answer(request: HttpRequest, token: str) -> HttpResponse:
    voice, shown = _found(token)
    if voice is None:
        if not limits.SECRETS_OF_ADDRESS.allows(asking.client_address(request.META)):
            return later()
        return _nothing()
    if shown is None:
        said = _("Once it is in order you get a mail, and can listen to it here before anybody else.")
        return notice(200, _("There is nothing to listen to just now"), said)
    if request.method != "POST":
        return _show(request, token, voice, shown)
    if refused := refusal(request, f"review {voice.pk}", most=MOST_BYTES) or of_the_desk(request, voice.practice_id):
        return refused
    try:
        return _act(request, voice, shown)
    except Refused as refused_act:
        typed = {"texts": request.POST.getlist("text"), "note": request.POST.get("note", "")[:2000]}
        return _show(request, token, voice, shown, wrong=refused_act.message, typed=typed, status=422)


def _act(request: HttpRequest, voice: Voice, shown: Review) -> HttpResponse:
    """Corrections come first, so that what is approved is what stands on the page."""
    answer = request.POST.get("answer", "")
    if answer not in ("keep", "approve", "changes"):
        raise Refused(_("Please choose again. Nothing was changed."))
    if shown.is_approved is None and voice.interview.stage == Stage.EDITED:
        if request.POST.get("shown") != transcripts.digest_of(shown.render, shown.transcript):
            raise Refused(_("Something has changed since you opened this page. Please look once more."))
        if shown.transcript is not None and (texts := request.POST.getlist("text")):
            kept = words.correct_by_guest(voice=voice, base=shown.transcript, texts=texts)
            shown = reviewing.take_words(review=shown, words=kept)
    if answer == "approve":
        digest = transcripts.digest_of(shown.render, shown.transcript)
        reviewing.approve(voice=voice, review=shown, shown=digest)
    elif answer == "changes":
        reviewing.ask_for_changes(voice=voice, review=shown, note=request.POST.get("note", ""))
        said = _("They read what you wrote, work on it again, and send you a mail when you can listen anew.")
        return notice(200, _("Thank you"), said)
    return HttpResponse(status=303, headers={"Location": f"{request.path}#decide"})


def _show(
    request: HttpRequest,
    token: str,
    voice: Voice,
    shown: Review,
    *,
    wrong: str = "",
    typed: dict[str, Any] | None = None,
    status: int = 200,
) -> HttpResponse:
    said = transcripts.said(shown.transcript) if shown.transcript else []
    texts = (typed or {}).get("texts", [])
    if len(texts) != len(said):
        texts = [one.text for one in said]
    context = {
        "practice": voice.practice,
        "voice": voice,
        "token": token,
        "review": shown,
        "sound_url": f"{request.path.rstrip('/')}/sound.mp3",
        "length": time_words(round(shown.render.seconds)) if shown.render and shown.render.seconds else "",
        "chapters": [
            {"at": time_words(round(one["start"])), "start": one["start"], "title": one["title"]}
            for one in (shown.render.chapters if shown.render else [])
        ],
        "rows": list(zip(said, texts, strict=True)),
        "digest": transcripts.digest_of(shown.render, shown.transcript),
        "is_open": shown.is_approved is None and voice.interview.stage == Stage.EDITED,
        "note": (typed or {}).get("note", ""),
        "wrong": wrong,
    }
    return HttpResponse(render_to_string(TEMPLATE, context), status=status)
