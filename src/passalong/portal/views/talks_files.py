"""Files beside an episode's page: sound with ranges, sample, card, picture, chapters, words. Gone with the episode."""

from __future__ import annotations

import re

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from passalong.core import bigfiles, blobs
from passalong.core.models import BigFile, Blob
from passalong.interviews import player
from passalong.interviews.selectors.reach import SOUND
from passalong.interviews.serving import ranged
from passalong.portal import journaling
from passalong.portal.views.notices import notice
from passalong.portal.views.talks import There, kept_by_mark, of_episode, quiet

MP3 = "audio/mpeg"
_FROM_THE_START = re.compile(r"bytes=0?-?\s*|bytes=0-\d*")


@require_safe
@of_episode
def sound(request: HttpRequest, there: There) -> HttpResponseBase:
    """The whole conversation. Asking for it from its start is noted; going on in the middle is not another visit."""
    asked = request.headers.get("Range", "")
    if request.method == "GET" and (not asked or _FROM_THE_START.fullmatch(asked)):
        journaling.note(request.META, there.state, "hit", file=SOUND)
    return _sound(request, there, there.version.audio, "")


@require_safe
@of_episode
def snippet(request: HttpRequest, there: There) -> HttpResponseBase:
    """The sample the guest shares."""
    return _sound(request, there, there.version.snippet, _("sample"))


def _sound(request: HttpRequest, there: There, file: BigFile | None, more: str) -> HttpResponseBase:
    if file is None:
        return quiet(_gone())
    answer = ranged(request, bigfiles.path_of(file), MP3)
    name = "-".join(filter(None, (slugify(there.content.title)[:60] or "conversation", slugify(more))))
    answer["Content-Disposition"] = f'inline; filename="{name}.mp3"'
    return quiet(answer, "private, no-cache")


def _gone() -> HttpResponse:
    return notice(404, _("Nothing is here"), _("This file does not exist."))


@require_safe
@of_episode
def card(request: HttpRequest, there: There) -> HttpResponseBase:
    """The picture with the guest's sentence."""
    return _picture(request, there.version.card)


@require_safe
@of_episode
def picture(request: HttpRequest, there: There) -> HttpResponseBase:
    """The guest's picture, as it was when it was published."""
    digest = there.content.picture
    found = Blob.objects.filter(practice=there.link.practice_id, digest=digest).first() if digest else None
    return _picture(request, found)


def _picture(request: HttpRequest, blob: Blob | None) -> HttpResponseBase:
    return kept_by_mark(request, blobs.read(blob), blob.media_type) if blob else quiet(_gone())


@require_safe
@of_episode
def chapters(request: HttpRequest, there: There) -> HttpResponseBase:
    """Chapters for podcast apps."""
    return _text(request, player.chapters_json(there.content), "application/json+chapters")


@require_safe
@of_episode
def words(request: HttpRequest, there: There, *, form: str) -> HttpResponseBase:
    """The words: as captions or as plain text."""
    if not there.content.segments:
        return quiet(_gone())
    if form == "vtt":
        return _text(request, player.vtt(there.content), "text/vtt; charset=utf-8")
    return _text(request, player.text(there.content), "text/plain; charset=utf-8")


def _text(request: HttpRequest, said: str, media_type: str) -> HttpResponseBase:
    answer = kept_by_mark(request, said.encode(), media_type)
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Access-Control-Allow-Origin"] = "*"  # players in browsers read chapters and captions from elsewhere
    return answer
