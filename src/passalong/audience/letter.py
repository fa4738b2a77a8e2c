"""One issue as its readers see it: a text and the same as HTML, from the same pieces."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from passalong.audience.models import Issue, IssueItem, ItemKind
from passalong.mail.services import layout


@dataclass(frozen=True, slots=True)
class Letter:
    """subject, and the two bodies without what the mail room puts below them."""

    subject: str
    text: str
    html: str


def pieces(issue: Issue) -> list[IssueItem]:
    """What stands in the issue, in order, without what was taken back."""
    return [one for one in issue.items.all() if one.withdrawn_at is None]


def letter(issue: Issue) -> Letter:
    """The issue as it would go now."""
    shown = pieces(issue)
    text = [issue.opening.strip(), *(_text(one) for one in shown), issue.closing.strip()]
    html = [layout.paragraphs(issue.opening), *(_html(one) for one in shown), layout.paragraphs(issue.closing)]
    return Letter(issue.subject, "\n\n".join(part for part in text if part), "".join(html))


def link_of(item: IssueItem) -> str:
    """The counted page of one piece, as it stands in the mail; empty for words that lead nowhere."""
    if not item.url:
        return ""
    return (settings.PUBLIC_URL or "http://localhost:8000") + reverse("portal:news_item", args=[item.token])


def onward(item: IssueItem) -> str:
    """Where the piece leads: an address of this server gets its public name in front."""
    return f"{settings.PUBLIC_URL}{item.url}" if item.url.startswith("/") else item.url


def act(item: IssueItem) -> str:
    """The words of the link."""
    said = {ItemKind.EPISODE: _("Listen to it"), ItemKind.KIT: _("Read it")}
    return said.get(ItemKind(item.kind), _("Read on"))


def _text(item: IssueItem) -> str:
    link = link_of(item)
    parts = [item.title, item.words.strip(), f"{act(item)}: {link}" if link else ""]
    return "\n\n".join(part for part in parts if part)


def _html(item: IssueItem) -> str:
    link = link_of(item)
    onward_to = f'<p><a href="{escape(link)}">{escape(act(item))}</a></p>' if link else ""
    return f"<h2>{escape(item.title)}</h2>{layout.paragraphs(item.words)}{onward_to}"
