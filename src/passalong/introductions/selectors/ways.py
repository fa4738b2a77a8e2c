"""Named reads on the ways to introduce somebody, for the page of one introduction and the pages behind it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise, cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as __

from passalong.accounts.models import Member, Practice
from passalong.accounts.selectors import owner
from passalong.core import clock
from passalong.introductions import knowing, lunch_words, papers, ways_words
from passalong.introductions.answer_pages import open_address
from passalong.introductions.models import (
    Introduction,
    Lunch,
    LunchState,
    Recommendation,
    Way,
    WayKind,
)
from passalong.introductions.recommendation import disclosure_of
from passalong.introductions.selectors.lunch import lunch_of
from passalong.introductions.selectors.words import standing

BY_HAND = (WayKind.MAIL, WayKind.LETTER, WayKind.CALL)
WRITTEN = (WayKind.MAIL, WayKind.LETTER)
SYMBOLS: dict[str, str] = {
    WayKind.MAIL: "mail",
    WayKind.LETTER: "file-text",
    WayKind.CALL: "phone",
    WayKind.LUNCH: "users",
}
SAYS: dict[str, Promise] = {
    WayKind.MAIL: __("The client writes to both of you, from their own mail."),
    WayKind.LETTER: __("In the client's words, for their signature: PDF and DOCX."),
    WayKind.CALL: __("Points for the client's call: give first, then ask."),
    WayKind.LUNCH: __("The three of you at one table: find a day, send the invitations."),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One way as the page of an introduction lists it. why_not: why it is not open now; state: how far it is."""

    kind: str
    label: str
    says: str
    symbol: str
    url: str
    state: str
    tone: str
    why_not: str


def context(practice: Practice, introduction: Introduction) -> dict[str, Any]:
    """What `introductions/_ways.html` wants: the four ways. A fixed number of queries."""
    ways = {one.kind: one for one in Way.objects.filter(practice=practice, introduction=introduction)}
    lunch = lunch_of(introduction)
    rules = _Rules(introduction)
    rows = [_row(rules, kind, ways.get(kind)) for kind in BY_HAND]
    return {"ways": [*rows, _lunch_row(introduction, lunch)], "introduction": introduction}


def _row(rules: _Rules, kind: WayKind, way: Way | None) -> Row:
    state, tone = ("", "")
    if way is not None:
        state, tone = (_("Done"), "good") if way.used_at else (_("Prepared"), "due")
    return Row(
        kind=kind.value,
        label=str(kind.label),
        says=str(SAYS[kind]),
        symbol=SYMBOLS[kind],
        url=reverse("introductions:way", args=[rules.introduction.public_id, kind.value]),
        state=state,
        tone=tone,
        why_not=rules.why_not(kind) if way is None else "",
    )


def _lunch_row(introduction: Introduction, lunch: Lunch | None) -> Row:
    kind = WayKind.LUNCH
    state = {LunchState.ASKING: "due", LunchState.FIXED: "good", LunchState.CANCELLED: "quiet"}
    is_open = knowing.is_before_yes(introduction) or knowing.has_said_yes(introduction)
    says = lunch_words.when(lunch) if lunch and lunch.state == LunchState.FIXED else str(SAYS[kind])
    return Row(
        kind=kind.value,
        label=str(kind.label),
        says=says,
        symbol=SYMBOLS[kind],
        url=reverse("introductions:lunch", args=[introduction.public_id]),
        state=lunch.get_state_display() if lunch else "",
        tone=state[LunchState(lunch.state)] if lunch else "",
        why_not="" if lunch or is_open else _("This comes after the client has agreed, and before it is over."),
    )


def why_not(introduction: Introduction, kind: str) -> str:
    """Why this way is not open as things stand, in words; empty where it is."""
    return _Rules(introduction).why_not(kind)


class _Rules:
    """Which ways are open. What they share is looked up once, and only where a way hangs on it."""

    def __init__(self, introduction: Introduction) -> None:
        self.introduction = introduction

    @cached_property
    def _client_may_know(self) -> bool:
        return knowing.client_may_know(self.introduction)

    @cached_property
    def _why_not_written(self) -> str:
        return standing(self.introduction.practice).why_not

    def why_not(self, kind: str) -> str:
        introduction = self.introduction
        if introduction.referrer is None:
            return _("It is not known any more who would introduce them.")
        if not (knowing.is_before_yes(introduction) or knowing.has_said_yes(introduction)):
            return _("This comes after the client has agreed, and before it is over.")
        if kind == WayKind.MAIL and not knowing.has_said_yes(introduction):
            return _("A mail of three goes once they have said yes. Until then a call or a letter can ask them.")
        rests_on_yes = kind == WayKind.MAIL or introduction.agreed_on is None
        if rests_on_yes and not self._client_may_know:
            return str(knowing.NOT_ALLOWED)
        return self._why_not_written if kind in WRITTEN else ""


def way_of(introduction: Introduction, kind: str) -> Way | None:
    """The way of this kind, if it was prepared."""
    found = Way.objects.filter(introduction=introduction, kind=kind)
    return found.select_related("introduction__referrer", "practice", "host__user").first()


def start(introduction: Introduction, kind: str, by: Member) -> ways_words.Start:
    """Words to begin with, round the client's own confirmed sentences where there are any."""
    own = Recommendation.objects.filter(introduction=introduction, confirmed_at__isnull=False)
    said = own.order_by("-confirmed_at").values_list("said", flat=True).first() or ""
    return ways_words.start(introduction, kind, host=by.user.name or str(by.practice), said=said)


def letter(way: Way) -> papers.Letter:
    """The letter as it is printed, with what the rules ask to be told."""
    client = way.introduction.referrer
    told = disclosure_of(way.practice, client) if client else ""
    name = client.full_name if client else ""
    answer = open_address(way.introduction)
    return papers.Letter(name, way.words, told, clock.today(), way.practice.country, answer)


def mail(way: Way) -> dict[str, str]:
    """Subject, text and copy of the mail of three, with what the rules ask to be told."""
    client = way.introduction.referrer
    told = disclosure_of(way.practice, client) if client else ""
    host = way.host or owner(way.practice)
    text = "\n\n".join(one for one in (way.words, told) if one)
    return {"subject": way.subject, "text": text, "copy_to": host.user.email if host else ""}
