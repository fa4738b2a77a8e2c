"""The event log of a person in plain words."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as __

from passalong.accounts.models import Practice
from passalong.accounts.selectors import members
from passalong.contacts.models import StandingKind
from passalong.core.models import Event
from passalong.ties.models import AnswerKind

MOST_LINES = 30

# What an event means on a person's page; kinds not named here are not told.
WORDS: dict[str, str | Promise] = {
    "contacts:added": __("Put on file"),
    "contacts:edited": __("Details changed"),
    "contacts:standing": __("Standing: %(kind)s"),
    "contacts:standing_ended": __("No longer: %(kind)s"),
    "contacts:standing_retracted": __("Taken back: %(kind)s"),
    "contacts:household": __("Household changed"),
    "contacts:household_left": __("Left the household"),
    "contacts:affiliation_changed": __("A fact was changed"),
    "contacts:affiliation_removed": __("A fact was taken off file"),
    "ties:stated": __("A note on this person and somebody else"),
    "ties:statement_removed": __("A note was taken back"),
    "ties:fact_sheet": __("Fact sheet filled in, %(facts)s new"),
    "ties:answered": __("Answered: %(answer)s"),
    "prospecting:wished": __("Put on the wish list"),
    "prospecting:wish_edited": __("Wish list entry changed"),
    "prospecting:dropped": __("Taken off the wish list"),
    "prospecting:restored": __("Back on the wish list"),
    "prospecting:meeting": __("Meeting begun"),
    "prospecting:meeting_closed": __("Meeting closed"),
    "introductions:agreed": __("Introduction agreed"),
    "introductions:withdrawn": __("Introduction withdrawn"),
}
TONES = {"introductions:agreed": "good", "introductions:withdrawn": "quiet", "ties:answered": "accent"}


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that happened, when, and by whom."""

    at: datetime
    words: str
    who: str
    tone: str


def story_of(practice: Practice, public_ids: Collection[str]) -> list[Line]:
    """What happened to these rows, latest first: two queries."""
    events = Event.objects.filter(practice=practice, subject__in=public_ids, kind__in=WORDS).select_related("payload")
    names = {member.public_id: str(member.user) for member in members(practice)}
    return [
        Line(event.at, _words(event), names.get(event.actor, ""), TONES.get(event.kind, ""))
        for event in events.order_by("-number")[:MOST_LINES]
    ]


def _words(event: Event) -> str:
    payload = getattr(event, "payload", None)  # gone once erased or past its date
    data = {"kind": "", "facts": 0, "answer": ""} | (payload.data if payload else {})
    if data["kind"] in StandingKind.values:
        data["kind"] = StandingKind(data["kind"]).label
    if data["answer"] in AnswerKind.values:
        data["answer"] = AnswerKind(data["answer"]).label
    if event.kind == "ties:fact_sheet" and not data["facts"]:
        return _("Fact sheet filled in, nothing new")
    sentence = str(WORDS[event.kind])
    return str(sentence % data)
