"""A scorer that was laid down and mapped is the same scorer; newer answers laid over it are as if it had known them."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.engine.knows import make

from passalong.engine import knows
from passalong.engine.knows import basis, packing
from passalong.engine.knows.texts import Index, Texts

ANSWERED = [
    ("3", "40", "knows", "2009-01-02"),
    ("3", "41", "does_not_know", "2009-01-02"),
    ("7", "40", "knows_well", "2010-05-06"),
    ("8", "9", "rather_not", "2010-05-06"),
]


def town(ties: bool = False, answers: list[tuple[object, ...]] | None = None) -> knows.DataSet:
    """A town of 120 where only mails are known, or a smaller one of which the ties are."""
    tables = make.town(70, ties=60) if ties else make.town()
    kind = ("knows", "mail") if ties else ("mail",)
    tables["ties"] = [row for row in tables["ties"] if row[2] in kind]
    return make.data(tables | {"answers": list(answers or [])})


@pytest.fixture(scope="module")
def quiet() -> knows.Scorer:
    return knows.Scorer(town(answers=ANSWERED))


def everything(scorer: knows.Scorer) -> list[object]:
    """Rankings of several clients, of everybody and of some, by both ways of counting, and pairs explained."""
    clients = ["3", "7", "11"]
    few = [scorer.rank(client, top=5) for client in clients]
    all_of_them = [scorer.rank(client, top=30) for client in clients]
    some = [scorer.rank(client, [str(n) for n in range(20, 60)]) for client in clients]
    explained = scorer.rank_pairs([("3", "40"), ("5", "6"), ("40", "3")])
    return [few, all_of_them, some, explained, scorer.score([("1", "2"), ("3", "4")]).tolist()]


@pytest.mark.parametrize("ties", [False, True], ids=["contacts only", "a network"])
@pytest.mark.parametrize("answers", [[], ANSWERED], ids=["no answers", "answers"])
def test_what_is_mapped_ranks_exactly_as_what_was_saved(ties, answers, tmp_path):
    scorer = knows.Scorer(town(ties, answers))
    packing.save(scorer, tmp_path / "one")
    mapped = packing.load(tmp_path / "one")
    assert everything(mapped) == everything(scorer)
    assert mapped.model == scorer.model
    assert [mapped.data.names[3], mapped.data.ids[-1]] == [scorer.data.names[3], scorer.data.ids[-1]]


def test_what_is_mapped_lies_in_the_file_and_cannot_be_written_to(quiet, tmp_path):
    packing.save(quiet, tmp_path / "one")
    mapped = packing.load(tmp_path / "one")
    everything(mapped)
    for held in (mapped.world.contacts["mail"].data, mapped.world.stances.held.indices, mapped.data.affiliations.group):
        assert not held.flags.writeable
        with pytest.raises(ValueError, match="read-only"):
            held[0] = 1
    assert str(tmp_path) in Path("/proc/self/maps").read_text() or sys.platform != "linux"


def test_a_mapped_scorer_outlives_its_folder(quiet, tmp_path):
    packing.save(quiet, tmp_path / "one")
    mapped = packing.load(tmp_path / "one")
    packing.save(knows.Scorer(town()), tmp_path / "one")
    assert everything(mapped) == everything(quiet)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["one"]


def test_only_the_owner_can_read_it(quiet, tmp_path):
    before = os.umask(0)
    try:
        packing.save(quiet, tmp_path / "knows" / "one")
    finally:
        os.umask(before)
    for path in [tmp_path / "knows", *(tmp_path / "knows").rglob("*")]:
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path


def test_notes_are_kept(quiet, tmp_path):
    packing.save(quiet, tmp_path / "one", {"last": 12, "of": "Ä"})
    assert packing.notes_of(tmp_path / "one") == {"last": 12, "of": "Ä"}


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-100])


def _spoil(path: Path) -> None:
    found = bytearray(path.read_bytes())
    found[len(found) // 2] ^= 1
    path.write_bytes(found)


@pytest.mark.parametrize("name", [packing.ARRAYS, packing.MANIFEST, packing.MODEL, packing.BEFORE])
@pytest.mark.parametrize("harm", [_cut, _spoil, Path.unlink, lambda path: path.write_bytes(b"")])
def test_a_damaged_folder_is_refused_in_one_sentence(quiet, tmp_path, name, harm):
    packing.save(quiet, tmp_path / "one")
    harm(tmp_path / "one" / name)
    with pytest.raises(knows.DataError, match="is not a") as found:
        packing.load(tmp_path / "one")
    assert "\n" not in str(found.value)


def test_another_version_of_the_program_is_told_from_damage(quiet, tmp_path, monkeypatch):
    packing.save(quiet, tmp_path / "one")
    monkeypatch.setattr(packing, "made_by", lambda: "tomorrow's")
    with pytest.raises(packing.Foreign, match="another version"):
        packing.load(tmp_path / "one")
    with pytest.raises(knows.DataError, match="No such file"):
        packing.load(tmp_path / "none")


KILLED = """
import os, sys
from pathlib import Path
from passalong.engine.knows import packing
from tests.engine.knows.test_packing import town
from passalong.engine import knows
settle, left = packing._settle, [int(sys.argv[2])]
def settle_or_die(path):
    left[0] -= 1
    if left[0] < 0:
        os.kill(os.getpid(), 9)
    settle(path)
