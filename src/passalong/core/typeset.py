"""PDF by typst: our own template files, user text only as data, no network, no files but the template's."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any


def render_pdf(template: Path, data: dict[str, Any]) -> bytes:
    """Typeset `template` with `data` (read there as json(bytes(sys.inputs.data))) to a tagged PDF.

    The template's folder is the root: nothing outside it can be read. Text in `data` is never taken as markup.
    """
    import typst

    return bytes(
        typst.compile(
            str(template),
            root=str(template.parent),
            format="pdf",
            sys_inputs={"data": json.dumps(data)},
            ignore_system_fonts=True,
            pdf_standards=["ua-1"],
        )
    )
