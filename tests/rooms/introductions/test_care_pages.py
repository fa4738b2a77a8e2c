"""The pages of care: what is shown, what each button does, what is refused beside its field."""

from __future__ import annotations

import io
import re
from datetime import timedelta

import pytest
from django.test import Client
from pypdf import PdfReader
from tests import make

from passalong.accounts.models import Member, Profession
from passalong.contacts.models import Contact
from passalong.core import clock
from passalong.introductions.models import Agreement, Introduction, LessonGiven, Promise, Seed, SilentAsk
from passalong.introductions.selectors import agreements as read
from passalong.introductions.services import agreements, move, open_introduction, promises, seeds, silence
from passalong.introductions.stages import Who

pytestmark = pytest.mark.django_db
DAY = 86400
WORDS = {"good_introduction": "Somebody with a question.", "treatment": "Answered at once.", "quality": "No paper."}


@pytest.fixture
def owner() -> Member:
    return make.member()


@pytest.fixture
def ann(owner: Member) -> Contact:
    return make.contact(owner, "Ann Okafor", email="ann@client.example", standing="client")


@pytest.fixture
def desk(owner: Member) -> Client:
    return make.browser(owner)


def text(answer: object) -> str:
    return re.sub(r"\s+", " ", answer.content.decode())  # type: ignore[attr-defined]


def care(person: Contact, rest: str = "") -> str:
    return f"/care/{person.public_id}/{rest}"


def test_the_persons_page_says_what_is_owed_and_leads_on(desk, owner, ann) -> None:
    promises.make(by=owner, to=ann, words="Call back", due_on=clock.today())
    page = text(desk.get(f"/people/{ann.public_id}/"))
    assert "What we owe" in page
    assert "first: Call back, by" in page
    assert "No ask now" in page
    assert f'href="{care(ann)}"' in page


def test_a_promise_from_the_page_to_kept(desk, owner, ann) -> None:
    due = (clock.today() + timedelta(days=4)).isoformat()
    assert desk.post(care(ann, "promise/"), {"words": "Call back", "due_on": due}).status_code == 302
    made = Promise.objects.get()
    assert "Call back" in text(desk.get(care(ann)))
    assert "Call back" in text(desk.get("/care/promises/"))
    settle = f"/care/promises/{made.public_id}/"
    later = (clock.today() + timedelta(days=9)).isoformat()
    assert desk.post(settle, {"act": "put_off", "due_on": later, "from": "list"}).url == "/care/promises/"
    desk.post(settle, {"act": "keep"})
    made.refresh_from_db()
    assert (made.due_on.isoformat(), made.kept_on) == (later, clock.today())
    assert "1 of 1 kept in time" in text(desk.get(care(ann)))


def test_a_promise_for_introductions_is_refused_beside_its_field(desk, ann) -> None:
    told = {"words": "A discount if you introduce two friends", "due_on": clock.today().isoformat()}
    answer = desk.post(care(ann, "promise/"), told)
    assert answer.status_code == 422
    assert "all.promise.for-referral" in text(answer)
    assert "A discount if you introduce two friends" in text(answer)
    assert not Promise.objects.exists()


def test_what_is_promised_to_a_friend_hangs_on_the_introduction(desk, owner, ann) -> None:
    jo = make.contact(owner, "Jo Lind", email="jo@lind.example")
    found = open_introduction(by=owner, referrer=ann, prospect=jo)
    page = text(desk.get(care(jo)))
    assert "Introduced by Ann Okafor, and treated as Ann Okafor was" in page
    assert "nobody is contacted before they say yes" in page
    desk.post(care(jo, "promise/"), {"words": "Send the guide", "due_on": clock.today().isoformat()})
    assert Promise.objects.get().introduction == found
    page = text(desk.get(care(ann)))
    assert "We owe something that is not done yet" in page


def test_a_friend_who_said_yes_is_promised_a_first_answer_which_turns_red(desk, owner, ann, settings) -> None:
    jo = make.contact(owner, "Jo Lind", email="jo@lind.example")
    found = open_introduction(by=owner, referrer=ann, prospect=jo)
    move(introduction=found, act="answer yes", who=Who.PERSON)
    page = text(desk.get(care(jo)))
    assert "promised for" in page
    assert "Overdue" not in page
    settings.CLOCK_OFFSET = 8 * DAY
    desk = make.browser(owner)
    assert "Overdue" in text(desk.get(care(jo)))
    move(introduction=found, act="first answer", who=Who.MEMBER, by=owner)
    assert "given on" in text(desk.get(care(jo)))


