"""Who may do what: one place, asked by services, so that pages, commands and tasks agree."""

from __future__ import annotations

from django.utils.translation import gettext as _
from rules.permissions import set_perm
from rules.predicates import predicate

from passalong.accounts.models import Member, Role
from passalong.core.errors import NotAllowed


@predicate  # type: ignore[untyped-decorator]
def is_owner(member: Member) -> bool:
    return member.is_owner


@predicate  # type: ignore[untyped-decorator]
def is_member(member: Member) -> bool:
    return bool(member.pk)


@predicate  # type: ignore[untyped-decorator]
def is_approver(member: Member) -> bool:
    return member.role in (Role.OWNER, Role.APPROVER)


PERMISSIONS = {
    "accounts.change_practice": is_owner,
    "accounts.manage_members": is_owner,
    "contacts.edit": is_member,
    "ties.answer": is_member,
    "prospecting.edit": is_member,
    "audience.edit": is_member,
    "interviews.edit": is_member,
    "exchange.import": is_member,
    "exchange.undo": is_member,
    "kits.edit": is_member,
    "mail.write": is_member,
    "kits.approve": is_approver,
    "compliance.record": is_approver,
    "compliance.value": is_member,
    "compliance.decide": is_approver,
    "privacy.decide": is_owner,
    "demo.remove": is_owner,
}
for name, allows in PERMISSIONS.items():
    set_perm(name, allows)  # type: ignore[no-untyped-call]


def may(member: Member, permission: str) -> bool:
    """Whether this member's role permits the act; an unknown permission is refused loudly."""
    if permission not in PERMISSIONS:
        raise KeyError(permission)
    return bool(PERMISSIONS[permission](member))


def demand(member: Member, permission: str) -> None:
    """Raise NotAllowed unless permitted."""
    if not may(member, permission):
        raise NotAllowed(
            _("Only an owner or a compliance approver can do this.")
            if PERMISSIONS[permission] is is_approver
            else _("Only an owner of the practice can do this.")
        )
