"""Files behind a kit's link: its PDFs, and the pictures of its page. Gone with the edition."""

from __future__ import annotations

from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import patch_cache_control
from django.utils.http import parse_etags, quote_etag
from django.utils.text import slugify
from django.views.decorators.http import require_safe

from passalong.core import blobs
from passalong.core.errors import Refused
from passalong.kits.models import EditionFile, EditionState, FileName, Link
from passalong.kits.services import editions
from passalong.portal import journaling, state
from passalong.portal.views.notices import of_kit, over, unknown


@require_safe
def report(request: HttpRequest, token: str) -> HttpResponseBase:
    """The special report of this link, with its own QR code."""
    return _pdf(request, token, FileName.REPORT)


@require_safe
def white_paper(request: HttpRequest, token: str) -> HttpResponseBase:
    """The white paper of this link."""
    return _pdf(request, token, FileName.WHITE_PAPER)


def _pdf(request: HttpRequest, token: str, name: FileName) -> HttpResponseBase:
    there = state.look(connection, state.normalised(token))
    if there is None:
        return unknown(of_kit)
    if not there.is_live:
        return over()
    if not EditionFile.objects.filter(edition=there.edition, name=name).exists():
        return unknown(of_kit)
    link = Link.objects.select_related("kit", "practice").get(pk=there.link)
    try:
        blob = editions.file_for(link, name)
    except Refused:  # withdrawn since we looked
        return over()
    journaling.note(request.META, there, "hit", file=name.value)
    headers = {
        "Content-Disposition": f'inline; filename="{_file_name(there, name)}"',
        "Cache-Control": "no-store",
        "Referrer-Policy": "no-referrer",
        "X-Robots-Tag": "noindex, nofollow",
    }
    return HttpResponse(blobs.read(blob), content_type=blob.media_type, headers=headers)


def _file_name(there: state.State, name: FileName) -> str:
    """What the file is called when kept: the kit's title."""
    title = EditionFile.objects.filter(edition=there.edition).values_list("edition__frozen", flat=True).first() or {}
    slug = slugify(str(title.get("content", {}).get("title", "")))[:60]
    return f"{slug or name.value.replace('_', '-')}.pdf"


@require_safe
def picture(request: HttpRequest, digest: str) -> HttpResponse:
    """A picture, for as long as a published edition shows it. Browsers ask each time whether it still is."""
    shown = EditionFile.objects.filter(
        name=FileName.PICTURE, blob__digest=digest, edition__state=EditionState.LIVE, edition__kit__archived_at=None
    )
    file = shown.select_related("blob").defer("blob__content").first()
    if file is None:
        return unknown(of_kit)
    etag = quote_etag(digest)
    same = etag in parse_etags(request.headers.get("If-None-Match", ""))
    answer = HttpResponse(status=304) if same else HttpResponse(blobs.read(file.blob), file.blob.media_type)
    answer["ETag"] = etag
    answer["X-Robots-Tag"] = "noindex"
    patch_cache_control(answer, no_cache=True)
    return answer


@require_safe
def no_icon(request: HttpRequest) -> HttpResponse:
    """Browsers ask for an icon beside every page. A kit has none: the practice stands in front, not Passalong."""
    return HttpResponse(status=204, headers={"Cache-Control": "public, max-age=86400"})
