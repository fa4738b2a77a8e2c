"""What is not taken in: private life in Europe, mail and calendars where silence is owed, protected traits anywhere."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests import make

from passalong.accounts.models import Member
from passalong.cli.imports import import_
from passalong.compliance import services as compliance
from passalong.compliance.business import PRIVATE_LIFE
from passalong.compliance.selectors import refusals, source_refusal, sources_off
from passalong.compliance.sensitive import EvidenceSource
from passalong.contacts import services as contacts
from passalong.contacts.models import Affiliation, Contact, ContactPoint
from passalong.core.errors import Refused
from passalong.exchange.importing import import_from_command
from passalong.prospecting import services as prospecting
from passalong.ties.evidence import data_set_of
from passalong.ties.models import Encounter, Statement
from passalong.ties.services import add_statement
from passalong.ties.services.addresses import link

pytestmark = pytest.mark.django_db
MBOX = (
    b"From a Thu May  7 10:00:00 2026\nFrom: Ann <ann@x.org>\nTo: Bea <bea@x.org>\nMessage-ID: <1@x.org>\n"
    b"Date: Thu, 7 May 2026 10:00:00 +0000\nSubject: x\n\nx\n"
)
ICS = (
    b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:1@x\r\nDTSTART:20260507T100000Z\r\n"
    b"ATTENDEE:mailto:ann@x.org\r\nATTENDEE:mailto:bea@x.org\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
)
WHY = "Our clients allowed us in writing to look at who we write to."


@pytest.fixture
def berlin() -> Member:
    owner = make.member(make.practice("Okafor Beratung"))
    owner.practice.country = "DE"
    owner.practice.save()
    return owner


def ties_of(by: Member) -> int:
    return len(data_set_of(by.practice).ties.a)


def reason_of(act: Callable[[], object]) -> str:
    with pytest.raises(Refused, match="private life") as refused:
        act()
    return refused.value.message


def test_private_life_of_strangers_is_refused_on_every_way_in(berlin: Member) -> None:
    one, two = make.contact(berlin, "Sten Stranger"), make.contact(berlin, "Una Under")
    entry, _new = prospecting.add_prospect(by=berlin, contact=one)
    for kind in ("street", "club"):
        reason_of(lambda kind=kind: make.affiliation(berlin, one, "Lindenweg", kind=kind))  # type: ignore[misc]
    reason_of(lambda: contacts.join_household(by=berlin, contact=one, other=two))
    for kind in ("relative", "estranged"):
        reason_of(lambda kind=kind: add_statement(by=berlin, contact=one, other=two, kind=kind))  # type: ignore[misc]
    event = {"reason": "", "life_event": "moved house", "review_on": None}
    reason_of(lambda: prospecting.edit_prospect(by=berlin, entry=entry, **event))  # type: ignore[arg-type]
    reason_of(lambda: prospecting.add_prospect(by=berlin, contact=two, life_event="moved house"))
    assert not Affiliation.objects.exists()
    assert not Statement.objects.exists()


def test_of_clients_and_elsewhere_it_is_welcome(berlin: Member) -> None:
    client, other = make.client(berlin, "Clara Client"), make.client(berlin, "Carl Client")
    make.affiliation(berlin, client, "Lindenweg", kind="street")
    contacts.join_household(by=berlin, contact=client, other=other)
    add_statement(by=berlin, contact=client, other=other, kind="relative")
    refusal = refusals(make.practice())
    assert not any(refusal(kind, "Lindenweg") for kind in PRIVATE_LIFE if kind != "note")


def test_a_role_in_business_is_welcome(berlin: Member) -> None:
    person = make.contact(berlin, "Sten Stranger")
    for kind in ("employer", "board", "association", "school", "event", "town", "vendor", "customer"):
        make.affiliation(berlin, person, f"Nord {kind}", kind=kind)
    assert person.affiliations.count() == 8


def test_imports_tell_row_and_reason(berlin: Member, tmp_path: Path) -> None:
    card = tmp_path / "cards.vcf"
    card.write_text(
        "BEGIN:VCARD\nVERSION:3.0\nFN:Sten Stranger\nEMAIL:sten@x.org\nORG:Nordwerk\n"
        "ADR;TYPE=HOME:;;Lindenweg 4;Berlin;;10115;Germany\nEND:VCARD\n"
        "BEGIN:VCARD\nVERSION:3.0\nFN:Una Under\nEMAIL:una@x.org\nRELATED;TYPE=spouse;VALUE=text:Sten Stranger\n"
        "END:VCARD\n"
    )
    (result,) = import_from_command(paths=[card], practice=berlin.practice.public_id)
    told = {note["row"]: note["message"] for note in result["warnings"]}
    assert "front door" in told[1]
    assert set(Affiliation.objects.values_list("kind", flat=True)) == {"employer", "town"}
    assert not Statement.objects.exists()
    assert Contact.objects.get(full_name="Sten Stranger").country == "DE"


@pytest.mark.parametrize("profession", ["attorney", "accountant", "doctor", "dentist"])
def test_mail_and_calendars_are_off_where_silence_is_owed(profession: str, tmp_path: Path) -> None:
    owner = make.member(make.practice(profession=profession))
    assert sources_off(owner.practice) == set(EvidenceSource)
    for name, data in (("m.mbox", MBOX), ("c.ics", ICS)):
        path = tmp_path / name
        path.write_bytes(data)
        with pytest.raises(Refused, match="off for this profession"):
            import_from_command(paths=[path], practice=owner.practice.public_id)
    assert not Encounter.objects.exists()


def test_one_of_several_professions_is_enough_and_an_owner_may_allow_it(tmp_path: Path) -> None:
    owner = make.member()
    assert not sources_off(owner.practice)
    owner.practice.also = ["attorney"]
    owner.practice.save()
    path = tmp_path / "m.mbox"
    path.write_bytes(MBOX)
    with path.open("rb") as file:
        page = make.browser(owner).post("/import/", {"file": file, "as_": "auto"})
    assert "who writes to you is a secret in itself" in page.content.decode()
    with pytest.raises(Refused):
        compliance.allow_category(by=make.assistant(owner.practice), category="mail", reason=WHY)
    with pytest.raises(Refused):
        compliance.allow_category(by=owner, category="mail", reason="please")
    answer = make.browser(owner).post("/settings/privacy/", {"category": "mail", "reason": WHY})
    assert answer.status_code == 302
    assert not source_refusal(owner.practice, EvidenceSource.MAIL)
    assert source_refusal(owner.practice, EvidenceSource.CALENDAR)
    import_from_command(paths=[path], practice=owner.practice.public_id)
    assert Encounter.objects.count() == 1


def test_what_is_on_file_already_is_not_used_while_it_is_off(tmp_path: Path) -> None:
    owner = make.member()
    make.contact(owner, "Ann Able", email="ann@x.org")
    make.contact(owner, "Bea Best", email="bea@x.org")
    for name, data in (("m.mbox", MBOX), ("c.ics", ICS)):
        (tmp_path / name).write_bytes(data)
        import_from_command(paths=[tmp_path / name], practice=owner.practice.public_id)
    assert ContactPoint.objects.count() == 2
    link(owner.practice)
    assert ties_of(owner) == 2
    owner.practice.profession = "doctor"
    owner.practice.save()
    assert ties_of(owner) == 0
    compliance.allow_category(by=owner, category="calendar", reason=WHY)
    assert ties_of(owner) == 1
    compliance.disallow_category(by=owner, category="calendar")
    assert ties_of(owner) == 0


def test_free_texts_are_asked_about(berlin: Member) -> None:
    client, other = make.client(berlin, "Clara Client"), make.contact(berlin, "Sten Stranger")
    for act in (
        lambda: contacts.add_contact(by=berlin, full_name="Nora Note", notes="Diagnosed with lupus last year."),
        lambda: add_statement(by=berlin, contact=client, other=other, kind="mentioned", text="met at the mosque"),
        lambda: prospecting.add_prospect(by=berlin, contact=other, reason="union rep at the works"),
    ):
        with pytest.raises(Refused, match="would reveal"):
            act()  # type: ignore[no-untyped-call]
    kept = contacts.add_contact(by=berlin, full_name="Nora Note", notes="Runs the credit union on Church Street.")
    assert kept.notes


def test_the_command_says_it_and_leaves_with_two(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    owner = make.member(make.practice(profession="attorney"))
    (tmp_path / "m.mbox").write_bytes(MBOX)
    monkeypatch.setattr("passalong.cli.boot.open_practices", lambda: None)  # the test's database is open
    words = [str(tmp_path / "m.mbox"), "--practice", owner.practice.public_id]
    done = CliRunner().invoke(import_, words)
    assert done.exit_code == 2
    assert "who writes to you is a secret in itself" in done.output
    assert not Encounter.objects.exists()
