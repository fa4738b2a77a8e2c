"""The own pages of a lunch: looking changes nothing, nobody reads another's answer, bad input gets a calm answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from icalendar import Calendar
from tests import make
from tests.rooms.introductions.test_lunch import agreed, answers, entry_of, fixed, noon, opened, page_of

from passalong.compliance.models import Grant
from passalong.compliance.selectors import consent as consents
from passalong.contacts.models import Contact
from passalong.core import blobs, clock
from passalong.core.errors import Refused
from passalong.core.keyed import keyed_hash
from passalong.core.masking import masked
from passalong.introductions.models import Introduction, LunchChoice, LunchGuest, Seat, Stage, Step
from passalong.introductions.services import lunch as services
from passalong.introductions.services import lunch_mail, move, withdraw_introduction
from passalong.introductions.stages import Who
from passalong.mail.models import MailState, Message
from passalong.mail.services import composing, outbox, suppression

if TYPE_CHECKING:
    from tests.rooms.introductions.cast import Passed

pytestmark = pytest.mark.django_db


def test_looking_at_every_page_and_file_changes_nothing(passed: Passed) -> None:
    lunch = fixed(passed)
    before = (Step.objects.count(), list(LunchGuest.objects.values()), list(LunchChoice.objects.values()))
    for seat in Seat:
        for path in (page_of(lunch, seat), f"{page_of(lunch, seat)}/lunch.ics"):
            for method in ("get", "head"):
                answer = getattr(make.browser(), method)(path)
                assert answer.status_code == 200
                assert not answer.cookies
                assert answer["Cache-Control"] == "no-store"
                assert answer["Referrer-Policy"] == "no-referrer"
    assert before == (Step.objects.count(), list(LunchGuest.objects.values()), list(LunchChoice.objects.values()))
    assert make.browser().get("/lunch/nobody").status_code == 404
    assert make.browser().get("/lunch/nobody/lunch.ics").status_code == 404
    assert "secretsecret" not in masked("GET /lunch/secretsecret/lunch.ics and /way/secretsecret")


def test_the_file_to_take_along_asks_for_no_answer_and_ends_with_the_lunch(passed: Passed) -> None:
    lunch = fixed(passed)
    path = f"{page_of(lunch, Seat.FRIEND)}/lunch.ics"
    calendar = Calendar.from_ical(make.browser().get(path).content)
    (event,) = calendar.walk("VEVENT")
    assert str(calendar["method"]) == "PUBLISH"
    assert "attendee" not in event
    assert str(event["uid"]) == lunch.uid
    services.cancel(by=passed.by, lunch=lunch)
    (event,) = Calendar.from_ical(make.browser().get(path).content).walk("VEVENT")
    assert (str(event["status"]), int(event["sequence"])) == ("CANCELLED", 1)


def test_what_client_and_friend_see_is_the_same_whatever_the_other_answers(passed: Passed) -> None:
    """Byte for byte, through a yes, a no to every time, and the end."""
    lunch = opened(passed)
    client, friend, seen = page_of(lunch, Seat.CLIENT), page_of(lunch, Seat.FRIEND), []
    for act in ((), (0, 1), (0,), "answer no"):
        if act == "answer no":
            own = make.browser().get(friend).content
            move(introduction=lunch.introduction, act="answer no", who=Who.PERSON)
            assert make.browser().get(friend).content == own, "whoever handed the address on reads of no no"
        elif act:
            own = make.browser().get(friend).content
            answers(lunch, Seat.FRIEND, *act, address="jo@lind.example")
            assert make.browser().get(friend).content == own, "nor does the friend's page tell whoever has its address"
        seen.append(make.browser().get(client).content)
    assert len(set(seen)) == 1


def test_only_a_chosen_answer_of_our_own_page_counts(passed: Passed) -> None:
    lunch = opened(passed)
    path, slot = page_of(lunch, Seat.FRIEND), lunch.slots.get(starts_at=noon(7))
    sent = {"act": "times", "can": [str(slot.pk)]}
    assert make.browser().post(path, sent, HTTP_SEC_FETCH_SITE="cross-site").status_code == 403
    assert make.browser(passed.by).post(path, sent).status_code == 403
    assert make.browser().post(path, {"act": "nothing"}).status_code == 422
    assert make.browser().post(path, {"act": "comes", "comes": "yes"}).status_code == 422
    assert make.browser().post(path, {**sent, "address": "no address"}).status_code == 422
    odd = {"act": "times", "can": ["-1", "x", "9" * 30, "99999999", "٣"]}
    assert make.browser().post(path, odd).status_code == 303
    assert Introduction.objects.get().stage == Stage.AGREED
    assert not LunchChoice.objects.filter(guest__seat=Seat.FRIEND, can=True).exists()
    assert make.browser().post(path, sent).status_code == 303
    assert Introduction.objects.get().stage == Stage.ANSWERED


def test_the_same_answer_twice_is_one_yes(passed: Passed) -> None:
    lunch = opened(passed)
    for _again in range(2):
        answers(lunch, Seat.FRIEND, 0, address="jo@lind.example")
    assert Step.objects.filter(act="answer yes").count() == 1
    assert LunchChoice.objects.filter(guest__seat=Seat.FRIEND).count() == 2


def test_an_own_yes_keeps_the_page_it_was_given_on(passed: Passed) -> None:
    answers(opened(passed), Seat.FRIEND, 0, address="jo@lind.example")
    grant = Grant.objects.get(purpose="contact", given="own")
    page = blobs.read(grant.evidence).decode()
    assert "Who will know what" in page
    assert "Ann Okafor gets the same invitation" in page


def test_somebody_who_wants_no_mail_gets_none_though_they_come(passed: Passed) -> None:
    lunch = opened(passed)
    suppression.suppress(passed.practice.pk, "jo@second.example", reason="by_hand", by=passed.by)
    answers(lunch, Seat.FRIEND, 0, address="jo@second.example")
    answers(lunch, Seat.CLIENT, 0)
    services.fix(by=passed.by, lunch=lunch, slot=lunch.slots.first())
    _gone, held = lunch_mail.send_drafts(by=passed.by, lunch=lunch)
    assert held == 1
    assert Message.objects.get(state=MailState.HELD).address == "jo@second.example"
    assert make.browser().get(page_of(lunch, Seat.FRIEND)).status_code == 200


@pytest.mark.parametrize("how", ["the client's address", "objected", "left"])
def test_an_answer_that_is_no_yes_of_theirs_reads_the_same_and_moves_nothing(passed: Passed, how: str) -> None:
    """Whoever has the address of the friend's page can answer there: not with the client's own address, and not for
    somebody who asked to be left alone."""
    lunch, address = opened(passed), "jo@else.example"
    friend = lunch.introduction.prospect
    assert friend
    if how == "objected":
        Contact.objects.filter(pk=friend.pk).update(objected_at=clock.now())
    elif how == "left":
        suppression.suppress(passed.practice.pk, "jo@lind.example", reason="by_hand", by=passed.by)
    else:
        address = "Ann@Client.example"
    assert answers(lunch, Seat.FRIEND, 0, address=address).status_code == 303
    assert Introduction.objects.get().stage == Stage.AGREED
    assert not Grant.objects.exists()
    assert lunch.guests.get(seat=Seat.FRIEND).address == ""


def test_other_words_in_a_draft_keep_its_calendar_entry(passed: Passed) -> None:
    lunch = fixed(passed)
    draft = Message.objects.get(address="ann@client.example")
    before = entry_of(outboxed(draft))
    changed = composing.redraft(by=passed.by, message=draft, subject="Our lunch", text="Dear Ann,\n\nas we said.")
    assert entry_of(outboxed(changed))[2].to_ical() == before[2].to_ical()
    outbox.cancel(by=passed.by, message=changed)
    again = composing.write_again(by=passed.by, message=Message.objects.get(pk=changed.pk))
    assert entry_of(outboxed(again))[0] == "REQUEST"
    assert lunch.uid in str(entry_of(outboxed(again))[2]["uid"])


def outboxed(message: Message) -> Any:
    """A message's fixed bytes, read."""
    from email import message_from_bytes, policy

    assert message.mime is not None
    return message_from_bytes(blobs.read(message.mime), policy=policy.default)


