"""Verbs on practices, members and the links that let them in."""

from __future__ import annotations

from datetime import timedelta

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from passalong.accounts.models import AccessLink, LinkPurpose, Member, Practice, Role, User
from passalong.accounts.rules import demand
from passalong.core import clock, events
from passalong.core.errors import Refused
from passalong.core.ids import digest, new_token

LINK_LIFE = {
    LinkPurpose.SET_UP: timedelta(days=7),
    LinkPurpose.SIGN_IN: timedelta(days=1),
    LinkPurpose.JOIN: timedelta(days=7),
}


def make_link(
    purpose: LinkPurpose, *, practice: Practice | None = None, user: User | None = None, role: str = Role.ASSISTANT,
    email: str = "",
) -> str:
    """A fresh single-use token; older unused ones of the same purpose, practice and person stop working."""
    AccessLink.objects.filter(purpose=purpose, practice=practice, user=user, email=email, used_at=None).delete()
    token = new_token()
    AccessLink.objects.create(
        purpose=purpose, token_digest=digest(token), practice=practice, user=user, role=role, email=email,
        expires_at=clock.now() + LINK_LIFE[purpose],
    )
    return token


def use_link(link: AccessLink) -> None:
    """Mark the link as used; raises Refused if somebody was faster."""
    if not AccessLink.objects.filter(pk=link.pk, used_at=None).update(used_at=clock.now()):
        raise Refused(_("This link has been used already."))


def _check_password(password: str, user: User | None = None) -> None:
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise Refused(" ".join(error.messages), field="password") from error


def _new_user(email: str, name: str, password: str | None) -> User:
    if password is not None:
        _check_password(password, User(email=email, name=name))
    try:
        return User.objects.create_member_user(email=email, name=name, password=password)
    except ValidationError as error:
        raise Refused(" ".join(error.messages), field="email") from error


@transaction.atomic
def set_up_practice(
    *, link: AccessLink, practice_name: str, profession: str, country: str, name: str, email: str, password: str
) -> Member:
    """Make the practice and its first owner. The link works once."""
    use_link(link)
    practice = Practice(name=practice_name.strip(), profession=profession, country=country.upper())
    practice.full_clean()
    practice.save()
    member = Member.objects.create(practice=practice, user=_new_user(email, name, password), role=Role.OWNER)
    events.record(practice.pk, "accounts:practice_set_up", actor=member.public_id)
    return member


@transaction.atomic
def invite_member(*, by: Member, email: str, role: str) -> str:
    """The token of a link by which one person may join; hand it over yourself."""
    demand(by, "accounts.manage_members")
    email = email.strip().lower()
    if role not in Role.values:
        raise Refused(_("Choose a role."), field="role")
    if Member.objects.filter(practice=by.practice, user__email=email).exists():
        raise Refused(_("This person is a member already."), field="email")
    token = make_link(LinkPurpose.JOIN, practice=by.practice, role=role, email=email)
    events.record(by.practice_id, "accounts:member_invited", actor=by.public_id, role=role)
    return token


@transaction.atomic
def join_practice(*, link: AccessLink, name: str, password: str) -> Member:
    """Make the invited person a member of exactly the practice, in the role, at the address of the link."""
    use_link(link)
    if link.practice is None:
        raise Refused(_("This link belongs to no practice."))
    if User.objects.filter(email=link.email).exists():
        raise Refused(_("There is an account with this address already: sign in with it."), field="email")
    member = Member.objects.create(
        practice=link.practice, user=_new_user(link.email, name, password), role=link.role
    )
    events.record(link.practice.pk, "accounts:member_joined", actor=member.public_id)
    return member


@transaction.atomic
def change_role(*, by: Member, member: Member, role: str) -> None:
    """Give a member another role; the last owner stays owner."""
    demand(by, "accounts.manage_members")
    _keep_an_owner(member, role)
    member.role = role
    member.full_clean()
    member.save(update_fields=["role"])
    events.record(by.practice_id, "accounts:role_changed", actor=by.public_id, subject=member.public_id, role=role)


@transaction.atomic
def remove_member(*, by: Member, member: Member) -> None:
    """Take a member out; their sessions for this practice end with the next request."""
    demand(by, "accounts.manage_members")
    _keep_an_owner(member, None)
    events.record(by.practice_id, "accounts:member_removed", actor=by.public_id, subject=member.public_id)
    member.delete()


def _keep_an_owner(member: Member, role: str | None) -> None:
    others = Member.objects.filter(practice=member.practice_id, role=Role.OWNER).exclude(pk=member.pk)
    if member.is_owner and role != Role.OWNER and not others.exists():
        raise Refused(_("A practice needs an owner: make somebody else an owner first."))


@transaction.atomic
def change_practice(*, by: Member, name: str, profession: str, country: str) -> Practice:
    """Rename or describe the practice."""
    demand(by, "accounts.change_practice")
    practice = by.practice
    practice.name, practice.profession, practice.country = name.strip(), profession, country.upper()
    practice.full_clean()
    practice.save(update_fields=["name", "profession", "country"])
    events.record(practice.pk, "accounts:practice_changed", actor=by.public_id)
    return practice
