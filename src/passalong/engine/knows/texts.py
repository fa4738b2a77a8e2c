"""Many words kept as one piece of bytes, each read when it is asked for; and where each of them stands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, overload

import numpy as np


class Texts(Sequence[str]):
    """As a tuple of words, but of bytes: a hundred thousand names need not be made to read three of them."""

    def __init__(self, blob: np.ndarray[Any, Any], ends: np.ndarray[Any, Any]) -> None:
        """blob: all words in UTF-8, end to end; ends: where each of them ends."""
        self.blob, self.ends = blob, ends

    @classmethod
    def of(cls, words: Sequence[str]) -> Texts:
        """Texts put end to end."""
        parts = [word.encode("utf-8", "surrogatepass") for word in words]
        ends = np.cumsum([len(part) for part in parts], dtype=np.int64)
        return cls(np.frombuffer(b"".join(parts), np.uint8), ends)

    def __len__(self) -> int:
        return len(self.ends)

    @overload
    def __getitem__(self, place: int) -> str: ...
    @overload
    def __getitem__(self, place: slice) -> tuple[str, ...]: ...
    def __getitem__(self, place: int | slice) -> str | tuple[str, ...]:
        if isinstance(place, slice):
            return tuple(self[one] for one in range(*place.indices(len(self))))
        if place < 0:
            place += len(self)
        if not 0 <= place < len(self):
            raise IndexError("there is no such word")
        begin = int(self.ends[place - 1]) if place else 0
        return self.blob[begin : int(self.ends[place])].tobytes().decode("utf-8", "surrogatepass")

    def __iter__(self) -> Iterator[str]:
        blob, begin = self.blob.tobytes(), 0
        for end in self.ends.tolist():
            yield blob[begin:end].decode("utf-8", "surrogatepass")
            begin = end

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Texts | tuple):
            return tuple(self) == tuple(other)
        return NotImplemented

    def __hash__(self) -> int:
        return hash(tuple(self))


class Index(Mapping[str, int]):
    """Place of each word, put together when it is first asked for."""

    def __init__(self, words: Sequence[str]) -> None:
        """words: each once."""
        self.words = words
        self._places: dict[str, int] | None = None

    @property
    def places(self) -> dict[str, int]:
        """All places."""
        if self._places is None:
            self._places = {word: place for place, word in enumerate(self.words)}
        return self._places

    def __getitem__(self, word: str) -> int:
        return (self._places or self.places)[word]

    def __contains__(self, word: object) -> bool:
        return word in (self._places or self.places)

    def __iter__(self) -> Iterator[str]:
        return iter(self.places)

    def __len__(self) -> int:
        return len(self.words)
