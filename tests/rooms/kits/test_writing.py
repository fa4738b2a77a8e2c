"""Drafts: versions, autosave, two people at one kit, restore, bounds, starting points."""

from __future__ import annotations

import re
from dataclasses import fields, replace

import pytest
import time_machine
from tests import make

from passalong.accounts.models import Member, Profession
from passalong.core.errors import Refused
from passalong.core.models import Event
from passalong.engine import pitch
from passalong.kits import starting
from passalong.kits.bounds import LONGEST, MOST_TIMES
from passalong.kits.checklist import ADVICE, TEXTS, checks
from passalong.kits.comparing import ADDED, MOST_PAIRS, REMOVED, SAME, Piece, changes, difference, pairs
from passalong.kits.content import PARTS, Content, Step, StepKind
from passalong.kits.models import Edition, Kit
from passalong.kits.placeholders import missing_in, placeholders, placeholders_in
from passalong.kits.selectors import shelf
from passalong.kits.selectors import writing as selectors
from passalong.kits.services import writing as services

pytestmark = pytest.mark.django_db
MORNING = "2026-06-02 09:00:00+00:00"


@pytest.fixture
def owner() -> Member:
    return make.member()


@pytest.fixture
def kit(owner: Member) -> Kit:
    with time_machine.travel(MORNING, tick=False):
        return services.create(by=owner, name="Moving", start="")


def saved(by: Member, kit: Kit, words: str, based_on: int, at: str, *, seen: str = "") -> int:
    with time_machine.travel(f"2026-06-02 {at}:00+00:00", tick=False):
        return services.save(by=by, kit=kit, content=Content(problems=words), based_on=based_on, seen=seen).number


def test_autosave_goes_on_in_one_version_for_ten_minutes(owner: Member, kit: Kit) -> None:
    assert saved(owner, kit, "a", 1, "09:01") == 1
    assert saved(owner, kit, "ab", 1, "09:09") == 1
    assert saved(owner, kit, "abc", 1, "09:11") == 2
    assert saved(owner, kit, "abc", 2, "11:00") == 2  # nothing new, nothing written
    assert [one.content["problems"] for one in selectors.versions(kit)] == ["abc", "ab"]
    assert selectors.draft(kit).problems == "abc"


def test_another_member_begins_a_version(owner: Member, kit: Kit) -> None:
    other = make.assistant(owner.practice)
    assert saved(owner, kit, "a", 1, "09:01") == 1
    assert saved(other, kit, "ab", 1, "09:02") == 2
    assert selectors.last_version(kit).saved_by == str(other.user)


def test_what_was_published_stays_as_it_was(owner: Member, kit: Kit) -> None:
    saved(owner, kit, "a", 1, "09:01")
    with time_machine.travel("2026-06-02 09:02:00+00:00", tick=False):
        Edition.objects.create(
            practice=owner.practice, kit=kit, number=1, state="live", frozen={}, proposed_by="x", proposer="x"
        )
    assert saved(owner, kit, "ab", 1, "09:03") == 2


def test_two_people_at_one_kit_lose_nothing(owner: Member, kit: Kit) -> None:
    other = make.assistant(owner.practice)
    assert saved(owner, kit, "hers", 1, "09:20") == 2
    assert saved(other, kit, "his", 1, "09:21") == 3  # opened when version 1 was the last
    mine = selectors.version(kit, 3)
    assert mine.aside
    assert selectors.draft(kit).problems == "hers"
    assert saved(other, kit, "his, longer", 3, "09:22") == 3  # goes on beside, not a version a second
    assert saved(owner, kit, "hers, longer", 2, "09:23") == 2
    assert {one.content["problems"] for one in selectors.versions(kit)} == {"", "his, longer", "hers, longer"}
    made = services.restore(by=other, kit=kit, version=selectors.version(kit, 3))
    assert (made.number, made.aside, selectors.draft(kit).problems) == (4, False, "his, longer")


def test_two_windows_of_one_member_lose_nothing(owner: Member, kit: Kit) -> None:
    first = selectors.stamp(selectors.draft(kit))
    assert saved(owner, kit, "in window one", 1, "09:01", seen=first) == 1
    assert saved(owner, kit, "in window two", 1, "09:02", seen=first) == 2
    assert selectors.version(kit, 2).aside
    assert selectors.draft(kit).problems == "in window one"


