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


def _drawn(address: str, kind: str, **options: object) -> bytes:
    out = io.BytesIO()
    segno.make(address, error="m", micro=False).save(out, kind=kind, border=QUIET, light="white", **options)
    return out.getvalue()
