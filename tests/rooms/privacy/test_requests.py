"""The page of somebody on file: the same answer for everybody, nothing by opening, all by the person's own POST."""

from __future__ import annotations

import csv
import io
import json
import re
import time
import zipfile
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.core import mail as sent_mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests import make

from passalong.accounts.models import Member
from passalong.compliance.models import Hold
from passalong.contacts import services as contacts
from passalong.contacts.models import Contact, ContactPoint, StandingKind
from passalong.core import clock
from passalong.core.errors import Refused
from passalong.core.models import Event, PracticeOwned
from passalong.mail.models import Message
from passalong.mail.services.suppression import is_suppressed
from passalong.portal import limits
from passalong.portal.views import privacy as views
from passalong.privacy.models import PrivacyLink, PrivacyRequest, RequestKind, RequestState
from passalong.privacy.services import asking, deciding
from passalong.privacy.services import requests as services

pytestmark = pytest.mark.django_db
MAIL = "ann@okafor.example"


@pytest.fixture(autouse=True)
def fresh_limits() -> None:
    for one in (views.ASKED_OF_ADDRESS, views.ASKED_ABOUT, views.ASKED_ALTOGETHER, limits.POSTS_OF_ADDRESS):
        one.forget()
    limits.SECRETS_OF_ADDRESS.forget()
    limits.POSTS_OF_LINK.forget()


@pytest.fixture
def owner() -> Member:
    found = make.member(make.practice("Berg and Partners"), name="Olivia Berg")
    found.practice.imprint = "1 High Street, Greenfield"
    found.practice.save()
    return found


@pytest.fixture
def ann(owner: Member) -> Contact:
    return contacts.add_contact(
        by=owner, full_name="Ann Okafor", emails=[MAIL, "second@okafor.example"], phones=["(415) 555-0134"],
        notes="=Sails on Sundays.", standing=StandingKind.CLIENT,
    )  # fmt: skip


def look_all_up() -> None:
    for link in PrivacyLink.objects.filter(looked_at=None).order_by("pk"):
        asking.look_up(link_id=link.pk)


def ask(address: str, path: str = "/privacy/") -> Any:
    return Client().post(path, {"address": address})


def token_of(number: int = -1) -> str:
    message = list(Message.objects.filter(key__startswith="privacy link").order_by("pk"))[number]
    found = re.search(r"/privacy/([\w-]{20,})", message.text)
    assert found
    return found[1]


def opened(token: str) -> str:
    answer = Client().post(f"/privacy/{token}", {"act": "show"})
    assert answer.status_code == 200
    found = re.search(r'name="page"\s+value="([\w-]+)"', answer.content.decode())
    assert found
    return found[1]


def act(token: str, page: str, name: str, **more: str) -> Any:
    return Client().post(f"/privacy/{token}", {"act": name, "page": page, **more})


@pytest.fixture
def link(ann: Contact) -> tuple[str, str]:
    """The secret of Ann's link and of the page she opened."""
    ask(MAIL)
    look_all_up()
    token = token_of()
    return token, opened(token)


def rows(practice_id: int) -> dict[str, list[dict[str, Any]]]:
    owned = [model for model in apps.get_models() if issubclass(model, PracticeOwned)]
    return {
        model.__name__: list(model._default_manager.filter(practice=practice_id).order_by("pk").values())
        for model in owned
    }


def test_the_page_says_who_is_responsible_and_takes_no_cookie(owner: Member) -> None:
    for path in ("/privacy/", f"/privacy/at/{owner.practice.public_id}"):
        answer = Client().get(path)
        said = answer.content.decode()
        assert "Berg and Partners" in said
        assert "1 High Street" in said
        assert not answer.cookies
        assert answer["Referrer-Policy"] == "no-referrer"
    assert Client().get("/privacy/at/nothing").status_code == 404


def test_with_several_practices_one_question_goes_to_all_and_none_is_named(owner: Member, ann: Contact) -> None:
    other = make.member(make.practice("Moss"))
    make.contact(other, "Ann O.", email=MAIL)
    said = Client().get("/privacy/").content.decode()
    assert "Berg" not in said
    assert "Moss" not in said
    ask(MAIL)
    look_all_up()
    assert {one.practice.name for one in Message.objects.all()} == {"Berg and Partners", "Moss"}


