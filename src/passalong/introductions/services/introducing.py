"""Withdraw an introduction, and report what a referrer tells of the person."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from passalong.accounts.models import Member
from passalong.compliance.models import Grant
from passalong.compliance.services import consent
from passalong.core.errors import Refused
from passalong.introductions.models import How, Introduction
from passalong.introductions.services.moving import move
from passalong.introductions.stages import Who


def withdraw_introduction(*, by: Member, introduction: Introduction) -> None:
    """The client has thought better of it; nothing is held against anybody."""
    move(introduction=introduction, act="withdraw", who=Who.MEMBER, by=by)


@transaction.atomic
def report_yes(*, by: Member, introduction: Introduction, on: date, words: str) -> Grant:
    """The referrer tells that the person they introduce would like to hear from the practice: a reported answer, which
    opens what the referrer takes part in, and one personal reply."""
    if introduction.referrer is None:
        raise Refused(_("It is not known any more who would introduce them."))
    move(introduction=introduction, act="report a yes", who=Who.MEMBER, by=by, on=on)
    Introduction.objects.filter(pk=introduction.pk).update(answered_how=How.REPORTED)
    return consent.grant_reported(
        by=by,
        person=introduction.prospect,
        told_by=introduction.referrer,
        words=words,
        on=on,
        about=introduction.public_id,
    )
