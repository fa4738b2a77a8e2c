"""Verbs on questions: the practice's own sets, and what one guest is asked.

A set is copied twice: the one that ships into the practice when it is first used, and the practice's into an interview.
A change of either changes no copy of it.
"""

from __future__ import annotations

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from passalong.accounts.models import Member, Practice
from passalong.accounts.rules import demand
from passalong.contacts.services.own import demand_own
from passalong.core import events
from passalong.core.errors import Refused
from passalong.interviews.models import Asked, GuestKind, Interview, Question, QuestionSet, Stage
from passalong.interviews.shipped import shipped

MAY = "interviews.edit"
MOST = 30  # questions of a set, or of a guest
MOST_SETS = 40
BEFORE = (Stage.IDEA, Stage.INVITED, Stage.AGREED, Stage.SCHEDULED)  # questions may change until it is recorded
Row = Question | Asked


@transaction.atomic
def set_for(practice: Practice, kind: str, *, about_us: bool = False) -> QuestionSet:
    """The practice's first set for this kind of guest; the one that ships is copied where there is none."""
    Practice.objects.select_for_update().get(pk=practice.pk)  # two at once copy it once
    own = {"practice": practice, "kind": kind, "about_us": about_us}
    found = QuestionSet.objects.filter(**own).order_by("pk").first()
    if found is not None:
        return found
    ready = shipped(kind, about_us=about_us, profession=practice.profession)
    made = QuestionSet.objects.create(name=ready.name, **own)
    Question.objects.bulk_create(
        Question(practice=practice, set=made, order=at, text=text, hint=hint)
        for at, (text, hint) in enumerate(ready.questions, 1)
    )
    return made


def set_up(practice: Practice) -> None:
    """Every set that ships stands in the practice."""
    for kind in GuestKind:
        set_for(practice, kind)
    set_for(practice, GuestKind.PARTNER, about_us=True)


@transaction.atomic
def ensure(interview: Interview) -> None:
    """The guest is asked something: the practice's set for such guests, where nobody chose questions yet."""
    Interview.objects.select_for_update().get(pk=interview.pk)
    if not interview.questions.exists():
        _copy(set_for(interview.practice, interview.kind), interview)


@transaction.atomic
def give(*, by: Member, interview: Interview, chosen: QuestionSet) -> None:
    """Ask this guest the questions of this set, in place of those before. Raises Refused once one was answered."""
    _demand_open(by, interview)
    demand_own(by, chosen)
    if interview.questions.filter(takes__isnull=False).exists():
        raise Refused(_("Some of the questions have been answered. Change them one by one."))
    interview.questions.all().delete()
    _copy(chosen, interview)
    _record(by, "questions_given", interview.public_id)


@transaction.atomic
def add_set(*, by: Member, kind: str, name: str, about_us: bool = False) -> QuestionSet:
    """A set of the practice's own, empty."""
    demand(by, MAY)
    if QuestionSet.objects.filter(practice=by.practice).count() >= MOST_SETS:
        raise Refused(_("These are %(most)d sets already. Take one away first.") % {"most": MOST_SETS})
    made = QuestionSet.objects.create(practice=by.practice, kind=kind, name=_said(name, "name", 80), about_us=about_us)
    _record(by, "questions_changed", made.public_id)
    return made


@transaction.atomic
def rename(*, by: Member, of: QuestionSet, name: str) -> None:
    """Another name for a set."""
    _demand(by, of)
    of.name = _said(name, "name", 80)
    of.save(update_fields=["name"])
    _record(by, "questions_changed", of.public_id)


@transaction.atomic
def remove_set(*, by: Member, of: QuestionSet) -> None:
    """Take a set away. Interviews keep the questions they were given."""
    _demand(by, of)
    if (
        not QuestionSet.objects.filter(practice=by.practice, kind=of.kind, about_us=of.about_us)
        .exclude(pk=of.pk)
        .exists()
    ):
        raise Refused(_("It is the only set for such guests. Change it, or add another one first."))
    _record(by, "questions_changed", of.public_id)
    of.delete()


@transaction.atomic
def add(*, by: Member, to: QuestionSet | Interview, text: str, hint: str = "") -> Row:
    """One more question, at the end."""
    _demand(by, to)
    rows = to.questions.all()
    if rows.count() >= MOST:
        raise Refused(_("%(most)d questions are more than enough.") % {"most": MOST}, field="text")
    order = (rows.aggregate(last=Max("order"))["last"] or 0) + 1
    own = {"practice": by.practice, "order": order, "text": _said(text, "text"), "hint": _tidy(hint, 300)}
    made: Row = Asked(interview=to, **own) if isinstance(to, Interview) else Question(set=to, **own)
    made.save()
    _record(by, "questions_changed", to.public_id)
    return made


@transaction.atomic
def change(*, by: Member, question: Row, text: str, hint: str = "") -> None:
    """Say a question in other words."""
    _demand(by, _whole(question))
    question.text, question.hint = _said(text, "text"), _tidy(hint, 300)
    question.save(update_fields=["text", "hint"])
    _record(by, "questions_changed", _whole(question).public_id)


@transaction.atomic
def remove(*, by: Member, question: Row) -> None:
    """Take a question away. Raises Refused where the guest has answered it."""
    whole = _whole(question)
    _demand(by, whole)
    if isinstance(question, Asked) and question.takes.exists():
        raise Refused(_("This one has been answered. Its answer can be left out when you put the talk in order."))
    question.delete()
    _record(by, "questions_changed", whole.public_id)


@transaction.atomic
def shift(*, by: Member, question: Row, up: bool) -> None:
    """One place up or down; the first stays first, the last stays last."""
    whole = _whole(question)
    _demand(by, whole)
    rows: list[Row] = list(whole.questions.select_for_update().order_by("order", "pk"))
    at = next(at for at, one in enumerate(rows) if one.pk == question.pk)
    to = at - 1 if up else at + 1
    if not 0 <= to < len(rows):
        return
    rows[at], rows[to] = rows[to], rows[at]
    for order, one in enumerate(rows, 1):
        if one.order != order:
            one.order = order
            one.save(update_fields=["order"])
    _record(by, "questions_changed", whole.public_id)


def _copy(chosen: QuestionSet, interview: Interview) -> None:
    Asked.objects.bulk_create(
        Asked(practice_id=interview.practice_id, interview=interview, order=at, text=one.text, hint=one.hint)
        for at, one in enumerate(chosen.questions.all(), 1)
    )


def _whole(question: Row) -> QuestionSet | Interview:
    return question.interview if isinstance(question, Asked) else question.set


def _demand(by: Member, whole: QuestionSet | Interview) -> None:
    if isinstance(whole, Interview):
        _demand_open(by, whole)
        return
    demand(by, MAY)
    demand_own(by, whole)


def _demand_open(by: Member, interview: Interview) -> None:
    demand(by, MAY)
    demand_own(by, interview)
    if interview.stage not in BEFORE:
        raise Refused(_("It is recorded. The questions stay as they were asked."))


def _said(text: str, field: str, most: int = 300) -> str:
    if not (said := _tidy(text, most)):
        raise Refused(_("Say something here."), field=field)
    return said


def _tidy(text: str, most: int) -> str:
    return " ".join(text.split())[:most]


def _record(by: Member, kind: str, subject: str) -> None:
    events.record(by.practice_id, f"interviews:{kind}", actor=by.public_id, subject=subject)
