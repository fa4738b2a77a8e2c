"""What may be kept."""

from __future__ import annotations

from collections.abc import Callable

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from passalong.accounts.models import Practice
from passalong.compliance.models import AllowedCategory
from passalong.compliance.sensitive import categories_of


def allowed_categories(practice: Practice) -> QuerySet[AllowedCategory]:
    """Protected categories this practice keeps at present."""
    return AllowedCategory.objects.filter(practice=practice, ended_at=None).order_by("category")


def refusals(practice: Practice) -> Callable[[str, str], str]:
    """A function (kind, name) -> one sentence saying why this evidence is refused, empty when it is welcome.

    A free text on somebody's life is asked about as kind "life_event". One query, however many facts are asked about.
    """
    allowed = set(allowed_categories(practice).values_list("category", flat=True))
    words = dict(AllowedCategory.CHOICES)

    def refusal(kind: str, name: str = "") -> str:
        category = next((one for one in categories_of(kind, name) if one not in allowed), None)
        if category is None:
            return ""
        return _(
            "“%(what)s” would reveal a person's %(category)s, so it is not kept. An owner can allow it with a "
            "written reason under Settings, Privacy."
        ) % {"what": name or kind, "category": str(words[category]).lower()}

    return refusal
