"""Editions: frozen, approved by a second person where the rules ask, gone when withdrawn, whole or not at all."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import pytest
from django.test import Client
from tests import make
from tests.rooms.kits import written

from passalong.accounts.models import Profession
from passalong.core import clock, events
from passalong.core.errors import NotAllowed, Refused
from passalong.core.models import Blob, Event
from passalong.kits.content import Content, Frozen
from passalong.kits.models import Edition, EditionFile, EditionState, Link, ProofConsent
from passalong.kits.rendering.page import render_page
from passalong.kits.selectors import editions as selectors
from passalong.kits.services import editions, passing, writing
from passalong.kits.services import proof as proofs

pytestmark = pytest.mark.django_db


def _kinds(practice_id: int) -> list[str]:
    return list(Event.objects.filter(practice_id=practice_id).order_by("number").values_list("kind", flat=True))


def test_publishing_freezes_content_and_bytes_and_later_writing_does_not_reach_them() -> None:
    owner = written.owner()
    kit = written.kit(owner)
    edition = editions.publish(by=owner, kit=kit)
    assert (edition.number, edition.state) == (1, EditionState.LIVE)
    assert {file.name for file in selectors.files_of(edition)} == {"page", "report", "white_paper"}
    page = selectors.file_of(edition, "page")
    assert page is not None
    before = bytes(page.blob.content)
    written.rewrite(owner, kit, title="Changed")
    page.blob.refresh_from_db()
    assert bytes(page.blob.content) == before
    assert b"Changed" not in before
    assert hashlib.sha256(before).hexdigest() == page.blob.digest
    assert Frozen.from_json(edition.frozen).content.title == written.CONTENT.title
    assert "kits:edition_published" in _kinds(owner.practice_id)
    assert events.first_broken(owner.practice_id) is None


def test_the_page_is_drawn_anew_from_what_was_frozen_byte_for_byte() -> None:
    owner = written.owner()
    edition = editions.publish(by=owner, kit=written.kit(owner))
    files = {file.name: file.blob.size for file in selectors.files_of(edition) if file.name != "page"}
    page = selectors.file_of(edition, "page")
    owner.practice.name = "Another name"
    owner.practice.save()
    assert page is not None
    edition.refresh_from_db()
    assert render_page(Frozen.from_json(edition.frozen), has_files=files) == bytes(page.blob.content)


def test_a_later_edition_takes_the_place_of_the_one_before() -> None:
    owner = written.owner()
    kit = written.published(owner)
    second = editions.publish(by=owner, kit=kit)
    assert second.number == 2
    assert selectors.live_edition(kit) == second
    assert list(selectors.editions(kit).values_list("number", "state")) == [(2, "live"), (1, "replaced")]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"problems": ""}, "“Problems and opportunities” is empty."),
        ({"title": ""}, "The kit has no title."),
        ({"steps": ()}, "No way to go on is offered."),
        ({"first_step": "It costs [your fee] an hour."}, "Facts are still open: [your fee]."),
        ({"proofs": ("2222222222222",)}, "names a testimonial that is not on file"),
    ],
)
def test_what_is_not_finished_is_not_published_and_nothing_is_kept(changes: dict[str, object], words: str) -> None:
    owner = written.owner()
    kit = written.kit(owner, **changes)
    with pytest.raises(Refused, match=words.replace("[", r"\[").replace("]", r"\]")):
        editions.publish(by=owner, kit=kit)
    assert not Edition.objects.exists()
    assert not EditionFile.objects.exists()


def test_a_draft_that_moves_while_it_is_rendered_is_not_published(monkeypatch: pytest.MonkeyPatch) -> None:
    owner = written.owner()
    kit = written.kit(owner)
    draw = editions.render

    def slow(*args: object, **kept: object) -> editions.Rendered:
        made = draw(*args, **kept)  # type: ignore[arg-type]
        written.rewrite(owner, kit, title="Meanwhile")
        return made

    monkeypatch.setattr(editions, "render", slow)
    with pytest.raises(Refused, match="changed while it was being published"):
        editions.publish(by=owner, kit=kit)
    assert not Edition.objects.exists()


def test_a_broker_dealers_kit_waits_for_a_second_person_and_nobody_sees_it_before() -> None:
    owner = written.owner(Profession.BROKER_DEALER)
    principal = written.approver(owner)
    kit = written.kit(owner)
    edition = editions.publish(by=owner, kit=kit)
    assert edition.state == EditionState.WAITING
    assert selectors.live_edition(kit) is None
    link = passing.link_for(by=owner, kit=kit, referrer=None)
    assert written.asked(Client(), f"/k/{link.token}") == 410
    with pytest.raises(NotAllowed, match="Nobody decides on what they proposed"):
        editions.approve(by=owner, edition=edition)
    with pytest.raises(NotAllowed):
        editions.approve(by=make.assistant(owner.practice), edition=edition)
    assert editions.approve(by=principal, edition=edition).state == EditionState.LIVE
    page = selectors.file_of(edition, "page")
    assert page is not None
    edition.refresh_from_db()
    assert (edition.approved_by, edition.proposed_by) == ("Anders Approver", "Olivia Owner")
    assert edition.rules[0]["id"] == "us.finra.2210.kit"


def test_what_was_refused_or_withdrawn_cannot_be_approved_afterwards() -> None:
    owner = written.owner(Profession.BROKER_DEALER)
    principal = written.approver(owner)
    kit = written.kit(owner)
    first = editions.publish(by=owner, kit=kit)
    with pytest.raises(Refused, match="Say why"):
        editions.refuse(by=principal, edition=first, why=" ")
    editions.refuse(by=principal, edition=first, why="The second figure has no source.")
    second = editions.publish(by=owner, kit=kit)
    editions.withdraw(by=owner, edition=second, why="A typing error")
    for edition in (first, second):
        with pytest.raises(Refused, match="not waiting"):
            editions.approve(by=principal, edition=edition)
    assert list(selectors.editions(kit).values_list("state", flat=True)) == ["withdrawn", "refused"]


def test_proposing_anew_takes_the_former_proposal_back() -> None:
    owner = written.owner(Profession.BROKER_DEALER)
    kit = written.kit(owner)
    first, second = editions.publish(by=owner, kit=kit), editions.publish(by=owner, kit=kit)
    first.refresh_from_db()
    assert (first.state, second.state) == (EditionState.REPLACED, EditionState.WAITING)
    assert list(selectors.waiting(owner.practice)) == [second]


def test_where_nothing_was_looked_up_a_second_person_decides_and_writes_down_why() -> None:
    owner = written.owner(Profession.ATTORNEY, region="CA")
    principal = written.approver(owner)
    proof = written.proof(owner, elements={"informed_consent": "Letter of 4 May"})
    edition = editions.publish(by=owner, kit=written.kit(owner, proofs=(proof.public_id,)))
    assert edition.state == EditionState.WAITING
    with pytest.raises(Refused, match="Write down in a sentence"):
        editions.approve(by=principal, edition=edition, why="ok")
    editions.approve(by=principal, edition=edition, why="California allows it; see the memo of 4 May in the file.")
    edition.refresh_from_db()
    assert edition.state == EditionState.LIVE
    assert edition.rules[-1]["why"].startswith("California allows it")
    assert edition.rules[-1]["source"] == "Anders Approver"


@pytest.mark.parametrize(
    "change",
    [{"paid": "cash", "paid_words": "$5,000"}, {"text": "Other words than those proposed."}, {"source": ""}],
)
def test_what_was_proposed_does_not_go_out_when_its_proof_has_changed(change: dict[str, str]) -> None:
    owner = written.owner(Profession.BROKER_DEALER)
    proof = written.proof(owner)
    edition = editions.publish(by=owner, kit=written.kit(owner, proofs=(proof.public_id,)))
    proofs.edit_proof(by=owner, proof=proof, wording=replace(written.WORDING, **change))
    with pytest.raises(Refused, match="propose it anew"):
        editions.approve(by=written.approver(owner), edition=edition)
    edition.refresh_from_db()
    assert edition.state == EditionState.WAITING


def test_a_proof_put_away_while_waiting_stops_the_approval() -> None:
    owner = written.owner(Profession.BROKER_DEALER)
    proof = written.proof(owner)
    edition = editions.publish(by=owner, kit=written.kit(owner, proofs=(proof.public_id,)))
    proofs.retire_proof(by=owner, proof=proof)
    with pytest.raises(Refused, match="put away"):
        editions.approve(by=written.approver(owner), edition=edition)


def test_an_edition_that_slipped_out_without_its_consent_is_found_by_the_clock() -> None:
    owner = written.owner()
    proof = written.proof(owner)
    kit = written.published(owner, proofs=(proof.public_id,))
    ProofConsent.objects.update(revoked_at=clock.now())  # as if it had been taken back between looking and publishing
    assert proofs.end_expired() == 1
    assert selectors.live_edition(kit) is None


def test_papers_of_links_go_with_their_edition(settings) -> None:
    settings.PUBLIC_URL = "https://kits.example.org"
    owner = written.owner()
    kit = written.published(owner)
    edition = selectors.live_edition(kit)
    assert edition is not None
    made = editions.file_for(passing.link_for(by=owner, kit=kit, referrer=make.client(owner)), "report")
    editions.withdraw(by=owner, edition=edition, why="Out of date")
    assert not Blob.objects.filter(pk=made.pk).exists()
    assert EditionFile.objects.filter(edition=edition, name="report").count() == 1  # the record


def test_a_consent_lost_while_waiting_stops_the_approval() -> None:
    owner = written.owner(Profession.BROKER_DEALER)
    principal = written.approver(owner)
    proof = written.proof(owner)
    edition = editions.publish(by=owner, kit=written.kit(owner, proofs=(proof.public_id,)))
    proofs.revoke_consent(by=owner, proof=proof)
    with pytest.raises(Refused, match="not waiting"):
        editions.approve(by=principal, edition=edition)


def test_withdrawing_closes_page_files_and_pictures_with_the_next_request() -> None:
    owner, outside = written.owner(), Client()
    kit = written.kit(owner)
    shown = written.picture(owner, kit)
    written.rewrite(owner, kit, problems=f"See ![it](picture:{shown.public_id})")
    edition = editions.publish(by=owner, kit=kit)
    link = passing.link_for(by=owner, kit=kit, referrer=make.client(owner))
    paths = [
        f"/k/{link.token}",
        f"/k/{link.token}/report.pdf",
        f"/k/{link.token}/white-paper.pdf",
        f"/k/picture/{shown.blob.digest}",
    ]
    assert [written.asked(outside, path) for path in paths] == [200] * 4
    with pytest.raises(Refused, match="Say why"):
        editions.withdraw(by=owner, edition=edition, why="")
    editions.withdraw(by=owner, edition=edition, why="Out of date")
    assert [written.asked(outside, path) for path in paths] == [410, 410, 410, 404]
    page = selectors.file_of(edition, "page")
    assert page is not None  # the record stays


def test_a_file_of_one_link_is_made_once_and_leads_to_that_link(settings) -> None:
    settings.PUBLIC_URL = "https://kits.example.org"
    owner = written.owner()
    kit = written.published(owner)
    link = passing.link_for(by=owner, kit=kit, referrer=make.client(owner))
    first, second = editions.file_for(link, "report"), editions.file_for(link, "report")
    assert first == second
    assert EditionFile.objects.filter(link=link).count() == 1
    own = EditionFile.objects.get(name="report", link=None)
    assert own.blob != first
    with pytest.raises(Refused):
        editions.file_for(link, "page")
    settings.PUBLIC_URL = "https://moved.example.org"
    moved = editions.file_for(link, "report")
    assert moved != first
    assert moved == editions.file_for(link, "report")
    assert EditionFile.objects.filter(link=link).count() == 1


def test_an_outsiders_practice_cannot_be_published_for() -> None:
    kit = written.kit(written.owner())
    with pytest.raises(Refused, match="not on file here"):
        editions.publish(by=written.owner(), kit=kit)
    assert not Link.objects.filter(kit=kit).exists()


def test_an_archived_kit_is_not_published() -> None:
    owner = written.owner()
    kit = written.kit(owner)
    writing.archive(by=owner, kit=kit)
    with pytest.raises(Refused, match="archived"):
        editions.publish(by=owner, kit=kit)


def test_an_empty_draft_says_all_that_is_missing() -> None:
    owner = written.owner()
    kit = written.kit(owner, content=Content())
    assert len(selectors.checklist(kit).in_the_way) == 5
