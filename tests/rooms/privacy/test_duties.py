"""Article 14's clock: who is covered, when it locks, what a lock keeps out, and how it ends."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from tests import make

from passalong.accounts.models import Member
from passalong.contacts import resting, selectors
from passalong.contacts.models import Contact, Source, StandingKind
from passalong.core import blobs, clock, events
from passalong.core.errors import Refused
from passalong.core.models import Event, RecordText
from passalong.desk.knowers import likely_knowers
from passalong.desk.selectors import today
from passalong.introductions.models import Introduction
from passalong.mail.models import MailState, Message
from passalong.mail.services import delivering, outbox
from passalong.mail.services.suppression import suppress
from passalong.privacy.models import Notice, NoticeWay
from passalong.privacy.notice import in_first_message, notice_for
from passalong.privacy.selectors import duties
from passalong.privacy.services import balancing, notices
from passalong.prospecting import services as prospecting
from passalong.prospecting.gameplan import as_json, gameplan_for
from passalong.prospecting.selectors import prospects
from passalong.ties.services import add_statement

pytestmark = pytest.mark.django_db
SAID = "We meet people by those they trust; less would not do, and it stays fair to them."


@pytest.fixture
def berlin() -> Member:
    """The owner of a practice in Germany whose balancing note is signed."""
    owner = make.member(make.practice("Okafor Beratung"))
    owner.practice.country, owner.practice.imprint = "DE", "Okafor Beratung\nLindenweg 1, Berlin"
    owner.practice.save()
    sign(owner)
    return owner


@pytest.fixture
def later(settings: pytest.FixtureRequest) -> Callable[[float], None]:
    """Move the only clock by days."""

    def move(days: float) -> None:
        settings.CLOCK_OFFSET = days * 86_400  # type: ignore[attr-defined]

    return move


def sign(by: Member) -> None:
    balancing.sign_note(by=by, purpose=SAID, necessity=SAID, balance=SAID, safeguards=SAID)


def wished(by: Member, name: str, *, email: str = "") -> Contact:
    """Somebody on the wish list who shares a board with the client of `plan_of`."""
    person = make.contact(by, name, email=email)
    make.affiliation(by, person, "Harbour Board", kind="board", start="2019")
    prospecting.add_prospect(by=by, contact=person)
    return person


def asked(by: Member) -> Contact:
    client = make.client(by, "Clara Client")
    make.affiliation(by, client, "Harbour Board", kind="board", start="2019")
    return client


def names(by: Member, client: Contact) -> set[str]:
    return {prompt.name for prompt in gameplan_for(by.practice, client).prompts}


def test_the_clock_covers_people_in_europe_who_did_not_give_us_their_data(berlin: Member) -> None:
    stranger, client = make.contact(berlin, "Sten Stranger"), make.client(berlin, "Clara Client")
    partner = make.contact(berlin, "Pat Partner", standing=StandingKind.PARTNER)
    assert list(duties.to_be_told(berlin.practice)) == [stranger]
    assert not resting.told_by(client)
    assert not resting.told_by(partner)
    assert resting.told_by(stranger) == clock.today() + timedelta(days=30)


def test_elsewhere_it_covers_those_who_live_in_europe() -> None:
    owner = make.member()
    home = make.contact(owner, "Hal Home")
    abroad = make.contact(owner, "Una Abroad")
    for country in ("DE", "NO", "GB", "LI"):
        Contact.objects.filter(pk=abroad.pk).update(country=country)
        assert list(duties.to_be_told(owner.practice)) == [abroad], country
    Contact.objects.filter(pk=abroad.pk).update(country="CH")
    assert not duties.to_be_told(owner.practice).exists()
    assert not resting.told_by(home)


@pytest.mark.parametrize(("days", "near", "locked"), [(24, 0, 0), (25, 1, 0), (29, 1, 0), (30, 0, 1), (400, 0, 1)])
def test_it_warns_from_day_25_and_locks_on_day_30_without_any_task(
    berlin: Member, later: Callable[[float], None], days: int, near: int, locked: int
) -> None:
    person = make.contact(berlin, "Sten Stranger")
    later(days)
    assert not Notice.objects.exists()
    assert duties.pressing(berlin.practice) == duties.Pressing(near, locked)
    assert selectors.is_locked(person) is bool(locked)
    shown = today(berlin.practice).to_tell
    assert (shown.near, shown.locked) == (near, locked)


def test_a_locked_person_is_nowhere(berlin: Member, later: Callable[[float], None]) -> None:
    client, person = asked(berlin), wished(berlin, "Sten Stranger")
    add_statement(by=berlin, contact=client, other=person, kind="mentioned")
    assert names(berlin, client) == {"Sten Stranger"}
    assert likely_knowers(berlin.practice, person)
    later(31)
    sign(berlin)
    plan = gameplan_for(berlin.practice, client)
    assert not plan.prompts
    assert "Stranger" not in str(as_json(plan))
    assert not likely_knowers(berlin.practice, person)
    assert not prospects(berlin.practice).exists()
    assert not selectors.people_like(berlin.practice, "Sten")
    assert person not in selectors.contacts(berlin.practice)
    assert person in selectors.contacts(berlin.practice, apart="to_tell")
    assert person not in selectors.unlocked(Contact.objects.all())
    counts = selectors.standing_counts(berlin.practice)
    assert (counts.total, counts.by_kind[StandingKind.PROSPECT], counts.apart["to_tell"]) == (1, 0, 1)
    page = make.browser(berlin).get(f"/people/{person.public_id}/knowers/")
    assert b"has not been told yet" in page.content


def test_a_firm_is_asked_about_without_its_locked_people(berlin: Member, later: Callable[[float], None]) -> None:
    client, person = asked(berlin), make.contact(berlin, "Sten Stranger")
    job = make.affiliation(berlin, person, "Harbour Works")
    make.affiliation(berlin, person, "Harbour Board", kind="board", start="2019")
    add_statement(by=berlin, contact=client, other=person, kind="works_with")
    prospecting.add_prospect(by=berlin, organization=job.organization)
    assert "Sten Stranger" in str(as_json(gameplan_for(berlin.practice, client)))
    later(30)
    assert "Sten Stranger" not in str(as_json(gameplan_for(berlin.practice, client)))


def test_telling_unlocks_and_keeps_the_words(berlin: Member, later: Callable[[float], None]) -> None:
    client, person = asked(berlin), wished(berlin, "Sten Stranger")
    later(31)
    assert not names(berlin, client)
    notices.mark_given(by=berlin, contact=person, how=NoticeWay.LETTER)
    assert names(berlin, client) == {"Sten Stranger"}
    kept = RecordText.objects.get(payload__event__kind="privacy:notice_given")
    assert b"Dear Sten Stranger" in blobs.read(kept.blob)
    assert events.first_broken(berlin.practice_id) is None
    assert "Stranger" not in str(list(Event.objects.values_list("actor", "subject", "kind")))


def test_knowing_already_needs_a_reason(berlin: Member) -> None:
    person = make.contact(berlin, "Sten Stranger")
    for how in (NoticeWay.KNOWN, NoticeWay.EXEMPT):
        with pytest.raises(Refused) as refused:
            notices.mark_given(by=berlin, contact=person, how=how, reason="ok")
        assert refused.value.field == "reason"
    notices.mark_given(by=berlin, contact=person, how=NoticeWay.KNOWN, reason="Gave me the card at the fair.")
    assert not resting.told_by(person)


def test_a_wish_of_their_own_stops_the_clock(berlin: Member) -> None:
    person = make.contact(berlin, "Sten Stranger")
    stopped = notices.stop_clock(person, reason="objected")
    assert stopped
    assert stopped.how == NoticeWay.OWN_REQUEST
    assert not resting.told_by(person)
    assert notices.stop_clock(person, reason="objected") is None


def test_the_nightly_task_makes_each_clock_once(berlin: Member, later: Callable[[float], None]) -> None:
    person = make.contact(berlin, "Sten Stranger")
    make.client(berlin, "Clara Client")
    assert notices.keep_all_clocks() == 1
    notice = Notice.objects.get()
    assert (notice.contact, notice.due_on, notice.warned_at) == (
        person, timezone.localdate(person.created_at) + timedelta(days=30), None,
    )  # fmt: skip
    later(25)
    assert notices.keep_all_clocks() == 0
    notice.refresh_from_db()
    assert notice.warned_at is not None


def test_the_notice_states_what_the_law_asks_and_never_names_who_told_us(
    berlin: Member, settings: pytest.FixtureRequest
) -> None:
    person = make.contact(berlin, "Nils Named")
    make.affiliation(berlin, person, "Nordwerk")
    Contact.objects.filter(pk=person.pk).update(source=Source.MEETING)
    person.refresh_from_db()
    assert berlin.user.email in notice_for(person).text
    settings.PUBLIC_URL = "https://okafor.example"  # type: ignore[attr-defined]
    words = notice_for(person).text
    for said in (
        "Okafor Beratung, Lindenweg 1, Berlin", "somebody we work for, who mentioned you", "your firm and position",
        "What it is for", "Art. 6(1)(f)", "How long", "object", f"https://okafor.example/privacy/at/{berlin.practice.public_id}",
        "bfdi.bund.de", "Who gets it",
    ):  # fmt: skip
        assert said in words, said
    for text in (words, in_first_message(person)):
        assert "Clara" not in text
        assert "Client" not in text
    Contact.objects.filter(pk=person.pk).update(country="GB", source=Source.LINKEDIN)
    person.refresh_from_db()
    assert "ico.org.uk" in notice_for(person).text
    assert "LinkedIn" in notice_for(person).text


def test_a_name_from_a_meeting_is_held_minimal_in_europe(berlin: Member) -> None:
    meeting = prospecting.start_meeting(by=berlin, plan=gameplan_for(berlin.practice, asked(berlin)))
    with pytest.raises(Refused) as refused:
        prospecting.add_name(by=berlin, meeting=meeting, full_name="Nils Named", need="sells the firm next year")
    assert refused.value.field == "need"
    found = prospecting.add_name(by=berlin, meeting=meeting, full_name="Nils Named", organization="Nordwerk")
    assert isinstance(found, Introduction)
    assert (found.prospect, found.referrer, found.meeting) == (None, meeting.client, meeting.public_id)
    assert not Contact.objects.filter(full_name="Nils Named").exists()


def test_no_balancing_note_no_suggestions(later: Callable[[float], None]) -> None:
    owner = make.member()
    client, person = asked(owner), wished(owner, "Sten Stranger")
    assert names(owner, client)  # not in Europe
    owner.practice.country = "GB"
    owner.practice.save()
    for ask in (lambda: gameplan_for(owner.practice, client), lambda: likely_knowers(owner.practice, person)):
        with pytest.raises(Refused, match="Balancing note"):
            ask()
    page = make.browser(owner).get(f"/gameplan/{client.public_id}/")
    assert b"/settings/privacy/balancing/" in page.content
    sign(owner)
    assert names(owner, client) == {"Sten Stranger"}
    later(29)
    assert names(owner, client)
    notices.mark_given(by=owner, contact=person, how=NoticeWay.LETTER)
    later(365)
    with pytest.raises(Refused, match="Balancing note"):
        gameplan_for(owner.practice, client)


def test_versions_of_the_note_are_kept_and_only_owners_sign(berlin: Member) -> None:
    sign(berlin)
    assert [one.number for one in duties.balancing_notes(berlin.practice)] == [2, 1]
    with pytest.raises(Refused):
        sign(make.assistant(berlin.practice))
    with pytest.raises(Refused) as refused:
        balancing.sign_note(by=berlin, purpose=SAID, necessity="needed", balance=SAID, safeguards=SAID)
    assert refused.value.field == "necessity"
    assert duties.balancing_notes(berlin.practice).count() == 2


@pytest.mark.parametrize("how", ["taken back", "no such address", "held"])
def test_a_notice_that_did_not_go_tells_nobody(berlin: Member, later: Callable[[float], None], how: str) -> None:
    dora = wished(berlin, "Dora Hill", email="dora@hill.example")
    later(31)
    message = notices.tell_by_mail(by=berlin, contact=dora)
    assert Contact.objects.get(pk=dora.pk).informed_at is not None
    if how == "taken back":
        outbox.cancel(by=berlin, message=message)
    elif how == "held":
        suppress(berlin.practice_id, "dora@hill.example", reason="unsubscribed")
        outbox.rejudge(berlin.practice_id)
    else:
        Message.objects.filter(pk=message.pk).update(state=MailState.CLAIMED, claim="here/1/a")
        delivering.note_ended(message, "here/1/a", MailState.FAILED, reason="550 no such user")
    dora.refresh_from_db()
    assert dora.informed_at is None
    assert Notice.objects.get(contact=dora).given_at is None
    assert Contact.objects.filter(resting.locked(), pk=dora.pk).exists()
    assert events.first_broken(berlin.practice_id) is None


@pytest.mark.parametrize("is_cut_off", [False, True])
def test_a_held_notice_that_is_tried_again_tells_once_it_is_out(berlin: Member, is_cut_off: bool) -> None:
    dora = wished(berlin, "Dora Hill", email="dora@hill.example")
    message = notices.tell_by_mail(by=berlin, contact=dora)
    Message.objects.filter(pk=message.pk).update(state=MailState.CLAIMED, claim="here/1/a")
    delivering.note_ended(message, "here/1/a", MailState.HELD, reason="The domain's records are not in order.")
    assert outbox.send(by=berlin, message=message).state == MailState.QUEUED
    assert Contact.objects.get(pk=dora.pk).informed_at is None
    if is_cut_off:
        Message.objects.filter(pk=message.pk).update(state=MailState.UNKNOWN)
        outbox.settle(by=berlin, message=message, went=True)
    else:
        Message.objects.filter(pk=message.pk).update(state=MailState.HANDING, claim="here/1/a")
        assert delivering.note_sent(Message.objects.get(pk=message.pk), "here/1/a", "250 ok", b"From: a@b.example")
    given = Notice.objects.get(contact=dora)
    assert Contact.objects.get(pk=dora.pk).informed_at == given.given_at
    assert (given.how, given.message, given.given_by) == (NoticeWay.MAIL, message.public_id, str(berlin.user))
    assert message.text in blobs.read(given.text).decode()
    assert Event.objects.filter(kind="privacy:notice_given").count() == 2
    assert events.first_broken(berlin.practice_id) is None


def test_a_notice_is_marked_given_once(berlin: Member) -> None:
    dora = wished(berlin, "Dora Hill", email="dora@hill.example")
    message = notices.tell_by_mail(by=berlin, contact=dora)
    notices.went(message)
    assert Event.objects.filter(kind="privacy:notice_given").count() == 1


def test_after_a_notice_was_taken_back_another_goes(berlin: Member) -> None:
    dora = wished(berlin, "Dora Hill", email="dora@hill.example")
    for number in (1, 2, 3):
        message = notices.tell_by_mail(by=berlin, contact=dora)
        assert message.state == MailState.QUEUED
        assert Message.objects.count() == number
        outbox.cancel(by=berlin, message=message)
    message = notices.tell_by_mail(by=berlin, contact=dora)
    assert notices.tell_by_mail(by=berlin, contact=dora).pk == message.pk
    assert Contact.objects.get(pk=dora.pk).informed_at is not None
