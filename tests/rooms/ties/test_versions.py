"""The worker builds versions, everybody maps them; what is newer is laid over, and nothing fails without a version."""

from __future__ import annotations

import os
import shutil
import stat
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django_tasks_db.models import DBTaskResult
from tests import make
from tests.tampering import past_the_guards

from passalong.contacts import services as contacts
from passalong.contacts.person import person_of
from passalong.core.erasing import erase
from passalong.core.models import Event
from passalong.core.records import remove_practice
from passalong.core.revisions import ANSWERS, EVIDENCE, bump, current
from passalong.core.worker import make_worker
from passalong.demo import services as demo
from passalong.engine import knows
from passalong.engine.knows import packing
from passalong.ties import knowledge, tasks, versions
from passalong.ties.models import AnswerKind
from passalong.ties.services.answers import record_answer

pytestmark = pytest.mark.django_db


class Town:
    """Eighteen people in five firms and three towns."""

    def __init__(self) -> None:
        self.owner = make.member()
        self.practice = self.owner.practice
        self.people = [make.contact(self.owner) for _ in range(18)]
        for number, person in enumerate(self.people):
            make.affiliation(self.owner, person, f"Firm {'ABCDE'[number % 5]}", start="2010")
            make.affiliation(self.owner, person, f"Town {'ABC'[number % 3]}", kind="town")

    def answered(self, client: int, prospect: int, answer: str = AnswerKind.KNOWS) -> None:
        record_answer(by=self.owner, client=self.people[client], prospect=self.people[prospect], answer=answer)

    def pairs(self) -> list[tuple[int, int]]:
        return [(one.pk, other.pk) for one in self.people[:4] for other in self.people if one != other]

    def chances(self) -> list[float]:
        return knowledge.p_knows(self.practice, self.pairs())

    def afresh(self) -> list[float]:
        """The same, laid out anew from the database."""
        scorer = knows.Scorer(knowledge.data_set_of(self.practice))
        return scorer.score([(str(one), str(other)) for one, other in self.pairs()]).tolist()

    def reload(self) -> knowledge.Now:
        """As a process that has just started sees it."""
        knowledge._held.clear()
        return knowledge.scorer_of(self.practice)


@pytest.fixture(autouse=True)
def data_of_its_own(settings, tmp_path):
    settings.DATA = tmp_path


@pytest.fixture
def town():
    return Town()


@pytest.fixture
def large(monkeypatch):
    monkeypatch.setattr(knowledge, "SMALL", 0)


@pytest.fixture
def at_once(monkeypatch):
    monkeypatch.setattr(tasks, "SOON", timedelta(0))


def waiting() -> int:
    return DBTaskResult.objects.filter(task_path=tasks.build_version.module_path, status="READY").count()


@pytest.mark.storage
@pytest.mark.django_db(transaction=True)
def test_new_evidence_makes_the_worker_build_one_version(at_once):
    town = Town()
    assert waiting() == 1
    make_worker(["*"], batch=True, interval=0).run()
    assert DBTaskResult.objects.get().status == "SUCCESSFUL"
    (version,) = versions.versions_of(town.practice)
    assert (version.evidence, version.answers) == (current(town.practice.pk, EVIDENCE), 0)
    assert version.folder.name == f"{version.evidence}-0"
    town.answered(0, 1)
    assert waiting() == 0
    make.contact(town.owner)
    assert waiting() == 1


@pytest.mark.django_db(transaction=True)
def test_a_task_that_waits_leaves_time_for_more_to_come(at_once, monkeypatch):
    monkeypatch.setattr(tasks, "SOON", timedelta(hours=1))
    town = Town()
    make_worker(["*"], batch=True, interval=0).run()
    assert (waiting(), versions.versions_of(town.practice)) == (1, [])
    Town()
    assert waiting() == 2  # one a practice


def test_the_task_may_be_repeated(town):
    tasks.build_version.call(town.practice.pk)
    (version,) = versions.versions_of(town.practice)
    before = version.folder.stat().st_ino
    tasks.build_version.call(town.practice.pk)
    tasks.build_version.call(0)
    assert [one.folder.stat().st_ino for one in versions.versions_of(town.practice)] == [before]


def test_a_version_gives_what_the_database_gives(town):
    town.answered(0, 1)
    before = town.afresh()
    versions.build(town.practice)
    now = town.reload()
    assert (now.ground.folder, now.is_current) == (versions.versions_of(town.practice)[0].folder, True)
    assert town.chances() == before
    client = town.people[0]
    ranked = knowledge.rank(town.practice, client, [one.pk for one in town.people])
    assert len(ranked) == len(town.people) - 2
    scorer = knows.Scorer(knowledge.data_set_of(town.practice))
    rows = scorer.rank(str(client.pk), [str(one.pk) for one in town.people], 30)
    assert ranked == {int(row.prospect_id): row for row in rows}


