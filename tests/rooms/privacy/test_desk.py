"""The desk's pages of requests: what waits, what was done, forgetting and handing out for somebody who came in."""

from __future__ import annotations

import io
import zipfile
from datetime import timedelta

import pytest
from django.db.models import Model
from tests import make

from passalong.accounts.models import Member
from passalong.compliance.models import Hold
from passalong.contacts.models import Contact
from passalong.core import clock, events
from passalong.privacy.models import PrivacyRequest, RequestKind, RequestState
from passalong.privacy.selectors.requests import month_after

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner() -> Member:
    return make.member()


def wish(of: Member, contact: Contact | None, **more: object) -> PrivacyRequest:
    return PrivacyRequest.objects.create(
        practice=of.practice, kind=RequestKind.CORRECT, contact=contact, due_on=clock.today(), **more
    )


def said(browser: object, path: str) -> str:
    return str(browser.get(path).content.decode())  # type: ignore[attr-defined]


def test_the_list_is_calm_when_empty_and_tells_the_public_address(owner: Member) -> None:
    page = said(make.browser(owner), "/settings/privacy/requests/")
    assert "Nothing waits." in page
    assert f"/privacy/at/{owner.practice.public_id}" in page


def test_ten_thousand_requests_take_few_queries(owner: Member, django_assert_max_num_queries: object) -> None:
    ann = make.contact(owner, "Ann Okafor")
    done = {"kind": RequestKind.SEE, "state": RequestState.DONE, "due_on": clock.today(), "contact": ann}
    PrivacyRequest.objects.bulk_create(
        (PrivacyRequest(practice=owner.practice, **done) for _turn in range(10_000)), batch_size=500
    )
    browser = make.browser(owner)
    with django_assert_max_num_queries(20):  # type: ignore[operator]
        assert "Ann Okafor" in said(browser, "/settings/privacy/requests/?page=150")


def test_a_wish_is_answered_on_its_page(owner: Member) -> None:
    ann = make.contact(owner, "Ann Okafor", email="ann@okafor.example")
    asked = wish(owner, ann, field="phone", value="(415) 555-0199", email="ann@okafor.example")
    browser, path = make.browser(owner), f"/settings/privacy/requests/{asked.public_id}/"
    assert "(415) 555-0199" in said(browser, path)
    assert browser.post(path, {"act": "decline", "answer": ""}).status_code == 422
    assert browser.post(path, {"act": "accept"}).status_code == 302
    assert ann.points.get(kind="phone").key == "+14155550199"
    asked.refresh_from_db()
    assert (asked.state, asked.email) == (RequestState.ACCEPTED, "")


def test_an_owner_forgets_in_two_steps_and_opening_changes_nothing(owner: Member) -> None:
    ann = make.contact(owner, "Ann Okafor")
    browser, path = make.browser(owner), f"/people/{ann.public_id}/forget/"
    assert "See what would stay" in said(browser, path)
    assert "Forget now" in browser.post(path, {"act": "look"}).content.decode()
    assert Contact.objects.filter(pk=ann.pk).exists()
    answer = browser.post(path, {"act": "forget"})
    assert answer.status_code == 302
    assert not Contact.objects.filter(pk=ann.pk).exists()
    assert "Okafor" not in said(browser, answer["Location"])
    assert "Okafor" not in said(browser, "/settings/privacy/requests/")


def test_what_stays_is_named_in_words_and_a_hold_offers_no_button(owner: Member) -> None:
    ann = make.contact(owner, "Ann Okafor")
    events.record(owner.practice_id, "compliance:value_kept", people=[ann.public_id])
    browser, path = make.browser(owner), f"/people/{ann.public_id}/forget/"
    page = browser.post(path, {"act": "look"}).content.decode()
    assert "Gift or fee written down" in page
    assert "value_kept" not in page
    done = said(browser, browser.post(path, {"act": "forget"})["Location"])
    assert "Gift or fee written down" in done
    assert f"until {clock.today().year}-" not in done
    ben = make.contact(owner, "Ben Adeyemi")
    until = clock.today() + timedelta(days=30)
    Hold.objects.create(
        practice=owner.practice, subject=ben.public_id, rule="Case 7", reason="A court asked", until=until
    )
    page = browser.post(f"/people/{ben.public_id}/forget/", {"act": "look"}).content.decode()
    assert "A hold keeps everything about this person: Case 7, until" in page
    assert "Everything about you" not in page
    assert "What stays, and why" not in page
    assert "Forget now" not in page


def test_an_assistant_neither_forgets_nor_hands_out(owner: Member) -> None:
    ann = make.contact(owner, "Ann Okafor")
    browser = make.browser(make.assistant(owner.practice))
    assert "Only an owner" in said(browser, f"/people/{ann.public_id}/forget/")
    for path, posted in (("forget", {"act": "forget"}), ("forget", {}), ("copy", {})):
        assert browser.post(f"/people/{ann.public_id}/{path}/", posted).status_code == 403
    assert Contact.objects.filter(pk=ann.pk).exists()


def test_a_copy_is_handed_out_by_a_post(owner: Member) -> None:
    ann: Model = make.contact(owner, "Ann Okafor", email="ann@okafor.example")
    path = f"/people/{ann.public_id}/copy/"  # type: ignore[attr-defined]
    assert make.browser(owner).get(path).status_code == 405
    files = zipfile.ZipFile(io.BytesIO(make.browser(owner).post(path).content))
    assert b"Ann Okafor" in files.read("data.json")


@pytest.mark.parametrize(
    ("day", "due"), [("2026-01-31", "2026-02-28"), ("2028-01-31", "2028-02-29"), ("2026-12-05", "2027-01-05")]
)
def test_a_month_ends_within_the_next(day: str, due: str) -> None:
    from datetime import date

    assert month_after(date.fromisoformat(day)) == date.fromisoformat(due)


def test_many_that_wait_come_in_pages_beside_those_done(owner: Member) -> None:
    ann = make.contact(owner, "Ann Okafor")
    for _turn in range(51):
        wish(owner, ann)
        wish(owner, ann, state=RequestState.DONE)
    browser = make.browser(owner)
    first = said(browser, "/settings/privacy/requests/?page=2")
    assert "1 to 50 of 51" in first
    assert "?page=2&amp;waiting=2" in first  # going on in one list leaves the other where it is
    assert "51 to 51 of 51" in said(browser, "/settings/privacy/requests/?waiting=2")