def test_known_and_unknown_are_answered_with_the_same_bytes_and_the_same_work(owner: Member, ann: Contact) -> None:
    known, unknown = ask(MAIL), ask("nobody@nowhere.example")
    assert known.content == unknown.content
    assert (known.status_code, dict(known.headers)) == (unknown.status_code, dict(unknown.headers))
    shapes = []
    for address in ("second@okafor.example", "other@nowhere.example"):
        with CaptureQueriesContext(connection) as done:
            ask(address)
        shapes.append([re.sub(r"'[^']*'|\d+", "?", one["sql"]) for one in done.captured_queries])
    assert len(shapes[0]) > 1
    assert shapes[0] == shapes[1]


def test_knowing_takes_no_longer_than_not_knowing(owner: Member, ann: Contact) -> None:
    """Medians of many questions, taken in turn, so that what else runs here counts for both."""
    views.ASKED_OF_ADDRESS.burst = views.ASKED_ABOUT.burst = 1e9
    times: dict[str, list[float]] = {MAIL: [], "who@nowhere.example": []}
    try:
        for _turn in range(40):
            for address, taken in times.items():
                views.ASKED_OF_ADDRESS.forget()
                views.ASKED_ABOUT.forget()
                limits.POSTS_OF_ADDRESS.forget()
                began = time.perf_counter()
                ask(address)
                taken.append(time.perf_counter() - began)
    finally:
        views.ASKED_OF_ADDRESS.burst, views.ASKED_ABOUT.burst = 10.0, 3.0
    known, unknown = (sorted(taken)[len(taken) // 2] for taken in times.values())
    assert abs(known - unknown) < 0.25 * max(known, unknown)


def test_a_link_is_mailed_to_the_known_address_alone_once_an_hour(owner: Member, ann: Contact, settings: Any) -> None:
    for address in (MAIL, MAIL.upper(), "nobody@nowhere.example"):
        ask(address)
    look_all_up()
    assert [message.address for message in Message.objects.all()] == [MAIL]
    assert not PrivacyLink.objects.filter(email="nobody@nowhere.example").exists()
    assert token_of() not in repr(list(PrivacyLink.objects.values()))
    settings.CLOCK_OFFSET = 3700
    views.ASKED_ABOUT.forget()
    ask(MAIL)
    look_all_up()
    assert Message.objects.count() == 2
    for link in PrivacyLink.objects.all():
        asking.look_up(link_id=link.pk)
    assert Message.objects.count() == 2
    settings.CLOCK_OFFSET = 2 * 86400
    assert asking.tidy() == 4
    assert not PrivacyLink.objects.exists()


def test_a_thousand_questions_mail_one_and_are_stopped(owner: Member, ann: Contact) -> None:
    seen = {ask(MAIL).status_code for _turn in range(100)}
    assert seen == {200, 429}
    look_all_up()
    assert Message.objects.count() == 1
    assert PrivacyLink.objects.count() <= 3


@pytest.mark.parametrize("address", ["", "no address", "a@b", "a@b.org\nBcc: c@d.org", "a@b.org, c@d.org", "x" * 5000])
def test_what_is_no_one_address_is_refused_by_its_form_alone(owner: Member, address: str) -> None:
    answer = ask(address)
    assert answer.status_code in (413, 422)
    assert not PrivacyLink.objects.exists()
    look_all_up()
    assert not Message.objects.exists()


def test_scanners_change_nothing_and_see_nothing(owner: Member, ann: Contact) -> None:
    ask(MAIL)
    look_all_up()
    token, before = token_of(), rows(owner.practice_id)
    for _burst in range(5):
        for method in ("get", "head", "options"):
            for path in (
                f"/privacy/{token}",
                "/privacy/",
                f"/privacy/{token}?act=show",
                f"/privacy/{token}?act=forget_now",
            ):
                answer = getattr(Client(), method)(path)
                assert "Okafor" not in answer.content.decode()
                assert not answer.cookies
    assert rows(owner.practice_id) == before
    assert "Ann Okafor" in Client().post(f"/privacy/{token}", {"act": "show"}).content.decode()


def test_nobody_of_the_practice_acts_in_the_persons_place(owner: Member, link: tuple[str, str]) -> None:
    token, page = link
    for sent in ({"act": "show"}, {"act": "forget_now", "page": page}):
        answer = make.browser(owner).post(f"/privacy/{token}", sent)
        assert answer.status_code == 403
        assert "Okafor" not in answer.content.decode()
    assert Contact.objects.filter(practice=owner.practice, full_name__contains="Okafor").exists()
    assert make.browser(make.member()).post(f"/privacy/{token}", {"act": "show"}).status_code == 200


def test_no_act_without_the_page_and_none_after_half_an_hour(
    owner: Member, link: tuple[str, str], settings: Any
) -> None:
    token, page = link
    for name in ("correct", "object", "copy", "forget", "forget_now"):
        for false in ("", "x", token, page[:-1] + "_"):
            assert act(token, false, name, field="name", value="X").status_code == 409
    again = opened(token)  # opened anew: the page before it rests
    assert act(token, page, "object").status_code == 409
    settings.CLOCK_OFFSET = 1801
    assert act(token, again, "forget_now").status_code == 409
    assert Contact.objects.filter(full_name="Ann Okafor").exists()
    settings.CLOCK_OFFSET = 86401
    assert Client().post(f"/privacy/{token}", {"act": "show"}).status_code == 404


def test_tokens_of_others_and_other_purposes_open_nothing(owner: Member, link: tuple[str, str]) -> None:
    token, page = link
    other = make.contact(owner, "Bo Lee", email="bo@lee.example")
    ask("bo@lee.example")
    look_all_up()
    theirs = token_of()
    assert act(theirs, page, "object").status_code == 409
    other.refresh_from_db()
    assert not other.do_not_ask
    for false in ("x", "y" * 200, page, f"{token}x"):
        assert Client().post(f"/privacy/{false}", {"act": "show"}).status_code == 404
    for elsewhere in (f"/pass/{token}", f"/consent/{token}", f"/enter/{token}/"):
        assert "Okafor" not in Client().get(elsewhere).content.decode()


def test_from_another_site_nothing_is_read(owner: Member, link: tuple[str, str]) -> None:
    token, page = link
    posted = {"act": "forget_now", "page": page}
    answer = Client().post(f"/privacy/{token}", posted, headers={"sec-fetch-site": "cross-site"})
    assert answer.status_code == 403
    assert Contact.objects.filter(full_name="Ann Okafor").exists()


def test_objecting_holds_at_once_for_every_address(owner: Member, ann: Contact, link: tuple[str, str]) -> None:
    assert "nothing is sent to you" in act(*link, "object").content.decode()
    for address in (MAIL, "SECOND@okafor.example"):
        assert is_suppressed(owner.practice_id, address)
    ann.refresh_from_db()
    assert ann.do_not_ask
    request = PrivacyRequest.objects.get(kind=RequestKind.OBJECT)
    assert (request.state, request.contact) == (RequestState.DONE, ann)


def test_a_copy_is_one_file_that_no_spreadsheet_reckons_with(owner: Member, link: tuple[str, str]) -> None:
    answer = act(*link, "copy")
    assert answer["Content-Type"] == "application/zip"
    files = zipfile.ZipFile(io.BytesIO(answer.content))
    assert sorted(files.namelist()) == ["card.vcf", "data.csv", "data.json"]
    told = json.loads(files.read("data.json"))
    assert told["held"][0]["what"] == "Who you are"
    assert files.read("data.csv").startswith(b"\xef\xbb\xbf")  # by which spreadsheets know the alphabet
    lines = list(csv.reader(io.StringIO(files.read("data.csv").decode())))
    assert any(line[3] == "'=Sails on Sundays." for line in lines[1:])
    card = files.read("card.vcf").decode()
    assert "FN:Ann Okafor\r\n" in card
    assert f"EMAIL:{MAIL}\r\n" in card
    assert max(len(line.encode()) for line in card.split("\r\n")) <= 75


def test_a_correction_waits_for_the_desk_which_answers_by_mail(
    owner: Member, ann: Contact, link: tuple[str, str]
) -> None:
    assert act(*link, "correct", field="name").status_code == 422
    assert act(*link, "correct", field="name", value="Anna Okafor").status_code == 200
    act(*link, "correct", field="other", words="I never worked at Lind.")
    name, words = PrivacyRequest.objects.filter(kind=RequestKind.CORRECT).order_by("pk")
    assert name.due_on - clock.today() >= timedelta(days=28)
    deciding.accept(by=owner, request=name)
    ann.refresh_from_db()
    assert ann.full_name == "Anna Okafor"
    with pytest.raises(Refused, match="Say why"):
        deciding.decline(by=owner, request=words, answer=" ")
    deciding.decline(by=owner, request=words, answer="Your card says so.")
    with pytest.raises(Refused, match="answered already"):
        deciding.accept(by=owner, request=words)
    texts = [message.text for message in Message.objects.filter(key__startswith="privacy answer").order_by("pk")]
    assert "was carried out" in texts[0]
    assert "Your card says so." in texts[1]
    assert not PrivacyRequest.objects.exclude(email="").exists()


def test_being_forgotten_takes_two_steps_and_ends_the_link(owner: Member, link: tuple[str, str], settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    token, page = link
    first = act(token, page, "forget").content.decode()
    assert "Forget me now" in first
    assert "fingerprint" in first
    assert Contact.objects.filter(full_name="Ann Okafor").exists()
    over = act(token, page, "forget_now").content.decode()
    assert "You have been forgotten" in over
    assert not Contact.objects.filter(full_name="Ann Okafor").exists()
    assert not Message.objects.exists()
    assert Client().post(f"/privacy/{token}", {"act": "show"}).status_code == 404
    request = PrivacyRequest.objects.get(kind=RequestKind.ERASE)
    assert (request.contact, request.email, request.key) == (None, "", "")
    assert Event.objects.filter(kind="core:erased").count() == 1
    assert [message.to for message in sent_mail.outbox] == [[MAIL]]
    assert "has forgotten you" in sent_mail.outbox[0].body


def test_whom_a_hold_keeps_is_not_told_to_be_forgotten(owner: Member, ann: Contact, link: tuple[str, str]) -> None:
    until = clock.today() + timedelta(days=90)
    Hold.objects.create(
        practice=owner.practice, subject=ann.public_id, rule="court order 7", reason="A suit is pending.", until=until
    )
    answer = act(*link, "forget_now")
    said = answer.content.decode()
    assert answer.status_code == 422
    assert "court order 7" in said
    assert "You have been forgotten" not in said
    assert Contact.objects.get(pk=ann.pk).do_not_ask
    assert is_suppressed(owner.practice_id, "second@okafor.example")
    assert not PrivacyRequest.objects.filter(kind=RequestKind.ERASE).exists()
    assert not sent_mail.outbox


def test_a_hold_is_told_before_anything_is_pressed_and_objecting_is_offered(
    owner: Member, ann: Contact, link: tuple[str, str]
) -> None:
    until = clock.today() + timedelta(days=90)
    Hold.objects.create(practice=owner.practice, subject=ann.public_id, rule="case 7", reason="A suit.", until=until)
    said = act(*link, "forget").content.decode()
    assert "cannot forget you yet" in said
    assert "case 7" in said
    assert "Forget me now" not in said
    assert "Stop using it" in said
    assert until.isoformat() not in act(*link, "forget_now").content.decode()
    assert act(*link, "object").status_code == 200


def test_the_second_of_two_who_press_at_once_finds_the_link_gone(
    owner: Member, link: tuple[str, str], settings: Any
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    both = [PrivacyLink.objects.get() for _turn in range(2)]  # each read it before either forgot
    services.forget(link=both[0])
    with pytest.raises(Refused, match="a moment ago"):
        services.forget(link=both[1])
    assert PrivacyRequest.objects.filter(kind=RequestKind.ERASE).count() == 1
    assert len(sent_mail.outbox) == 1


def test_the_desk_forgets_nobody_twice(owner: Member, ann: Contact) -> None:
    again = Contact.objects.get(pk=ann.pk)
    deciding.forget(by=owner, contact=ann)
    with pytest.raises(Refused, match="a moment ago"):
        deciding.forget(by=owner, contact=again)
    assert PrivacyRequest.objects.filter(kind=RequestKind.ERASE).count() == 1


def test_an_address_that_was_wrong_opens_nothing_once_it_is_mended(
    owner: Member, ann: Contact, link: tuple[str, str]
) -> None:
    ContactPoint.objects.filter(contact=ann, key=MAIL).delete()
    token = link[0]
    said = Client().post(f"/privacy/{token}", {"act": "show"}).content.decode()
    assert "second@okafor.example" not in said
    assert "Sails on Sundays" not in said
    page = opened(token)
    for name in ("copy", "object", "forget_now"):
        act(token, page, name)
    assert Contact.objects.get(pk=ann.pk).do_not_ask is False


def test_whoever_is_alone_at_a_once_shared_address_is_the_one_who_objects(owner: Member, ann: Contact) -> None:
    ben = make.contact(owner, "Ben Okafor")
    shared = ContactPoint.objects.create(practice=owner.practice, contact=ben, kind="email", value=MAIL, key=MAIL)
    ask(MAIL)
    look_all_up()
    shared.delete()
    token = token_of()
    act(token, opened(token), "object")
    assert Contact.objects.get(pk=ann.pk).do_not_ask
    assert PrivacyRequest.objects.get(kind=RequestKind.OBJECT).contact == ann


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"field": "name", "value": "x" * 201}, "value"),
        ({"field": "phone", "value": "\x00"}, "value"),
        ({"field": "other", "words": "y" * 2001}, "words"),
    ],
)
def test_a_wish_that_does_not_fit_is_refused_beside_its_field(
    link: tuple[str, str], sent: dict[str, str], field: str
) -> None:
    answer = act(*link, "correct", **sent)
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.content.decode()
    assert act(*link, "correct", field="name", value="Ann\x00 <b>Okafor</b>\r\nBcc: x@y.example").status_code == 200
    assert PrivacyRequest.objects.get(state=RequestState.WAITING).value == "Ann <b>Okafor</b> Bcc: x@y.example"


