"""Replies: what speaks for whom, and who is credited by the rule."""

from __future__ import annotations

import threading

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests import make
from tests.rooms.portal.cast import Published, published

from passalong.contacts.models import Contact
from passalong.core.errors import Refused
from passalong.introductions import selectors
from passalong.introductions.models import Credit, Introduction, Reply
from passalong.introductions.services import Answer, record_reply
from passalong.introductions.services.replies import person_key
from passalong.kits.models import Hit, Link
from passalong.kits.services import passing

pytestmark = pytest.mark.django_db


@pytest.fixture
def kit() -> Published:
    return published()


def own_link(kit: Published) -> Link:
    return passing.link_for(by=kit.owner, kit=kit.kit, referrer=None)


def link_of(kit: Published, referrer: Contact) -> Link:
    return passing.link_for(by=kit.owner, kit=kit.kit, referrer=referrer)


def said(reach: str = "jo@lind.example", *, passed_by: str = "", wish: str = "yes") -> Answer:
    return Answer("two_questions", True, wish, name="Jo Lind", reach=reach, passed_by=passed_by)


def reply(kit: Published, link: Link, answer: Answer, view: str = "") -> Reply:
    return record_reply(link=link, edition=kit.edition, answer=answer, view=view)


def credits(kit: Published) -> list[tuple[Contact | None, bool, str]]:
    return [(one.referrer, one.is_first, one.rule) for one in Credit.objects.order_by("pk")]


def test_the_link_decides_whatever_is_said(kit: Published) -> None:
    other = make.client(kit.owner, "Bo Hill")
    found = reply(kit, kit.link, said(passed_by="Bo Hill"))
    assert {one.kind: one.referrer for one in found.evidence.all()} == {"link": kit.referrer, "said": other}
    assert credits(kit) == [(kit.referrer, True, "link")]


def test_on_our_own_link_the_name_said_decides_if_it_fits_one(kit: Published) -> None:
    reply(kit, own_link(kit), said(passed_by="okafor, ann".title()))
    assert credits(kit) == []  # the words stand the other way round: not this very name
    reply(kit, own_link(kit), said(passed_by="ann OKAFOR"))
    assert credits(kit) == [(kit.referrer, True, "said")]


@pytest.mark.parametrize("name", ["Ann", "Somebody Unknown", "my dentist", ""])
def test_a_name_that_fits_nobody_for_certain_stays_text(kit: Published, name: str) -> None:
    found = reply(kit, own_link(kit), said(passed_by=name))
    kept = {one.kind: (one.said, one.referrer) for one in found.evidence.all()}
    assert kept.get("said", ("", None)) == (name, None)
    assert credits(kit) == []


def test_a_name_that_fits_two_stays_text(kit: Published) -> None:
    make.client(kit.owner, "Ann Okafor")
    reply(kit, own_link(kit), said(passed_by="Ann Okafor"))
    assert credits(kit) == []


def test_a_name_never_fits_another_practices_contact(kit: Published) -> None:
    make.client(make.member(), "Zoe Only")
    assert reply(kit, own_link(kit), said(passed_by="Zoe Only")).evidence.get(kind="said").referrer is None


def test_one_person_has_one_credited_referrer_the_first_and_later_ones_stand_beside(kit: Published) -> None:
    other = make.client(kit.owner, "Bo Hill")
    reply(kit, kit.link, said("jo@lind.example"), "view00000001")
    reply(kit, link_of(kit, other), said("  JO@Lind.example "), "view00000002")
    reply(kit, link_of(kit, other), said("jo@lind.example"), "view00000003")
    assert credits(kit) == [(kit.referrer, True, "link"), (other, False, "link")]
    row = selectors.reply_rows(kit.owner.practice, Reply.objects.all())[0]
    assert row.credit is not None
    assert (row.credit.first, row.credit.others) == (kit.referrer, (other,))


def test_a_corrected_reply_leaves_the_credit_to_the_other_one_of_the_same_person(kit: Published) -> None:
    other = make.client(kit.owner, "Bo Hill")
    first = reply(kit, kit.link, said("jo@lind.example"), "view00000001")
    second = reply(kit, kit.link, said("jo@lind.example"), "view00000002")
    key = second.person_key
    reply(kit, kit.link, said("maria@lind.example"), "view00000001")
    assert set(Credit.objects.values_list("reply", "person_key", "is_first")) == {
        (second.pk, key, True),
        (first.pk, Reply.objects.get(pk=first.pk).person_key, True),
    }
    reply(kit, link_of(kit, other), said("jo@lind.example"), "view00000003")
    fourth = reply(kit, kit.link, said("jo@lind.example"), "view00000004")
    reply(kit, kit.link, said("bo@lind.example"), "view00000002")
    found = Credit.objects.filter(person_key=key).order_by("at")
    assert [(one.referrer, one.is_first) for one in found] == [(other, True), (kit.referrer, False)]
    assert found[1].reply == fourth


