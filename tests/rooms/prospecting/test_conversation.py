"""The value conversation: five steps, each a plain page; a bad answer ends the ask; one page of what was agreed."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from pypdf import PdfReader
from tests import make

from passalong.accounts.models import Practice
from passalong.contacts.models import Contact, StandingKind
from passalong.contacts.services import standing
from passalong.core import clock
from passalong.core.errors import Refused
from passalong.introductions.models import Introduction, Promise, Step, Thanks
from passalong.introductions.services import move, open_introduction
from passalong.introductions.services.answering import name_only
from passalong.introductions.stages import Who
from passalong.privacy.services.balancing import sign_note
from passalong.prospecting import conversation, services
from passalong.prospecting.gameplan import gameplan_for
from passalong.prospecting.models import Meeting
from passalong.ties.models import Answer

pytestmark = pytest.mark.django_db
WELL = {
    "service": "well",
    "product": "well",
    "delivery": "well",
    "communication": "well",
    "well": "Clear words.",
}


@pytest.fixture
def held(town):
    services.describe_ideal_client(
        by=town.owner, biggest_problem="", fears="", motives="", mission="Families should sleep well.", least_p=0
    )
    meeting = services.start_meeting(by=town.owner, plan=gameplan_for(town.practice, town.ann))
    return town, meeting, make.browser(town.owner)


def url(meeting: Meeting, page: str = "") -> str:
    return f"/meetings/{meeting.public_id}/{page}"


def text_of(pdf: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)


def test_begins_with_how_it_went(held):
    town, _meeting, browser = held
    answer = browser.post(f"/gameplan/{town.ann.public_id}/meeting/", {"from": "start"}, follow=True)
    page = answer.content.decode()
    assert "How have we done?" in page
    assert page.count("Went well") == 4
    assert "Ben Sato" not in page


def test_five_steps_in_their_order(held):
    _town, meeting, browser = held
    assert browser.post(url(meeting, "how-it-went/"), WELL)["Location"] == url(meeting, "why/")
    assert "Families should sleep well." in browser.get(url(meeting, "why/")).content.decode()
    assert browser.post(url(meeting, "why/"))["Location"] == url(meeting)
    assert "Ben Sato" in browser.get(url(meeting)).content.decode()
    assert browser.post(url(meeting, "names-done/"))["Location"] == url(meeting, "kit/")
    assert browser.post(url(meeting, "kit/"))["Location"] == url(meeting, "next/")
    chosen = {"channel": "card", "rhythm": "monthly"}
    assert browser.post(url(meeting, "next/"), chosen)["Location"] == url(meeting, "agreed/")
    meeting.refresh_from_db()
    assert (meeting.step, meeting.went["service"], meeting.went_well) == (5, "well", "Clear words.")
    assert meeting.no_ask_at is None


def test_opening_the_pages_changes_nothing(held):
    _town, meeting, browser = held
    before = list(Meeting.objects.values())
    for page in ("how-it-went/", "why/", "", "kit/", "next/", "agreed/", "agreed.pdf", "put-right/"):
        assert browser.get(url(meeting, page)).status_code in (200, 302)
    assert list(Meeting.objects.values()) == before


@pytest.mark.parametrize("said", [{**WELL, "communication": "badly"}, {**WELL, "badly": "Two calls went unanswered."}])
def test_a_bad_answer_ends_the_ask(held, said):
    town, meeting, browser = held
    assert browser.post(url(meeting, "how-it-went/"), said)["Location"] == url(meeting, "put-right/")
    for page in ("", "why/", "kit/", "next/"):
        assert browser.get(url(meeting, page))["Location"] == url(meeting, "put-right/")
    browser.post(url(meeting, "answer/"), {"person": town.ben.public_id, "answer": "knows"})
    browser.post(url(meeting, "introduce/"), {"person": town.ben.public_id})
    browser.post(url(meeting, "name/"), {"full_name": "Ines Roth"})
    assert not Answer.objects.exists()
    assert not Introduction.objects.exists()
    page = browser.get(url(meeting, "put-right/")).content.decode()
    assert "We ask for nothing today." in page
    assert "Ben Sato" not in page


def test_what_is_promised_instead_is_kept_and_shown(held):
    town, meeting, browser = held
    browser.post(url(meeting, "how-it-went/"), {**WELL, "communication": "badly"})
    answer = browser.post(url(meeting, "put-right/"), {"words": "", "due_on": "2001-01-01"})
    assert answer.status_code == 422
    promise = {"words": "Call back the same day", "due_on": (clock.today() + timedelta(days=3)).isoformat()}
    assert browser.post(url(meeting, "put-right/"), promise).status_code == 302
    kept = Promise.objects.get()
    assert (kept.to, kept.meeting) == (town.ann, meeting.public_id)
    for page in ("put-right/", "agreed/", "after/"):
        assert "Call back the same day" in browser.get(url(meeting, page)).content.decode()
    assert "two questions" not in browser.get(url(meeting, "agreed/")).content.decode()


def test_how_the_client_wants_to_hear_is_kept(held):
    town, meeting, browser = held
    assert browser.post(url(meeting, "next/"), {"channel": "pigeon"}).status_code == 422
    browser.post(url(meeting, "next/"), {"channel": "card", "rhythm": "monthly"})
    assert (town.ann.hearing.channel, town.ann.hearing.rhythm, town.ann.hearing.chosen_by) == (
        "card",
        "monthly",
        "desk",
    )
    assert "A card by post. Once a month at most." in browser.get(url(meeting, "agreed/")).content.decode()


def test_a_slip_of_the_finger_is_put_right_on_the_same_page(held):
    _town, meeting, browser = held
    browser.post(url(meeting, "how-it-went/"), {**WELL, "service": "badly"})
    assert 'value="badly" id="id_service_1" checked' in browser.get(url(meeting, "how-it-went/")).content.decode()
    browser.post(url(meeting, "how-it-went/"), WELL)
    meeting.refresh_from_db()
    assert meeting.no_ask_at is None
    assert "Ben Sato" in browser.get(url(meeting)).content.decode()


def test_nonsense_is_refused_beside_the_question(held):
    _town, meeting, browser = held
    answer = browser.post(url(meeting, "how-it-went/"), {**WELL, "service": "adores"})
    assert answer.status_code == 422
    with pytest.raises(Refused):
        services.say_how_it_went(by=_town.owner, meeting=meeting, went={"weather": "well"})
    meeting.refresh_from_db()
    assert meeting.went == {}


def test_a_closed_meeting_takes_nothing_more(held):
    town, meeting, browser = held
    services.close_meeting(by=town.owner, meeting=meeting)
    assert browser.post(url(meeting, "how-it-went/"), WELL)["Location"] == url(meeting, "after/")
    with pytest.raises(Refused):
        services.say_how_it_went(by=town.owner, meeting=meeting, went={})


def test_another_practices_meeting_takes_nothing(held):
    _town, meeting, _browser = held
    with pytest.raises(Refused):
        services.say_how_it_went(by=make.member(), meeting=meeting, went={"service": "well"})
    assert make.browser(make.member()).post(url(meeting, "how-it-went/"), WELL).status_code == 404


def test_yes_and_let_me_think_are_kept_apart(held):
    town, meeting, browser = held
    for person in (town.ben, town.cara):
        browser.post(url(meeting, "answer/"), {"person": person.public_id, "answer": "knows_well"})
    browser.post(url(meeting, "introduce/"), {"person": town.ben.public_id})
    browser.post(url(meeting, "introduce/"), {"person": town.cara.public_id, "act": "ask"})
    stages = dict(Introduction.objects.values_list("prospect__full_name", "stage"))
    assert stages == {"Ben Sato": "agreed", "Cara Lind": "asked"}
    assert set(Introduction.objects.values_list("meeting", flat=True)) == {meeting.public_id}
    page = browser.get(url(meeting, "agreed/")).content.decode()
    agreed, thinking = page.split('id="thinking"')
    assert "Ben Sato" in agreed
    assert "Cara Lind" in thinking
    browser.post(url(meeting, "introduce/"), {"person": town.cara.public_id})
    assert list(Step.objects.filter(introduction__prospect=town.cara).values_list("act", flat=True)) == ["ask", "agree"]


def test_the_client_is_thanked_at_once_for_agreeing_and_not_for_being_asked(held):
    town, meeting, browser = held
    browser.post(url(meeting, "introduce/"), {"person": town.cara.public_id, "act": "ask"})
    assert not Thanks.objects.exists()
    browser.post(url(meeting, "introduce/"), {"person": town.ben.public_id})
    browser.post(url(meeting, "introduce/"), {"person": town.ben.public_id})
    found, thanked = Introduction.objects.get(prospect=town.ben), Thanks.objects.get()
    assert (thanked.referrer, thanked.because, thanked.about) == (town.ann, "agreed", found.public_id)
    assert "Ben" not in thanked.subject + thanked.text


def test_in_europe_a_name_said_in_the_meeting_is_thanked_for_without_it(held):
    town, meeting, browser = held
    town.practice.country = "DE"
    town.practice.save()
    browser.post(url(meeting, "name/"), {"full_name": "Ines Roth"})
    found, thanked = Introduction.objects.get(), Thanks.objects.get()
    assert (found.prospect, thanked.referrer, thanked.about) == (None, town.ann, found.public_id)
    assert "Ines" not in thanked.subject + thanked.text


def test_that_somebody_else_introduces_the_same_person_does_not_show(held):
    town, meeting, browser = held
    from passalong.introductions.services import open_introduction

    open_introduction(by=town.owner, referrer=make.client(town.owner, "Olga Earlier"), prospect=town.ben)
    browser.post(url(meeting, "answer/"), {"person": town.ben.public_id, "answer": "knows_well"})
    browser.post(url(meeting, "introduce/"), {"person": town.ben.public_id})
    for page in ("", "kit/", "agreed/"):
        shown = browser.get(url(meeting, page)).content.decode()
        assert "Olga" not in shown
        assert "Ben Sato" in shown
    assert [one.name for one in conversation.agreed_in(meeting).agreed] == ["Ben Sato"]


def test_what_was_agreed_is_on_one_sheet_of_paper(held):
    town, meeting, browser = held
    browser.post(url(meeting, "answer/"), {"person": town.ben.public_id, "answer": "knows_well"})
    browser.post(url(meeting, "introduce/"), {"person": town.ben.public_id})
    Promise.objects.create(
        practice=town.practice, to=town.ann, words="Send the paper", due_on="2026-06-01", meeting=meeting.public_id
    )
    answer = browser.get(url(meeting, "agreed.pdf"))
    assert answer["Content-Type"] == "application/pdf"
    shown = text_of(answer.content)
    for words in ("What we agreed", "Ann", "Ben Sato", "Send the paper", "two questions"):
        assert words in shown
    assert len(PdfReader(io.BytesIO(answer.content)).pages) == 1


def test_the_five_steps_on_paper(held):
    town, _meeting, browser = held
    shown = text_of(browser.get(f"/gameplan/{town.ann.public_id}/conversation.pdf").content)
    for words in ("1. How it went", "Families should sleep well.", "Ben Sato", "4. What to pass along", "By mail"):
        assert words in shown
    assert "%" not in shown


def test_where_no_mission_is_written_a_plain_sentence_stands(held):
    town, meeting, browser = held
    services.describe_ideal_client(by=town.owner, biggest_problem="", fears="", motives="", mission="", least_p=0)
    page = browser.get(url(meeting, "why/")).content.decode()
    assert "That is why we ask you." in page
    assert "/ideal-client/" in page


def test_while_something_is_owed_no_name_is_put_before_the_client(held):
    town, meeting, browser = held
    promise = Promise.objects.create(practice=town.practice, to=town.ann, words="Send it", due_on=clock.today())
    page = browser.get(url(meeting)).content.decode()
    assert "We ask for nobody today" in page
    assert "Ben Sato" not in page
    assert "Send it" in browser.get(f"/gameplan/{town.ann.public_id}/").content.decode()
    shown = text_of(browser.get(f"/gameplan/{town.ann.public_id}/conversation.pdf").content)
    assert "Send it" in shown
    assert "Ben Sato" not in shown
    browser.post(url(meeting, "name/"), {"full_name": "Ines Roth"})
    assert "Ines Roth" in browser.get(url(meeting)).content.decode()  # brought up by the client
    promise.kept_on = clock.today()
    promise.save()
    assert "Ben Sato" in browser.get(url(meeting)).content.decode()


PAGES = ("how-it-went", "put-right", "why", "names-done", "kit", "next", "agreed")


def test_no_page_opens_for_another_practice(held):
    _town, meeting, _browser = held
    stranger = make.browser(make.member())
    for page in PAGES:
        assert stranger.get(url(meeting, f"{page}/")).status_code in (404, 405), page
        assert stranger.post(url(meeting, f"{page}/"), {}).status_code in (404, 405), page
    assert stranger.get(url(meeting, "agreed.pdf")).status_code == 404


def test_another_practices_kit_is_not_passed_along(held):
    from tests.rooms.portal.cast import published

    _town, meeting, browser = held
    theirs = published("Theirs")
    assert browser.post(url(meeting, "kit/"), {"kit": theirs.kit.public_id}).status_code == 404
    assert "Theirs" not in browser.get(url(meeting, "kit/")).content.decode()


def test_a_kit_goes_to_those_chosen_and_moves_nobody(held):
    from tests.rooms.portal.cast import STEPS, publish

    from passalong.kits.content import Content
    from passalong.kits.models import Kit

    town, meeting, browser = held
    kit = Kit.objects.create(practice=town.practice, name="Before you sell")
    assert "no kit is published" in browser.get(url(meeting, "kit/")).content.decode()
    browser.post(url(meeting, "kit/"), {"kit": kit.public_id})
    assert not kit.links.filter(introductions__isnull=False).exists()
    publish(kit, Content(title=kit.name, problems="Who takes over?", steps=STEPS))
    for person in (town.ben, town.cara):
        browser.post(url(meeting, "answer/"), {"person": person.public_id, "answer": "knows_well"})
        browser.post(url(meeting, "introduce/"), {"person": person.public_id})
    for_ben, for_cara = (Introduction.objects.get(prospect=one) for one in (town.ben, town.cara))
    browser.post(url(meeting, "kit/"), {"kit": kit.public_id, "for": [for_ben.public_id]})
    for_ben.refresh_from_db()
    for_cara.refresh_from_db()
    assert (for_ben.kit, for_cara.kit) == (kit, None)
    assert (for_ben.stage, for_ben.steps.count(), for_ben.link.referrer) == ("agreed", 1, town.ann)


@pytest.mark.parametrize("why", ["said no", "client", "objected"])
def test_the_tablet_never_says_why_somebody_is_not_asked_for(held, why: str):
    town, meeting, browser = held
    jo = make.contact(town.owner, "Jo Lindqvist", email="jo@lind.example")
    if why == "said no":
        bea = make.client(town.owner, "Bea Roth")
        found = open_introduction(by=town.owner, referrer=bea, prospect=jo)
        move(introduction=found, act="answer no", who=Who.PERSON)
    elif why == "client":
        standing.set_standing(by=town.owner, contact=jo, kind=StandingKind.CLIENT)
    else:
        Contact.objects.filter(pk=jo.pk).update(objected_at=clock.now())
        named = browser.post(url(meeting, "name/"), {"full_name": "Jo Lindqvist", "answer": "knows"}, follow=True)
        assert "left alone" not in named.content.decode()
    answer = browser.post(url(meeting, "introduce/"), {"person": jo.public_id}, follow=True)
    page = answer.content.decode()
    assert "About this person we do not ask." in page
    for told in ("asked about before", "is a client", "wants nothing"):
        assert told not in page
    assert not Introduction.objects.filter(referrer=town.ann).exists()


def test_a_name_said_at_the_table_is_no_way_to_find_out_who_said_no(held):
    town, meeting, browser = held
    bea = make.client(town.owner, "Bea Roth")
    found = name_only(by=town.owner, referrer=bea, full_name="Jo Lindqvist")
    move(introduction=found, act="answer no", who=Who.PERSON)
    Practice.objects.filter(pk=town.practice.pk).update(country="DE")
    town.owner.practice.refresh_from_db()
    sign_note(
        by=town.owner,
        **dict.fromkeys(("purpose", "necessity", "balance", "safeguards"), "We wrote it down, and why. " * 8),
    )
    said = {"full_name": "Jo Lindqvist", "answer": "knows"}
    page = browser.post(url(meeting, "name/"), said, follow=True).content.decode()
    assert "About this person we do not ask." in page
    assert "asked about before" not in page
