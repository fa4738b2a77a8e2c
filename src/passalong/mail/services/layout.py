"""How a message looks: text, and the same as HTML in the practice's name and colour, with what must stand below it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape

import nh3
from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.module_loading import import_string
from django.utils.safestring import mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from passalong.mail import addresses
from passalong.mail.models import MailPurpose, Message

ACCENT = "#0e6a62"
TAGS = {"p", "br", "a", "strong", "em", "b", "i", "ul", "ol", "li", "h2", "h3", "blockquote", "hr"}
_LINK = re.compile(r"https?://[^\s<>\"']{1,500}")
_TRAILING = ".,;:!?)"

TO_MEMBERS = "to member: "  # how the key of a letter to the practice's own people begins
# Each one written on its own: there is nothing to stop.
_ASKED_FOR = (MailPurpose.PERSONAL, MailPurpose.PRIVACY, MailPurpose.ACCOUNT)
# What the law has somebody told in the first message to them, from the room above that keeps those duties.
FIRST_WORDS = "passalong.privacy.services.first_words.words_for"


@dataclass(frozen=True, slots=True)
class Sides:
    """The two bodies of one message."""

    text: str
    html: str


def clean(html: str) -> str:
    """Foreign HTML with nothing in it but words, lists and links: no style, no picture, no script."""
    return nh3.clean(html, tags=TAGS, attributes={"a": {"href"}}, url_schemes={"http", "https", "mailto"}, link_rel="")


def sides(message: Message) -> Sides:
    """Both bodies, with the same words below each."""
    foot = below(message)
    text = message.text + ("\n\n-- \n" + "\n\n".join(foot) if foot else "")
    body = message.html or paragraphs(message.text)
    context = {
        "subject": message.subject,
        "practice": message.practice,
        "language": get_language() or "en",
        "accent": message.practice.colour or ACCENT,
        "body": mark_safe(body),  # noqa: S308  # cleaned by nh3, or escaped by paragraphs
        "foot": [mark_safe(_linked(part, short=leave_url(message))) for part in foot],  # noqa: S308  # escaped there
    }
    return Sides(text, render_to_string("mail/letter.mail", context))


def paragraphs(text: str) -> str:
    """Plain text as HTML: escaped, blank lines part paragraphs, addresses of pages become links to just these."""
    return "".join(f"<p>{_linked(part)}</p>" for part in re.split(r"\n{2,}", text) if part.strip())


def _linked(text: str, *, short: str = "") -> str:
    """Escaped, addresses as links to just these; the one named `short`, which nobody reads, as a word."""
    done, at = [], 0
    for found in _LINK.finditer(text):
        url = found[0].rstrip(_TRAILING)
        done.append(escape(text[at : found.start()]))
        done.append(f'<a href="{escape(url)}">{escape(_("stop these messages") if url == short else url)}</a>')
        at = found.start() + len(url)
    done.append(escape(text[at:]))
    return "".join(done).replace("\n", "<br>")


def below(message: Message) -> list[str]:
    """Why this comes and how to stop it; who sends it and where they are."""
    parts = [said] if (said := why(message)) else []
    if message.purpose not in _ASKED_FOR and (leave := leave_url(message)):
        parts.append(_("If you do not want such messages, this page stops them at once: %(url)s") % {"url": leave})
    if message.purpose == MailPurpose.PERSONAL and message.contact and (said := import_string(FIRST_WORDS)(message)):
        parts.append(said)
    if message.practice.imprint.strip():
        parts.append(f"{message.practice.name}\n{message.practice.imprint_below_name}".strip())
    elif parts:
        parts.append(message.practice.name)
    return parts


def why(message: Message) -> str:
    """One sentence on why this message comes; empty for what a person writes to a person."""
    told = {
        MailPurpose.THANKS: _("You get this because you passed something of ours along, or offered to."),
        MailPurpose.UPDATE: _("You get this because somebody you introduced allowed us to tell you."),
        MailPurpose.CONSENT_ASK: _("You get this because you asked us to get in touch."),
        MailPurpose.PRIVACY: _("You get this because somebody asked for it on our privacy page with this address."),
        MailPurpose.NOTICE: _("You get this because the law asks us to tell you what we keep about you."),
        MailPurpose.NEWS: _("You get this because you asked for our news."),
        MailPurpose.SUBSCRIBE: _("You get this because somebody asked for our news with this address."),
        MailPurpose.REFERRAL: _("You get this once, because somebody who knows you recommended us to you."),
        MailPurpose.ACCOUNT: _(
            "You get this because somebody asked with this address for a way to a page of their own."
        ),
    }
    if message.key.startswith(TO_MEMBERS):
        return _("You get this because you sign in for this practice, which wants to be reminded.")
    return told.get(MailPurpose(message.purpose), "")


def leave_url(message: Message) -> str:
    """The page by which the recipient leaves. Never by the Host header: only by the configured address."""
    base = settings.PUBLIC_URL or "http://localhost:8000"
    return base + reverse("portal:unsubscribe", args=[addresses.unsubscribe_token(message)])
