"""Open and withdraw an introduction. What follows after "agreed" comes with the introductions' own flow."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from passalong.accounts.models import Member
from passalong.accounts.rules import demand
from passalong.compliance.models import Grant
from passalong.compliance.services import consent
from passalong.contacts.models import Contact
from passalong.contacts.services.own import demand_own
from passalong.core import clock, events
from passalong.core.errors import Refused
from passalong.introductions.models import Introduction, Stage


@transaction.atomic
def open_introduction(*, by: Member, referrer: Contact, prospect: Contact, note: str = "") -> Introduction:
    """The referrer will introduce this prospect. Saying it twice opens one; a withdrawn one opens again."""
    demand(by, "prospecting.edit")
    if {referrer.practice_id, prospect.practice_id} != {by.practice_id}:
        raise Refused(_("This person is not on file here."))
    if referrer.pk == prospect.pk:
        raise Refused(_("Nobody introduces themselves."))
    introduction, made = Introduction.objects.get_or_create(
        practice=by.practice,
        referrer=referrer,
        prospect=prospect,
        defaults={"agreed_on": clock.today(), "note": note[:500]},
    )
    if not made and introduction.stage == Stage.WITHDRAWN:
        introduction.stage, introduction.agreed_on, made = Stage.AGREED, clock.today(), True
        introduction.save(update_fields=["stage", "agreed_on"])
    if made:
        _record(by, "introductions:agreed", introduction)
    return introduction


@transaction.atomic
def withdraw_introduction(*, by: Member, introduction: Introduction) -> None:
    """The client has thought better of it; nothing is held against anybody."""
    demand(by, "prospecting.edit")
    demand_own(by, introduction)
    introduction.stage = Stage.WITHDRAWN
    introduction.save(update_fields=["stage"])
    for grant in Grant.objects.filter(practice=by.practice, about=introduction.public_id):
        consent.revoke(grant=grant, by=by, why="introduction withdrawn")
    _record(by, "introductions:withdrawn", introduction)


@transaction.atomic
def report_yes(*, by: Member, introduction: Introduction, on: date, words: str) -> Grant:
    """The referrer tells that the person they introduce would like to hear from the practice: a reported answer, which
    opens what the referrer takes part in, and one personal reply."""
    demand(by, "prospecting.edit")
    demand_own(by, introduction)
    if introduction.stage != Stage.AGREED:
        raise Refused(_("This introduction was withdrawn."))
    return consent.grant_reported(
        by=by,
        person=introduction.prospect,
        told_by=introduction.referrer,
        words=words,
        on=on,
        about=introduction.public_id,
    )


def _record(by: Member, kind: str, introduction: Introduction) -> None:
    people = [introduction.referrer.public_id, introduction.prospect.public_id]
    events.record(by.practice_id, kind, actor=by.public_id, subject=introduction.public_id, people=people)
