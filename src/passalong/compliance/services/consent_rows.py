"""The rows of consents as the verbs on them need them: held, ended, put on the record."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from passalong.accounts.models import Member, Practice
from passalong.compliance.models import Grant, GrantState
from passalong.compliance.selectors.consent import OnFile
from passalong.compliance.updates import Stage, stage_of
from passalong.core import clock, events, tombstones
from passalong.core.errors import Refused
from passalong.core.models import Blob, Tombstone

LONGEST = {"words": 500, "form_id": 60}
TAKEN_BACK = (GrantState.REVOKED, GrantState.DECLINED)  # a restored backup is held to these


def evidence_hash(page: bytes, choice: Mapping[str, Any]) -> str:
    """sha256 over the bytes somebody saw and what they chose on them."""
    chosen = json.dumps(choice, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(page + b"\0" + chosen.encode()).hexdigest()


def demand_own(by: Member, *rows: Any) -> None:
    if any(row is not None and row.practice_id != by.practice_id for row in rows):
        raise Refused(_("This is not on file here."))


def midnight_after(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))


def clean_form_id(text: str) -> str:
    text = " ".join(text.replace("\x00", "").split())
    if not text or len(text) > LONGEST["form_id"]:
        raise Refused(_("Name the signed form: its number, or where it is filed."), field="form_id")
    return text


def held(grant: Grant) -> Grant:
    """The row as it stands now, kept from others until the transaction ends."""
    return Grant.objects.select_for_update(of=("self",)).select_related("practice", "recipient").get(pk=grant.pk)


def open_ones(practice: Practice, **which: Any) -> Iterable[Grant]:
    states = (GrantState.ASKED, GrantState.GRANTED)
    found = Grant.objects.select_for_update(of=("self",)).filter(practice=practice, state__in=states, **which)
    return (one for one in found.select_related("practice") if stage_of(one) is not Stage.EXPIRED)


def last_of(practice: Practice, purpose: str, about: str, recipient: OnFile) -> Grant | None:
    found = Grant.objects.filter(practice=practice, purpose=purpose, about=about, recipient_id=recipient.pk)
    return found.order_by("-created_at", "-pk").first()


def end(grant: Grant, state: GrantState, *, kind: str = "", by: Member | None = None, **said: Any) -> None:
    grant.state, grant.ended_at = state, clock.now()
    grant.save()
    if state in TAKEN_BACK:
        tombstones.lay(grant.practice_id, Tombstone.Kind.REVOKED, person=grant.public_id, keys=())
    tell(kind or state.value, grant, by=by, **said)


def tell(
    kind: str, grant: Grant, /, *, by: Member | None = None, texts: Mapping[str, Blob] | None = None, **said: Any
) -> None:
    """One line of the record, which speaks of the reply it came from and of every contact named."""
    on_file = (grant.person, grant.recipient, grant.told_by)
    people = [grant.about, *(one.public_id for one in on_file if one is not None)]
    data: dict[str, Any] = {
        key: value.isoformat() if isinstance(value, datetime) else value for key, value in said.items()
    }
    events.record(
        grant.practice_id,
        f"compliance:consent_{kind}",
        actor=by.public_id if by else "",
        subject=grant.public_id,
        people=people,
        texts=texts,
        purpose=grant.purpose,
        given=grant.given,
        evidence_hash=grant.evidence_hash,
        **data,
    )


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def end_again(practice_id: int, public_id: str, *, at: datetime) -> int:
    """End a consent that was taken back after the backup this database came from; returns whether it was open."""
    still_open = Grant.objects.filter(
        practice_id=practice_id, public_id=public_id, state__in=(GrantState.ASKED, GrantState.GRANTED)
    )
    return still_open.update(state=GrantState.REVOKED, ended_at=at)
