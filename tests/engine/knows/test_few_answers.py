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


def test_a_few_answers_keep_most_of_it(town) -> None:
    data, pairs, truth = town
    assert 10 < len(data.answers.value) < 30
    assert skill(data, pairs, truth) > 0.6 * skill(without_answers(data), pairs, truth)
