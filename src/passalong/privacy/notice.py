"""The words by which somebody learns that they are on file (GDPR Art. 14): what it must state, from data.

It never names who told us about them, unless what was told is publicly known anyway: the source is given as its kind.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as __

from passalong.accounts import selectors as accounts
from passalong.accounts.models import Practice
from passalong.contacts.models import AffiliationKind, Contact, Disclosure, PointKind, Source
from passalong.privacy.authorities import authority

KEPT_YEARS = 2  # without any contact; then the entry is deleted (services/ageing.py)
SOURCES: dict[str, Promise] = {
    Source.HAND: __("our own notes on people in our field"),
    Source.FACT_SHEET: __("somebody we work for, who mentioned you"),
    Source.MEETING: __("somebody we work for, who mentioned you"),
    Source.LINKEDIN: __("our list of contacts on LinkedIn"),
    Source.ADDRESS_BOOK: __("our own address book"),
    Source.DIRECTORY: __("a list of members"),
    Source.WISH_LIST: __("our own research in sources open to anybody"),
    Source.MAIL: __("mail that you and we were both on"),
    Source.CALENDAR: __("a meeting that you and we were both invited to"),
    Source.KIT: __("your own answer on a page of ours"),
    Source.DEMO: __("an invented list"),
}


@dataclass(frozen=True, slots=True)
class Words:
    """A notice as it goes out: subject, and text in paragraphs parted by empty lines."""

    subject: str
    text: str


def privacy_address(practice: Practice) -> str:
    """Where people see, correct and erase what is on file about them: the public page, or an owner's mail address
    while this server has no public one."""
    if settings.PUBLIC_URL:
        return f"{settings.PUBLIC_URL}{reverse('portal:privacy_at', args=[practice.public_id])}"
    member = accounts.owner(practice)
    return member.user.email if member else ""


def notice_for(contact: Contact) -> Words:
    """The notice for one person."""
    practice = contact.practice
    parts = [
        _("Dear %(name)s,") % {"name": contact.full_name},
        _("We keep a short entry about you and want you to know of it, and what you can do about it."),
        _("Who we are: %(who)s.") % {"who": _controller(practice)},
        _("Where we have it from: %(source)s.") % {"source": _source(contact)},
        _("What it is: %(kinds)s.") % {"kinds": _kinds(contact)},
        *_body(practice),
        _("Your rights: you can see all of it, have it corrected or deleted, have its use restricted, take a copy with "
          "you, and object to its use. If you object, we stop at once. All of it works here, without a reason: %(url)s")
        % {"url": privacy_address(practice)},
        _("You can also complain to %(authority)s.") % {"authority": authority(contact.country or practice.country)},
        practice.name,
    ]  # fmt: skip
    return Words(_("What we keep about you at %(practice)s") % {"practice": practice.name}, "\n\n".join(parts))


def _body(practice: Practice) -> list[str]:
    """Purpose, ground, recipients, duration: alike for everybody."""
    return [
        _("What it is for: we find new clients through people who know both sides. We may ask somebody we work for "
          "whether they know you, by name and firm, and would introduce us. A program estimates from what we keep who "
          "may know whom; people read its list and decide. Nobody contacts you because of a number."),
        _("On what ground: our legitimate interest in meeting people through those they trust, instead of by "
          "advertising (Art. 6(1)(f) GDPR, and its like in the United Kingdom)."),
        _("Who gets it: our own staff, and who runs the computer it is on for us. It is not sold and given to nobody "
          "else. It does not leave the country of that computer unless a law protects it there alike."),
        _("How long: until you object or ask us to delete it, otherwise %(years)d years after we last had to do with "
          "each other.") % {"years": KEPT_YEARS},
    ]  # fmt: skip


def in_first_message(contact: Contact) -> str:
    """A short form for the foot of the first message somebody gets anyway; the whole notice stands behind the link."""
    practice = contact.practice
    return _(
        "Why you get this: %(who)s keeps your name, how to reach you and your role, from %(source)s, to be introduced "
        "by people you know (legitimate interest, Art. 6(1)(f) GDPR). See, correct, object or delete here: %(url)s. "
        "You can complain to %(authority)s."
    ) % {
        "who": _controller(practice),
        "source": _source(contact),
        "url": privacy_address(practice),
        "authority": authority(contact.country or practice.country),
    }


def _controller(practice: Practice) -> str:
    imprint = ", ".join(line.strip() for line in practice.imprint.splitlines() if line.strip())
    who = imprint if practice.name in imprint else ", ".join(filter(None, (practice.name, imprint)))
    return who.removesuffix(".")  # the sentence has its own


def _source(contact: Contact) -> str:
    """The kind of source; a public list by its name."""
    words = str(SOURCES.get(contact.source, SOURCES[Source.HAND]))
    if contact.source != Source.DIRECTORY:
        return words
    public = contact.affiliations.filter(disclosure=Disclosure.PUBLIC, source=Source.DIRECTORY)
    names = public.exclude(kind=AffiliationKind.EMPLOYER).values_list("organization__name", flat=True)[:1]
    return _("the public list of %(name)s") % {"name": names[0]} if names else words


def _kinds(contact: Contact) -> str:
    """What is on file, by kind."""
    points = set(contact.points.values_list("kind", flat=True))
    facts = set(contact.affiliations.values_list("kind", flat=True))
    found = [
        (True, _("your name")),
        (PointKind.EMAIL in points, _("mail address")),
        (PointKind.PHONE in points, _("phone number")),
        (PointKind.URL in points, _("the address of your profile page")),
        (AffiliationKind.EMPLOYER in facts, _("your firm and position")),
        (bool(facts - {AffiliationKind.EMPLOYER, AffiliationKind.TOWN}), _("associations and schools you belong to")),
        (AffiliationKind.TOWN in facts, _("the town where you work")),
        (True, _("whom of our clients you may know through these")),
    ]
    return ", ".join(words for holds, words in found if holds)
