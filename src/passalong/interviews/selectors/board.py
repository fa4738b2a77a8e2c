"""The board and the list of interviews, and what is to be done next: bounded reads, whatever the number of rows."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from passalong.accounts.models import Practice
from passalong.contacts.keys import fold
from passalong.core import staged
from passalong.core.due import Due
from passalong.interviews.models import GuestKind, Interview, Outcome, Stage
from passalong.interviews.stages import NEXT, OPEN


@dataclass(frozen=True, slots=True)
class Wanted(staged.Wanted):
    """The words are looked for in the guest's name and the title; and a kind of guest."""

    kind: str = ""


def card(one: Interview) -> staged.Card:
    """The card of an interview whose guest is at hand."""
    return staged.Card(
        one,
        whom=str(one.guest) if one.guest else _("Somebody, forgotten"),
        about=one.title or one.get_kind_display(),
        next=staged.next_words(one, NEXT),
        url=reverse("interviews:one", args=[one.public_id]),
    )


def all_of(practice: Practice) -> QuerySet[Interview]:
    """Every interview of the practice, with its guest."""
    return Interview.objects.filter(practice=practice).select_related("guest")


def board(practice: Practice) -> list[staged.Column]:
    """Every open stage with its first cards: three queries."""
    return staged.board(all_of(practice), OPEN, card)


def ended(practice: Practice) -> list[staged.Ended]:
    """How many were returned, and how many ended otherwise: one query."""
    return staged.ended(all_of(practice), Stage.RETURNED, Outcome)


def wanted(practice: Practice, asked: Wanted) -> QuerySet[Interview]:
    """Interviews of the practice as asked for: open ones due first unless a stage is named."""
    found = staged.narrowed(all_of(practice), asked)
    if asked.kind in GuestKind.values:
        found = found.filter(kind=asked.kind)
    for word in fold(asked.q).split()[:6]:
        found = found.filter(Q(guest__search__contains=word) | Q(title__icontains=word))
    return found


def next_acts(practice: Practice, limit: int) -> list[Due]:
    """What is to be done next about interviews, overdue first: one query, at most `limit` lines."""
    return staged.next_acts(all_of(practice), limit, card)
