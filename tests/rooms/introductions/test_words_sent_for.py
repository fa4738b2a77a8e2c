"""The mode in which the practice sends a client's message: once, in full, by place, and never in Europe."""

from __future__ import annotations

import pytest
from tests import make
from tests.rooms.introductions.cast import Passed
from tests.rooms.introductions.test_answering import says
from tests.rooms.introductions.words_cast import SAID, Words, words_of

from passalong.compliance.models import Receiver, ValueEntry, ValueKind
from passalong.contacts.models import Standing, StandingKind
from passalong.core import clock
from passalong.core.errors import Refused
from passalong.introductions.models import Introduction, Recommendation, Stage
from passalong.introductions.services import open_introduction, recommending, sending_for
from passalong.introductions.services.sending_for import To
from passalong.kits.services import passing
from passalong.mail.models import MailPurpose, MailState, Message
from passalong.mail.services import composing, outbox, sending, suppression

pytestmark = pytest.mark.django_db(transaction=True)
JO = To("jo@lind.example", "Jo Lind", "US")


def send(cast: Words, row: Recommendation | None = None, to: To = JO, *, attested: bool = True) -> Message:
    return sending_for.send_for_client(by=cast.by, row=row or cast.confirmed(), to=to, attested=attested)


def located(cast: Words, country: str, friend: str = "") -> None:
    cast.passed.practice.country = country
    cast.passed.practice.save()
    cast.friend.country = friend or country
    cast.friend.save()


@pytest.mark.parametrize("country", ["US", "CA"])
def test_one_mail_with_full_name_address_and_way_out(passed: Passed, country: str) -> None:
    cast = words_of(passed)
    located(cast, country)
    row = cast.confirmed()
    message = send(cast, row, To("jo@lind.example", "Jo Lind", country))
    cast.introduction.refresh_from_db()
    assert cast.introduction.stage == Stage.AGREED, "it has not left yet"
    assert sending.deliver() == 1
    [got] = passed.sink.received
    mail = got.parsed
    text = mail.get_body(("plain",)).get_content().replace("\r\n", "\n")
    flat = " ".join(text.split())
    assert "Ann Okafor recommended Harbour Wealth to you" in flat
    assert "because of this recommendation" in flat
    assert SAID in flat
    assert f"/k/{passed.kit.link.token}" in text
    assert "1 Harbour Street" in text
    assert "/u/" in text
    assert "List-Unsubscribe" in mail
    assert mail["From"].addresses[0].domain == "practice.example"
    assert "Ann" not in mail["From"]
    assert mail["Auto-Submitted"] == "auto-generated"
    row.refresh_from_db()
    assert (row.sent_by, row.message) == ("system", message.public_id)
    cast.introduction.refresh_from_db()
    assert cast.introduction.stage == Stage.PASSED


@pytest.mark.parametrize(("practice", "friend"), [("GB", "GB"), ("DE", "DE"), ("US", "GB"), ("US", "DE"), ("GB", "US")])
def test_never_in_the_uk_and_the_eu(passed: Passed, practice: str, friend: str) -> None:
    cast = words_of(passed)
    located(cast, practice, friend)
    with pytest.raises(Refused, match=r"uk-eu\.mail\.first"):
        send(cast, to=To("jo@lind.example", "Jo Lind", friend))
    assert not Message.objects.exists()


def test_a_place_nobody_looked_up_is_the_strictest(passed: Passed) -> None:
    cast = words_of(passed)
    located(cast, "US", "NZ")
    with pytest.raises(Refused) as refused:
        send(cast, to=To("jo@lind.example", "Jo Lind", "New Zealand"))
    assert refused.value.field == "country"


