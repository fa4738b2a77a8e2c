"""What was agreed with a client about introductions: its words, what the rules leave of it, and how far it has come."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import timedelta

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from passalong.accounts.models import Practice
from passalong.compliance import rulebook
from passalong.contacts.models import Contact
from passalong.core import clock
from passalong.introductions.due import terms_of
from passalong.introductions.models import Agreement, Promise
from passalong.introductions.selectors import own

YEAR = timedelta(days=365)
WAITING = gettext_lazy("Written, not acknowledged yet")


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the agreement as it is read: a heading and its lines."""

    title: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Progress:
    """How many introductions a client has agreed to or passed along within a year, of how many hoped for. Counts the
    client's own acts alone, so that it says nothing of any friend."""

    done: int
    hoped: int | None

    @property
    def words(self) -> str:
        if self.hoped:
            return _("%(done)d of %(hoped)d introductions hoped for within a year") % {
                "done": self.done,
                "hoped": self.hoped,
            }
        said = ngettext("%(done)d introduction within a year", "%(done)d introductions within a year", self.done)
        return said % {"done": self.done}


@dataclass(frozen=True, slots=True)
class Shown:
    """An agreement as client and practice read it. shown: digest of these very words. may_sign: a signature is
    possible; rule: the rule's name and why where it is not."""

    agreement: Agreement
    parts: tuple[Part, ...]
    shown: str
    may_sign: bool
    why_not: str
    progress: Progress

    @property
    def text(self) -> str:
        return text_of(self.parts)


def terms_verdict(client: Contact) -> rulebook.Verdict:
    """Whether a number may be hoped for and a signature asked, by profession, place and who the client is."""
    facts = ("to_public",) if client.public_sector else ()
    return rulebook.verdict(client.practice, "agreement_terms", facts=facts)


def may_hope(client: Contact) -> bool:
    """Whether this client's agreement may hold a number and a signature."""
    return terms_verdict(client).effect is rulebook.Effect.ALLOW


def why_no_number(client: Contact) -> str:
    """The rule's reason and name where number and signature are off; empty where they are on."""
    found = terms_verdict(client)
    return "" if found.effect is rulebook.Effect.ALLOW else f"{_(found.decides.why)} ({found.decides.id})"


def in_force(client: Contact) -> Agreement | None:
    """The agreement with this client as it stands."""
    return Agreement.objects.filter(client=client, ended_at=None).select_related("client__practice").first()


def earlier(client: Contact) -> list[Agreement]:
    """Those that were acknowledged and ended or made way for another, the latest first."""
    return list(Agreement.objects.filter(client=client, ended_at__isnull=False).exclude(acknowledged_on=None)[:20])


def agreement(practice: Practice, public_id: str) -> Agreement:
    """One agreement; raises Agreement.DoesNotExist for another practice's."""
    found = Agreement.objects.select_related("client__practice", "text")
    return found.get(practice=practice, public_id=public_id)


def shown_to(client: Contact) -> Shown | None:
    """The agreement in force as it is read on screen, on paper and on the client's own page; None without one."""
    found = in_force(client)
    return shown_of(found) if found else None


def shown_of(found: Agreement) -> Shown:
    """One agreement as it is read."""
    why_not = why_no_number(found.client)
    parts = parts_of(found)
    progress = progress_of(found.client, None if why_not else found.hoped_number)
    return Shown(found, parts, digest_of(parts), not why_not, why_not, progress)


def parts_of(found: Agreement) -> tuple[Part, ...]:
    """The agreement's words, in order. What the rules do not allow stands in no part, also where it was once kept."""
    parts = [
        Part(_("What a good introduction is"), _lines(found.good_introduction)),
        Part(_("How we treat your friends"), _lines(found.treatment)),
        Part(_("What good service means to you"), _lines(found.quality)),
    ]
    if promised := promises_in(found):
        said = _("%(words)s, by %(day)s")
        lines = [
            said % {"words": one.words.rstrip("."), "day": date_format(one.due_on, "DATE_FORMAT")} for one in promised
        ]
        parts.append(Part(_("What we promise you"), tuple(lines)))
    if found.hoped_number and may_hope(found.client):
        words = ngettext(
            "%(many)d introduction within a year. It is a hope, not a duty.",
            "%(many)d introductions within a year. It is a hope, not a duty.",
            found.hoped_number,
        )
        parts.append(Part(_("What you hope for"), (words % {"many": found.hoped_number},)))
    last = _(
        "This is no contract. You can change or end it whenever you like. Nothing we do for you depends on "
        "introductions: no fee, no discount, no level of service."
    )
    return (*(part for part in parts if part.lines), Part(_("What this is"), (last,)))


def promises_in(found: Agreement) -> list[Promise]:
    """The service promises of an agreement that still matter, by day."""
    return list(Promise.objects.filter(agreement=found, dropped_on=None).order_by("due_on", "pk"))


def text_of(parts: tuple[Part, ...]) -> str:
    """The same as plain text: what is kept once it is acknowledged."""
    return "\n\n".join("\n".join((part.title, *part.lines)) for part in parts) + "\n"


def digest_of(parts: tuple[Part, ...]) -> str:
    """A short name of these very words, so that nobody agrees to others than those they read."""
    return hashlib.sha256(text_of(parts).encode()).hexdigest()[:16]


def progress_of(client: Contact, hoped: int | None) -> Progress:
    """Counted from the client's own acts within a year, as their own page counts them: one query."""
    return Progress(own.count_within(client, clock.now() - YEAR), hoped)


def shipped_words(practice: Practice) -> dict[str, str]:
    """Words to begin with, by field, for the practice to change."""
    days = terms_of(practice).first_answer_days
    treated = ngettext(
        "Nobody you think of hears from us before they have said yes themselves. Who comes to us through you is "
        "answered within %(days)d working day and never pressed. You hear what became of it as far as they allow.",
        "Nobody you think of hears from us before they have said yes themselves. Who comes to us through you is "
        "answered within %(days)d working days and never pressed. You hear what became of it as far as they allow.",
        days,
    )
    return {
        "good_introduction": _(
            "Somebody who has a question we can help with, who knows that you thought of us, and who would like to "
            "hear from us."
        ),
        "treatment": treated % {"days": days},
        "quality": "",
    }


def acknowledged_words(found: Agreement) -> str:
    """When and how it was acknowledged; empty while it was not."""
    if not found.acknowledged_on:
        return ""
    ways = {"portal": _("on their own page"), "tablet": _("on screen"), "paper": _("on paper")}
    return _("Acknowledged on %(day)s, %(how)s") % {
        "day": date_format(found.acknowledged_on, "DATE_FORMAT"),
        "how": ways.get(found.acknowledged_how, found.acknowledged_how),
    }


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.splitlines() if line.strip())
