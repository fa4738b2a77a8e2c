"""Two at one thing: whoever saves on top of what they have not seen is told who saved it and when, and chooses."""

from __future__ import annotations

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from passalong.accounts.models import Member
from passalong.core.errors import Refused
from passalong.interviews.models import Cut, Transcript


class Meanwhile(Refused):
    """A newer version is there that the page did not show. Nothing was written."""


def said(newer: Cut | Transcript) -> str:
    """Who saved the newer version, and when."""
    at = date_format(localtime(newer.created_at), "SHORT_DATETIME_FORMAT")
    member = Member.objects.filter(practice=newer.practice_id, public_id=newer.member).select_related("user").first()
    if member is None:
        return _("Another version was saved on %(at)s.") % {"at": at}
    return _("%(who)s saved another version on %(at)s.") % {"who": member.user.name or member.user.email, "at": at}
