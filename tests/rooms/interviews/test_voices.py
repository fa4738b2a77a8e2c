"""Every voice consents for itself, in words that are kept; each consent is taken back on its own, and at once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from tests import make
from tests.rooms.interviews import out
from tests.rooms.interviews.talking import agree, talk

from passalong.accounts.models import Profession
from passalong.compliance.rulebook import ELEMENTS
from passalong.contacts.person import person_of_address
from passalong.core import clock, erasing, tombstones
from passalong.core.errors import Refused
from passalong.core.models import Blob, Event, RecordText, Tombstone
from passalong.interviews import consent_words
from passalong.interviews.models import ConsentTo, Episode, Voice, VoiceConsent, VoiceKey
from passalong.interviews.selectors import voices as selectors
from passalong.interviews.services import voices

pytestmark = [pytest.mark.django_db, pytest.mark.storage]
HIPAA = (
    *("information", "discloser", "recipients", "purpose", "expiry", "right_to_revoke"),
    *("no_conditioning", "redisclosure", "signature"),
)


def test_a_guest_agrees_on_their_own_page_to_words_that_are_kept() -> None:
    made = talk()
    shown = made.guest.get(made.path).content.decode()
    for sentence in consent_words.sentences(made.voice, ConsentTo.RECORDING):
        assert sentence in shown
    assert made.agree().status_code == 303
    given = VoiceConsent.objects.get()
    assert (given.how, given.recorded_by) == ("own page", "")
    assert given.words_digest == consent_words.digest(made.voice, ConsentTo.RECORDING)
    texts = {text.name: bytes(text.blob.content).decode() for text in RecordText.objects.all()}
    assert texts["words"] == consent_words.whole(made.voice, ConsentTo.RECORDING)
    assert "I agree to being recorded" in texts["page"]
    assert made.token not in texts["page"]
    kept = Blob.objects.count()
    made.agree()
    assert VoiceConsent.objects.count() == 1
    assert Blob.objects.count() == kept, "no page is left that nothing names and nobody would forget"


def test_after_each_press_the_page_goes_on_where_the_next_one_stands() -> None:
    made = talk()
    opened = made.guest.get(made.path).content.decode()
    assert 'id="consent-publication"' in opened
    assert 'href="#consent-recording">First read what you agree to' in opened, (
        "near the top, the questions come between"
    )
    assert made.agree()["Location"] == f"{made.path}#consent-publication"
    assert made.agree("publication")["Location"] == f"{made.path}#record"
    taken = made.guest.post(made.path, {"act": "take back publication"})
    assert taken["Location"] == f"{made.path}#consent-publication"


def test_the_record_says_who_of_the_practice_made_a_link() -> None:
    made = talk()
    answer = make.browser(made.by).post(f"/interviews/voices/{made.voice.public_id}/link")
    assert answer["Cache-Control"] == "no-store", "the secret stands on this one page"
    assert Event.objects.filter(kind="interviews:voice_link").latest("pk").actor == made.by.public_id


def test_nobody_agrees_to_words_they_did_not_have_before_them() -> None:
    made = talk()
    for sent in ({"act": "agree recording"}, {"act": "agree recording", "shown": "0" * 64}):
        assert made.guest.post(made.path, sent).status_code == 422
    other = consent_words.digest(made.voice, ConsentTo.PUBLICATION)
    assert made.guest.post(made.path, {"act": "agree recording", "shown": other}).status_code == 422
    form = {"act": "agree authorisation", "shown": consent_words.digest(made.voice, ConsentTo.AUTHORISATION)}
    assert made.guest.post(made.path, form).status_code == 422
    for act in ("", "agree everything", "take back nothing", "<script>"):
        assert made.guest.post(made.path, {"act": act}).status_code == 422
    assert not VoiceConsent.objects.exists()


def test_looking_agrees_to_nothing_and_gives_no_cookie() -> None:
    made = talk()
    for path in (made.path, f"{made.path}/record", f"{made.path}/record?q=all"):
        for method in (made.guest.get, made.guest.head):
            answer = method(path)
            assert (answer.status_code, answer["Cache-Control"]) == (200, "no-store")
            assert answer["Referrer-Policy"] == "no-referrer"
            assert not answer.cookies
    assert not VoiceConsent.objects.exists()


def test_a_second_voice_without_consent_blocks_what_was_recorded() -> None:
    made = talk()
    made.agree()
    made.agree(ConsentTo.PUBLICATION)
    assert selectors.why_not_publishable(made.interview) == ""
    other = voices.add_voice(by=made.by, interview=made.interview, role="host", name="Ines Berg")
    assert "Ines Berg" in selectors.why_not_usable(made.interview)
    assert "Ines Berg" in selectors.why_not_publishable(made.interview)
    voices.note_consent(by=made.by, voice=other, to="recording", how="spoken at the beginning")
    assert selectors.why_not_usable(made.interview) == ""
    assert "Ines Berg" in selectors.why_not_publishable(made.interview)
    token = voices.key_for(voice=other)
    assert agree(Client(), token, other, ConsentTo.PUBLICATION).status_code == 303
    assert selectors.why_not_publishable(made.interview) == ""


def test_each_consent_is_taken_back_by_itself_and_stays_taken_back_after_a_restore() -> None:
    made = talk()
    made.agree()
    made.agree(ConsentTo.PUBLICATION)
    made.guest.post(made.path, {"act": "take back publication"})
    assert selectors.why_not_usable(made.interview) == ""
    assert "released" in selectors.why_not_publishable(made.interview)
    made.guest.post(made.path, {"act": "take back publication"})
    assert Event.objects.filter(kind="interviews:consent_revoked").count() == 1
    made.guest.post(made.path, {"act": "take back recording"})
    assert selectors.why_not_usable(made.interview)
    stones = list(tombstones.laid(kind=Tombstone.Kind.REVOKED))
    assert len(stones) == 2
    VoiceConsent.objects.update(revoked_at=None)  # as in a backup from before
    assert tombstones.replay(stones).revoked == 2
    assert selectors.why_not_usable(made.interview)
    made.agree()
    assert selectors.why_not_usable(made.interview) == ""


def test_the_desk_notes_that_it_was_taken_back_and_how_it_was_told() -> None:
    made = talk()
    made.agree()
    desk = make.browser(made.by)
    path = f"/interviews/voices/{made.voice.public_id}"
    assert desk.post(f"{path}/revoke", {"to": "recording", "note": ""}).status_code == 422
    assert desk.post(f"{path}/revoke", {"to": "recording", "note": "by phone on 4 May"}).status_code == 302
    assert selectors.why_not_usable(made.interview)
    late = clock.today() + timedelta(days=2)
    noted = {"to": "recording", "how": "signed form", "given_on": late.isoformat()}
    assert desk.post(f"{path}/note", noted).status_code == 422
    assert desk.post(f"{path}/note", noted | {"given_on": ""}).status_code == 302
    assert selectors.why_not_usable(made.interview) == ""
    with pytest.raises(Refused):
        voices.note_consent(by=made.by, voice=made.voice, to="authorisation", how="signed")


def test_a_health_practice_needs_each_element_of_the_form_a_client_signed() -> None:
    owner = make.member(make.practice(profession=Profession.DENTIST))
    made = talk(owner, kind="client")
    made.agree()
    made.agree(ConsentTo.PUBLICATION)
    assert selectors.elements_asked(made.interview) == HIPAA
    assert "not on file" in selectors.why_not_publishable(made.interview)
    whole = {key: f"said of {key}" for key in HIPAA}
    for key in HIPAA:
        lacking = whole | {key: "  "}
        voices.authorise(by=owner, voice=made.voice, how="signed form, file 114", elements=lacking)
        assert str(ELEMENTS[key]) in selectors.why_not_publishable(made.interview)
    ends = clock.today() + timedelta(days=30)
    voices.authorise(by=owner, voice=made.voice, how="signed form, file 114", elements=whole, expires_on=ends)
    assert selectors.why_not_publishable(made.interview) == ""
    assert "The form you signed" in made.guest.get(made.path).content.decode()
    made.guest.post(made.path, {"act": "take back authorisation"})
    assert "taken back" in selectors.why_not_publishable(made.interview)


def test_a_partner_or_a_profession_without_such_a_form_is_asked_for_none() -> None:
    dentist = make.member(make.practice(profession=Profession.DENTIST))
    assert selectors.elements_asked(talk(dentist, kind="partner").interview) == ()
    assert selectors.elements_asked(talk(kind="client").interview) == ()


def test_an_authorisation_past_its_day_holds_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    owner = make.member(make.practice(profession=Profession.DOCTOR))
    made = talk(owner, kind="client")
    made.agree()
    made.agree(ConsentTo.PUBLICATION)
    whole = dict.fromkeys(HIPAA, "said")
    voices.authorise(by=owner, voice=made.voice, how="form", elements=whole, expires_on=clock.today())
    assert selectors.why_not_publishable(made.interview) == ""
    tomorrow = clock.today() + timedelta(days=1)
    monkeypatch.setattr(clock, "today", lambda: tomorrow)
    assert selectors.why_not_publishable(made.interview)


def test_links_are_secret_and_end() -> None:
    made = talk()
    assert not VoiceKey.objects.filter(token_digest=made.token).exists()
    again = voices.key_for(voice=made.voice)
    assert Client().get(f"/talk/{again}").status_code == 200
    assert made.guest.get(made.path).status_code == 200
    for _each in range(voices.MOST_KEYS):
        voices.key_for(voice=made.voice)
    assert made.guest.get(made.path).status_code == 404
    voices.end_keys(by=made.by, voice=made.voice)
    answers = {Client().get(f"/talk/{token}").content for token in (again, made.token, "x" * 32, "y" * 300)}
    assert len(answers) == 1, "the same answer for known and unknown"


def test_somebody_else_who_is_heard_can_ask_for_what_is_kept_by_their_address() -> None:
    made = talk()
    desk, form = make.browser(made.by), f"/interviews/{made.interview.public_id}/recording/voices"
    assert desk.post(form, {"name": "Ida Sun", "role": "other", "address": "no address"}).status_code == 422
    assert desk.post(form, {"name": "Ida Sun", "role": "other", "address": "Ida@sun.example"}).status_code == 302
    assert desk.post(form, {"name": "Ines Berg", "role": "host", "address": ""}).status_code == 302
    ida = person_of_address(made.by.practice, "ida@sun.example")
    assert ida is not None
    assert [one.what for one in erasing.held_about(ida)] == ["Interviews with you"]


def test_the_desk_ends_links_that_went_to_somebody_else() -> None:
    made = talk()
    desk, page = make.browser(made.by), f"/interviews/{made.interview.public_id}/recording"
    ends = f"/interviews/voices/{made.voice.public_id}/links-end"
    assert ends in desk.get(page).content.decode()
    assert desk.get(ends).status_code == 405
    assert make.browser(make.member(make.practice())).post(ends).status_code == 404
    assert made.guest.get(made.path).status_code == 200
    assert desk.post(ends).status_code == 302
    assert made.guest.get(made.path).status_code == 404
    assert ends not in desk.get(page).content.decode()


def test_another_practice_reaches_no_voice() -> None:
    made, stranger = talk(), make.member()
    desk = make.browser(stranger)
    public_id = made.voice.public_id
    assert desk.get(f"/interviews/{made.interview.public_id}/recording").status_code == 404
    assert desk.get(f"/interviews/{made.interview.public_id}/prompter").status_code == 404
    for act in ("note", "revoke", "link", "remove", "form"):
        assert desk.post(f"/interviews/voices/{public_id}/{act}", {"to": "recording", "how": "x"}).status_code == 404
    for refused in (
        lambda: voices.revoke(voice=made.voice, to="recording", by=stranger, note="x"),
        lambda: voices.note_consent(by=stranger, voice=made.voice, to="recording", how="x"),
        lambda: voices.authorise(by=stranger, voice=made.voice, how="x"),
        lambda: voices.add_voice(by=stranger, interview=made.interview, role="host", name="x"),
        lambda: voices.end_keys(by=stranger, voice=made.voice),
    ):
        with pytest.raises(Refused):
            refused()
    assert Voice.objects.filter(interview=made.interview).count() == 1


def test_a_voice_is_taken_off_only_while_it_was_never_heard_and_never_answered() -> None:
    made = talk()
    with pytest.raises(Refused):
        voices.remove_voice(by=made.by, voice=made.voice)
    other = voices.add_voice(by=made.by, interview=made.interview, role="other", name="Sam Ode")
    voices.note_consent(by=made.by, voice=other, to="recording", how="spoken")
    with pytest.raises(Refused):
        voices.remove_voice(by=made.by, voice=other)
    third = voices.add_voice(by=made.by, interview=made.interview, role="other", name="Kim Lee")
    voices.remove_voice(by=made.by, voice=third)
    for role, name in (("guest", "Second Guest"), ("host", " "), ("choir", "x")):
        with pytest.raises(Refused):
            voices.add_voice(by=made.by, interview=made.interview, role=role, name=name)
    assert made.interview.voices.count() == 2


def test_hostile_names_are_inert_on_every_page() -> None:
    made = talk()
    voices.add_voice(by=made.by, interview=made.interview, role="host", name="<script>alert(1)</script>")
    made.voice.name = "<img src=x onerror=alert(1)>"
    made.voice.save()
    desk = make.browser(made.by)
    pages = [
        desk.get(f"/interviews/{made.interview.public_id}/recording"),
        desk.get(f"/interviews/{made.interview.public_id}/prompter"),
        made.guest.get(made.path),
        made.guest.get(f"{made.path}/record"),
    ]
    for page in pages:
        assert page.status_code == 200
        assert b"<script>alert" not in page.content
        assert b"<img src=x" not in page.content
        assert "'unsafe" not in page["Content-Security-Policy"]


def test_the_desks_page_asks_so_many_questions_however_many_recordings(django_assert_max_num_queries: object) -> None:
    from passalong.interviews.models import Take

    made = talk(questions=8)
    desk, path = make.browser(made.by), f"/interviews/{made.interview.public_id}/recording"
    desk.get(path)
    own = {"practice": made.by.practice, "interview": made.interview, "voice": made.voice}
    Take.objects.bulk_create(
        Take(client_id=f"take-{at:04}", question=made.questions[at % 8], state="ready", seconds=3, **own)
        for at in range(190)
    )
    with django_assert_max_num_queries(25):  # type: ignore[operator]
        assert desk.get(path).status_code == 200


def test_what_is_published_goes_with_the_press_of_a_button_on_the_own_page() -> None:
    owner = make.member()
    talk_out = out.published(owner)
    guest = talk_out.voices.get()
    reader, mine = Client(), Client()
    episode = Episode.objects.get(interview=talk_out)
    address = f"/talk-page/{episode.ways.get(by='own').token}"
    assert reader.get(address).status_code == 200
    mine.post(f"/talk/{voices.key_for(voice=guest)}", {"act": "take back publication"})
    assert reader.get(address).status_code == 410
    talk_out.refresh_from_db()
    assert (talk_out.stage, talk_out.outcome) == ("closed", "taken_down")
