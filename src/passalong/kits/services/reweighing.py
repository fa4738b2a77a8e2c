"""Editions that readers see, held against the rules of today: after a change of profession, place or rules."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from passalong.kits.models import Edition, EditionState
from passalong.kits.selectors import reweighing as selectors
from passalong.kits.services import editions


def reweigh(practice_id: int) -> int:
    """Withdraw each published edition that the rules of today would not let out as it stands; returns how many.

    Waiting ones are held against the rules of the day when somebody decides on them.
    """
    live = Edition.objects.filter(practice=practice_id, state=EditionState.LIVE).values_list("pk", flat=True)
    return sum(_reweigh(pk) for pk in list(live))


@transaction.atomic
def _reweigh(pk: int) -> bool:
    found = Edition.objects.select_for_update(of=("self",)).select_related("kit", "practice")
    edition = found.filter(pk=pk, state=EditionState.LIVE).first()
    if edition is None:
        return False
    lacks = selectors.no_longer_right(edition)
    if lacks:
        named = {"rule": selectors.newest_rule(edition).id, "what": lacks[0]}
        why = _("Rule %(rule)s holds for the practice now: %(what)s") % named
        editions.end(edition, EditionState.WITHDRAWN, by=None, why=why)
    return bool(lacks)
