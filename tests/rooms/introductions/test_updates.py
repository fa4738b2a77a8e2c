"""News to the referrer: asked first, told in the words that were read, only while it is allowed; the same for nobody
else, and nothing by default."""

from __future__ import annotations

import re
import threading
from datetime import timedelta
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests import make
from tests.rooms.introductions.cast import Passed

from passalong.accounts.models import Profession
from passalong.compliance.models import Grant, GrantState, Purpose
from passalong.compliance.selectors import consent as selectors
from passalong.compliance.services import consent
from passalong.compliance.updates import SCOPES
from passalong.contacts.services import note_given
from passalong.core import blobs
from passalong.core.errors import Refused
from passalong.core.models import Event, RecordText
from passalong.introductions import letters
from passalong.introductions.models import Introduction
from passalong.introductions.services import hearing, report_yes, updating, withdraw_introduction
from passalong.mail.models import MailState, Message
from passalong.mail.services import composing, outbox, sending

pytestmark = pytest.mark.django_db(transaction=True)
LOCKED = (Profession.ATTORNEY, Profession.ACCOUNTANT, Profession.DOCTOR)
REPLIES = "/introductions/replies/"


def page(passed: Passed) -> str:
    return re.sub(r"\s+", " ", make.browser(passed.by).get(REPLIES).content.decode())


def test_from_the_question_to_the_news_and_back(passed: Passed) -> None:
    reply = passed.answers()
    question = updating.ask(by=passed.by, reply=reply)
    outbox.send(by=passed.by, message=question)
    assert sending.deliver() == 1
    asked = passed.sink.received[0].parsed
    assert asked["To"] == "Jo Lind <jo@lind.example>"
    text = asked.get_body(("plain",)).get_content()
    found = re.search(r"https://refer\.practice\.example(/consent/\S+)", text)
    assert found
    form = re.search(r'name="shown" value="(\w+)"', Client().get(found[1]).content.decode())
    assert form
    answer = Client().post(found[1], {"shown": form[1], "answer": "tell", "tell": "spoke"})
    assert answer.status_code == 303
    news = updating.tell(by=passed.by, reply=reply, field="spoke")
    outbox.send(by=passed.by, message=news)
    assert sending.deliver() == 1
    told = passed.sink.received[1].parsed
    assert told["To"] == "Ann Okafor <ann@client.example>"
    assert "Jo Lind and we have spoken." in told.get_body(("plain",)).get_content()
    grant = passed.news()
    assert (grant.uses, grant.scope) == (1, ["spoke"])
    used = Event.objects.get(kind="compliance:consent_used", subject=grant.public_id).payload
    assert (used.data["field"], used.data["recipient"], used.data["message"]) == (
        "spoke",
        passed.ann.public_id,
        news.public_id,
    )
    assert blobs.read(RecordText.objects.get(payload=used).blob) == passed.sink.received[1].content


def test_the_desk_never_reads_the_address_of_the_persons_page_nor_answers_on_it(passed: Passed) -> None:
    reply = passed.answers()
    question = updating.ask(by=passed.by, reply=reply)
    found = re.search(r"/consent/([\w-]{20,})", question.text)
    assert found
    path, secret = found[0], found[1]
    desk, where = make.browser(passed.by), f"/mail/messages/{question.public_id}/"
    for is_sent in (False, True):
        for shown in (where, f"{where}body", f"{where}edit/", "/mail/", REPLIES):
            assert secret not in desk.get(shown, follow=True).content.decode(), shown
        assert "for nobody but them" in desk.get(where).content.decode()
        if not is_sent:
            outbox.send(by=passed.by, message=question)
            assert sending.deliver() == 1
    assert secret in passed.sink.received[0].parsed.get_body(("plain",)).get_content()
    kept = [
        blobs.read(one.blob).decode() for one in RecordText.objects.filter(payload__event__kind__startswith="mail:")
    ]
    assert len(kept) == 1
    assert "/consent/…" in kept[0]
    assert secret not in kept[0]
    form = re.search(r'name="shown" value="(\w+)"', Client().get(path).content.decode())
    assert form
    answer = {"shown": form[1], "answer": "tell", "tell": "spoke"}
    assert desk.post(path, answer).status_code == 403
    assert passed.news().state == GrantState.ASKED
    assert Client().post(path, answer).status_code == 303


