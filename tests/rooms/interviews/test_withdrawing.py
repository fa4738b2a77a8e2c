"""A consent that goes takes everything with it, at once; and what a rule keeps stays with the record alone."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from tests import make
from tests.rooms.interviews import out

from passalong.audience.models import IssueItem
from passalong.audience.selectors import issues
from passalong.audience.selectors.issues import standing
from passalong.audience.services import issues as sending
from passalong.audience.services import items
from passalong.compliance.selectors import retention
from passalong.compliance.services import approvals
from passalong.compliance.services import retention as holding
from passalong.contacts import services as people
from passalong.core import bigfiles, clock
from passalong.core.errors import Refused
from passalong.core.models import BigFile, Event, RecordText
from passalong.interviews.models import (
    Episode,
    EpisodeLink,
    EpisodeVersion,
    Interview,
    Render,
    Stage,
    Voice,
    VoiceConsent,
)
from passalong.interviews.services import moving, publishing, withdrawing
from passalong.interviews.tasks import publishing as tasks

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner() -> Any:
    return make.member(make.practice(profession="adviser"))


def revoke(to: str) -> None:
    VoiceConsent.objects.filter(to=to).update(revoked_at=clock.now())


@pytest.mark.storage
@pytest.mark.parametrize("to", ["recording", "publication"])
def test_a_consent_taken_back_takes_all_away_within_one_turn_of_the_clock(
    owner: Any, to: str, django_capture_on_commit_callbacks: Any
) -> None:
    talk = out.published(owner)
    version = EpisodeVersion.objects.get()
    assert version.audio
    assert version.snippet
    places = [bigfiles.path_of(version.audio), bigfiles.path_of(version.snippet)]
    assert IssueItem.objects.exists()
    assert tasks.watch.call() is None
    assert EpisodeVersion.objects.get().withdrawn_at is None, "nothing to do, nothing done"
    revoke(to)
    with django_capture_on_commit_callbacks(execute=True):
        tasks.watch.call()
    talk.refresh_from_db()
    assert (talk.stage, talk.outcome) == (Stage.CLOSED, "taken_down")
    episode, version = Episode.objects.get(), EpisodeVersion.objects.get()
    assert episode.ended_at
    assert version.withdrawn_at
    assert version.audio is None
    assert not BigFile.objects.exists()
    assert [place.exists() for place in places] == [False, False]
    assert not EpisodeLink.objects.filter(ended_at=None).exists()
    assert not IssueItem.objects.filter(withdrawn_at=None).exists()
    said = Event.objects.get(kind="interviews:episode_withdrawn")
    assert "Petra" not in str(said.payload.data)
    assert withdrawing.watch() == 0, "once is enough"
    assert Event.objects.filter(kind="interviews:episode_withdrawn").count() == 1


def test_a_consent_that_runs_out_takes_it_away_too(owner: Any) -> None:
    talk = out.published(owner)
    VoiceConsent.objects.filter(to="publication").update(expires_on=clock.today())
    assert withdrawing.watch() == 0, "it holds to the end of the day"
    VoiceConsent.objects.filter(to="publication").update(expires_on=clock.today() - timedelta(days=1))
    assert withdrawing.watch() == 1
    talk.refresh_from_db()
    assert talk.stage == Stage.CLOSED


def test_a_patients_authorisation_that_ends_takes_it_away() -> None:
    from passalong.compliance.rulebook import verdict

    doctor = make.member(make.practice(profession="doctor"))
    talk = out.written(doctor, out.approved(doctor, kind="client"))
    elements = dict.fromkeys(verdict(doctor.practice, "testimonial").elements, "filled in")
    out.consent(Voice.objects.get(), "authorisation", elements=elements)
    publishing.publish(by=doctor, interview=talk)
    assert withdrawing.watch() == 0
    revoke("authorisation")
    assert withdrawing.watch() == 1
    assert Episode.objects.get().ended_at


def test_what_is_well_stays_and_only_the_one_without_consent_goes(owner: Any) -> None:
    stays, goes = out.published(owner), out.published(owner, name="Quentin Quiet")
    VoiceConsent.objects.filter(voice__interview=goes, to="publication").update(revoked_at=clock.now())
    assert withdrawing.watch() == 1
    told = make.browser(owner).get(f"/interviews/{goes.public_id}/").content.decode()
    assert "Taken down on" in told
    assert "Published: not agreed" in told
    assert "not agreed yet" not in told, "it was agreed once, and taken back"
    assert "Prepare and publish" not in told
    assert Episode.objects.get(interview=stays).ended_at is None
    assert Episode.objects.get(interview=goes).ended_at
    assert EpisodeVersion.objects.get(episode__interview=stays).audio, "the same bytes stay for the one that is out"


def test_looking_costs_the_same_for_one_and_for_many(owner: Any, django_assert_num_queries: Any) -> None:
    for number in range(3):
        out.published(owner, name=f"P{number} Guest")
    with django_assert_num_queries(3):
        withdrawing.watch()


def test_an_objection_and_a_changed_rule_are_found_by_the_hour(owner: Any) -> None:
    talk = out.published(owner)
    talk.guest.objected_at = clock.now()
    talk.guest.save()
    assert withdrawing.look_at_all() == 1
    other = out.published(owner, name="Rita Rule", kind="partner")
    from passalong.interviews.models import Interview

    Interview.objects.filter(pk=other.pk).update(kind="client")
    tasks.reweigh.call(owner.practice_id)
    assert Episode.objects.get(interview=other).ended_at, "as a client's it lacks what an adviser's rules ask for"


def test_writing_on_an_episode_takes_nothing_away_that_is_out(owner: Any) -> None:
    talk = out.approved(owner, kind="client")
    out.written(owner, talk, conflict="none", source="File 12")
    publishing.publish(by=owner, interview=talk)
    out.written(owner, talk, conflict="", source="")
    assert withdrawing.look_at_all() == 0
    assert Episode.objects.get().ended_at is None


@pytest.mark.storage
def test_no_issue_goes_without_the_sentence_that_must_stand_beside_the_interview(owner: Any) -> None:
    out.published(owner)
    piece = IssueItem.objects.get()
    sentence = EpisodeVersion.objects.get().content["disclosures"][0]
    assert sentence in piece.words
    assert sentence not in str(standing(piece.issue).why_not)
    items.change(by=owner, item=piece, title=piece.title, words="Only praise.", url="")
    issue = issues.issue(owner.practice, piece.issue.public_id)
    assert sentence in str(standing(issue).why_not)
    with pytest.raises(Refused, match="must stand"):
        sending.send(by=owner, issue=issue)
    items.change(by=owner, item=piece, title=piece.title, words=f"Shorter.\n{sentence}", url="")
    assert sentence not in str(standing(issues.issue(owner.practice, issue.public_id)).why_not)


def test_forgetting_the_guest_takes_the_piece_out_of_the_newsletter(owner: Any) -> None:
    from passalong.interviews.person import _forget_interviews

    talk = out.published(owner)
    _forget_interviews(type(talk).objects.filter(pk=talk.pk))
    assert not Episode.objects.exists()
    assert not IssueItem.objects.filter(withdrawn_at=None).exists()


def test_the_practice_takes_it_down_with_a_reason_and_a_rule_keeps_the_sound(owner: Any) -> None:
    talk = out.published(owner)
    with pytest.raises(Refused):
        withdrawing.take_down(by=owner, interview=talk, why=" ")
    withdrawing.take_down(by=owner, interview=talk, why="The firm has moved.")
    version = EpisodeVersion.objects.get()
    assert version.withdrawn_at
    assert version.audio, "kept as long as the rule asks, and served to nobody"
    assert version.keep_until
    assert version.keep_until > clock.today() + timedelta(days=365 * 4)
    with pytest.raises(Refused):
        withdrawing.take_down(by=owner, interview=talk, why="The firm has moved.")
    with pytest.raises(Refused):
        publishing.publish(by=owner, interview=talk)
    EpisodeVersion.objects.update(keep_until=clock.today() - timedelta(days=1))
    withdrawing.let_go_old()
    assert EpisodeVersion.objects.get().audio is None


@pytest.mark.storage
@pytest.mark.parametrize("profession", ["adviser", "broker_dealer", "health"])
def test_on_a_revocation_the_sound_goes_where_a_rule_keeps_the_words(
    profession: str, django_capture_on_commit_callbacks: Any
) -> None:
    by = make.member(make.practice(profession="doctor" if profession == "health" else profession))
    talk = out.written(by, out.approved(by))
    if profession == "broker_dealer":
        second = make.member(by.practice, role="approver")
        asked = publishing.ask_approval(by=by, interview=talk, why="It is about papers and nothing else.")
        approvals.decide(by=second, approval=asked, approve=True, why="I heard it all; it is about papers.")
    sound = publishing.publish(by=by, interview=talk).audio
    assert sound
    place, digest = bigfiles.path_of(sound), sound.digest
    revoke("publication")
    with django_capture_on_commit_callbacks(execute=True):
        withdrawing.watch()
    assert not place.exists()
    assert not BigFile.objects.exists()
    event = Event.objects.get(kind="interviews:episode_published")
    assert event.payload.data["sound"] == digest, "which sound it was can be proved"
    texts = dict(RecordText.objects.filter(payload__event=event).values_list("name", "blob__content"))
    assert b"I help families" in bytes(texts["page"])
    assert b"I help families" in bytes(texts["words"])
    rule, until = retention.due_dates(by.practice_id, [event.payload])[event.payload.pk]
    assert rule
    assert until > clock.today() + timedelta(days=365), "the words are kept by the rule"
    version = EpisodeVersion.objects.get()
    assert (version.audio, version.snippet, version.keep_until) == (None, None, None)
    assert not Render.objects.exclude(file=None).exists()


@pytest.mark.parametrize("named", ["guest", "interview", "episode"])
def test_a_hold_keeps_the_sound_from_being_destroyed_and_from_everybody(
    owner: Any, named: str, settings: Any, django_capture_on_commit_callbacks: Any
) -> None:
    talk = out.published(owner)
    token, sound = out.token(talk), EpisodeVersion.objects.get().audio
    assert sound
    subject = {"guest": talk.guest, "interview": talk, "episode": talk.episode}[named].public_id
    until = clock.today() + timedelta(days=30)
    holding.hold(by=owner, subject=subject, rule="court.2026-17", reason="Counsel asks for it.", until=until)
    revoke("publication")
    withdrawing.watch()
    assert Client().get(f"/talk-page/{token}/sound.mp3").status_code == 410
    assert Episode.objects.get().ended_at
    withdrawing.let_go_old()
    assert bigfiles.path_of(sound).exists()
    settings.CLOCK_OFFSET = 32 * 86_400
    with django_capture_on_commit_callbacks(execute=True):
        assert withdrawing.let_go_old() == 2
    assert not bigfiles.path_of(sound).exists()
    assert not Render.objects.exclude(file=None).exists()
    assert withdrawing.let_go_old() == 0


def test_react_leaves_alone_what_is_not_out(owner: Any) -> None:
    talk = out.approved(owner)
    revoke("publication")
    assert withdrawing.react(interview=talk) is False
    talk.refresh_from_db()
    assert talk.stage == Stage.APPROVED


def test_another_practice_takes_nothing_down(owner: Any) -> None:
    talk = out.published(owner)
    with pytest.raises(Refused):
        withdrawing.take_down(by=make.member(), interview=talk, why="Because I can.")
    assert Episode.objects.get().ended_at is None


def test_an_interview_of_somebody_taken_off_file_goes_with_all_its_sound_within_the_hour(
    owner: Any, django_capture_on_commit_callbacks: Any
) -> None:
    gone, nora = out.published(owner), make.contact(owner, "Nora Next")
    stays = moving.open_interview(guest=nora, kind="partner", by=owner)
    version = EpisodeVersion.objects.get(episode__interview=gone)
    assert version.audio
    assert IssueItem.objects.exists()
    place = bigfiles.path_of(version.audio)
    people.delete_contact(by=owner, contact=gone.guest)
    with django_capture_on_commit_callbacks(execute=True):
        tasks.look_at_all.call()
    assert list(Interview.objects.all()) == [stays]
    assert not place.exists()
    assert not IssueItem.objects.exists()


def test_a_hold_keeps_an_interview_of_somebody_taken_off_file_and_nobody_is_served(owner: Any) -> None:
    talk = out.published(owner)
    ends = clock.today() + timedelta(days=30)
    holding.hold(by=owner, subject=talk.public_id, rule="court.2026-17", reason="Counsel asks for it.", until=ends)
    people.delete_contact(by=owner, contact=talk.guest)
    tasks.look_at_all.call()
    assert Interview.objects.get() == talk
    assert Client().get(f"/talk-page/{EpisodeLink.objects.first().token}").status_code in (404, 410)  # type: ignore[union-attr]
