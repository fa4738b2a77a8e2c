"""Who owes whom: interviews given and returned, guest by guest, and one interview's return."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, F, Min, Q, QuerySet, Sum
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from passalong.accounts.models import Practice
from passalong.contacts.models import Contact
from passalong.core import clock
from passalong.interviews.models import GuestKind, Interview, Outcome, Partner, QuestionSet, Return, Stage, TouchKind
from passalong.interviews.models import Touch as TouchRow
from passalong.interviews.shipped import shipped
from passalong.interviews.stages import Who, may
from passalong.introductions.models import Introduction

GIVEN = (Stage.PUBLISHED, Stage.SHARED, Stage.RETURN_ASKED, Stage.RETURNED)
IN_HAND = (Stage.RECORDED, Stage.EDITED, Stage.APPROVED)
_FORGONE = Q(stage=Stage.CLOSED, outcome=Outcome.NOT_RETURNED)
COLUMNS = ("given", "returned", "forgone", "in_hand", "asked", "reached", "came")
WAIT = timedelta(days=14)  # after publishing, where the guest has not shared it: time to hear what came of it


@dataclass(frozen=True, slots=True)
class Account:
    """What stands between the practice and one guest.

    given: their interviews we published; returned: of these, returned; forgone: not to be returned; in_hand: recorded
    and not published yet; asked: returns asked for and open; reached, came: people, of the returns.
    """

    guest: Contact
    partner: Partner | None
    given: int
    returned: int
    forgone: int
    in_hand: int
    asked: int
    reached: int
    came: int
    next_on: datetime | None
    introduced_to_us: int
    introduced_to_them: int

    @property
    def they_owe(self) -> int:
        """Interviews given that were not returned."""
        return max(0, self.given - self.returned - self.forgone)

    @property
    def we_owe(self) -> int:
        """Interviews they gave their time for and that are not published yet."""
        return self.in_hand

    @property
    def words(self) -> str:
        """The account in a sentence."""
        name, said = self.guest.first_name, []
        if self.they_owe:
            words = ngettext("%(name)s owes you %(n)d interview", "%(name)s owes you %(n)d interviews", self.they_owe)
            said.append(words % {"name": name, "n": self.they_owe})
        if self.we_owe:
            words = ngettext("you owe %(name)s %(n)d interview", "you owe %(name)s %(n)d interviews", self.we_owe)
            said.append(words % {"name": name, "n": self.we_owe})
        sentence = ", ".join(said) or _("even")
        return sentence[0].upper() + sentence[1:]

    def to_json(self) -> dict[str, Any]:
        """For the JSON of the ledger. reached, came: people of the returns."""
        return {
            "partner": self.partner.public_id if self.partner else "",
            "guest": self.guest.public_id,
            "name": self.guest.full_name,
            "trade": self.partner.trade if self.partner else "",
            "given": self.given,
            "returned": self.returned,
            "forgone": self.forgone,
            "return_asked": self.asked,
            "in_hand": self.in_hand,
            "they_owe": self.they_owe,
            "we_owe": self.we_owe,
            "next_return": self.next_on.isoformat() if self.next_on else None,
            "reached": self.reached,
            "came": self.came,
            "introduced_to_us": self.introduced_to_us,
            "introduced_to_them": self.introduced_to_them,
        }


@dataclass(frozen=True, slots=True)
class Ledger:
    """All accounts, whoever owes most first, and their sums by name."""

    accounts: tuple[Account, ...]
    totals: dict[str, int]


def ledger(practice: Practice) -> Ledger:
    """Who owes whom: partners and other guests who could return an interview; clients owe none. Six queries whatever
    their number."""
    return Ledger(tuple(accounts(practice, counted(practice))), totals(practice))


def accounts(practice: Practice, rows: Iterable[dict[str, Any]]) -> list[Account]:
    """Rows of `counted`, all or a page of them, as accounts, in their order: four queries."""
    found = {row["guest"]: row for row in rows}
    people = Contact.objects.filter(practice=practice, pk__in=found).in_bulk()
    own = {one.contact_id: one for one in Partner.objects.filter(practice=practice, contact__in=found)}
    to_us = _numbers(Introduction.objects.filter(practice=practice, referrer__in=found), "referrer")
    touches = TouchRow.objects.filter(practice=practice, kind=TouchKind.INTRODUCTION, partner__contact__in=found)
    to_them = _numbers(touches, "partner__contact")
    return [
        Account(
            guest=people[pk],
            partner=own.get(pk),
            **{name: row[name] or 0 for name in COLUMNS},
            next_on=row["next_on"],
            introduced_to_us=to_us.get(pk, 0),
            introduced_to_them=to_them.get(pk, 0),
        )
        for pk, row in found.items()
    ]


def counted(practice: Practice) -> QuerySet[Interview, dict[str, Any]]:
    """The counts of COLUMNS by guest, whoever owes most first; to be paged, and read by `accounts`."""
    to_come = Q(return_talk__on__gt=clock.now()) & ~Q(stage__in=(Stage.RETURNED, Stage.CLOSED))
    rows: Any = _returnable(practice).values("guest").annotate(**_counts())
    rows = rows.annotate(
        next_on=Min("return_talk__on", filter=to_come), owed=F("given") - F("returned") - F("forgone")
    ).filter(Q(given__gt=0) | Q(in_hand__gt=0))
    found: QuerySet[Interview, dict[str, Any]] = rows.order_by("-owed", "-in_hand", "guest__sort_key", "guest")
    return found


def totals(practice: Practice) -> dict[str, int]:
    """The sums of all accounts: one query."""
    told = {name: number or 0 for name, number in _returnable(practice).aggregate(**_counts()).items()}
    return told | {"they_owe": told["given"] - told["returned"] - told["forgone"], "we_owe": told["in_hand"]}


def _returnable(practice: Practice) -> QuerySet[Interview]:
    rows = Interview.objects.filter(practice=practice, guest__isnull=False).exclude(kind=GuestKind.CLIENT)
    return rows.order_by()


def _counts() -> dict[str, Any]:
    return {
        "given": Count("pk", filter=Q(stage__in=GIVEN) | _FORGONE),
        "returned": Count("pk", filter=Q(stage=Stage.RETURNED)),
        "forgone": Count("pk", filter=_FORGONE),
        "in_hand": Count("pk", filter=Q(stage__in=IN_HAND)),
        "asked": Count("pk", filter=Q(stage=Stage.RETURN_ASKED)),
        "reached": Sum("return_talk__reached"),
        "came": Sum("return_talk__came"),
    }


def _numbers(rows: Any, name: str) -> dict[int, int]:
    return dict(rows.order_by().values_list(name).annotate(Count("pk")))


def right_moment(interview: Interview) -> tuple[bool, str]:
    """Whether the return may well be asked for now, and a sentence on it: after they shared it, or when it has been out
    for a while; never before it is published."""
    if not may("ask for the return", interview.stage, Who.MEMBER):
        return False, _("Once their interview is published and shared, you can ask for the return.")
    if interview.stage == Stage.SHARED:
        return True, _("They have shared it with their people. This is the moment to ask.")
    if clock.now() >= interview.stage_at + WAIT:
        return True, _("It has been out for two weeks. You can ask now.")
    return False, _("It has just come out. Give them what they need to share it first; it is easier to ask after that.")


def about_us(practice: Practice) -> QuestionSet | None:
    """The questions a guest could ask the practice."""
    return QuestionSet.objects.filter(practice=practice, about_us=True).order_by("pk").first()


def questions_about_us(practice: Practice) -> list[str]:
    """What a guest could ask the practice: its own set, or the one that ships."""
    own = about_us(practice)
    if own is not None:
        return list(own.questions.values_list("text", flat=True))
    ready = shipped(GuestKind.PARTNER, about_us=True, profession=practice.profession)
    return [text for text, _hint in ready.questions]


def given(practice: Practice) -> QuerySet[Interview]:
    """Interviews that were published, clients' too, the latest first, with their returns."""
    rows = Interview.objects.filter(practice=practice).filter(Q(stage__in=GIVEN) | _FORGONE)
    return rows.select_related("guest", "partner", "return_talk").order_by("-stage_at", "-pk")


