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
Words = npt.NDArray[np.str_]
MOST_DENSE = 20_000_000  # largest matrix laid out in full for looking up many of its places
LEAST_DENSE = 50_000
DENSE_GAIN = 200  # finding one place of a sparse matrix costs about as much as laying out this many
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
    places = matrix.shape[0] * matrix.shape[1]
    if places <= min(MOST_DENSE, DENSE_GAIN * len(rows) + 10 * matrix.nnz + LEAST_DENSE):
        return np.asarray(matrix.toarray()[rows, cols], float)
    return np.asarray(matrix[rows, cols], float).ravel()


def with_data(matrix: Sparse, data: Floats) -> Sparse:
    """The same places with other values; places are neither sorted nor joined, which scipy would spend time on."""
    return scipy_sparse().csr_matrix((data, matrix.indices, matrix.indptr), shape=matrix.shape)


def log_of(matrix: Sparse, scale: float = 1.0) -> Sparse:
    """ln(1 + scale x) of a matrix without doubled places."""
    return with_data(matrix, np.log1p(matrix.data * scale))


def scale_rows(matrix: Sparse, factor: Floats) -> Sparse:
    """Each row times its factor."""
    return with_data(matrix, matrix.data * np.repeat(factor, np.diff(matrix.indptr)))


def scale_columns(matrix: Sparse, factor: Floats) -> Sparse:
    """Each column times its factor."""
    return with_data(matrix, matrix.data * factor[matrix.indices])


def rows_between(matrix: Sparse, begin: int, end: int) -> Sparse:
    """Rows begin to end of a csr matrix, values shared with it."""
    first, last = matrix.indptr[begin], matrix.indptr[end]
    indptr = matrix.indptr[begin : end + 1] - first
    parts = (matrix.data[first:last], matrix.indices[first:last], indptr)
    return scipy_sparse().csr_matrix(parts, shape=(end - begin, matrix.shape[1]))