@pytest.mark.parametrize("is_built", [True, False], ids=["over a version", "over what is laid out here"])
def test_newer_answers_are_laid_over(town, is_built, monkeypatch):
    town.answered(0, 1)
    if is_built:
        versions.build(town.practice)
    before, ground = town.chances(), knowledge.scorer_of(town.practice).ground
    monkeypatch.setattr(versions, "data_set_of", None)  # nothing is laid out from here on
    town.answered(2, 1)
    town.answered(0, 1, AnswerKind.DOES_NOT_KNOW)
    after = town.chances()
    assert after != before
    assert after == pytest.approx(town.afresh(), abs=1e-9)
    assert knowledge.scorer_of(town.practice).ground is ground


def test_in_a_small_practice_an_edit_shows_at_once(town):
    versions.build(town.practice)
    town.reload()
    make.affiliation(town.owner, town.people[0], "Harbor Board", kind="board")
    make.affiliation(town.owner, town.people[3], "Harbor Board", kind="board")
    now = knowledge.scorer_of(town.practice)
    assert (now.ground.folder, now.is_current) == (None, True)
    assert town.chances() == town.afresh()
    tasks.build_version.call(town.practice.pk)
    assert town.reload().ground.folder is not None


def test_a_large_practice_goes_on_with_the_version_it_has(town, large):
    versions.build(town.practice)
    before = town.chances()
    new = make.contact(town.owner, "Nina New")
    make.affiliation(town.owner, new, "Firm A")
    town.answered(1, 2)
    now = knowledge.scorer_of(town.practice)
    assert (now.is_current, knowledge.is_current(town.practice)) == (False, False)
    assert now.scorer.world.ties.nnz == 2
    assert town.chances() != before
    client, known = town.people[0], town.people[5]
    both = knowledge.rank(town.practice, client, [new.pk, known.pk])
    assert (both[new.pk].reasons, [row.rank for row in both.values()]) == ((), [1, 2])
    assert both[known.pk].reasons
    assert knowledge.chances(town.practice, client, [new.pk])[new.pk] == both[new.pk].p_knows
    assert now.explain(str(new.pk), str(client.pk)).reasons == ()
    assert 0 < knowledge.chances(town.practice, new, [client.pk])[client.pk] < 0.2
    tasks.keep_versions.call()
    assert knowledge.is_current(town.practice)
    assert knowledge.rank(town.practice, client, [new.pk])[new.pk].reasons


def test_the_gameplan_says_that_newer_facts_are_being_worked_in(town, large):
    client = make.client(town.owner, "Ada Holm")
    versions.build(town.practice)
    page, address = make.browser(town.owner), f"/gameplan/{client.public_id}/"
    assert b'id="behind"' not in page.get(address).content
    make.affiliation(town.owner, client, "Firm A")
    assert b'id="behind"' in page.get(address).content


def test_without_any_version_a_large_practice_is_laid_out_here(town, large):
    assert knowledge.scorer_of(town.practice).ground.folder is None
    assert town.chances() == town.afresh()


def test_a_version_that_came_later_is_taken(town, large):
    versions.build(town.practice)
    town.reload()
    make.contact(town.owner)
    assert not knowledge.is_current(town.practice)
    versions.build(town.practice)
    assert knowledge.is_current(town.practice)


def test_a_damaged_version_is_built_again(town):
    version = versions.build(town.practice)
    (version.folder / packing.ARRAYS).write_bytes(b"nothing")
    assert town.reload().ground.folder is None
    assert town.chances() == town.afresh()
    tasks.keep_versions.call()
    assert town.reload().ground.folder == version.folder


def test_another_programs_version_is_left_to_it_and_built_anew_by_ours(town, monkeypatch):
    with monkeypatch.context() as other:
        other.setattr(packing, "made_by", lambda: "tomorrow's")
        version = versions.build(town.practice)
    assert town.reload().ground.folder is None
    assert version.folder.is_dir()
    assert versions.is_behind(town.practice)
    tasks.keep_versions.call()
    assert town.reload().ground.folder == version.folder


def test_another_practices_version_is_never_used(town):
    other = Town()
    strange = versions.build(other.practice)
    mine = versions.root() / town.practice.public_id / f"{current(town.practice.pk, EVIDENCE)}-0"
    shutil.copytree(strange.folder, mine)
    assert town.reload().ground.folder is None
    assert town.chances() == town.afresh()


def test_a_version_of_a_past_that_was_undone_is_not_used(town):
    """A backup was brought back, and the counters have come to the same numbers in another way."""
    version = versions.build(town.practice)
    last = Event.objects.filter(practice=town.practice).order_by("number").last()
    with past_the_guards():
        Event.objects.filter(pk=last.pk).update(hash="0" * 64)
    assert town.reload().ground.folder is None
    assert versions.is_behind(town.practice)
    tasks.keep_versions.call()
    assert town.reload().ground.folder == version.folder


