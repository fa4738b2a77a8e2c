"""What a client takes away to introduce somebody by own hand: a mail to send, a letter to sign as PDF and as DOCX.

None of it holds the address of the person introduced: the client puts it in.
"""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from datetime import date
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from urllib.parse import quote

from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from passalong.core.typeset import render_pdf

TEMPLATE = Path(__file__).parent / "letter.typ"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
OWN_ANSWER = _("If you would rather answer by yourself, two questions wait for you here:")
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\ufffe\uffff]")
LETTER_SIZE = ("US", "CA", "MX")  # where paper is 8.5 by 11 inches


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter for signature. told: what the rules ask to be told in it, empty where they ask nothing; answer: where
    the friend can answer by themselves, empty while that page is not open."""

    client: str
    words: str
    told: str
    on: date
    country: str
    answer: str = ""

    @property
    def paragraphs(self) -> list[str]:
        return [one.strip() for one in self.words.split("\n\n") if one.strip()]

    @property
    def own_answer(self) -> str:
        """The sentence with the address."""
        return f"{OWN_ANSWER} {self.answer}" if self.answer else ""

    @property
    def day(self) -> str:
        return date_format(self.on, "j F Y")


def pdf(letter: Letter) -> bytes:
    """The letter as PDF, with a line for the signature."""
    data = {
        "client": letter.client,
        "day": letter.day,
        "paragraphs": letter.paragraphs,
        "answer": letter.own_answer,
        "told": letter.told,
        "paper": "us-letter" if letter.country in LETTER_SIZE else "a4",
        "language": _language(),
    }
    return render_pdf(TEMPLATE, data)


def docx(letter: Letter) -> bytes:
    """The same, to be changed in a word processor."""
    from docx import Document
    from docx.shared import Mm, Pt

    document = Document()
    page = document.sections[0]
    wide, high = (216, 279) if letter.country in LETTER_SIZE else (210, 297)
    page.page_width, page.page_height = Mm(wide), Mm(high)
    page.left_margin = page.right_margin = Mm(26)
    page.top_margin = page.bottom_margin = Mm(26)
    style = document.styles["Normal"]
    style.font.name, style.font.size = "Georgia", Pt(11.5)
    style.paragraph_format.space_after, style.paragraph_format.line_spacing = Pt(10), 1.25
    for text in (letter.client, letter.day, *letter.paragraphs):
        document.add_paragraph(_of_signs(text))
    line = document.add_paragraph("\n\n______________________________")
    line.paragraph_format.space_after = Pt(2)
    document.add_paragraph(_of_signs(letter.client))
    for small in filter(None, (letter.own_answer, letter.told)):
        told = document.add_paragraph()
        told.paragraph_format.space_before = Pt(18)
        told.add_run(_of_signs(small)).font.size = Pt(9)
    about = document.core_properties
    about.author, about.title, about.language, about.comments = _of_signs(letter.client), "", _language(), ""
    kept = io.BytesIO()
    document.save(kept)
    return kept.getvalue()


def _of_signs(text: str) -> str:
    """Without the marks of control that come along when words are pasted; XML holds none. Breaks of line stay."""
    return _CONTROL.sub("", re.sub("[\v\f]", "\n", text))


def eml(*, subject: str, text: str, copy_to: str) -> bytes:
    """A mail that opens as a draft in the client's own program: no sender, and no recipient but the practice."""
    mail = EmailMessage(policy=SMTP)
    mail["Subject"] = " ".join(subject.split())
    mail["Cc"] = copy_to
    mail["X-Unsent"] = "1"
    mail.set_content(text + "\n", cte="quoted-printable")
    return bytes(mail)


def mailto(*, subject: str, text: str, copy_to: str) -> str:
    """The same as an address for a link."""
    body = quote(text.replace("\r\n", "\n").replace("\n", "\r\n"))
    return f"mailto:?cc={quote(copy_to, safe='@')}&subject={quote(' '.join(subject.split()))}&body={body}"


def _language() -> str:
    return settings.LANGUAGE_CODE.split("-")[0]
