"""The guest's share pack: theirs alone, changed by "I shared it" alone; a client is asked about the kit once."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from tests import make
from tests.rooms.interviews import out

from passalong.core import clock
from passalong.interviews.models import Interview, Stage, Voice
from passalong.interviews.services import sharing
from passalong.interviews.services.voices import key_for
from passalong.introductions.models import Hearing
from passalong.kits.models import Link
from passalong.mail.models import MailPurpose, Message

pytestmark = pytest.mark.django_db
BASE = "https://talks.example.org"


@pytest.fixture
def owner() -> Any:
    return make.member(make.practice("Anders & Partners", profession="consultant"))


@pytest.fixture(autouse=True)
def reachable(settings: Any) -> None:
    from passalong.core.models import PublicCheck

    settings.PUBLIC_URL = BASE
    settings.ALLOWED_HOSTS = ["*"]
    PublicCheck.objects.create(url=BASE, seen_at=clock.now())


def path_of(talk: Interview) -> str:
    return f"/talk/{key_for(voice=Voice.objects.get(interview=talk, role='guest'))}/share"


def kit_that_is_out(by: Any) -> Any:
    from tests.rooms.kits import written

    return written.published(by)


def test_the_pack_holds_words_card_sample_and_a_link_of_their_own(owner: Any) -> None:
    talk = out.published(owner)
    answer = Client().get(path_of(talk))
    page = answer.content.decode()
    assert answer.status_code == 200
    assert not answer.cookies
    assert answer["Cache-Control"] == "no-store"
    own = f"{BASE}/talk-page/{out.token(talk, 'guest')}"
    assert own in page
    for file in ("/card.png", "/sample.mp3", "/sound.mp3"):
        assert f"/talk-page/{out.token(talk, 'guest')}{file}" in page
    assert "referral partner of Anders" in page, "what must be told stands in the words too"
    talk.refresh_from_db()
    assert talk.stage == Stage.PUBLISHED, "opening it changes nothing"


def test_i_shared_it_moves_the_interview_once(owner: Any) -> None:
    talk = out.published(owner)
    path = path_of(talk)
    assert Client().post(path, {"act": "shared"}).status_code == 303
    assert Client().post(path, {"act": "shared"}).status_code == 303
    talk.refresh_from_db()
    assert talk.stage == Stage.SHARED
    assert talk.steps.filter(act="share", who="guest").count() == 1
    assert "You told us" in Client().get(path).content.decode()


def test_a_post_without_the_act_or_from_elsewhere_changes_nothing(owner: Any) -> None:
    talk = out.published(owner)
    path = path_of(talk)
    assert Client().post(path, {}).status_code == 422
    assert Client().post(path, {"act": "shared"}, headers={"sec-fetch-site": "cross-site"}).status_code == 403
    assert make.browser(owner).post(path, {"act": "shared"}).status_code == 403
    talk.refresh_from_db()
    assert talk.stage == Stage.PUBLISHED


def test_there_is_nothing_before_it_is_out_nor_for_another_voice(owner: Any) -> None:
    talk = out.approved(owner)
    assert Client().get(path_of(talk)).status_code == 404
    shown = out.published(owner, name="Other Guest")
    host = Voice.objects.create(practice=owner.practice, interview=shown, role="host", name="Host")
    assert Client().get(f"/talk/{key_for(voice=host)}/share").status_code == 404
    assert Client().get("/talk/nobodys/share").status_code == 404


def test_the_guest_takes_the_publication_back_and_it_is_gone_at_once(owner: Any) -> None:
    talk = out.published(owner)
    public = f"/talk-page/{out.token(talk)}"
    assert Client().get(public).status_code == 200
    own = path_of(talk).removesuffix("/share")
    assert "Nothing of it is published" not in Client().get(own).content.decode()
    assert Client().post(own, {"act": "take back publication"}).status_code == 303
    assert "This interview is over. Nothing of it is published." in Client().get(own).content.decode()
    assert Client().get(public).status_code == 410
    assert Client().get(f"{own}/share").status_code == 404
    talk.refresh_from_db()
    assert (talk.stage, talk.outcome) == (Stage.CLOSED, "taken_down")


@pytest.mark.storage
def test_a_client_is_asked_to_share_the_kit_once(owner: Any) -> None:
    kit = kit_that_is_out(owner)
    talk = out.published(owner, kind="client", is_authorised=True)
    path = path_of(talk)
    asked = Client().post(path, {"act": "shared"})
    link = Link.objects.get(kit=kit, referrer=talk.guest)
    assert asked.status_code == 200
    assert f"{BASE}/k/{link.token}" in asked.content.decode()
    talk.refresh_from_db()
    assert talk.kit_asked_at
    assert f"/k/{link.token}" not in Client().get(path).content.decode()
    assert Client().post(path, {"act": "shared"}).status_code == 303, "never again"


def test_a_partner_and_a_client_who_left_are_not_asked(owner: Any) -> None:
    kit_that_is_out(owner)
    partner = out.published(owner)
    assert sharing.shared(voice=Voice.objects.get(interview=partner)) is None
    client = out.published(owner, kind="client", is_authorised=True, name="Clara Client")
    Hearing.objects.update_or_create(
        practice=owner.practice, referrer=client.guest, defaults={"left_at": clock.now(), "chosen_at": clock.now()}
    )
    assert sharing.shared(voice=Voice.objects.get(interview=client)) is None
    client.refresh_from_db()
    assert client.kit_asked_at is None


def test_the_desk_writes_a_mail_that_is_looked_at_before_it_goes(owner: Any) -> None:
    talk = out.published(owner)
    answer = make.browser(owner).post(f"/interviews/{talk.public_id}/share/")
    message = Message.objects.get()
    assert answer["Location"].endswith(f"/mail/messages/{message.public_id}/")
    assert (message.state, message.purpose) == ("draft", MailPurpose.PERSONAL)
    assert f"{BASE}/talk/" in message.text
    found = message.text.split(BASE)[1].split()[0]
    assert Client().get(found).status_code == 200