packing._settle = settle_or_die
packing.save(knows.Scorer(town()), Path(sys.argv[1]))
"""


@pytest.mark.parametrize("steps", [0, 2])
def test_killed_while_writing_the_old_one_stays(quiet, tmp_path, steps):
    packing.save(quiet, tmp_path / "one")
    ended = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path / "one"), str(steps)], env=_environment())
    assert ended.returncode == -9
    assert everything(packing.load(tmp_path / "one")) == everything(quiet)
    assert len(list(tmp_path.iterdir())) == 2  # what was half written has a name nobody reads


def _environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}


PEOPLE = st.sampled_from([str(n) for n in range(0, 120, 7)])
KINDS = st.sampled_from(knows.ANSWERS)
DAYS = st.sampled_from(["2003-01-01", "2008-05-06", "", None])
ROWS = st.lists(st.tuples(PEOPLE, PEOPLE, KINDS, DAYS).filter(lambda row: row[0] != row[1]), min_size=1, max_size=6)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=ROWS)
def test_answers_laid_over_are_as_if_they_had_been_known(quiet, rows):
    over, scratch = quiet.with_answers(rows), knows.Scorer(town(answers=[*ANSWERED, *rows]))
    assert apart(over, scratch, ["3", rows[0][0]]) < 1e-9


def test_with_many_clients_only_what_is_about_the_answered_is_counted_again(monkeypatch):
    """What the new ties say about others then counts with the next version; until then it is hardly to be seen."""
    known = [
        (str(n), str((n * 7 + k) % 120), "knows" if (n + k) % 3 == 0 else "does_not_know", "2005-01-01")
        for n in range(basis.AGAIN + 5)
        for k in (1, 2)
    ]
    rows = [("9", "66", "knows", "2009-01-03")]
    over, scratch = knows.Scorer(town(answers=known)).with_answers(rows), knows.Scorer(town(answers=[*known, *rows]))
    assert 0 < apart(over, scratch, ["3", "90"]) < 0.05
    monkeypatch.setattr(basis, "AGAIN", 1000)
    over, scratch = (scorer.with_answers([("9", "61", "knows", "2009-01-03")]) for scorer in (over, scratch))
    assert apart(over, scratch, ["3"]) < 1e-9


def test_a_client_with_a_longer_id_than_all_before_learns_their_own_sociability(monkeypatch):
    monkeypatch.setattr(basis, "AGAIN", 0)
    short = [("3", str(40 + n), "does_not_know", "2005-01-01") for n in range(4)]
    new = [("100", str(50 + n), "knows", "2009-01-03") for n in range(4)]
    over = knows.Scorer(town(answers=short)).with_answers(new)
    assert set(over.model.sociability) == {"3", "100"}


def apart(one: knows.Scorer, other: knows.Scorer, clients: list[str]) -> float:
    """How far the scores of two scorers differ at most; they know the same ties and answers."""
    assert (one.world.ties != other.world.ties).nnz == 0
    assert one.model.answers == other.model.answers
    pairs = [(client, str(n)) for client in clients for n in range(120) if str(n) != client]
    places = np.array(pairs, np.int64)
    return float(np.abs(one.scores_of(*places.T) - other.scores_of(*places.T)).max())


def by_id(ranked: list[knows.Ranked]) -> dict[str, float]:
    """Scores by person: equal scores may change places."""
    return {row.prospect_id: row.score for row in ranked}


def test_answers_are_laid_over_what_is_mapped_and_over_each_other(quiet, tmp_path):
    packing.save(quiet, tmp_path / "one")
    rows = [("3", "44", "knows", "2009-01-03"), ("3", "40", "does_not_know", "2009-01-04")]
    mapped = packing.load(tmp_path / "one").with_answers(rows[:1]).with_answers(rows)
    assert everything(mapped) == everything(quiet.with_answers(rows))
    few = knows.Scorer(town(answers=[*ANSWERED, *rows])).rank("7", top=5)
    assert by_id(mapped.rank("7", top=5)) == pytest.approx(by_id(few), abs=1e-9)


def test_what_is_known_already_changes_nothing(quiet):
    assert quiet.with_answers(ANSWERED) is quiet
    assert quiet.with_answers([("3", "nobody", "knows", ""), ("nobody", "3", "knows", "")]) is quiet


def test_an_answer_taken_back_takes_the_tie_away(quiet):
    over = quiet.with_answers([("3", "40", "unsure", "2011-01-01")])
    assert (quiet.world.ties[3, 40], over.world.ties[3, 40]) == (1.0, 0.0)
    assert over.model.answers == quiet.model.answers - 1


def test_a_given_model_is_not_moved_by_answers():
    given_model = knows.fit(town())
    scorer = knows.Scorer(town(), given_model)
    over = scorer.with_answers([("3", "40", "knows", "2009-01-02")])
    assert over.model is given_model
    assert over.world.ties[3, 40] == 1.0


@pytest.mark.parametrize("ties", [False, True], ids=["contacts only", "a network"])
def test_a_scorer_learns_what_fit_learns(ties):
    data = town(ties, ANSWERED)
    assert knows.Scorer(data).model == knows.fit(data)


def test_a_stranger_gets_the_base_chance_and_no_reason(quiet):
    found = quiet.stranger("3", "new")
    alone = knows.DataSet.from_tables([*quiet.data.ids, "new"], drawn_from=120)
    assert (found.reasons, found.prospect_id, found.score) == ((), "new", found.base)
    assert 0 < found.p_low < found.p_knows < found.p_high < 0.5
    assert quiet.stranger("new", "3").p_knows == pytest.approx(found.p_knows, abs=0.1)
    assert knows.Scorer(alone).stranger("x", "y").score == knows.Scorer(alone).rank("0", ["new"])[0].score


def test_words_are_as_a_tuple_of_them():
    words = ("Ann", "", "Łukasz 李", "\ud800", "Bo")
    packed = Texts.of(words)
    assert (tuple(packed), len(packed), packed[2], packed[-1], packed[1:3]) == (words, 5, words[2], "Bo", words[1:3])
    assert packed == words
    with pytest.raises(IndexError):
        packed[5]
    index = Index(packed)
    assert ("Ann" in index, index["Bo"], len(index), list(index)) == (True, 4, 5, list(words))
    assert not len(Texts.of(()))
    assert np.array_equal(Texts.of(("a", "bc")).ends, [1, 3])
