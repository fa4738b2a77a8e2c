"""The words of a client's message to a friend: own sentences first, the practice's template round them, then what the
rules ask to be told, and the link.

Nothing is invented: what the client has seen of the practice stands there only if the client said it. The template
speaks of what holds for anybody: that the friend may have no use for it, and what happens if they answer.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.utils.translation import gettext as _

from passalong.accounts.models import Practice
from passalong.compliance.currency import currency_of
from passalong.compliance.rulebook import Action, Verdict, verdict
from passalong.compliance.selectors.ledger import given_within_months
from passalong.contacts.models import Contact, Standing, StandingKind
from passalong.core import clock
from passalong.introductions.models import Template

ACTION: Action = "client_words"
SAID, BODY = 600, 2800  # characters of the own sentences, and of the message above what is told and the link
LEAST = 12  # characters of own words
_TAG = re.compile(r"\{[^{}]*\}")
_PRACTICE = "{practice}"


@dataclass(frozen=True, slots=True)
class Words:
    """A template as a practice writes it. prompts: questions that help the client, never sent."""

    empathy: str
    involves: str
    prompts: tuple[str, ...]


def shipped() -> Words:
    """The words that come with Passalong, in the language of who asks. {practice} becomes the practice's name."""
    return Words(
        _("You may have no use for this just now, and that is fine. I only thought of you."),
        _(
            "{practice} put together a few pages on it that you can read in your own time. Nobody gets in touch with "
            "you unless you ask for it there, and I am not told what you answer unless you want me to be."
        ),
        (
            _("What was on your mind before you first spoke with {practice}?"),
            _("What is different for you since?"),
            _("What are they like to deal with?"),
        ),
    )


def unknown_tags(text: str) -> list[str]:
    """What stands in braces and means nothing."""
    return [one for one in dict.fromkeys(_TAG.findall(text)) if one != _PRACTICE]


def fill(text: str, practice: Practice) -> str:
    """The text with the practice's name."""
    return text.replace(_PRACTICE, practice.name)


def tidy(text: str) -> str:
    """Words as they are kept: one kind of line end, no bytes nobody types, no space around."""
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "").strip()


def parts(template: Template) -> tuple[str, str]:
    """The template's two paragraphs, with the practice's name."""
    return fill(template.empathy, template.practice), fill(template.involves, template.practice)


def body_of(said: str, template: Template) -> str:
    """The message as it is first shown: the client's own sentences, then the template's."""
    return "\n\n".join(one for one in (tidy(said), *parts(template)) if one)


def own_part(body: str, template: Template) -> str:
    """What of a body is the client's own: all that is not the template's."""
    for one in parts(template):
        body = body.replace(one, " ") if one else body
    return " ".join(body.split())


def whole(body: str, disclosure: str, address: str) -> str:
    """The message as it goes."""
    return "\n\n".join(one for one in (tidy(body), disclosure, address) if one)


def disclosure_of(practice: Practice, referrer: Contact, rules: Verdict | None = None) -> str:
    """What the rules ask to be told in the same message, from what is on file; empty where they ask for nothing."""
    rules = rules or verdict(practice, ACTION)
    given = given_within_months(practice, referrer.pk) if {"compensation", "conflict"} & set(rules.tells) else None
    lines = [_status(practice, referrer)] if "status" in rules.tells else []
    if given:
        named = {"practice": practice.name, "sum": f"{given:.2f} {currency_of(practice.country)}"}
        lines.append(_("Within the last twelve months %(practice)s gave me things worth %(sum)s.") % named)
        lines += [_("So I have an interest in speaking well of them.")] if "conflict" in rules.tells else []
    elif given is not None:
        lines.append(_("I was given nothing for this message and get nothing for it."))
    return " ".join([*lines, *(_(one) for one in rules.sentences)])


def _status(practice: Practice, referrer: Contact) -> str:
    known = Standing.objects.filter(contact=referrer, kind__in=(StandingKind.CLIENT, StandingKind.FORMER_CLIENT))
    ever = list(known.values_list("kind", "until"))
    named = {"practice": practice.name}
    if any(kind == StandingKind.CLIENT and (until is None or until > clock.today()) for kind, until in ever):
        return _("I am a client of %(practice)s.") % named
    if ever:
        return _("I was a client of %(practice)s.") % named
    return _("I am not a client of %(practice)s.") % named


def confirmation() -> str:
    """What the client says of the message; kept word for word."""
    return _("These are my words. What I say in them is true, and I decide whom I send them to.")


def is_full_name(name: str) -> bool:
    """Whether somebody is named in full: a given and a family name, no initials, no nickname in quotes or brackets."""
    words = name.split()
    if len(words) < 2 or re.search(r"[\"“”„«»()\[\]‘@]", name):
        return False
    return all(len(one.rstrip(".")) > 1 and not one.endswith(".") for one in (words[0], words[-1]))
