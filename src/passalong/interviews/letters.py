"""What is written to a guest: the invitation, the questions sent ahead, a reminder, the day, a casting call.

Each says who asks, what is in it for the guest, and how to say no for good.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from passalong.accounts.models import Practice
from passalong.interviews.models import GuestKind, Interview, Partner, Stage
from passalong.interviews.shipped import words_of

MOST_REMINDERS = 2
HERE = "…"  # where a guest's own address will stand


@dataclass(frozen=True, slots=True)
class Written:
    """Subject and text of one message."""

    subject: str
    text: str


def gain_of(practice: Practice, kind: str) -> str:
    """What is in it for such a guest, as a beginning."""
    said = words_of(practice.profession)
    return {
        GuestKind.PARTNER: _(
            "Our %(clients)s and readers meet your work in your own words, with your picture and links to your own "
            "pages. The recording, a short cut and a picture card are yours to use."
        ),
        GuestKind.CLIENT: _(
            "Your work is shown in your own words, with links to your own pages. The recording, a short cut and a "
            "picture card are yours to use."
        ),
        GuestKind.AUTHOR: _(
            "Our %(clients)s and readers hear of your work from you, with a link to where they find it. The recording "
            "is yours to use."
        ),
    }[GuestKind(kind)] % said


def opening_of(practice: Practice, kind: str) -> str:
    """How an invitation begins, to be changed by whoever sends it."""
    said = words_of(practice.profession)
    return {
        GuestKind.PARTNER: _(
            "I would like to interview you for our %(clients)s and readers: about your work, and what you see that "
            "others do not. It is a talk among people of a trade, and nothing is sold in it."
        ),
        GuestKind.CLIENT: _(
            "I would like to interview you: about what you do and are proud of. It is about you, and nothing is sold "
            "in it."
        ),
        GuestKind.AUTHOR: _(
            "I have been thinking about your work, and I would like to interview you about it for our %(clients)s and "
            "readers. Nothing is sold in it."
        ),
    }[GuestKind(kind)] % said


def subject_of(interview: Interview) -> str:
    """The subject of an invitation."""
    return _("May I interview you?")


def invitation(interview: Interview, *, subject: str, opening: str, sender: str, page: str) -> Written:
    """The invitation: the sender's own opening, then what always stands in it."""
    gain = _("What is in it for you: %(gain)s") % {"gain": interview.gain}
    how = _(
        "There are %(count)d questions. You can record the answers alone, when it suits you, on a phone or a laptop; "
        "or we talk. On this page you see the questions and say yes or no:"
    ) % {"count": interview.questions.count()}
    kept = _(
        "You hear the finished talk and approve it before anybody else does, and you can take your consent back "
        "whenever you like."
    )
    stop = _(
        "If you would rather not, say so on that page and we do not ask again. Without an answer we may write twice "
        "more, then we let it rest."
    )
    return _letter(interview, subject, [opening, gain, how, page, kept, stop], sender)


def questions_ahead(interview: Interview, *, sender: str, page: str) -> Written:
    """The questions, so that nobody is surprised."""
    listed = "\n".join(f"{at}. {one.text}" for at, one in enumerate(interview.questions.all(), 1))
    parts = [
        _("Here are the questions, so that you can think of a story or two. You may leave any of them out."),
        listed,
        _("What is in it for you: %(gain)s") % {"gain": interview.gain} if interview.gain else "",
        _("You can record your answers on this page, one by one, and each again as often as you like:"),
        page,
    ]
    return _letter(interview, _("The questions for our interview"), parts, sender)


def reminder(interview: Interview, *, sender: str, page: str, again: int) -> Written:
    """Once more, and at most twice. again: 1 or 2."""
    said = {
        Stage.INVITED: _("A while ago I asked whether I may interview you. A yes or a no on this page is enough:"),
        Stage.AGREED: _("Our interview still waits for a day, or for your answers. Both are on this page:"),
        Stage.SCHEDULED: _("Our interview is on %(when)s. The questions are on this page:") % {"when": when(interview)},
        Stage.EDITED: _("The finished talk waits for you to hear it. Nothing is published before you approve it:"),
    }[Stage(interview.stage)]
    gain = _("What is in it for you: %(gain)s") % {"gain": interview.gain} if interview.gain else ""
    last = (
        _("This is the last time I write about it without hearing from you.")
        if again >= MOST_REMINDERS
        else _("If it does not suit you, say so there; that is quite all right.")
    )
    return _letter(interview, _("Our interview"), [said, page, gain, last], sender)


