"""PDF and pictures by typst: our own template files, user text only as data, no network, no other files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

# Letters that our own fonts lack are taken from the machine's; where it has none either, the file is still tagged but
# does not claim PDF/UA, and shows an empty box there.
_TRIES = ((True, True), (False, True), (False, False))  # only our own fonts, claims PDF/UA


def render_pdf(template: Path, data: dict[str, Any]) -> bytes:
    """Typeset `template` with `data` (read there as json(bytes(sys.inputs.data))) to a tagged PDF.

    The template's folder is the root: nothing outside it can be read. Text in `data` is never taken as markup.
    """
    import typst

    inputs = {"data": json.dumps(data)}
    for only_ours, claims in _TRIES:
        try:
            return bytes(
                typst.compile(
                    str(template),
                    root=str(template.parent),
                    format="pdf",
                    sys_inputs=inputs,
                    ignore_system_fonts=only_ours,
                    pdf_standards=["ua-1"] if claims else [],
                )
            )
        except typst.TypstError as error:
            if "could not be displayed" not in str(error) or not claims:
                raise
    raise AssertionError("the last try gives bytes or raises")


def render_png(template: Path, data: dict[str, Any], *, ppi: float = 72.0) -> bytes:
    """The same as one picture: the template's first page, a pixel a point unless told otherwise."""
    import typst

    inputs = {"data": json.dumps(data)}
    made: Any = typst.compile(str(template), root=str(template.parent), format="png", ppi=ppi, sys_inputs=inputs)
    return bytes(made[0] if isinstance(made, list) else made)