def test_once_a_person_whoever_asks_and_by_whatever_address(passed: Passed) -> None:
    cast = words_of(passed)
    send(cast)
    with pytest.raises(Refused, match="sent a message already"):
        send(cast, cast.confirmed("They were patient with all of us."))
    Introduction.objects.filter(pk=cast.introduction.pk).update(is_open=False, stage=Stage.CLOSED)
    cast.introduction = open_introduction(by=cast.by, referrer=passed.ann, prospect=cast.friend)
    again = cast.confirmed("They were patient with all of us.")
    for address in ("jo@lind.example", "JO@lind.example", "jo.lind@other.example"):
        with pytest.raises(Refused, match="write to somebody referred once"):
            send(cast, again, To(address, "Jo Lind", "US"))
    assert Message.objects.filter(purpose=MailPurpose.REFERRAL).count() == 1


def test_who_asked_for_no_mail_is_spared_when_drafted_and_when_it_leaves(passed: Passed) -> None:
    cast = words_of(passed)
    message = send(cast)
    suppression.suppress(passed.practice.pk, "jo@lind.example", reason="left")
    sending.deliver()
    assert not passed.sink.received
    message.refresh_from_db()
    assert message.state == MailState.HELD
    row = Recommendation.objects.get()
    assert (row.sent_at, row.sent_by) == (None, ""), "the client can still send it"

    other = make.contact(cast.by, "Lou Berg", email="lou@berg.example")
    cast.introduction = open_introduction(by=cast.by, referrer=passed.ann, prospect=other)
    suppression.suppress(passed.practice.pk, "lou.two@berg.example", reason="left")
    with pytest.raises(Refused, match="wants nothing"):
        send(cast, cast.confirmed("They were kind to us."), To("lou.two@berg.example", "Lou Berg", "US"))
    assert Message.objects.count() == 1, "what is refused leaves nothing behind"
    assert not Recommendation.objects.filter(said="They were kind to us.").exclude(sent_by="").exists()


def test_without_a_postal_address_nothing_goes(passed: Passed) -> None:
    cast = words_of(passed)
    passed.practice.imprint = ""
    passed.practice.save()
    with pytest.raises(Refused, match="postal address"):
        send(cast)


@pytest.mark.parametrize("name", ["Annie", "A. Okafor", "Ann “Nan” Okafor"])
def test_a_nickname_is_no_full_name(passed: Passed, name: str) -> None:
    cast = words_of(passed)
    passed.ann.full_name = name
    passed.ann.save()
    with pytest.raises(Refused, match="named in full"):
        send(cast)


def test_the_client_must_ask_for_it_know_both_and_have_got_nothing(passed: Passed) -> None:
    cast = words_of(passed)
    with pytest.raises(Refused) as refused:
        send(cast, attested=False)
    assert refused.value.field == "attested"
    given = {"receiver": Receiver.CLIENT, "kind": ValueKind.GIFT, "what": "A book", "cost": 20, "reason": "Thanks"}
    gift = ValueEntry.objects.create(practice=passed.practice, contact=passed.ann, given_on=clock.today(), **given)
    with pytest.raises(Refused, match="advertisement"):
        send(cast)
    gift.delete()
    Standing.objects.filter(contact=passed.ann).delete()
    with pytest.raises(Refused, match="client or partner"):
        send(cast)


def test_it_is_confirmed_open_and_without_other_links(passed: Passed) -> None:
    cast = words_of(passed)
    linked = cast.confirmed(body=f"{SAID} See www.elsewhere.example/offer.")
    with pytest.raises(Refused, match="no link but"):
        send(cast, linked)
    with pytest.raises(Refused) as own:
        send(cast, to=To("ann@client.example", "Ann", "US"))
    assert own.value.field == "address"
    row = cast.confirmed("Nobody was ever in a rush.")
    Introduction.objects.filter(pk=cast.introduction.pk).update(stage=Stage.ANSWERED)
    with pytest.raises(Refused, match="not answered"):
        send(cast, Recommendation.objects.get(pk=row.pk))


