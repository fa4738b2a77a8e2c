"""A client's message: the profession's rules, what may not stand in it, what is kept and for how long."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from tests import make
from tests.rooms.introductions.cast import Passed
from tests.rooms.introductions.words_cast import SAID, WHY, Words, light, words_of

from passalong.accounts.models import Role
from passalong.compliance import wording
from passalong.compliance.models import Approval, Receiver, ValueEntry, ValueKind
from passalong.compliance.selectors import approvals as asked
from passalong.compliance.services import approvals, retention
from passalong.contacts.models import Standing
from passalong.contacts.services import standing
from passalong.core import clock
from passalong.core.errors import NotAllowed, Refused
from passalong.core.models import Blob, Event, RecordText
from passalong.introductions import recommendation
from passalong.introductions.models import Introduction, Recommendation, Stage, Template, Thanks
from passalong.introductions.selectors import words as selectors
from passalong.introductions.services import recommending, templates
from passalong.kits.services import passing

pytestmark = pytest.mark.django_db
APPROVED = ("adviser", "broker_dealer", "attorney", "doctor", "dentist")
OPEN = ("consultant", "coach", "architect", "real_estate", "insurance", "accountant")


@pytest.fixture
def passed(settings: Any) -> Passed:
    """Without a mail server: nothing here sends."""
    return light(settings)


@pytest.mark.parametrize("profession", APPROVED)
def test_these_professions_need_a_template_that_a_second_person_approved(passed: Passed, profession: str) -> None:
    cast = words_of(passed, profession)
    with pytest.raises(Refused, match="second person"):
        cast.confirmed()
    second = cast.approver()
    template = cast.proposed()
    assert template.in_force_at is None
    with pytest.raises(Refused, match="second person"):
        cast.confirmed()
    approval = template.approval
    assert approval is not None
    with pytest.raises(NotAllowed):
        approvals.decide(by=cast.by, approval=approval, approve=True, why=WHY)
    approvals.decide(by=second, approval=approval, approve=True, why=WHY)
    row = cast.confirmed()
    assert row.template == template
    assert "It may be nothing for you." in row.text


@pytest.mark.parametrize("profession", OPEN)
def test_others_write_with_the_words_that_ship(passed: Passed, profession: str) -> None:
    cast = words_of(passed, profession)
    row = cast.confirmed()
    assert row.template.version == 1
    assert cast.confirmed("And they answered every question we had.").template == row.template


def test_a_template_that_is_not_approved_or_changes_its_profession_does_not_count(passed: Passed) -> None:
    cast = words_of(passed, "consultant")
    cast.confirmed()
    passed.works_as("consultant", "attorney")
    assert not selectors.standing(passed.practice).is_usable
    second, template = cast.approver(), cast.proposed()
    assert template.approval is not None
    approvals.decide(by=second, approval=template.approval, approve=False, why="Not like this.")
    assert not selectors.standing(passed.practice).is_usable
    assert Template.objects.get(version=1).retired_at is None


def test_approval_is_of_these_very_words(passed: Passed) -> None:
    cast = words_of(passed, "attorney")
    second, template = cast.approver(), cast.proposed()
    Template.objects.filter(pk=template.pk).update(empathy="Other words altogether.")
    with pytest.raises(Refused, match="not what it was"):
        approvals.decide(by=second, approval=Approval.objects.get(), approve=True, why=WHY)
    again = cast.proposed("Something else again.")
    assert asked.approvals(passed.practice, waiting=True).count() == 2
    approvals.decide(by=second, approval=Approval.objects.get(subject=again.public_id), approve=True, why=WHY)
    assert selectors.in_force(passed.practice) == again


@pytest.mark.parametrize(
    ("profession", "said", "kind"),
    [
        ("adviser", "My portfolio grew and they are kind.", "investments"),
        ("adviser", "They got me 8 % a year.", "investments"),
        ("broker_dealer", "They doubled my savings.", "investments"),
        ("attorney", "They won my case in a week.", "ended"),
        ("attorney", "She got us a settlement that held.", "ended"),
        ("dentist", "My root canal was over before I knew.", "health"),
        ("doctor", "He found my diabetes when nobody else did.", "health"),
        ("insurance", "They paid out $20,000 after the fire.", "ended"),
        ("accountant", "They saved us a lot of taxes.", "ended"),
        ("consultant", "You are guaranteed to like them.", "promise"),
        ("coach", "You get a discount if you say my name.", "given"),
        ("architect", "Hurry, they only take a few.", "pressing"),
    ],
)
def test_a_forbidden_sentence_is_refused_by_name_with_its_rule(
    passed: Passed, profession: str, said: str, kind: str
) -> None:
    cast = words_of(passed, profession)
    if profession in APPROVED:
        second, template = cast.approver(), cast.proposed()
        assert template.approval is not None
        approvals.decide(by=second, approval=template.approval, approve=True, why=WHY)
    with pytest.raises(Refused) as refused:
        cast.confirmed(said, f"{said} And they are patient with every question.")
    assert refused.value.field == "body"
    assert said in refused.value.message
    assert kind in refused.value.message
    assert "client-words" in refused.value.message
    assert "patient with every" not in refused.value.message, "only the sentence that may not stand"
    assert not Recommendation.objects.exists()


def test_what_was_taken_out_is_not_kept_as_said_either(passed: Passed) -> None:
    cast = words_of(passed, "insurance")
    row = cast.confirmed("They paid out $20,000 after the fire.", "They were calm, and so were we.")
    assert row.said == "They were calm, and so were we."
    kept = [
        bytes(one.content).decode()
        for one in Blob.objects.filter(practice=passed.practice, media_type__startswith="text/plain")
    ]
    assert not [text for text in kept if "20,000" in text]


def test_line_ends_and_signs_nobody_sees_hide_nothing(passed: Passed) -> None:
    passed.works_as("attorney")
    for said in ("They won\nmy case.", "They w\u200bon my case.", "THEY WON MY  CASE", "Théy wón my case."):
        assert wording.forbidden(passed.practice, said), said


@pytest.mark.parametrize(
    "said",
    [
        "She returns calls the same day and explains every step.",
        "They helped us to see what mattered, in plain words.",
        "It was rewarding to talk with somebody who listens.",
        "He was never in a rush, and treated us with respect.",
        "They settled us in at once, and the office is calm.",
    ],
)
def test_plain_praise_of_the_work_is_nobodys_business_but_the_clients(said: str) -> None:
    for profession in ("adviser", "consultant", "dentist"):
        assert not wording.forbidden(make.practice(profession=profession), said), profession


def test_the_lists_look_at_long_texts_in_no_time() -> None:
    practice = make.practice(profession="dentist")
    practice.also = ["adviser", "attorney"]
    start = clock.now()
    for text in ("a" * 200_000, "got me " * 30_000, "$" * 100_000, "saved me x" * 20_000):
        wording.forbidden(practice, text)
    assert clock.now() - start < timedelta(seconds=1)


def test_an_adviser_tells_status_and_what_was_given(passed: Passed) -> None:
    cast = words_of(passed, "adviser")
    told = recommendation.disclosure_of(passed.practice, passed.ann)
    assert told == ("I am a client of Harbour Wealth. I was given nothing for this message and get nothing for it.")
    _gift(cast, 40)
    told = recommendation.disclosure_of(passed.practice, passed.ann)
    assert "gave me things worth 40.00 USD" in told
    assert "interest in speaking well" in told
    standing.set_standing(by=cast.by, contact=passed.ann, kind="former_client")
    assert recommendation.disclosure_of(passed.practice, passed.ann).startswith("I was a client of Harbour Wealth.")
    standing.set_standing(by=cast.by, contact=passed.ann, kind="client")
    assert recommendation.disclosure_of(passed.practice, passed.ann).startswith("I am a client of Harbour Wealth.")
    Standing.objects.filter(contact=passed.ann).delete()
    assert recommendation.disclosure_of(passed.practice, passed.ann).startswith("I am not a client")


def _gift(cast: Words, cost: int) -> None:
    ValueEntry.objects.create(
        practice=cast.passed.practice,
        contact=cast.passed.ann,
        receiver=Receiver.CLIENT,
        kind=ValueKind.GIFT,
        what="A book",
        cost=cost,
        reason="A birthday",
        given_on=clock.today(),
    )


@pytest.mark.parametrize(
    ("profession", "sentence"),
    [
        ("broker_dealer", "no guarantee of future performance"),
        ("attorney", "Every matter is different."),
        ("doctor", "no medical advice"),
    ],
)
def test_the_disclosure_stands_in_the_message_and_cannot_be_edited_away(
    passed: Passed, profession: str, sentence: str
) -> None:
    cast = words_of(passed, profession)
    second, template = cast.approver(), cast.proposed()
    assert template.approval is not None
    approvals.decide(by=second, approval=template.approval, approve=True, why=WHY)
    row = cast.confirmed(body=SAID)
    assert row.text.split("\n\n") == [SAID, row.disclosure, row.text.rsplit("\n\n", 1)[1]]
    assert sentence in row.disclosure


def test_what_is_kept_is_the_template_the_words_and_the_confirmation(passed: Passed) -> None:
    cast = words_of(passed, "insurance")
    row = cast.confirmed()
    event = Event.objects.get(kind="introductions:words_confirmed", subject=row.public_id)
    texts = {one.name: bytes(one.blob.content).decode() for one in RecordText.objects.filter(payload__event=event)}
    assert texts["message"] == row.text
    assert texts["said"] == SAID
    assert "These are my words" in texts["confirmation"]
    assert row.template.involves in texts["template"]
    assert row.keep_until is not None
    assert row.keep_until >= clock.today().replace(year=clock.today().year + 5, day=28)


def test_past_its_day_a_message_is_forgotten_unless_it_is_held(passed: Passed) -> None:
    cast = words_of(passed, "consultant")
    kept, gone = cast.confirmed(), cast.confirmed("They were patient with all of us.")
    Recommendation.objects.update(keep_until=clock.today() - timedelta(days=1))
    until = clock.today() + timedelta(days=9)
    retention.hold(by=cast.by, subject=kept.public_id, rule="Court", reason="A court asks for it.", until=until)
    assert recommending.forget_everywhere() == 1
    assert [*Recommendation.objects.all()] == [kept]
    assert Blob.objects.filter(pk=gone.final_id).exists(), "the record keeps its own copy until its own day"


def test_confirmed_and_sent_by_hand_moves_the_introduction_once(passed: Passed) -> None:
    cast = words_of(passed, "consultant")
    row = cast.confirmed()
    cast.introduction.refresh_from_db()
    assert cast.introduction.stage == Stage.AGREED, "confirming is not sending"
    assert cast.introduction.link == passed.kit.link
    for _ in range(2):
        recommending.note_sent(by=cast.by, row=row, how="phone")
    cast.introduction.refresh_from_db()
    assert cast.introduction.stage == Stage.PASSED
    assert passed.kit.link.passings.count() == 1


@pytest.mark.parametrize("stage", [Stage.AGREED, Stage.ANSWERED, Stage.CLOSED])
def test_whatever_the_friend_did_meanwhile_the_client_is_answered_alike(passed: Passed, stage: str) -> None:
    cast = words_of(passed, "consultant")
    row = cast.confirmed()
    Introduction.objects.filter(pk=cast.introduction.pk).update(stage=stage, is_open=stage != Stage.CLOSED)
    cast.friend.objected_at = clock.now()
    cast.friend.save()
    row.refresh_from_db()
    done = recommending.note_own_sent(referrer=passed.ann, row=row, how="mail")
    assert done.sent_at is not None
    cast.introduction.refresh_from_db()
    assert cast.introduction.stage == (Stage.PASSED if stage == Stage.AGREED else stage)
    assert Thanks.objects.get().because == "sent"


def test_prepared_words_are_the_clients_to_confirm(passed: Passed) -> None:
    cast = words_of(passed, "consultant")
    row = recommending.prepare(
        by=cast.by, referrer=passed.ann, link=passed.kit.link, said=SAID, introduction=cast.introduction
    )
    with pytest.raises(Refused, match="not confirmed"):
        recommending.note_sent(by=cast.by, row=row, how="mail")
    recommending.drop(by=cast.by, row=row)
    assert not Recommendation.objects.exists()
    with pytest.raises(Refused, match="they are kept"):
        recommending.drop(by=cast.by, row=cast.confirmed())


def test_words_that_were_confirmed_stay_whatever_another_page_still_shows(passed: Passed) -> None:
    """Two pages of one prepared message: the second confirmation is a message of its own."""
    cast = words_of(passed, "consultant")
    told: dict[str, Any] = {"referrer": passed.ann, "link": passed.kit.link, "said": SAID}
    row = recommending.prepare(by=cast.by, introduction=cast.introduction, **told)
    pages = [Recommendation.objects.get(pk=row.pk) for _page in range(2)]
    first = recommending.confirm_own(prepared=pages[0], body=row.text, **told)
    second = recommending.confirm_own(prepared=pages[1], body=f"{row.text}\n\nDo have a look.", **told)
    assert (first.pk, Recommendation.objects.count()) == (row.pk, 2)
    assert Recommendation.objects.get(pk=first.pk).text == first.text != second.text
    with pytest.raises(Refused, match="another client"):
        recommending.confirm_at_desk(
            by=cast.by,
            referrer=(bo := make.client(cast.by, "Bo Hill")),
            link=passing.link_for(by=cast.by, kit=passed.kit.kit, referrer=bo),
            said=SAID,
            body=row.text,
            on="paper",
            prepared=second,
        )


def test_another_practices_rows_are_refused(passed: Passed) -> None:
    cast = words_of(passed, "consultant")
    row, stranger = cast.confirmed(), make.member()
    with pytest.raises(Refused, match="not on file"):
        recommending.note_sent(by=stranger, row=row, how="mail")
    with pytest.raises(Refused, match="not on file"):
        recommending.prepare(by=stranger, referrer=passed.ann, link=passed.kit.link, said=SAID)
    with pytest.raises(Refused, match="another client"):
        recommending.prepare(by=cast.by, referrer=make.client(cast.by, "Bo Hill"), link=passed.kit.link, said=SAID)
    with pytest.raises(NotAllowed):
        templates.propose(
            by=make.member(passed.practice, role=Role.ASSISTANT), empathy="A sentence.", involves="Another one."
        )


@pytest.mark.parametrize(
    ("empathy", "says"),
    [
        ("Dear {friend}", "{friend}"),
        ("", "write a sentence"),
        ("x" * 1001, "under 1000"),
        ("Results are guaranteed.", "promise"),
    ],
)
def test_a_template_holds_no_other_tags_and_nothing_forbidden(passed: Passed, empathy: str, says: str) -> None:
    cast = words_of(passed, "consultant")
    with pytest.raises(Refused) as refused:
        cast.proposed(empathy)
    assert refused.value.field == "empathy"
    assert says in refused.value.message


@pytest.mark.parametrize(
    ("name", "is_full"),
    [
        ("Ann Okafor", True),
        ("Ann Maria van der Berg", True),
        ("Ann O.", False),
        ("A. Okafor", False),
        ("Annie", False),
        ("Ann “Nan” Okafor", False),
        ("A Okafor", False),
    ],
)
def test_a_full_name_is_no_nickname_and_no_initials(name: str, is_full: bool) -> None:
    assert recommendation.is_full_name(name) is is_full
