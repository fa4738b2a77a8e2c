"""Verbs on who must not be written to. Whatever is imported or passed along lifts nothing; only who left the news alone
comes back, by an own act confirmed from their own mailbox."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
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
# Leaving the news so is a wish that its owner can change. A complaint, an objection and a dead address are none.
OWN_WISH = (SuppressionReason.UNSUBSCRIBED, SuppressionReason.BY_HAND)
LIFTED = "lifted"  # in the detail of a tombstone: from then on the earlier ones hold no more


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


def may_come_back(practice_id: int, address_or_key: str) -> bool:
    """Whether at most the news was stopped here, by a wish of their own: an own confirmed act may begin it anew."""
    rows = Suppression.objects.filter(practice_id=practice_id, key__in=keys_of(practice_id, address_or_key))
    return not rows.exclude(_by_own_wish()).exists()


def _by_own_wish() -> Q:
    return Q(scope=SuppressionScope.NEWS, reason__in=OWN_WISH)


@transaction.atomic
def lift(practice_id: int, address: str) -> int:
    """The news may go to this address again: its owner has just confirmed that from their own mailbox. Returns how many
    rows went; those that stop more than the news, or are no wish of theirs, stay. For the room that keeps the list."""
    gone = 0
    own = Suppression.objects.filter(_by_own_wish(), practice_id=practice_id, key__in=keys_of(practice_id, address))
    for row in own.select_for_update():
        tombstones.lay(
            practice_id, Tombstone.Kind.SUPPRESSED, keys=[row.key], detail={"scope": row.scope, LIFTED: True}
        )
        events.record(practice_id, "mail:lifted", subject=row.public_id, scope=row.scope, reason=row.reason)
        row.delete()
        gone += 1
    return gone


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
    if detail.get(LIFTED):  # who came back after the backup is asked anew: it knows nothing of their confirming
        return 0
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
