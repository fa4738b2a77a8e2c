"""Meetings to come: read from a real calendar server, matched to clients, or entered by hand."""

from __future__ import annotations

import contextlib
import http.server
import itertools
import re
import ssl
import threading
import time
from datetime import UTC, datetime, timedelta

import pytest
from tests import make
from tests.certificates import Certificates

from passalong.contacts.person import person_of
from passalong.core import clock, erasing
from passalong.core.errors import NotAllowed, Refused
from passalong.core.models import Payload
from passalong.prospecting import agenda, ics, services, tasks
from passalong.prospecting.gameplan import gameplan_for
from passalong.prospecting.models import Appointment, CalendarFeed
from passalong.prospecting.person import repoint

pytestmark = pytest.mark.django_db


def stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def event(uid: str, starts: datetime, *lines: str) -> str:
    said = [f"UID:{uid}", f"DTSTART:{stamp(starts)}", f"DTEND:{stamp(starts + timedelta(hours=1))}", *lines]
    return "\r\n".join(["BEGIN:VEVENT", *said, "END:VEVENT", ""])


def calendar(*events: str) -> bytes:
    return ("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//\r\n" + "".join(events) + "END:VCALENDAR\r\n").encode()


def later(days: float) -> datetime:
    return (clock.now() + timedelta(days=days)).replace(microsecond=0)


class Server:
    """A calendar server: what it says next stands in `body`."""

    def __init__(self, certificates: Certificates) -> None:
        self.body, self.status, server = b"", 200, self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(server.status)
                self.send_header("Content-Length", str(len(server.body)))
                self.end_headers()
                self.wfile.write(server.body)

            def log_message(self, *_args: object) -> None:
                """Quiet."""

        self.http = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificates.cert, certificates.key)
        self.http.socket = context.wrap_socket(self.http.socket, server_side=True)
        threading.Thread(target=self.http.serve_forever, daemon=True).start()
        self.url = f"https://localhost:{self.http.server_address[1]}/secret-word/basic.ics"


@pytest.fixture(scope="module")
def certificates(tmp_path_factory):
    return Certificates(tmp_path_factory.mktemp("certificates"))


@pytest.fixture
def server(certificates, monkeypatch, settings):
    running = Server(certificates)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificates.authority))
    settings.OUTBOUND_ALLOW = ["127.0.0.0/8", "::1/128"]
    yield running
    running.http.shutdown()
    running.http.server_close()


@pytest.fixture
def feed(town, server):
    ann = make.contact(town.owner, "Anna Vogel", email="anna@example.org", standing="client")
    make.client(town.owner, "Bo Vogel")
    return services.subscribe(by=town.owner, url=server.url), ann


def test_a_client_is_known_by_address_or_by_name_and_others_are_not_kept(feed, server):
    found, ann = feed
    server.body = calendar(
        event("1", later(2), "SUMMARY:Review", "ATTENDEE;CN=A.:mailto:Anna@Example.org"),
        event("2", later(3), "SUMMARY:Coffee with Bo Vogel"),
        event("3", later(4), "SUMMARY:Dentist, Dr. Secret"),
        event("4", later(200), "SUMMARY:Bo Vogel"),
        event("5", later(-9), "SUMMARY:Bo Vogel"),
    )
    assert services.read_feed(found).problem == ""
    rows = list(agenda.to_come(found.practice))
    assert [str(one.client) for one in rows] == ["Anna Vogel", "Bo Vogel"]
    assert [one.title for one in rows] == ["", ""]
    assert rows[0].client == ann
    found.refresh_from_db()
    assert (found.counts["used"], found.counts["without"]) == (2, 1)
    assert Appointment.objects.count() == 2


def test_reading_again_moves_and_takes_out(feed, server):
    found, _ann = feed
    server.body = calendar(event("1", later(2), "SUMMARY:Bo Vogel"), event("2", later(3), "SUMMARY:Anna Vogel"))
    services.read_feed(found)
    server.body = calendar(event("1", later(5), "SUMMARY:Bo Vogel"))
    services.read_feed(found)
    one = Appointment.objects.get()
    assert one.starts_at == later(5).replace(second=one.starts_at.second)
    server.body = calendar(event("1", later(5), "SUMMARY:Bo Vogel", "STATUS:CANCELLED"))
    services.read_feed(found)
    assert not agenda.to_come(found.practice).exists()


def test_each_time_of_a_series_is_a_meeting_of_its_own(feed, server):
    found, _ann = feed
    server.body = calendar(event("1", later(-30), "SUMMARY:Bo Vogel", "RRULE:FREQ=WEEKLY"))
    services.read_feed(found)
    days = list(agenda.to_come(found.practice).values_list("starts_at", flat=True))
    assert len(days) == 13
    assert {(two - one).days for one, two in itertools.pairwise(days)} == {7}
    services.read_feed(found)
    assert Appointment.objects.count() == 13


