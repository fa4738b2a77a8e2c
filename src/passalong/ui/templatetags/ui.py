"""The few tags and filters that templates share: icons, navigation, fields, probability in words, pager."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

from django import template
from django.core.paginator import Page
from django.forms import BoundField, CheckboxInput
from django.http import QueryDict
from django.template.context import Context
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

register = template.Library()

ICONS = next((Path(__file__).resolve().parent.parent / "static/ui/vendor").glob("lucide-*"))
# Lower bound, class, word; a bound itself belongs to the word below "almost surely" and above the rest.
SURELY, PROBABLY, PERHAPS = 0.9, 0.6, 0.3
TONES = {"success": "good", "warning": "due", "error": "stop", "info": "accent", "debug": "quiet"}
TONE_ICONS = {"good": "circle-check", "due": "triangle-alert", "stop": "octagon-alert"}


@cache
def _drawing(name: str) -> str:
    """The inside of a vendored icon; names come from templates only."""
    if not re.fullmatch(r"[a-z0-9-]+", name):
        raise template.TemplateSyntaxError(f"{name!r} is no icon name")
    path = ICONS / f"{name}.svg"
    if not path.is_file():
        raise template.TemplateSyntaxError(f"No icon {name!r}; add it to tools/vendor and run make vendor")
    inside = re.search(r"<svg[^>]*>(.*)</svg>", path.read_text(encoding="utf-8"), re.DOTALL)
    return re.sub(r"\s*\n\s*", "", inside[1]) if inside else ""


@register.simple_tag
def icon(name: str) -> SafeString:
    """An icon beside a word; screen readers pass over it."""
    return mark_safe(  # noqa: S308 - drawings are files of this package
        '<svg class="icon" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-linecap="round" '
        f'stroke-linejoin="round" aria-hidden="true" focusable="false">{_drawing(name)}</svg>'
    )


@register.simple_block_tag
def capture(content: str) -> str:
    """Keep a rendered block under a name, to use it twice or to ask whether it says anything."""
    return mark_safe(content.strip())  # noqa: S308 - rendered by the template just now


@register.inclusion_tag("ui/_nav_item.html", takes_context=True)
def nav_item(context: Context, name: str, label: str, symbol: str, css: str = "", also: str = "") -> dict[str, Any]:
    """One entry of the navigation; nothing at all where the address does not exist.

    also: further paths that belong to it, with a blank between them.
    """
    try:
        url = reverse(name)
    except NoReverseMatch:
        return {"url": ""}
    request = context.get("request")
    path = request.path if request else ""
    here = path == url or (url != "/" and path.startswith(url)) or path.startswith(tuple(also.split()))
    return {"url": url, "label": label, "symbol": symbol, "css": css, "here": here}


@register.filter
def p_word(p: float) -> str:
    """A probability as a word."""
    if p > SURELY:
        return _("almost surely")
    if p >= PROBABLY:
        return _("probably")
    return _("perhaps") if p >= PERHAPS else _("unlikely")


@register.filter
def p_percent(p: float) -> int:
    """A probability in whole percent, never 0 or 100: nothing is certain before it was said."""
    return min(max(round(p * 100), 1), 99)


@register.filter
def p_words(p: float) -> SafeString:
    """A probability as a word with its number beside it, for the desk only."""
    kind = "surely" if p > SURELY else "probably" if p >= PROBABLY else "perhaps" if p >= PERHAPS else "unlikely"
    return format_html(
        '<span class="p-words p-{}"><b>{}</b> <span class="num">{}%</span></span>', kind, p_word(p), p_percent(p)
    )


@register.filter
def tone(level_tag: str) -> str:
    """The tone of a message's level."""
    return TONES.get(level_tag, "quiet")


@register.filter
def tone_icon(name: str) -> str:
    """The icon that goes with a tone."""
    return TONE_ICONS.get(name, "info")


@register.filter
def is_check(field: BoundField) -> bool:
    """Whether a field is a single check box, whose label stands behind it."""
    return type(field.field.widget) is CheckboxInput


@register.inclusion_tag("ui/field.html")
def field(bound: BoundField) -> dict[str, Any]:
    """Label, help, the field itself and what is wrong with it."""
    return {"field": bound}


@register.inclusion_tag("ui/_pager.html", takes_context=True)
def pager(context: Context, page: Page[Any], key: str = "page") -> dict[str, Any]:
    """Where we are in a long list, and the way on; keeps the rest of the query. A second list has its own key."""
    query = context["request"].GET
    return {
        "page": page,
        "back": _at(query, key, page.previous_page_number()) if page.has_previous() else "",
        "on": _at(query, key, page.next_page_number()) if page.has_next() else "",
    }


def _at(query: QueryDict, key: str, number: int) -> str:
    """The query with this page of the list in it."""
    changed = query.copy()
    changed[key] = str(number)
    return f"?{changed.urlencode()}"
