"""A thank-you on a card to print, fold and sign. It holds what the letter holds."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

from passalong.core.typeset import render_pdf
from passalong.introductions.models import Thanks

TEMPLATE = Path(__file__).parent / "thanks_card.typ"
ACCENT = "#0E6A62"


def thanks_card(row: Thanks) -> bytes:
    """The card as PDF: A6, its words on the front page, room for a hand to sign."""
    paragraphs = [" ".join(part.split()) for part in row.text.split("\n\n") if part.strip()]
    practice = row.practice.name
    if paragraphs and paragraphs[-1] == practice:
        paragraphs = paragraphs[:-1]
    return render_pdf(
        TEMPLATE,
        {
            "title": row.subject,
            "practice": practice,
            "paragraphs": paragraphs,
            "size": 11 if len(row.text) < 700 else 9 if len(row.text) < 1200 else 7.5,
            "colour": ACCENT,
            "language": settings.LANGUAGE_CODE.split("-")[0],
        },
    )