def test_two_clients_in_one_entry_are_asked_about_once(feed, server):
    found, ann = feed
    browser = make.browser(found.practice.members.first())
    server.body = calendar(event("1", later(2), "SUMMARY:Anna Vogel and Bo Vogel"))
    services.read_feed(found)
    one = Appointment.objects.get()
    assert (one.client, one.title) == (None, "Anna Vogel, Bo Vogel")
    assert "Anna Vogel, Bo Vogel" in browser.get("/calendar/").content.decode()
    browser.post(f"/calendar/{one.public_id}/with/", {"client": "Anna Vogel"})
    services.read_feed(found, anew=True)
    one.refresh_from_db()
    assert (one.client, one.title) == (ann, "")


def test_what_goes_wrong_is_said_and_nothing_is_lost(feed, server):
    found, _ann = feed
    server.body = calendar(event("1", later(2), "SUMMARY:Bo Vogel"))
    services.read_feed(found)
    for body, status, why in ((b"", 404, "error 404"), (b"<html>", 200, "no calendar")):
        server.body, server.status = body, status
        assert why in services.read_feed(found).problem
    assert Appointment.objects.count() == 1
    page = make.browser(found.practice.members.first()).get("/calendar/").content.decode()
    assert "no calendar" in page
    assert "secret-word" not in page
    server.body, server.status = calendar(), 200
    assert services.read_feed(found).problem == ""


def test_the_secret_address_is_in_no_record(feed, caplog):
    found, _ann = feed
    assert not [one for one in Payload.objects.all() if "secret-word" in str(one.data)]
    tasks.read_calendars.call()
    assert "secret-word" not in caplog.text
    assert CalendarFeed.objects.get(pk=found.pk).tried_at is not None


def test_only_an_owner_gives_the_address_and_only_a_public_one(town):
    with pytest.raises(NotAllowed):
        services.subscribe(by=make.assistant(town.practice), url="https://example.org/a.ics")
    for url in ("http://example.org/", "https://127.0.0.1/", "webcal://10.0.0.1/a.ics", "nonsense"):
        answer = make.browser(town.owner).post("/calendar/subscribe/", {"url": url})
        assert answer.status_code == 422
    assert not CalendarFeed.objects.exists()


def test_ending_it_takes_out_what_came_from_it(feed, server):
    found, ann = feed
    owner = found.practice.members.first()
    services.book(by=owner, client=ann, starts_at=later(9))
    server.body = calendar(event("1", later(2), "SUMMARY:Bo Vogel"))
    services.read_feed(found)
    make.browser(owner).post("/calendar/end/")
    assert not CalendarFeed.objects.exists()
    assert [one.client for one in Appointment.objects.all()] == [ann]


def test_by_hand_and_taken_out(town):
    browser, day = make.browser(town.owner), (clock.today() + timedelta(days=3)).isoformat()
    said = {"client": "Ann", "day": day, "at": "10:30", "minutes": "45"}
    assert browser.post("/calendar/book/", {**said, "client": "Nobody Known"}).status_code == 422
    assert browser.post("/calendar/book/", {**said, "day": "2001-01-01"}).status_code == 422
    assert browser.post("/calendar/book/", {**said, "client": town.ann.public_id}).status_code == 302
    browser.post("/calendar/book/", {**said, "client": town.ann.public_id})
    one = Appointment.objects.get()
    assert (one.client, one.ends_at - one.starts_at) == (town.ann, timedelta(minutes=45))
    browser.post(f"/calendar/{one.public_id}/cancel/")
    assert not agenda.to_come(town.practice).exists()


def test_an_entry_of_the_calendar_is_taken_out_there(feed, server):
    found, _ann = feed
    server.body = calendar(event("1", later(2), "SUMMARY:Bo Vogel"))
    services.read_feed(found)
    with pytest.raises(Refused, match="comes from your calendar"):
        services.cancel(by=found.practice.members.first(), appointment=Appointment.objects.get())


def test_the_meeting_that_is_begun_is_the_one_of_that_day(town):
    one = services.book(by=town.owner, client=town.ann, starts_at=clock.now() + timedelta(minutes=5))
    meeting = services.start_meeting(by=town.owner, plan=gameplan_for(town.practice, town.ann))
    one.refresh_from_db()
    assert one.meeting == meeting
    services.close_meeting(by=town.owner, meeting=meeting)
    assert agenda.next_with(town.ann) is None