def test_no_wish_of_somebody_forgotten_waits_and_words_are_right_in_their_eyes(
    owner: Member, ann: Contact, link: tuple[str, str]
) -> None:
    Contact.objects.filter(pk=ann.pk).update(country="DE")
    token, page = link
    act(token, page, "correct", field="name", value="Anna Okafor")
    said = Client().post(f"/privacy/{token}", {"act": "show"}).content.decode()
    assert "waits for the practice" in said
    assert "Waits for you" not in said
    act(token, opened(token), "forget_now")
    assert not PrivacyRequest.objects.filter(state=RequestState.WAITING).exists()
    assert "Nothing waits." in make.browser(owner).get("/settings/privacy/requests/").content.decode()


def test_the_secret_of_a_link_is_shown_on_no_page_and_in_no_copy(owner: Member, link: tuple[str, str]) -> None:
    token = link[0]
    message = Message.objects.get()
    shown = Client().post(f"/privacy/{token}", {"act": "show"}).content.decode()
    assert "Open this page to see it" in shown
    assert shown.count(token) == shown.count(f'action="/privacy/{token}"')  # in the addresses of forms alone
    files = zipfile.ZipFile(io.BytesIO(act(token, opened(token), "copy").content))
    assert all(token not in files.read(name).decode() for name in files.namelist())
    browser = make.browser(owner)
    for path in (f"/mail/messages/{message.public_id}/", f"/mail/messages/{message.public_id}/body"):
        answer = browser.get(path)
        assert answer.status_code == 200
        assert token not in answer.content.decode()


def test_people_who_share_an_address_do_not_see_each_other(owner: Member, ann: Contact) -> None:
    ben = make.contact(owner, "Ben Okafor", notes="Secret of Ben")
    ContactPoint.objects.create(practice=owner.practice, contact=ben, kind="email", value=MAIL, key=MAIL)
    ask(MAIL)
    look_all_up()
    token = token_of()
    said = Client().post(f"/privacy/{token}", {"act": "show"}).content.decode()
    assert "Several people on file share this address" in said
    assert "Ann Okafor" not in said
    assert "Secret of Ben" not in said
    page = opened(token)
    for name in ("copy", "forget", "forget_now"):
        assert act(token, page, name).status_code == 422
    assert act(token, page, "correct", field="other", words="I am Ben. Forget me.").status_code == 200
    asked = PrivacyRequest.objects.get(state=RequestState.WAITING)
    assert asked.words == "I am Ben. Forget me."
    desk = make.browser(owner).get(f"/settings/privacy/requests/{asked.public_id}/").content.decode()
    for words in (MAIL, "Ann Okafor", "Ben Okafor", "make sure which"):
        assert words in desk
    assert Contact.objects.count() == 2
