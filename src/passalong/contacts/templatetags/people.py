"""How people and what they belong to are worded on pages."""

from __future__ import annotations

from typing import Any

from django import template
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
    """The years of a fact: “1998 to 2004”, “since 2019”, “until 2004”, or nothing."""
    if fact.start and fact.end:
        return (
            fact.start if fact.start == fact.end else _("%(start)s to %(end)s") % {"start": fact.start, "end": fact.end}
        )
    if fact.start:
        return _("since %(start)s") % {"start": fact.start}
    return _("until %(end)s") % {"end": fact.end} if fact.end else ""
