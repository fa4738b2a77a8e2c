"""How people and what they belong to are worded on pages."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import template
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from passalong.contacts.models import Affiliation, AffiliationKind, Disclosure, Standing, StandingKind

register = template.Library()

STANDING_TONES = {StandingKind.CLIENT: "good", StandingKind.FORMER_CLIENT: "quiet", StandingKind.PROSPECT: "accent"}
DISCLOSURE_TONES = {Disclosure.PUBLIC: "accent", Disclosure.TOLD: "good"}


@register.inclusion_tag("contacts/_badge.html")
def standing_badge(standing: Standing) -> dict[str, Any]:
    """A standing as a badge."""
    return {"tone": STANDING_TONES.get(StandingKind(standing.kind), "due"), "word": standing.get_kind_display()}


@register.inclusion_tag("contacts/_badge.html")
def disclosure_badge(fact: Affiliation) -> dict[str, Any]:
    """Who may see a fact, as a badge."""
    word = fact.get_disclosure_display()
    if fact.disclosure == Disclosure.TOLD:
        word = _("told by %(name)s") % {"name": fact.told_by} if fact.told_by else _("told by a contact")
    return {"tone": DISCLOSURE_TONES.get(Disclosure(fact.disclosure), "quiet"), "word": word}


@register.filter
def kind_word(kind: str) -> str:
    """An affiliation kind as people say it; the vocabulary is open."""
    if kind in AffiliationKind.values:
        return str(AffiliationKind(kind).label)
    words = kind.replace("_", " ").strip()
    return words[:1].upper() + words[1:]


@register.filter
def span(fact: Affiliation) -> str:
    """The time of a fact: “1998 to 2004”, “since 17 May 2019”, “until Mar 2004”, or nothing."""
    start, end = _day(fact.start), _day(fact.end)
    if start and end:
        return start if start == end else _("%(start)s to %(end)s") % {"start": start, "end": end}
    if start:
        return _("since %(start)s") % {"start": start}
    return _("until %(end)s") % {"end": end} if end else ""


def _day(text: str) -> str:
    """2019, 2019-05 or 2019-05-17 as every page writes dates."""
    year, _dash, rest = text.partition("-")
    if not rest:
        return year
    form = "DATE_FORMAT" if "-" in rest else "YEAR_MONTH_FORMAT"
    return date_format(date.fromisoformat(text if "-" in rest else f"{text}-01"), form)
