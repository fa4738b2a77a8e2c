"""What may be kept."""

from __future__ import annotations

from typing import Protocol

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from passalong.accounts.models import Practice
from passalong.compliance.business import private_life
from passalong.compliance.models import AllowedCategory
from passalong.compliance.places import is_european
from passalong.compliance.sensitive import NOTE, SILENT, Category, EvidenceSource, categories_of, words_of

LONGEST_SHOWN = 80  # characters of a name that a refusal repeats


class Refusal(Protocol):
    """(kind, name) -> one sentence saying why this evidence is refused, empty when it is welcome."""

    def __call__(self, kind: str, name: str = "", /, *, of_client: bool = False) -> str: ...


def allowed_categories(practice: Practice) -> QuerySet[AllowedCategory]:
    """Protected categories and sources of evidence this practice keeps at present."""
    return AllowedCategory.objects.filter(practice=practice, ended_at=None).order_by("category")


def refusals(practice: Practice) -> Refusal:
    """A function that tells of a fact why it is refused.

    A free text on somebody's life is asked about as kind "life_event", a free note as "note". of_client: the fact is
    about somebody who is or was a client, or about nobody; of others a European practice keeps only what belongs to
    their role in business. One query, however many facts are asked about.
    """
    allowed = set(allowed_categories(practice).values_list("category", flat=True))
    only_business = is_european(practice.country)

    def refusal(kind: str, name: str = "", /, *, of_client: bool = False) -> str:
        category = next((one for one in categories_of(kind, name) if one not in allowed), None)
        if category is not None:
            return _protected(kind, name, category)
        why = private_life(kind) if only_business and not of_client else None
        return _private(kind, name, str(why)) if why else ""

    return refusal


def _protected(kind: str, name: str, category: Category) -> str:
    is_short = len(name) <= LONGEST_SHOWN and kind != NOTE
    what = name if is_short else words_of(kind, name, category)
    words = {str(key): str(word) for key, word in AllowedCategory.CHOICES}
    return _(
        "“%(what)s” would reveal a person's %(category)s, so it is not kept. An owner can allow it with a "
        "written reason under Settings, Privacy."
    ) % {"what": what or kind, "category": words[category].lower()}


def _private(kind: str, name: str, why: str) -> str:
    return _(
        "“%(what)s” belongs to private life. Of people who are no clients a practice in Europe keeps only what belongs "
        "to their role in business. %(why)s"
    ) % {"what": (name or kind.replace("_", " "))[:LONGEST_SHOWN], "why": why}


def keeps_business_only(practice: Practice) -> bool:
    """Whether of people who are no clients only what belongs to their role in business is kept."""
    return is_european(practice.country)


def owes_silence(practice: Practice) -> bool:
    """Whether who writes to this practice, or meets it, is a secret in itself; one of several professions is enough."""
    return bool(SILENT & {practice.profession, *practice.also})


def sources_off(practice: Practice) -> frozenset[EvidenceSource]:
    """Sources of evidence that are off: not taken in, and what is on file of them not used."""
    if not owes_silence(practice):
        return frozenset()
    allowed = set(allowed_categories(practice).values_list("category", flat=True))
    return frozenset(source for source in EvidenceSource if source not in allowed)


def source_refusal(practice: Practice, source: EvidenceSource) -> str:
    """One sentence saying why mail or a calendar is refused, empty when it is welcome."""
    if source not in sources_off(practice):
        return ""
    if source == EvidenceSource.MAIL:
        return _(
            "Mail is off for this profession: who writes to you is a secret in itself. An owner can allow it with a "
            "written reason under Settings, Privacy."
        )
    return _(
        "Calendars are off for this profession: who meets you is a secret in itself. An owner can allow it with a "
        "written reason under Settings, Privacy."
    )
