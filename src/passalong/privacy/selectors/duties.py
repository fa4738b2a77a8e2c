"""Named reads on what is owed to people on file: who is to be told, the balancing note, the assessment."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from passalong.accounts.models import Practice
from passalong.compliance.places import is_european
from passalong.contacts.models import Contact, ContactPoint, PointKind
from passalong.contacts.resting import LOCK_AFTER, WARN_AFTER, on_file_for, owed_notice
from passalong.core import clock
from passalong.core.errors import Refused
from passalong.privacy.models import Assessment, BalancingNote, Notice


def to_be_told(practice: Practice, when: str = "") -> QuerySet[Contact]:
    """People who are to be told and have not been, the longest on file first. when: those whose month is over in days
    ("near"), or is over ("locked")."""
    found = Contact.objects.filter(owed_notice(), practice=practice).select_related("practice")
    if when == "near":
        found = found.filter(on_file_for(WARN_AFTER)).exclude(on_file_for(LOCK_AFTER))
    elif when == "locked":
        found = found.filter(on_file_for(LOCK_AFTER))
    return found.order_by("created_at", "pk")


def reachable(found: QuerySet[Contact]) -> QuerySet[Contact]:
    """Of these, whoever has a mail address on file."""
    return found.filter(Exists(ContactPoint.objects.filter(contact=OuterRef("pk"), kind=PointKind.EMAIL)))


def told(practice: Practice) -> QuerySet[Notice]:
    """How the clocks of others ended, latest first."""
    ended = Notice.objects.filter(practice=practice).exclude(given_at=None)
    return ended.select_related("contact").order_by("-given_at", "-pk")


@dataclass(frozen=True, slots=True)
class Pressing:
    """How many people are to be told: within days, and those locked because nobody told them in time."""

    near: int
    locked: int

    def __bool__(self) -> bool:
        return bool(self.near or self.locked)


def pressing(practice: Practice) -> Pressing:
    """What Today says of it: one query."""
    is_over = on_file_for(LOCK_AFTER)
    owed = Contact.objects.filter(owed_notice(), on_file_for(WARN_AFTER), practice=practice)
    return Pressing(**owed.aggregate(near=Count("pk", filter=~is_over), locked=Count("pk", filter=is_over)))


def balancing_notes(practice: Practice) -> QuerySet[BalancingNote]:
    """Every version, the newest first."""
    return BalancingNote.objects.filter(practice=practice)


def current_note(practice: Practice) -> BalancingNote | None:
    """The note that counts: the newest, unless a year has gone since it was signed."""
    newest = balancing_notes(practice).first()
    return newest if newest and newest.review_on > clock.today() else None


def needs_balancing(practice: Practice) -> bool:
    """Whether people who are no clients may not be suggested for want of a balancing note."""
    return is_european(practice.country) and current_note(practice) is None


def demand_balanced(practice: Practice) -> None:
    """Raise Refused, with one sentence that leads to the form, where there is no balancing note that counts."""
    if needs_balancing(practice):
        raise Refused(
            _(
                "In Europe, first write down why you may keep people who are no clients: Settings, Privacy, Balancing "
                "note. Until it is signed nobody is suggested."
            )
        )


def assessment(practice: Practice) -> Assessment:
    """The assessment as written so far, an unsaved empty one before that."""
    return Assessment.objects.filter(practice=practice).first() or Assessment(practice=practice)