def test_a_friend_whose_name_is_not_kept_is_your_friend_in_every_word(passed: Passed) -> None:
    """As in Europe before they answer: no name, no address, and the client hands the page on."""
    lunch = opened(passed)
    Introduction.objects.update(prospect=None)
    LunchGuest.objects.filter(seat=Seat.FRIEND).update(name="")
    client = LunchGuest.objects.select_related("lunch__introduction__referrer").get(seat=Seat.CLIENT)
    message = lunch_mail.draft_question(by=passed.by, guest=client)
    assert "the friend you have in mind" in message.text
    assert page_of(lunch, Seat.FRIEND) in message.text
    assert b"Lunch with the friend you have in mind" in make.browser().get(page_of(lunch, Seat.CLIENT)).content
    assert (
        make.browser(passed.by).get(f"/introductions/{Introduction.objects.get().public_id}/ways/lunch/").status_code
        == 200
    )


def test_after_the_end_nothing_is_fixed_but_it_can_be_called_off(passed: Passed) -> None:
    lunch = fixed(passed)
    withdraw_introduction(by=passed.by, introduction=lunch.introduction)
    with pytest.raises(Refused, match="before they have said yes"):
        services.change(by=passed.by, lunch=lunch, starts_at=noon(20), place="", words="", minutes=60)
    assert services.cancel(by=passed.by, lunch=lunch).state == "cancelled"
    assert not Message.objects.filter(state=MailState.DRAFT).exists(), "who never heard of it is told nothing"
    services.again(by=passed.by, lunch=lunch)
    assert not LunchGuest.objects.exists()


