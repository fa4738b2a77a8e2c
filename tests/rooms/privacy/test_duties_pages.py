"""The pages of the duties: looking changes nothing, telling by mail goes through the outbox, papers come as PDF."""

from __future__ import annotations

import io
import re

import pytest
from django_tasks_db.models import DBTaskResult
from pypdf import PdfReader
from tests import make

from passalong.accounts.models import Member
from passalong.compliance.models import Grant
from passalong.contacts import resting
from passalong.contacts.models import Contact
from passalong.core import blobs, clock
from passalong.mail.models import MailPurpose, Message, SuppressionReason
from passalong.mail.services.suppression import suppress
from passalong.privacy.models import Assessment, BalancingNote, Notice
from passalong.privacy.selectors import duties
from passalong.privacy.services import notices
from passalong.privacy.tasks import tell

pytestmark = pytest.mark.django_db
SAID = "We meet people by those they trust; less would not do, and it stays fair to them."


@pytest.fixture
def owner() -> Member:
    who = make.member(make.practice("Okafor Beratung"))
    who.practice.country, who.practice.imprint = "DE", "Okafor Beratung\nLindenweg 1, Berlin"
    who.practice.save()
    return who


def text_of(pdf: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages).split())


def test_looking_sends_nothing_and_sending_sends_what_was_shown(owner: Member) -> None:
    person = make.contact(owner, "Sten Stranger", email="sten@example.org")
    browser = make.browser(owner)
    seen = browser.get(f"/settings/privacy/people/tell/?person={person.public_id}").content.decode()
    assert "Dear Sten Stranger" in seen
    assert not Message.objects.exists()
    answer = browser.post("/settings/privacy/people/tell/", {"person": person.public_id, "how": "mail"}, follow=True)
    assert "1 person told." in answer.content.decode()
    message = Message.objects.get()
    assert (message.purpose, message.address) == (MailPurpose.NOTICE, "sten@example.org")
    assert message.mime is not None
    assert b"Dear Sten Stranger" in blobs.read(message.mime)
    assert Notice.objects.get().message == message.public_id
    assert not resting.told_by(person)


def test_without_an_address_it_says_so_and_nobody_counts_as_told(owner: Member) -> None:
    person = make.contact(owner, "Sten Stranger")
    answer = make.browser(owner).post(
        "/settings/privacy/people/tell/", {"person": person.public_id, "how": "mail"}, follow=True
    )
    assert "has no mail address on file" in answer.content.decode()
    assert resting.told_by(person)


def test_many_are_told_at_once_after_a_count_that_holds(owner: Member) -> None:
    for number in range(60):
        make.contact(owner, f"Sten {number:02}", email=f"sten{number}@example.org")
    make.contact(owner, "Nora Nowhere")
    suppress(owner.practice_id, "sten7@example.org", reason=SuppressionReason.OBJECTED)
    browser = make.browser(owner)
    seen = browser.get("/settings/privacy/people/").content.decode()
    assert "All 50 on this page" in seen
    assert "sten0@example.org" in seen
    assert re.search(r"All with a mail address\s*<span[^>]*>60<", seen)
    looked = browser.get("/settings/privacy/people/tell/?all=mail").content.decode()
    assert "Send it to 59 people" in looked
    assert "asked for no more messages" in looked
    assert "Dear Sten 00" in looked
    assert "Nora Nowhere" not in looked
    assert not Message.objects.exists()
    sent = browser.post("/settings/privacy/people/tell/", {"how": "mail", "person": _ids(looked)}, follow=True)
    assert "59 notices are being sent" in sent.content.decode()
    assert not Message.objects.exists()  # the page does not wait for so many
    (task,) = DBTaskResult.objects.filter(task_path="passalong.privacy.tasks.tell")
    for _turn in range(2):  # a task may run twice
        tell.func(*task.args_kwargs["args"])
    assert Message.objects.filter(purpose=MailPurpose.NOTICE).count() == 59
    assert duties.to_be_told(owner.practice).count() == 2
    rest = browser.get("/settings/privacy/people/tell/?all=page").content.decode()
    assert "Nora Nowhere" in rest
    assert "Send it to" not in rest


def _ids(looked: str) -> list[str]:
    """Whom the form that sends is about."""
    form = next(one for one in looked.split("<form") if 'value="mail"' in one)
    return re.findall(r'name="person" value="(\w+)"', form)


def test_more_than_go_at_once_are_said_to_be_left(owner: Member, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notices, "AT_ONCE", 3)
    people = [make.contact(owner, f"Sten {number}", email=f"sten{number}@example.org") for number in range(5)]
    looked = make.browser(owner).get("/settings/privacy/people/tell/?all=mail").content.decode()
    assert "Left for another press" in looked
    assert _ids(looked) == [one.public_id for one in people[:3]]  # the longest on file first


def test_letters_are_one_a_person_and_marking_them_tells_them(owner: Member) -> None:
    people = [make.contact(owner, name) for name in ("Sten Stranger", "Una *Under* #score")]
    query = "&".join(f"person={one.public_id}" for one in people)
    browser = make.browser(owner)
    pdf = browser.get(f"/settings/privacy/people/letters.pdf?{query}").content
    assert len(PdfReader(io.BytesIO(pdf)).pages) == 2
    assert "Una *Under* #score" in text_of(pdf)
    assert not Notice.objects.exists()
    ids = [one.public_id for one in people]
    browser.post("/settings/privacy/people/tell/", {"person": ids, "how": "letter"})
    assert Notice.objects.filter(how="letter").count() == 2