def day(interview: Interview, *, sender: str, page: str) -> Written:
    """The day that was agreed on; an entry for the calendar goes beside it."""
    facts = [when(interview), _("%(minutes)d minutes") % {"minutes": interview.minutes}]
    if interview.place:
        facts.append(_("Where: %(place)s") % {"place": interview.place})
    parts = [
        _("Our interview is on:"),
        "\n".join(facts),
        _("The entry for your calendar comes with this message. Questions, and another day if this one does not suit:"),
        page,
    ]
    return _letter(interview, _("Our interview on %(day)s") % {"day": _short(interview)}, parts, sender)


def called_off(interview: Interview, *, sender: str) -> Written:
    """It does not take place."""
    parts = [_("The interview on %(when)s does not take place.") % {"when": when(interview)}]
    return _letter(interview, _("Called off: our interview on %(day)s") % {"day": _short(interview)}, parts, sender)


def when(interview: Interview) -> str:
    """Day and hour, with the zone they are meant in; empty while none is agreed on."""
    if interview.scheduled_at is None:
        return ""
    local = timezone.localtime(interview.scheduled_at)
    return f"{date_format(local, 'l, j F Y, H:i')} ({local.tzname()})"


def summary(interview: Interview, *, for_guest: bool) -> str:
    """The line in a calendar."""
    other = interview.practice.name if for_guest else str(interview.guest or "")
    return _("Interview with %(other)s") % {"other": other}


def brief_opening() -> str:
    """How the letter with a brief begins, to be changed by whoever sends it."""
    return _(
        "So that you need not guess whom we can be of use to, I have put it on one page, in plain words: whom we help, "
        "how one recognises them, and what happens next."
    )


def brief(partner: Partner, *, subject: str, opening: str, sender: str, page: str) -> Written:
    """The letter that brings a partner their brief: on screen and on paper, by a link that is theirs alone."""
    parts = [
        _greeting(partner.contact.first_name),
        opening,
        _("On screen, always as it stands now:") + f"\n{page}",
        _("On paper, one page:") + f"\n{page}/brief.pdf",
        _("The link is for you. It asks nothing and counts nothing; what you make of it is yours."),
        _foot(sender, partner.practice),
    ]
    return Written(subject, _joined(parts))


def casting(practice: Practice, name: str, *, title: str, text: str, sender: str, page: str) -> Written:
    """A casting call to one client."""
    parts = [
        _greeting(name),
        text,
        _("Three questions with yes or no tell us whether it fits. They are on this page:"),
        page,
        _(
            "Answer or leave it, as you like. Nothing you have with us depends on it, and we ask once. The same page "
            "has a no."
        ),
        _foot(sender, practice),
    ]
    return Written(title, _joined(parts))


def casting_text(practice: Practice) -> str:
    """How a casting call begins, to be changed by whoever sends it."""
    return _(
        "We would like to show what our %(clients)s do, in talks of half an hour: what they are proud of, in "
        "their own words. Would you like to be featured?\n\nWhat is in it for you: your work is shown to our "
        "readers with links to your own pages, and the recording is yours to use."
    ) % words_of(practice.profession)


def casting_questions() -> list[dict[str, str]]:
    """Three questions that tell whether it fits, as a beginning."""
    return [
        {"key": "story", "text": _("Is there something you have done that you would like to tell of?")},
        {"key": "public", "text": _("May your name and your voice be public?")},
        {"key": "time", "text": _("Do you have half an hour within the next two months?")},
    ]


def _letter(interview: Interview, subject: str, parts: Iterable[str], sender: str) -> Written:
    name = interview.guest.first_name if interview.guest else ""
    return Written(subject, _joined([_greeting(name), *parts, _foot(sender, interview.practice)]))


def _greeting(name: str) -> str:
    return _("Dear %(name)s,") % {"name": name} if name else _("Good day,")


def _foot(sender: str, practice: Practice) -> str:
    return f"{sender}\n{practice.name}" if sender and sender != practice.name else practice.name


def _short(interview: Interview) -> str:
    return date_format(timezone.localtime(interview.scheduled_at), "j F, H:i") if interview.scheduled_at else ""


def _joined(parts: Iterable[str]) -> str:
    return "\n\n".join(part.strip() for part in parts if part.strip())
