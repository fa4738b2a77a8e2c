"""A scorer laid down in a folder, to be mapped into memory by any number of processes.

All numbers stand one after another in `arrays.npy`, which is mapped as one piece: one open file a scorer, its pages
shared by all who map it. `manifest.json` says what they are; models are JSON of their own. No code is ever read
from a folder: what may be rebuilt is the engine's own classes, listed here, nothing else.
"""

from __future__ import annotations

import functools
import hashlib
import json
import os
import shutil
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from pathlib import Path
from secrets import token_hex
from typing import Any, BinaryIO

import numpy as np

import passalong
from passalong.engine.knows import dataset, row, stances, teaching, votes, world
from passalong.engine.knows.arrays import scipy_sparse
from passalong.engine.knows.basis import Basis
from passalong.engine.knows.caches import found_once
from passalong.engine.knows.errors import DataError
from passalong.engine.knows.features import Counter
from passalong.engine.knows.model import Model
from passalong.engine.knows.prior import Prior, shipped
from passalong.engine.knows.scorer import Scorer
from passalong.engine.knows.texts import Index, Texts

FORMAT = 1  # raised when a folder of before can no longer be read and nothing else would tell
ARRAYS, MANIFEST, MODEL, BEFORE = "arrays.npy", "manifest.json", "model.json", "before.json"
ALIGN = 64
MANY_WORDS = 64  # shorter tuples of words stand in the manifest
CLASSES: dict[str, type] = {
    name: found
    for module in (dataset, row, stances, teaching, votes, world)
    for name, found in vars(module).items()
    if isinstance(found, type) and found.__module__.startswith("passalong.engine.knows.")
}
NOT_ONE = "{}: is not a scorer that can be read here ({})."


class Foreign(DataError):
    """Whole, it seems, but written by another version of the program, which may still want it."""


def save(scorer: Scorer, folder: Path, notes: Mapping[str, Any] | None = None) -> None:
    """Write all a scorer needs to rank, readable by the owner alone; `notes` are kept for `notes_of`.

    Nobody ever sees half a folder: it is written beside, the manifest last, and renamed.
    """
    folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    beside = folder.parent / f".{folder.name}-{token_hex(4)}"
    beside.mkdir(mode=0o700)
    try:
        _write(scorer, beside, dict(notes or {}))
        if folder.exists():
            old = beside.with_name(beside.name + "-old")
            folder.rename(old)
            beside.rename(folder)
            shutil.rmtree(old)
        else:
            beside.rename(folder)
        _settle(folder.parent)
    except BaseException:
        shutil.rmtree(beside, ignore_errors=True)
        raise


def load(folder: Path) -> Scorer:
    """The scorer saved in a folder; its numbers stay in the file until they are needed.

    DataError when the folder is damaged; Foreign when another version of the program wrote it.
    """
    manifest = _manifest(folder)
    try:
        file = np.load(folder / ARRAYS, mmap_mode="r", allow_pickle=False)
        numbers = np.asarray(file)  # a plain view: the class of mapped arrays makes every step of numpy slower
        if numbers.dtype != np.uint8 or len(numbers) != manifest["bytes"]:
            raise ValueError("its numbers are cut off")
        if zlib.crc32(numbers.data) != manifest["crc32"]:  # a wrong index would reach outside the memory
            raise ValueError("its numbers are damaged")
        parts = _Unpacker(numbers, manifest["arrays"]).value(manifest["parts"])
        taught = Model.load(folder / MODEL)
        untaught = Model.load(folder / BEFORE) if BEFORE in manifest["models"] else None
        return _put_together(parts, taught, untaught)
    except (OSError, ValueError, KeyError, TypeError, IndexError, EOFError) as error:
        raise DataError(_why(folder, error)) from None


def _taken_apart(scorer: Scorer) -> dict[str, Any]:
    """World and lessons, and what is counted once in a world, so that whoever maps it need not count."""
    basis = scorer.basis
    parts = {"reach": scorer.reach, "counter": scorer.counter, "world": scorer.world}
    counted = {name: {one: getattr(part, one) for one in found_once(part)} for name, part in parts.items()}
    return {"world": basis.plain.world, "given": basis.given, "counted": counted}


