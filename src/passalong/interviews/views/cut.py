"""The editor: order, trim, keep or drop, intro and outro; the sound made of it, its progress, and listening."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from passalong.accounts.middleware import MemberRequest, member_required
from passalong.core import bigfiles
from passalong.core.errors import Refused
from passalong.core.ids import new_public_id
from passalong.core.lookups import or_404
from passalong.interviews.clips import Clip, Finish, parse_time, time_words
from passalong.interviews.meanwhile import Meanwhile
from passalong.interviews.models import Interview, Take
from passalong.interviews.selectors import cuts as selectors
from passalong.interviews.selectors import voices
from passalong.interviews.services import cutting, rendering
from passalong.interviews.serving import ranged


@dataclass(frozen=True, slots=True)
class Sent:
    """What the form says: the clips in order, where each would be parted, in seconds, and the settings of the whole."""

    clips: list[Clip]
    parts: list[float | None]
    finish: Finish


def interview_or_404(request: MemberRequest, public_id: str) -> Interview:
    """One interview of the member's practice."""
    return or_404(selectors.interview, request.member.practice, public_id)


@member_required
@require_http_methods(["GET", "HEAD", "POST"])
def cut(request: MemberRequest, public_id: str) -> HttpResponse:
    """The editor. Every POST keeps what the form says as a new version; asked by the script, it answers in JSON."""
    found = interview_or_404(request, public_id)
    if request.method != "POST":
        return _shown(request, found)
    by_script = "application/json" in request.headers.get("Accept", "")
    sent = None
    try:
        sent = _sent(request)
        clips, at = _acted(request.POST.get("act", ""), sent)
        kept = cutting.save(
            by=request.member,
            interview=found,
            clips=clips,
            finish=sent.finish,
            base=_number(request.POST.get("base", "")),
            window=window_of(request),
        )
        if request.POST.get("act") == "make":
            rendering.request(by=request.member, cut=kept)
    except Meanwhile as other:
        return _chosen_between(request, found, sent, other.message, by_script=by_script)
    except Refused as refused:
        if by_script:
            return JsonResponse({"error": refused.message}, status=422)
        messages.error(request, refused.message)
        return redirect("interviews:cut", public_id)
    if by_script:
        desk = selectors.desk(found, kept)
        return JsonResponse({"number": kept.number, "seconds": round(desk.seconds, 1), "length": desk.length})
    place = f"piece-{at + 1}" if at >= 0 else "sound" if request.POST.get("act") == "make" else "saved"
    return HttpResponse(status=303, headers={"Location": f"{request.path}#{place}"})


def _chosen_between(
    request: MemberRequest, found: Interview, sent: Sent | None, words: str, *, by_script: bool
) -> HttpResponse:
    """Somebody else saved meanwhile: who and when, what was typed here as it stands, and both ways to go on."""
    newest = selectors.latest(found)
    if by_script:
        return JsonResponse({"meanwhile": words, "number": newest.number if newest else 0}, status=409)
    desk = selectors.desk_of(found, sent.clips, sent.finish) if sent else None
    return _shown(request, found, desk=desk, meanwhile=words, status=409)


def window_of(request: HttpRequest) -> str:
    """Which page of a browser this is, made up when it was drawn; empty for none."""
    said = request.POST.get("window", "")
    return said if len(said) <= 20 and said.isascii() and said.isalnum() else ""


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 9 else None


def _shown(
    request: MemberRequest,
    found: Interview,
    *,
    desk: selectors.Desk | None = None,
    meanwhile: str = "",
    status: int = 200,
) -> HttpResponse:
    why_not = voices.why_not_usable(found)
    desk = desk or selectors.desk(found)
    context: dict[str, Any] = {
        "interview": found,
        "meanwhile": meanwhile,
        "window": new_public_id(),
        "coming": selectors.coming(found),
        "why_not": why_not,
        "desk": desk,
        "peaks": {row.take.public_id: row.take.peaks for row in desk.rows} if not why_not else {},
        "versions": selectors.versions(found)[1 : selectors.MOST_SHOWN + 1],
        "version_count": selectors.versions(found).count(),
    } | _sound(found)
    return render(request, "interviews/cut.html", context, status=status)


def _sound(found: Interview) -> dict[str, Any]:
    """The newest attempt at a sound, and the newest that is made."""
    newest, finished = selectors.latest_render(found), selectors.finished(found)
    chapters = finished.chapters if finished else []
    return {
        "interview": found,
        "render": newest,
        "is_open": newest is not None and newest.state in selectors.OPEN,
        "may_make": found.stage in selectors.MAY_EDIT,
        "finished": finished,
        "finished_length": time_words(round(finished.seconds or 0)) if finished else "",
        "finished_chapters": [{"at": time_words(round(one["start"])), "title": one["title"]} for one in chapters],
        "is_newest": selectors.is_of_newest(finished, found),
    }


