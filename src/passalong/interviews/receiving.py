"""What pages that record and bring recordings answer with, the same on a voice's own page and on the desk.

    POST …/takes/            client_id, question, media_type, name -> 200 {id, state, length}
    GET  …/takes/ID          -> 200 {id, state, length, why}
    POST …/takes/ID/piece?offset=N, the bytes themselves -> 200 {length}; 409 {length} where it ends elsewhere
    POST …/takes/ID/done     total, marks -> 200 as GET; 409 {length}

Refusals are 422 {why}. The caller has found out who asks and whether they may.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _

from passalong.accounts.models import Member
from passalong.core.errors import Refused
from passalong.core.ids import new_public_id
from passalong.interviews.models import Asked, Interview, Take, Voice
from passalong.interviews.services import arriving

MOST_FORM = 200 << 20  # bytes of a recording brought by a plain form, without JavaScript
MOST_WORDS = 8 << 10  # bytes of a form that only begins or ends one
_NUMBER = re.compile(r"\d{1,12}", re.ASCII)


def began(
    request: HttpRequest, interview: Interview, *, voice: Voice | None = None, by: Member | None = None
) -> HttpResponse:
    """Begin a take, or find the one that began by this name before."""
    if _is_long(request):
        return _why(_("That is more than fits."), status=413)
    sent = request.POST
    return _said(
        lambda: arriving.begin(
            interview=interview,
            voice=voice,
            by=by,
            client_id=sent.get("client_id", ""),
            question=question_of(interview, sent.get("question", "")),
            media_type=sent.get("media_type", ""),
            name=sent.get("name", ""),
        )
    )


def length(take: Take) -> HttpResponse:
    """How far it has come."""
    return JsonResponse(_told(take))


def took(request: HttpRequest, take: Take) -> HttpResponse:
    """Take one piece: the body as it is."""
    offset = request.GET.get("offset", "")
    if not _NUMBER.fullmatch(offset):
        return _why(_("Say where the piece begins."))
    size = length_of(request)
    if size is None or size > arriving.MOST_PIECE:
        return _why(_("A piece holds 1 to %(most)s bytes.") % {"most": arriving.MOST_PIECE}, status=413)
    body = request.read(size)
    if len(body) != size:  # the line was cut: nothing is kept of half a piece
        return _why(_("The piece did not arrive whole."), status=400)
    return _said(lambda: {"length": arriving.piece(take=take, offset=int(offset), body=body)})


def finished(request: HttpRequest, take: Take) -> HttpResponse:
    """All of it is here."""
    if _is_long(request):
        return _why(_("That is more than fits."), status=413)
    total = request.POST.get("total", "")
    if not _NUMBER.fullmatch(total):
        return _why(_("Say how long it is."))
    marks = marks_of(request.POST.get("marks", ""))
    return _said(lambda: arriving.done(take=take, total=int(total), marks=marks))


def marks_of(text: str) -> list[tuple[str, float]]:
    """When which question began, as `[["public id", seconds], ...]` in JSON; anything else is no mark."""
    try:
        rows = json.loads(text[:MOST_WORDS]) if text else []
    except (ValueError, RecursionError):
        return []
    found = []
    for row in rows if isinstance(rows, list) else []:
        if isinstance(row, list) and len(row) == 2 and isinstance(row[0], str) and type(row[1]) in (int, float):
            found += [(row[0], float(row[1]))] if abs(row[1]) <= arriving.MOST_SECONDS else []
    return found


def brought(
    file: UploadedFile[Any],
    interview: Interview,
    question: Asked | None,
    *,
    voice: Voice | None = None,
    by: Member | None = None,
) -> Take:
    """A recording brought by a plain form goes the same way as one that comes in pieces. Raises Refused."""
    who: dict[str, Any] = {"voice": voice, "by": by, "question": question}
    who |= {"media_type": (file.content_type or "").lower(), "name": file.name or ""}
    take = arriving.begin(interview=interview, client_id=f"form-{new_public_id()}", **who)
    at = 0
    for body in file.chunks(arriving.MOST_PIECE):
        at = arriving.piece(take=take, offset=at, body=body)
    return arriving.done(take=take, total=at)


def question_of(interview: Interview, public_id: str) -> Asked | None:
    """The question a recording answers; None for one of the whole talk. Raises Refused for one asked elsewhere."""
    if not public_id:
        return None
    known = public_id.isalnum()
    found = Asked.objects.filter(interview=interview, public_id=public_id).first() if known else None
    if found is None:
        raise Refused(_("This question is not asked here."), field="question")
    return found


def length_of(request: HttpRequest) -> int | None:
    """How many bytes the body holds, as its header says; None where it does not say, or says it in no plain way."""
    said = str(request.META.get("CONTENT_LENGTH") or "")
    return int(said) if _NUMBER.fullmatch(said) else None


def _is_long(request: HttpRequest) -> bool:
    """Whether it is no form that only begins or ends a recording: then nothing of it is read."""
    return (length_of(request) or 0) > MOST_WORDS


def _said(act: Callable[[], Take | dict[str, Any]]) -> HttpResponse:
    try:
        found = act()
    except arriving.Elsewhere as elsewhere:
        return JsonResponse({"length": elsewhere.length}, status=409)
    except Refused as refused:
        return _why(refused.message)
    return JsonResponse(_told(found) if isinstance(found, Take) else found)


def _told(take: Take) -> dict[str, Any]:
    return {"id": take.public_id, "state": take.state, "length": arriving.arrived(take), "why": take.why}


def _why(words: str, *, status: int = 422) -> HttpResponse:
    return JsonResponse({"why": words}, status=status)
