"""The one way back from an ask that met silence: a letter to the client that asks for less, and lets go of the name.

It reads nothing of the person who was asked for, so it is the same whoever that is and whatever they did.
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy

from passalong.accounts.models import Practice
from passalong.contacts.models import Contact
from passalong.introductions.letters import Written, write_silence
from passalong.kits.models import Link
from passalong.kits.selectors.passing import sharing, url_of

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
    return write_silence(practice, client, smaller)
