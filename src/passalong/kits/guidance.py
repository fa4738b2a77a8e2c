"""What belongs into each part of a kit, and how it may sound: shown beside the text while it is written."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Guide:
    """name: of the part; asks: the question it answers; belongs: what to write, a point each; example: its sound."""

    name: str | Promise
    asks: str | Promise
    belongs: tuple[str | Promise, ...]
    example: str | Promise


GUIDANCE = {
    "head": Guide(
        _("What it is called, and for whom"),
        _("Would a friend know from this whom to pass it to?"),
        (
            _("A title in the reader's words: the matter, not the service."),
            _("For whom: a situation, never a weakness. Somebody will receive it from a friend."),
        ),
        _("“When your parents' house becomes too large”. For: sons and daughters who help a parent to decide."),
    ),
    "problems": Guide(
        _("Problems and opportunities"),
        _("What do readers notice in their own life before they have a word for it?"),
        (
            _("Three or four things your clients said before they came, in their words."),
            _("What makes it hard, and what it makes possible to look at it in time."),
            _("Nothing about you yet, and nothing about your solution."),
        ),
        _(
            "The house is full. The children have opinions. And nobody knows what it is worth until somebody pays. "
            "Most people in this place put the first afternoon off, because it looks like a year of work."
        ),
    ),
    "consequences": Guide(
        _("Consequences"),
        _("What happens if nothing is done: how often, how much, by when?"),
        (
            _("Only what is true, with its size. One sentence is enough for each."),
            _("Where you know it from: a source with a link, or “in our experience” and how often."),
            _("Beside it one calm thing a reader can do alone. An adult may put the page away."),
        ),
        _(
            "In our experience about one such move in four happens within weeks of a hospital stay; then there is less "
            "time to choose. None of it is urgent today. You can write down, room by room, what would come along."
        ),
    ),
    "first_step": Guide(
        _("The first step of the solution"),
        _("What can a reader do first, with or without you?"),
        (
            _("One small act with a beginning and an end: a list, a measurement, a question to ask."),
            _("What it shows, and what it leaves open."),
            _("Then what you do in a first talk, what it costs, and what is decided in it: nothing."),
        ),
        _(
            "Take a sheet with three columns: comes along, goes to family, goes. Walk through one room and write each "
            "thing into its column. Stop after an hour. The sheet is yours, whatever you do next."
        ),
    ),
    "next_step": Guide(
        _("The next step"),
        _("How does a reader go on, and what happens then?"),
        (
            _("The ways you offer below, in words: who answers, when, what is asked."),
            _("That not now, and no, are answers too."),
            _("No pressure of time, no offer, nothing to win."),
        ),
        _(
            "If you want to talk it over, answer the two questions below: whether help is wanted, and whether you "
            "would like to hear from us. We call back once, within two working days. Or put the page away until spring."
        ),
    ),
}
