"""QR codes of links: sharp at any size, dark on white whatever the page around them."""

from __future__ import annotations

import io

import segno

QUIET = 4  # modules of white around, as readers need
PNG_SCALE = 16  # pixels a module: prints well at 5 cm


def svg(address: str) -> bytes:
    """For pages and print."""
    return _drawn(address, "svg", scale=8, xmldecl=True, omitsize=False, title="QR")


def png(address: str) -> bytes:
    """For documents and signs."""
    return _drawn(address, "png", scale=PNG_SCALE)


def inline(address: str) -> str:
    """For a page that is shown once: the drawing itself, without an address of its own."""
    made = segno.make(address, error="m", micro=False)
    return str(made.svg_inline(scale=6, border=QUIET, light="white", svgclass=None, lineclass=None, omitsize=False))


def _drawn(address: str, kind: str, **options: object) -> bytes:
    out = io.BytesIO()
    segno.make(address, error="m", micro=False).save(out, kind=kind, border=QUIET, light="white", **options)
    return out.getvalue()
