"""Referral seeds (M12): what is said, from the first meeting on, about how the practice works by referral.

One list, in the order in which they are said. A seed asks for nothing and names nobody; it is said in a sentence or
two in a meeting or a call, and ticked off.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Phase(TextChoices):
    """Stages of the relationship."""

    FIRST = "first", _("First meeting")
    NEW = "new", _("First months as a client")
    SETTLED = "settled", _("A settled client")
    LONG = "long", _("A client of long standing")


@dataclass(frozen=True, slots=True)
class SeedText:
    """One seed. after: days since they became a client; None: from the first meeting on, client or not. title: what
    it is about; words: to be said aloud, with {practice}; why: for the desk."""

    key: str
    phase: Phase
    after: int | None
    title: Promise
    words: Promise
    why: Promise


SEEDS: tuple[SeedText, ...] = (
    SeedText(
        "by_referral",
        Phase.FIRST,
        None,
        _("How people come to us"),
        _(
            "Most people we work with came to us through somebody they trust. That is why we spend our time on the "
            "people we look after, and not on looking for others."
        ),
        _("Said at the start, it is how you work. Said later, it is a request."),
    ),
    SeedText(
        "no_pressure",
        Phase.FIRST,
        None,
        _("Nobody has to"),
        _(
            "You never have to recommend us, and nothing we do for you depends on it. If one day you want to tell "
            "somebody about us, we make it easy."
        ),
        _("It takes the worry away before there is one."),
    ),
    SeedText(
        "whom_we_help",
        Phase.NEW,
        30,
        _("Whom we help best"),
        _(
            "You may remember the question that brought you here. Many people carry the same one around for a long "
            "time. Those are the ones we can be of most use to."
        ),
        _("So that a client knows a good moment when it comes."),
    ),
    SeedText(
        "treated_alike",
        Phase.NEW,
        60,
        _("How we treat your friends"),
        _(
            "Whoever comes to us through somebody is treated exactly as you were. And they hear from us only after "
            "they have said yes themselves."
        ),
        _("What clients worry about most is what happens to their friend."),
    ),
    SeedText(
        "something_to_give",
        Phase.NEW,
        90,
        _("Something to pass along"),
        _(
            "We have written down what people most often ask us. It is meant to be passed along: no meeting, no sale, "
            "just something to read. May I show it to you?"
        ),
        _("Show the kit. Do not ask for a name."),
    ),
    SeedText(
        "agreement",
        Phase.SETTLED,
        150,
        _("What would be right for you"),
        _(
            "I would like to know what good service means to you, and what you would want us to do if you ever "
            "introduced somebody. Shall we write it down together?"
        ),
        _("The way to the agreement. It is no contract."),
    ),
    SeedText(
        "what_we_tell",
        Phase.SETTLED,
        240,
        _("What you would hear"),
        _(
            "If somebody comes to us through you, we thank you at once. What becomes of it is theirs to tell; we tell "
            "you as much as they allow."
        ),
        _("Nobody is left wondering, and nobody is told on."),
    ),
    SeedText(
        "year_on",
        Phase.LONG,
        365,
        _("A year on"),
        _(
            "We have worked together for more than a year. Is there anything we should do better? And has anybody "
            "around you had the same question you had then?"
        ),
        _("First the service. Only after a good answer the second question."),
    ),
    SeedText(
        "thank_you",
        Phase.LONG,
        540,
        _("Thank you for trusting us"),
        _(
            "That you have stayed with us matters more than anything else. We can afford the time we take for you "
            "because people like you speak of us."
        ),
        _("Thanks without a request."),
    ),
)
BY_KEY: dict[str, SeedText] = {one.key: one for one in SEEDS}
APART_DAYS = 28  # two seeds to one client, so that they stay seeds
