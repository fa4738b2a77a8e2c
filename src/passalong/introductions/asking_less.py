"""The one way back from an ask that met silence: a letter to the client that asks for less, and lets go of the name.

It reads nothing of the person who was asked for, so it is the same whoever that is and whatever they did.
"""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from passalong.accounts.models import Practice
from passalong.contacts.models import Contact
from passalong.introductions.letters import Letter, Written, fill
from passalong.kits.models import Link
from passalong.kits.selectors.passing import sharing, url_of

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
WITH_LINK = gettext_lazy(
    "Should somebody ever tell you of a question we might help with, this is something they can read, without anybody "
    "calling them: {link}"
)
WITHOUT = gettext_lazy(
    "Should somebody ever tell you of a question we might help with, it is enough that they know where to find us."
)
# What is said on the phone instead, by whoever knows the client.
ALOUD = gettext_lazy(
    "When we last spoke, we talked about an introduction. Please forget about it; I will not ask again. If "
    "somebody ever tells you of a question like that, I can send you something for them to read. Only if you like."
)


def write(practice: Practice, client: Contact, link: Link | None) -> Written:
    """The letter, with the client's own link where there is one that opens."""
    may_link = link is not None and link.ended_at is None and sharing().is_on
    smaller = str(WITH_LINK).replace("{link}", url_of(link)) if may_link and link is not None else str(WITHOUT)
    fields = {"first_name": client.first_name, "smaller": smaller, "practice": practice.name}
    return Written(_(str(SILENCE.subject)), fill(str(SILENCE.body), fields, SILENCE.tags))