@pytest.mark.django_db(transaction=True)
@pytest.mark.storage
def test_two_referrers_at_the_same_moment_make_one_first(kit: Published) -> None:
    links = [link_of(kit, make.client(kit.owner)) for _ in range(12)]
    gate = threading.Barrier(len(links))

    def send(number: int, link: Link) -> None:
        from django.db import connections

        gate.wait()
        reply(kit, link, said(), f"view0000000{number:x}")
        connections.close_all()

    threads = [threading.Thread(target=send, args=pair) for pair in enumerate(links)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Credit.objects.filter(is_first=True).count() == 1
    assert Credit.objects.count() == len(links)


def test_a_shared_domain_or_house_is_not_the_same_person(kit: Published) -> None:
    other = make.client(kit.owner, "Bo Hill")
    reply(kit, kit.link, said("jo@firm.example"), "view00000001")
    reply(kit, link_of(kit, other), said("al@firm.example"), "view00000002")
    assert [first for _who, first, _rule in credits(kit)] == [True, True]


def test_a_phone_is_one_however_it_is_written_and_a_person_is_another_elsewhere() -> None:
    one, two = make.practice(), make.practice()
    keys = {person_key(one.pk, text, "US") for text in ("(212) 555-0142", "+1 212 555 0142", "212.555.0142")}
    assert len(keys) == 1
    assert keys != {person_key(two.pk, "+1 212 555 0142", "US")}
    assert person_key(one.pk, "nothing", "US") == ""
    assert "555" not in keys.pop()


def test_nobody_is_credited_with_themselves(kit: Published) -> None:
    herself = make.contact(kit.owner, "Mia Stone", email="Mia@Stone.example")
    reply(kit, link_of(kit, herself), said("mia@stone.example"))
    assert Reply.objects.count() == 1
    assert credits(kit) == []


def test_mending_a_mistyped_address_moves_the_credit(kit: Published) -> None:
    other = make.client(kit.owner, "Bo Hill")
    reply(kit, kit.link, said("someone@else.example"), "view00000001")
    reply(kit, link_of(kit, other), said("someone@else.example"), "view00000002")
    reply(kit, kit.link, said("jo@lind.example"), "view00000001")
    assert sorted((str(who), first) for who, first, _rule in credits(kit)) == [("Ann Okafor", True), ("Bo Hill", True)]


def test_the_page_the_form_was_drawn_for_is_evidence_of_its_own(kit: Published) -> None:
    other = link_of(kit, make.client(kit.owner, "Bo Hill"))
    at = kit.edition.published_at
    Hit.objects.create(practice=kit.owner.practice, link=other, at=at, kind="hit", method="GET", view="abcdefghijkl")
    found = reply(kit, kit.link, said(), "abcdefghijkl")
    assert {one.kind: one.link for one in found.evidence.all()} == {"link": kit.link, "field": other}
    assert credits(kit) == [(kit.referrer, True, "link")]


def test_the_same_words_without_a_view_are_one_reply_a_day(kit: Published) -> None:
    first, second = (reply(kit, kit.link, said()) for _ in range(2))
    assert first == second
    assert reply(kit, kit.link, said("other@lind.example")) != first


def test_what_is_missing_is_refused_and_nothing_is_written(kit: Published) -> None:
    with pytest.raises(Refused) as refused:
        reply(kit, kit.link, Answer("two_questions", True, "yes", name="Jo"))
    assert refused.value.field == "reach"
    assert not Reply.objects.exists()


@pytest.mark.parametrize("wish", ["no", "not_now"])
def test_who_wants_no_contact_is_not_put_on_file(kit: Published, wish: str) -> None:
    before = Contact.objects.count()
    reply(kit, kit.link, said(wish=wish))
    assert Contact.objects.count() == before
    assert not Introduction.objects.exists()


def test_the_desk_sees_replies_with_their_signs_and_pages(kit: Published) -> None:
    browser = make.browser(kit.owner)
    assert b"answer stands here" in browser.get("/introductions/replies/").content
    for number in range(60):
        reply(kit, kit.link, said(f"p{number}@lind.example", passed_by="A neighbour"), f"view{number:08}")
    page = browser.get("/introductions/replies/")
    assert page.content.count(b"To be reached by") == 50
    assert "fits nobody on file for certain" in page.content.decode()
    assert browser.get("/introductions/replies/?page=2").content.count(b"To be reached by") == 10


def test_the_list_asks_the_same_number_of_questions_whatever_its_length(kit: Published) -> None:
    browser, asked = make.browser(kit.owner), []
    for size in (2, 30):
        for number in range(size):
            reply(kit, kit.link, said(f"p{number}@lind.example"), f"view{number:08}")
        with CaptureQueriesContext(connection) as queries:
            browser.get("/introductions/replies/")
        asked.append(len(queries))
    assert asked[0] == asked[1] < 15


def test_a_button_pressed_by_a_machine_is_told_as_one(kit: Published) -> None:
    reply(kit, kit.link, Answer("download"), "abcdefghijkl")
    browser = make.browser(kit.owner)
    assert "Looks like a machine" not in browser.get("/introductions/replies/").content.decode()
    own = {"practice": kit.owner.practice, "link": kit.link, "view": "abcdefghijkl", "verdict": "machine"}
    Hit.objects.create(at=kit.edition.published_at, kind="hit", method="GET", **own)
    assert "Looks like a machine" in browser.get("/introductions/replies/").content.decode()
