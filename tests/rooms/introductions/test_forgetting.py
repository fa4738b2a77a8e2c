"""Whoever never answers is forgotten on the stated day, whoever asks to be at once; the count stays."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from tests import make
from tests.rooms.introductions import flow

from passalong.accounts.models import Member
from passalong.compliance.models import Hold
from passalong.contacts import services as contacts
from passalong.contacts.models import Contact, Source
from passalong.contacts.person import person_of
from passalong.core import blobs, clock, erasing, events
from passalong.core.errors import Refused
from passalong.core.models import Blob, RecordText, Tombstone
from passalong.introductions.models import (
    Agreement,
    AlsoBy,
    Hearing,
    Introduction,
    Outcome,
    Promise,
    Recommendation,
    Rest,
    SilentAsk,
    Stage,
    Step,
    Template,
    Way,
)
from passalong.introductions.services import forgetting, silence
from passalong.introductions.services.opening import beside as stand_beside
from passalong.introductions.services.opening import open_introduction
from passalong.introductions.tasks import forget_silent
from passalong.mail.services import suppression

pytestmark = [pytest.mark.django_db(transaction=True)]
DAY = 86_400


@pytest.fixture
def owner() -> Member:
    return make.member()


def named(owner: Member, name: str = "Jo Lind", **more: Any) -> Contact:
    """Somebody a client named in a meeting."""
    return contacts.add_contact(by=owner, full_name=name, source=Source.MEETING, **more)


@pytest.mark.storage
def test_silent_people_are_gone_on_the_stated_day_and_the_count_remains(owner: Member, settings: Any) -> None:
    jo, ann = named(owner, emails=["jo@lind.example"]), make.client(owner, "Ann Okafor")
    found = flow.at(Stage.PASSED, owner, referrer=ann, prospect=jo, note="Jo Lind sails")
    settings.CLOCK_OFFSET = 59 * DAY
    assert forgetting.forget_silent() == 0
    settings.CLOCK_OFFSET = 60 * DAY
    forget_silent.call()
    found.refresh_from_db()
    assert (found.stage, found.outcome, found.prospect, found.note) == (Stage.CLOSED, Outcome.SILENT, None, "")
    assert found.referrer == ann
    assert not Contact.objects.filter(full_name="Jo Lind").exists()
    assert Tombstone.objects.filter(person=jo.public_id).exists()
    assert ann.introductions_given.count() == 1
    assert forgetting.forget_silent() == 0
    assert events.first_broken(owner.practice_id) is None
    again = contacts.add_contact(by=owner, full_name="Jo Lind", emails=["jo@lind.example"])
    with pytest.raises(Refused, match="asked about before"):
        open_introduction(by=owner, referrer=make.client(owner), prospect=again)
    settings.CLOCK_OFFSET = (60 + 370) * DAY
    with pytest.raises(Refused, match="takes somebody else"):
        open_introduction(by=owner, referrer=ann, prospect=again)
    assert open_introduction(by=owner, referrer=make.client(owner), prospect=again).is_open


def test_the_day_counts_anew_from_passing_along_and_not_for_whoever_answered(owner: Member, settings: Any) -> None:
    found, answered = flow.at(Stage.AGREED, owner, prospect=named(owner)), flow.at(Stage.ANSWERED, owner)
    settings.CLOCK_OFFSET = 30 * DAY
    flow.go(found, "pass along", flow.REFERRER)
    settings.CLOCK_OFFSET = 61 * DAY
    assert forgetting.forget_silent() == 0
    settings.CLOCK_OFFSET = 90 * DAY
    assert forgetting.forget_silent() == 1
    answered.refresh_from_db()
    assert (answered.stage, answered.forget_on) == (Stage.ANSWERED, None)


def test_whoever_was_on_file_before_stays_there_without_the_introduction(owner: Member, settings: Any) -> None:
    jo = make.contact(owner, "Jo Lind")
    found = flow.at(Stage.PASSED, owner, prospect=jo)
    settings.CLOCK_OFFSET = 61 * DAY
    assert forgetting.forget_silent() == 1
    found.refresh_from_db()
    assert found.prospect is None
    assert Contact.objects.filter(pk=jo.pk).exists()


def test_a_name_that_stands_by_its_hash_alone_is_forgotten_too(owner: Member, settings: Any) -> None:
    found = flow.at(Stage.PASSED, owner)
    Introduction.objects.filter(pk=found.pk).update(prospect=None, named_key="hash")
    settings.CLOCK_OFFSET = 61 * DAY
    assert forgetting.forget_silent() == 1
    found.refresh_from_db()
    assert (found.named_key, found.stage) == ("", Stage.CLOSED)
    assert Rest.objects.filter(key="hash").exists()


def test_a_hold_keeps_somebody_until_it_ends(owner: Member, settings: Any) -> None:
    jo = named(owner)
    found = flow.at(Stage.PASSED, owner, prospect=jo)
    until = clock.today() + timedelta(days=90)
    Hold.objects.create(
        practice=owner.practice, subject=jo.public_id, rule="court order", reason="x", until=until, set_by="x"
    )
    settings.CLOCK_OFFSET = 61 * DAY
    assert forgetting.forget_silent() == 0
    found.refresh_from_db()
    assert (found.stage, found.prospect) == (Stage.CLOSED, jo)
    settings.CLOCK_OFFSET = 92 * DAY
    assert forgetting.forget_silent() == 1
    assert not Contact.objects.filter(pk=jo.pk).exists()


@pytest.mark.storage
def test_whoever_asks_to_be_forgotten_leaves_a_row_that_counts_and_names_nobody(owner: Member) -> None:
    ann, jo = make.client(owner, "Ann Okafor"), make.contact(owner, "Jo Lind", email="jo@lind.example")
    found = flow.at(Stage.GREETED, owner, referrer=ann, prospect=jo, note="Jo Lind sails")
    own: dict[str, Any] = {"practice": owner.practice, "introduction": found}
    final = blobs.keep(owner.practice_id, b"Dear Jo Lind", "text/plain")
    Way.objects.create(kind="letter", words="Dear Jo Lind", final=final, **own)
    Promise.objects.create(to=jo, words="call Jo Lind", due_on=make.DAY, **own)
    Step.objects.filter(introduction=found).update(note="with Jo Lind")
    erasing.erase(person_of(jo), why="asked")
    found.refresh_from_db()
    assert (found.stage, found.outcome, found.is_open) == (Stage.CLOSED, Outcome.FORGOTTEN, False)
    assert (found.prospect, found.person_key, found.note, found.referrer) == (None, "", "", ann)
    assert not Way.objects.exists()
    assert not Promise.objects.exists()
    assert not Blob.objects.filter(pk=final.pk).exists()
    assert not Step.objects.exclude(note="").exists()
    assert found.steps.count() == 4
    assert ann.introductions_given.count() == 1
    erasing.erase(person_of(ann), why="asked")
    found.refresh_from_db()
    assert found.referrer is None
    assert Introduction.objects.count() == 1


def test_when_a_referrer_is_forgotten_somebody_beside_them_takes_the_place_or_it_ends(owner: Member) -> None:
    ann, ben = make.client(owner, "Ann Okafor"), make.client(owner, "Ben Adeyemi")
    beside = flow.at(Stage.AGREED, owner, referrer=ann)
    stand_beside(beside, ben, "agree")
    alone, answered = flow.at(Stage.PASSED, owner, referrer=ann), flow.at(Stage.ANSWERED, owner, referrer=ann)
    Rest.objects.create(practice=owner.practice, key="k", until=clock.today(), referrers=[ann.public_id])
    Hearing.objects.create(practice=owner.practice, referrer=ann, chosen_at=clock.now(), chosen_by="desk")
    _agreement(ann)
    erasing.erase(person_of(ann), why="asked")
    for one in (beside, alone, answered):
        one.refresh_from_db()
    assert (beside.referrer, beside.stage, beside.also_by.count()) == (ben, Stage.AGREED, 0)
    assert (alone.referrer, alone.stage, alone.outcome) == (None, Stage.CLOSED, Outcome.WITHDRAWN)
    assert (answered.referrer, answered.stage) == (None, Stage.ANSWERED)
    assert Rest.objects.get().referrers == []
    assert not Hearing.objects.exists()
    assert not Agreement.objects.exists()


def test_words_that_a_rule_keeps_go_on_record_until_their_day_and_are_told(owner: Member) -> None:
    ann, jo = make.client(owner, "Ann Okafor"), make.contact(owner, "Jo Lind")
    found = flow.at(Stage.PASSED, owner, referrer=ann, prospect=jo)
    template = Template.objects.create(practice=owner.practice, version=1, empathy="x", involves="y")
    final = blobs.keep(owner.practice_id, b"Dear Jo Lind, Ann Okafor", "text/plain")
    until = clock.today() + timedelta(days=400)
    own: dict[str, Any] = {"practice": owner.practice, "referrer": ann, "template": template, "said": "x"}
    Recommendation.objects.create(introduction=found, text="Dear Jo Lind", final=final, keep_until=until, **own)
    kept = erasing.erase(person_of(jo), why="asked")
    assert until in {one.until for one in kept}
    assert not Recommendation.objects.exists()
    assert RecordText.objects.get(blob=final).payload.keep_until == until
    assert events.first_broken(owner.practice_id) is None


def _agreement(client: Contact, **more: Any) -> Agreement:
    texts = dict.fromkeys(("good_introduction", "treatment", "quality"), "words")
    return Agreement.objects.create(practice=client.practice, client=client, **texts, **more)


@pytest.mark.storage
def test_of_two_open_introductions_of_one_person_the_nearer_stays_when_they_are_merged(owner: Member) -> None:
    from passalong.introductions import person as room

    old, new = make.contact(owner, "Jo Lind"), make.contact(owner, "Joanna Lind")
    ann, ben = make.client(owner, "Ann Okafor"), make.client(owner, "Ben Adeyemi")
    near = flow.at(Stage.ANSWERED, owner, referrer=ann, prospect=old)
    far = flow.at(Stage.AGREED, owner, referrer=ben, prospect=new)
    Way.objects.create(practice=owner.practice, introduction=far, kind="letter")
    won = flow.at(Stage.CLIENT, owner, referrer=ben, prospect=make.contact(owner))
    for client in (ann, ben):
        _agreement(client)
    room.repoint(owner.practice_id, old.pk, new.pk)
    room.repoint(owner.practice_id, ben.pk, ann.pk)
    near.refresh_from_db()
    assert (near.prospect, near.stage) == (new, Stage.ANSWERED)
    assert not Introduction.objects.filter(pk=far.pk).exists()
    assert not AlsoBy.objects.exists()  # it was Ben, who is Ann
    assert Way.objects.get().introduction == near
    won.refresh_from_db()
    assert won.referrer == ann
    assert sorted(Agreement.objects.filter(client=ann).values_list("version", flat=True)) == [1, 2]
    assert Agreement.objects.filter(client=ann, ended_at=None).count() == 1


def test_whoever_objects_is_not_gone_on_to_and_what_is_open_ends(owner: Member) -> None:
    jo = make.contact(owner, "Jo Lind", email="jo@lind.example")
    found, other = flow.at(Stage.ANSWERED, owner, prospect=jo), flow.at(Stage.ANSWERED, owner)
    Contact.objects.filter(pk=jo.pk).update(objected_at=clock.now())
    found.refresh_from_db()
    for act in ("first answer", "introduce"):
        with pytest.raises(Refused, match="wants nothing from you"):
            flow.go(found, act, flow.MEMBER, owner)
    forget_silent.call()
    for one in (found, other):
        one.refresh_from_db()
    assert (found.stage, found.outcome, other.stage) == (Stage.CLOSED, Outcome.NO, Stage.ANSWERED)
    with pytest.raises(Refused, match="wants nothing from you"):
        open_introduction(by=owner, referrer=make.client(owner), prospect=Contact.objects.get(pk=jo.pk))


def test_whoever_left_by_a_mail_is_not_gone_on_to(owner: Member) -> None:
    jo = make.contact(owner, "Jo Lind", email="jo@lind.example")
    found = flow.at(Stage.ANSWERED, owner, prospect=jo)
    suppression.suppress(owner.practice_id, "jo@lind.example", reason="by_hand", by=owner)
    with pytest.raises(Refused, match="wants nothing from you"):
        flow.go(found, "first answer", flow.MEMBER, owner)


@pytest.mark.parametrize(("act", "last_kept", "gone"), [("ask", None, 22), ("agree", 59, 60)])
def test_whoever_was_let_go_after_a_silent_ask_is_forgotten_too(owner, settings, act, last_kept, gone) -> None:
    """On the day that was stated; where none was, because the client never answered, when the ask is let go."""
    found = open_introduction(by=owner, referrer=make.client(owner, "Ann Okafor"), prospect=named(owner), act=act)
    settings.CLOCK_OFFSET = (22 if act == "ask" else 29) * DAY
    assert silence.find(owner.practice) == 1
    silence.follow_up(by=owner, ask=SilentAsk.objects.get(), how="none")
    assert silence.let_go(owner.practice) == 1
    if last_kept:
        settings.CLOCK_OFFSET = last_kept * DAY
        assert forgetting.forget_silent() == 0
    settings.CLOCK_OFFSET = gone * DAY
    assert forgetting.forget_silent() == 1
    found.refresh_from_db()
    assert (found.outcome, found.prospect, found.named_key) == (Outcome.SILENT, None, "")
    assert not Contact.objects.filter(full_name="Jo Lind").exists()
    assert Rest.objects.exists(), "nobody asks for them again for a while"


def test_who_is_on_the_wish_list_stays_when_an_ask_is_let_go(owner, settings) -> None:
    jo = contacts.add_contact(by=owner, full_name="Jo Lind", source=Source.WISH_LIST)
    found = open_introduction(by=owner, referrer=make.client(owner, "Ann Okafor"), prospect=jo, act="ask")
    settings.CLOCK_OFFSET = 22 * DAY
    assert silence.find(owner.practice) == 1
    silence.follow_up(by=owner, ask=SilentAsk.objects.get(), how="none")
    assert silence.let_go(owner.practice) == 1
    assert forgetting.forget_silent() == 0
    found.refresh_from_db()
    assert (found.outcome, found.prospect) == (Outcome.SILENT, jo)