def given_json(interview: Interview, reached: dict[str, int]) -> dict[str, Any]:
    """One interview with what it reached, and its return with what that reached."""
    back: Return | None = getattr(interview, "return_talk", None)
    return {
        "interview": interview.public_id,
        "guest": interview.guest.public_id if interview.guest else "",
        "name": str(interview.guest or ""),
        "kind": interview.kind,
        "stage": interview.stage,
        "reach": reached,
        "return": {
            "asked_on": back.asked_on.isoformat() if back.asked_on else None,
            "on": back.on.isoformat() if back.on else None,
            "where": back.where,
            "reached": back.reached,
            "came": back.came,
        }
        if back
        else None,
    }


def context(practice: Practice, interview: Interview) -> dict[str, Any]:
    """What `interviews/_return.html` shows on the page of one interview: empty before it is published. Four queries."""
    if interview.stage not in GIVEN:
        return {}
    found = Return.objects.filter(practice=practice, interview=interview).first()
    is_time, sentence = right_moment(interview)
    return {
        "return_talk": found,
        "return_is_time": is_time,
        "return_sentence": sentence,
        "return_may_ask": may("ask for the return", interview.stage, Who.MEMBER),
        "return_is_asked": interview.stage == Stage.RETURN_ASKED,
        "return_is_done": interview.stage == Stage.RETURNED,
    }


def interview(practice: Practice, public_id: str) -> Interview:
    """One interview; raises Interview.DoesNotExist for another practice's."""
    return Interview.objects.select_related("guest", "return_talk").get(practice=practice, public_id=public_id)
