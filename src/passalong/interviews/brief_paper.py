"""A partner's brief on paper: one page, the practice's name and what it asks partners to know; nobody else's data."""

from __future__ import annotations

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
SIZES = ((1600, 11.5), (2600, 10.5), (3800, 9.5), (5000, 8.5))  # characters in all -> points, so that it is one page
SMALLEST = 7.5


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
    length = sum(len(one["text"]) for one in shown) + 60 * sum(one["text"].count("\n") for one in shown)
    return render_pdf(
        TEMPLATE,
        {
            "title": _("Whom to send us, and how"),
            "practice": brief.practice.name,
            "colour": colour.readable(brief.practice.colour or "#0e6a62", PAPER),
            "size": next((size for most, size in SIZES if length <= most), SMALLEST),
            "parts": [
                {"heading": one["heading"], "lines": [line.strip() for line in one["text"].split("\n") if line.strip()]}
                for one in shown
            ],
            "imprint": [line for line in brief.practice.imprint.splitlines() if line.strip()],
            "version": _("Version %(number)s, %(day)s")
            % {"number": brief.number, "day": date_format(localtime(brief.created_at), "DATE_FORMAT")},
            "language": settings.LANGUAGE_CODE.split("-")[0],
        },
    )


def answer(brief: Brief) -> HttpResponse:
    """The file, shown in the browser."""
    made = HttpResponse(render(brief), content_type="application/pdf")
    made["Content-Disposition"] = 'inline; filename="brief.pdf"'
    made["Cache-Control"] = "no-store"
    return made
