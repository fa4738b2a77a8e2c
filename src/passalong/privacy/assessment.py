"""The data protection impact assessment (GDPR Art. 35) as a guided document: what the law asks, prefilled with what is
so in this practice and this program. The practice writes its own words over any section; what it leaves stays true.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as __

from passalong.accounts.models import Practice
from passalong.compliance import selectors as compliance
from passalong.compliance.models import AllowedCategory
from passalong.compliance.places import is_european
from passalong.contacts.models import Affiliation, Contact, Source
from passalong.core import clock
from passalong.core.typeset import render_pdf
from passalong.privacy.models import BalancingNote
from passalong.privacy.notice import KEPT_YEARS
from passalong.privacy.selectors import duties

TEMPLATE = Path(__file__).parent / "document.typ"
LONGEST_SECTION = 6000  # characters


@dataclass(frozen=True, slots=True)
class Section:
    """One part of the document: what it is called, what to think of, and the words shipped."""

    key: str
    title: Promise
    asks: Promise
    words: Callable[[Practice], str]


@dataclass(frozen=True, slots=True)
class Part:
    """A section with the words that stand in it now; own: the practice's."""

    section: Section
    text: str
    own: bool


def _what(practice: Practice) -> str:
    people = Contact.objects.filter(practice=practice)
    return _(
        "%(practice)s finds new clients through introductions. It keeps people it would like to meet and facts about "
        "where they work and which bodies they belong to. A program compares these with the same facts about clients "
        "and estimates who probably knows whom. People on file at present: %(people)d; facts about them: %(facts)d."
    ) % {
        "practice": practice.name,
        "people": people.count(),
        "facts": Affiliation.objects.filter(practice=practice).count(),
    }


def _systematic(practice: Practice) -> str:
    return _(
        "The estimate is a systematic evaluation of personal aspects by automatic means, of people most of whom did "
        "not give their data themselves; that is why this assessment is made. It has no legal effect on anybody: it "
        "orders a list of names that a person at the desk reads before a meeting. No message is sent because of it. "
        "Each estimate shows its reasons, and a client's own word overrides it at once."
    )


def _sources(practice: Practice) -> str:
    used = set(Contact.objects.filter(practice=practice).order_by().values_list("source", flat=True).distinct())
    names = ", ".join(str(label) for value, label in Source.choices if value in used) or _("none yet")
    off = compliance.sources_off(practice)
    seen = _("Mail and calendars are off for this profession.") if off else _("Of mail and calendars only who was on "
             "them and when is read, never subject or text.")  # fmt: skip
    return _("People on file come from: %(names)s. %(seen)s") % {"names": names, "seen": seen}


def _kinds(practice: Practice) -> str:
    allowed = ", ".join(str(one.get_category_display()) for one in compliance.allowed_categories(practice))
    words = [
        _(
            "Name, mail address, phone, profile page; employer and position; associations, boards, schools, events, "
            "town; what clients said about whether they know somebody."
        )
    ]
    if is_european(practice.country):
        words.append(
            _("Of people who are no clients only what belongs to their role in business: no household, street, "
              "relatives, clubs or events in life.")
        )  # fmt: skip
    words.append(
        _("Allowed with a written reason: %(kinds)s.") % {"kinds": allowed}
        if allowed
        else _("Nothing that reveals %(kinds)s is taken in.")
        % {"kinds": ", ".join(str(word).lower() for _key, word in AllowedCategory.CHOICES)}
    )
    return " ".join(words)


def _ground(practice: Practice) -> str:
    note = duties.current_note(practice)
    if note:
        return _("Legitimate interests (Art. 6(1)(f)); the balancing note, version %(number)d, was signed by %(name)s "
                 "on %(day)s and is looked at again by %(review)s.") % {
            "number": note.number, "name": note.signed_by, "day": date_format(note.signed_at, "DATE_FORMAT"),
            "review": date_format(note.review_on, "DATE_FORMAT"),
        }  # fmt: skip
    return _("Legitimate interests (Art. 6(1)(f)). The balancing note has not been signed yet, or is more than a year "
             "old: until it is, nobody who is no client is suggested.")  # fmt: skip


def _retention(practice: Practice) -> str:
    return _(
        "An entry is kept until its person objects or asks for it to be deleted, otherwise %(years)d years after the "
        "last contact. Evidence loses weight as it ages. What a law makes the practice keep is kept apart, each with "
        "the rule and the date on which it ends."
    ) % {"years": KEPT_YEARS}


