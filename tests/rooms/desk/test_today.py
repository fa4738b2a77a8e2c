"""Today: the first run from what is really there, then what is next."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from tests import make
from tests.rooms.portal.cast import published

from passalong.accounts.models import Member
from passalong.contacts import services
from passalong.contacts.models import Contact
from passalong.core import clock
from passalong.desk import selectors, waiting
from passalong.exchange.models import ImportBatch
from passalong.introductions.models import Introduction, Reply, Seed
from passalong.introductions.services import Answer, open_introduction, promises, record_reply, seeds
from passalong.prospecting import services as prospecting
from passalong.prospecting.models import FitCheck, Meeting, Prospect, Trait
from passalong.ties.models import Address

pytestmark = pytest.mark.django_db


@pytest.fixture
def by() -> Member:
    return make.member()


def _text(answer) -> str:
    return re.sub(r"\s+", " ", answer.content.decode())


def _states(by: Member) -> list[str]:
    return [step.state for step in selectors.today(by.practice).steps]


def _wish(by: Member, who: Contact, **said) -> Prospect:
    return Prospect.objects.create(practice=by.practice, contact=who, **({"added_on": make.DAY} | said))


def test_the_first_run_goes_step_by_step(by):
    assert _states(by) == ["here", "", "", "", ""]
    FitCheck.objects.create(practice=by.practice, skipped_on=make.DAY)
    assert _states(by) == ["done", "here", "", "", ""]
    Trait.objects.create(practice=by.practice, kind="role", value="dentist")
    client = make.client(by)
    assert _states(by) == ["done", "done", "done", "here", ""]
    _wish(by, make.contact(by))
    Meeting.objects.create(practice=by.practice, client=client, held_on=make.DAY)
    assert not selectors.today(by.practice).is_first_run


def test_a_fresh_practice_sees_one_thing_to_do(by):
    text = _text(make.browser(by).get("/"))
    assert text.count("btn-primary") == 1
    assert 'href="/fit-check/"' in text
    assert "Clients to meet next" not in text


def test_who_would_like_to_hear_from_us_stands_first() -> None:
    out = published("Before you sell")
    for answer in (
        Answer("two_questions", needs_help=True, wish="yes", name="Marta Ruiz", reach="marta@example.org"),
        Answer("two_questions", needs_help=False, wish="no", name="Not Her"),
    ):
        record_reply(link=out.link, edition=out.edition, answer=answer, view=answer.name[:12])
    text = _text(make.browser(out.owner).get("/"))
    assert text.count("Marta Ruiz") == 1, "where she is introduced, and not again as a reply"
    assert "Marta Ruiz: Answer them" in text
    Introduction.objects.update(reply=None)  # as where an own yes opened none
    text = _text(make.browser(out.owner).get("/"))
    assert "passed along by Ann Okafor" in text
    assert "Not Her" not in text
    Reply.objects.update(at=clock.now() - timedelta(days=15))
    assert not selectors.today(out.owner.practice).wishing


def test_an_edition_that_waits_for_a_second_person_is_told(by: Member) -> None:
    assert "waits for a second person" not in _text(make.browser(by).get("/"))
    waiting = make.full_practice("Waiting")
    assert "One edition of a kit waits for a second person." in _text(make.browser(waiting).get("/"))


def test_a_step_taken_out_of_turn_is_done_all_the_same(by):
    make.contact(by)
    assert _states(by) == ["here", "", "done", "", ""]


def test_clients_met_within_a_year_or_not_to_be_asked_are_not_proposed(by):
    met, long_ago, never, left_alone = (make.client(by, name) for name in ("A Met", "B Long", "C Never", "D Alone"))
    services.edit_contact(by=by, contact=left_alone, full_name="D Alone", emails=[], phones=[], do_not_ask=True)
    for client, days in ((met, 30), (long_ago, 400)):
        Meeting.objects.create(practice=by.practice, client=client, held_on=clock.today() - timedelta(days=days))
    proposed, number = selectors.clients_to_meet(by.practice)
    assert ([one.client for one in proposed], number) == ([long_ago, never], 2)
    prospecting.book(by=by, client=never, starts_at=clock.now() + timedelta(days=3))
    assert selectors.clients_to_meet(by.practice)[1] == 1


def test_those_come_first_who_share_small_groups_with_the_wish_list(by):
    few, many, none = (make.client(by, name) for name in ("A Few", "B Many", "C None"))
    wished = [make.contact(by, f"Wished {number}") for number in range(3)]
    for number, person in enumerate(wished):
        _wish(by, person)
        make.affiliation(by, person, f"Club {number}", kind="club")
        make.affiliation(by, person, "Alameda", kind="town")
    make.affiliation(by, few, "Club 0", kind="club")
    make.affiliation(by, none, "Alameda", kind="town")
    for number in range(3):
        make.affiliation(by, many, f"Club {number}", kind="club")
    proposed, _number = selectors.clients_to_meet(by.practice)
    assert [(one.client, one.names) for one in proposed] == [(many, 3), (few, 1), (none, 0)]


def test_what_waits_is_told_in_one_line_each(by):
    client, friend = make.client(by, "Ann Okafor"), make.contact(by, "Ben Silva")
    open_introduction(by=by, referrer=client, prospect=friend)
    _wish(by, friend, review_on=clock.today())
    _wish(by, make.contact(by, "Not Yet"), review_on=clock.today() + timedelta(days=1))
    Address.objects.create(practice=by.practice, email="x@example.org")
    ImportBatch.objects.create(practice=by.practice, filename="Connections.csv", format="linkedin", state="done")
    ImportBatch.objects.create(practice=by.practice, filename="Preview.csv", format="linkedin")
    text = _text(make.browser(by).get("/"))
    for words in (
        "Ben Silva: See that the client has",
        "To look at again",
        "1 address belongs to nobody",
        "Connections.csv",
    ):
        assert words in text, words
    assert "Not Yet" not in text
    assert "Preview.csv" not in text


def test_what_is_to_be_said_stands_last_and_is_never_overdue(by):
    clients = [make.client(by, f"{name} Lind") for name in ("Ann", "Bo", "Cy", "Dee", "Eve", "Fay")]
    open_introduction(by=by, referrer=clients[0], prospect=make.contact(by, "Ben Silva"))
    left_alone = make.client(by, "Gil Lind")
    services.edit_contact(by=by, contact=left_alone, full_name="Gil Lind", emails=[], phones=[], do_not_ask=True)
    day = clock.today() - timedelta(days=9)
    for client in (*clients, left_alone):
        Seed.objects.create(practice=by.practice, client=client, key="by_referral", due_on=day)
    page = make.browser(by).get("/")
    said = page.context["today"].sections[-1]
    assert [line.line for line in said.lines] == [f"{one}: How people come to us" for one in clients[:5]]
    assert said.lines[0].url == f"/care/{clients[0].public_id}/#seeds"
    text = _text(page).split('id="waits-seeds"')[1].split("</section>")[0]
    assert 'href="/care/to-say/"' in text, "there are more"
    assert text.count("since ") == 5
    assert "overdue" not in text
    seeds.say(by=by, client=clients[0], key="by_referral")
    assert waiting.sections(by.practice)[-1].lines[0].line.startswith("Bo Lind")


def test_the_demo_says_what_it_is_and_only_an_owner_takes_it_out():
    owner = make.member(make.practice(is_demo=True))
    text = _text(make.browser(owner).get("/"))
    assert "everything in it is invented" in text
    assert 'action="/demo/remove/"' in text
    assert "Fit check" not in text
    assert "/demo/remove/" not in _text(make.browser(make.assistant(owner.practice)).get("/"))


def _busy(by: Member, size: int) -> None:
    for number in range(size):
        client, friend = make.client(by, f"Client {number}"), make.contact(by, f"Friend {number}")
        make.affiliation(by, client, f"Club {number % 9}", kind="club")
        make.affiliation(by, friend, f"Club {number % 9}", kind="club")
        _wish(by, friend, review_on=clock.today())
        open_introduction(by=by, referrer=client, prospect=friend)
        Seed.objects.create(practice=by.practice, client=client, key="by_referral", due_on=clock.today())


@pytest.mark.parametrize("size", [3, 150])
def test_today_asks_as_much_at_any_size(by, size, django_assert_max_num_queries):
    _busy(by, size)
    browser = make.browser(by)
    with django_assert_max_num_queries(29):
        answer = browser.get("/")
    today = answer.context["today"]
    assert (today.to_meet_count, today.due_count) == (size, size)
    assert [section.key for section in today.sections] == ["next", "seeds"]
    for section in today.sections:
        assert len(today.to_meet) == len(section.lines) == min(size, 5)
        assert bool(section.more) == (size > 5)


def test_another_practice_is_not_seen(by):
    stranger = make.member()
    _busy(stranger, 2)
    assert not selectors.today(by.practice).has_people
    assert selectors.clients_to_meet(by.practice) == ([], 0)


def test_the_next_meeting_stands_first_with_its_gameplan(by):
    client, other = make.client(by, "Ann Okafor"), make.client(by, "Later Lee")
    _wish(by, make.contact(by, "Ben Silva"))
    prospecting.book(by=by, client=other, starts_at=clock.now() + timedelta(days=2))
    soon = prospecting.book(by=by, client=client, starts_at=clock.now() + timedelta(hours=1))
    browser = make.browser(by)
    text = _text(browser.get("/"))
    assert text.index("Next meeting") < text.index("Ann Okafor") < text.index("Meetings to come")
    assert f'hx-get="/today/names/{client.public_id}/"' in text
    names = f"/today/names/{client.public_id}/"
    assert browser.get(names)["Location"] == f"/gameplan/{client.public_id}/"
    assert "know too little" in _text(browser.get(names, headers={"HX-Request": "true"}))
    prospecting.describe_ideal_client(by=by, biggest_problem="", fears="", motives="", mission="", least_p=0)
    assert "Ben Silva" in _text(browser.get(names, headers={"HX-Request": "true"}))
    promises.make(by=by, to=client, words="Send the paper", due_on=clock.today())
    text = _text(browser.get("/"))
    assert "First that, then an ask." in text
    assert "hx-get=" not in text
    services.edit_contact(by=by, contact=client, full_name="Ann Okafor", emails=[], phones=[], do_not_ask=True)
    assert "do not ask" in _text(browser.get(names, headers={"HX-Request": "true"}))
    prospecting.cancel(by=by, appointment=soon)
    assert selectors.today(by.practice).meetings.next.client == other


def test_what_is_overdue_is_told_in_words_and_stands_first(by):
    client = make.client(by, "Ann Okafor")
    late = open_introduction(by=by, referrer=client, prospect=make.contact(by, "Ben Silva"))
    open_introduction(by=by, referrer=client, prospect=make.contact(by, "Cy Young"))
    late.due_at = clock.now() - timedelta(days=2)
    late.save()
    promises.make(by=by, to=client, words="Send the paper", due_on=clock.today())
    promises.make(by=by, to=client, words="Next month", due_on=clock.today() + timedelta(days=30))
    text = _text(make.browser(by).get("/"))
    assert text.index("Ben Silva:") < text.index("overdue since") < text.index("Cy Young:")
    assert text.count("overdue since") == 1
    assert "Send the paper, for Ann Okafor" in text
    assert "Next month" not in text


def test_where_nothing_waits_one_sentence_says_so(by):
    make.client(by)
    assert "Nothing waits for an act." in _text(make.browser(by).get("/"))


def test_every_kind_of_thing_that_waits_has_its_section():
    owner = make.full_practice("Waiting")
    titles = {section.key for section in selectors.today(owner.practice).sections}
    assert {"promises", "troubles"} <= titles