def test_what_waits_in_the_outbox_is_held_once_it_is_taken_back(passed: Passed) -> None:
    reply = passed.answers()
    grant = passed.granted(reply, "spoke")
    waiting = outbox.send(by=passed.by, message=updating.tell(by=passed.by, reply=reply, field="spoke"))
    assert waiting.state == MailState.QUEUED
    consent.revoke(grant=grant)
    sending.deliver()
    waiting.refresh_from_db()
    assert (waiting.state, waiting.rule) == (MailState.HELD, "invariant-1")
    assert not passed.sink.received
    assert "Tell Ann Okafor" not in page(passed)
    with pytest.raises(Refused):
        updating.tell(by=passed.by, reply=reply, field="spoke")


def test_what_waits_is_held_when_the_person_allows_less_or_the_time_is_up(passed: Passed, settings: Any) -> None:
    one, two = passed.answers(), passed.answers(name="Al Berg", reach="al@berg.example")
    first = passed.granted(one, "spoke", "client")
    passed.granted(two, "spoke")
    hearing.choose(referrer=passed.ann, channel="mail", rhythm="each", quiet_until=None)
    drafts = [
        updating.tell(by=passed.by, reply=one, field="client"),
        updating.tell(by=passed.by, reply=two, field="spoke"),
    ]
    consent.grant(grant=first, scope=["spoke"], page=b"page", choice={"scope": ["spoke"]})
    settings.CLOCK_OFFSET = timedelta(days=366).total_seconds()
    for draft in drafts:
        assert outbox.send(by=passed.by, message=draft).state == MailState.HELD
    assert not Grant.objects.filter(uses__gt=0).exists()


def test_only_what_was_allowed_is_drafted(passed: Passed) -> None:
    reply = passed.answers()
    with pytest.raises(Refused):
        updating.tell(by=passed.by, reply=reply, field="spoke")
    passed.asked(reply)
    with pytest.raises(Refused):
        updating.tell(by=passed.by, reply=reply, field="spoke")
    consent.grant(grant=passed.news(), scope=["spoke"], page=b"page", choice={})
    for field in ("client", "done", "name", ""):
        with pytest.raises(Refused):
            updating.tell(by=passed.by, reply=reply, field=field)
    draft = updating.tell(by=passed.by, reply=reply, field="spoke")
    with pytest.raises(Refused):
        composing.redraft(by=passed.by, message=draft, subject="x", text="Jo Lind is rich")


def test_who_wants_no_contact_left_no_address_or_is_reported_is_not_asked(passed: Passed) -> None:
    for number, wish in enumerate(("no", "not_now")):
        with pytest.raises(Refused, match="own answer"):
            updating.ask(by=passed.by, reply=passed.answers(wish, reach=f"p{number}@lind.example"))
    with pytest.raises(Refused, match="mail address"):
        updating.ask(by=passed.by, reply=passed.answers(reach="+1 212 555 0142"))
    assert not Message.objects.exists()
    assert "Ask whether Ann Okafor" not in page(passed)


def test_asking_again_shows_the_same_question_until_it_will_not_arrive(passed: Passed) -> None:
    reply = passed.answers()
    first = updating.ask(by=passed.by, reply=reply)
    assert updating.ask(by=passed.by, reply=reply) == first
    outbox.cancel(by=passed.by, message=first)
    second = updating.ask(by=passed.by, reply=reply)
    assert second != first
    assert Grant.objects.filter(purpose=Purpose.UPDATE, state=GrantState.ASKED).count() == 1


@pytest.mark.parametrize("profession", LOCKED)
def test_where_clients_are_confidential_only_whom_they_named_is_asked_about(passed: Passed, profession: str) -> None:
    passed.works_as(Profession.ADVISER, profession)
    reply = passed.answers()
    reply.evidence.filter(kind="said").delete()
    with pytest.raises(Refused, match="confidential"):
        updating.ask(by=passed.by, reply=reply)
    named = passed.answers(name="Al Berg", reach="al@berg.example")
    assert updating.ask(by=passed.by, reply=named).state == MailState.DRAFT


