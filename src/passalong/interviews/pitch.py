"""The words that ask for the return: written for the practice, changed by it before they go."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from passalong.interviews.models import Interview

SHOWN = 5  # questions named in the words


def ready(interview: Interview, *, sender: str, questions: Sequence[str]) -> str:
    """A letter to the guest: what it would give their own people, how little work it is, and an easy no.

    sender: who signs; questions: those the guest could ask, of which the first few are named.
    """
    name = interview.guest.first_name if interview.guest else ""
    hello = _("Dear %(name)s,") % {"name": name} if name else _("Hello,")
    parts = [
        hello,
        _("Thank you again for the interview. It was good to introduce you to the people who listen to us."),
        _(
            "Would it be of use to your own people to hear the other side? You would ask, I would answer: twenty "
            "minutes, in your podcast, your newsletter, or at an event of yours. Nothing is sold in it."
        ),
    ]
    if questions:
        listed = "\n".join(f"- {one}" for one in questions[:SHOWN])
        parts.append(_("These are questions your people may have:") + f"\n{listed}")
    parts += [
        _("I send you the questions, a few words about us and everything you need, so that it costs you no work."),
        _("If it does not suit you, say so, and that is fine."),
        sender,
    ]
    return "\n\n".join(parts)
