"""Named reads on question sets; the practice comes first."""

from __future__ import annotations

from django.db.models import Count, QuerySet

from passalong.accounts.models import Practice
from passalong.interviews.models import Asked, Interview, Question, QuestionSet


def sets(practice: Practice) -> QuerySet[QuestionSet]:
    """The practice's sets with `many`, the number of their questions."""
    return (
        QuestionSet.objects.filter(practice=practice)
        .annotate(many=Count("questions"))
        .order_by("about_us", "kind", "name", "pk")
    )


def one_set(practice: Practice, public_id: str) -> QuestionSet:
    """One set; raises QuestionSet.DoesNotExist for another practice's."""
    return QuestionSet.objects.get(practice=practice, public_id=public_id)


def question_of(whole: QuestionSet | Interview, public_id: str) -> Question | Asked:
    """One question of this set or interview; raises the model's DoesNotExist."""
    found: Question | Asked = whole.questions.get(public_id=public_id)
    return found
