"""The desk's pages of clients' messages: composing in the meeting, handing over to the client's phone, templates."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests import make
from tests.rooms.introductions.cast import PUBLIC
from tests.rooms.introductions.words_cast import SAID, WHY, Words, light, words_of

from passalong.compliance.models.approvals import REASON
from passalong.contacts.models import ContactPoint
from passalong.core import clock
from passalong.introductions.models import Recommendation, Stage, Template, Thanks
from passalong.introductions.selectors import words as selectors
from passalong.mail.models import Message

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast(settings: Any) -> Words:
    return words_of(light(settings))


def test_in_the_meeting_the_client_says_confirms_and_takes_it_on_the_own_phone(cast: Words) -> None:
    desk, page = make.browser(cast.by), f"/introductions/{cast.introduction.public_id}/words/"
    assert "What was on your mind" in desk.get(page).content.decode()
    looked = desk.post(page, {"act": "look", "said": SAID})
    body = looked.context["draft"].body
    assert not Recommendation.objects.exists()
    told = {"said": SAID, "body": body, "on": "tablet"}
    assert desk.post(page, {"act": "confirm", **told}).status_code == 422, "without the tick nothing is confirmed"
    kept = desk.post(page, {"act": "confirm", "mine": "on", **told})
    row = Recommendation.objects.get()
    assert kept["Location"] == f"/words/{row.public_id}/"
    assert "mailto:?" not in desk.get(kept["Location"]).content.decode(), "from the desk nothing goes in their name"

    code = desk.post(f"/words/{row.public_id}/hand/", {"by": "code"}).content.decode()
    own = re.search(rf"{PUBLIC}(/pass/[\w-]+/words/{row.public_id})", code)
    assert own
    assert "<svg" in code
    assert "mailto:?" in Client().get(own[1]).content.decode()
    Client().post(own[1], {"act": "sent", "how": "phone"})
    cast.introduction.refresh_from_db()
    assert cast.introduction.stage == Stage.PASSED
    assert cast.introduction.steps.last().who == "referrer"
    assert Thanks.objects.get().because == "sent"
    assert "Jo Lind" not in Thanks.objects.get().text


def test_after_the_meeting_it_waits_on_the_clients_own_page(cast: Words) -> None:
    desk, page = make.browser(cast.by), f"/words/for/{cast.passed.ann.public_id}/"
    assert desk.post(page, {"act": "leave", "said": SAID, "body": "x"}).status_code == 422
    left = desk.post(page, {"act": "leave", "said": SAID, "body": cast.body()})
    row = Recommendation.objects.get()
    assert (row.confirmed_at, row.introduction) == (None, None)
    ContactPoint.objects.create(
        practice=cast.passed.practice,
        contact=cast.passed.ann,
        kind="email",
        value="ann@client.example",
        key="ann@client.example",
    )
    drafted = desk.post(f"{left['Location']}hand/", {"by": "mail"})
    message = Message.objects.get()
    assert message.public_id in drafted["Location"]
    own = re.search(rf"{PUBLIC}(/pass/[\w-]+/words/\w+)", message.text)
    assert own
    form = Client().get(own[1])
    assert SAID in form.content.decode()
    body = form.context["form"]["body"].value()
    answer = Client().post(own[1], {"act": "confirm", "said": SAID, "body": f"Dear Jo, {body}", "mine": "on"})
    assert answer.status_code == 303
    row.refresh_from_db()
    assert (row.confirmed_on, row.text[:8]) == ("portal", "Dear Jo,")
    assert Recommendation.objects.count() == 1


def test_taking_back_what_nobody_confirmed(cast: Words) -> None:
    desk = make.browser(cast.by)
    desk.post(f"/words/for/{cast.passed.ann.public_id}/", {"act": "leave", "said": SAID, "body": cast.body()})
    row = Recommendation.objects.get()
    desk.post(f"/words/{row.public_id}/drop/")
    assert not Recommendation.objects.exists()
    kept = cast.confirmed()
    desk.post(f"/words/{kept.public_id}/drop/")
    assert Recommendation.objects.exists()


def test_a_forbidden_sentence_is_shown_beside_the_message_and_nothing_is_lost(cast: Words) -> None:
    cast.passed.works_as("insurance")
    desk, page = make.browser(cast.by), f"/introductions/{cast.introduction.public_id}/words/"
    said = "They paid out $20,000 after the fire."
    assert "insurance.client-words" in desk.post(page, {"act": "look", "said": said}).content.decode()
    told = {"act": "confirm", "said": said, "body": said, "mine": "on", "on": "paper"}
    answer = desk.post(page, told)
    assert answer.status_code == 422
    assert answer.content.decode().count("insurance.client-words") == 1
    assert said in answer.context["form"]["body"].value()


def test_without_kit_approval_or_public_address_the_page_says_so(cast: Words, settings: Any) -> None:
    desk, page = make.browser(cast.by), f"/introductions/{cast.introduction.public_id}/words/"
    settings.PUBLIC_URL = ""
    assert "as soon as others can open this server" in desk.get(page).content.decode()
    settings.PUBLIC_URL = PUBLIC
    cast.passed.works_as("dentist")
    assert "must approve" in desk.get(page).content.decode()
    cast.passed.works_as("coach")
    cast.passed.kit.edition.delete()
    assert "none is published yet" in desk.get(page).content.decode()


def test_a_template_goes_to_the_second_person_and_into_force(cast: Words) -> None:
    cast.passed.works_as("attorney")
    desk, second = make.browser(cast.by), make.browser(cast.approver())
    assert "second person" in desk.get("/settings/words/").content.decode()
    told = {
        "empathy": "It may be nothing for you.",
        "involves": "{practice} write back.",
        "prompts": "What was it like?",
    }
    assert f"A sentence of at least {REASON} characters" in desk.get("/settings/words/").content.decode()
    assert desk.post("/settings/words/", {**told, "why": "short"}).status_code == 422
    assert not Template.objects.exists()
    assert desk.post("/settings/words/", {**told, "why": WHY}).status_code == 302
    template = Template.objects.get()
    assert template.approval is not None
    asked = second.get("/settings/words/").content.decode()
    approval = re.search(rf'href="(/[^"]*{template.approval.public_id}[^"]*)"', asked)
    assert approval
    assert f"/settings/words/{template.public_id}/" in second.get(approval[1]).content.decode()
    assert "Harbour Wealth write back." in second.get(f"/settings/words/{template.public_id}/").content.decode()
    second.post(approval[1], {"decision": "yes", "why": WHY})
    template.refresh_from_db()
    assert template.in_force_at is not None
    assert selectors.standing(cast.passed.practice).is_usable
    helper = make.browser(make.assistant(cast.passed.practice))
    assert helper.post("/settings/words/", {**told, "why": WHY}).status_code == 302, "somebody else decides"
    cast.passed.works_as("consultant")
    assert "<textarea" not in helper.get("/settings/words/").content.decode()
    assert helper.post("/settings/words/", told).status_code == 422
    assert Template.objects.count() == 2


def test_looking_changes_nothing_and_strangers_see_nothing(cast: Words) -> None:
    row, stranger = cast.confirmed(), make.browser(make.member())
    pages = (
        f"/introductions/{cast.introduction.public_id}/words/",
        f"/words/for/{cast.passed.ann.public_id}/",
        f"/words/{row.public_id}/",
        f"/words/{row.public_id}/send/",
        f"/settings/words/{row.template.public_id}/",
    )
    before = [*Recommendation.objects.values(), *Template.objects.values()]
    for page in pages:
        assert make.browser(cast.by).get(f"{page}?act=confirm&mine=on").status_code == 200, page
        assert stranger.get(page).status_code == 404, page
        assert stranger.post(page, {"act": "confirm"}).status_code in (404, 405), page
        assert Client().get(page).status_code == 302, page
    for act in ("sent", "drop", "hand"):
        assert stranger.post(f"/words/{row.public_id}/{act}/", {"how": "mail"}).status_code == 404
        assert make.browser(cast.by).get(f"/words/{row.public_id}/{act}/").status_code == 405
    assert [*Recommendation.objects.values(), *Template.objects.values()] == before


def test_an_introductions_words_take_one_query_however_many(cast: Words) -> None:
    def asked() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            found = selectors.context(cast.passed.practice, cast.introduction)["words"]["rows"]
            [(one.said, one.referrer.full_name, one.template.version, one.link.kit.name) for one in found]
        return len(queries)

    cast.confirmed()
    few = asked()
    base = Recommendation.objects.get()
    for number in range(30):
        Recommendation.objects.create(
            practice=base.practice,
            introduction=base.introduction,
            referrer=base.referrer,
            link=base.link,
            template=base.template,
            said=f"{number}",
            text="x",
            confirmed_at=clock.now(),
        )
    assert asked() == few == 1
