"""The board and the list of introductions, and what is to be done next: bounded reads, whatever the number of rows."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from passalong.accounts.models import Practice
from passalong.contacts.keys import fold
from passalong.core import staged
from passalong.core.due import Due
from passalong.introductions.models import Introduction, Outcome, Stage
from passalong.introductions.stages import NEXT, OPEN


def whom(one: Introduction) -> str:
    """The person introduced, as the desk may say it."""
    if one.prospect:
        return str(one.prospect)
    if one.is_open and one.referrer:
        return _("Somebody %(client)s named") % {"client": one.referrer}
    return _("Somebody, forgotten")


def card(one: Introduction) -> staged.Card:
    """The card of an introduction whose ends are at hand; about: who introduces them."""
    forgets = one.forget_on if one.is_open else None
    return staged.Card(
        one,
        whom=whom(one),
        about=str(one.referrer) if one.referrer else one.get_source_display(),
        next=staged.next_words(one, NEXT),
        url=reverse("introductions:one", args=[one.public_id]),
        otherwise=_("forgotten on %(day)s") % {"day": date_format(forgets)} if forgets else "",
    )


def all_of(practice: Practice) -> QuerySet[Introduction]:
    """Every introduction of the practice, with both ends."""
    return Introduction.objects.filter(practice=practice).select_related("referrer", "prospect")


def board(practice: Practice) -> list[staged.Column]:
    """Every open stage with its first cards: three queries."""
    return staged.board(all_of(practice), OPEN, card)


def ended(practice: Practice) -> list[staged.Ended]:
    """How many became clients, and how many ended otherwise: one query."""
    return staged.ended(all_of(practice), Stage.CLIENT, Outcome)


def wanted(practice: Practice, asked: staged.Wanted) -> QuerySet[Introduction]:
    """Introductions of the practice as asked for: open ones due first unless a stage is named. The words are looked for
    in the names of either end."""
    found = staged.narrowed(all_of(practice), asked)
    for word in fold(asked.q).split()[:6]:
        found = found.filter(Q(prospect__search__contains=word) | Q(referrer__search__contains=word))
    return found


def next_acts(practice: Practice, limit: int) -> list[Due]:
    """What is to be done next about introductions, overdue first: one query, at most `limit` lines."""
    return staged.next_acts(all_of(practice), limit, card)