def _risks(practice: Practice) -> str:
    return _(
        "People do not expect to be on file: they learn of it late or never. A group may give away religion, health or "
        "politics. An estimate may be wrong, and a client be asked about a stranger. One client may learn what another "
        "told. An address may be used to advertise. Somebody without a right to it may read the file."
    )


def _measures(practice: Practice) -> str:
    pressing = duties.pressing(practice)
    return _(
        "Everybody is told within a month; who is not told is locked out of every suggestion, list and message after "
        "thirty days (locked at present: %(locked)d). Kinds and names that reveal protected traits are refused as they "
        "come in. Nobody is contacted by the program before their own yes. What one client told is never shown to "
        "another. Anybody can see, correct, object to and erase what is kept by a link mailed to their address. Every "
        "act is on a record that cannot be changed unnoticed. Passwords, passkeys and second steps guard the desk; "
        "backups replay erasures."
    ) % {"locked": pressing.locked}


def _view(practice: Practice) -> str:
    return _(
        "Write whom you asked: your data protection officer if you have one, people concerned or those who speak for "
        "them, and what they said. Where a high risk is left, the authority is to be asked before you go on (Art. 36)."
    )


def _result(practice: Practice) -> str:
    return _("Write what risk is left, who accepts it, and when this is looked at again. Once a year is usual.")


SECTIONS = (
    Section("what", __("What is done"), __("Nature, scope, context and purpose of what is done."), _what),
    Section("systematic", __("Why it is assessed"), __("Systematic evaluation of people, Art. 35(3)(a)."), _systematic),
    Section("sources", __("Where the data comes from"), __("Every source in use."), _sources),
    Section("kinds", __("Which data"), __("Kinds of data, and what is left out."), _kinds),
    Section("ground", __("On what ground"), __("Why it is needed and fair: the balancing note."), _ground),
    Section("retention", __("How long"), __("When data goes, and what must stay."), _retention),
    Section("risks", __("What could go wrong"), __("Risks for those who are on file, not for you."), _risks),
    Section("measures", __("What is built against it"), __("What this program does; add what you do."), _measures),
    Section("view", __("Who was asked"), __("Data protection officer, people concerned."), _view),
    Section("result", __("What is left"), __("The risk that remains, and who accepts it."), _result),
)  # fmt: skip


def parts_of(practice: Practice) -> list[Part]:
    """The document as it stands."""
    own = duties.assessment(practice).texts
    return [Part(one, own.get(one.key) or one.words(practice), bool(own.get(one.key))) for one in SECTIONS]


def _title(practice: Practice) -> str:
    return _("Data protection impact assessment")


def as_markdown(practice: Practice) -> str:
    """The document as Markdown."""
    head = f"# {_title(practice)}\n\n{practice.name}, {clock.today().isoformat()}\n"
    return "\n".join([head, *(f"## {one.section.title}\n\n{one.text}\n" for one in parts_of(practice))])


def as_pdf(practice: Practice) -> bytes:
    """The document as PDF."""
    return document_pdf(practice, _title(practice), [(str(one.section.title), one.text) for one in parts_of(practice)])


def note_pdf(note: BalancingNote) -> bytes:
    """A signed version of the balancing note as PDF."""
    parts = [
        (str(note._meta.get_field(name).verbose_name), getattr(note, name))  # type: ignore[union-attr]
        for name in BalancingNote.TEXTS
    ]
    signed = _("Version %(number)d, signed by %(name)s on %(day)s. To be looked at again by %(review)s.") % {
        "number": note.number, "name": note.signed_by, "day": date_format(note.signed_at, "DATE_FORMAT"),
        "review": date_format(note.review_on, "DATE_FORMAT"),
    }  # fmt: skip
    return document_pdf(note.practice, _("Balancing note"), [*parts, (_("Signed"), signed)])


def document_pdf(practice: Practice, title: str, parts: list[tuple[str, str]]) -> bytes:
    """A document of headed paragraphs as PDF."""
    data = {
        "title": title,
        "practice": practice.name,
        "date": date_format(clock.today(), "DATE_FORMAT"),
        "parts": [{"title": head, "paragraphs": _paragraphs(text)} for head, text in parts],
    }
    return render_pdf(TEMPLATE, data)


def _paragraphs(text: str) -> list[str]:
    return [one.strip() for one in text.replace("\r\n", "\n").split("\n\n") if one.strip()]
