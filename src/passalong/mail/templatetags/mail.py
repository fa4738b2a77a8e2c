"""What other rooms' pages show of mail."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django import template
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from passalong.contacts.models import Contact
from passalong.mail.models import Inbound, Message, Verdict
from passalong.mail.selectors import inbound, outbox
from passalong.mail.words import tone_of

register = template.Library()
MANY = 20


@dataclass(frozen=True, slots=True)
class Line:
    """One message either way, as the person's page shows it."""

    at: datetime
    subject: str
    way: str
    text: str = ""
    state: str = ""
    tone: str = ""
    url: str = ""


@register.simple_tag
def mail_of(person: Contact) -> list[Line]:
    """Messages to and from a person, the latest first."""
    lines = [_out(one) for one in outbox.messages_to(person)[:MANY]]
    lines += [_in(one) for one in inbound.of_person(person)[:MANY]]
    return sorted(lines, key=lambda line: line.at, reverse=True)[:MANY]


def _out(one: Message) -> Line:
    at = one.ended_at or one.due_at or one.created_at
    url = reverse("mail:message", args=[one.public_id])
    way = _("To them, %(kind)s") % {"kind": one.get_purpose_display()}
    return Line(at, one.subject, way, state=one.get_state_display(), tone=tone_of(one), url=url)


def _in(one: Inbound) -> Line:
    try:
        url = reverse("mail:arrived", args=[one.public_id])
    except NoReverseMatch:
        url = ""
    way = _("From them")
    if one.verdict == Verdict.FORWARDED and one.member:
        way = _("Passed on by %(member)s") % {"member": one.member.user}
    return Line(one.created_at, one.subject or _("Without a subject"), way, text=one.text, url=url)
