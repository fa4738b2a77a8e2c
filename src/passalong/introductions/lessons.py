"""The next lesson for a client who refers (M19): what makes the next introduction easier for everybody.

One list, in the order in which they help. Which one is next is read from what a client's introductions tell
(selectors/lessons.py); each is given once.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Aspect(StrEnum):
    """What a client's introductions tell."""

    WILLING = "willing"
    CONSENT = "consent"
    NEED = "need"
    FIT = "fit"
    TRUST = "trust"
    MORE = "more"


ASPECTS: dict[str, Promise] = {
    Aspect.WILLING: _("Willing"),
    Aspect.CONSENT: _("Friends who said yes"),
    Aspect.NEED: _("Knows what they need"),
    Aspect.FIT: _("Fits whom you help best"),
    Aspect.TRUST: _("Trust"),
    Aspect.MORE: _("More to give"),
}


@dataclass(frozen=True, slots=True)
class LessonText:
    """One lesson. about: which aspect it helps; title; words: to be said or sent; why: for the desk."""

    key: str
    about: Aspect
    title: Promise
    words: Promise
    why: Promise


LESSONS: tuple[LessonText, ...] = (
    LessonText(
        "what_it_involves",
        Aspect.WILLING,
        _("What an introduction involves"),
        _(
            "Introducing somebody is less than it sounds. You pass along something worth reading, in your own words. "
            "Your friend decides what happens next, and nobody calls them out of the blue."
        ),
        _("Who hesitates mostly fears for the friend. Take that away, and do not ask again today."),
    ),
    LessonText(
        "two_questions",
        Aspect.CONSENT,
        _("Ask your friend first"),
        _(
            "It helps your friend most if you ask two things before we meet: would some help be welcome, and would "
            "they like to talk to us? If either is a no, that is fine, and we leave it there."
        ),
        _("Several friends said no or nothing. Two questions beforehand spare everybody that."),
    ),
    LessonText(
        "listen_for",
        Aspect.NEED,
        _("What to listen for"),
        _(
            "You need not think of names. If somebody tells you of a worry we can help with, remember what they said. "
            "That one sentence is worth more to us than a phone number."
        ),
        _("An introduction with a need behind it is one your client can be proud of."),
    ),
    LessonText(
        "whom_we_help",
        Aspect.FIT,
        _("Whom we help best"),
        _(
            "Let me tell you whom we are of most use to, so that you can send everybody else somewhere better. Here is "
            "the page that describes it."
        ),
        _("The people introduced fit your ideal client less than they might. Show the kit and the brief."),
    ),
    LessonText(
        "own_words",
        Aspect.TRUST,
        _("Say it in your own words"),
        _(
            "The link alone says little. One or two sentences of yours, on what it was like for you, tell your friend "
            "more than all we could write."
        ),
        _("So far the link was passed along without words of their own."),
    ),
    LessonText(
        "in_person",
        Aspect.TRUST,
        _("Come along"),
        _(
            "Some of the best introductions are made at lunch: the three of us, no papers. You know us both, and it is "
            "easier for your friend."
        ),
        _("Trust has grown: offer the call or the lunch for three."),
    ),
    LessonText(
        "others_you_know",
        Aspect.MORE,
        _("Others they said they know"),
        _(
            "You mentioned a few more people when we last met. Is there one among them who would be glad to have what "
            "you passed along the other day?"
        ),
        _("They know more people on your list. One name is enough."),
    ),
)
BY_KEY: dict[str, LessonText] = {one.key: one for one in LESSONS}
