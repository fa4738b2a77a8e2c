"""What this room holds about a person, in words the person understands. Who is at the other end is told only to the
one who introduces."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from passalong.core.person import Held, Person
from passalong.introductions.models import (
    Agreement,
    AlsoBy,
    Hearing,
    Introduction,
    LessonGiven,
    PortalKey,
    Promise,
    Recommendation,
    Reply,
    Seed,
)


def introductions(of: QuerySet[Introduction], by: QuerySet[Introduction]) -> Held:
    """Both ends, with every step and what was prepared."""
    rows = [_introduction(one, _("a client agreed to introduce you"), _("a client of the practice")) for one in of]
    rows += [
        _introduction(one, _("you agreed to introduce somebody"), str(one.prospect or ""))
        for one in by.select_related("prospect").order_by("pk")
    ]
    return Held(_("Introductions"), rows, _("To keep what was agreed."))


def _introduction(one: Introduction, what: str, with_whom: str) -> dict[str, Any]:
    ways = [way.get_kind_display() for way in one.ways.all()]
    return {
        _("What"): what,
        _("With"): with_whom,
        _("On"): _day(one.agreed_on),
        _("State"): one.get_stage_display(),
        _("Since"): _day(one.stage_at),
        _("Forgotten on"): _day(one.forget_on),
        _("Prepared"): ", ".join(ways),
        _("Note"): _("with a private note of the practice") if one.note else "",
    }


def replies(found: QuerySet[Reply]) -> Held:
    """The person's own answers."""
    return Held(_("Your answers on our pages"), [_reply(one) for one in found], _("To do what you asked for."))


def _reply(reply: Reply) -> dict[str, Any]:
    return {
        _("On"): _day(reply.at),
        _("Answer"): reply.get_wish_display(),
        _("Time asked for"): reply.chosen_time,
        _("Name given"): reply.name,
        _("Reached by"): reply.reach,
        _("Your note"): reply.note,
    }


def words(person: Person) -> Held:
    """What the person wrote to recommend the practice."""
    found = Recommendation.objects.filter(practice=person.practice_id, referrer=person.contact_id)
    rows = [
        {_("On"): _day(one.created_at), _("Your words"): one.text, _("Sent"): _day(one.sent_at)}
        for one in (found if person.contact_id else found.none())
    ]
    return Held(_("Your words to friends"), rows, _("To send what you wrote, and to keep it where a rule says so."))


def care(person: Person) -> list[Held]:
    """What was agreed with the person as a client, and how they want to hear."""
    if not person.contact_id:
        return []
    own = {"practice": person.practice_id}
    agreed = [_agreement(one) for one in Agreement.objects.filter(client=person.contact_id, **own)]
    promises = [
        {_("What"): one.words, _("By"): _day(one.due_on), _("Kept on"): _day(one.kept_on)}
        for one in Promise.objects.filter(to=person.contact_id, **own)
    ]
    said = [
        {_("What"): one.key, _("Due"): _day(one.due_on), _("Said on"): _day(one.said_on), _("Note"): one.note}
        for one in Seed.objects.filter(client=person.contact_id, **own)
    ]
    said += [
        {_("What"): one.key, _("Said on"): _day(one.given_on)}
        for one in LessonGiven.objects.filter(client=person.contact_id, **own)
    ]
    also = AlsoBy.objects.filter(referrer=person.contact_id, **own)
    return [
        Held(_("What we agreed"), agreed, _("To keep our word.")),
        Held(_("What we promised you"), promises, _("To keep our word.")),
        Held(_("What you were told about introductions"), said, _("To tell you nothing twice.")),
        Held(_("How you want to hear"), _hearing(person), _("To write to you as you chose.")),
        Held(_("Named as well"), [{_("On"): _day(one.at)} for one in also], _("To thank you too.")),
    ]


def _agreement(one: Agreement) -> dict[str, Any]:
    return {
        _("Version"): one.version,
        _("A good introduction"): one.good_introduction,
        _("Good service"): one.quality,
        _("Hoped-for number"): one.hoped_number or "",
        _("Signed by"): one.signed_by,
        _("On"): _day(one.acknowledged_on),
    }


def _hearing(person: Person) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = [
        {
            _("How"): one.get_channel_display(),
            _("How often"): one.get_rhythm_display(),
            _("Quiet until"): _day(one.quiet_until),
            _("Left on"): _day(one.left_at),
        }
        for one in Hearing.objects.filter(referrer=person.contact_id)
    ]
    signed = PortalKey.objects.filter(referrer=person.contact_id)
    rows += [{_("Sign-in link of"): _day(one.link_ends_at), _("Used"): _day(one.used_at)} for one in signed]
    return rows


def _day(on: Any) -> str:
    return date_format(on, "DATE_FORMAT") if on else ""
