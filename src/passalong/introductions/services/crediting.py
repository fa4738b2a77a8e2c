"""Who passed the kit along: each sign kept apart, and one stated rule that turns signs into credit.

The rule: the link a person answered from decides. When the page came by the practice's own link, the name the person
gave does, if it fits exactly one contact. A person has one credited referrer, the first by time, which the database
enforces; whoever passed the kit to the same person later is recorded beside the first. Neither the domain of a mail
address nor the address of a connection ever decides.
"""

from __future__ import annotations

from django.db import IntegrityError, transaction

from passalong.contacts.keys import email_key, fold, phone_key
from passalong.contacts.models import Contact, ContactPoint, PointKind
from passalong.contacts.selectors import namesakes
from passalong.introductions.models import AttributionEvidence, Credit, EvidenceKind, Reply
from passalong.kits.models import Hit, HitKind, Link

BY_LINK, BY_NAME = "link", "said"
Evidence = dict[str, AttributionEvidence]


def keep_evidence(reply: Reply, said: str) -> Evidence:
    """Write down what speaks for whom, by kind: the address, the page the form was drawn for, the name said."""
    _keep(reply, EvidenceKind.LINK, link=reply.link, referrer=reply.link.referrer)
    if drawn_for := _link_of_view(reply):
        _keep(reply, EvidenceKind.FIELD, link=drawn_for, referrer=drawn_for.referrer)
    if said:
        _keep(reply, EvidenceKind.SAID, said=said, referrer=_contact_named(reply, said))
    else:
        reply.evidence.filter(kind=EvidenceKind.SAID).delete()
    return {one.kind: one for one in reply.evidence.select_related("referrer")}


def _keep(reply: Reply, kind: str, **values: object) -> None:
    AttributionEvidence.objects.update_or_create(
        practice_id=reply.practice_id, reply=reply, kind=kind, defaults={"link": None, "said": "", **values}
    )


def _link_of_view(reply: Reply) -> Link | None:
    """The link whose page carried this view id, once its hit has been read from the journal."""
    if not reply.view:
        return None
    drawn = Hit.objects.filter(practice=reply.practice_id, view=reply.view, kind=HitKind.HIT)
    hit = drawn.select_related("link__referrer").first()
    return hit.link if hit else None


def _contact_named(reply: Reply, said: str) -> Contact | None:
    """The one contact of this full name; nobody when it is a first name only or fits several."""
    if len(fold(said).split()) < 2:
        return None
    fitting = list(namesakes(reply.practice, said)[:2])
    return fitting[0] if len(fitting) == 1 else None


def decided(reply: Reply, evidence: Evidence) -> tuple[Contact | None, str]:
    """The referrer by the rule, and which evidence decided."""
    if reply.link.referrer is not None:
        return reply.link.referrer, BY_LINK
    if reply.link.is_own and (said := evidence.get(EvidenceKind.SAID)) and said.referrer is not None:
        return said.referrer, BY_NAME
    return None, ""


def credit(reply: Reply, evidence: Evidence) -> None:
    """Credit the referrer with this person: as the first, or beside the first. Nobody is credited with themselves."""
    referrer, rule = decided(reply, evidence)
    if referrer is None or not reply.person_key or is_the_same_person(reply, referrer):
        return
    own = {"practice_id": reply.practice_id, "person_key": reply.person_key, "referrer": referrer}
    for is_first in (True, False):
        if Credit.objects.filter(**own).exists():
            return
        try:
            with transaction.atomic():
                Credit.objects.create(**own, reply=reply, is_first=is_first, rule=rule, at=reply.at)
            return
        except IntegrityError:  # somebody else is the first
            continue


def take_back(reply: Reply, *, unless: str) -> None:
    """The reply names another way to reach its sender now: its credit rests on the next reply that speaks for it, or
    goes. The first in time takes the first place."""
    for wrong in Credit.objects.filter(reply=reply).exclude(person_key=unless):
        own = Credit.objects.filter(pk=wrong.pk)
        if found := _other_ground(wrong):
            other, rule = found
            own.update(reply=other, rule=rule, at=other.at, is_first=False)
        else:
            own.delete()
        all_of_them = Credit.objects.filter(practice=reply.practice_id, person_key=wrong.person_key)
        if wrong.is_first and (heir := all_of_them.order_by("at", "pk").first()):
            Credit.objects.filter(pk=heir.pk).update(is_first=True)


def _other_ground(wrong: Credit) -> tuple[Reply, str] | None:
    """The earliest other reply of the same person that speaks for the same referrer, and which evidence decided."""
    same = Reply.objects.filter(practice=wrong.practice_id, person_key=wrong.person_key).exclude(pk=wrong.reply_id)
    for other in same.select_related("link__referrer", "practice").order_by("at", "pk"):
        referrer, rule = decided(other, {one.kind: one for one in other.evidence.select_related("referrer")})
        if referrer is not None and referrer.pk == wrong.referrer_id and not is_the_same_person(other, referrer):
            return other, rule
    return None


def is_the_same_person(reply: Reply, referrer: Contact) -> bool:
    """Whether the address or phone left is the referrer's own."""
    points = ContactPoint.objects.filter(contact=referrer, kind__in=(PointKind.EMAIL, PointKind.PHONE))
    given = {email_key(reply.reach), phone_key(reply.reach, reply.practice.country)} - {""}
    return points.filter(key__in=given).exists()