def test_the_agreement_from_writing_to_the_clients_yes_and_the_paper(desk, owner, ann) -> None:
    first = text(desk.get(care(ann, "agreement/")))
    assert "Somebody who has a question we can help with" in first
    due = (clock.today() + timedelta(days=30)).isoformat()
    told = WORDS | {"hoped_number": "3", "words_1": "Review the pension", "due_1": due}
    assert desk.post(care(ann, "agreement/"), told).status_code == 302
    sheet = text(desk.get(care(ann, "agreement/read/")))
    assert "3 introductions within a year. It is a hope, not a duty." in sheet
    assert "Your name, if you want to sign" in sheet
    assert "This is no contract." in sheet
    paper = PdfReader(io.BytesIO(desk.get(care(ann, "agreement.pdf")).content)).pages[0].extract_text()
    assert "Ann Okafor" in paper
    assert "Review the pension" in paper
    assert "Day" in paper
    shown = read.shown_to(ann).shown
    assert desk.post(care(ann, "agreement/read/"), {"shown": "stale", "how": "tablet"}).status_code == 422
    desk.post(care(ann, "agreement/read/"), {"shown": shown, "how": "tablet", "signed_by": "Ann O."})
    assert Agreement.objects.get().signed_by == "Ann O."
    assert "You said yes to this on" in text(desk.get(care(ann, "agreement/read/")))
    paper = PdfReader(io.BytesIO(desk.get(care(ann, "agreement.pdf")).content)).pages[0].extract_text()
    assert "Acknowledged on" in paper
    assert desk.post(care(ann, "agreement/"), WORDS).status_code == 302
    assert "Version 1, acknowledged on" in text(desk.get(care(ann)))
    assert desk.post(care(ann, "agreement/end/")).status_code == 302
    assert desk.get(care(ann, "agreement/read/")).status_code == 404


@pytest.mark.parametrize("profession", [Profession.ATTORNEY, Profession.DENTIST])
def test_without_number_and_signature_the_page_says_by_which_rule(profession) -> None:
    owner = make.member(make.practice(profession=profession))
    ann, desk = make.client(owner, "Ann Okafor"), make.browser(owner)
    page = text(desk.get(care(ann, "agreement/")))
    assert 'name="hoped_number"' not in page
    assert re.search(r"all\.(attorney|health)\.agreement", page)
    desk.post(care(ann, "agreement/"), WORDS | {"hoped_number": "3"})
    assert Agreement.objects.get().hoped_number is None
    assert "if you want to sign" not in text(desk.get(care(ann, "agreement/read/")))
    paper = PdfReader(io.BytesIO(desk.get(care(ann, "agreement.pdf")).content)).pages[0].extract_text()
    assert "Day" not in paper
    told = {"shown": read.shown_to(ann).shown, "how": "tablet", "signed_by": "Ann"}
    answer = desk.post(care(ann, "agreement/read/"), told)
    assert answer.status_code == 422
    assert Agreement.objects.get().acknowledged_on is None


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"words_1": "Call back"}, "By which day?"),
        ({"due_2": "2100-01-01"}, "Say what you promise."),
        ({"treatment": "Ten percent off for every introduction."}, "all.promise.for-referral"),
        ({"words_2": "A free hour for each introduction", "due_2": "2026-12-31"}, "all.promise.for-referral"),
        ({"good_introduction": ""}, "required"),
    ],
)
def test_a_wrong_agreement_is_shown_again_with_the_reason(desk, ann, changed, said) -> None:
    answer = desk.post(care(ann, "agreement/"), WORDS | changed)
    assert answer.status_code == 422
    assert said in text(answer)
    assert not Agreement.objects.exists()


def test_on_paper_the_desk_notes_the_yes(desk, owner, ann) -> None:
    agreements.save(by=owner, client=ann, **WORDS)
    shown = read.shown_to(ann).shown
    desk.post(care(ann, "agreement/read/"), {"shown": shown, "how": "paper", "signed_by": "Ann Okafor"})
    assert Agreement.objects.get().acknowledged_how == "paper"


def test_seeds_are_said_from_the_page_and_from_the_list(desk, owner, ann, settings) -> None:
    assert "How people come to us" in text(desk.get(care(ann)))
    seeds.write_due(owner.practice)
    assert "Ann Okafor" in text(desk.get("/care/to-say/"))
    told = {"key": "by_referral", "act": "say", "note": "She nodded", "from": "list"}
    assert desk.post(care(ann, "said/"), told).url == "/care/to-say/"
    assert Seed.objects.get().note == "She nodded"
    assert "She nodded" in text(desk.get(care(ann)))
    settings.CLOCK_OFFSET = 30 * DAY
    desk.post(care(ann, "said/"), {"key": "no_pressure", "act": "skip"})
    assert Seed.objects.get(key="no_pressure").skipped_on
    desk.post(care(ann, "said/"), {"key": "nothing", "act": "say"})
    desk.post(care(ann, "said/"), {"key": "by_referral", "act": "shout"})
    assert Seed.objects.count() == 2


