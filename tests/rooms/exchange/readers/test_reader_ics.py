"""Calendars: people, times, overrides, and what is broken."""

from __future__ import annotations

import pytest

from passalong.exchange import readers


def calendar(*lines: str, end: str = "\r\n") -> bytes:
    return end.join(["BEGIN:VCALENDAR", "VERSION:2.0", *lines, "END:VCALENDAR", ""]).encode()


def event(*lines: str) -> list[str]:
    return ["BEGIN:VEVENT", *lines, "END:VEVENT"]


def read(*lines: str) -> list[readers.MeetingRecord]:
    return list(readers.read(calendar(*lines)).records)


def test_an_event_with_people():
    (one,) = read(
        *event(
            "UID:1@x",
            "SUMMARY:Lunch\\, at last",
            "DTSTART;TZID=Europe/Paris:20240506T120000",
            "DTEND;TZID=Europe/Paris:20240506T130000",
            'ORGANIZER;CN="Boss, The":MAILTO:Boss@X.example',
            "ATTENDEE;PARTSTAT=DECLINED;CN=Ann:mailto:ann@",
            " x.example",
            "ATTENDEE:mailto:bo@x.example",
            "STATUS:confirmed",
            "BEGIN:VALARM",
            "SUMMARY:Alarm",
            "ATTENDEE:mailto:alarm@x.example",
            "END:VALARM",
        )
    )
    assert one.as_json() == {
        "uid": "1@x",
        "summary": "Lunch, at last",
        "start": "2024-05-06T12:00:00+02:00",
        "end": "2024-05-06T13:00:00+02:00",
        "people": [
            {"email": "boss@x.example", "cn": "Boss, The"},
            {"email": "ann@x.example", "cn": "Ann"},
            {"email": "bo@x.example", "cn": ""},
        ],
    }
    assert one.people[0].part == "organizer"
    assert one.people[1].answer == "DECLINED"
    assert (one.status, one.repeats) == ("CONFIRMED", False)


def test_days_lengths_and_unknown_zones():
    day, length, own, utc = read(
        *event("DTSTART;VALUE=DATE:20240506"),
        *event("DTSTART:20240506T120000Z", "DURATION:PT90M"),
        *event("DTSTART;TZID=My own zone:20240506T120000"),
        *event("DTSTART:20240506T120000Z"),
    )
    assert (day.start, day.end) == ("2024-05-06", "")
    assert length.end == "2024-05-06T13:30:00+00:00"
    assert own.start == "2024-05-06T12:00:00"
    assert utc.start == "2024-05-06T12:00:00+00:00"


def test_a_series_is_one_record_and_each_change_another():
    series, changed = read(
        *event("UID:1", "DTSTART:20200101T100000Z", "RRULE:FREQ=SECONDLY"),
        *event("UID:1", "RECURRENCE-ID:20200102T100000Z", "DTSTART:20200102T110000Z"),
    )
    assert (series.repeats, changed.repeats) == (True, False)
    assert changed.occurrence == "2020-01-02T10:00:00+00:00"


def test_a_broken_line_costs_itself_and_a_broken_rule_nothing():
    reading = readers.read(
        calendar(
            *event("UID:1", "DTSTART:not a date", "RRULE:FREQ=NEVER;UNTIL=x", "SUMMARY:S", "ATTENDEE:mailto:a@b.c")
        )
    )
    (one,) = reading.records
    assert (one.summary, one.start, one.repeats, one.people[0].email) == ("S", "", True, "a@b.c")
    assert [note.row for note in reading.warnings] == [5, 3]


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
def test_an_event_outside_a_calendar_and_one_without_end(end):
    assert readers.read(end.join(event("SUMMARY:x")).encode(), filename="a.ics").records[0].summary == "x"
    reading = readers.read(end.join(["BEGIN:VCALENDAR", "BEGIN:VEVENT", "SUMMARY:y"]).encode())
    assert reading.records[0].summary == "y"
    assert any("END:VEVENT" in note.message for note in reading.warnings)


def test_tasks_and_busy_times_are_no_meetings():
    reading = readers.read(calendar("BEGIN:VTODO", "SUMMARY:x", "ATTENDEE:mailto:a@b.c", "END:VTODO"))
    assert list(reading.records) == []
    assert reading.format == "ics"


def test_tally_counts_people_and_meetings_of_two_or_more():
    tally = readers.Tally()
    for record in read(*event("ATTENDEE:mailto:a@b.c"), *event("ATTENDEE:mailto:a@b.c", "ATTENDEE:mailto:d@b.c")):
        tally.add(record)
    assert tally.as_json() == {"records": 2, "people": 2, "organizations": 0, "evidence": 1}
