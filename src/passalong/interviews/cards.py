"""Pictures that are drawn: the card with a quote that the guest shares, and the cover of a show without one."""

from __future__ import annotations

import io
from functools import lru_cache
from pathlib import Path

from PIL import Image, ImageOps

from passalong.core.typeset import render_png
from passalong.interviews.contents import Content
from passalong.kits.rendering import colour

HERE = Path(__file__).parent
SIZES = ((90, 76), (150, 64), (240, 54), (360, 46), (520, 39), (800, 33), (1100, 28))  # characters -> pixels
SMALLEST = 22
PORTRAIT = 220  # pixels a side


def quote_card(content: Content, portrait: bytes = b"") -> bytes:
    """A square PNG of 1200 pixels: the guest's sentence with what must be told, both at one size; else the title."""
    said = content.quote or content.title
    told = " ".join(content.disclosures)
    length = len(said) + len(told)
    data = {
        "said": said,
        "is_quote": bool(content.quote),
        "told": told,
        "guest": content.guest,
        "title": content.title if content.quote else content.show,
        "practice": content.practice,
        "size": next((size for most, size in SIZES if length <= most), SMALLEST),
        "colour": colour.readable(content.colour, colour.LIGHT),
        "language": content.language.split("-")[0],
        "portrait": list(_round(portrait)) if portrait else [],
    }
    return render_png(HERE / "quote_card.typ", data)


@lru_cache(maxsize=32)
def cover(title: str, practice: str, own_colour: str, language: str) -> bytes:
    """The square cover podcast apps ask for, 1400 pixels, drawn from the show's words."""
    size = next((size for most, size in ((30, 170), (50, 140), (80, 110)) if len(title) <= most), 88)
    data = {"title": title, "practice": practice, "size": size, "language": language.split("-")[0]}
    return render_png(HERE / "cover.typ", data | {"colour": colour.readable(own_colour, colour.LIGHT)})


def squared(content: bytes, side: int) -> bytes:
    """A cleaned picture cut to a square of this many pixels, as JPEG."""
    with Image.open(io.BytesIO(content), formats=("JPEG", "PNG")) as source:
        made = ImageOps.fit(source.convert("RGB"), (side, side), Image.Resampling.LANCZOS)
    out = io.BytesIO()
    made.save(out, "JPEG", quality=85, optimize=True)
    return out.getvalue()


def _round(portrait: bytes) -> bytes:
    return squared(portrait, PORTRAIT)
