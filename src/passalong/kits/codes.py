"""A link on paper and on screens: its QR code or the card with it, as an answer to the desk and to the referrer."""

from __future__ import annotations

from django.http import Http404, HttpResponse

from passalong.kits import qr
from passalong.kits.card import render_card
from passalong.kits.content import Frozen


def file_answer(kind: str, address: str, frozen: Frozen | None) -> HttpResponse:
    """QR code as svg or png, or the card as pdf. Nothing in it names the referrer."""
    if kind == "svg":
        answer = HttpResponse(qr.svg(address), content_type="image/svg+xml")
    elif kind == "png":
        answer = HttpResponse(qr.png(address), content_type="image/png")
    elif kind == "pdf" and frozen is not None:
        answer = HttpResponse(render_card(frozen, address), content_type="application/pdf")
    else:
        raise Http404
    answer["Content-Disposition"] = f'inline; filename="{"card" if kind == "pdf" else "qr"}.{kind}"'
    answer["Cache-Control"] = "private, no-store"
    return answer
