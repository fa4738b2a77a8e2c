"""Kit pages at the desk: inside a frame that may run nothing and ask for nothing, or as a file to keep."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from csp.constants import SELF
from csp.decorators import csp_update
from django.http import HttpResponse

from passalong.accounts.middleware import MemberRequest
from passalong.kits.rendering.page import headers

P = ParamSpec("P")
View = Callable[Concatenate[MemberRequest, P], HttpResponse]


def holds_frame(view: View[P]) -> View[P]:
    """A desk page that shows one of our own pages in a frame."""
    return cast("View[P]", wraps(view)(csp_update({"frame-src": [SELF]})(view)))  # type: ignore[arg-type]


def framed(page: bytes) -> HttpResponse:
    """The page for a frame at the desk: no script, no form, no request, and no other site may frame it."""
    style = next(part for part in headers(page)["Content-Security-Policy"].split("; ") if part.startswith("style-src"))
    still = re.sub(rb"<script>.*?</script>", b"", page, count=1, flags=re.DOTALL)
    answer = HttpResponse(still, content_type="text/html; charset=utf-8")
    answer["Content-Security-Policy"] = (
        f"sandbox; default-src 'none'; img-src data:; {style}; frame-ancestors 'self'; base-uri 'none'"
    )
    answer["X-Frame-Options"] = "SAMEORIGIN"
    answer["Cache-Control"] = "no-store"
    return answer


def as_file(content: bytes, media_type: str, name: str, *, inline: bool) -> HttpResponse:
    """Bytes to look at or to keep. Only PDFs of our own making are shown by the browser itself."""
    answer = HttpResponse(content, content_type=media_type)
    answer["Content-Disposition"] = f'{"inline" if inline else "attachment"}; filename="{name}"'
    answer["Cache-Control"] = "no-store"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
