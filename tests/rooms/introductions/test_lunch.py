"""A lunch for three, from the question of days to calling it off: real mail, read back by a calendar library."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from icalendar import Calendar
from tests import make

from passalong.core import clock
from passalong.core.errors import Refused
from passalong.introductions import own_pages
from passalong.introductions.models import Introduction, Lunch, LunchGuest, Seat, Stage
from passalong.introductions.selectors import lunch as reads
from passalong.introductions.services import lunch as services
from passalong.introductions.services import lunch_mail, move, open_introduction
from passalong.introductions.stages import Who
from passalong.mail.models import MailState, Message
from passalong.mail.services import sending

if TYPE_CHECKING:
    from tests.rooms.introductions.cast import Passed

pytestmark = pytest.mark.django_db


def noon(days: int) -> datetime:
    """So many days from now, at noon."""
    return (clock.now() + timedelta(days=days)).astimezone(UTC).replace(hour=12, minute=0, second=0, microsecond=0)


def agreed(passed: Passed, email: str = "jo@lind.example") -> Introduction:
    """Ann agreed to introduce Jo, who is on file."""
    jo = make.contact(passed.by, "Jo Lind", email=email)
    return open_introduction(by=passed.by, referrer=passed.ann, prospect=jo)


def opened(passed: Passed, introduction: Introduction | None = None) -> Lunch:
    """Two times are proposed."""
    row = introduction or agreed(passed)
    return services.open_lunch(
        by=passed.by, introduction=row, slots=[noon(7), noon(9)], place="Café Sol", words="I look forward to it."
    )


def page_of(lunch: Lunch, seat: str) -> str:
    return f"/lunch/{own_pages.token_of(lunch.guests.get(seat=seat))}"


def answers(lunch: Lunch, seat: str, *which: int, **more: str) -> Any:
    """One of the three ticks times on the page, by number."""
    slots = list(lunch.slots.all())
    sent = {"act": "times", "can": [str(slots[at].pk) for at in which], **more}
    return make.browser().post(page_of(lunch, seat), sent)


def fixed(passed: Passed) -> Lunch:
    """All three can at the second time, which is fixed; Jo left an address on the page."""
    lunch = opened(passed)
    assert answers(lunch, Seat.FRIEND, 0, 1, address="Jo@Lind.example").status_code == 303
    assert answers(lunch, Seat.CLIENT, 1).status_code == 303
    return services.fix(by=passed.by, lunch=lunch, slot=lunch.slots.last())


def deliver(passed: Passed) -> dict[str, Any]:
    """What the mail server got in this round, by recipient."""
    before = len(passed.sink.received)
    for lunch in Lunch.objects.all():
        lunch_mail.send_drafts(by=passed.by, lunch=lunch)
    sending.deliver(run_for=20)
    return {one.recipients[0]: one.parsed for one in passed.sink.received[before:]}


def entry_of(mail: Any) -> tuple[str, Any, Any]:
    """The method in the part's head, the calendar and its one event."""
    part = next(one for one in mail.walk() if one.get_content_type() == "text/calendar")
    calendar = Calendar.from_ical(part.get_content())
    events = calendar.walk("VEVENT")
    assert len(events) == 1
    return part.get_param("method"), calendar, events[0]


@pytest.mark.storage
def test_three_get_an_invitation_of_their_own_that_a_calendar_reads(passed: Passed) -> None:
    lunch = fixed(passed)
    mails = deliver(passed)
    assert set(mails) == {"ann@client.example", "jo@lind.example", passed.by.user.email}
    for address, mail in mails.items():
        method, calendar, event = entry_of(mail)
        assert method == str(calendar["method"]) == "REQUEST"
        assert mail.get_content_type() == "multipart/alternative"
        assert str(event["uid"]) == lunch.uid
        assert int(event["sequence"]) == 0
        assert event.decoded("dtstart") == lunch.starts_at == noon(9)
        assert event.decoded("dtend") - event.decoded("dtstart") == timedelta(hours=1)
        assert str(event["location"]) == "Café Sol"
        assert str(event["status"]) == "CONFIRMED"
        assert str(event["attendee"]).lower() == f"mailto:{address}"
        assert str(event["organizer"]) == f"mailto:{passed.by.user.email}"
        assert event["organizer"].params["SENT-BY"] == "mailto:hello@practice.example"
        others = {"ann@client.example", "jo@lind.example"} - {address}
        assert not any(other in str(mail).lower() + str(event.to_ical()).lower() for other in others)