def test_what_changes_while_a_version_is_built_is_built_next(town, monkeypatch):
    """The version is named by what was counted before anything was read."""
    before = current(town.practice.pk, EVIDENCE)

    def read_late(practice):
        found = knowledge.data_set_of(practice)
        town.answered(3, 4)
        make.contact(town.owner)
        return found

    with monkeypatch.context() as slow:
        slow.setattr(versions, "data_set_of", read_late)
        version = versions.build(town.practice)
    assert (version.evidence, version.answers) == (before, 0)
    assert current(town.practice.pk, EVIDENCE) > before
    assert versions.is_behind(town.practice)
    assert town.chances() == pytest.approx(town.afresh(), abs=1e-9)
    monkeypatch.setattr(knowledge, "SMALL", 0)
    assert town.reload().scorer.world.ties.nnz == 2  # the answer is laid over


def test_who_is_forgotten_while_a_version_is_built_stands_in_none(town, monkeypatch):
    gone, read = town.people[7], []

    def read_before_the_erasure(practice):
        read.append(knowledge.data_set_of(practice))
        _ = len(read) > 1 or erase(person_of(gone), why="asked")
        return read[-1]

    monkeypatch.setattr(versions, "data_set_of", read_before_the_erasure)
    folder = versions.build(town.practice).folder
    assert len(read) == 2
    assert {path.parent for path in versions.root().rglob("*") if path.is_file()} == {folder}


def test_a_build_cut_short_leaves_the_old_version_in_use(town, large, monkeypatch):
    old = versions.build(town.practice)
    make.contact(town.owner)

    def cut(path: Path) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as short:
        short.setattr(packing, "_settle", cut)
        with pytest.raises(KeyboardInterrupt):
            versions.build(town.practice)
    home = old.folder.parent
    assert [path.name for path in home.iterdir()] == [old.folder.name]
    assert town.reload().ground.folder == old.folder
    left = home / ".99-0-abcd"  # as a killed worker leaves it
    left.mkdir()
    tasks.keep_versions.call()
    assert left.is_dir()
    _make_old(left)
    tasks.keep_versions.call()
    assert not left.exists()


def _make_old(folder: Path) -> None:
    os.utime(folder, (time.time() - 2 * versions.AN_HOUR,) * 2)


def test_an_old_version_goes_within_hours_and_with_it_whoever_was_deleted(town):
    for _ in range(2):
        make.contact(town.owner)
        _make_old(versions.build(town.practice).folder)
    tasks.keep_versions.call()
    (left,) = versions.versions_of(town.practice)
    assert left.evidence == current(town.practice.pk, EVIDENCE)


def test_many_answers_make_a_new_version(town):
    versions.build(town.practice)
    for _ in range(versions.LATE - 1):
        bump(town.practice.pk, ANSWERS)
    assert not versions.is_behind(town.practice)
    bump(town.practice.pk, ANSWERS)
    assert versions.is_behind(town.practice)


def test_two_versions_are_kept_and_only_their_owner_can_read_them(town):
    for _ in range(4):
        make.contact(town.owner)
        versions.build(town.practice)
    evidence = current(town.practice.pk, EVIDENCE)
    assert [one.evidence for one in versions.versions_of(town.practice)] == [evidence, evidence - 1]
    for path in [versions.root(), *versions.root().rglob("*")]:
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path


def test_a_mapped_version_lives_on_when_it_is_removed(town):
    versions.build(town.practice)
    now = town.reload()
    before = town.chances()
    versions.forget(town.practice.public_id)
    assert now.score([(str(one), str(other)) for one, other in town.pairs()]) == before


@pytest.mark.django_db(transaction=True)
def test_the_demo_takes_its_versions_with_it():
    practice = demo.put_in().practice
    versions.build(practice)
    home = versions.root() / practice.public_id
    assert home.is_dir()
    demo.remove_if_there()
    assert not home.exists()


def test_versions_of_practices_that_are_gone_are_cleared_away(town, monkeypatch):
    kept = Town()
    version = versions.build(kept.practice)
    versions.build(town.practice)
    home = versions.root() / town.practice.public_id

    def read_and_remove(practice):
        found = knowledge.data_set_of(practice)
        remove_practice(practice.__class__.objects.get(pk=practice.pk))
        return found

    with monkeypatch.context() as late:
        late.setattr(versions, "data_set_of", read_and_remove)
        versions.build(town.practice)
    assert not home.exists()
    home.mkdir()
    tasks.keep_versions.call()
    assert (home.exists(), version.folder.is_dir()) == (False, True)


def test_a_practice_without_evidence_needs_no_version():
    practice = make.practice()
    assert not versions.is_behind(practice)
    tasks.keep_versions.call()
    assert not versions.root().exists()


def test_the_doctor_tells_of_versions(town):
    from passalong.cli.doctor import check_versions

    assert "1 of 1" in check_versions().text
    versions.build(town.practice)
    assert check_versions().text == "Every practice's version is up to date."


def test_people_removed_since_do_no_harm(town, large):
    versions.build(town.practice)
    gone = town.people.pop()
    contacts.delete_contact(by=town.owner, contact=gone)
    assert not knowledge.is_current(town.practice)
    assert len(town.chances()) == 4 * (len(town.people) - 1)