def test_the_list_pages_filters_and_says_when_it_is_empty(owner: Member, django_assert_max_num_queries: object) -> None:
    browser = make.browser(owner)
    assert "Everybody has been told" in browser.get("/settings/privacy/people/").content.decode()
    now = clock.now()
    Contact.objects.bulk_create(
        Contact(practice=owner.practice, full_name=f"Person {n}", sort_key=f"{n:05}", search="", created_at=now)
        for n in range(300)
    )
    with django_assert_max_num_queries(22):  # type: ignore[operator]
        seen = browser.get("/settings/privacy/people/?page=2").content.decode()
    assert seen.count('name="person"') == 50
    assert "Nobody is that far." in browser.get("/settings/privacy/people/?when=locked").content.decode()


def test_the_balancing_note_is_signed_on_its_page(owner: Member) -> None:
    browser = make.browser(owner)
    assert (
        "suggestions of people who are no clients are off"
        in browser.get("/settings/privacy/balancing/").content.decode()
    )
    short = browser.post("/settings/privacy/balancing/", dict.fromkeys(BalancingNote.TEXTS, "because"))
    assert short.status_code == 422
    assert not BalancingNote.objects.exists()
    browser.post("/settings/privacy/balancing/", dict.fromkeys(BalancingNote.TEXTS, SAID))
    assert BalancingNote.objects.get().signer == owner.public_id
    printed = text_of(browser.get("/settings/privacy/balancing/1.pdf").content)
    for words in ("Okafor Beratung", SAID, "Version 1, signed by"):
        assert words in printed
    assert browser.get("/settings/privacy/balancing/2.pdf").status_code == 404
    clerk = make.browser(make.assistant(owner.practice))
    assert clerk.post("/settings/privacy/balancing/", dict.fromkeys(BalancingNote.TEXTS, SAID)).status_code == 422
    assert BalancingNote.objects.count() == 1


def test_the_assessment_is_prefilled_keeps_own_words_and_comes_as_files(owner: Member) -> None:
    make.contact(owner, "Sten Stranger")
    browser = make.browser(owner)
    page = browser.get("/settings/privacy/assessment/")
    assert "People on file at present: 1" in page.content.decode()
    fields = {name: page.context["form"].fields[name].initial for name in page.context["form"].fields}
    browser.post("/settings/privacy/assessment/", {**fields, "view": "Our officer, Ms Lind, read it on 3 May."})
    assert Assessment.objects.get().texts == {"view": "Our officer, Ms Lind, read it on 3 May."}
    make.contact(owner, "Una Under")
    told = browser.get("/settings/privacy/assessment/file.md").content.decode()
    assert "# Data protection impact assessment" in told
    assert "People on file at present: 2" in told
    assert "Ms Lind" in text_of(browser.get("/settings/privacy/assessment/file.pdf").content)


def test_a_signed_consent_goes_on_file_and_comes_off_on_its_page(owner: Member) -> None:
    person = make.contact(owner, "Tara Tax")
    Contact.objects.filter(pk=person.pk).update(tax_only=True)
    browser, today = make.browser(owner), clock.today()
    form = {"purpose": "tax_use", "form_id": "7216-12", "signed_on": today.isoformat()}
    assert browser.post(f"/people/{person.public_id}/tax/", form).status_code == 422
    assert not Grant.objects.exists()
    until = today.replace(year=today.year + 1, day=1).isoformat()
    assert browser.post(f"/people/{person.public_id}/tax/", {**form, "until": until}).status_code == 302
    assert "The consent to use holds" in browser.get(f"/people/{person.public_id}/tax/").content.decode()
    browser.post(f"/people/{person.public_id}/tax/withdraw/", {"purpose": "tax_use"})
    assert "No consent to use holds" in browser.get(f"/people/{person.public_id}/tax/").content.decode()


def test_every_tab_and_the_people_list_show_what_is_kept_apart(owner: Member) -> None:
    person = make.contact(owner, "Tara Tax")
    Contact.objects.filter(pk=person.pk).update(tax_only=True, country="FR")
    browser = make.browser(owner)
    for tab in ("", "people/", "balancing/", "assessment/", "kept/"):
        answer = browser.get(f"/settings/privacy/{tab}")
        assert answer.status_code == 200
        assert 'aria-current="page"' in answer.content.decode()
    assert "Tara Tax" not in browser.get("/people/").content.decode()
    assert "Tara Tax" not in browser.get("/people/?q=tara").content.decode()
    assert "Tara Tax" in browser.get("/people/?apart=tax_only").content.decode()
    seen = browser.get(f"/people/{person.public_id}/").content.decode()
    assert "is known from tax work only: nothing is suggested" in seen
    assert "To be told" in browser.get("/people/").content.decode()
    assert "balancing note is signed" in browser.get("/").content.decode()


def test_a_country_is_typed_as_people_write_it_and_filters_the_list(owner: Member) -> None:
    person, browser = make.contact(owner, "Sten Stranger"), make.browser(owner)
    make.contact(owner, "Una Under")
    form = {"full_name": "Sten Stranger", "country": "Atlantis"}
    refused = browser.post(f"/people/{person.public_id}/edit/", form)
    assert refused.status_code == 422
    assert "no country we know" in refused.content.decode()
    browser.post(f"/people/{person.public_id}/edit/", {**form, "country": "Österreich", "tax_only": ""})
    person.refresh_from_db()
    assert person.country == "AT"
    seen = browser.get("/people/?country=AT").content.decode()
    assert "Sten Stranger" in seen
    assert "Una Under" not in seen
    assert "dsb.gv.at" in browser.get(f"/settings/privacy/people/tell/?person={person.public_id}").content.decode()
