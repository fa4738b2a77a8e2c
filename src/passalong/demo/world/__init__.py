"""The invented demo practice: `make` builds it, the other functions turn it into files."""

from __future__ import annotations

from .build import USUAL_DAY, make
from .formats import TruthRow, as_folder, as_linkedin_csv, as_mbox, as_member_list_csv, truth_rows
from .shapes import (
    Affiliation,
    Answer,
    Appointment,
    ClientMeeting,
    Contact,
    FitAnswer,
    LifeEvent,
    Member,
    Message,
    Observation,
    Organization,
    Practice,
    Profile,
    Tie,
    Trait,
    TrueAffiliation,
    Truth,
    WishEntry,
    World,
)

__all__ = [
    "USUAL_DAY",
    "Affiliation",
    "Answer",
    "Appointment",
    "ClientMeeting",
    "Contact",
    "FitAnswer",
    "LifeEvent",
    "Member",
    "Message",
    "Observation",
    "Organization",
    "Practice",
    "Profile",
    "Tie",
    "Trait",
    "TrueAffiliation",
    "Truth",
    "TruthRow",
    "WishEntry",
    "World",
    "as_folder",
    "as_linkedin_csv",
    "as_mbox",
    "as_member_list_csv",
    "make",
    "truth_rows",
]
