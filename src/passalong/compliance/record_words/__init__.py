"""What each kind of event means, in words; and the groups in which the record can be looked through."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from passalong.compliance.record_words.kinds import KINDS
from passalong.compliance.record_words.talks import TALKS

# A kind not named here is shown by its own name. {title}, {number} and the like come from what was recorded.
WORDS: dict[str, str | Promise] = KINDS | TALKS

# Who did it where no member did and no name is kept: a reader of a kit, or the person a consent is of.
OUTSIDERS: dict[str, str | Promise] = {
    "introductions:replied": _("a reader"),
    "introductions:reply_changed": _("a reader"),
    "introductions:reply_taken_back": _("a reader"),
    "introductions:lunch_chosen": _("a guest"),
    "introductions:lunch_comes": _("a guest"),
    "introductions:lunch_comes_not": _("a guest"),
    "introductions:agreement_acknowledged": _("the client"),
    "introductions:said_on_page": _("the client"),
    "introductions:page_opened": _("the client"),
    "introductions:hearing_chosen": _("the client"),
    "introductions:referrer_left": _("the client"),
    "introductions:referrer_returned": _("the client"),
    "interviews:casting_answered": _("the client"),
    "interviews:consent_given": _("the person"),
    "interviews:consent_revoked": _("the person"),
    "interviews:take_arrived": _("a guest"),
    "compliance:consent_granted": _("the person"),
    "compliance:consent_declined": _("the person"),
    "compliance:consent_revoked": _("the person"),
}
# What it is about where nobody on file is spoken of.
ABOUT: dict[str, str | Promise] = {
    "introductions:replied": _("their reply"),
    "introductions:reply_changed": _("their reply"),
    "introductions:reply_taken_back": _("their reply"),
    "compliance:consent_": _("somebody who answered on a kit page"),
}

# The rooms as people know them, by how a kind begins.
ROOMS: dict[str, str | Promise] = {
    "accounts:": _("Practice and members"),
    "contacts:": _("People"),
    "prospecting:": _("Wish list and meetings"),
    "ties:": _("Who knows whom"),
    "kits:": _("Kits"),
    "introductions:": _("Introductions and replies"),
    "interviews:": _("Interviews and partners"),
    "audience:": _("News and its readers"),
    "mail:": _("Mail"),
    "compliance:": _("Rules, consents, approvals"),
    "privacy:": _("Privacy requests"),
    "exchange:": _("Imports"),
    "core:": _("Erasing"),
}

TEXTS: dict[str, str | Promise] = {
    "mail": _("The message"),
    "page": _("Web page"),
    "report": _("Special report"),
    "white_paper": _("White paper"),
    "picture": _("Picture"),
    "words": _("The words"),
    "message": _("The message"),
    "form": _("The form"),
    "choice": _("The choice"),
    "agreement": _("The agreement"),
}


def text_words(name: str) -> str:
    """What a text is, from the name it was kept under: "picture 5" is a picture."""
    known, _space, number = name.partition(" ")
    if known in TEXTS and (not number or number.isdigit()):
        return f"{TEXTS[known]} {number}".strip()
    return name.replace("_", " ").capitalize()


def outsider(kind: str) -> str:
    """Who did it, of those outside the practice; empty where it was a member or the clock."""
    return str(OUTSIDERS.get(kind, ""))


def about(kind: str) -> str:
    """What an event is about where it speaks of nobody on file."""
    return next((str(words) for known, words in ABOUT.items() if kind.startswith(known)), "")


_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}[\d:.+Z-]*")


def noted(value: object) -> str:
    """A value of an event's contents as people read it: they are kept as JSON, days as 2026-05-01."""
    match value:
        case bool():
            return str(_("yes") if value else _("no"))
        case list():
            return ", ".join(map(noted, value))
        case dict():
            return ", ".join(f"{str(name).replace('_', ' ')}: {noted(one)}" for name, one in value.items())
        case str():
            return _day_or_moment(value)
    return str(value)


def _day_or_moment(text: str) -> str:
    try:
        if _DAY.fullmatch(text):
            return date_format(date.fromisoformat(text), "DATE_FORMAT")
        if _MOMENT.fullmatch(text):
            at = datetime.fromisoformat(text)
            return date_format(timezone.localtime(at) if timezone.is_aware(at) else at, "DATETIME_FORMAT")
    except ValueError:  # such as 2026-13-45: somebody's own words
        pass
    return text


class _Said(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "…"


def words_of(kind: str, data: Mapping[str, Any] | None) -> str:
    """An event in one line. data: None where its contents are gone."""
    sentence = str(WORDS.get(kind, kind.replace(":", ": ").replace("_", " ")))
    said = {key: noted(value) for key, value in (data or {}).items() if isinstance(value, str | int)}
    return sentence.format_map(_Said(said)).strip()