def test_the_next_lesson_is_shown_and_given(desk, owner, ann) -> None:
    jo = make.contact(owner, "Jo Lind", email="jo@lind.example")
    open_introduction(by=owner, referrer=ann, prospect=jo)
    page = text(desk.get(care(ann)))
    assert "Next lesson: What to listen for" in page
    desk.post(care(ann, "lesson/"), {"key": "listen_for"})
    assert LessonGiven.objects.get().key == "listen_for"
    assert "Next lesson: What to listen for" not in text(desk.get(care(ann)))
    desk.post(care(ann, "lesson/"), {"key": "nothing"})
    assert LessonGiven.objects.count() == 1


def test_silence_is_followed_up_once_from_the_list(desk, owner, ann, settings) -> None:
    jo = make.contact(owner, "Jo Lind", email="jo@lind.example")
    found = open_introduction(by=owner, referrer=ann, prospect=jo, act="ask")
    settings.CLOCK_OFFSET = 22 * DAY
    silence.find(owner.practice)
    desk = make.browser(owner)  # the session is of this day
    assert "Ann Okafor" in text(desk.get("/care/silent/"))
    answer = desk.post(f"/care/silent/{found.public_id}/", {"how": "mail"})
    assert answer.url.startswith("/mail/")
    assert "No need to answer" in text(desk.get(answer.url))
    assert "Ann Okafor" not in text(desk.get("/care/silent/")).split("<main")[1]
    assert SilentAsk.objects.get().followed_how == "mail"
    assert make.browser(make.member()).post(f"/care/silent/{found.public_id}/", {"how": "none"}).status_code == 404
    desk.post(f"/care/silent/{found.public_id}/", {"how": "call"})
    assert SilentAsk.objects.get().followed_how == "mail"


def test_nothing_is_changed_by_looking(desk, owner, ann) -> None:
    agreements.save(by=owner, client=ann, **WORDS)
    made = promises.make(by=owner, to=ann, words="Call back", due_on=clock.today())
    for address in ("promise/", "said/", "lesson/", "agreement/end/"):
        assert desk.get(care(ann, address)).status_code == 405
    assert desk.get(f"/care/promises/{made.public_id}/").status_code == 405
    for address in ("", "agreement/", "agreement/read/", "agreement.pdf"):
        assert desk.get(care(ann, address)).status_code == 200
    made.refresh_from_db()
    assert made.kept_on is None
    assert Agreement.objects.get().acknowledged_on is None
    assert not Seed.objects.exists()


def test_another_practice_finds_nothing(owner, ann) -> None:
    agreements.save(by=owner, client=ann, **WORDS)
    made = promises.make(by=owner, to=ann, words="Call back", due_on=clock.today())
    other = make.browser(make.member())
    for address in ("", "agreement/", "agreement/read/", "agreement.pdf"):
        assert other.get(care(ann, address)).status_code == 404
    for address in ("promise/", "said/", "lesson/", "agreement/end/"):
        assert other.post(care(ann, address)).status_code == 404
    assert other.post(f"/care/promises/{made.public_id}/", {"act": "keep"}).status_code == 404
    assert "Call back" not in text(other.get("/care/promises/"))


def test_empty_pages_say_what_they_are_for(desk) -> None:
    assert "until they are kept" in text(desk.get("/care/promises/"))
    assert "as soon as it fits" in text(desk.get("/care/to-say/"))
    assert "it stands here once" in text(desk.get("/care/silent/"))


def test_the_lists_take_as_many_queries_for_many(owner, ann, desk, settings, django_assert_max_num_queries) -> None:
    for number in range(60):
        promises.make(by=owner, to=ann, words=f"Promise {number}", due_on=clock.today())
    clients = [make.client(owner) for _one in range(20)]
    rows = [
        Introduction(practice=owner.practice, referrer=one, stage="asked", stage_at=clock.now() - timedelta(days=30))
        for one in clients
    ]
    Introduction.objects.bulk_create(rows)
    assert silence.find(owner.practice) == 20
    seeds.write_due(owner.practice)
    for address in ("/care/promises/", "/care/to-say/", "/care/silent/"):
        with django_assert_max_num_queries(8):
            assert desk.get(address).status_code == 200
    with django_assert_max_num_queries(20):
        desk.get(care(ann))


def test_what_is_owed_stands_among_introductions(desk: Client) -> None:
    shown = text(desk.get("/care/promises/"))
    assert re.search(r'<a[^>]*href="/introductions/"[^>]*aria-current="page"', shown)
    assert not re.search(r'<a[^>]*href="/introductions/"[^>]*aria-current="page"', text(desk.get("/people/")))
