"""Proof: whose words, agreed to word by word, told what must be told, and gone when the speaker takes them back."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.test import Client
from tests import make
from tests.rooms.kits import written

from passalong.accounts.models import Profession
from passalong.compliance.rulebook import ELEMENTS, judge
from passalong.core import clock
from passalong.core.errors import Refused
from passalong.core.models import Event
from passalong.kits.models import EditionState
from passalong.kits.selectors import editions as shown
from passalong.kits.selectors import proof as selectors
from passalong.kits.services import editions, passing
from passalong.kits.services import proof as services

pytestmark = pytest.mark.django_db


def test_a_consent_covers_the_words_and_the_name_and_nothing_else() -> None:
    owner = written.owner()
    proof = written.proof(owner, consented=False)
    assert selectors.standing(proof).words == "Awaiting the speaker"
    services.record_consent(by=owner, proof=proof, given_on=clock.today(), how="Form", elements={"nda": "none"})
    proof = selectors.proof(owner.practice, proof.public_id)
    assert selectors.standing(proof).words.endswith("covers these words")
    assert selectors.standing(proof).missing == ()
    for change in ({"text": written.WORDING.text + " Truly."}, {"shown_as": "Anna Rivers"}):
        services.edit_proof(by=owner, proof=proof, wording=replace(written.WORDING, **change))
        assert selectors.standing(proof).state is selectors.Consent.AWAITING
    services.edit_proof(by=owner, proof=proof, wording=replace(written.WORDING, source="Another file"))
    assert selectors.standing(proof).state is selectors.Consent.COVERS


def test_a_consent_ends_on_its_day_and_is_revoked_at_once() -> None:
    owner, today = written.owner(), clock.today()
    proof = written.proof(owner, consented=False)
    early = today - timedelta(days=30)
    services.record_consent(by=owner, proof=proof, given_on=early, how="Form", expires_on=today - timedelta(days=1))
    standing = selectors.standing(selectors.proof(owner.practice, proof.public_id))
    assert standing.state is selectors.Consent.EXPIRED
    assert "ended on" in standing.words
    services.record_consent(by=owner, proof=proof, given_on=today, how="Form", expires_on=today)
    proof = selectors.proof(owner.practice, proof.public_id)
    assert selectors.standing(proof).state is selectors.Consent.COVERS
    services.revoke_consent(by=owner, proof=proof)
    proof = selectors.proof(owner.practice, proof.public_id)
    assert selectors.standing(proof).state is selectors.Consent.REVOKED
    with pytest.raises(Refused, match="no consent to take back"):
        services.revoke_consent(by=owner, proof=proof)


def test_a_kit_with_a_proof_without_consent_is_refused_by_name_and_by_what_is_missing() -> None:
    owner = written.owner(Profession.ADVISER)
    proof = written.proof(owner, consented=False, conflict="", paid="cash", source="")
    kit = written.kit(owner, proofs=(proof.public_id,))
    with pytest.raises(Refused) as refused:
        editions.publish(by=owner, kit=kit)
    for words in (
        "“A. R., client since 2019”: The speaker has not consented to these words.",
        "what was given for it",
        "what conflict of interest",
        "where its facts can be checked",
    ):
        assert words in refused.value.message


@pytest.mark.parametrize("element", judge("dentist", "US", "", "testimonial").elements)
def test_each_missing_part_of_a_health_authorisation_blocks(element: str) -> None:
    owner = written.owner(Profession.DENTIST)
    whole = dict.fromkeys(judge("dentist", "US", "", "testimonial").elements, "as in the form")
    assert len(whole) == 9
    lacking = {key: text for key, text in whole.items() if key != element}
    proof = written.proof(owner, elements=lacking)
    kit = written.kit(owner, proofs=(proof.public_id,))
    with pytest.raises(Refused, match="The consent lacks") as refused:
        editions.publish(by=owner, kit=kit)
    assert str(ELEMENTS[element]) in refused.value.message
    services.record_consent(by=owner, proof=proof, given_on=clock.today(), how="Form", elements=whole)
    assert editions.publish(by=owner, kit=kit).state == EditionState.LIVE


def test_what_comes_from_tax_work_asks_for_both_consents_of_section_7216() -> None:
    owner = written.owner(Profession.ACCOUNTANT)
    plain = written.proof(owner, elements={})
    assert selectors.standing(selectors.proof(owner.practice, plain.public_id)).missing == ()
    taxed = written.proof(owner, is_tax_client=True, elements={"tax_use": "4 May"})
    lacks = selectors.standing(selectors.proof(owner.practice, taxed.public_id)).missing
    assert len(lacks) == 3


def test_taking_a_consent_back_closes_every_edition_that_carries_the_words_at_once() -> None:
    owner, outside = written.owner(), Client()
    proof = written.proof(owner)
    kits = [written.published(owner, proofs=(proof.public_id,)) for _ in range(2)]
    other = written.published(owner)
    links = [passing.link_for(by=owner, kit=kit, referrer=None) for kit in (*kits, other)]
    assert [written.asked(outside, f"/k/{link.token}") for link in links] == [200, 200, 200]
    assert services.revoke_consent(by=owner, proof=proof) == 2
    assert [written.asked(outside, f"/k/{link.token}") for link in links] == [410, 410, 200]
    assert [written.asked(outside, f"/k/{link.token}/report.pdf") for link in links] == [410, 410, 200]
    kinds = Event.objects.filter(practice=owner.practice, kind__in=["kits:proof_revoked", "kits:edition_withdrawn"])
    assert kinds.count() == 3
    for kit in kits:
        with pytest.raises(Refused, match="has not consented"):
            editions.publish(by=owner, kit=kit)


def test_words_changed_after_publishing_stay_as_agreed_and_the_change_is_told() -> None:
    owner = written.owner()
    proof = written.proof(owner)
    kit = written.published(owner, proofs=(proof.public_id,))
    services.edit_proof(by=owner, proof=proof, wording=replace(written.WORDING, text="Something else"))
    page = shown.file_of(shown.editions(kit)[0], "page")
    assert page is not None
    assert written.WORDING.text in bytes(page.blob.content).decode()
    assert selectors.stale(selectors.proof(owner.practice, proof.public_id)) == [shown.live_edition(kit)]


def test_editions_whose_consent_has_run_out_are_withdrawn_by_the_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    owner, today = written.owner(), clock.today()
    proof = written.proof(owner, consented=False)
    services.record_consent(
        by=owner, proof=proof, given_on=today, how="Form", expires_on=today, elements={"nda": "none"}
    )
    kit = written.published(owner, proofs=(proof.public_id,))
    assert services.end_expired() == 0
    monkeypatch.setattr(clock, "today", lambda: today + timedelta(days=1))
    assert services.end_expired() == 1
    assert services.end_expired() == 0
    edition = shown.editions(kit)[0]
    assert (edition.state, edition.ended_why) == (
        EditionState.WITHDRAWN,
        "The consent of a speaker in it has ended.",
    )


@pytest.mark.parametrize(
    ("profession", "changes", "sentences"),
    [
        ("consultant", {}, []),
        ("consultant", {"relation": "employee"}, ["The speaker works for Ash & Alder."]),
        (
            "consultant",
            {"paid": "other", "paid_words": "a $50 voucher"},
            ["Ash & Alder gave the speaker something for these words: a $50 voucher."],
        ),
        (
            "adviser",
            {"conflict": "the speaker supplies our printing"},
            [
                "The speaker is a client of Ash & Alder.",
                "Nothing was given for these words.",
                "Conflict of interest: the speaker supplies our printing.",
            ],
        ),
        (
            "broker_dealer",
            {"relation": "former"},
            [
                "The speaker was a client of Ash & Alder and is one no longer.",
                "This may not be representative of the experience of other clients.",
                "It is no guarantee of future performance or success.",
            ],
        ),
    ],
)
def test_what_is_told_beside_the_words_comes_from_what_is_on_file(profession, changes, sentences) -> None:
    owner = written.owner(profession)
    proof = written.proof(owner, **changes)
    assert list(selectors.standing(proof).told) == sentences


def test_what_must_be_told_stands_inside_the_block_at_the_size_of_the_words() -> None:
    owner = written.owner(Profession.ADVISER)
    proof = written.proof(owner)
    kit = written.published(owner, proofs=(proof.public_id,))
    edition = shown.live_edition(kit)
    assert edition is not None
    page = shown.file_of(edition, "page")
    assert page is not None
    block = bytes(page.blob.content).decode().split('<figure class="proof">')[1].split("</figure>")[0]
    for sentence in selectors.standing(proof).told:
        assert sentence.replace("&", "&amp;") in block


def test_dates_and_reasons_of_a_consent_are_looked_at() -> None:
    owner, today = written.owner(), clock.today()
    proof = written.proof(owner, consented=False)
    for field, wrong in (
        ("given_on", {"given_on": today + timedelta(days=1)}),
        ("expires_on", {"expires_on": today - timedelta(days=1)}),
        ("how", {"how": "  "}),
    ):
        with pytest.raises(Refused) as refused:
            services.record_consent(**{"by": owner, "proof": proof, "given_on": today, "how": "Form", **wrong})
        assert refused.value.field == field
    assert not proof.consents.exists()


def test_nobody_touches_another_practices_proof() -> None:
    proof, stranger = written.proof(written.owner()), make.member()
    for act in (
        lambda: services.edit_proof(by=stranger, proof=proof, wording=written.WORDING),
        lambda: services.revoke_consent(by=stranger, proof=proof),
        lambda: services.record_consent(by=stranger, proof=proof, given_on=clock.today(), how="Form"),
    ):
        with pytest.raises(Refused, match="not on file here"):
            act()
    kit = written.kit(stranger, proofs=(proof.public_id,))
    with pytest.raises(Refused, match="not on file"):
        editions.publish(by=stranger, kit=kit)


def test_a_consent_that_lacks_what_the_profession_asks_for_is_not_called_good() -> None:
    standing = selectors.standing(written.proof(written.owner(Profession.DENTIST)))
    assert standing.missing
    assert standing.tone == "due"
    assert "not complete" in standing.words
