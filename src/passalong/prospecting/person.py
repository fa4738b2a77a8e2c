"""The prospecting room's part in what is held about a person: the wish list, and meetings with clients."""

from __future__ import annotations

from typing import Any

from django.db.models import Model
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from passalong.contacts.moving import joined
from passalong.core.person import Held, Kept, Person
from passalong.core.wiping import Trace, wipe_rows
from passalong.prospecting.models import Appointment, FirmAnswer, IdealClient, Meeting, Prospect, Trait
from passalong.ties.models import Answer

COVERS: tuple[type[Model], ...] = (Prospect, Meeting, Appointment, FirmAnswer, IdealClient, Trait)


def ids_of(person: Person) -> tuple[str, ...]:
    """Public ids of the person's entry on the wish list, and of meetings and appointments with them."""
    if not person.contact_id:
        return ()
    wishes = Prospect.objects.filter(contact=person.contact_id).values_list("public_id", flat=True)
    meetings = Meeting.objects.filter(client=person.contact_id).values_list("public_id", flat=True)
    appointments = Appointment.objects.filter(client=person.contact_id).values_list("public_id", flat=True)
    return (*wishes, *meetings, *appointments)


def held_about(person: Person) -> list[Held]:
    """Why the practice would like to meet the person; meetings with them as a client; that they were spoken of."""
    if not person.contact_id:
        return []
    wishes = [
        {
            _("Since"): _day(one.added_on),
            _("Why"): one.reason,
            _("Event in life"): one.life_event,
            _("Where from"): one.get_source_display(),
            _("State"): _("taken off the list") if one.dropped_at else _("on the list"),
        }
        for one in Prospect.objects.filter(contact=person.contact_id)
    ]
    meetings = [
        {_("On"): _day(one.held_on), _("What"): _("meeting with you"), _("Note"): _("a note of the practice is kept")}
        if one.note or one.went_well or one.went_badly
        else {_("On"): _day(one.held_on), _("What"): _("meeting with you")}
        for one in Meeting.objects.filter(client=person.contact_id).order_by("held_on")
    ]
    meetings += [
        {_("On"): _day(localtime(one.starts_at)), _("What"): _("appointment with you")}
        for one in Appointment.objects.filter(client=person.contact_id).order_by("starts_at")
    ]
    return [
        Held(_("The practice would like to meet you"), wishes, _("To ask a client for an introduction.")),
        Held(_("Meetings with you"), [*meetings, *_shown(person)], _("To prepare meetings with clients.")),
    ]


def _shown(person: Person) -> list[dict[str, Any]]:
    """Meetings with others in which the person's name was on the paper: the day, not with whom."""
    trace = Trace(person)
    days = [
        held_on
        for held_on, prompts in Meeting.objects.filter(practice=person.practice_id)
        .exclude(client=person.contact_id)
        .exclude(prompts=[])
        .values_list("held_on", "prompts")
        if trace.wiped_json(prompts) != prompts
    ]
    what = _("your name was among those a client of the practice was asked about")
    return [{_("On"): _day(held_on), _("What"): what} for held_on in sorted(days)]


def _day(on: Any) -> str:
    return date_format(on, "DATE_FORMAT") if on else ""


def erase(person: Person) -> list[Kept]:
    """Forget wishes and meetings; prompts about the person, and the name in the notes of other meetings."""
    own = {"practice": person.practice_id}
    if person.contact_id:
        Prospect.objects.filter(contact=person.contact_id, **own).delete()
        Appointment.objects.filter(client=person.contact_id, **own).delete()
        Meeting.objects.filter(client=person.contact_id, **own).delete()
        FirmAnswer.objects.filter(client=person.contact_id, **own).delete()
    trace = Trace(person)
    wipe_rows(trace, Prospect.objects.filter(**own), "reason", "life_event")
    wipe_rows(trace, Meeting.objects.filter(**own), "note", "went_well", "went_badly", "prompts", "order", "thinking")
    wipe_rows(trace, Appointment.objects.filter(**own).exclude(title=""), "title")
    wipe_rows(trace, IdealClient.objects.filter(**own), "biggest_problem", "fears", "motives")
    return []


def repoint(practice_id: int, old: int, new: int) -> None:
    """Wishes, meetings, appointments and answers about firms; two open meetings of one day become one."""
    own = {"practice": practice_id}
    Appointment.objects.filter(client=old, **own).update(client=new)
    _move_wish(practice_id, old, new)
    for meeting in Meeting.objects.filter(client=old, **own).order_by("pk"):
        _move_meeting(meeting, new)
    for answer in FirmAnswer.objects.filter(client=old, **own):
        _move_answer(answer, new)


def _move_wish(practice_id: int, old: int, new: int) -> None:
    wish = Prospect.objects.filter(practice=practice_id, contact=old).first()
    same = Prospect.objects.filter(practice=practice_id, contact=new).first()
    if wish is None or same is None:
        Prospect.objects.filter(practice=practice_id, contact=old).update(contact=new)
        return
    same.reason = joined(same.reason, wish.reason, 500, "; ")
    same.life_event = joined(same.life_event, wish.life_event, 200, "; ")
    same.added_on = min(same.added_on, wish.added_on)
    same.review_on = min(filter(None, (same.review_on, wish.review_on)), default=None)
    same.dropped_at = same.dropped_at if wish.dropped_at else None
    same.save()
    wish.delete()


def _move_meeting(meeting: Meeting, new: int) -> None:
    open_there = Meeting.objects.filter(client=new, held_on=meeting.held_on, closed_at=None).first()
    if meeting.closed_at is not None or open_there is None:
        Meeting.objects.filter(pk=meeting.pk).update(client=new)
        return
    open_there.note = joined(open_there.note, meeting.note, 4000)
    open_there.prompts = [*open_there.prompts, *(one for one in meeting.prompts if one not in open_there.prompts)]
    _join_conversation(open_there, meeting)
    open_there.save()
    Answer.objects.filter(meeting=meeting).update(meeting=open_there)
    FirmAnswer.objects.filter(meeting=meeting).update(meeting=open_there)
    if not Appointment.objects.filter(meeting=open_there).exists():
        Appointment.objects.filter(meeting=meeting).update(meeting=open_there)
    meeting.delete()


def _join_conversation(kept: Meeting, gone: Meeting) -> None:
    """What was said in either; a bad word in one ends the ask in both."""
    kept.went = {**gone.went, **kept.went, **{part: how for part, how in gone.went.items() if how == "badly"}}
    kept.thinking = [*kept.thinking, *(one for one in gone.thinking if one not in kept.thinking)]
    kept.went_well = joined(kept.went_well, gone.went_well, 2000)
    kept.went_badly = joined(kept.went_badly, gone.went_badly, 2000)
    kept.no_ask_at = min(filter(None, (kept.no_ask_at, gone.no_ask_at)), default=None)
    kept.step = max(kept.step, gone.step)


def _move_answer(answer: FirmAnswer, new: int) -> None:
    """The later word on a firm counts."""
    same = FirmAnswer.objects.filter(client=new, organization=answer.organization_id).first()
    if same and same.answered_at >= answer.answered_at:
        answer.delete()
        return
    if same:
        same.delete()
    FirmAnswer.objects.filter(pk=answer.pk).update(client=new)
