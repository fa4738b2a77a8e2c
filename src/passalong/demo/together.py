"""What the demo practice and its clients do together: words a second person approved, a client's own message that waits
to be sent, a lunch for three being arranged, and something that went wrong and is being put right."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from django.db.models import QuerySet
from django.utils import timezone

from passalong.accounts.models import Member
from passalong.compliance.services import approvals
from passalong.core import blobs, clock
from passalong.introductions import recommendation
from passalong.introductions.models import ConfirmedOn, Introduction, Recommendation, Seat, Stage
from passalong.introductions.services import lunch, recommending, templates, troubles
from passalong.kits.models import Kit
from passalong.kits.selectors.passing import sharing, url_of
from passalong.kits.services import passing

ASKED = "The words that ship, read once more with our compliance calendar."
APPROVED = "Nothing about results or returns in them, and the disclosure line stands below."
SAID = "They asked what I wanted to do with my time before they asked about a single account."
PLACE = "Mill Café, 3 River Street"
INVITED = "A quiet table. Nobody brings papers."
WRONG = "The checklist they asked for went to an old address."
CAUSE = "We did not ask which address is read."
REMEDY = "We send it again by hand, and call once it is there."
DAYS = (6, 8, 13)  # from today


def load(owner: Member, assistant: Member) -> None:
    """Everything, on introductions that stand where it fits."""
    _approved(owner, assistant)
    agreed = list(_at(owner, Stage.AGREED))
    if agreed:
        _confirmed(owner, agreed[0])
        _lunch(owner, agreed[-1])
    if (won := _at(owner, Stage.CLIENT).last()) is not None:
        due = clock.today() + timedelta(days=3)
        troubles.note(by=owner, introduction=won, what=WRONG, due_on=due, cause=CAUSE, remedy=REMEDY)


def _at(owner: Member, stage: Stage) -> QuerySet[Introduction]:
    own = Introduction.objects.filter(practice=owner.practice, stage=stage, prospect__isnull=False)
    return own.filter(referrer__isnull=False).order_by("pk")


def _approved(owner: Member, assistant: Member) -> None:
    words = recommendation.shipped()
    asked = templates.propose(
        by=assistant, empathy=words.empathy, involves=words.involves, prompts=[*words.prompts], why=ASKED
    )
    if asked.approval is not None:
        approvals.decide(by=owner, approval=asked.approval, approve=True, why=APPROVED)


def _confirmed(owner: Member, introduction: Introduction) -> None:
    """Said and confirmed on the tablet; it waits for the client to send it. Where no link leads outside yet, it is kept
    as it would go."""
    kit = Kit.objects.filter(practice=owner.practice).order_by("pk").first()
    client = introduction.referrer
    if kit is None or client is None:
        return
    link = passing.link_for(by=owner, kit=kit, referrer=client)
    row = recommending.prepare(by=owner, referrer=client, link=link, said=SAID, introduction=introduction)
    if sharing().is_on:
        recommending.confirm_at_desk(
            by=owner, referrer=client, link=link, said=row.said, body=row.text, on=ConfirmedOn.TABLET,
            introduction=introduction, prepared=row,
        )  # fmt: skip
        return
    told = recommendation.disclosure_of(owner.practice, client)
    text = recommendation.whole(row.text, told, url_of(link))
    Recommendation.objects.filter(pk=row.pk).update(
        text=text,
        disclosure=told,
        confirmed_at=clock.now(),
        confirmed_on=ConfirmedOn.TABLET,
        final=blobs.keep(owner.practice_id, text.encode(), recommending.PLAIN),
        keep_until=recommending.keep_until(owner.practice),
    )


def _lunch(owner: Member, introduction: Introduction) -> None:
    """Three days proposed; the client can on two of them."""
    zone = timezone.get_current_timezone()
    days = [clock.today() + timedelta(days=after) for after in DAYS]
    slots = [datetime.combine(day, time(12, 30), tzinfo=zone) for day in days]
    made = lunch.open_lunch(by=owner, introduction=introduction, slots=slots, place=PLACE, words=INVITED, minutes=75)
    can = made.slots.order_by("starts_at").values_list("pk", flat=True)[:2]
    lunch.said(by=owner, lunch=made, seat=Seat.CLIENT, can=list(can))
