"""Every message that goes to somebody who passes kits along, in one list, so that one test can look at all of them.

A letter names the fields it may hold; any other word in braces fails. Fields of a referred person exist in letters that
a consent covers, and are filled from that consent alone.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from passalong.accounts.models import Practice
from passalong.compliance.models import Grant
from passalong.compliance.updates import SCOPES
from passalong.contacts.models import Contact
from passalong.core.errors import Refused

_TAG = re.compile(r"\{\s*([^{}]*?)\s*\}")
OWN = ("first_name", "kit", "practice")  # of the referrer, of what was passed along, of who writes
TROUBLE_SCOPE = "trouble"  # of compliance.updates.SCOPES
OF_FRIEND = ("friend", "sentence")  # only where a consent covers them


@dataclass(frozen=True, slots=True)
class Letter:
    """subject and body as shipped; tags: what may stand in braces. covered: it is written from a live consent."""

    key: str
    subject: Promise
    body: Promise
    tags: tuple[str, ...] = OWN
    covered: bool = False


@dataclass(frozen=True, slots=True)
class Written:
    """A letter ready to be drafted."""

    subject: str
    text: str

    @property
    def paragraphs(self) -> list[str]:
        return self.text.split("\n\n")


THANKS = Letter(
    "thanks",
    gettext_lazy("Thank you for passing it along"),
    gettext_lazy(
        "Dear {first_name},\n\nThank you for passing “{kit}” along. That you thought of us, and of somebody who may "
        "have use for it, means a lot.\n\nWe write this to everybody who passes it along, whether or not anybody ever "
        "answers: what your friends read or do stays with them, unless they want you to know.\n\n{practice}"
    ),
)
# Where nothing was written by us, or only the act itself is known: no title, and nothing of an introduction.
THANKS_OFFER = Letter(
    "thanks offer",
    gettext_lazy("Thank you for your offer"),
    gettext_lazy(
        "Dear {first_name},\n\nThank you for offering to introduce us. That you would put in a word for us means a "
        "lot, whatever comes of it.\n\nWe treat everybody you introduce as we treat you, and what they read or do "
        "stays with them, unless they want you to know.\n\n{practice}"
    ),
    tags=("first_name", "practice"),
)
THANKS_WORD = Letter(
    "thanks word",
    gettext_lazy("Thank you for your kind word"),
    gettext_lazy(
        "Dear {first_name},\n\nThank you for passing a word about us along. That you thought of us, and of somebody "
        "who may have use for it, means a lot.\n\nWe write this to everybody who does, whether or not anybody ever "
        "answers: what your friends read or do stays with them, unless they want you to know.\n\n{practice}"
    ),
    tags=("first_name", "practice"),
)
NEWS = Letter(
    "news",
    gettext_lazy("A word to you from {practice}"),
    gettext_lazy(
        "Dear {first_name},\n\n{sentence}\n\n{friend} has allowed us to tell you this, and we tell you no more than "
        "this. Thank you for thinking of us.\n\n{practice}"
    ),
    tags=("first_name", "practice", *OF_FRIEND),
    covered=True,
)
DIGEST = Letter(
    "digest",
    gettext_lazy("A word to you from {practice}"),
    gettext_lazy(
        "Dear {first_name},\n\n{sentences}\n\nEach of them has allowed us to tell you this, and we tell you no more "
        "than this. Thank you for thinking of us.\n\n{practice}"
    ),
    tags=("first_name", "practice", "sentences"),
    covered=True,
)
TROUBLE = Letter(
    "trouble",
    gettext_lazy("Something went wrong on our side"),
    gettext_lazy(
        "Dear {first_name},\n\nYou should hear this from us first. {sentence}\n\nWhat went wrong: {what}\n\nWhy: "
        "{cause}\n\nWhat we do about it: {remedy}\n\n{friend} has allowed us to tell you this, and we tell you no more "
        "than this.\n\n{practice}"
    ),
    tags=("first_name", "practice", "what", "cause", "remedy", *OF_FRIEND),
    covered=True,
)
# The one way back from an ask that met silence: it asks for less and lets go of the name (asking_less).
SILENCE = Letter(
    "silence",
    gettext_lazy("No need to answer"),
    gettext_lazy(
        "Dear {first_name},\n\nWhen we last spoke, we talked about an introduction. Please do not give it another "
        "thought: it was only an idea, and we will not bring it up again.\n\n{smaller}\n\nYou need do nothing at all, "
        "and nothing changes between us.\n\n{practice}"
    ),
    tags=("first_name", "smaller", "practice"),
)
_ALL = (THANKS, THANKS_OFFER, THANKS_WORD, NEWS, DIGEST, TROUBLE, SILENCE)
LETTERS: dict[str, Letter] = {one.key: one for one in _ALL}


def unknown_tags(text: str, allowed: tuple[str, ...] = OWN) -> list[str]:
    """What stands in braces and means nothing, or must not stand there."""
    return [found for found in dict.fromkeys(_TAG.findall(text)) if found not in allowed]


def fill(text: str, fields: Mapping[str, str], allowed: tuple[str, ...]) -> str:
    """The text with its fields; raises Refused for a word in braces that is not one of `allowed`."""
    if unknown := unknown_tags(text, allowed):
        said = _("“{%(tag)s}” cannot stand here. Possible: %(possible)s.")
        raise Refused(said % {"tag": unknown[0], "possible": ", ".join(f"{{{one}}}" for one in allowed)}, field="words")
    return _TAG.sub(lambda found: fields[found[1]], text)


def write_thanks(practice: Practice, referrer: Contact, kit: str, *, subject: str = "", body: str = "") -> Written:
    """The thank-you, in the practice's words if it has some. Nothing of anybody who read or answered goes in."""
    fields = {"first_name": referrer.first_name, "kit": kit, "practice": practice.name}
    return _write(THANKS, fields, subject, body)


