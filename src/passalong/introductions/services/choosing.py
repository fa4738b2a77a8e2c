"""Which kit a client passes along in an introduction that was agreed on."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from passalong.accounts.models import Member
from passalong.accounts.rules import demand
from passalong.contacts.services.own import demand_own
from passalong.core import events
from passalong.core.errors import Refused
from passalong.introductions.models import Introduction
from passalong.introductions.services.moving import MAY
from passalong.kits.models import EditionState, Kit
from passalong.kits.services.passing import link_for


@transaction.atomic
def choose_kit(*, by: Member, introduction: Introduction, kit: Kit) -> Introduction:
    """The referrer passes this kit along, by a link of their own that is made on first asking.

    Moves nobody: it is the client who passes a kit along. Raises Refused for a kit that is not published, an
    introduction that is over, and one whose referrer is not on file any more.
    """
    demand(by, MAY)
    demand_own(by, introduction, kit)
    row = Introduction.objects.select_for_update().select_related("referrer").get(pk=introduction.pk)
    if not row.is_open or row.referrer is None:
        raise Refused(_("This introduction is over. Nothing was changed."))
    if not kit.editions.filter(state=EditionState.LIVE).exists():
        raise Refused(_("This kit is not published. Publish it first."), field="kit")
    link = link_for(by=by, kit=kit, referrer=row.referrer)
    if row.link_id != link.pk:
        row.kit, row.link = kit, link
        row.save(update_fields=["kit", "link"])
        people = [row.referrer.public_id]
        events.record(
            by.practice_id,
            "introductions:kit",
            actor=by.public_id,
            subject=row.public_id,
            people=people,
            kit=kit.public_id,
        )
    introduction.refresh_from_db()
    return introduction
