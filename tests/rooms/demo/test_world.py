"""The invented practice: repeatable, of the size promised, with the mistakes promised, and never near the engine."""

from __future__ import annotations

import ast
import csv
import io
import mailbox
import re
import sys
from collections import Counter
from dataclasses import fields
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import pytest

from passalong.demo import world as room
from passalong.demo.world import (
    World,
    as_folder,
    as_linkedin_csv,
    as_mbox,
    as_member_list_csv,
    make,
    truth_rows,
)

DAY = date(2026, 5, 4)
SOURCES = sorted(Path(room.__file__).parent.glob("*.py"))


@cache
def built(seed: int) -> World:
    """Worlds are frozen: one of each is enough, in whatever order the tests run."""
    return make(seed, DAY)


@pytest.fixture
def world() -> World:
    return built(7)


@pytest.fixture(params=[7, 8, 9])
def any_world(request: pytest.FixtureRequest) -> World:
    return built(request.param)


def known_prospects(world: World, client: str) -> set[str]:
    wished = {entry.contact for entry in world.wish_list if entry.contact}
    return {other for other in wished if world.truth.strength(client, other) > 0}


def pointed_at(world: World, client: str, others: set[str]) -> set[str]:
    """Those of the others with whom a record links the client: a shared group smaller than a town, or a pair fact."""
    towns = {o.key for o in world.organizations if o.kind == "town"}
    groups: dict[str, set[str]] = {}
    for row in world.affiliations:
        groups.setdefault(row.contact, set()).add(row.organization)
    pairs = {(o.a, o.b) for o in world.observations}
    return {
        other
        for other in others
        if (groups.get(client, set()) & groups.get(other, set())) - towns
        or (min(client, other), max(client, other)) in pairs
    }


def test_same_seed_and_day_give_the_same_world(world: World) -> None:
    assert make(7, DAY) == world
    assert make(7) == make(7)
    assert make(8, DAY).contacts != world.contacts


def test_sizes(any_world: World) -> None:
    world = any_world
    assert len(world.contacts) == 600
    assert 12 <= len(world.clients) <= 13
    assert len(world.wish_list) == 60
    assert sum(entry.organization is not None for entry in world.wish_list) == 6
    assert len(world.standing("prospect")) == 54
    assert len(world.standing("former_client")) == 7
    assert len(world.standing("partner")) == 4
    assert 2700 <= world.evidence_rows <= 3500
    assert 3 <= sum(contact.do_not_ask for contact in world.contacts) <= 9
    assert any(contact.public_sector for contact in world.clients)
    assert len({answer.client for answer in world.answers}) == 3


def test_groups_have_the_sizes_of_a_region(any_world: World) -> None:
    sizes = [o.size for o in any_world.organizations if o.kind not in ("town", "household")]
    assert (min(sizes), max(sizes)) == (3, 3000)
    assert {o.kind for o in any_world.organizations} >= {"firm", "school", "association", "club", "board", "event"}
    present = Counter(
        row.organization
        for row in any_world.truth.affiliations
        if row.end is None and row.kind in ("employer", "board")
    )
    assert all(count <= any_world.organization(key).size for key, count in present.items())


def test_a_tenth_of_the_facts_is_wrong(any_world: World) -> None:
    world, truth = any_world, any_world.truth
    rows = {row.key for row in world.affiliations} | {row.key for row in world.observations}
    assert set(truth.wrong) <= rows
    assert 0.09 <= len(truth.wrong) / world.evidence_rows <= 0.11
    assert set(truth.wrong.values()) == {"dates", "organization", "namesake"}


def test_a_fact_is_false_exactly_when_truth_calls_it_wrong(world: World) -> None:
    held = {(row.contact, row.kind, row.organization): row for row in world.truth.affiliations}
    for row in world.affiliations:
        real = held.get((row.contact, row.kind, row.organization))
        mistake = world.truth.wrong.get(row.key)
        assert (real is None) == (mistake in ("organization", "namesake"))
        if real is not None:
            off = (row.start and int(row.start[:4]) != real.start) or (row.end and int(row.end[:4]) != real.end)
            assert bool(off) == (mistake == "dates")
    assert len(world.affiliations) < len(world.truth.affiliations) / 2