def test_restoring_is_a_new_version(owner: Member, kit: Kit) -> None:
    saved(owner, kit, "first", 1, "09:01")
    saved(owner, kit, "second", 1, "10:00")
    services.restore(by=owner, kit=kit, version=selectors.version(kit, 1))
    assert selectors.draft(kit).problems == "first"
    assert [one.number for one in selectors.versions(kit)] == [3, 2, 1]
    assert services.restore(by=owner, kit=kit, version=selectors.version(kit, 1)).number == 3  # says the same already


def test_another_practices_kit_is_refused(owner: Member, kit: Kit) -> None:
    stranger = make.member()
    with pytest.raises(Refused):
        services.save(by=stranger, kit=kit, content=Content(title="x"), based_on=1)
    with pytest.raises(Refused):
        services.archive(by=stranger, kit=kit)
    with pytest.raises(Kit.DoesNotExist):
        selectors.kit(stranger.practice, kit.public_id)
    other = services.create(by=stranger, name="Theirs")
    with pytest.raises(Refused):
        services.restore(by=owner, kit=kit, version=other.versions.get())


@pytest.mark.parametrize(
    ("content", "field"),
    [
        (Content(problems="x" * (LONGEST["problems"] + 1)), "problems"),
        (Content(steps=(Step(StepKind.BOOKING, "http://example.org"),)), "booking"),
        (Content(steps=(Step(StepKind.BOOKING, "javascript:alert(1)//example.org"),)), "booking"),
        (Content(steps=(Step(StepKind.BOOKING, "https://ann:pw@example.org/"),)), "booking"),
        (Content(steps=(Step(StepKind.MAIL, "not an address"),)), "mail"),
        (Content(steps=(Step(StepKind.MAIL, "a?cc=b@example.org"),)), "mail"),
        (Content(steps=(Step(StepKind.PHONE, "twelve"),)), "phone"),
        (Content(steps=(Step(StepKind.TIMES, times=("x",) * (MOST_TIMES + 1)),)), "times"),
        (Content(steps=(Step(StepKind.MAIL), Step(StepKind.MAIL))), "steps"),
        (Content(proofs=tuple(str(n) for n in range(13))), "proofs"),
    ],
)
def test_what_does_not_fit_is_refused_and_nothing_written(
    owner: Member, kit: Kit, content: Content, field: str
) -> None:
    with pytest.raises(Refused) as refused:
        services.save(by=owner, kit=kit, content=content, based_on=1)
    assert refused.value.field == field
    assert selectors.draft(kit) == Content()


def test_content_is_tidied(owner: Member, kit: Kit) -> None:
    content = Content(
        title=" Two\r\nlines ",
        problems="a\r\nb\x00\x1bc\u2028",
        steps=(
            Step(StepKind.PHONE, "(212) 555-0123"),
            Step(StepKind.BOOKING, " https://example.org/book "),
            Step(StepKind.TIMES, times=(" Monday  9 am ", "")),
        ),
        proofs=("a", "a"),
    )
    services.save(by=owner, kit=kit, content=content, based_on=1)
    kept = selectors.draft(kit)
    assert (kept.title, kept.problems, kept.proofs) == ("Two lines", "a\nbc", ("a",))
    assert [step.target for step in kept.steps] == ["+12125550123", "https://example.org/book", ""]
    assert kept.steps[2].times == ("Monday 9 am",)


def test_archived_kits_are_found_in_the_archive(owner: Member, kit: Kit) -> None:
    services.archive(by=owner, kit=kit)
    assert not selectors.kits(owner.practice).exists()
    assert list(selectors.kits(owner.practice, archived=True, query="mov")) == [kit]
    services.bring_back(by=owner, kit=kit)
    assert list(selectors.kits(owner.practice, query="MOVING")) == [kit]
    assert not selectors.kits(owner.practice, query="other")
    told = Event.objects.filter(subject=kit.public_id).order_by("number").values_list("kind", flat=True)
    assert list(told) == ["kits:created", "kits:version", "kits:archived", "kits:brought_back"]


def test_the_shelf_says_where_each_kit_stands(owner: Member, django_assert_num_queries) -> None:
    made = {}
    for state in ("", "waiting", "live", "withdrawn", "refused"):
        one = services.create(by=owner, name=state or "draft")
        if state:
            Edition.objects.create(
                practice=owner.practice, kit=one, number=1, state=state, frozen={}, proposed_by="x", proposer="x"
            )
        made[one.name] = one
    with django_assert_num_queries(4):
        found = {row.kit.name: row.state for row in shelf.rows(selectors.kits(owner.practice))}
    assert found == {
        "draft": "Draft",
        "waiting": "Waiting for approval",
        "live": "Published, edition 1",
        "withdrawn": "Withdrawn",
        "refused": "Not approved",
    }