def _put_together(parts: dict[str, Any], model: Model, untaught: Model | None) -> Scorer:
    plain = Counter(parts["world"])
    vars(plain.world).update(parts["counted"]["world"])
    vars(plain).update(parts["counted"]["counter"])
    scorer = Scorer.of(Basis(plain, model, untaught, parts["given"]))
    vars(scorer.reach).update(parts["counted"]["reach"])
    return scorer


@functools.cache
def made_by() -> str:
    """Changes with whatever would make a folder mean something else: program, prior, columns of the classes."""
    columns = sorted((name, [f.name for f in fields(kind)]) for name, kind in CLASSES.items() if is_dataclass(kind))
    return hashlib.sha256(repr([FORMAT, passalong.__version__, shipped(), columns]).encode()).hexdigest()


def notes_of(folder: Path) -> dict[str, Any]:
    """The notes a folder was saved with; DataError as in `load`."""
    return dict(_manifest(folder)["notes"])


def _manifest(folder: Path) -> dict[str, Any]:
    found = _told(folder)
    if found["made_by"] != made_by():
        raise Foreign(_why(folder, ValueError("another version of the program wrote it")))
    try:
        for name, digest in found["models"].items():
            if digest != hashlib.sha256((folder / name).read_bytes()).hexdigest():
                raise ValueError(f"{name} is damaged")
    except (OSError, ValueError) as error:
        raise DataError(_why(folder, error)) from None
    return found


def _told(folder: Path) -> dict[str, Any]:
    """The manifest as it was written, whoever wrote it."""
    try:
        found: dict[str, Any] = json.loads((folder / MANIFEST).read_bytes())
        if found.pop("digest") != _digest(found) or "made_by" not in found:
            raise ValueError("its manifest is damaged")
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise DataError(_why(folder, error)) from None
    return found


def _why(folder: Path, error: Exception) -> str:
    return NOT_ONE.format(folder, " ".join(str(error).split()))


def _digest(manifest: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(manifest, sort_keys=True).encode()).hexdigest()


def _write(scorer: Scorer, folder: Path, notes: dict[str, Any]) -> None:
    """The files of a folder, each on the disk before the manifest that vouches for it."""
    packer = _Packer()
    tree = packer.tree(_taken_apart(scorer))
    with _own_file(folder / ARRAYS) as file:
        length, crc = packer.write(file)
    models = {}
    for name, model in ((MODEL, scorer.basis.model), (BEFORE, scorer.basis.untaught)):
        if model is not None:
            _own_file(folder / name).close()
            model.save(folder / name)
            models[name] = hashlib.sha256((folder / name).read_bytes()).hexdigest()
    manifest = {
        "made_by": made_by(),
        "parts": tree,
        "arrays": packer.table,
        "bytes": length,
        "crc32": crc,
        "models": models,
        "notes": notes,
    }
    for path in folder.iterdir():
        _settle(path)
    text = json.dumps(manifest | {"digest": _digest(json.loads(json.dumps(manifest)))})
    with _own_file(folder / MANIFEST) as file:
        file.write(text.encode())
        file.flush()
        os.fsync(file.fileno())
    _settle(folder)


def _own_file(path: Path) -> BinaryIO:
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


