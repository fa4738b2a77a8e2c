"""Introductions, what people answered, ways to introduce, how referrers hear, what the practice owes."""

from passalong.introductions.models.answering import (
    AttributionEvidence,
    Credit,
    EvidenceKind,
    HeldBack,
    Reply,
    ThanksWords,
    Wish,
)
from passalong.introductions.models.arranging import (
    Lunch,
    LunchChoice,
    LunchGuest,
    LunchSlot,
    LunchState,
    Seat,
    Way,
    WayKind,
)
from passalong.introductions.models.caring import Agreement, LessonGiven, Promise, Seed, SilentAsk
from passalong.introductions.models.hearing import (
    Channel,
    Hearing,
    OwnAct,
    PortalAsk,
    PortalKey,
    Rhythm,
    Trouble,
    TroubleState,
)
from passalong.introductions.models.informing import Because, Thanks, ThanksState, Told
from passalong.introductions.models.introduction import AlsoBy, How, Introduction, Rest, Source, Step, Terms
from passalong.introductions.models.recommending import ConfirmedOn, Recommendation, SentBy, Template
from passalong.introductions.stages import Outcome, Stage

__all__ = [
    "Agreement",
    "AlsoBy",
    "AttributionEvidence",
    "Because",
    "Channel",
    "ConfirmedOn",
    "Credit",
    "EvidenceKind",
    "Hearing",
    "HeldBack",
    "How",
    "Introduction",
    "LessonGiven",
    "Lunch",
    "LunchChoice",
    "LunchGuest",
    "LunchSlot",
    "LunchState",
    "Outcome",
    "OwnAct",
    "PortalAsk",
    "PortalKey",
    "Promise",
    "Recommendation",
    "Reply",
    "Rest",
    "Rhythm",
    "Seat",
    "Seed",
    "SentBy",
    "SilentAsk",
    "Source",
    "Stage",
    "Step",
    "Template",
    "Terms",
    "Thanks",
    "ThanksState",
    "ThanksWords",
    "Told",
    "Trouble",
    "TroubleState",
    "Way",
    "WayKind",
    "Wish",
]