def test_another_practices_client_and_appointment_are_not_touched(town):
    other = make.member()
    with pytest.raises(Refused):
        services.book(by=other, client=town.ann, starts_at=later(1))
    one = services.book(by=town.owner, client=town.ann, starts_at=later(1))
    with pytest.raises(Refused):
        services.cancel(by=other, appointment=one)
    assert make.browser(other).post(f"/calendar/{one.public_id}/cancel/").status_code == 404


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=SECONDLY",
        "FREQ=MINUTELY;INTERVAL=1",
        "FREQ=DAILY;BYHOUR=0,1,2,3;BYMINUTE=0,1,2;BYSECOND=0,1,2,3",
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=DAILY;COUNT=999999999",
        "FREQ=DAILY;INTERVAL=0",
        "FREQ=MONTHLY;BYDAY=6MO",
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=WEEKLY;BYWEEKNO=60",
        "FREQ=YEARLY;BYDAY=MO;INTERVAL=0",
        "FREQ=DAILY;UNTIL=nonsense",
        "FREQ=",
    ],
)
def test_a_hostile_series_costs_little(rule):
    started = time.monotonic()
    data = calendar(*(event(str(n), later(-400), "SUMMARY:x", f"RRULE:{rule}") for n in range(3)))
    found = ics.read(data, begin=later(-1), end=later(90))
    assert time.monotonic() - started < 5
    assert len(found.entries) <= 3 * 92


def test_a_long_calendar_is_read_in_bounded_time(monkeypatch):
    monkeypatch.setattr(ics, "MOST_ENTRIES", 50)
    data = calendar(*(event(str(n), later(1), "SUMMARY:x") for n in range(100)))
    found = ics.read(data, begin=later(-1), end=later(90))
    assert (len(found.entries), found.is_whole) == (50, False)


@pytest.mark.parametrize(
    "data", [b"", b"PK\x03\x04", b"BEGIN:VCALENDAR", b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nEND:VTODO"]
)
def test_what_is_no_calendar_is_refused_or_empty(data):
    with contextlib.suppress(Refused):
        assert ics.read(data, begin=later(-1), end=later(9)).entries == []


def test_who_is_forgotten_is_gone_from_the_calendar_and_does_not_come_back(feed, server):
    found, ann = feed
    server.body = calendar(
        event("1", later(2), "SUMMARY:Anna Vogel", "ATTENDEE:mailto:anna@example.org"),
        event("2", later(3), "SUMMARY:Anna Vogel and Bo Vogel"),
    )
    services.read_feed(found)
    assert Appointment.objects.count() == 2
    erasing.erase(person_of(ann), why="asked")
    assert [one.title for one in Appointment.objects.all()] == ["…, Bo Vogel"]
    services.read_feed(found, anew=True)
    assert [str(one.client) for one in Appointment.objects.all()] == ["Bo Vogel"]
    assert not Appointment.objects.filter(title__contains="Anna").exists()


def test_two_entries_for_one_person_keep_their_appointments_and_what_was_said(town):
    other = make.client(town.owner, "Ann Okaffor")
    held = services.start_meeting(by=town.owner, plan=gameplan_for(town.practice, town.ann))
    second = services.start_meeting(by=town.owner, plan=gameplan_for(town.practice, other))
    services.say_how_it_went(by=town.owner, meeting=held, went={"service": "well"}, well="Clear words.")
    services.say_how_it_went(by=town.owner, meeting=second, went={"service": "badly"}, badly="Late.")
    services.book(by=town.owner, client=other, starts_at=later(4))
    repoint(town.practice.pk, other.pk, town.ann.pk)
    held.refresh_from_db()
    assert (held.went, held.went_well, held.went_badly) == ({"service": "badly"}, "Clear words.", "Late.")
    assert held.no_ask_at is not None
    assert Appointment.objects.get().client == town.ann


def test_whole_days_and_events_without_a_day_are_no_meetings():
    day = (clock.today() + timedelta(days=3)).strftime("%Y%m%d")
    broken = "BEGIN:VEVENT\r\nUID:2\r\nSUMMARY:x\r\nEND:VEVENT\r\n"
    whole = f"BEGIN:VEVENT\r\nUID:1\r\nDTSTART;VALUE=DATE:{day}\r\nEND:VEVENT\r\n"
    found = ics.read(calendar(whole, broken, event("3", later(1))), begin=later(-1), end=later(9))
    assert [dict(found.skipped), len(found.entries)] == [{"whole days": 1, "unreadable": 1}, 1]


def test_the_page_says_where_it_belongs():
    page = make.browser(make.member()).get("/calendar/").content.decode()
    head, main = page.split('<main id="main"')
    assert head.count('aria-current="page"') == 1
    assert '<a href="/" aria-current="page">' in head
    assert re.search(r'class="crumb">\s*<a href="/">', main)