# Placeholders -----------------------------------------------------------


def test_placeholders_are_told_from_links_and_pictures() -> None:
    text = "In [year] of [how many,\nand where that is from], see [the page](https://example.org)"
    text += ", ![a](picture:x), [1], \\[no]"
    assert placeholders(text) == ["year", "how many, and where that is from"]
    assert placeholders_in(Content(title="[Town]", steps=(Step(StepKind.TIMES, times=("[day], 9 am",)),))) == [
        "Town",
        "day",
    ]
    assert placeholders("[" * 200_000 + "a" * 200_000) == []


def test_what_is_missing_is_said() -> None:
    full = Content("t", problems="a", consequences="a", first_step="a", next_step="a")
    assert missing_in(full) == []
    assert len(missing_in(Content(steps=()))) == 6
    assert len(missing_in(replace(full, steps=(Step(StepKind.MAIL), Step(StepKind.TIMES))))) == 2


# Starting points ----------------------------------------------------------


@pytest.mark.parametrize("start", starting.starts(), ids=lambda one: one.key)
def test_a_starting_point_is_help_and_leaves_only_facts_open(start: starting.Start) -> None:
    texts = {name: getattr(start.content, name) for name in TEXTS}
    assert not pitch.reads_as_pitch(texts)
    assert pitch.judge(texts).points < 1
    assert [(one.part, one.code, one.quote) for one in pitch.check(texts)] == []
    for part in PARTS:
        assert 80 <= len(start.content.text(part).split()) <= 200
    assert len(placeholders_in(start.content)) >= 5
    assert not missing_in(start.content)


def test_every_profession_finds_its_own_first() -> None:
    for profession in Profession.values:
        found = starting.for_profession(profession)
        assert len(found) == 11
        assert found[-1].key == starting.PUBLIC
        if profession != Profession.OTHER:
            assert found[0].key == {"broker_dealer": "adviser"}.get(profession, profession)


# Checklist and comparing ----------------------------------------------------------


def test_every_text_is_bounded_and_checked_and_every_finding_has_words() -> None:
    assert set(TEXTS) == set(LONGEST)
    assert {*LONGEST, "steps", "proofs"} == {one.name for one in fields(Content)}
    assert set(ADVICE) == set(pitch.CODES)


def test_the_checklist_quotes_and_advises() -> None:
    found = checks(Content(problems="We are the best. " + "Our best offer. " * 20), names=("Birch",))
    told = {line.code: line for line in found["problems"].lines}
    assert told["pitch_word"].quotes[:2] == ("the best", "best")
    assert told["pitch_word"].wrong
    assert told["pitch_word"].instead
    assert found["consequences"].lines[0].code == "missing"
    assert not found["problems"].is_clean


def test_a_difference_puts_both_texts_together_again() -> None:
    old = "The house is full.\n\nNobody knows what it is worth.\n\nA third paragraph."
    new = "The house is very full.\n\nA third paragraph.\n\nAnd a new one."
    pieces = difference(old, new)
    assert "".join(piece.text for piece in pieces if piece.kind != ADDED) == old
    assert "".join(piece.text for piece in pieces if piece.kind != REMOVED) == new
    assert any(piece.kind == ADDED and piece.text.strip() == "very" for piece in pieces)
    assert any(piece.kind == SAME and "The house is" in piece.text for piece in pieces)


@pytest.mark.parametrize("piece", ["x\n", "x ", "x\n\n"])
def test_texts_of_one_word_again_and_again_stand_whole(piece: str) -> None:
    """20 kB of them would be compared for minutes."""
    old = piece * (20_000 // len(piece))
    new = f"{old}y"
    assert pairs(re.findall(r"\S+\s+", old), re.findall(r"\S+\s+", new)) > MOST_PAIRS
    assert difference(old, new) == [Piece(REMOVED, old), Piece(ADDED, new)]


def test_changes_name_the_fields_that_differ() -> None:
    before = Content(title="A", steps=(Step(StepKind.MAIL, "a@example.org"),), proofs=("p",))
    after = replace(before, title="B", steps=(), proofs=())
    found = changes(before, after, proofs={"p": "A. R., client"})
    assert [one.name for one in found] == ["title", "steps", "proofs"]
    assert found[2].pieces[0].text == "A. R., client"
    assert changes(before, before) == []
