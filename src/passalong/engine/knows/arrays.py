"""Names for the array types, and scipy on first use: reading a folder must not pay for it."""

from __future__ import annotations

import functools
import importlib
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Sparse = Any  # scipy.sparse.csr_matrix


@functools.cache
def scipy_sparse() -> Any:
    """scipy.sparse, imported once and only when a matrix is made."""
    return importlib.import_module("scipy.sparse")


def csr(data: npt.ArrayLike, rows: Ints, cols: Ints, shape: tuple[int, int]) -> Sparse:
    """Sparse matrix from triplets; equal places are added."""
    return scipy_sparse().csr_matrix((np.asarray(data, float), (rows, cols)), shape=shape)


def flat_ranges(starts: Ints, lengths: Ints) -> tuple[Ints, Ints]:
    """Positions of many slices put end to end, and which slice each position comes from."""
    owner = np.repeat(np.arange(len(starts)), lengths)
    before = np.cumsum(lengths) - lengths
    return np.arange(len(owner)) - before[owner] + starts[owner], owner


def entries(matrix: Sparse) -> tuple[Ints, Ints, Floats]:
    """Row, column and value of every stored place of a csr matrix, in row order."""
    rows = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
    return rows, matrix.indices.astype(np.int64), matrix.data


def lookup(matrix: Sparse, rows: Ints, cols: Ints) -> Floats:
    """matrix[rows[i], cols[i]] as a plain vector; absent places are 0."""
    if not len(rows):
        return np.zeros(0)
    return np.asarray(matrix[rows, cols], float).ravel()
