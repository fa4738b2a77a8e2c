"""Named reads: practices, members, links."""

from __future__ import annotations

from django.db.models import QuerySet

from passalong.accounts.models import AccessLink, LinkPurpose, Member, Practice, Role, User
from passalong.core import clock
from passalong.core.errors import Refused
from passalong.core.ids import digest


def membership(user_id: int, practice_public_id: str | None) -> Member | None:
    """The user's place in the practice named, else in their own, the demo last."""
    own = list(places(user_id))
    chosen = [m for m in own if m.practice.public_id == practice_public_id]
    return next(iter(chosen or own), None)


def members(practice: Practice) -> QuerySet[Member]:
    """All who sign in for this practice."""
    return Member.objects.filter(practice=practice).select_related("user")


def member_of(practice: Practice, public_id: str) -> Member | None:
    """The member of this practice with this public id."""
    return members(practice).filter(public_id=public_id).first()


def places(user_id: int) -> QuerySet[Member]:
    """Every practice somebody is a member of, the demo last."""
    return Member.objects.filter(user_id=user_id).select_related("practice", "user").order_by("practice__is_demo", "pk")


def invitations(practice: Practice) -> QuerySet[AccessLink]:
    """Join links nobody has used yet."""
    return AccessLink.objects.filter(
        practice=practice, purpose=LinkPurpose.JOIN, used_at=None, expires_at__gt=clock.now()
    ).order_by("expires_at")


def owner(practice: Practice) -> Member | None:
    """The practice's first owner."""
    return members(practice).filter(role=Role.OWNER).first()


def user_with(email: str) -> User | None:
    """Whoever signs in with this address."""
    return User.objects.filter(email=email.strip().lower(), is_active=True).first()


def own_addresses(practice: Practice) -> set[str]:
    """Mail addresses of the practice's own people, lower case."""
    return {email.lower() for email in members(practice).values_list("user__email", flat=True)}


def demo_practice() -> Practice | None:
    """The invented practice, if it is in."""
    return Practice.objects.filter(is_demo=True).first()


def practice_named(name: str | None) -> Practice:
    """The practice meant on the command line; may be left out when there is one besides the demo.

    Raises Refused with one sentence when it cannot be told.
    """
    practices = list(Practice.objects.order_by("is_demo", "pk"))
    if name:
        practices = [p for p in practices if name in (p.public_id, p.name)]
        if not practices:
            raise Refused(f"There is no practice “{name}” here.")
    if not practices:
        raise Refused(
            "There is no practice here yet. Run `passalong start` and open the set-up link, or try `passalong demo`."
        )
    own = [p for p in practices if not p.is_demo] or practices
    if len(own) > 1:
        raise Refused("There are several practices; say which with --practice: " + ", ".join(p.name for p in own) + ".")
    return own[0]


def open_link(purpose: LinkPurpose, token: str) -> AccessLink | None:
    """The unused, unexpired link with this token."""
    link = (
        AccessLink.objects.filter(purpose=purpose, token_digest=digest(token))
        .select_related("practice", "user")
        .first()
    )
    return link if link and link.is_open(clock.now()) else None


def needs_set_up() -> bool:
    """No practice but the demo exists."""
    return not Practice.objects.filter(is_demo=False).exists()
