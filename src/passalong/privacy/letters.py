"""Notices on paper: letters to print, one person after the other."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from passalong.accounts.models import Practice
from passalong.contacts.models import Contact
from passalong.core import clock
from passalong.core.typeset import render_pdf
from passalong.privacy.notice import notice_for

TEMPLATE = Path(__file__).parent / "letter.typ"


def letters_pdf(practice: Practice, people: Sequence[Contact]) -> bytes:
    """One letter a person."""
    letters = []
    for person in people:
        words = notice_for(person)
        letters.append({"name": person.full_name, "subject": words.subject, "paragraphs": words.text.split("\n\n")})
    data = {
        "title": _("Notices"),
        "practice": practice.name,
        "date": date_format(clock.today(), "DATE_FORMAT"),
        "letters": letters,
    }
    return render_pdf(TEMPLATE, data)
