"""Whose page a link opens, what it may show, and what it says where a hold, a wish or a second press is in the way."""

from __future__ import annotations

import io
import zipfile
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail as sent_mail
from django.test import Client
from tests import make
from tests.rooms.privacy.asked import MAIL, act, ask, look_all_up, opened, token_of

from passalong.accounts.models import Member
from passalong.compliance.models import Hold
from passalong.contacts.models import Contact, ContactPoint
from passalong.core import clock
from passalong.core.errors import Refused
from passalong.mail.models import Message
from passalong.mail.services.suppression import is_suppressed
from passalong.privacy.models import PrivacyLink, PrivacyRequest, RequestKind, RequestState
from passalong.privacy.services import deciding
from passalong.privacy.services import requests as services

pytestmark = pytest.mark.django_db


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