@pytest.mark.parametrize("profession", LOCKED)
def test_secrecy_needs_the_signed_form_before_anything_is_told(passed: Passed, profession: str) -> None:
    passed.works_as(profession)
    reply = passed.answers()
    passed.granted(reply, "spoke")
    with pytest.raises(Refused):
        updating.tell(by=passed.by, reply=reply, field="spoke")
    assert "before the signed form is on record" in page(passed)
    browser = make.browser(passed.by)
    browser.post(f"{REPLIES}{reply.public_id}/form/", {"form_id": "F-12"})
    assert "signed form F-12" in page(passed)
    sent = outbox.send(by=passed.by, message=updating.tell(by=passed.by, reply=reply, field="spoke"))
    assert sent.state == MailState.QUEUED


def test_the_desk_reads_how_it_stands_and_finds_the_next_act(passed: Passed) -> None:
    reply, browser = passed.answers(), make.browser(passed.by)
    assert "own answer" in page(passed)
    assert "no: nothing is told unless they allow it" in page(passed)
    assert "Ask whether Ann Okafor may hear about it" in page(passed)
    browser.post(f"{REPLIES}{reply.public_id}/ask/")
    assert Message.objects.get().purpose == "consent_ask"
    assert "Withdraw the question" in page(passed)
    consent.grant(grant=passed.news(), scope=["spoke", "done"], page=b"page", choice={})
    for words in ("we spoke, it is done: own answer, until", "Tell Ann Okafor: we spoke", "They took it back"):
        assert words in page(passed)
    browser.post(f"{REPLIES}{reply.public_id}/tell/", {"field": "spoke"})
    assert Message.objects.filter(purpose="update").count() == 1
    browser.post(f"{REPLIES}{reply.public_id}/take-back/")
    assert "no: taken back" in page(passed)
    assert passed.news().state == GrantState.REVOKED
    stranger = make.browser(make.member())
    for act in ("ask", "tell", "take-back", "form"):
        assert stranger.post(f"{REPLIES}{reply.public_id}/{act}/").status_code == 404
        assert browser.get(f"{REPLIES}{reply.public_id}/{act}/").status_code == 405


def test_the_list_of_replies_asks_the_same_number_of_questions_whatever_its_length(passed: Passed) -> None:
    browser, counted = make.browser(passed.by), []
    for size in (2, 20):
        for number in range(size):
            passed.granted(passed.answers(reach=f"p{size}{number}@lind.example"), "spoke")
        with CaptureQueriesContext(connection) as queries:
            browser.get(REPLIES)
        counted.append(len(queries))
    assert counted[0] == counted[1]


def test_a_reported_yes_is_told_apart_and_ends_with_the_introduction(passed: Passed) -> None:
    jo = make.contact(passed.by, "Jo Lind", email="jo@lind.example")
    own = {"practice": passed.practice, "referrer": passed.ann, "agreed_on": make.DAY}
    found = Introduction.objects.create(prospect=jo, **own)
    browser = make.browser(passed.by)
    path = f"/introductions/{found.public_id}/said-yes/"
    assert browser.get(path).status_code == 200
    assert browser.post(path, {"on": "2026-05-04", "words": "yes"}).status_code == 422
    assert browser.post(path, {"on": "2026-05-04", "words": "Jo said: have them call me"}).status_code == 302
    text = re.sub(r"\s+", " ", browser.get(f"/introductions/{found.public_id}/").content.decode())
    assert "reported by the client" in text
    assert selectors.may_be_contacted(passed.practice, jo)
    assert not selectors.may_be_contacted(passed.practice, jo, own_only=True)
    withdraw_introduction(by=passed.by, introduction=found)
    assert not selectors.may_be_contacted(passed.practice, jo)
    with pytest.raises(Refused):
        report_yes(by=passed.by, introduction=found, on=make.DAY, words="Jo said yes")


def test_a_reported_yes_never_opens_a_question_or_a_list(passed: Passed) -> None:
    jo = make.contact(passed.by, "Jo Lind", email="jo@lind.example")
    told = {"person": jo, "told_by": passed.ann, "words": "Jo said yes", "on": make.DAY}
    consent.grant_reported(by=passed.by, **told)
    note_given(by=passed.by, contact=jo, reach="jo@lind.example")
    to = composing.Recipient("jo@lind.example", "Jo Lind", jo)
    for purpose, state in (("personal", "queued"), ("news", "held"), ("consent_ask", "held")):
        draft = composing.draft(
            by=passed.by, practice=passed.practice, purpose=purpose, to=to, subject="x", text="x", key=purpose
        )
        assert outbox.send(by=passed.by, message=draft).state == state, purpose


