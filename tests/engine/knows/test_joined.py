"""Equal targets are put together without sorting, in room that each thread has of its own."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from passalong.engine.knows.arrays import csr
from passalong.engine.knows.row import DENSE_FROM, Rows, by_slots, joined

SIZE = 400


@pytest.mark.parametrize("number", [0, 1, 7, SIZE // DENSE_FROM, SIZE // DENSE_FROM + 1, 5 * SIZE])
def test_each_target_once_with_its_sums(number: int) -> None:
    rng = np.random.default_rng(number)
    target, one, other = rng.integers(0, SIZE, number).astype(np.int32), rng.random(number), rng.random(number)
    people, (first, second) = joined(target, SIZE, one, other)
    order = np.argsort(people)
    assert people[order].tolist() == np.unique(target).tolist()
    assert first[order] == pytest.approx(np.bincount(target, one, SIZE)[people[order]])
    assert second[order] == pytest.approx(np.bincount(target, other, SIZE)[people[order]])


@pytest.mark.parametrize("number", [0, 50, 3 * SIZE])
def test_sums_by_slot(number: int) -> None:
    rng = np.random.default_rng(number)
    target, slot, value = rng.integers(0, SIZE, number), rng.integers(0, 3, number), 1 + rng.random(number)
    table = np.zeros((3, SIZE))
    np.add.at(table, (slot, target), value)
    for wanted, (people, found) in zip(table, by_slots(target, slot, value, 3, SIZE), strict=True):
        order = np.argsort(people)
        assert people[order].tolist() == np.flatnonzero(wanted).tolist()
        assert found[order] == pytest.approx(wanted[people[order]])


@pytest.fixture
def eager() -> Iterator[None]:
    """Threads take turns as often as they can."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(usual)


@pytest.mark.usefixtures("eager")
def test_threads_do_not_disturb_each_other() -> None:
    rng = np.random.default_rng(1)
    size = 20_000
    row, column = rng.integers(0, size, (2, 60_000))
    matrix = csr(np.ones(len(row)), row, column, (size, size))
    rows = Rows(matrix)

    def agrees(seed: int) -> bool:
        some = np.unique(np.random.default_rng(seed).integers(0, size, 1_000))
        people, (found,) = rows.spread(some, np.ones(len(some)))
        wanted = np.bincount(matrix.indices[np.isin(np.repeat(np.arange(size), np.diff(matrix.indptr)), some)])
        return bool((found == wanted[people]).all() and found.sum() == wanted.sum())

    with ThreadPoolExecutor(4) as pool:
        assert all(pool.map(agrees, range(400)))
