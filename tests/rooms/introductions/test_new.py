"""An introduction opened by hand at the desk: who may be chosen, what is refused and where, what is kept of a name."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from tests import make
from tests.rooms.introductions import flow

from passalong.accounts.models import Member
from passalong.contacts.models import Contact, StandingKind
from passalong.core import clock
from passalong.introductions.models import AlsoBy, Introduction, Stage, Thanks
from passalong.introductions.services import promises
from passalong.introductions.services.answering import name_only
from passalong.introductions.services.moving import move, named_key
from passalong.mail.services.suppression import suppress
from passalong.prospecting.services import add_prospect
from passalong.ties.models import Answer

pytestmark = pytest.mark.django_db
NEW = "/introductions/new/"


@pytest.fixture
def owner() -> Member:
    return make.member()


@pytest.fixture
def web(owner: Member) -> Client:
    return make.browser(owner)


def press(web: Client, **said: Any) -> Any:
    return web.post(NEW, {"act": "plan"} | said)


def refused(web: Client, field: str, words: str, **said: Any) -> None:
    """Nothing is written, and the words stand beside the field."""
    before = Introduction.objects.count()
    answer = press(web, **said)
    assert answer.status_code == 422
    assert words in " ".join(answer.context["form"].errors[field])
    assert words in answer.content.decode().replace("&#x27;", "'")
    assert Introduction.objects.count() == before


@pytest.mark.parametrize(
    ("act", "stage", "thanks"), [("plan", Stage.IDEA, 0), ("ask", Stage.ASKED, 0), ("agree", Stage.AGREED, 1)]
)
def test_two_people_on_file_by_name_and_only_what_the_client_did_is_thanked_for(
    web: Client, owner: Member, act: str, stage: str, thanks: int
) -> None:
    ann, jo = make.client(owner, "Ann Okafor"), make.contact(owner, "Jo Lind", email="jo@lind.example")
    said = {"referrer": "Ann Okafor", "prospect": "jo@lind.example", "note": "at the fair", "relation": "neighbours"}
    answer = press(web, act=act, **said)
    found = Introduction.objects.get()
    assert answer.headers["Location"] == f"/introductions/{found.public_id}/"
    assert (found.referrer, found.prospect, found.stage, found.note) == (ann, jo, stage, "at the fair")
    assert Answer.objects.get(client=ann, prospect=jo).relation == "neighbours"
    assert Thanks.objects.filter(referrer=ann, about=found.public_id).count() == thanks
    assert "neighbours" not in "".join(Thanks.objects.values_list("text", flat=True))


def test_the_form_begins_with_whom_one_came_from(web: Client, owner: Member) -> None:
    ann, jo = make.client(owner, "Ann Okafor"), make.contact(owner, "Jo Lind")
    told = web.get(NEW, {"client": ann.public_id, "person": jo.public_id}).content.decode()
    assert 'value="Ann Okafor"' in told
    assert f'value="{jo.public_id}"' in told
    assert NEW in web.get("/introductions/").content.decode()
    assert NEW in web.get("/introductions/board/").content.decode()


def test_the_button_stands_on_the_page_of_who_may_introduce_and_of_who_may_be_introduced(
    web: Client, owner: Member
) -> None:
    ann, jo = make.client(owner, "Ann Okafor"), make.contact(owner, "Jo Lind")
    gone = make.contact(owner, standing=StandingKind.FORMER_CLIENT)
    wish, _new = add_prospect(by=owner, contact=jo)
    assert f"{NEW}?client={ann.public_id}" in web.get(f"/people/{ann.public_id}/").content.decode()
    assert f"{NEW}?person={jo.public_id}" in web.get(f"/people/{jo.public_id}/").content.decode()
    assert f"{NEW}?person={jo.public_id}" in web.get(f"/wish-list/{wish.public_id}/").content.decode()
    assert NEW not in web.get(f"/people/{gone.public_id}/").content.decode()


def test_the_page_of_a_client_names_nobody_whose_name_is_not_kept(web: Client, owner: Member) -> None:
    ann, jo = make.client(owner, "Ann Okafor"), make.contact(owner, "Jo Lind")
    name_only(by=owner, referrer=ann, full_name="Mo Berg")
    press(web, referrer="Ann Okafor", prospect="Jo Lind", act="ask")
    told = web.get(f"/people/{ann.public_id}/").content.decode()
    assert "the name is not kept" in told
    assert f'May introduce <a href="/people/{jo.public_id}/">' in told
    assert "Agreed on None" not in told


def test_of_several_of_a_name_one_is_chosen(web: Client, owner: Member) -> None:
    make.client(owner, "Ann Okafor")
    first, second = make.contact(owner, "Jo Lind"), make.contact(owner, "Jo Lind")
    answer = press(web, referrer="Ann Okafor", prospect="Jo Lind")
    assert answer.status_code == 422
    assert first.public_id in answer.content.decode()
    press(web, referrer="Ann Okafor", prospect="Jo Lind", prospect_id=second.public_id)
    assert Introduction.objects.get().prospect == second


def test_a_name_the_client_said_comes_on_file_and_is_forgotten_with_silence(web: Client, owner: Member) -> None:
    ann = make.client(owner, "Ann Okafor")
    refused(web, "prospect", "Nobody on file is called “Mo Berg”", referrer="Ann Okafor", prospect="Mo Berg")
    assert not Contact.objects.filter(full_name="Mo Berg").exists()
    refused(web, "prospect", "family name", referrer="Ann Okafor", prospect="Mo", is_new="on")
    press(web, act="agree", referrer="Ann Okafor", prospect="Mo Berg", is_new="on")
    found = Introduction.objects.get()
    assert found.prospect is not None
    assert found.prospect.full_name == "Mo Berg"
    assert found.prospect.standings.get().kind == StandingKind.PROSPECT
    assert Answer.objects.get(client=ann, prospect=found.prospect).answer == "knows"


def test_a_namesake_is_shown_before_somebody_new_is_noted(web: Client, owner: Member) -> None:
    make.client(owner, "Ann Okafor")
    jo = make.contact(owner, "Jo Lind")
    said = {"referrer": "Ann Okafor", "prospect": "Jo Lind", "is_new": "on"}
    answer = press(web, **said)
    assert answer.status_code == 422
    assert "Somebody else of this name" in answer.content.decode()
    press(web, **said, anyway="1")
    found = Introduction.objects.get()
    assert found.prospect not in (None, jo)


def test_in_europe_a_name_leaves_a_keyed_hash_and_nothing_readable(web: Client, owner: Member) -> None:
    ann = make.client(owner, "Ann Okafor")
    owner.practice.country = "DE"
    owner.practice.save()
    said = {"referrer": "Ann Okafor", "prospect": "Mo Berg", "is_new": "on", "act": "ask"}
    assert "keyed hash" in web.get(NEW).content.decode()
    refused(web, "relation", "nothing readable is kept", **said, relation="from the choir")
    refused(web, "note", "nothing readable is kept", **said, note="from the choir")
    refused(web, "act", "Ask first", **said | {"act": "plan"})
    press(web, **said)
    found = Introduction.objects.get()
    assert (found.prospect, found.stage) == (None, Stage.ASKED)
    assert found.named_key == named_key(owner.practice_id, "Mo Berg")
    assert not Contact.objects.filter(full_name__icontains="Berg").exists()
    refused(web, "prospect", "stands among the introductions already", **said)
    press(web, **said | {"act": "agree"})
    found.refresh_from_db()
    assert found.stage == Stage.AGREED
    assert found.forget_on is not None
    assert Thanks.objects.get().referrer == ann


def test_who_may_not_be_introduced_is_said_beside_whom(web: Client, owner: Member) -> None:
    ann, ben = make.client(owner, "Ann Okafor"), make.client(owner, "Ben Adeyemi")
    jo, zoe = make.contact(owner, "Jo Lind", email="jo@lind.example"), make.contact(owner, "Zoe Hill")
    refused(web, "prospect", "introduces themselves", referrer="Ann Okafor", prospect="Ann Okafor")
    refused(web, "prospect", "is a client already", referrer="Ann Okafor", prospect="Ben Adeyemi")
    suppress(owner.practice_id, "jo@lind.example", reason="complaint")
    refused(web, "prospect", "wants nothing from you", referrer="Ann Okafor", prospect="Jo Lind", act="agree")
    Contact.objects.filter(pk=zoe.pk).update(objected_at=clock.now())
    refused(web, "prospect", "wants nothing from you", referrer="Ann Okafor", prospect="Zoe Hill")
    assert not Introduction.objects.filter(prospect__in=(ann, ben, jo, zoe)).exists()


def test_somebody_who_said_no_rests_and_never_comes_by_the_same_client_again(
    web: Client, owner: Member, settings: Any
) -> None:
    ann, jo = make.client(owner, "Ann Okafor"), make.contact(owner, "Jo Lind")
    found = flow.at(Stage.AGREED, owner, referrer=ann, prospect=jo)
    move(introduction=found, act="answer no", who=flow.PERSON)
    refused(web, "prospect", "asked about before", referrer="Ann Okafor", prospect="Jo Lind")
    settings.CLOCK_OFFSET = 400 * 86_400
    refused(web, "referrer", "takes somebody else", referrer="Ann Okafor", prospect="Jo Lind")


def test_one_that_is_open_is_not_asked_for_twice_and_a_second_offer_stands_beside(web: Client, owner: Member) -> None:
    ann, ben, jo = make.client(owner, "Ann Okafor"), make.client(owner, "Ben Adeyemi"), make.contact(owner, "Jo Lind")
    found = flow.at(Stage.AGREED, owner, referrer=ann, prospect=jo)
    for act in ("plan", "ask", "agree"):
        refused(web, "prospect", "already: Agreed", referrer="Ann Okafor", prospect="Jo Lind", act=act)
    for act in ("plan", "ask"):
        refused(web, "prospect", "by Ann Okafor", referrer="Ben Adeyemi", prospect="Jo Lind", act=act)
    assert not AlsoBy.objects.exists()
    press(web, referrer="Ben Adeyemi", prospect="Jo Lind", act="agree")
    assert AlsoBy.objects.get().referrer == ben
    assert Introduction.objects.get() == found
    assert Thanks.objects.get(referrer=ben).about == found.public_id


def test_who_is_not_to_be_asked_at_present_is_said_beside_the_client(web: Client, owner: Member) -> None:
    ann, jo = make.client(owner, "Ann Okafor"), make.contact(owner, "Jo Lind")
    make.contact(owner, "Kim Doe")
    refused(web, "referrer", "neither a client nor a partner", referrer="Kim Doe", prospect="Jo Lind")
    refused(web, "referrer", "Nobody on file", referrer="Nobody Known", prospect="Jo Lind")
    made = promises.make(by=owner, to=ann, words="Send the report", due_on=clock.today() + timedelta(days=3))
    refused(web, "referrer", "First that, then an ask", referrer="Ann Okafor", prospect="Jo Lind", act="ask")
    promises.keep(by=owner, promise=made)
    Contact.objects.filter(pk=ann.pk).update(do_not_ask=True)
    for act in ("plan", "ask"):
        refused(web, "referrer", "do not ask", referrer="Ann Okafor", prospect="Jo Lind", act=act)
    press(web, referrer="Ann Okafor", prospect="Jo Lind", act="agree")
    assert Introduction.objects.get().prospect == jo


def test_words_that_tell_of_health_are_refused_in_their_place(web: Client, owner: Member) -> None:
    make.client(owner, "Ann Okafor")
    make.contact(owner, "Jo Lind")
    said = {"referrer": "Ann Okafor", "prospect": "Jo Lind"}
    for field in ("note", "relation"):
        answer = press(web, **said, **{field: "She has breast cancer and is in chemotherapy"})
        assert answer.status_code == 422
        assert field in answer.context["form"].errors
    assert not Introduction.objects.exists()


def test_an_assistant_opens_one_and_another_practice_has_nobody_to_choose(owner: Member) -> None:
    ann, jo = make.client(owner, "Ann Okafor"), make.contact(owner, "Jo Lind")
    stranger = make.browser(make.member())
    for said in ({"client": ann.public_id}, {"person": jo.public_id}):
        assert stranger.get(NEW, said).status_code == 404
    refused(stranger, "referrer", "Nobody on file", referrer="Ann Okafor", prospect="Jo Lind")
    ids = {"referrer_id": ann.public_id, "prospect_id": jo.public_id}
    refused(stranger, "referrer", "Nobody on file", referrer=ann.public_id, prospect=jo.public_id, **ids)
    assert press(make.browser(), referrer="Ann Okafor", prospect="Jo Lind").status_code == 302
    assert not Introduction.objects.exists()
    press(make.browser(make.assistant(owner.practice)), referrer="Ann Okafor", prospect="Jo Lind")
    assert Introduction.objects.get().referrer == ann
