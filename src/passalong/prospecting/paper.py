"""The value conversation on paper: the five steps before the meeting, and the page of what was agreed after it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from passalong.accounts.models import Practice
from passalong.core.typeset import render_pdf
from passalong.introductions.models import Channel, Rhythm
from passalong.introductions.selectors.care import may_be_asked
from passalong.prospecting.conversation import NEXT_WORDS, STEPS, Agreed, mission_of
from passalong.prospecting.gameplan import Gameplan
from passalong.prospecting.models import Meeting, Went, WentPart
from passalong.prospecting.sheet import ANSWERS, lines_of, questions_of

HERE = Path(__file__).parent


def conversation_pdf(practice: Practice, plan: Gameplan, kits: list[str]) -> bytes:
    """Everything the tablet asks, with boxes to tick and room to write: two to three A4 pages. Where the client is owed
    something first, it names nobody."""
    may, why = may_be_asked(plan.client)
    data: dict[str, Any] = {
        "practice": practice.name,
        "client": plan.client.full_name,
        "date": date_format(plan.made_on, "DATE_FORMAT"),
        "title": _("Our meeting"),
        "steps": [str(label) for _number, _name, label in STEPS],
        "parts": [str(label) for label in WentPart.labels],
        "went": [str(label) for label in Went.labels],
        "well": _("What went well"),
        "badly": _("What did not. Then we stop here: what we will do, and by when"),
        "mission": mission_of(practice) or why_without_words(),
        "lines": [
            {
                "name": line.name,
                "firm": line.firm,
                "reasons": list(line.reasons),
                "request": line.request,
                "is_firm": line.is_firm,
            }
            for line in (lines_of(plan) if may else ())
        ],
        "not_now": why,
        "boxes": [*(str(words) for words in ANSWERS.values()), _("I will introduce you")],
        "questions": list(questions_of(plan)) if may else [],
        "others": _("Somebody else who comes to mind"),
        "kits": kits,
        "no_kits": _("No kit is published yet."),
        "next": [str(words) for words in NEXT_WORDS],
        "hear": _("How would you like to hear from us?"),
        "channels": [str(label) for label in Channel.labels],
        "rhythms": [str(label) for label in Rhythm.labels],
        "foot": _("Nobody on this page is contacted unless they have said yes themselves."),
    }
    return render_pdf(HERE / "conversation.typ", data)


def why_without_words() -> str:
    """What is said where a practice has not written its mission."""
    return _("We would rather be introduced by people who know our work than advertise. That is why we ask you.")


def agreed_pdf(practice: Practice, meeting: Meeting, agreed: Agreed) -> bytes:
    """One page: whom the client will introduce and with what, what the practice promised, what happens next."""
    data: dict[str, Any] = {
        "practice": practice.name,
        "client": meeting.client.full_name,
        "date": date_format(meeting.held_on, "DATE_FORMAT"),
        "title": _("What we agreed"),
        "will": _("You would like to introduce us to"),
        "people": [{"name": one.name, "kit": one.kit} for one in agreed.agreed],
        "written": _("Your messages"),
        "messages": [
            {"said": one.said, "state": _("sent") if one.sent_at else _("ready to send")} for one in agreed.messages
        ],
        "think": _("You would like to think about"),
        "thinking": agreed.thinking,
        "promised": _("We promised"),
        "promises": [{"words": one.words, "by": date_format(one.due_on, "DATE_FORMAT")} for one in agreed.promises],
        "by": _("by"),
        "hear": _("How you hear from us"),
        "hearing": agreed.hearing,
        "next_title": _("What happens next"),
        "next": [] if agreed.is_over else [str(words) for words in NEXT_WORDS],
        "none": _("Nothing was agreed, and that is fine."),
        "foot": _("Nobody on this page is contacted unless they have said yes themselves."),
    }
    return render_pdf(HERE / "agreed.typ", data)
