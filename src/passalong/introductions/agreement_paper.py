"""The agreement on paper: one page, with lines for a name and a day where the rules allow a signature."""

from __future__ import annotations

from pathlib import Path

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from passalong.core import clock
from passalong.core.typeset import render_pdf
from passalong.introductions.selectors.agreements import Shown, acknowledged_words

TEMPLATE = Path(__file__).parent / "agreement.typ"


def as_pdf(shown: Shown) -> bytes:
    """A4 PDF of these very words."""
    found = shown.agreement
    practice = found.client.practice
    signs = shown.may_sign and not found.acknowledged_on
    data = {
        "practice": practice.name,
        "imprint": practice.imprint_below_name,
        "client": found.client.full_name,
        "date": date_format(found.acknowledged_on or clock.today(), "DATE_FORMAT"),
        "title": _("How we work together"),
        "parts": [{"title": part.title, "lines": list(part.lines)} for part in shown.parts],
        "acknowledged": acknowledged_words(found),
        "signed": found.signed_by if shown.may_sign else "",
        "lines": [found.client.full_name, practice.name] if signs else [],
        "day": _("Day"),
        "version": _("Version %(number)d") % {"number": found.version},
    }
    return render_pdf(TEMPLATE, data)