def test_a_change_goes_one_step_up_and_calling_off_cancels_the_same_entry(passed: Passed) -> None:
    lunch = fixed(passed)
    deliver(passed)
    LunchGuest.objects.filter(lunch=lunch).update(comes=True)
    services.change(by=passed.by, lunch=lunch, starts_at=noon(12), place="Bar Mar", words="", minutes=90)
    changed = deliver(passed)
    assert len(changed) == 3
    for mail in changed.values():
        method, _calendar, event = entry_of(mail)
        assert (method, str(event["uid"]), int(event["sequence"])) == ("REQUEST", lunch.uid, 1)
        assert event.decoded("dtstart") == noon(12)
        assert str(event["location"]) == "Bar Mar"
    assert not LunchGuest.objects.exclude(comes=None).exists(), "another day is another question"
    services.cancel(by=passed.by, lunch=lunch)
    services.cancel(by=passed.by, lunch=lunch)
    ended = deliver(passed)
    assert len(ended) == 3
    for mail in ended.values():
        method, calendar, event = entry_of(mail)
        assert method == str(calendar["method"]) == "CANCEL"
        assert (str(event["uid"]), int(event["sequence"]), str(event["status"])) == (lunch.uid, 2, "CANCELLED")


def test_the_same_change_twice_is_one_step(passed: Passed) -> None:
    lunch = fixed(passed)
    told = {"place": lunch.place, "words": lunch.words, "minutes": 60}
    services.change(by=passed.by, lunch=lunch, starts_at=noon(12), **told)
    again = services.change(by=passed.by, lunch=lunch, starts_at=noon(12), **told)
    assert again.sequence == 1
    drafts = Message.objects.filter(state=MailState.DRAFT)
    assert {one.key.split(":")[3:][1] for one in drafts} == {"1"}, "what was drafted before goes not"


@pytest.mark.parametrize(("asked", "written_to"), [("jo@lind.example", "jo@lind.example"), ("+1 802 555 0199", None)])
def test_a_friend_is_written_to_as_they_asked_not_at_an_address_on_file(
    passed: Passed, asked: str, written_to: str | None
) -> None:
    friend = opened(passed, agreed(passed, email="jo@years-ago.example")).guests.get(seat=Seat.FRIEND)
    passed.answers(reach=asked)
    recipient = reads.recipient_of(LunchGuest.objects.get(pk=friend.pk))
    assert (recipient.address if recipient else None) == written_to


def test_a_friend_who_ticks_a_time_says_yes_by_it_and_is_written_to_only_then(passed: Passed) -> None:
    lunch = opened(passed)
    friend = lunch.guests.get(seat=Seat.FRIEND)
    with pytest.raises(Refused, match="only after their own yes"):
        lunch_mail.draft_question(by=passed.by, guest=friend)
    asked = lunch_mail.draft_question(by=passed.by, guest=lunch.guests.get(seat=Seat.CLIENT))
    assert page_of(lunch, Seat.FRIEND) in asked.text
    assert page_of(lunch, Seat.CLIENT) in asked.text
    assert set(deliver(passed)) == {"ann@client.example"}, "Jo's address is on file, and not used"
    answers(lunch, Seat.FRIEND, 0, address="jo@lind.example")
    introduction = Introduction.objects.get()
    assert (introduction.stage, introduction.answered_how) == (Stage.ANSWERED, "own")
    assert reads.recipient_of(LunchGuest.objects.get(seat=Seat.FRIEND)) is not None


def test_who_ticks_nothing_has_said_nothing(passed: Passed) -> None:
    lunch = opened(passed)
    assert answers(lunch, Seat.FRIEND, address="jo@lind.example").status_code == 303
    assert Introduction.objects.get().stage == Stage.AGREED
    assert reads.recipient_of(lunch.guests.get(seat=Seat.FRIEND)) is None


