"""A card to hand over, A6: the practice's name, the kit's title, the code and the address; nobody else's name."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from passalong.core.typeset import render_pdf
from passalong.kits import qr
from passalong.kits.content import Frozen

TEMPLATE = Path(__file__).parent / "card.typ"
ACCENT = "#0E6A62"
SIZES = ((40, 21), (70, 18), (100, 15), (120, 13))  # characters of a title -> points


def render_card(frozen: Frozen, address: str) -> bytes:
    """The card of one link as PDF, the same for every referrer but for the code and the address."""
    short = address.removeprefix("https://").removeprefix("http://")
    title = _line(frozen.content.title, 120) or _line(frozen.practice, 120)
    return render_pdf(
        TEMPLATE,
        {
            "title": title,
            "size": next(size for most, size in SIZES if len(title) <= most),
            "subtitle": _line(frozen.content.subtitle, 160),
            "practice": _line(frozen.practice, 120),
            "colour": ACCENT,
            "code": qr.svg(address).decode(),
            "alt": _("QR code of %(address)s") % {"address": short},
            "short": short,
            "say": _("Whoever gave you this card is not told whether you read it."),
            "language": settings.LANGUAGE_CODE.split("-")[0],
        },
    )


def _line(text: str, most: int) -> str:
    text = " ".join(text.split())
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"
