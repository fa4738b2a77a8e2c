"""A thank-you or news on a card to print and sign. It holds what the letter holds."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

from passalong.core.typeset import render_pdf
from passalong.introductions.letters import Written
from passalong.introductions.models import Thanks

TEMPLATE = Path(__file__).parent / "thanks_card.typ"
ACCENT = "#0E6A62"
SIZES = ((450, 12.5), (650, 11.0), (900, 9.5), (1300, 8.0), (2400, 6.5))  # characters of the words -> points


def thanks_card(row: Thanks) -> bytes:
    """The card of one thank-you as PDF."""
    return letter_card(row.practice.name, Written(row.subject, row.text))


def letter_card(practice: str, written: Written) -> bytes:
    """A6 across: the words, room for a hand to sign. Longer words are set smaller and go on on another card."""
    paragraphs = [" ".join(part.split()) for part in written.text.split("\n\n") if part.strip()]
    if paragraphs and paragraphs[-1] == practice:
        paragraphs = paragraphs[:-1]
    return render_pdf(
        TEMPLATE,
        {
            "title": written.subject,
            "practice": practice,
            "paragraphs": paragraphs,
            "size": next((size for most, size in SIZES if len(written.text) <= most), 6.5),
            "colour": ACCENT,
            "language": settings.LANGUAGE_CODE.split("-")[0],
        },
    )