def _settle(path: Path) -> None:
    """What was written here is on the disk when this returns."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


class _Packer:
    """Turns values into a tree of JSON and a row of arrays; an array met twice is written once."""

    def __init__(self) -> None:
        self.arrays: list[np.ndarray[Any, Any]] = []
        self.table: list[list[Any]] = []
        self.length = 0
        self._places: dict[tuple[Any, ...], int] = {}

    def tree(self, value: Any) -> Any:
        """What the manifest says of a value."""
        if value is None or isinstance(value, bool | int | float | str):
            return value
        if isinstance(value, np.generic):
            return value.item()
        if isinstance(value, np.ndarray):
            return {"array": self._array(value)}
        if isinstance(value, Prior):
            return {"prior": None}
        if isinstance(value, Index):
            return {"index": None}
        if isinstance(value, tuple | Texts):
            return self._sequence(value)
        if isinstance(value, Mapping):
            return {"dict": {key: self.tree(one) for key, one in value.items()}}
        if type(value).__name__.startswith("csr_"):
            return self._matrix(value)
        return self._object(value)

    def _array(self, value: np.ndarray[Any, Any]) -> int:
        """Place of an array; all that stand on the same numbers share it."""
        value = np.ascontiguousarray(value)
        key = (value.ctypes.data, value.dtype.str, value.shape)
        if key not in self._places:
            self.length += -self.length % ALIGN
            self._places[key] = len(self.arrays)
            self.arrays.append(value)  # kept alive, so that its numbers stay where they are
            self.table.append([value.dtype.str, list(value.shape), self.length])
            self.length += value.nbytes
        return self._places[key]

    def _sequence(self, value: Any) -> Any:
        if len(value) > MANY_WORDS and all(isinstance(one, str) for one in value):
            words = value if isinstance(value, Texts) else Texts.of(value)
            return {"words": [self._array(words.blob), self._array(words.ends)]}
        return {"tuple": [self.tree(one) for one in value]}

    def _matrix(self, value: Any) -> Any:
        parts = [self._array(part) for part in (value.data, value.indices, value.indptr)]
        flags = [bool(value.has_sorted_indices), bool(value.has_canonical_format)]
        return {"csr": parts, "shape": list(value.shape), "flags": flags}

    def _object(self, value: Any) -> Any:
        kind = type(value)
        if CLASSES.get(kind.__name__) is not kind:
            raise TypeError(f"{kind.__name__} cannot be laid down.")
        if is_dataclass(value):
            held = {f.name: getattr(value, f.name) for f in fields(value)}
            if kind is dataset.DataSet:
                held["index"] = Index(())  # found again from the ids
        else:
            held = vars(value)
        return {"object": kind.__name__, "held": {name: self.tree(one) for name, one in held.items()}}

    def write(self, file: BinaryIO) -> tuple[int, int]:
        """All arrays as one npy file of bytes: their length and checksum."""
        header = {"descr": "|u1", "fortran_order": False, "shape": (self.length,)}
        np.lib.format.write_array_header_1_0(file, header)
        crc = 0
        for piece in self._pieces():
            crc = zlib.crc32(piece, crc)
            file.write(piece)
        file.flush()
        return self.length, crc

    def _pieces(self) -> Iterator[Any]:
        done = 0
        for value, (_kind, _shape, begin) in zip(self.arrays, self.table, strict=True):
            yield bytes(begin - done)
            yield value.reshape(-1).view(np.uint8).data
            done = begin + value.nbytes


class _Unpacker:
    """The way back: arrays are views of the mapped bytes, and cannot be written to."""

    def __init__(self, numbers: np.ndarray[Any, Any], table: list[list[Any]]) -> None:
        self.bytes, self.table = numbers.data, table
        self.kinds: dict[str, Callable[[Any], Any]] = {
            "array": self._array,
            "prior": lambda _: shipped(),
            "index": lambda _: Index(()),
            "tuple": lambda held: tuple(self.value(one) for one in held),
            "words": lambda places: Texts(*(self._array(place) for place in places)),
            "dict": lambda held: {name: self.value(one) for name, one in held.items()},
        }

    def value(self, tree: Any) -> Any:
        """The value a part of the manifest stands for."""
        if not isinstance(tree, dict):
            return tree
        if "csr" in tree:
            return self._matrix(tree)
        if "object" in tree:
            return self._object(tree)
        ((kind, held),) = tree.items()
        return self.kinds[kind](held)

    def _array(self, place: int) -> np.ndarray[Any, Any]:
        kind, shape, begin = self.table[place]
        dtype = np.dtype(kind)
        if not (size := int(np.prod(shape, dtype=np.int64)) * dtype.itemsize):
            return np.zeros(shape, dtype)
        # Over a piece of its own: scipy copies whatever is a small view of a much larger array.
        return np.frombuffer(self.bytes[begin : begin + size], dtype).reshape(shape)

    def _matrix(self, tree: dict[str, Any]) -> Any:
        data, indices, indptr = (self._array(place) for place in tree["csr"])
        made = scipy_sparse().csr_matrix((data, indices, indptr), shape=tuple(tree["shape"]))
        # Told, not found out: to look costs a pass, and what is not sorted must not be sorted in place.
        made.has_sorted_indices, made.has_canonical_format = tree["flags"]
        return made

    def _object(self, tree: dict[str, Any]) -> Any:
        kind = CLASSES[tree["object"]]
        held = {name: self.value(one) for name, one in tree["held"].items()}
        if kind is dataset.DataSet:
            held["index"] = Index(held["ids"])
        if is_dataclass(kind):
            return kind(**held)
        made: Any = object.__new__(kind)
        vars(made).update(held)
        return made
