"""A partner's brief on paper: one page, the practice's name and what it asks partners to know; nobody else's data."""

from __future__ import annotations

from math import ceil
from pathlib import Path

from django.conf import settings
from django.http import HttpResponse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from passalong.core.typeset import render_pdf
from passalong.interviews.models import Brief
from passalong.kits.rendering import colour

TEMPLATE = Path(__file__).parent / "brief.typ"
PAPER = "#ffffff"
SIZES = (13, 12.5, 12, 11.5, 11, 10.5, 10, 9.5, 9, 8.5, 8, 7.5, 7)  # points, the largest that leaves it on one page
HEIGHT, WIDTH = 560, 459  # points there are for the four parts
LETTER, LINE, GAP, HEADING = 0.46, 1.25, 0.45, 4.2  # of the size: a letter's width, a line, what follows one, a heading


def parts(brief: Brief) -> list[dict[str, str]]:
    """Headings and words, in the order they are read."""
    return [
        {"heading": _("Whom we help"), "text": brief.helps},
        {"heading": _("How to recognise them"), "text": brief.recognise},
        {"heading": _("Words to use"), "text": brief.words},
        {"heading": _("What happens next"), "text": brief.happens},
    ]


def render(brief: Brief) -> bytes:
    """The page as PDF: the same bytes for the same version."""
    shown = parts(brief)
    return render_pdf(
        TEMPLATE,
        {
            "title": _("Whom to send us, and how"),
            "practice": brief.practice.name,
            "colour": colour.readable(brief.practice.colour or "#0e6a62", PAPER),
            "size": next((size for size in SIZES if _height(shown, size) <= HEIGHT), SIZES[-1]),
            "parts": [{"heading": one["heading"], "lines": _lines(one["text"])} for one in shown],
            "imprint": [line for line in brief.practice.imprint.splitlines() if line.strip()],
            "version": _("Version %(number)s, %(day)s")
            % {"number": brief.number, "day": date_format(localtime(brief.created_at), "DATE_FORMAT")},
            "language": settings.LANGUAGE_CODE.split("-")[0],
        },
    )


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.split("\n") if line.strip()]


def _height(shown: list[dict[str, str]], size: float) -> float:
    """About how many points the parts take at this size."""
    a_line = WIDTH / (size * LETTER)
    lines = [line for one in shown for line in _lines(one["text"])]
    set_lines = sum(ceil(len(line) / a_line) for line in lines)
    return size * (set_lines * LINE + len(lines) * GAP + len(shown) * HEADING)


def answer(brief: Brief) -> HttpResponse:
    """The file, shown in the browser."""
    made = HttpResponse(render(brief), content_type="application/pdf")
    made["Content-Disposition"] = 'inline; filename="brief.pdf"'
    made["Cache-Control"] = "no-store"
    return made
