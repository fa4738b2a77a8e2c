"""Who allowed what: asked before anything is sent, and again when it leaves. Ends are read off the clock."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Protocol

from django.db.models import Min, Q, QuerySet

from passalong.accounts.models import Practice
from passalong.compliance.models import Given, Grant, GrantState, Purpose
from passalong.compliance.updates import SIGNED, Locks, locks
from passalong.core import clock
from passalong.core.ids import digest, is_token
from passalong.core.keyed import keyed_hash

TOKEN_PURPOSE = "consent page"  # noqa: S105 - a token made for another purpose never opens one


class OnFile(Protocol):
    """A contact, as far as this room may know one: its rows of how to reach it carry kind and key."""

    pk: Any
    practice_id: int
    public_id: str
    points: Any


def token_digest(token: str) -> str:
    """What is kept of the address of somebody's own page: the digest is bound to its purpose."""
    return digest(f"{TOKEN_PURPOSE}:{token}")


def live(practice: Practice) -> QuerySet[Grant]:
    """Grants that hold at this moment."""
    ends = Q(expires_at=None) | Q(expires_at__gt=clock.now())
    return Grant.objects.filter(ends, practice=practice, state=GrantState.GRANTED)


def of_token(token: str) -> Grant | None:
    """The grant whose own page this is; None for an unknown address and for one that has ended alike."""
    if not is_token(token):
        return None
    found = Grant.objects.filter(token_digest=token_digest(token), expires_at__gt=clock.now())
    return found.select_related("practice", "recipient").first()


def keys_of(contact: OnFile) -> set[str]:
    """Keyed hashes of every mail address and phone number of a contact."""
    known = contact.points.filter(kind__in=("email", "phone")).values_list("key", flat=True)
    return {keyed_hash(contact.practice_id, key) for key in known} - {""}


def contact_grant(
    practice: Practice, *, contact: OnFile | None = None, person_key: str = "", own_only: bool = False
) -> Grant | None:
    """The consent by which the practice may get in touch with somebody, an own one first.

    A reported answer counts less: never with `own_only`, nor where the profession asks for the person's own (health;
    tax work without a signed consent to use what is known).
    """
    if not (who := _whom(practice, contact, person_key)):
        return None
    found = live(practice).filter(who, purpose__in=(Purpose.CONTACT, Purpose.TAX_USE)).order_by("-granted_at", "-pk")
    return _strongest(locks(practice), list(found), own_only)


def _strongest(asked: Locks, found: list[Grant], own_only: bool) -> Grant | None:
    """Of the consents of one person, the one to get in touch by."""
    contacts = [one for one in found if one.purpose == Purpose.CONTACT]
    own = next((one for one in contacts if one.given == Given.OWN), None)
    if own or own_only or not contacts or asked.own:
        return own
    signed = any(one.purpose == Purpose.TAX_USE for one in found)
    return contacts[0] if signed or not asked.tax else None


def said_yes_on(practice: Practice, contact: OnFile) -> datetime | None:
    """Since when a yes of theirs holds, own or reported: the first of those that hold now."""
    who = _whom(practice, contact, "")
    found = live(practice).filter(who, purpose=Purpose.CONTACT) if who else Grant.objects.none()
    first: datetime | None = found.aggregate(first=Min("granted_at"))["first"]
    return first


def last_own_answer(practice: Practice, *, contact: OnFile | None = None, person_key: str = "") -> Grant | None:
    """The latest own answer to whether contact is wanted, yes or no; None when there was none."""
    if not (who := _whom(practice, contact, person_key)):
        return None
    own = Grant.objects.filter(who, practice=practice, purpose=Purpose.CONTACT, given=Given.OWN)
    return own.order_by("-created_at", "-pk").first()


def may_be_contacted(
    practice: Practice, contact: OnFile | None = None, person_key: str = "", own_only: bool = False
) -> bool:
    """Whether somebody who is no client may be written to. own_only: for anything the system sends by itself, lists and
    news, to which a reported answer never leads."""
    return contact_grant(practice, contact=contact, person_key=person_key, own_only=own_only) is not None


def has_signed(practice: Practice, purpose: str, contact: OnFile) -> bool:
    """Whether a signed consent of this kind (tax_use, tax_disclosure) of this contact is on file and has not ended."""
    who = _whom(practice, contact, "")
    return purpose in SIGNED and who is not None and live(practice).filter(who, purpose=purpose).exists()


def _whom(practice: Practice, contact: OnFile | None, person_key: str) -> Q | None:
    """Rows about this person: by the contact on file and by every way to reach it. None when nobody is named."""
    keys = {person_key} - {""}
    if contact is not None and contact.practice_id == practice.pk:
        return Q(person_id=contact.pk) | Q(person_key__in=keys | keys_of(contact))
    return Q(person_key__in=keys) if keys else None


def live_grant(
    practice: Practice,
    purpose: str,
    *,
    about: str = "",
    person: OnFile | None = None,
    recipient: OnFile | None = None,
) -> Grant | None:
    """The consent that covers something now, or None. `about`: public id of the grant itself, or of the reply or
    introduction it came from. For a referrer's news the profession's locks are asked as well."""
    if not about and person is None:
        return None
    found = live(practice).filter(purpose=purpose)
    if about:
        found = found.filter(Q(public_id=about) | Q(about=about))
    if person is not None and (who := _whom(practice, person, "")):
        found = found.filter(who)
    if recipient is not None:
        found = found.filter(recipient_id=recipient.pk)
    grant = found.order_by("-granted_at", "-pk").first()
    if grant is None or (purpose == Purpose.UPDATE and (recipient is None or not opens(practice, grant))):
        return None
    return grant


def opens(practice: Practice, grant: Grant, asked: Locks | None = None) -> bool:
    """Whether a consent to tell the referrer holds under the profession's locks. asked: these, where many are looked
    at."""
    asked = asked or locks(practice)
    return grant.given == Given.OWN and not asked.barred and bool(grant.form_id or not asked.form)


def grant(practice: Practice, public_id: str) -> Grant:
    """One consent; raises Grant.DoesNotExist for another practice's."""
    return Grant.objects.select_related("recipient", "practice").get(practice=practice, public_id=public_id)


def grants_about(practice: Practice, abouts: Iterable[str]) -> dict[str, list[Grant]]:
    """Every consent that came from these replies or introductions, latest first: one query."""
    found = Grant.objects.filter(practice=practice, about__in=set(abouts) - {""}).select_related("recipient", "told_by")
    of: dict[str, list[Grant]] = {}
    for one in found.order_by("-created_at", "-pk"):
        of.setdefault(one.about, []).append(one)
    return of
