"""Reads on understandings that both refer, and on what the rules say of one."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.urls import reverse
from django.utils.translation import gettext as _

from passalong.accounts.models import Practice
from passalong.compliance.models import Decision
from passalong.compliance.rulebook import Effect, Verdict, verdict
from passalong.compliance.services import approvals
from passalong.core import clock
from passalong.core.due import Due
from passalong.interviews.models import Partner, Reciprocity

ACTION: Final = "reciprocity"
SOON = timedelta(days=7)  # ahead of the day of review that Today looks


def judged(one: Reciprocity) -> tuple[Verdict, tuple[str, ...]]:
    """What the rules say of it now, and the words of the rulebook that are true of it. Told is told: to the client, and
    so to everybody referred."""
    told = bool(one.clients_told.strip())
    true = {
        "dated": one.agreed_on < one.review_on,
        "exclusive": one.is_exclusive,
        "client_told": told,
        "told_all": told,
        "to_public": one.partner.contact.public_sector,
    }
    facts = tuple(word for word, holds in true.items() if holds)
    return verdict(one.practice, ACTION, facts=facts), facts


def digest_of(one: Reciprocity, found: Verdict) -> str:
    """The digest of all a second person is asked about: the understanding and the rules that speak of it."""
    return approvals.digest_of(
        {
            "partner": one.partner.public_id,
            "agreed_on": one.agreed_on,
            "review_on": one.review_on,
            "exclusive": one.is_exclusive,
            "told": one.clients_told,
            "rules": [(rule.id, rule.digest()) for rule in found.rules],
        }
    )


def allowed(practice: Practice) -> Verdict:
    """What the rules say of an understanding with everything in place, so that a page tells before a form is filled."""
    return verdict(practice, ACTION, facts=("dated", "client_told", "told_all"))


def asks(practice: Practice) -> bool:
    """Whether a second person is asked about one."""
    return allowed(practice).effect is Effect.APPROVE


def present(partner: Partner) -> Reciprocity | None:
    """The understanding that holds or waits for a second person, if there is one."""
    own = Reciprocity.objects.filter(practice=partner.practice_id, partner=partner, ended_on=None)
    return own.select_related("approval").first()


def refused(partner: Partner) -> Reciprocity | None:
    """The last one, where a second person did not allow it."""
    own = Reciprocity.objects.filter(practice=partner.practice_id, partner=partner).select_related("approval")
    last = own.order_by("-pk").first()
    return last if last and last.approval and last.approval.decision == Decision.REFUSED else None


def reviews_due(practice: Practice, limit: int) -> list[Due]:
    """Understandings to be looked at again by now or within a week, the longest wait first: one query."""
    rows = Reciprocity.objects.filter(
        practice=practice, ended_on=None, waits=False, review_on__lte=clock.today() + SOON, partner__ended_at=None
    )
    words = _("Look with %(name)s at your understanding that both refer")
    return [
        Due(
            words % {"name": one.partner},
            f"{reverse('interviews:partner', args=[one.partner.public_id])}#both",
            one.review_on,
        )
        for one in rows.select_related("partner__contact").order_by("review_on", "pk")[:limit]
    ]


def understanding(practice: Practice, public_id: str) -> Reciprocity:
    """One understanding; raises Reciprocity.DoesNotExist for another practice's."""
    return Reciprocity.objects.select_related("partner__contact").get(practice=practice, public_id=public_id)