def test_the_desk_page_asks_the_same_number_of_questions_for_any_number_of_times(
    passed: Passed, django_assert_max_num_queries: Any
) -> None:
    lunch = opened(passed)
    services.propose(by=passed.by, lunch=lunch, slots=[noon(day) for day in range(10, 16)])
    browser = make.browser(passed.by)
    path = f"/introductions/{lunch.introduction.public_id}/ways/lunch/"
    with django_assert_max_num_queries(32):
        assert browser.get(path).content.count(b"T12:00") == 0
    with pytest.raises(Refused, match="8 times at most"):
        services.propose(by=passed.by, lunch=lunch, slots=[noon(30)])


def test_desk_forms_say_beside_the_field_what_is_wrong(passed: Passed) -> None:
    introduction = agreed(passed)
    browser, path = make.browser(passed.by), f"/introductions/{introduction.public_id}/ways/lunch/"
    past = browser.post(path, {"slot1": "2020-01-01T12:00", "minutes": "60"})
    assert past.status_code == 422
    assert past.context["form"].errors["slot1"] == ["Choose a time to come, within half a year."]
    assert browser.post(path, {"minutes": "5"}).context["form"].errors.keys() == {"slot1", "minutes"}
    lunch = opened(passed, introduction)
    refused = browser.post(f"{path}said/", {"seat": "friend", "can": [str(lunch.slots.all()[0].pk)]})
    assert refused.status_code == 422
    assert b"have not said yes yet" in refused.content
    assert browser.post(f"{path}fix/", {"slot": "x"}).status_code == 302
    assert browser.post(f"{path}ask/", {"seat": "practice"}).status_code == 404
    assert browser.get(f"{path}lunch.ics").status_code == 404


@pytest.mark.storage
def test_who_takes_the_yes_back_is_written_to_no_more_and_the_client_hears_no_reason(passed: Passed) -> None:
    lunch = fixed(passed)
    lunch_mail.send_drafts(by=passed.by, lunch=lunch)
    Message.objects.update(state=MailState.SENT)
    move(introduction=lunch.introduction, act="take back", who=Who.PERSON)
    services.cancel(by=passed.by, lunch=lunch)
    drafts = Message.objects.filter(state=MailState.DRAFT)
    assert {one.address for one in drafts} == {"ann@client.example", passed.by.user.email}
    told = drafts.get(address="ann@client.example")
    assert "does not take place" in told.text
    assert "Jo" not in told.text
    friend = LunchGuest.objects.select_related("lunch__introduction", "practice").get(seat=Seat.FRIEND)
    assert not consents.may_be_contacted(
        passed.practice, contact=friend.lunch.introduction.prospect, person_key=friend_key(friend)
    )


def friend_key(guest: LunchGuest) -> str:
    """The keyed hash of the address they left."""
    return keyed_hash(guest.practice_id, guest.address)
