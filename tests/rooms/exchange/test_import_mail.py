"""Mail and calendars: evidence between others, never contacts, counted once."""

from __future__ import annotations

import pytest
from django.db import connection
from tests import make
from tests.rooms.exchange.files import bring, calendar, counts, event, linkedin, message, table, take_back

from passalong.contacts.models import Contact
from passalong.exchange import readers, services
from passalong.exchange.importing import spool
from passalong.exchange.readers import mbox
from passalong.ties.models import Address, Encounter, Observation

pytestmark = [pytest.mark.django_db, pytest.mark.storage]


def pairs(kind: str = "mail") -> dict[tuple[str, str], tuple[int, float]]:
    """Pairs of addresses by name, with times and weight."""
    rows = Observation.objects.filter(kind=kind).select_related("low", "high")
    assert all(row.low_id < row.high_id for row in rows)
    return {tuple(sorted((r.low.email, r.high.email))): (r.times, round(r.weight, 6)) for r in rows}


def test_mail_stages_addresses_and_makes_no_contact(tmp_path):
    owner = make.member(email="me@practice.org")
    text = message(1, "Ann <ann@x.org>", ["bo@x.org", "me@practice.org"]) + message(2, "ann@x.org", ["bo@x.org"], day=7)
    result = bring(owner, tmp_path / "a.mbox", text)
    assert counts(result) == (2, 0, 0)
    assert not Contact.objects.exists()
    assert pairs() == {("ann@x.org", "bo@x.org"): (2, 1.5)}
    ann = Address.objects.get(email="ann@x.org")
    assert (ann.name, ann.seen, ann.first_on.day, ann.last_on.day, ann.contact) == ("Ann", 2, 5, 7, None)
    assert Address.objects.get(email="me@practice.org").is_own


def test_overlapping_mailboxes_count_each_message_once(tmp_path):
    owner = make.member(email="me@practice.org")
    one, two, three = (message(n, "ann@x.org", ["bo@x.org"]) for n in (1, 2, 3))
    bring(owner, tmp_path / "a.mbox", one + two)
    later = bring(owner, tmp_path / "b.mbox", two + three + three)
    assert counts(later) == (1, 0, 2)
    assert pairs() == {("ann@x.org", "bo@x.org"): (3, 3.0)}
    assert counts(bring(owner, tmp_path / "b.mbox", two + three + three)) == (0, 0, 3)


def test_lists_large_rounds_and_machines_are_no_evidence(tmp_path):
    owner = make.member(email="me@practice.org")
    many = [f"p{n}@x.org" for n in range(30)]
    text = message(1, "ann@x.org", ["bo@x.org"], list_id="news.x.org") + message(2, "ann@x.org", many)
    text += message(3, "no-reply@shop.example", ["bo@x.org", "cy@x.org"])
    bring(owner, tmp_path / "a.mbox", text)
    assert pairs() == {("bo@x.org", "cy@x.org"): (1, 1.0)}
    assert set(Address.objects.values_list("email", flat=True)) == {"bo@x.org", "cy@x.org"}


def test_the_owner_of_a_mailbox_is_told_by_being_on_most_messages(tmp_path):
    owner = make.member(email="sign-in@practice.org")
    text = "".join(message(n, "old@mine.example", [f"p{n % 7}@x.org", f"q{n % 5}@x.org"]) for n in range(40))
    result = bring(owner, tmp_path / "a.mbox", text)
    assert any("old@mine.example is on 100 %" in note["message"] for note in result["warnings"])
    assert all("old@mine.example" not in pair for pair in pairs())
    assert Address.objects.get(email="old@mine.example").is_own


def test_a_wrong_guess_is_put_right_and_an_own_address_named(tmp_path):
    owner = make.member(email="sign-in@practice.org")
    text = "".join(message(n, "bob@x.org", [f"p{n % 7}@x.org"]) for n in range(40))
    bring(owner, tmp_path / "a.mbox", text)
    bob = Address.objects.get(email="bob@x.org")
    assert pairs() == {}
    services.say_whose(by=owner, public_ids=[bob.public_id], is_own=False)
    assert sum(times for times, _weight in pairs().values()) == 40
    services.say_whose(by=owner, public_ids=[bob.public_id], is_own=True)
    assert pairs() == {}


def test_meetings_without_those_who_declined(tmp_path):
    owner = make.member(email="me@practice.org")
    text = calendar(
        event("u1", "ann@x.org", "bo@x.org", "me@practice.org", declined="cy@x.org"), event("u2", "ann@x.org")
    )
    result = bring(owner, tmp_path / "c.ics", text)
    assert counts(result) == (2, 0, 0)
    assert pairs("meeting") == {("ann@x.org", "bo@x.org"): (1, 0.5)}
    assert counts(bring(owner, tmp_path / "c.ics", text)) == (0, 0, 2)