@pytest.mark.parametrize("key", [one for one in SCOPES if one != letters.TROUBLE_SCOPE])
def test_the_page_of_the_person_shows_the_very_letter(passed: Passed, key: str) -> None:
    reply = passed.answers()
    _grant, token = consent.ask(by=passed.by, about=reply.public_id, person_key=reply.person_key, recipient=passed.ann)
    shown = re.sub(r"<[^>]+>|\s+", " ", Client().get(f"/consent/{token}").content.decode())
    shown = re.sub(r"\s+", " ", shown)
    consent.grant(grant=passed.news(), scope=[key], page=b"page", choice={})
    text = updating.tell(by=passed.by, reply=reply, field=key).text
    sentence = SCOPES[key].sentence("Jo Lind")
    assert f"“{sentence}”" in shown
    for paragraph in text.replace(sentence, "…").split("\n\n"):
        assert re.sub(r"\s+", " ", paragraph) in shown


def test_no_letter_fills_a_word_it_does_not_hold(passed: Passed) -> None:
    for tag in ("friend", "sentence", "prospect", "name", "reply.note", "first_name.__class__", "0", ""):
        with pytest.raises(Refused):
            letters.fill(f"Dear {{{tag}}}", {}, letters.OWN)


@pytest.mark.storage
def test_two_who_ask_at_the_same_moment_ask_once(passed: Passed) -> None:
    reply, asked, gate = passed.answers(), [], threading.Barrier(6)

    def ask() -> None:
        gate.wait()
        try:
            asked.append(updating.ask(by=passed.by, reply=reply).public_id)
        except Refused:
            pass
        finally:
            connections.close_all()

    threads = [threading.Thread(target=ask) for _number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert asked
    assert Grant.objects.filter(purpose=Purpose.UPDATE).count() == Message.objects.count() == 1


@pytest.mark.storage
def test_all_that_is_done_with_a_consent_holds_its_rows(passed: Passed) -> None:
    reply = passed.answers()
    grant = passed.granted(reply, "spoke")
    consent.record_form(by=passed.by, grant=grant, form_id="F-1")
    draft = updating.tell(by=passed.by, reply=reply, field="spoke")
    consent.use(grant, blobs.keep(passed.practice.pk, b"text", "text/plain"), passed.ann, "spoke", message=draft.key)
    again = consent.grant(grant=grant, scope=["done"], page=b"page", choice={})
    consent.revoke(grant=again)
    passed.answers("no")
    assert not selectors.live(passed.practice).exists()


def test_answers_from_before_there_were_consents_get_theirs(passed: Passed) -> None:
    first = passed.answers()
    passed.answers(reach="al@berg.example")
    passed.answers("not_now", reach="AL@berg.example")
    fields = ("about", "person_key", "purpose", "state", "given", "evidence", "evidence_hash")
    made = set(Grant.objects.filter(state__in=("granted", "revoked")).values_list(*fields))
    Grant.objects.all().delete()
    migration = import_module("passalong.introductions.migrations.0004_consents_of_replies")
    migration.give(apps, None)
    assert set(Grant.objects.values_list(*fields)) == made
    found = Grant.objects.get(about=first.public_id)
    assert found.granted_at == first.at
    migration.take(apps, None)
    assert not Grant.objects.exists()


def test_the_letter_itself_refuses_what_its_consent_does_not_hold(passed: Passed) -> None:
    grant = passed.granted(passed.answers(), "spoke")
    assert "have spoken" in letters.write_news(grant, passed.ann, "Jo Lind", "spoke").text
    for who, key in ((passed.ann, "client"), (passed.ann, "name"), (make.client(passed.by), "spoke")):
        with pytest.raises(Refused):
            letters.write_news(grant, who, "Jo Lind", key)


def test_news_of_which_a_person_says_that_it_went_counts_as_told(passed: Passed) -> None:
    reply = passed.answers()
    grant = passed.granted(reply, "spoke")
    news = outbox.send(by=passed.by, message=updating.tell(by=passed.by, reply=reply, field="spoke"))
    Message.objects.filter(pk=news.pk).update(state=MailState.UNKNOWN)
    outbox.settle(by=passed.by, message=news, went=True)
    grant.refresh_from_db()
    assert grant.uses == 1
    used = Event.objects.get(kind="compliance:consent_used", subject=grant.public_id).payload
    assert (used.data["field"], used.data["message"]) == ("spoke", news.public_id)
    assert RecordText.objects.filter(payload=used, blob=news.mime).exists()
