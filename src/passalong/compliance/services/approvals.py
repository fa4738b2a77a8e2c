"""Ask a second person, and decide as one: never on one's own asking, with a reason, about the very thing asked."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from typing import Any

from django.db import transaction
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from passalong.accounts.models import Member
from passalong.accounts.rules import demand
from passalong.compliance.models import Approval, Decision
from passalong.compliance.models.approvals import REASON
from passalong.compliance.rulebook import Effect, Verdict
from passalong.compliance.selectors import approvals as selectors
from passalong.core import clock, events
from passalong.core.errors import NotAllowed, Refused

# Action -> function (approval) -> digest and verdict of the very thing as it stands now, None when it is gone; and one
# called after the decision. By dotted path: rooms above this one add theirs.
NOW = {
    "gift": "passalong.compliance.services.ledger.judged_now",
    "professional_pay": "passalong.compliance.services.ledger.judged_now",
    "publish_talk": "passalong.interviews.services.publishing.judged_now",
}
AFTER = {
    "gift": "passalong.compliance.services.ledger.settle",
    "professional_pay": "passalong.compliance.services.ledger.settle",
}
Now = tuple[str, Verdict] | None


def digest_of(what: Mapping[str, Any]) -> str:
    """The digest of exactly what is asked about: sha256 of its values with sorted keys."""
    text = json.dumps(what, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode()).hexdigest()


@transaction.atomic
def ask(*, by: Member, action: str, subject: str, digest: str, what: str, verdict: Verdict, why: str) -> Approval:
    """Ask a second person to allow what the rules leave to one. `what`: in words, without a name of a referred person.

    Asking twice about the same thing is one request. Raises Refused where nobody can allow it, or nobody is there.
    """
    if verdict.effect is Effect.BLOCK and verdict.absolute:
        raise Refused(_(verdict.decides.why))
    if not selectors.others_who_decide(by.practice, by).exists():
        raise Refused(
            _(
                "This needs a second person, and nobody else in your practice can decide. Invite an owner or a "
                "compliance approver under Settings, Members, then ask again."
            )
        )
    if len(why.strip()) < REASON:
        raise Refused(_("Write in a sentence why it should be allowed; it is kept with your name."), field="why")
    waiting = Approval.objects.filter(practice=by.practice, action=action, subject=subject, decision=Decision.WAITING)
    if same := waiting.filter(digest=digest).first():
        return same
    waiting.update(decision=Decision.DROPPED, decided_at=clock.now(), decided_why=_("Asked anew."))
    approval = Approval.objects.create(
        practice=by.practice,
        action=action,
        subject=subject,
        digest=digest,
        what=" ".join(what.split())[:300],
        rules=[rule.to_json() for rule in verdict.rules if rule.effect >= Effect.APPROVE],
        asked_by=by.public_id,
        asked_by_name=str(by.user)[:120],
        asked_why=" ".join(why.split())[:500],
    )
    events.record(
        by.practice_id,
        "compliance:approval_asked",
        actor=by.public_id,
        subject=approval.public_id,
        about=subject,
        action=action,
        digest=digest,
        why=approval.asked_why,
        rules=[rule["id"] for rule in approval.rules],
    )
    return approval


@transaction.atomic
def decide(*, by: Member, approval: Approval, approve: bool, why: str) -> Approval:
    """Allow it or not, with a reason. Raises NotAllowed for who asked, Refused where the thing has changed since."""
    demand(by, "compliance.decide")
    found = Approval.objects.select_for_update().filter(practice=by.practice, pk=approval.pk).first()
    if found is None:
        raise Refused(_("This is not on file here."))
    if found.asked_by == by.public_id:
        raise NotAllowed(_("Nobody decides on what they asked for themselves. Ask a second person."))
    if found.decision != Decision.WAITING:
        raise Refused(_("This has been decided already, or was taken back."))
    if len(why.strip()) < (REASON if approve else 1):
        raise Refused(_("Write the reason in a sentence: it is kept with your name."), field="why")
    if approve:
        _demand_unchanged(found)
    found.decision = Decision.APPROVED if approve else Decision.REFUSED
    found.decided_by, found.decided_by_name = by.public_id, str(by.user)[:120]
    found.decided_why, found.decided_at = " ".join(why.split())[:500], clock.now()
    found.save()
    events.record(
        by.practice_id,
        f"compliance:approval_{found.decision}",
        actor=by.public_id,
        subject=found.public_id,
        about=found.subject,
        action=found.action,
        digest=found.digest,
        why=found.decided_why,
    )
    if after := AFTER.get(found.action):
        import_string(after)(found, by)
    return found


def _demand_unchanged(approval: Approval) -> None:
    """Raise Refused unless it is byte for byte what was asked about, and still nothing that no one can lift."""
    look: Callable[[Approval], Now] | None = import_string(NOW[approval.action]) if approval.action in NOW else None
    if look is None:
        return
    now = look(approval)
    if now is None:
        raise Refused(_("What was asked about is not there any more."))
    digest, verdict = now
    if verdict.effect is Effect.BLOCK and verdict.absolute:
        raise Refused(_(verdict.decides.why))
    if digest != approval.digest:
        raise Refused(
            _("It is not what it was when you were asked: another entry, or another rule. Have it asked anew.")
        )


@transaction.atomic
def drop(*, by: Member, approval: Approval, why: str) -> None:
    """Take a request back that waits; inside the service that makes it needless."""
    changed = Approval.objects.filter(practice=by.practice, pk=approval.pk, decision=Decision.WAITING).update(
        decision=Decision.DROPPED, decided_at=clock.now(), decided_why=" ".join(why.split())[:500]
    )
    if changed:
        events.record(by.practice_id, "compliance:approval_dropped", actor=by.public_id, subject=approval.public_id)