def test_an_address_is_linked_to_the_contact_whenever_that_comes(tmp_path):
    owner = make.member(email="me@practice.org")
    ann = make.contact(owner, "Ann Okafor", email="ann@x.org")
    bring(owner, tmp_path / "a.mbox", message(1, "ann@x.org", ["bo@x.org"]))
    assert Address.objects.get(email="ann@x.org").contact == ann
    bring(owner, tmp_path / "b.csv", table("Name,E-mail", ["Bo Lee", "bo@x.org"]))
    assert Address.objects.get(email="bo@x.org").contact.full_name == "Bo Lee"


def test_nothing_of_subject_or_text_is_kept(tmp_path):
    owner = make.member()
    bring(owner, tmp_path / "a.mbox", message(1, "ann@x.org", ["bo@x.org"]))
    bring(owner, tmp_path / "c.ics", calendar(event("u1", "ann@x.org", "bo@x.org")))
    kept = [row for model in (Encounter, Address, Observation) for row in model.objects.values_list()]
    assert not any(word in str(kept).lower() for word in ("secret", "hush"))


def test_taking_a_mailbox_back_leaves_what_the_others_say(tmp_path):
    owner = make.member(email="me@practice.org")
    first = bring(owner, tmp_path / "a.mbox", message(1, "ann@x.org", ["bo@x.org"], day=3))
    before = (pairs(), list(Address.objects.order_by("email").values_list("email", "seen", "first_on", "last_on")))
    second = bring(owner, tmp_path / "b.mbox", message(2, "ann@x.org", ["bo@x.org", "cy@x.org"], day=9))
    assert pairs()["ann@x.org", "bo@x.org"] == (2, 1.5)
    take_back(owner, second)
    assert (
        pairs(),
        list(Address.objects.order_by("email").values_list("email", "seen", "first_on", "last_on")),
    ) == before
    take_back(owner, first)
    assert not Encounter.objects.exists()
    assert not Observation.objects.exists()
    assert not Address.objects.exists()


def test_a_staged_address_is_made_a_contact_and_taken_back(tmp_path):
    owner = make.member(email="me@practice.org")
    bring(owner, tmp_path / "a.mbox", message(1, "Ann Okafor <ann@x.org>", ["bo@x.org"]))
    ann, bo = (Address.objects.get(email=f"{name}@x.org") for name in ("ann", "bo"))
    batch = services.promote(by=owner, public_ids=[ann.public_id])
    ann.refresh_from_db()
    assert ann.contact.full_name == "Ann Okafor"
    services.run_undo(batch_id=batch.pk, member_id=owner.pk)
    ann.refresh_from_db()
    assert ann.contact is None
    assert not Contact.objects.exists()
    assert services.dismiss(by=owner, public_ids=[bo.public_id]) == 1
    assert services.bring_back(by=owner, public_ids=[bo.public_id]) == 1


def test_another_practices_addresses_are_out_of_reach(tmp_path):
    one, two = make.member(), make.member()
    bring(one, tmp_path / "a.mbox", message(1, "ann@x.org", ["bo@x.org"]))
    ids = list(Address.objects.values_list("public_id", flat=True))
    assert services.dismiss(by=two, public_ids=ids) == 0
    bring(two, tmp_path / "c.csv", linkedin(("Ann", "Okafor", "Acme", "ann")))
    bring(two, tmp_path / "d.csv", table("Name,E-mail", ["Ann Okafor", "ann@x.org"]))
    assert not Address.objects.exclude(contact=None).exists()


def test_a_mailbox_is_parsed_before_anything_is_locked(tmp_path, monkeypatch):
    owner = make.member()
    parsed_inside = []

    def parse(*args):
        parsed_inside.append(len(connection.savepoint_ids))
        return record(*args)

    record = mbox._record
    monkeypatch.setattr(mbox, "_record", parse)
    outside = len(connection.savepoint_ids)
    text = message(1, "Ann <ann@x.org>", ["bo@x.org", "cy@x.org"]) + message(2, "bo@x.org", ["ann@x.org"])
    result = bring(owner, tmp_path / "a.mbox", text, records_out=tmp_path / "out.jsonl")
    assert counts(result) == (2, 0, 0)
    assert set(parsed_inside) == {outside}
    assert len((tmp_path / "out.jsonl").read_text().splitlines()) == 2


def test_messages_set_aside_read_as_they_were(tmp_path):
    path = tmp_path / "a.mbox"
    path.write_text("".join(message(number, "Ann <ann@x.org>", ["bo@x.org"]) for number in range(5)))
    reading = readers.read(path)
    with spool.spooled(reading) as again:
        assert list(again.records) == list(reading.records)
        assert len(again.records) == 5
        assert again.records[1:3] == reading.records[1:3]
        assert again.records[-1] == reading.records[-1]
