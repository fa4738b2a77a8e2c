"""Where an interview stands and who may move it: the states and moves as one table.

From an idea to the interview that is returned. Whatever moves an interview asks `move_of`; what the table does not hold
is refused. The clock reminds, it moves nothing: agreeing, recording, approving and sharing are the guest's own acts, or
the practice's where it says so. The diagram in docs/concepts/interviews.md is drawn from this table.
"""

from __future__ import annotations

from enum import StrEnum

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as __

from passalong.core.moves import NONE, Move, Next, Table


class Stage(TextChoices):
    IDEA = "idea", __("Idea")
    INVITED = "invited", __("Invited")
    AGREED = "agreed", __("Agreed")
    SCHEDULED = "scheduled", __("Scheduled")
    RECORDED = "recorded", __("Recorded")
    EDITED = "edited", __("Edited")
    APPROVED = "approved", __("Approved by the guest")
    PUBLISHED = "published", __("Published")
    SHARED = "shared", __("Shared by the guest")
    RETURN_ASKED = "return_asked", __("Return asked for")
    RETURNED = "returned", __("Returned")
    CLOSED = "closed", __("Closed")


class Outcome(TextChoices):
    """Why a closed interview is closed."""

    DECLINED = "declined", __("The guest would rather not")
    DROPPED = "dropped", __("Dropped by the practice")
    TAKEN_DOWN = "taken_down", __("Taken down")
    NOT_RETURNED = "not_returned", __("Will not be returned")
    FORGOTTEN = "forgotten", __("Forgotten, as they asked")


class Who(StrEnum):
    """Who may move it."""

    MEMBER = "practice"
    GUEST = "guest"


_BEFORE_OUT = (Stage.INVITED, Stage.AGREED, Stage.SCHEDULED, Stage.RECORDED, Stage.EDITED, Stage.APPROVED)
OUT = (Stage.PUBLISHED, Stage.SHARED, Stage.RETURN_ASKED, Stage.RETURNED)
OPEN = (Stage.IDEA, *_BEFORE_OUT, Stage.PUBLISHED, Stage.SHARED, Stage.RETURN_ASKED)
_DESK, _GUEST, _BOTH = (Who.MEMBER,), (Who.GUEST,), (Who.MEMBER, Who.GUEST)

MOVES: tuple[Move, ...] = (
    Move("plan", (NONE,), Stage.IDEA, _DESK),
    Move("volunteer", (NONE,), Stage.IDEA, _GUEST),
    Move("invite", (Stage.IDEA,), Stage.INVITED, _DESK),
    Move("accept", (Stage.INVITED,), Stage.AGREED, _BOTH),
    Move("schedule", (Stage.AGREED, Stage.SCHEDULED), Stage.SCHEDULED, _BOTH),
    Move("record", (Stage.AGREED, Stage.SCHEDULED), Stage.RECORDED, _BOTH),
    Move("edit", (Stage.RECORDED,), Stage.EDITED, _DESK),
    Move("ask for changes", (Stage.EDITED,), Stage.RECORDED, _GUEST),
    Move("work on it again", (Stage.EDITED, Stage.APPROVED), Stage.RECORDED, _DESK),
    Move("approve", (Stage.EDITED,), Stage.APPROVED, _GUEST),
    Move("report an approval", (Stage.EDITED,), Stage.APPROVED, _DESK),
    Move("publish", (Stage.APPROVED,), Stage.PUBLISHED, _DESK),
    Move("share", (Stage.PUBLISHED,), Stage.SHARED, _BOTH),
    Move("ask for the return", (Stage.PUBLISHED, Stage.SHARED), Stage.RETURN_ASKED, _DESK),
    Move("return", (Stage.PUBLISHED, Stage.SHARED, Stage.RETURN_ASKED), Stage.RETURNED, _DESK),
    Move("decline", (Stage.IDEA, *_BEFORE_OUT), Stage.CLOSED, _BOTH, Outcome.DECLINED),
    Move("drop", (Stage.IDEA, *_BEFORE_OUT), Stage.CLOSED, _DESK, Outcome.DROPPED),
    Move("take down", OUT, Stage.CLOSED, _BOTH, Outcome.TAKEN_DOWN),
    Move("end without a return", (Stage.RETURN_ASKED,), Stage.CLOSED, _DESK, Outcome.NOT_RETURNED),
    Move("forget", (Stage.IDEA, *_BEFORE_OUT, *OUT), Stage.CLOSED, _GUEST, Outcome.FORGOTTEN),
    # The letter that was to move it did not go: it stands where it stood before (services.unsent).
    Move("not sent", (Stage.INVITED,), Stage.IDEA, _DESK),
    Move("not sent", (Stage.RETURN_ASKED,), Stage.PUBLISHED, _DESK),
    Move("not sent", (Stage.RETURN_ASKED,), Stage.SHARED, _DESK),
)
TABLE = Table(
    MOVES,
    ends=(Stage.RETURNED, Stage.CLOSED),
    refusal=__("This cannot be done as the interview stands now."),
)
ACTS, may, move_of, mermaid, table = TABLE.acts, TABLE.may, TABLE.move_of, TABLE.mermaid, TABLE.table

NEXT: dict[str, Next] = {
    Stage.IDEA: Next(__("Invite the guest, and say what is in it for them"), 14),
    Stage.INVITED: Next(__("Hear what the guest says"), 10),
    Stage.AGREED: Next(__("Send the questions, and agree on a day or let the guest record alone"), 7),
    Stage.SCHEDULED: Next(__("Record it"), None),
    Stage.RECORDED: Next(__("Put it in order and let the guest hear it"), 7),
    Stage.EDITED: Next(__("Hear whether the guest approves"), 10),
    Stage.APPROVED: Next(__("Publish it"), 7),
    Stage.PUBLISHED: Next(__("Give the guest what they need to share it"), 3),
    Stage.SHARED: Next(__("Ask for the return"), 14),
    Stage.RETURN_ASKED: Next(__("Agree on a day for the return"), 14),
}