def test_the_fixed_sentences_cannot_be_rewritten_in_the_outbox(passed: Passed, settings: object) -> None:
    settings.MAIL_UNDO_SECONDS = 60  # type: ignore[attr-defined]
    cast = words_of(passed)
    message = send(cast)
    row = Recommendation.objects.get()
    with pytest.raises(Refused, match="just now"):
        recommending.note_sent(by=cast.by, row=row, how="mail")
    outbox.cancel(by=cast.by, message=message)
    with pytest.raises(Refused, match="taken back"):
        send(cast, row)
    recommending.note_sent(by=cast.by, row=row, how="mail")
    with pytest.raises(Refused):
        composing.redraft(by=cast.by, message=message, subject="Buy now", text="Something else")
    with pytest.raises(Refused):
        composing.write_again(by=cast.by, message=message)


def test_the_gate_asks_once_and_by_place_again_when_it_leaves(passed: Passed) -> None:
    cast = words_of(passed)
    send(cast)
    sending.deliver()
    told = {"by": cast.by, "practice": passed.practice, "purpose": MailPurpose.REFERRAL, "subject": "x", "text": "x"}
    same = composing.draft(to=composing.Recipient("jo@lind.example", "Jo"), key="again", **told)
    assert outbox.send(by=cast.by, message=same).rule == "us-ca.mail-once"
    other = composing.draft(to=composing.Recipient("lou@berg.example", "Lou"), key="other", **told)
    located(cast, "GB")
    other.refresh_from_db()
    assert outbox.send(by=cast.by, message=other).rule == "uk-eu.mail.first"
    assert len(passed.sink.received) == 1


def test_the_page_shows_the_mail_before_it_goes_and_says_why_it_never_does(passed: Passed) -> None:
    cast = words_of(passed)
    row, browser = cast.confirmed(), make.browser(cast.by)
    page = f"/words/{row.public_id}/send/"
    told = {"address": "jo@lind.example", "name": "Jo Lind", "country": "us", "attested": "on"}
    assert not passed.sink.received
    seen = browser.post(page, {**told, "act": "see"}).content.decode()
    assert "asked us to send you this" in seen
    assert not Message.objects.exists()
    assert browser.post(page, {**told, "attested": "", "act": "send"}).status_code == 422
    assert browser.post(page, {**told, "country": "Germany", "act": "send"}).status_code == 422
    gone = browser.post(page, {**told, "act": "send"})
    assert gone["Location"] == f"/mail/messages/{Message.objects.get().public_id}/"
    assert browser.post(page, {**told, "act": "send"}).status_code == 422
    located(cast, "GB")
    assert "uk-eu.mail.first" in browser.get(page).content.decode()


@pytest.mark.parametrize("wish", ["no", "not_now"])
def test_whoever_said_no_themselves_is_not_written_to_for_another_client(passed: Passed, wish: str) -> None:
    cast = words_of(passed)
    cast.friend.points.all().delete()
    bo = make.client(cast.by, "Bo Hill")
    says(passed.kit, wish, link=passing.link_for(by=cast.by, kit=passed.kit.kit, referrer=bo), reach=JO.address)
    with pytest.raises(Refused):
        send(cast)
    assert not Message.objects.filter(purpose=MailPurpose.REFERRAL).exists()


def test_no_client_of_the_practice_is_written_to_for_another(passed: Passed) -> None:
    cast = words_of(passed)
    make.contact(cast.by, "Mia Berg", email="mia@berg.example", standing=StandingKind.CLIENT)
    with pytest.raises(Refused):
        send(cast, to=To("mia@berg.example", "Mia Berg", "US"))


@pytest.mark.parametrize("reach", ["", JO.address])
def test_a_no_that_comes_while_it_waits_stops_it(passed: Passed, reach: str) -> None:
    cast = words_of(passed)
    message = send(cast)
    says(passed.kit, "no", reach=reach)
    assert sending.deliver() == 0
    message.refresh_from_db()
    assert (message.state, passed.sink.received) == (MailState.HELD, [])
