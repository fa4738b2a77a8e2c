"""The kit on paper: special report and white paper, typeset from the same frozen content as the page.

A file is made in a folder of its own that holds our templates and the kit's pictures and nothing else. Its bytes depend
on the frozen content, the pictures and the address alone; its date is the day of publication.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import segno
from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from passalong.core.typeset import render_pdf
from passalong.kits.content import PARTS, Frozen, Part, StepKind
from passalong.kits.rendering import colour, markdown, page

HERE = Path(__file__).parent
TEMPLATES = {"report": "report.typ", "white_paper": "white_paper.typ"}
PAPER = "#faf7f2"  # what stands on a tint must be read there too
_ENDINGS = {"image/png": "png", "image/jpeg": "jpg", "image/webp": "webp", "image/gif": "gif"}


def render_file(name: str, frozen: Frozen, pictures: Mapping[str, bytes], address: str = "") -> bytes:
    """A PDF, report or white_paper. `pictures`: digest -> bytes. `address`: the link it leads to, if any."""
    with translation.override(settings.LANGUAGE_CODE), tempfile.TemporaryDirectory(prefix="passalong-pdf-") as folder:
        root = Path(folder)
        for template in (TEMPLATES[name], "kit.typ"):
            shutil.copyfile(HERE / template, root / template)
        data = _data(name, frozen, address) | {"pictures": _pictures(root, frozen, pictures)}
        return render_pdf(root / TEMPLATES[name], data)


def _pictures(root: Path, frozen: Frozen, pictures: Mapping[str, bytes]) -> dict[str, dict[str, Any]]:
    """Puts the pictures beside the template, under names of ours."""
    found = {}
    for number, (key, picture) in enumerate(frozen.pictures.items()):
        if picture.media_type in _ENDINGS and picture.digest in pictures:
            file = f"{number}.{_ENDINGS[picture.media_type]}"
            (root / file).write_bytes(pictures[picture.digest])
            words = markdown.line(picture.words, 200) or _("Picture")
            found[key] = {"file": file, "words": words, "wide": picture.width >= picture.height * 1.2}
    return found


def _data(name: str, frozen: Frozen, address: str) -> dict[str, Any]:
    content = frozen.content
    trees = {part: markdown.tree(content.text(part), frozen.pictures) for part in PARTS}
    notes, sources = _notes(trees)
    shown = page.article(frozen)
    made_on = date.fromisoformat(frozen.published_on)
    return {
        "language": translation.get_language() or "en",
        "title": shown["title"],
        "subtitle": shown["subtitle"],
        "for_whom": shown["for_whom"],
        "practice": markdown.line(frozen.practice, 120),
        "colour": colour.readable(frozen.colour, PAPER),
        "date": [made_on.year, made_on.month, made_on.day],
        "edition": _("Edition %(number)s, %(date)s") % {"number": frozen.number, "date": shown["date"]},
        "parts": [{"heading": page.heading(part), "blocks": tree} for part, tree in trees.items() if tree],
        "proofs": shown["proofs"],
        "proof_heading": shown["proof_heading"],
        "steps": _steps(frozen),
        "about": markdown.tree(content.about, frozen.pictures),
        "disclosures": shown["disclosures"],
        "imprint": shown["imprint"].splitlines(),
        "notes": notes,
        "sources": sources,
        "address": address,
        "address_shown": address.split("://", 1)[-1],
        "qr": _qr(address),
        "words": _words(name, frozen),
    }


def _notes(trees: Mapping[Part, list[markdown.Node]]) -> tuple[dict[str, int], list[dict[str, Any]]]:
    """Addresses on the web, numbered in the order in which they are first met, and the list of them."""
    notes: dict[str, int] = {}
    sources = []
    for tree in trees.values():
        for link in markdown.links(tree):
            if link["href"].startswith("https:") and link["href"] not in notes:
                notes[link["href"]] = len(notes) + 1
                sources.append({"number": len(notes), "href": link["href"], "words": markdown.words(link["c"]).strip()})
    return notes, sources


def _steps(frozen: Frozen) -> list[dict[str, str]]:
    """What a reader on paper can do: two questions and files are the page's own."""
    found = []
    for step in page.ways(frozen.content.steps, has_files=False):
        if step["kind"] == StepKind.TIMES:
            found.append({"name": step["short"], "shown": "; ".join(step["times"]), "href": ""})
        elif step["kind"] != StepKind.TWO_QUESTIONS:
            found.append({"name": step["short"], "shown": step["shown"], "href": step["target"]})
    return found


def _qr(address: str) -> str:
    if not address:
        return ""
    out = BytesIO()
    segno.make(address, error="m", micro=False).save(out, kind="svg", border=0, xmldecl=False, svgns=True)
    return out.getvalue().decode()


def _words(name: str, frozen: Frozen) -> dict[str, str]:
    practice = markdown.line(frozen.practice, 120)
    return {
        "kind": _("Special report") if name == "report" else _("White paper"),
        "contents": _("Contents"),
        "go_on": _("Go on from here"),
        "on_the_web": _on_the_web(frozen),
        "ask": _("Ask %(practice)s, or whoever passed this to you.") % {"practice": practice},
        "qr": _("Code that leads to the web page of this text"),
        "about": _("About %(practice)s") % {"practice": practice},
        "good_to_know": _("Good to know"),
        "who": _("Who publishes this"),
        "sources": _("Sources"),
    }


def _on_the_web(frozen: Frozen) -> str:
    if any(step.kind is StepKind.TWO_QUESTIONS for step in frozen.content.steps):
        return _("Answer two questions on the web, or read this there:")
    return _("Read this on the web:")