def _sent(request: HttpRequest) -> Sent:
    """Read the form; raises Refused, naming the piece, for what is no time."""
    names = ("row", "take", "start", "end", "chapter", "part")
    columns = [request.POST.getlist(name) for name in names]
    if len({len(column) for column in columns}) != 1:
        raise Refused(_("The page was not sent as a whole. Please open it again."))
    keep = set(request.POST.getlist("keep"))
    clips, parts = [], []
    for number, (row, take, start, end, chapter, part) in enumerate(zip(*columns, strict=True), 1):
        begins, ends = parse_time(start), parse_time(end)
        if begins is None or ends is None:
            said = _("Piece %(number)d: write a time as 1:15 or 1:15.5.") % {"number": number}
            raise Refused(said)
        clips.append(Clip(take[:20], begins, ends, row in keep, chapter))
        parts.append(parse_time(part))
    intro, outro = (request.POST.get(name, "")[:20] for name in ("intro", "outro"))
    return Sent(clips, parts, Finish(intro, outro, "quiet" in request.POST, "noise" in request.POST))


def _acted(act: str, sent: Sent) -> tuple[list[Clip], int]:
    """The clips after the button that was pressed, and which of them to look at; -1: none."""
    verb, _colon, place = act.partition(":")
    at = int(place) if place.isascii() and place.isdecimal() and len(place) < 5 else -1
    if verb in ("up", "down"):
        by = -1 if verb == "up" else 1
        return cutting.moved(sent.clips, at, by), min(max(at + by, 0), len(sent.clips) - 1)
    if verb == "split" and 0 <= at < len(sent.parts):
        second = sent.parts[at]
        if second is None:
            raise Refused(_("Say at which time it is to be parted, as 1:15."))
        return cutting.split(sent.clips, at, second), at
    return sent.clips, -1


@member_required
@require_POST
def back(request: MemberRequest, public_id: str) -> HttpResponse:
    """An earlier version is the newest again."""
    found = interview_or_404(request, public_id)
    number = request.POST.get("number", "")
    try:
        cutting.go_back(by=request.member, interview=found, number=_number(number) or 0)
        messages.success(request, _("The earlier version stands again. Nothing in between is lost."))
    except Refused as refused:
        messages.error(request, refused.message)
    return redirect("interviews:cut", public_id)


@member_required
@require_POST
def cancel(request: MemberRequest, public_id: str) -> HttpResponse:
    """Stop making it."""
    found = interview_or_404(request, public_id)
    newest = selectors.latest_render(found)
    try:
        if newest is not None:
            rendering.cancel(by=request.member, render=newest)
    except Refused as refused:
        messages.error(request, refused.message)
    return redirect("interviews:cut", public_id)


@member_required
@require_safe
def state(request: MemberRequest, public_id: str) -> HttpResponse:
    """How far the sound is, as a piece of the page."""
    return render(request, "interviews/_cut_sound.html", _sound(interview_or_404(request, public_id)))


@member_required
@require_safe
def coming(request: MemberRequest, public_id: str) -> HttpResponse:
    """What is still arriving or being looked at, as a piece of the page; and which recordings are here by now."""
    found = interview_or_404(request, public_id)
    context = {"interview": found, "coming": selectors.coming(found), "here": selectors.desk(found)}
    return render(request, "interviews/_cut_coming.html", context)


@member_required
@require_safe
def take_sound(request: MemberRequest, public_id: str, take: str) -> HttpResponseBase:
    """A recording, to be listened to; only once every voice has consented."""
    found = interview_or_404(request, public_id)
    row = Take.objects.select_related("file").filter(interview=found, public_id=take, file__isnull=False).first()
    if row is None or row.file is None:
        raise Http404
    if why := voices.why_not_usable(found):
        return HttpResponse(why, status=403, content_type="text/plain; charset=utf-8")
    return _private(ranged(request, bigfiles.path_of(row.file), _sound_type(row.file.media_type)))


@member_required
@require_safe
def sound(request: MemberRequest, public_id: str, made: str) -> HttpResponseBase:
    """A sound that was made; only while every voice consents."""
    found = interview_or_404(request, public_id)
    row = or_404(selectors.render, request.member.practice, made)
    if row.cut.interview_id != found.pk or row.file is None:
        raise Http404
    if why := voices.why_not_usable(found):
        return HttpResponse(why, status=403, content_type="text/plain; charset=utf-8")
    return _private(ranged(request, bigfiles.path_of(row.file), _sound_type(row.file.media_type)))


def _sound_type(media_type: str) -> str:
    """What it is given out as: sound, or bytes without a meaning; never a page."""
    plain = media_type.partition(";")[0].strip().lower()
    return plain if plain.startswith(("audio/", "video/")) else "application/octet-stream"


def _private(answer: HttpResponseBase) -> HttpResponseBase:
    answer["Cache-Control"] = "private, no-cache"  # a consent taken back holds for the next press of play
    return answer