def test_no_record_reveals_what_must_not_be_kept(any_world: World) -> None:
    allowed = {"employer", "school", "association", "board", "club", "town", "street", "vendor", "event", "household"}
    assert {row.kind for row in any_world.affiliations} == allowed
    words = r"\b(church|parish|temple|mosque|synagogue|union local|party|patients?|survivors?|pride|political)\b"
    for organization in any_world.organizations:
        assert not re.search(words, organization.name, re.IGNORECASE), organization.name


def test_every_address_is_invented(any_world: World) -> None:
    text = repr(any_world) + as_mbox(any_world, 500).decode() + as_linkedin_csv(any_world)
    addresses = re.findall(r"[\w.+-]+@([\w.-]*\w)", text)
    assert len(addresses) > 500
    assert all(host.endswith(".example") for host in addresses)
    assert all(host.endswith(".example") for host in re.findall(r"https?://([^/\s'\"]+)", text))
    phones = [phone for contact in any_world.contacts for phone in contact.phones]
    assert all(re.fullmatch(r"\+1 \d{3}-555-01\d\d", phone) for phone in phones)


def test_no_address_is_given_twice(any_world: World) -> None:
    for each in ("emails", "phones"):
        values = [value for contact in any_world.contacts for value in getattr(contact, each)]
        assert len(values) == len(set(values))
    urls = [contact.url for contact in any_world.contacts if contact.url]
    assert len(urls) == len(set(urls))


def test_every_client_knows_prospects_and_most_have_facts_that_say_so(any_world: World) -> None:
    pointed = 0
    for client in any_world.clients:
        known = known_prospects(any_world, client.key)
        assert len(known) >= 5, client.name
        pointed += len(pointed_at(any_world, client.key, known)) >= 2
    assert pointed >= 10


