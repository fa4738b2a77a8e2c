"""A few answers, about names somebody chose to ask, must not cost the skill the prior has.

The town is the demo's: made by mechanisms the model does not have, without the engine.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from passalong.demo import world
from passalong.engine import knows
from passalong.engine.knows.dataset import Answers


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> tuple[knows.DataSet, list[tuple[str, str]], np.ndarray]:
    made = world.make()
    folder = tmp_path_factory.mktemp("town")
    world.as_folder(made, folder)
    people = [contact.key for contact in made.contacts]
    pairs = [(client.key, other) for client in made.clients for other in people if other != client.key]
    truth = np.array([made.truth.strength(*pair) > 0 for pair in pairs], float)
    return knows.read_folder(folder), pairs, truth


def skill(data: knows.DataSet, pairs: list[tuple[str, str]], truth: np.ndarray) -> float:
    """Brier skill against the base rate."""
    p = knows.Scorer(data).score(pairs)
    return 1 - float(((p - truth) ** 2).mean() / (truth.mean() * (1 - truth.mean())))


def without_answers(data: knows.DataSet) -> knows.DataSet:
    none = {name: getattr(data.answers, name)[:0] for name in data.answers.__dataclass_fields__}
    return replace(data, answers=Answers(**none))


def test_the_prior_alone_has_skill_in_a_town_it_does_not_know(town) -> None:
    data, pairs, truth = town
    assert skill(without_answers(data), pairs, truth) > 0.1


def test_names_picked_for_their_answer_do_not_undo_it(town) -> None:
    """The demo's answers are half yes by design, whatever the names: the worst sample there is."""
    data, pairs, truth = town
    assert 10 < len(data.answers.value) < 30
    assert skill(data, pairs, truth) > 0.5 * skill(without_answers(data), pairs, truth)


def test_answers_about_names_that_were_shown_keep_it(town) -> None:
    data, pairs, truth = town
    bare = without_answers(data)
    known, scorer = dict(zip(pairs, truth, strict=True)), knows.Scorer(bare)
    clients = sorted({client for client, _ in pairs})[:4]
    shown = [(c, r.prospect_id, r.p_knows) for c in clients for r in scorer.rank(c, top=6)]
    told = Answers(
        client=np.array([data.index[c] for c, *_ in shown]),
        prospect=np.array([data.index[p] for _, p, _ in shown]),
        value=np.array([1 if known[c, p] else 2 for c, p, _ in shown]),
        on=np.full(len(shown), np.nan),
        shown=np.array([p for *_, p in shown]),
    )
    asked = {(c, p) for c, p, _ in shown}
    rest = [i for i, pair in enumerate(pairs) if pair not in asked]
    others, labels = [pairs[i] for i in rest], truth[rest]
    assert skill(replace(bare, answers=told), others, labels) > 0.8 * skill(bare, others, labels)
