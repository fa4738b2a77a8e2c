"""What a voice consents to, word for word: shown on its own page and on the desk, kept with every consent.

Two consents, each for itself: being recorded, and being published. Change these words and what was given under the
earlier ones stays as it was; whoever opens the page then reads the new ones.
"""

from __future__ import annotations

import hashlib

from django.utils.translation import gettext as _

from passalong.interviews.models import ConsentTo, Voice, VoiceRole

WORDS = "text/plain; charset=utf-8"


def sentences(voice: Voice, to: str) -> tuple[str, ...]:
    """The sentences of one consent, in order. For the authorisation of a patient the signed form itself holds them."""
    names = {"practice": voice.practice.name, "name": voice.name}
    if to == ConsentTo.RECORDING:
        return (
            _("I, %(name)s, agree that %(practice)s records my voice for an interview.") % names,
            _("Nothing recorded is used before everybody who is heard has agreed as well."),
            _("The recording is kept by %(practice)s itself. Ask, and what was recorded of me is deleted.") % names,
            _("I can take this back at any time. From then on nothing recorded of me is used."),
        )
    if to == ConsentTo.PUBLICATION:
        heard_first = (
            _("I hear the finished sound and read the words first. Nothing is published that I have not approved.")
            if voice.role == VoiceRole.GUEST
            else _("The guest hears the finished sound first, and nothing is published that the guest did not approve.")
        )
        return (
            _("I, %(name)s, agree that %(practice)s publishes the interview with my name and my voice.") % names,
            _("It appears on the pages of %(practice)s, in its podcast and in its news to readers.") % names,
            heard_first,
            _("I can take this back at any time. Page, sound and words are then removed at once."),
            _("Copies that others have made by then cannot be called back."),
        )
    return (_("I, %(name)s, authorise %(practice)s to publish what the signed form says.") % names,)


def whole(voice: Voice, to: str) -> str:
    """The same as one text."""
    return "\n".join(sentences(voice, to)) + "\n"


def digest(voice: Voice, to: str) -> str:
    """sha256 of that text."""
    return hashlib.sha256(whole(voice, to).encode()).hexdigest()
