"""Named reads on introductions."""

from __future__ import annotations

from django.db.models import QuerySet

from passalong.accounts.models import Practice
from passalong.contacts.models import Contact
from passalong.introductions.models import Introduction, Stage


def introductions(practice: Practice) -> QuerySet[Introduction]:
    """Introductions that clients have agreed to make, latest first."""
    return Introduction.objects.filter(practice=practice, stage=Stage.AGREED).select_related("referrer", "prospect")


def introduction(practice: Practice, public_id: str) -> Introduction:
    """One introduction; raises Introduction.DoesNotExist for another practice's."""
    return Introduction.objects.select_related("referrer", "prospect").get(practice=practice, public_id=public_id)


def agreed_by(client: Contact) -> set[int]:
    """Primary keys of the prospects this client agreed to introduce."""
    return set(introductions(client.practice).filter(referrer=client).values_list("prospect_id", flat=True))
