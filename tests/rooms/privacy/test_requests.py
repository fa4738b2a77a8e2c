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
from tests.rooms.privacy.asked import MAIL, act, ask, look_all_up, opened, token_of

from passalong.accounts.models import Member
from passalong.contacts.models import Contact
from passalong.core import clock
from passalong.core.errors import Refused
from passalong.core.models import Event, PracticeOwned
from passalong.mail.models import Message
from passalong.mail.services.suppression import is_suppressed
from passalong.portal import limits
from passalong.portal.views import privacy as views
from passalong.privacy.models import PrivacyLink, PrivacyRequest, RequestKind, RequestState
from passalong.privacy.services import asking, deciding
from passalong.prospecting.services import add_prospect

pytestmark = pytest.mark.django_db


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
        for false in ("", "x", token, page[:-1] + ("-" if page.endswith("_") else "_")):
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


def test_nobody_of_the_practice_takes_an_objection_back(owner: Member, ann: Contact, link: tuple[str, str]) -> None:
    act(*link, "object")
    desk, page = make.browser(owner), f"/people/{ann.public_id}/"
    assert "they objected on" in desk.get(page).content.decode()
    assert "Add to the wish list" not in desk.get(page).content.decode()
    answer = desk.post(f"{page}edit/", {"full_name": "Ann Okafor", "emails": MAIL})
    assert "asked themselves not to be asked about" in answer.content.decode()
    ann.refresh_from_db()
    assert ann.do_not_ask
    with pytest.raises(Refused, match="left alone"):
        add_prospect(by=owner, contact=ann)


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
    ended = Client().post(f"/privacy/{token}", {"act": "show"})
    assert ended.status_code == 404
    assert 'href="/privacy/"' in ended.content.decode()
    request = PrivacyRequest.objects.get(kind=RequestKind.ERASE)
    assert (request.contact, request.email, request.key) == (None, "", "")
    assert Event.objects.filter(kind="core:erased").count() == 1
    assert [message.to for message in sent_mail.outbox] == [[MAIL]]
    assert "has forgotten you" in sent_mail.outbox[0].body
