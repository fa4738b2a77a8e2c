"""Verbs on drafts: a kit is created, saved, compared, restored, renamed, archived."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from passalong.accounts.models import Member
from passalong.accounts.rules import demand
from passalong.contacts.services.own import demand_own
from passalong.core import clock, events
from passalong.core.errors import Refused
from passalong.core.rows import check_row
from passalong.kits.bounds import tidied
from passalong.kits.content import Content
from passalong.kits.models import Kit, Version
from passalong.kits.selectors import writing
from passalong.kits.starting import start_named

ONE_SITTING = timedelta(minutes=10)  # how long autosave goes on writing into one version


@transaction.atomic
def create(*, by: Member, name: str, start: str = "") -> Kit:
    """A new kit whose first version is the starting point of this key, or empty."""
    demand(by, "kits.edit")
    begin = start_named(start)
    kit = Kit(practice=by.practice, name=name.strip(), start=begin.key if begin else "")
    check_row(kit)
    kit.save()
    events.record(by.practice_id, "kits:created", actor=by.public_id, subject=kit.public_id, start=kit.start)
    _new_version(by, kit, begin.content if begin else Content())
    return kit


@transaction.atomic
def save(*, by: Member, kit: Kit, content: Content, based_on: int, seen: str = "") -> Version:
    """Keep what was written; the version it is in. Raises Refused, and writes nothing, beyond the bounds of a kit.

    based_on: number of the version the writer had open; seen: `stamp` of its content, to notice a second window too.
    Where the draft was meanwhile moved on, the words go into a version of their own, `aside` of the draft.
    """
    demand(by, "kits.edit")
    demand_own(by, kit)
    content = tidied(content, by.practice.country)
    Kit.objects.select_for_update().get(pk=kit.pk)
    last = writing.last_version(kit)
    base = kit.versions.filter(number=based_on).first()
    if last is None:
        return _new_version(by, kit, content)
    was = Content.from_json(last.content)
    if content == was:
        return last
    moved = last.number != based_on or (bool(seen) and writing.stamp(was) != seen)
    if not moved:
        return _write_on(last, content) if _goes_on(by, last) else _new_version(by, kit, content)
    if base and base.aside and _goes_on(by, base):
        return _write_on(base, content)
    return _new_version(by, kit, content, aside=True)


def _goes_on(by: Member, version: Version) -> bool:
    """Whether this member is still at the same sitting, and nobody published from it."""
    is_fresh = clock.now() - version.begun_at < ONE_SITTING
    published = version.kit.editions.filter(created_at__gte=version.saved_at)
    return version.saver == by.public_id and is_fresh and not published.exists()


def _write_on(version: Version, content: Content) -> Version:
    version.content, version.saved_at = content.to_json(), clock.now()
    version.save(update_fields=["content", "saved_at"])
    return version


def _new_version(by: Member, kit: Kit, content: Content, *, note: str = "", aside: bool = False) -> Version:
    newest = kit.versions.order_by("-number").first()
    now = clock.now()
    version = Version.objects.create(
        practice=by.practice,
        kit=kit,
        number=newest.number + 1 if newest else 1,
        content=content.to_json(),
        saved_at=now,
        begun_at=now,
        saved_by=str(by.user)[:120],
        saver=by.public_id,
        note=note[:200],
        aside=aside,
    )
    events.record(
        by.practice_id, "kits:version", actor=by.public_id, subject=kit.public_id, number=version.number, aside=aside
    )
    return version


@transaction.atomic
def restore(*, by: Member, kit: Kit, version: Version) -> Version:
    """Make an earlier version the draft again, as a new one; nothing in between is lost."""
    demand(by, "kits.edit")
    demand_own(by, kit, version)
    if version.kit_id != kit.pk:
        raise Refused(_("This version is of another kit."))
    Kit.objects.select_for_update().get(pk=kit.pk)
    content = Content.from_json(version.content)
    last = writing.last_version(kit)
    if last and Content.from_json(last.content) == content:
        return last
    return _new_version(by, kit, content, note=_("Version %(number)d restored") % {"number": version.number})


@transaction.atomic
def rename(*, by: Member, kit: Kit, name: str) -> Kit:
    """Call the kit something else; readers never see this name."""
    demand(by, "kits.edit")
    demand_own(by, kit)
    kit.name = name.strip()
    check_row(kit)
    kit.save(update_fields=["name"])
    events.record(by.practice_id, "kits:renamed", actor=by.public_id, subject=kit.public_id)
    return kit


@transaction.atomic
def archive(*, by: Member, kit: Kit) -> None:
    """Put a kit away: off the list, and its links no longer answer."""
    demand(by, "kits.edit")
    demand_own(by, kit)
    if kit.archived_at is None:
        kit.archived_at = clock.now()
        kit.save(update_fields=["archived_at"])
        events.record(by.practice_id, "kits:archived", actor=by.public_id, subject=kit.public_id)


@transaction.atomic
def bring_back(*, by: Member, kit: Kit) -> None:
    """Take a kit out of the archive."""
    demand(by, "kits.edit")
    demand_own(by, kit)
    if kit.archived_at is not None:
        kit.archived_at = None
        kit.save(update_fields=["archived_at"])
        events.record(by.practice_id, "kits:brought_back", actor=by.public_id, subject=kit.public_id)