def test_no_day_is_fixed_before_a_yes_nor_where_one_of_three_cannot(passed: Passed) -> None:
    lunch = opened(passed)
    slot = lunch.slots.last()
    answers(lunch, Seat.CLIENT, 1)
    with pytest.raises(Refused, match="before they have said yes"):
        services.fix(by=passed.by, lunch=lunch, slot=slot)
    answers(lunch, Seat.FRIEND, 0)
    with pytest.raises(Refused, match="Jo Lind has not said"):
        services.fix(by=passed.by, lunch=lunch, slot=slot)
    assert not Message.objects.exists()


def test_a_client_is_not_asked_where_that_would_tell_of_a_yes(passed: Passed) -> None:
    introduction = agreed(passed)
    move(introduction=introduction, act="answer yes", who=Who.PERSON)
    Introduction.objects.update(answered_how="own")
    lunch = opened(passed, introduction)
    client = lunch.guests.get(seat=Seat.CLIENT)
    with pytest.raises(Refused, match="not allowed that"):
        lunch_mail.draft_question(by=passed.by, guest=client)
    answers(lunch, Seat.FRIEND, 0)
    assert lunch_mail.draft_question(by=passed.by, guest=client).state == MailState.DRAFT


def test_a_reported_yes_opens_the_lunch_but_no_mail_to_the_friend(passed: Passed) -> None:
    from passalong.introductions.services import report_yes

    introduction = agreed(passed)
    report_yes(by=passed.by, introduction=introduction, on=clock.today(), words="Jo would like that very much")
    introduction.refresh_from_db()
    lunch = opened(passed, introduction)
    first, friend = lunch.slots.first(), lunch.guests.get(seat=Seat.FRIEND)
    with pytest.raises(Refused, match="same invitation"):
        services.said(by=passed.by, lunch=lunch, seat=Seat.FRIEND, can=[first.pk])
    for seat in (Seat.FRIEND, Seat.CLIENT):
        services.said(by=passed.by, lunch=lunch, seat=seat, can=[first.pk], knows=True)
    services.fix(by=passed.by, lunch=lunch, slot=first)
    assert set(deliver(passed)) == {"ann@client.example", passed.by.user.email}
    assert reads.recipient_of(friend) is None
    introduction.refresh_from_db()
    assert introduction.stage == Stage.INTRODUCED


def test_where_clients_are_a_secret_an_answer_at_lunch_is_not_enough(passed: Passed) -> None:
    passed.works_as("attorney")
    lunch = opened(passed)
    answers(lunch, Seat.FRIEND, 0)
    answers(lunch, Seat.CLIENT, 0)
    with pytest.raises(Refused, match="not allowed that"):
        services.fix(by=passed.by, lunch=lunch, slot=lunch.slots.first())


def test_another_practice_and_bad_times_are_refused(passed: Passed) -> None:
    introduction = agreed(passed)
    stranger = make.member()
    for times in ([], [clock.now() - timedelta(hours=1)], [noon(365)], [noon(day) for day in range(1, 11)]):
        with pytest.raises(Refused) as refused:
            services.open_lunch(by=passed.by, introduction=introduction, slots=times)
        assert refused.value.field == "slot1"
        assert not Lunch.objects.exists()
    with pytest.raises(Refused):
        services.open_lunch(by=stranger, introduction=introduction, slots=[noon(2)])
    lunch = opened(passed, introduction)
    for act in (
        lambda: services.cancel(by=stranger, lunch=lunch),
        lambda: services.said(by=stranger, lunch=lunch, seat=Seat.CLIENT, can=[]),
        lambda: services.propose(by=stranger, lunch=lunch, slots=[noon(3)]),
        lambda: services.open_lunch(by=passed.by, introduction=introduction, slots=[noon(2)]),
    ):
        with pytest.raises(Refused):
            act()
    lunch.refresh_from_db()
    assert lunch.state == "asking"
    assert lunch.slots.count() == 2
