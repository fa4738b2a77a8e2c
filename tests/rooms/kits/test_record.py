"""What kits put on the record: the very bytes, and whom they speak of."""

from __future__ import annotations

import random

import pytest
from tests import make
from tests.rooms.kits import written
from tests.rooms.portal.cast import published

from passalong.compliance.selectors import record
from passalong.core import blobs, clock, records
from passalong.core.chain import verify
from passalong.core.models import Blob, Event, Payload, RecordText
from passalong.core.person import Person
from passalong.introductions.services import Answer, record_reply
from passalong.kits.models import EditionFile, Kit
from passalong.kits.rendering import page as rendering
from passalong.kits.services import editions, passing, pictures
from passalong.kits.services import proof as proofs

pytestmark = pytest.mark.django_db


def _bytes(kind: str, subject: str) -> dict[str, bytes]:
    """The texts of the last event of this kind about this row."""
    event = Event.objects.filter(kind=kind, subject=subject).order_by("number").last()
    return {one.name: blobs.read(one.blob) for one in RecordText.objects.filter(payload__event=event)}


def _files(edition) -> dict[str, bytes]:
    return {one.name: blobs.read(one.blob) for one in EditionFile.objects.filter(edition=edition, link=None)}


def test_every_past_edition_is_there_byte_for_byte_whatever_templates_say_today(monkeypatch) -> None:
    owner = written.owner()
    kit = written.kit(owner)
    dice, past = random.Random(11), []
    for number in range(3):
        written.rewrite(owner, kit, title=f"Title {number} {dice.random()}")
        edition = editions.publish(by=owner, kit=kit)
        past.append((edition, _files(edition)))
        changed = f"<!-- template {number} -->".encode()
        monkeypatch.setattr(
            editions, "render_page", lambda *one, _=changed, **two: rendering.render_page(*one, **two) + _
        )
    EditionFile.objects.all().delete()  # the record stands on its own
    for edition, files in past:
        assert _bytes("kits:edition_published", edition.public_id) == files
        assert _bytes("kits:edition_proposed", edition.public_id) == files
    shown = record.published_on(owner.practice, clock.today())
    assert [line.event.subject for line in shown] == [past[-1][0].public_id]
    assert verify(owner.practice_id).is_well


def test_approved_refused_and_withdrawn_name_what_was_decided_about() -> None:
    owner = written.owner(profession="attorney")
    second = written.approver(owner)
    kit = written.kit(owner)
    for act, kind in (
        (lambda one: editions.approve(by=second, edition=one, why="Counsel has read it and agrees."), "approved"),
        (lambda one: editions.refuse(by=second, edition=one, why="Not yet."), "refused"),
        (lambda one: editions.withdraw(by=owner, edition=one, why="Out of date."), "withdrawn"),
    ):
        edition = editions.publish(by=owner, kit=kit)
        files = _files(edition)
        if edition.state == "waiting" or kind == "withdrawn":
            act(edition)
            assert _bytes(f"kits:edition_{kind}", edition.public_id) == files
    assert Event.objects.filter(kind="kits:edition_withdrawn").exists()


def test_a_consent_keeps_the_very_words_and_names_the_speaker() -> None:
    owner = written.owner()
    speaker = make.client(owner, "Anna Rowe")
    proof = proofs.add_proof(by=owner, wording=written.WORDING, speaker=speaker)
    proofs.record_consent(by=owner, proof=proof, given_on=clock.today(), how="Form", elements={"nda": "None signed"})
    proofs.edit_proof(by=owner, proof=proof, wording=written.WORDING, speaker=None)
    words = f"{written.WORDING.text}\n\n{written.WORDING.shown_as}\n".encode()
    assert _bytes("kits:proof_consent", proof.public_id) == {"words": words}
    payload = Payload.objects.get(event__kind="kits:proof_consent")
    assert set(payload.people.values_list("person", flat=True)) == {proof.public_id, speaker.public_id}
    assert (payload.data["how"], payload.data["elements"]) == ("Form", {"nda": "None signed"})


def test_words_of_a_client_and_each_passing_along_keep_what_was_said() -> None:
    kit = published()
    passing.save_words(by=kit.owner, link=kit.link, experience="They asked well.", empathy="", keep_involves=True)
    passing.note_passing(by=kit.owner, link=kit.link, channel="mail")
    assert _bytes("kits:words_saved", kit.link.public_id) == {"words": b"They asked well."}
    assert _bytes("kits:passed_along", kit.link.public_id)["words"].startswith(b"They asked well.")
    payload = Payload.objects.get(event__kind="kits:passed_along")
    assert (payload.data["edition"], payload.data["channel"]) == (kit.edition.public_id, "mail")
    assert kit.referrer.public_id in payload.people.values_list("person", flat=True)


def test_an_answer_keeps_the_page_it_was_given_on_and_no_name() -> None:
    kit = published()
    said = Answer("two_questions", True, "yes", name="Jo Lind", reach="jo@lind.example", note="Call me", passed_by="Bo")
    reply = record_reply(link=kit.link, edition=kit.edition, answer=said)
    assert _bytes("introductions:replied", reply.public_id) == {"page": _files(kit.edition)["page"]}
    data = Payload.objects.get(event__kind="introductions:replied").data
    assert {data["step"], data["wish"]} == {"two_questions", "yes"}
    everything = " ".join(str(one) for one in Payload.objects.values_list("data", flat=True))
    assert "Jo Lind" not in everything
    assert "lind.example" not in everything
    assert "Call me" not in everything


def test_a_picture_on_the_record_outlives_its_kit() -> None:
    owner = written.owner()
    kit = written.kit(owner)
    picture = written.picture(owner, kit)
    written.rewrite(owner, kit, problems=f"![dusk](picture:{picture.public_id})\n\nMost owners learn it late.")
    edition = editions.publish(by=owner, kit=kit)
    pictures.remove_picture(by=owner, picture=picture)
    Kit.objects.filter(pk=kit.pk).delete()
    assert [name for name in _bytes("kits:edition_published", edition.public_id) if name.startswith("picture")]
    assert verify(owner.practice_id).is_well
    unused = written.picture(owner, written.kit(owner), words="Nowhere")
    pictures.remove_picture(by=owner, picture=unused)
    assert Blob.objects.filter(pk=picture.blob_id).exists()


def test_erasing_a_speaker_keeps_what_was_published_by_its_rule_and_the_chain_holds() -> None:
    owner = written.owner(profession="adviser")
    speaker = make.client(owner, "Anna Rowe")
    proof = proofs.add_proof(by=owner, wording=written.WORDING, speaker=speaker)
    proofs.record_consent(by=owner, proof=proof, given_on=clock.today(), how="Form")
    kit = written.kit(owner, proofs=(proof.public_id,))
    editions.publish(by=owner, kit=kit)
    kept = records.erase(Person(owner.practice_id, speaker.pk, (speaker.public_id,)))
    assert {one.rule for one in kept} == {"us.sec.204-2"}
    assert not Payload.objects.filter(event__subject=speaker.public_id).exists()
    assert verify(owner.practice_id).is_well
