"""Verbs on who must not be written to. Rows are made and never lifted here, whatever is imported or passed along."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from passalong.accounts.models import Member
from passalong.accounts.rules import demand
from passalong.core import clock, events, tombstones
from passalong.core.errors import Refused
from passalong.core.keyed import keyed_hash
from passalong.core.models import Tombstone
from passalong.mail import grammar
from passalong.mail.models import Message, Suppression, SuppressionReason, SuppressionScope

logger = logging.getLogger("passalong.mail")
_KEY_LENGTH = 64
# Whoever is not written to any more is on no list: told to the room above that keeps one.
LEFT = "passalong.audience.services.subscribing.left"


def keys_of(practice_id: int, address_or_key: str) -> tuple[str, ...]:
    """The keyed hashes an address may be noted under; a hash stands for itself."""
    if "@" not in address_or_key:
        return (address_or_key,) if len(address_or_key) == _KEY_LENGTH else ()
    return tuple(keyed_hash(practice_id, form) for form in grammar.forms(address_or_key))


@transaction.atomic
def suppress(
    practice_id: int,
    address: str,
    *,
    scope: str = SuppressionScope.ALL,
    reason: str,
    by: Member | None = None,
    message: Message | None = None,
) -> Suppression:
    """From now on nothing of this scope goes to this address (or its keyed hash). Doing it twice is doing it once.

    reason: a value of SuppressionReason; other words count as OTHER. Raises Refused when it is no address.
    """
    if by is not None:
        demand(by, "mail.write")
    if scope not in SuppressionScope.values:
        raise Refused(_("Choose what is stopped."), field="scope")
    keys = keys_of(practice_id, address)
    if not keys:
        raise Refused(_("Give one mail address, such as ann@example.org."), field="address")
    row, made = Suppression.objects.get_or_create(
        practice_id=practice_id,
        key=keys[0],
        scope=scope,
        defaults={
            "reason": reason if reason in SuppressionReason.values else SuppressionReason.OTHER,
            "at": clock.now(),
            "by": by.public_id if by else "",
            "message": message.public_id if message else "",
        },
    )
    if not made and row.reason == SuppressionReason.BOUNCED and reason in SuppressionReason.values:
        row.reason = reason  # a wish of the person's own weighs more than a dead address, and holds for all of theirs
        row.save(update_fields=["reason"])
        made = reason != SuppressionReason.BOUNCED
    if made:
        _note(row)
    import_string(LEFT)(practice_id, keys)
    return row


def _note(row: Suppression) -> None:
    """Outside this table too: a restored backup must hold it, and the record tells when it began."""
    detail = {"scope": row.scope, "reason": row.reason, "at": row.at.isoformat()}
    tombstones.lay(row.practice_id, Tombstone.Kind.SUPPRESSED, keys=[row.key], detail=detail)
    events.record(
        row.practice_id, "mail:suppressed", actor=row.by, subject=row.public_id, scope=row.scope, reason=row.reason
    )


def is_suppressed(practice_id: int, address_or_key: str, scope: str = SuppressionScope.ALL) -> bool:
    """Whether nothing of this scope may go there. Whoever stopped everything stopped the news as well."""
    scopes = {SuppressionScope.ALL.value, scope}
    keys = keys_of(practice_id, address_or_key)
    return Suppression.objects.filter(practice_id=practice_id, key__in=keys, scope__in=scopes).exists()


def has_left(practice_id: int, addresses: Iterable[str], scope: str = SuppressionScope.ALL) -> bool:
    """Whether a person asked, by any of their addresses, to be left alone: a dead address alone is no such wish."""
    scopes = {SuppressionScope.ALL.value, scope}
    keys = {key for address in addresses for key in keys_of(practice_id, address)}
    asked = Suppression.objects.filter(practice_id=practice_id, key__in=keys, scope__in=scopes)
    return asked.exclude(reason=SuppressionReason.BOUNCED).exists()


@transaction.atomic
def reinsert(practice_id: int, keys: Iterable[str], *, detail: Mapping[str, Any], at: datetime | None = None) -> int:
    """Bring suppressions back that a restored backup does not know yet. Returns how many were new."""
    scope, reason = detail.get("scope", ""), detail.get("reason", "")
    made = 0
    for key in keys:
        reason = reason if reason in SuppressionReason.values else SuppressionReason.OTHER
        row, is_new = Suppression.objects.get_or_create(
            practice_id=practice_id,
            key=key,
            scope=scope if scope in SuppressionScope.values else SuppressionScope.ALL,
            defaults={"reason": reason, "at": at or clock.now()},
        )
        if not is_new and row.reason == SuppressionReason.BOUNCED != reason:
            row.reason = reason  # as in suppress: the wish came after the backup
            row.save(update_fields=["reason"])
        import_string(LEFT)(practice_id, [key])
        made += is_new
    return made
