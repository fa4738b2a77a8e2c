"""The event log: what happened, who did it, in the same transaction as the change.

Each event's hash covers the one before it and the digest of its payload. The payload, and the bytes it names, stand
apart: erased, they leave a stub, and the chain still verifies.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.db import transaction

from passalong.core import clock
from passalong.core.chain import TOPIC, event_hash, first_broken, payload_digest, plain
from passalong.core.models import Blob, Event, Payload, PayloadPerson, RecordText
from passalong.core.revisions import bump

__all__ = ["event_hash", "first_broken", "payload_digest", "record"]


@transaction.atomic
def record(
    practice_id: int,
    kind: str,
    /,
    *,
    actor: str = "",
    subject: str = "",
    people: Iterable[str] = (),
    texts: Mapping[str, Blob] | None = None,
    keep_until: date | None = None,
    **data: Any,
) -> Event:
    """Append one event to the practice's chain. Call it inside the service's transaction.

    people: public ids of those it speaks of besides the subject, so that erasing them finds it. texts: the very bytes
    that were shown, sent or consented to, by name. keep_until: the last day a rule asks it to be kept.
    """
    number = bump(practice_id, TOPIC)  # takes the row lock that keeps the chain single-file
    last = Event.objects.filter(practice_id=practice_id, number=number - 1).first()
    previous = last.hash if last else ""
    at = clock.now()
    texts = texts or {}
    if texts:
        data["texts"] = {name: blob.digest for name, blob in texts.items()}
    data = plain(data)
    salt = secrets.token_hex(16)
    digest = payload_digest(salt, data)
    event = Event.objects.create(
        practice_id=practice_id,
        number=number,
        at=at,
        actor=actor,
        kind=kind,
        subject=subject,
        digest=digest,
        previous_hash=previous,
        hash=event_hash(previous, number, at.isoformat(), actor, kind, subject, digest),
    )
    _keep_payload(event, salt, data, {subject, *people} - {""}, texts, keep_until)
    return event


def _keep_payload(
    event: Event,
    salt: str,
    data: dict[str, Any],
    people: set[str],
    texts: Mapping[str, Blob],
    keep_until: date | None,
) -> None:
    own = {"practice_id": event.practice_id}
    payload = Payload.objects.create(event=event, salt=salt, data=data, keep_until=keep_until, **own)
    PayloadPerson.objects.bulk_create(PayloadPerson(payload=payload, person=one, **own) for one in sorted(people))
    RecordText.objects.bulk_create(
        RecordText(payload=payload, name=name, blob=blob, **own) for name, blob in texts.items()
    )
