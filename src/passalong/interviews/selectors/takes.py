"""What has been recorded of an interview: by question, which take counts, and what is still missing."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from passalong.accounts.models import Practice
from passalong.interviews.models import Asked, ConsentTo, Interview, Take, TakeState, Voice, VoiceConsent, VoiceKey
from passalong.interviews.selectors import voices

COUNTS = (TakeState.READY, TakeState.CHECKING)


@dataclass(frozen=True, slots=True)
class Answered:
    """One question and what was recorded for it, the oldest first. number: from 1; counting: the take that counts."""

    number: int
    question: Asked
    takes: tuple[Take, ...]

    @property
    def counting(self) -> Take | None:
        """The chosen one that can be used, or is being looked at."""
        usable = [take for take in self.takes if take.state in COUNTS]
        return next((take for take in usable if take.is_chosen), None)

    @property
    def is_answered(self) -> bool:
        return self.counting is not None


@dataclass(frozen=True, slots=True)
class Heard:
    """One voice with the consents that hold, by what they are to. has_link: some link opens their page."""

    voice: Voice
    has_link: bool
    recording: VoiceConsent | None
    publication: VoiceConsent | None
    authorisation: VoiceConsent | None


def interview_of(practice: Practice, public_id: str) -> Interview:
    """One interview of the practice. Raises Interview.DoesNotExist."""
    found: Interview = (
        Interview.objects.select_related("guest", "practice").filter(practice=practice).get(public_id=public_id)
    )
    return found


def take_of(practice: Practice, public_id: str) -> Take:
    """One take of the practice. Raises Take.DoesNotExist."""
    return _with(Take.objects.filter(practice=practice)).get(public_id=public_id)


def take_of_desk(practice: Practice, interview: str, public_id: str) -> Take:
    """One take that a member brought to this interview. Raises Take.DoesNotExist."""
    rows = Take.objects.filter(practice=practice, interview__public_id=interview).exclude(member="")
    return _with(rows).get(public_id=public_id)


def voice_of(practice: Practice, public_id: str) -> Voice:
    """One voice of the practice. Raises Voice.DoesNotExist."""
    rows = Voice.objects.select_related("practice", "contact", "interview__practice", "interview__guest")
    return rows.get(practice=practice, public_id=public_id)


def take_of_voice(voice: Voice, public_id: str) -> Take:
    """One take that this voice recorded itself. Raises Take.DoesNotExist."""
    if not public_id.isalnum():  # whatever stands in an address
        raise Take.DoesNotExist
    return _with(Take.objects.filter(voice=voice, interview=voice.interview_id, member="")).get(public_id=public_id)


def _with(rows: QuerySet[Take]) -> QuerySet[Take]:
    return rows.select_related("interview", "question", "voice__contact", "file")


def by_question(interview: Interview, *, of: Voice | None = None) -> list[Answered]:
    """Every question in order with its takes; `of`: those of this voice's own page alone."""
    rows = Take.objects.filter(interview=interview, question__isnull=False).select_related("voice").defer("peaks")
    if of is not None:
        rows = rows.filter(voice=of, member="")
    found: dict[int, list[Take]] = defaultdict(list)
    for take in rows.order_by("pk"):
        found[take.question_id or 0].append(take)
    questions = Asked.objects.filter(interview=interview)
    return [Answered(number, one, tuple(found[one.pk])) for number, one in enumerate(questions, 1)]


def of_whole_talk(interview: Interview, *, of: Voice | None = None) -> list[Take]:
    """Recordings of the whole talk, or of a part of it: of no single question. `of`: this voice's own alone."""
    rows = Take.objects.filter(interview=interview, question=None).select_related("voice").defer("peaks")
    return list(rows.filter(voice=of, member="") if of is not None else rows)


def is_answered(interview: Interview) -> bool:
    """Whether there are questions and each has an answer that can be used."""
    usable = Take.objects.filter(question=OuterRef("pk"), is_chosen=True, state=TakeState.READY)
    answered = Asked.objects.filter(interview=interview).annotate(has=Exists(usable)).values_list("has", flat=True)
    return bool(answered) and all(answered)


def heard(interview: Interview) -> list[Heard]:
    """Every voice with what it consented to, in the order they joined, and whether a link is out."""
    rows = list(Voice.objects.filter(interview=interview).select_related("contact", "practice", "interview"))
    holding: dict[tuple[int, str], VoiceConsent] = {}
    for to in ConsentTo:
        holding |= {(one.voice_id, str(to)): one for one in voices.given(to).filter(voice__in=rows)}
    linked = set(VoiceKey.objects.filter(voice__in=rows, ended_at=None).values_list("voice", flat=True))
    return [Heard(row, row.pk in linked, *(holding.get((row.pk, str(to))) for to in ConsentTo)) for row in rows]


def context(practice: Practice, interview: Interview) -> dict[str, Any]:
    """What the part about recording on one interview's page shows."""
    answers = by_question(interview)
    return {
        "heard": heard(interview),
        "answers": answers,
        "answered": sum(one.is_answered for one in answers),
        "talks": len(of_whole_talk(interview)),
        "why_not_usable": voices.why_not_usable(interview),
        "why_not_publishable": voices.why_not_publishable(interview),
    }
