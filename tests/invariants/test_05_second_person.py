"""Invariant 5: what is published has an immutable version, a second person where the profile asks, a disclosure beside
the words it belongs to, and a date until which it is kept."""

from __future__ import annotations

import re

import pytest
from tests.rooms.kits import written

from passalong.accounts.models import Profession
from passalong.core import blobs
from passalong.core.errors import NotAllowed
from passalong.kits.models import EditionState
from passalong.kits.services import editions

pytestmark = pytest.mark.django_db


def test_who_proposed_it_does_not_let_it_out() -> None:
    by = written.owner(Profession.BROKER_DEALER)
    edition = editions.publish(by=by, kit=written.kit(by))
    assert edition.state == EditionState.WAITING
    with pytest.raises(NotAllowed):
        editions.approve(by=by, edition=edition)
    assert editions.approve(by=written.approver(by), edition=edition).state == EditionState.LIVE


def test_its_bytes_stay_as_they_were_proposed() -> None:
    by = written.owner(Profession.BROKER_DEALER)
    kit = written.kit(by)
    edition = editions.publish(by=by, kit=kit)
    before = {one.name: blobs.read(one.blob) for one in edition.files.select_related("blob")}
    written.rewrite(by, kit, title="Written after the proposal")
    edition = editions.approve(by=written.approver(by), edition=edition)
    assert {one.name: blobs.read(one.blob) for one in edition.files.select_related("blob")} == before
    assert b"Written after the proposal" not in before["page"]


def test_a_disclosure_stands_in_the_block_it_belongs_to() -> None:
    by = written.owner(Profession.ADVISER)
    proof = written.proof(by, conflict="They are paid a fee for it.", source="Letter in the file")
    kit = written.kit(by)
    written.rewrite(by, kit, proofs=(proof.public_id,))
    edition = editions.publish(by=by, kit=kit)
    page = blobs.read(edition.files.get(name="page").blob).decode()
    (block,) = re.findall(r"<figure\b.*?</figure>", page, re.DOTALL)
    assert written.WORDING.text in block
    assert "They are paid a fee for it." in block
