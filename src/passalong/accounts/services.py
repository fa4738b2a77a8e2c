"""Verbs on practices, members and the links that let them in."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta

import phonenumbers
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from passalong.accounts.imprint import check_published
from passalong.accounts.models import AccessLink, LinkPurpose, Member, Practice, Profession, Role, User
from passalong.accounts.rules import demand
from passalong.core import clock, events, rejudging
from passalong.core.errors import NotAllowed, Refused
from passalong.core.ids import digest, new_token
from passalong.core.rows import check_row

LINK_LIFE = {
    LinkPurpose.SET_UP: timedelta(days=7),
    LinkPurpose.SIGN_IN: timedelta(days=1),
    LinkPurpose.JOIN: timedelta(days=7),
}
LINK_KEPT = timedelta(days=30)  # used and expired links are forgotten after this


@transaction.atomic
def make_link(
    purpose: LinkPurpose,
    *,
    practice: Practice | None = None,
    user: User | None = None,
    role: str = Role.ASSISTANT,
    email: str = "",
) -> str:
    """A fresh single-use token; older unused ones of the same purpose, practice and person stop working."""
    AccessLink.objects.filter(purpose=purpose, practice=practice, user=user, email=email, used_at=None).delete()
    token = new_token()
    AccessLink.objects.create(
        purpose=purpose,
        token_digest=digest(token),
        practice=practice,
        user=user,
        role=role,
        email=email,
        expires_at=clock.now() + LINK_LIFE[purpose],
    )
    return token


def use_link(link: AccessLink) -> None:
    """Mark the link as used; raises Refused if somebody was faster or it has ended."""
    at = clock.now()
    if not AccessLink.objects.filter(pk=link.pk, used_at=None, expires_at__gt=at).update(used_at=at):
        raise Refused(_("This link has been used already, or has ended."))


def forget_old_links() -> int:
    """Delete links that ended long ago; returns how many."""
    return AccessLink.objects.filter(expires_at__lt=clock.now() - LINK_KEPT).delete()[0]


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
        field, messages = next(iter(error.message_dict.items()))
        raise Refused(" ".join(messages), field=field) from error


def _check_practice(practice: Practice) -> None:
    practice.name, practice.country = practice.name.strip(), practice.country.strip().upper()
    if practice.country not in phonenumbers.SUPPORTED_REGIONS:
        raise Refused(
            _("“%(code)s” is no country code. Give its two letters, such as US, GB or DE.")
            % {"code": practice.country},
            field="country",
        )
    try:
        check_row(practice)
    except Refused as refused:
        field = "practice_name" if refused.field == "name" else refused.field  # "name" is the person's, in forms
        raise Refused(refused.message, field=field) from refused


@transaction.atomic
def set_up_practice(
    *,
    link: AccessLink,
    practice_name: str,
    profession: str,
    country: str,
    name: str,
    email: str,
    password: str,
) -> Member:
    """Make the practice and its first owner. The link works once."""
    use_link(link)
    practice = Practice(name=practice_name, profession=profession, country=country)
    _check_practice(practice)
    practice.save()
    member = Member.objects.create(practice=practice, user=_new_user(email, name, password), role=Role.OWNER)
    events.record(practice.pk, "accounts:practice_set_up", actor=member.public_id)
    return member


@transaction.atomic
def sign_in_by_link(*, link: AccessLink) -> User:
    """The user a sign-in link was made for; the link works once."""
    use_link(link)
    if link.user is None or not link.user.is_active:
        raise Refused(_("This link belongs to nobody who can sign in."))
    return link.user


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
def withdraw_invitation(*, by: Member, email: str) -> None:
    """Stop an unused join link."""
    demand(by, "accounts.manage_members")
    stopped, _rows = AccessLink.objects.filter(
        purpose=LinkPurpose.JOIN, practice=by.practice, email=email, used_at=None
    ).delete()
    if stopped:
        events.record(by.practice_id, "accounts:invitation_withdrawn", actor=by.public_id)


@transaction.atomic
def join_practice(*, link: AccessLink, name: str, password: str) -> Member:
    """Make the invited person a member of exactly the practice, in the role, at the address of the link."""
    if User.objects.filter(email=link.email).exists():
        raise Refused(_("There is an account with this address already: sign in with it."), field="email")
    return _join(link, _new_user(link.email, name, password))


@transaction.atomic
def join_practice_as(*, link: AccessLink, user: User) -> Member:
    """Make somebody who has an account already, at the address of the link, a member of one more practice."""
    if user.email != link.email:
        raise Refused(_("This link was made for another address than the one you are signed in with."))
    return _join(link, user)


def _join(link: AccessLink, user: User) -> Member:
    use_link(link)
    if link.practice is None:
        raise Refused(_("This link belongs to no practice."))
    member, made = Member.objects.get_or_create(practice=link.practice, user=user, defaults={"role": link.role})
    if made:
        events.record(link.practice.pk, "accounts:member_joined", actor=member.public_id)
    return member


@transaction.atomic
def change_role(*, by: Member, member: Member, role: str) -> None:
    """Give a member another role; the last owner stays owner."""
    demand(by, "accounts.manage_members")
    if role not in Role.values:
        raise Refused(_("Choose a role."), field="role")
    _check_change(by, member, role)
    member.role = role
    member.save(update_fields=["role"])
    events.record(by.practice_id, "accounts:role_changed", actor=by.public_id, subject=member.public_id, role=role)


@transaction.atomic
def remove_member(*, by: Member, member: Member) -> None:
    """Take a member out; their sessions for this practice end with the next request."""
    demand(by, "accounts.manage_members")
    _check_change(by, member, None)
    events.record(by.practice_id, "accounts:member_removed", actor=by.public_id, subject=member.public_id)
    member.delete()


def _check_change(by: Member, member: Member, role: str | None) -> None:
    """Refuse what reaches into another practice or leaves this one without an owner."""
    if member.practice_id != by.practice_id:
        raise NotAllowed(_("This person is not a member of your practice."))
    Practice.objects.select_for_update().get(pk=by.practice_id)  # two owners cannot step down at once
    others = Member.objects.filter(practice=by.practice_id, role=Role.OWNER).exclude(pk=member.pk)
    if member.is_owner and role != Role.OWNER and not others.exists():
        raise Refused(_("A practice needs an owner: make somebody else an owner first."), field="role")


@transaction.atomic
def change_practice(
    *,
    by: Member,
    name: str,
    profession: str,
    country: str,
    region: str | None = None,
    imprint: str | None = None,
    colour: str | None = None,
    also: Collection[str] | None = None,
) -> Practice:
    """Rename or describe the practice. What is None stays as it is. `also`: further professions it works in.

    Where the rules that hold for it change by this, what is published and what waits is evaluated anew.
    """
    demand(by, "accounts.change_practice")
    practice = Practice.objects.select_for_update().get(pk=by.practice_id)
    before = _ruled_by(practice)
    practice.name, practice.profession, practice.country = name, profession, country
    practice.also = _further(profession, practice.also if also is None else also)
    for field, value in (("region", region), ("imprint", imprint), ("colour", colour)):
        if value is not None:
            setattr(practice, field, value)
    check_published(practice)
    _check_practice(practice)
    practice.save(update_fields=["name", "profession", "also", "country", "region", "imprint", "colour"])
    changed = sorted(key for key, value in _ruled_by(practice).items() if before[key] != value)
    events.record(practice.pk, "accounts:practice_changed", actor=by.public_id, rules_by=changed)
    if changed:
        rejudging.rejudge(practice.pk)
    return practice


def _ruled_by(practice: Practice) -> dict[str, object]:
    """What of a practice decides which rules hold for it."""
    return {key: getattr(practice, key) for key in ("profession", "also", "country", "region")}


def _further(profession: str, also: Collection[str]) -> list[str]:
    """Further professions in the order of the list, without the first one."""
    if unknown := [one for one in also if one not in Profession.values]:
        raise Refused(_("“%(word)s” is no profession listed here.") % {"word": unknown[0]}, field="also")
    return [one for one in Profession.values if one in also and one != profession]


@transaction.atomic
def set_password(*, user: User, password: str) -> None:
    """Give a user a new password; for somebody who has just proven who they are by a link."""
    _check_password(password, user)
    user.set_password(password)
    user.save(update_fields=["password"])
