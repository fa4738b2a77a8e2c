"""The client's sheet, on a tablet and on paper. It is built from client words only: nothing of the desk enters."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from pathlib import Path

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as __

from passalong.accounts.models import Practice
from passalong.contacts.models import Contact, Organization
from passalong.core.typeset import render_pdf
from passalong.introductions import selectors as introductions
from passalong.introductions.selectors.care import may_be_asked
from passalong.prospecting import selectors
from passalong.prospecting.conversation import people_of, undecided_in
from passalong.prospecting.gameplan import Gameplan, gameplan_for
from passalong.prospecting.models import FirmAnswerKind, Meeting
from passalong.ties import selectors as ties
from passalong.ties.models import POSITIVE, Answer, AnswerKind

TEMPLATE = Path(__file__).parent / "sheet.typ"
# The sheet asks "do you know ...?", so the answers on it are the client's own words; the desk reads them as reports.
ANSWERS: dict[str, Promise] = {
    AnswerKind.KNOWS_WELL: __("I know them well"),
    AnswerKind.KNOWS: __("I know them"),
    AnswerKind.DOES_NOT_KNOW: __("I do not know them"),
    AnswerKind.RATHER_NOT: __("Rather not"),
}
FIRM_ANSWERS: dict[str, Promise] = {
    FirmAnswerKind.NOBODY: __("I know nobody there"),
    FirmAnswerKind.RATHER_NOT: __("Rather not"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One open name: what is said about it, and an id for the tap so that it counts once."""

    key: str
    name: str
    firm: str
    reasons: tuple[str, ...]
    request: str
    is_firm: bool
    tap: str


@dataclass(frozen=True, slots=True)
class Said:
    """One answered name of this meeting. is_unrecorded, for the desk alone: they think about it, and as somebody else
    introduces the person nothing is recorded before they decide."""

    answer: Answer
    will_introduce: bool
    is_thinking: bool = False
    is_unrecorded: bool = False

    @property
    def is_positive(self) -> bool:
        return self.answer.answer in POSITIVE

    @property
    def words(self) -> str:
        """The answer as the client gave it."""
        return str(ANSWERS[self.answer.answer])


@dataclass(frozen=True, slots=True)
class FirmSaid:
    """What the client said of one firm."""

    organization: Organization
    words: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """What lies on the table."""

    client: Contact
    lines: tuple[Line, ...]
    said: tuple[Said, ...]
    firms_said: tuple[FirmSaid, ...]
    questions: tuple[str, ...]
    is_thin: bool
    not_now: str
    choices: tuple[tuple[str, str], ...]
    firm_choices: tuple[tuple[str, str], ...]


def lines_of(plan: Gameplan) -> tuple[Line, ...]:
    """The prompts without anything that is for the desk."""
    return tuple(
        Line(p.key, p.name, p.words.firm, p.words.reasons, p.words.request, p.person is None, str(uuid.uuid4()))
        for p in plan.prompts
    )


def questions_of(plan: Gameplan) -> tuple[str, ...]:
    """What to ask when there are few names: about the client's own groups, then the fact sheet's questions."""
    return (*plan.group_questions, *(str(helpful.question) for helpful in plan.helpful)) if plan.is_thin else ()


def said_in(meeting: Meeting) -> tuple[Said, ...]:
    """What the client said in this meeting, latest first; only the last word on each person."""
    people = people_of(meeting)
    agreed = {one.introduction.prospect_id for one in people if one.is_agreed}
    agreed |= introductions.agreed_by(meeting.client)
    undecided = {one.pk for one in undecided_in(meeting, people)}
    thinking = undecided | {one.introduction.prospect_id for one in people if not one.is_agreed}
    answers = [a for a in ties.answers_of(meeting.client).values() if a.meeting_id == meeting.pk]
    answers.sort(key=lambda a: a.answered_at, reverse=True)
    who = [(a, a.prospect_id) for a in answers]
    return tuple(Said(a, pk in agreed, pk in thinking, pk in undecided) for a, pk in who)


def firms_said_in(meeting: Meeting) -> tuple[FirmSaid, ...]:
    """What the client said of whole firms in this meeting."""
    said = selectors.firm_answers(meeting.client).values()
    return tuple(FirmSaid(a.organization, str(FIRM_ANSWERS[a.answer])) for a in said if a.meeting_id == meeting.pk)


def for_tablet(meeting: Meeting) -> Sheet:
    """The sheet as it stands now: names not yet answered, and what was said in this meeting. Where the client is owed
    something first, no name is put before them; whom they bring up themselves is welcome."""
    plan = gameplan_for(meeting.practice, meeting.client)
    may, why = may_be_asked(meeting.client)
    return Sheet(
        client=meeting.client,
        lines=lines_of(plan) if may else (),
        said=said_in(meeting),
        firms_said=firms_said_in(meeting),
        questions=questions_of(plan) if may else (),
        is_thin=plan.is_thin,
        not_now=why,
        choices=tuple((value, str(words)) for value, words in ANSWERS.items()),
        firm_choices=tuple((value, str(words)) for value, words in FIRM_ANSWERS.items()),
    )


def as_pdf(practice: Practice, plan: Gameplan) -> bytes:
    """The sheet on paper: names, reasons, the sentence, four boxes to tick, room to write; one to two A4 pages."""
    lines = [
        {
            "name": line.name,
            "firm": line.firm,
            "reasons": list(line.reasons),
            "request": line.request,
            "is_firm": line.is_firm,
        }
        for line in lines_of(plan)
    ]
    few = (
        _("There are fewer names than usual today: we know too little yet. These questions help us both.")
        if plan.is_thin
        else ""
    )
    data = {
        "practice": practice.name,
        "client": plan.client.full_name,
        "date": date_format(plan.made_on, "DATE_FORMAT"),
        "title": _("People you may know"),
        "intro": _("Whom of these do you know? One tick each is enough; “rather not” needs no reason."),
        "lines": lines,
        "boxes": [str(words) for words in ANSWERS.values()],
        "few": few,
        "questions": list(questions_of(plan)),
        "notes": _("Somebody else who comes to mind, and notes"),
        "foot": _("Nobody on this page is contacted unless they have said yes themselves."),
    }
    return render_pdf(TEMPLATE, data)
