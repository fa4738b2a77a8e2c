"""Whether a client may learn, by what is prepared with them, that the person they introduce said yes.

A mail of three, or a lunch with a day, tells so without a word. Before a yes there is nothing to tell; what a client
reported the client knows; an own yes stays with the practice unless the person allowed to tell, or answered on the page
of the lunch, which says who sees what.
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from passalong.compliance import updates
from passalong.compliance.models import Purpose
from passalong.compliance.selectors import consent as consents
from passalong.contacts.models import Contact
from passalong.core.errors import Refused
from passalong.introductions.models import How, Introduction, LunchChoice, Seat, Stage
from passalong.introductions.stages import NEARNESS

NOT_ALLOWED = _("It would tell the client that they said yes, and they have not allowed that. Ask them first.")


def is_before_yes(introduction: Introduction) -> bool:
    """Agreed on with the client, and nothing answered yet."""
    return introduction.stage in (Stage.AGREED, Stage.PASSED)


def has_said_yes(introduction: Introduction) -> bool:
    """Whether the person said yes, by themselves or as the client tells, and it is open."""
    return introduction.is_open and NEARNESS[introduction.stage] >= NEARNESS[Stage.ANSWERED]


def client_may_know(introduction: Introduction) -> bool:
    """Whether what is prepared with the client may rest on the person's yes."""
    if not introduction.is_open or introduction.referrer is None:
        return False
    if is_before_yes(introduction) or introduction.answered_how == How.REPORTED:
        return True
    return _allowed(introduction) or _said_at_lunch(introduction)


def may_write_to(introduction: Introduction) -> Contact | None:
    """The person on file, where their own yes lets us write to them; None where only the client may hand on."""
    person = introduction.prospect
    if person is None or not has_said_yes(introduction):
        return None
    own = consents.contact_grant(introduction.practice, contact=person, own_only=True)
    return person if own else None


def demand_client_may_know(introduction: Introduction) -> None:
    """Raise Refused where it would tell the client what the person has not allowed to tell."""
    if not client_may_know(introduction):
        raise Refused(str(NOT_ALLOWED))


def _allowed(introduction: Introduction) -> bool:
    abouts = [introduction.public_id, introduction.reply.public_id if introduction.reply else ""]
    referrer = introduction.referrer
    found = (
        consents.live_grant(introduction.practice, Purpose.UPDATE, about=about, recipient=referrer)
        for about in abouts
        if about
    )
    return any(found)


def _said_at_lunch(introduction: Introduction) -> bool:
    """They answered on the page of the lunch, which told them who else is invited and sees the day. Where the
    profession wants more than a plain yes before a client is told, this is not enough."""
    asked = updates.locks(introduction.practice)
    if asked.form or asked.barred:
        return False
    suits = {"can": True, "guest__seat": Seat.FRIEND, "guest__answered_at__isnull": False}
    return LunchChoice.objects.filter(guest__lunch__introduction=introduction, **suits).exists()
