"""The guest hears and reads it first, corrects the words, approves or asks for changes; with a real mail."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from tests import make
from tests.rooms.interviews.editing import recorded, sounded, worded
from tests.rooms.interviews.talking import Talk

from passalong.core import blobs
from passalong.core.errors import Refused
from passalong.core.models import Event, RecordText
from passalong.interviews.models import Review, Transcript
from passalong.interviews.selectors import episodes, transcripts
from passalong.interviews.services import reviewing, voices
from passalong.mail.models import MailState, Message

pytestmark = pytest.mark.django_db


@pytest.fixture
def made(settings: Any) -> Talk:
    settings.PUBLIC_URL = "https://passalong.example.org"
    talk = recorded()
    sounded(talk)
    worded(talk)
    return talk


def _sent(made: Talk) -> tuple[Message, str]:
    """The mail goes; returns it and the path of the guest's page."""
    subject, text = reviewing.letter(made.interview)
    message = reviewing.send(by=made.by, interview=made.interview, subject=subject, text=text)
    made.interview.refresh_from_db()
    path = message.text.split("https://passalong.example.org")[1].split()[0]
    return message, path


def _form(path: str, **said: Any) -> dict[str, Any]:
    shown = Client().get(path).content.decode()
    return {"shown": shown.split('name="shown" value="')[1].split('"')[0]} | said


def _texts(made: Talk) -> list[str]:
    newest = transcripts.latest(made.interview)
    assert newest is not None
    return [one.text for one in transcripts.said(newest)]


def test_the_mail_is_shown_and_goes_with_a_link_of_the_guests_own(made: Talk) -> None:
    page = make.browser(made.by)
    path = f"/interviews/{made.interview.public_id}/review"
    shown = page.get(path).content.decode()
    assert "{link}" in shown
    subject, text = reviewing.letter(made.interview)
    answer = page.post(path, {"subject": subject, "text": text.replace("{link}", "here")})
    assert answer.status_code == 422, "without a place for the link nothing goes"
    answer = page.post(path, {"subject": subject, "text": text})
    message = Message.objects.get()
    assert answer["Location"].endswith(f"{message.public_id}/") or message.public_id in answer["Location"]
    assert (message.state, message.address) == (MailState.QUEUED, "priya@nair.example")
    made.interview.refresh_from_db()
    assert made.interview.stage == "edited"
    assert b"With the guest" in page.get(path).content


def test_nothing_is_sent_before_sound_and_words_are_there_and_new(settings: Any) -> None:
    talk = recorded()
    subject, text = reviewing.letter(talk.interview)

    def refused() -> str:
        with pytest.raises(Refused) as caught:
            reviewing.send(by=talk.by, interview=talk.interview, subject=subject, text=text)
        return caught.value.message

    assert "sound is not made" in refused()
    sounded(talk)
    assert "no words" in refused()
    worded(talk)
    voices.add_voice(by=talk.by, interview=talk.interview, role="host", name="Mo Host")
    assert "Mo Host" in refused()
    assert not Message.objects.exists()


def test_the_guest_listens_reads_corrects_and_approves(made: Talk) -> None:
    _message, path = _sent(made)
    guest = Client()
    shown = guest.get(path)
    assert "It began with a kitchen table" in shown.content.decode()
    assert f'href="{path.removesuffix("/review")}"' in shown.content.decode(), "the way to the page of their own"
    assert not shown.cookies
    assert shown["Referrer-Policy"] == "no-referrer"
    sound = guest.get(f"{path}/sound.mp3", headers={"Range": "bytes=0-99"})
    assert (sound.status_code, sound["Content-Type"], len(b"".join(sound.streaming_content))) == (
        206,
        "audio/mpeg",
        100,
    )
    words = _texts(made)
    answer = guest.post(
        path, _form(path, answer="keep", text=[words[0].replace("one client", "two clients"), words[1]])
    )
    assert answer.status_code == 303
    newest = transcripts.latest(made.interview)
    assert newest is not None
    assert (newest.number, newest.source) == (2, "guest")
    answer = guest.post(path, _form(path, answer="approve", text=_texts(made)))
    assert answer.status_code == 303
    made.interview.refresh_from_db()
    assert made.interview.stage == "approved"
    held = episodes.approved_review(made.interview)
    assert held is not None
    assert held.transcript == newest
    assert held.digest == transcripts.digest_of(held.render, newest)
    assert b"You approved it" in guest.get(path).content
    event = Event.objects.get(kind="interviews:reviewed")
    kept = RecordText.objects.get(payload__event=event)
    assert "two clients" in bytes(blobs.read(kept.blob)).decode()
    assert event.payload.data["digest"] == held.digest


def test_corrections_made_with_the_yes_are_what_is_approved(made: Talk) -> None:
    _message, path = _sent(made)
    words = _texts(made)
    Client().post(path, _form(path, answer="approve", text=["Other words.", words[1]]))
    held = Review.objects.get()
    assert held.is_approved
    assert held.transcript is not None
    assert held.transcript.segments[0]["text"] == "Other words."
    assert Transcript.objects.get(number=1).segments[0]["text"] != "Other words.", "the version before is kept"


