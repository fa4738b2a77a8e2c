"""From frozen content to bytes: a page, a report, a white paper. A further form is one more line in `RENDERERS`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from passalong.kits.content import Frozen
from passalong.kits.rendering.pdf import render_file

PDF = "application/pdf"
Draw = Callable[[Frozen, Mapping[str, bytes], str], bytes]


@dataclass(frozen=True, slots=True)
class Renderer:
    """Draws one form: frozen content, pictures (digest -> bytes), the address it leads to -> bytes."""

    media_type: str
    ending: str
    draw: Draw


# Files that stand behind a page, by their name in EditionFile. The page itself is drawn last: it tells their sizes.
RENDERERS: dict[str, Renderer] = {
    "report": Renderer(PDF, "pdf", partial(render_file, "report")),
    "white_paper": Renderer(PDF, "pdf", partial(render_file, "white_paper")),
}
