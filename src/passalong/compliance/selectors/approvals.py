"""Named reads on what a second person is asked for."""

from __future__ import annotations

from django.db.models import QuerySet

from passalong.accounts.models import Member, Practice, Role
from passalong.compliance.models import Approval, Decision


def approvals(practice: Practice, *, waiting: bool = False) -> QuerySet[Approval]:
    """Requests, those that wait first oldest, then the latest."""
    found = Approval.objects.filter(practice=practice)
    if waiting:
        return found.filter(decision=Decision.WAITING).order_by("created_at", "pk")
    return found.exclude(decision=Decision.WAITING).order_by("-decided_at", "-pk")


def approval(practice: Practice, public_id: str) -> Approval:
    """One of them; raises Approval.DoesNotExist for another practice's."""
    return Approval.objects.get(practice=practice, public_id=public_id)


def approved(practice: Practice, *, action: str, digest: str) -> Approval | None:
    """The decision that allows exactly this, if there is one."""
    found = Approval.objects.filter(practice=practice, action=action, digest=digest, decision=Decision.APPROVED)
    return found.order_by("-decided_at").first()


def waiting_for(member: Member) -> int:
    """How many requests this member can decide on."""
    if member.role not in (Role.OWNER, Role.APPROVER):
        return 0
    return approvals(member.practice, waiting=True).exclude(asked_by=member.public_id).count()


def others_who_decide(practice: Practice, member: Member) -> QuerySet[Member]:
    """Everybody but this member who may decide as a second person."""
    found = Member.objects.filter(practice=practice, role__in=[Role.OWNER, Role.APPROVER])
    return found.exclude(pk=member.pk).exclude(user=member.user_id)
