"""Records written as JSON lines (--records-out)."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from passalong.exchange.readers.records import Record


@contextmanager
def lines(path: Path | None) -> Iterator[IO[str] | None]:
    """A file that appears under its name only when all is written; None where no path is given."""
    if path is None:
        yield None
        return
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", dir=path.parent, prefix=".records-", delete=False) as out:
        try:
            yield out
            out.flush()
            Path(out.name).replace(path)
        except BaseException:
            Path(out.name).unlink(missing_ok=True)
            raise


def line(record: Record) -> str:
    """One record as a line."""
    return json.dumps(record.as_json(), ensure_ascii=False) + "\n"