def test_changes_are_asked_for_and_it_is_worked_on_again(made: Talk) -> None:
    _message, path = _sent(made)
    guest = Client()
    assert guest.post(path, _form(path, answer="changes", text=_texts(made), note=" ")).status_code == 422
    assert (
        guest.post(path, _form(path, answer="changes", text=_texts(made), note="Please drop the middle.")).status_code
        == 200
    )
    made.interview.refresh_from_db()
    assert made.interview.stage == "recorded"
    desk = make.browser(made.by).get(f"/interviews/{made.interview.public_id}/review").content
    assert b"Please drop the middle." in desk
    assert b"nothing to listen to" in guest.get(path).content
    assert episodes.approved_review(made.interview) is None
    sounded(made)
    _message, second = _sent(made)
    Client().post(second, _form(second, answer="approve", text=_texts(made)))
    made.interview.refresh_from_db()
    assert episodes.approved_review(made.interview) == Review.objects.order_by("-pk")[0]


def test_looking_is_no_answer_and_an_answer_without_a_choice_is_none(made: Talk) -> None:
    _message, path = _sent(made)
    for _again in range(2):
        Client().get(f"{path}?answer=approve")
        Client().head(path)
    form = _form(path, text=_texts(made))
    assert Client().post(path, form).status_code == 422
    assert Client().post(path, form | {"answer": "perhaps"}).status_code == 422
    assert Client().post(path, form | {"answer": "approve", "shown": "0" * 64}).status_code == 422
    assert Client().post(path, form | {"answer": "approve", "text": ["one too few"]}).status_code == 422
    assert Review.objects.get().is_approved is None


def test_twice_is_once(made: Talk) -> None:
    _message, path = _sent(made)
    form = _form(path, answer="approve", text=_texts(made))
    assert [Client().post(path, form).status_code for _again in range(2)] == [303, 303]
    assert Event.objects.filter(kind="interviews:reviewed").count() == 1


def test_a_mail_that_may_not_go_leaves_everything_as_it_was(made: Talk) -> None:
    made.interview.guest.standings.all().delete()
    subject, text = reviewing.letter(made.interview)
    with pytest.raises(Refused, match="cannot go by mail"):
        reviewing.send(by=made.by, interview=made.interview, subject=subject, text=text)
    made.interview.refresh_from_db()
    assert made.interview.stage == "recorded"
    assert not Message.objects.exists()
    assert not Review.objects.exists()


def test_a_voice_without_consent_closes_the_page(made: Talk) -> None:
    _message, path = _sent(made)
    voices.revoke(voice=made.voice, to="recording")
    assert b"nothing to listen to" in Client().get(path).content
    assert Client().get(f"{path}/sound.mp3").status_code == 404
    assert Client().post(path, {"answer": "approve"}).status_code == 200
    assert Review.objects.get().is_approved is None


def test_unknown_and_ended_addresses_get_the_same_words_and_only_the_guest_decides(made: Talk) -> None:
    _message, path = _sent(made)
    host = voices.add_voice(by=made.by, interview=made.interview, role="host", name="Mo Host")
    voices.note_consent(by=made.by, voice=host, to="recording", how="spoken")
    theirs = f"/talk/{voices.key_for(voice=host)}/review"
    unknown = Client().get("/talk/nobody/review")
    assert unknown.status_code == 404
    assert Client().get(theirs).content == unknown.content
    assert Client().get(f"{theirs}/sound.mp3").status_code == 404
    voices.end_keys(by=made.by, voice=made.voice)
    assert Client().get(path).content == unknown.content


def test_nobody_of_the_practice_approves_by_the_guests_page(made: Talk) -> None:
    _message, path = _sent(made)
    form = _form(path, answer="approve", text=_texts(made))
    assert make.browser(made.by).post(path, form).status_code == 403
    assert Client().post(path, form, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert Review.objects.get().is_approved is None


def test_an_approval_said_elsewhere_is_noted_with_how(made: Talk) -> None:
    _sent(made)
    page, path = make.browser(made.by), f"/interviews/{made.interview.public_id}/review"
    assert page.post(path, {"act": "report", "note": ""}).status_code == 422
    assert page.post(path, {"act": "report", "note": "By phone on 4 May"}).status_code == 302
    held = episodes.approved_review(type(made.interview).objects.get(pk=made.interview.pk))
    assert held is not None
    assert (held.reported_by, held.note) == (made.by.public_id, "By phone on 4 May")


def test_taken_up_again_an_approval_counts_no_more(made: Talk) -> None:
    _message, path = _sent(made)
    Client().post(path, _form(path, answer="approve", text=_texts(made)))
    page = make.browser(made.by)
    page.post(f"/interviews/{made.interview.public_id}/review/again")
    made.interview.refresh_from_db()
    assert made.interview.stage == "recorded"
    assert episodes.approved_review(made.interview) is None
    assert Review.objects.get().is_approved is None
    assert b"nothing to listen to" in Client().get(path).content


def test_hostile_words_are_inert_on_the_guests_page(made: Talk) -> None:
    worded(made, '<script>alert(1)</script> & "quotes" </textarea><img src=x onerror=alert(2)>')
    sounded(made)
    _message, path = _sent(made)
    shown = Client().get(path).content.decode()
    assert "<script>alert" not in shown
    assert "<img" not in shown.split("<main")[1]
    assert "&lt;script&gt;alert(1)" in shown