def write_word(practice: Practice, referrer: Contact, *, offered: bool) -> Written:
    """The thank-you for an offer, or for a word passed along, that names nothing else."""
    fields = {"first_name": referrer.first_name, "practice": practice.name}
    return _write(THANKS_OFFER if offered else THANKS_WORD, fields)


def write_silence(practice: Practice, client: Contact, smaller: str) -> Written:
    """The follow-up to an ask without an answer. smaller: the little that is asked for instead."""
    return _write(SILENCE, {"first_name": client.first_name, "smaller": smaller, "practice": practice.name})


def write_news(grant: Grant, referrer: Contact, friend: str, key: str) -> Written:
    """What a consent allows to tell, in the very sentence the person read. Raises Refused for anything it does not
    cover. Whether it holds at this moment is asked by who sends."""
    if key not in SCOPES or key not in grant.scope or grant.recipient_id != referrer.pk:
        raise Refused(_("This is not covered by what was allowed."))
    return _news(grant.practice, referrer.first_name, friend, SCOPES[key].sentence(friend))


def write_digest(referrer: Contact, sentences: Sequence[str]) -> Written:
    """Several things in one letter, each in the very sentence its person read. Who sends asks for each consent."""
    said = "\n\n".join(sentences)
    fields = {"first_name": referrer.first_name, "practice": referrer.practice.name, "sentences": said}
    return _write(DIGEST, fields)


def write_trouble(grant: Grant, referrer: Contact, friend: str, *, what: str, cause: str, remedy: str) -> Written:
    """What went wrong, bad news first, with its cause and what is done about it; refused unless it is covered."""
    if TROUBLE_SCOPE not in grant.scope or grant.recipient_id != referrer.pk:
        raise Refused(_("This is not covered by what was allowed."))
    return _trouble(grant.practice, referrer.first_name, friend, {"what": what, "cause": cause, "remedy": remedy})


def news_as_shown(practice: Practice, referrer: Contact, friend: str, sentence: str) -> Written:
    """The same letter as the person sees it before allowing anything: word for word."""
    return _news(practice, referrer.first_name, friend, sentence)


def trouble_as_shown(practice: Practice, referrer: Contact, friend: str, gap: str) -> Written:
    """The letter on a mistake, as the person sees it before allowing it: a gap where the practice says what went wrong,
    why, and what it does about it."""
    return _trouble(practice, referrer.first_name, friend, {"what": gap, "cause": gap, "remedy": gap})


def _news(practice: Practice, first_name: str, friend: str, sentence: str) -> Written:
    fields = {"first_name": first_name, "practice": practice.name, "friend": friend, "sentence": sentence}
    return _write(NEWS, fields)


def _trouble(practice: Practice, first_name: str, friend: str, said: Mapping[str, str]) -> Written:
    fields = {"first_name": first_name, "practice": practice.name, "friend": friend}
    return _write(TROUBLE, {**fields, "sentence": SCOPES[TROUBLE_SCOPE].sentence(friend), **said})


def _write(letter: Letter, fields: Mapping[str, str], subject: str = "", body: str = "") -> Written:
    head, text = subject or str(letter.subject), body or str(letter.body)
    return Written(fill(head, fields, letter.tags), fill(text, fields, letter.tags))
