"""The words a kit is passed along with: only what the referrer wrote, the practice's sentence if kept, and the link.

Three elements (own experience, empathy with the friend, what an introduction involves). One without the referrer's own
words stays a question to the referrer and never enters a message.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from django.utils.translation import gettext as _

from passalong.accounts.models import Practice, Profession

# GSM 03.38: what fits 160 to a text message; anything else makes it 70. Those after the bar count twice.
_GSM = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
_GSM_TWICE = frozenset("^{}\\[~]|€\f")


@dataclass(frozen=True, slots=True)
class Words:
    """What a referrer says of the practice to a friend."""

    experience: str = ""
    empathy: str = ""
    keeps_involves: bool = False

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Words:
        """Back from a link's column."""
        return cls(str(data.get("experience", "")), str(data.get("empathy", "")), bool(data.get("involves", False)))


@dataclass(frozen=True, slots=True)
class Share:
    """A message ready to go, and where the buttons lead. All is empty while the server has no public address."""

    text: str
    mail: str
    sms: str
    whatsapp: str
    size: str


def message(words: Words, involves: str, address: str) -> str:
    """The whole message: paragraphs the referrer wrote, the practice's sentence if kept, the link last."""
    parts = (words.experience, words.empathy, involves if words.keeps_involves else "", address)
    return "\n\n".join(part.strip() for part in parts if part.strip())


def share(text: str, subject: str) -> Share:
    """The buttons that open the referrer's own mail, text messages or messenger, with this text."""
    body = quote(text.replace("\n", "\r\n"))
    return Share(
        text,
        f"mailto:?subject={quote(_one_line(subject))}&body={body}",
        f"sms:?&body={quote(text)}",
        f"https://wa.me/?text={quote(text)}",
        sms_size(text),
    )


def _one_line(text: str) -> str:
    return " ".join(text.split())


def text_messages(text: str) -> int:
    """How many text messages this takes (GSM 03.38 and UCS-2, with the room a long one loses to its joints)."""
    if not text:
        return 0
    if all(ch in _GSM or ch in _GSM_TWICE for ch in text):
        units, alone, joined = sum(2 if ch in _GSM_TWICE else 1 for ch in text), 160, 153
    else:
        units, alone, joined = len(text.encode("utf-16-be")) // 2, 70, 67
    return 1 if units <= alone else -(-units // joined)


def sms_size(text: str) -> str:
    """The length told beside the button."""
    count = text_messages(text)
    named = {"length": len(text), "count": count}
    if count <= 1:
        return _("%(length)d characters: one text message.") % named
    return _("%(length)d characters: %(count)d text messages.") % named


def questions(practice: Practice) -> dict[str, str]:
    """What the referrer is asked for each element; these words are never sent."""
    named = {"practice": practice.name}
    return {
        "experience": _("What has %(practice)s done for you, and what is different since?") % named,
        "empathy": _("What does your friend have on their mind that made you think of them?"),
        "involves": _("What does an introduction to %(practice)s involve?") % named,
    }


def caution(profession: str) -> str:
    """What is better left out of a message, where the profession makes it matter."""
    return {
        Profession.DOCTOR: _("Please leave out anything about your health, and your friend's."),
        Profession.DENTIST: _("Please leave out anything about your health, and your friend's."),
        Profession.ATTORNEY: _("Please leave out what your case was about and how it ended."),
        Profession.ADVISER: _("Please leave out figures and results of investments."),
        Profession.BROKER_DEALER: _("Please leave out figures and results of investments."),
        Profession.INSURANCE: _("Please leave out what was paid out, and anything about health."),
        Profession.ACCOUNTANT: _("Please leave out figures, and what tax you saved."),
    }.get(Profession(profession), "")
