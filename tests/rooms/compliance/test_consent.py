"""Consents: by whom, from where to where, how far, until when; nothing else opens anything."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from tests import make

from passalong.accounts.models import Profession
from passalong.compliance import updates
from passalong.compliance.models import Given, Grant, GrantState, Purpose
from passalong.compliance.selectors import consent as selectors
from passalong.compliance.services import consent
from passalong.compliance.updates import MOVES, Stage, Who, after, stage_of
from passalong.contacts.models import Contact
from passalong.core import blobs, clock, events
from passalong.core.errors import Refused
from passalong.core.keyed import keyed_hash
from passalong.core.models import Event, PayloadPerson, RecordText

pytestmark = pytest.mark.django_db
ADDRESS = "jo@lind.example"
PAGE = b"<html>May we tell Ann?</html>"
SECRET = (Profession.ATTORNEY, Profession.ACCOUNTANT, Profession.DOCTOR, Profession.DENTIST)
CHOICE = {"answer": "tell", "scope": ["spoke"]}


class Cast:
    """A practice, its client Ann who passes a kit along, and Jo who answered."""

    def __init__(self, profession: str = Profession.ADVISER, also: tuple[str, ...] = ()) -> None:
        self.by = make.member(make.practice(profession=profession))
        self.practice = self.by.practice
        self.practice.also = list(also)
        self.practice.save()
        self.ann = make.client(self.by, "Ann Okafor")
        self.key = keyed_hash(self.practice.pk, ADDRESS)

    def yes(self, about: str = "reply1") -> Grant:
        page = blobs.keep(self.practice.pk, b"a kit's page", "text/html")
        return consent.answered_yes(
            practice=self.practice, about=about, person_key=self.key, page=page, choice={"wish": "yes"}
        )

    def asked(self) -> tuple[Grant, str]:
        self.yes()
        return consent.ask(by=self.by, about="reply1", person_key=self.key, recipient=self.ann)

    def granted(self, *scope: str) -> Grant:
        found, _token = self.asked()
        return consent.grant(grant=found, scope=scope or ("spoke",), page=PAGE, choice=CHOICE)

    def covers(self, recipient: Contact | None = None) -> Grant | None:
        return selectors.live_grant(self.practice, Purpose.UPDATE, about="reply1", recipient=recipient or self.ann)


@pytest.fixture
def cast() -> Cast:
    return Cast()


def move_clock(settings: Any, **by: int) -> None:
    settings.CLOCK_OFFSET = timedelta(**by).total_seconds()


def test_every_pair_of_stages_and_acts_is_what_the_table_says_and_no_more() -> None:
    allowed = {
        (one.act, before, who, purpose): one.to
        for one in MOVES
        for before in one.before
        for who in one.who
        for purpose in (one.purposes or tuple(Purpose))
    }
    acts = {one.act for one in MOVES}
    for act, stage, who, purpose in product(acts, Stage, Who, Purpose):
        if (act, stage, who, purpose) in allowed:
            assert after(act, stage, who=who, purpose=purpose) is allowed[act, stage, who, purpose]
        else:
            with pytest.raises(Refused):
                after(act, stage, who=who, purpose=purpose)
    assert all(one.who == (Who.PERSON,) for one in MOVES if one.act == "grant"), "nobody grants for the person"


def test_the_concept_page_shows_the_table_and_its_diagram() -> None:
    text = (Path(__file__).parents[3] / "docs/concepts/consent.md").read_text(encoding="utf-8")
    assert f"```mermaid\n{updates.mermaid()}\n```" in text, "write it anew: .venv/bin/python tools/diagrams"
    assert updates.table() in text


def test_only_whose_own_answer_allowed_contact_is_asked(cast: Cast) -> None:
    with pytest.raises(Refused, match="own answer"):
        consent.ask(by=cast.by, about="reply1", person_key=cast.key, recipient=cast.ann)
    jo = make.contact(cast.by, "Jo Lind", email=ADDRESS)
    consent.grant_reported(by=cast.by, person=jo, told_by=cast.ann, words="Jo said yes", on=clock.today())
    with pytest.raises(Refused, match="own answer"):
        consent.ask(by=cast.by, about="reply1", person_key=cast.key, recipient=cast.ann, person=jo)
    found, token = cast.asked()
    assert (stage_of(found), found.scope) == (Stage.ASKED, [])
    assert selectors.of_token(token) == found
    assert token not in str(Grant.objects.filter(pk=found.pk).values()), "only the digest is kept"
    assert cast.covers() is None, "a question opens nothing"


def test_a_question_is_put_once_and_not_again_after_a_no(cast: Cast, settings: Any) -> None:
    found, _token = cast.asked()
    again = {"by": cast.by, "about": "reply1", "person_key": cast.key, "recipient": cast.ann}
    with pytest.raises(Refused):
        consent.ask(**again)
    consent.decline(grant=found)
    with pytest.raises(Refused):
        consent.ask(**again)
    move_clock(settings, days=31)
    with pytest.raises(Refused):
        consent.ask(**again)


def test_an_unanswered_question_ends_and_may_be_put_once_more(cast: Cast, settings: Any) -> None:
    found, token = cast.asked()
    move_clock(settings, days=31)
    assert stage_of(found) is Stage.EXPIRED
    assert selectors.of_token(token) is None
    with pytest.raises(Refused):
        consent.grant(grant=found, scope=["spoke"], page=PAGE, choice=CHOICE)
    consent.ask(by=cast.by, about="reply1", person_key=cast.key, recipient=cast.ann)


def test_the_page_and_the_choice_are_kept_with_their_hash(cast: Cast) -> None:
    found = cast.granted("spoke")
    assert found.evidence is not None
    assert blobs.read(found.evidence) == PAGE
    chosen = b'{"answer":"tell","scope":["spoke"]}'
    assert found.evidence_hash == hashlib.sha256(PAGE + b"\0" + chosen).hexdigest()
    event = Event.objects.get(
        kind="compliance:consent_granted", subject=found.public_id, payload__data__purpose="update"
    )
    assert event.payload.data["choice"] == CHOICE
    assert RecordText.objects.get(payload=event.payload).blob == found.evidence
    people = set(PayloadPerson.objects.filter(payload=event.payload).values_list("person", flat=True))
    assert people == {found.public_id, "reply1", cast.ann.public_id}
    assert events.first_broken(cast.practice.pk) is None


def test_a_grant_covers_its_recipient_and_its_scope_and_nothing_else(cast: Cast) -> None:
    found = cast.granted("spoke")
    text = blobs.keep(cast.practice.pk, b"Jo and we have spoken.", "text/plain")
    bo = make.client(cast.by, "Bo Hill")
    assert cast.covers() == found
    assert cast.covers(bo) is None
    assert selectors.live_grant(cast.practice, Purpose.UPDATE, about="reply1") is None, "no recipient, no grant"
    assert selectors.live_grant(make.practice(), Purpose.UPDATE, about="reply1", recipient=cast.ann) is None
    for field in ("client", "done", "name", ""):
        with pytest.raises(Refused):
            consent.use(found, text, cast.ann, field)
    with pytest.raises(Refused):
        consent.use(found, text, bo, "spoke")
    used = consent.use(found, text, cast.ann, "spoke", message="message1")
    assert (stage_of(used), used.uses) == (Stage.USED, 1)
    told = Event.objects.get(kind="compliance:consent_used").payload
    named = {key: told.data[key] for key in ("field", "recipient", "grant", "message")}
    assert named == {"field": "spoke", "recipient": cast.ann.public_id, "grant": used.public_id, "message": "message1"}
    assert RecordText.objects.get(payload=told).blob == text


def test_a_scope_never_grows_by_itself(cast: Cast) -> None:
    found = cast.granted("spoke")
    text = blobs.keep(cast.practice.pk, b"x", "text/plain")
    for _again in range(3):
        consent.use(found, text, cast.ann, "spoke")
    found.refresh_from_db()
    assert found.scope == ["spoke"]
    for scope in ([], ["everything"], ["spoke", "name"]):
        with pytest.raises(Refused):
            consent.grant(grant=found, scope=scope, page=PAGE, choice=CHOICE)


def test_taking_back_works_at_once_and_the_person_may_think_again(cast: Cast) -> None:
    found, token = cast.asked()
    first = consent.grant(grant=found, scope=["spoke"], page=PAGE, choice=CHOICE)
    consent.revoke(grant=first)
    assert cast.covers() is None
    with pytest.raises(Refused):
        consent.use(first, blobs.keep(cast.practice.pk, b"x", "text/plain"), cast.ann, "spoke")
    later = selectors.of_token(token)
    assert later is not None
    second = consent.grant(grant=later, scope=["done"], page=PAGE, choice=CHOICE)
    assert second.pk != first.pk
    assert cast.covers() == second == selectors.of_token(token)


def test_another_choice_ends_what_was_granted_before_it(cast: Cast) -> None:
    first = cast.granted("spoke", "client")
    second = consent.grant(grant=first, scope=["spoke"], page=PAGE, choice=CHOICE)
    first.refresh_from_db()
    assert first.state == GrantState.REVOKED, "what was drafted under it is held"
    found = selectors.live_grant(cast.practice, Purpose.UPDATE, about=first.public_id, recipient=cast.ann)
    assert found is None
    assert cast.covers() == second


def test_a_grant_ends_by_the_clock_alone(cast: Cast, settings: Any) -> None:
    found = cast.granted()
    move_clock(settings, days=364)
    assert cast.covers() == found
    move_clock(settings, days=366)
    assert cast.covers() is None
    assert not selectors.may_be_contacted(cast.practice, person_key=cast.key)
    assert consent.expire() == 2
    assert consent.expire() == 0
    found.refresh_from_db()
    assert found.state == GrantState.EXPIRED


@pytest.mark.parametrize(
    "profession", [Profession.ATTORNEY, Profession.ACCOUNTANT, Profession.DOCTOR, Profession.DENTIST]
)
@pytest.mark.parametrize("is_besides", [False, True])
def test_professions_bound_to_secrecy_need_the_signed_form_too(profession: str, is_besides: bool) -> None:
    cast = Cast(Profession.ADVISER, (profession,)) if is_besides else Cast(profession)
    found = cast.granted("spoke")
    assert cast.covers() is None
    with pytest.raises(Refused):
        consent.record_form(by=cast.by, grant=found, form_id="  ")
    consent.record_form(by=cast.by, grant=found, form_id="F-12")
    assert cast.covers() == found
    wider = consent.grant(grant=found, scope=["spoke", "client"], page=PAGE, choice=CHOICE)
    assert (wider.form_id, cast.covers()) == ("", None), "the form was signed for less"


@pytest.mark.parametrize("profession", Profession.values)
def test_a_form_alone_or_a_reported_answer_never_opens_news(profession: str) -> None:
    cast = Cast(profession)
    found, _token = cast.asked()
    consent.record_form(by=cast.by, grant=found, form_id="F-12")
    assert cast.covers() is None
    Grant.objects.filter(pk=found.pk).update(
        state=GrantState.GRANTED, given=Given.REPORTED, scope=["spoke"], granted_at=clock.now()
    )
    assert cast.covers() is None


def test_reported_answers_open_less_than_own_ones(cast: Cast) -> None:
    jo = make.contact(cast.by, "Jo Lind", email=ADDRESS)
    assert not selectors.may_be_contacted(cast.practice, jo)
    told = {"by": cast.by, "person": jo, "told_by": cast.ann, "on": clock.today()}
    for words in ("", "yes", "x " * 600):
        with pytest.raises(Refused):
            consent.grant_reported(words=words, **told)
    with pytest.raises(Refused):
        consent.grant_reported(words="Jo said yes", **{**told, "on": clock.today() + timedelta(days=1)})
    found = consent.grant_reported(words="Jo said yes", **told)
    assert (found.given, found.told_by, found.evidence) == (Given.REPORTED, cast.ann, None)
    assert selectors.may_be_contacted(cast.practice, jo)
    assert not selectors.may_be_contacted(cast.practice, jo, own_only=True)
    cast.yes()
    assert selectors.may_be_contacted(cast.practice, jo, own_only=True), "the same address, whoever wrote it down"
    assert not selectors.may_be_contacted(make.practice(), jo)


def test_health_wants_an_own_answer_and_tax_a_signed_one_beside_it() -> None:
    health, tax = Cast(Profession.DENTIST), Cast(Profession.ACCOUNTANT)
    for cast in (health, tax):
        jo = make.contact(cast.by, "Jo Lind", email=ADDRESS)
        told = {"by": cast.by, "person": jo, "told_by": cast.ann, "words": "Jo said yes", "on": clock.today()}
        if cast is health:
            with pytest.raises(Refused, match="own answer"):
                consent.grant_reported(**told)
            continue
        consent.grant_reported(**told)
        assert not selectors.may_be_contacted(cast.practice, jo)
        until = clock.today() + timedelta(days=90)
        consent.grant_signed(by=cast.by, purpose=Purpose.TAX_USE, person=jo, form_id="7216-1", until=until)
        assert selectors.has_signed(cast.practice, Purpose.TAX_USE, jo)
        assert not selectors.has_signed(cast.practice, Purpose.TAX_DISCLOSURE, jo)
        assert selectors.may_be_contacted(cast.practice, jo)


def test_the_same_yes_is_one_consent_and_a_later_no_ends_it(cast: Cast) -> None:
    assert cast.yes() == cast.yes()
    cast.yes("reply2")
    found, _token = consent.ask(by=cast.by, about="reply1", person_key=cast.key, recipient=cast.ann)
    assert consent.answered_no(practice=cast.practice, about="reply3", person_key=cast.key, why="no") == 3
    assert not selectors.may_be_contacted(cast.practice, person_key=cast.key)
    found.refresh_from_db()
    assert found.state == GrantState.DECLINED


def test_an_own_no_stands_against_what_a_client_reports_afterwards(cast: Cast) -> None:
    jo = make.contact(cast.by, "Jo Lind", email=ADDRESS)
    told = {"by": cast.by, "person": jo, "told_by": cast.ann, "words": "Jo said yes", "on": clock.today()}
    for _again in range(2):
        consent.answered_no(practice=cast.practice, about="r1", person_key=cast.key, why="no", for_good=True)
    assert Grant.objects.filter(state=GrantState.DECLINED).count() == 1
    with pytest.raises(Refused, match="themselves"):
        consent.grant_reported(**told)
    assert not selectors.may_be_contacted(cast.practice, jo)
    cast.yes("r2")
    consent.answered_no(practice=cast.practice, about="r3", person_key=cast.key, why="not now")
    consent.grant_reported(**told)
    assert selectors.may_be_contacted(cast.practice, jo), "not now is no for that day only"


def test_another_practices_rows_are_refused(cast: Cast) -> None:
    stranger, found = make.member(), cast.granted()
    for act in (
        lambda: consent.revoke(grant=found, by=stranger),
        lambda: consent.record_form(by=stranger, grant=found, form_id="F-1"),
        lambda: consent.ask(by=stranger, about="reply1", person_key=cast.key, recipient=cast.ann),
        lambda: consent.grant_reported(
            by=stranger, person=cast.ann, told_by=cast.ann, words="she said yes", on=clock.today()
        ),
    ):
        with pytest.raises(Refused):
            act()
    with pytest.raises(Grant.DoesNotExist):
        selectors.grant(stranger.practice, found.public_id)


def test_a_token_opens_its_own_page_only(cast: Cast) -> None:
    _found, token = cast.asked()
    for wrong in ("", token[:-1], token.swapcase(), token + "x", "x" * 5000, "\x00"):
        assert selectors.of_token(wrong) is None


def test_the_person_reads_how_far_in_words() -> None:
    from passalong.compliance.person import held_about
    from passalong.core.person import Person

    owner = make.member()
    ann = make.contact(owner, "Ann Okafor")
    Grant.objects.create(practice=owner.practice, purpose=Purpose.UPDATE, person=ann, scope=["spoke"])
    told = str(held_about(Person(owner.practice_id, ann.pk, (ann.public_id,))))
    assert "That we have spoken" in told
