"""What went wrong with people who were introduced, and is to be put right."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from passalong.accounts.models import Practice
from passalong.compliance.models import Grant
from passalong.core.due import Due
from passalong.introductions.letters import TROUBLE_SCOPE
from passalong.introductions.models import Introduction, Trouble, TroubleState
from passalong.introductions.selectors.updates import friend_of, grants_of


def troubles(practice: Practice) -> QuerySet[Trouble]:
    """All of a practice, the earliest due first."""
    ends = ("introduction__referrer__practice", "introduction__prospect", "introduction__reply", "practice")
    return Trouble.objects.filter(practice=practice).select_related(*ends)


def still_open(practice: Practice) -> QuerySet[Trouble]:
    """Those that are to be put right."""
    return troubles(practice).filter(state=TroubleState.OPEN)


def one(practice: Practice, public_id: str) -> Trouble:
    """One of them; raises Trouble.DoesNotExist for another practice's."""
    return troubles(practice).get(public_id=public_id)


def open(practice: Practice, limit: int = 5) -> list[Due]:
    """Lines for Today."""
    return [
        Due(
            _("Put right what went wrong with %(name)s") % {"name": friend_of(row.introduction) or _("somebody")},
            reverse("introductions:trouble", args=[row.public_id]),
            row.due_on,
        )
        for row in still_open(practice)[:limit]
    ]


def covering(introduction: Introduction) -> Grant | None:
    """The consent that lets the referrer be told of what went wrong, now; None: the referrer learns nothing."""
    return among(grants_of(introduction.practice, [introduction])[introduction.pk])


def among(holding: Iterable[Grant]) -> Grant | None:
    """The same, of the consents that hold."""
    return next((one for one in holding if TROUBLE_SCOPE in one.scope), None)