def test_truth_has_what_groups_do_not_explain(any_world: World) -> None:
    ties = any_world.truth.ties
    origins = Counter(tie.origin for tie in ties)
    assert 8 <= 2 * len(ties) / len(any_world.contacts) <= 30
    assert origins["introduced"] > 0.1 * len(ties)
    assert origins["family"] > 50
    degree = Counter(key for tie in ties for key in (tie.a, tie.b))
    assert max(degree.values()) > 3 * sorted(degree.values())[len(degree) // 2] > 0


def test_keys_join(any_world: World) -> None:
    world = any_world
    people = {contact.key for contact in world.contacts}
    groups = {organization.key for organization in world.organizations}
    assert {row.contact for row in world.affiliations} <= people
    assert {row.organization for row in world.affiliations} <= groups
    assert {key for row in world.observations for key in (row.a, row.b)} <= people
    assert {entry.contact for entry in world.wish_list} <= people | {None}
    assert {entry.organization for entry in world.wish_list} <= groups | {None}
    assert {answer.meeting for answer in world.answers} <= {meeting.key for meeting in world.meetings}
    assert all(row.a < row.b for row in world.observations)
    assert len({(row.contact, row.kind, row.organization) for row in world.affiliations}) == len(world.affiliations)


def test_facts_say_where_they_come_from_and_who_may_see_them(any_world: World) -> None:
    for row in (*any_world.affiliations, *any_world.observations, *any_world.life_events):
        assert (row.disclosure == "told") == (row.told_by is not None)
        assert row.recorded_on < any_world.today
    told_by_themselves = {row.contact for row in any_world.affiliations if row.told_by == row.contact}
    assert len(told_by_themselves & {client.key for client in any_world.clients}) >= 8


def test_nothing_lies_in_the_future(any_world: World) -> None:
    now = f"{any_world.today:%Y-%m}"
    for row in any_world.affiliations:
        assert row.start[:7] <= now
        assert row.end[:7] <= now
        assert not (row.start and row.end) or row.start[:4] <= row.end[:4]
        assert row.kind != "event" or bool(row.start) == bool(row.end)
    for seen in any_world.observations:
        assert seen.first_on <= seen.last_on <= seen.recorded_on < any_world.today


@pytest.mark.parametrize("day", [date(2024, 2, 29), date(2027, 1, 1), date(2030, 12, 31)])
def test_dates_follow_today(day: date) -> None:
    world = make(7, day)
    newest = max(message.sent_at.date() for message in world.messages)
    assert day - timedelta(days=60) < newest < day
    assert all(row.recorded_on < day for row in world.affiliations)


def test_no_prospect_lives_with_a_client(any_world: World) -> None:
    homes: dict[str, set[str]] = {}
    for row in any_world.truth.affiliations:
        if row.kind == "household":
            homes.setdefault(row.organization, set()).add(row.contact)
    clients = {client.key for client in any_world.clients}
    prospects = {contact.key for contact in any_world.standing("prospect")}
    assert not any(home & clients and home & prospects for home in homes.values())
    assert any(len(home & clients) == 2 for home in homes.values())


def test_folder_has_the_engine_format_and_no_truth(world: World, tmp_path: Path) -> None:
    as_folder(world, tmp_path)
    tables = {path.stem: list(csv.DictReader(path.read_text("utf-8").splitlines())) for path in tmp_path.iterdir()}
    assert set(tables) == {"people", "affiliations", "groups", "traits", "ties", "answers"}
    assert len(tables["people"]) == 600
    surnames = sum(row["kind"] == "surname" for row in tables["affiliations"])
    assert len(tables["affiliations"]) - surnames == len(world.affiliations)
    assert {row["group_id"] for row in tables["affiliations"]} <= {row["group_id"] for row in tables["groups"]}
    assert "knows" not in {row["kind"] for row in tables["ties"]}
    assert len(tables["ties"]) == len(world.observations)


def test_linkedin_file_reads_as_an_export(world: World) -> None:
    lines = as_linkedin_csv(world).splitlines()
    rows = list(csv.DictReader(lines[3:]))
    assert len(rows) == sum(contact.connected_on is not None for contact in world.contacts) > 100
    assert all(re.fullmatch(r"\d\d [A-Z][a-z]{2} \d{4}", row["Connected On"]) for row in rows)


def test_member_list_names_the_members(world: World) -> None:
    club = next(o for o in world.organizations if o.name == "Stone Weir Golf Club")
    rows = list(csv.DictReader(io.StringIO(as_member_list_csv(world, club))))
    assert 5 <= len(rows) <= club.size
    assert all(", " in row["Name"] for row in rows)


def test_mbox_opens(world: World, tmp_path: Path) -> None:
    path = tmp_path / "office.mbox"
    path.write_bytes(as_mbox(world, 20))
    box = mailbox.mbox(path)
    assert len(box) == 20
    assert all(mail["From"] and mail["Cc"] and "rowanpike.example" in mail["To"] for mail in box)
    box.close()


def test_truth_rows_ask_every_client_about_every_prospect(world: World) -> None:
    rows = truth_rows(world)
    assert len(rows) == len(world.clients) * 54
    assert 0.05 < sum(row.knows for row in rows) / len(rows) < 0.3
    assert len(truth_rows(world, everybody=True)) == len(world.clients) * 599


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.name)
def test_only_python_numpy_and_itself_are_imported(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            roots = {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level != 1:
            assert node.level == 0
            roots = {(node.module or "").split(".")[0]}
        else:
            continue
        assert roots <= sys.stdlib_module_names | {"numpy"}


def test_evidence_shapes_carry_source_date_and_disclosure() -> None:
    for shape in (room.Affiliation, room.Observation, room.LifeEvent):
        assert {"source", "recorded_on", "disclosure", "told_by"} <= {field.name for field in fields(shape)}
