"""Check an exported record without any database: every file's digest, the chain of its events, and every text."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from passalong.core.digests import event_hash, payload_digest

MOST_FILES = 2_000_000
LARGEST_MANIFEST = 512 * 2**20  # bytes
LONGEST_LINE = 64 * 2**20  # bytes of one event
COPY = 1 << 20
UNSIGNED = {"manifest.json", "SHA256SUMS"}
MOST_PROBLEMS = 50


@dataclass(slots=True)
class Checked:
    """What a ZIP holds and what is wrong with it, as sentences. head: number and hash of the chain when it was made."""

    practice: str = ""
    events: int = 0
    texts: int = 0
    head: tuple[int, str] = (0, "")
    manifest: str = ""
    problems: list[str] = field(default_factory=list)


def check_zip(path: Path) -> Checked:
    """Read the whole ZIP, a part at a time."""
    found = Checked()
    try:
        with zipfile.ZipFile(path) as file:
            for problem in _problems(file, found):
                found.problems.append(problem)
                if len(found.problems) >= MOST_PROBLEMS:
                    break
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        found.problems.append(f"{path.name} is no export of a record, or was damaged.")
    except (OSError, zipfile.BadZipFile, zipfile.LargeZipFile, EOFError, RuntimeError) as error:
        found.problems.append(f"{path.name} cannot be read: {' '.join(str(error).split())}.")
    return found


def _problems(file: zipfile.ZipFile, found: Checked) -> Iterator[str]:
    names = file.namelist()
    if len(names) > MOST_FILES or "manifest.json" not in names:
        yield "It holds no manifest.json: it is no export of a record."
        return
    if file.getinfo("manifest.json").file_size > LARGEST_MANIFEST:
        yield "Its manifest.json is too large."
        return
    raw = file.read("manifest.json")
    told: dict[str, Any] = json.loads(raw)
    found.manifest, found.practice = hashlib.sha256(raw).hexdigest(), str(told["practice"]["id"])
    found.head = int(told["chain_head"]["number"]), str(told["chain_head"]["hash"])
    files: dict[str, dict[str, Any]] = told["files"]
    if len(names) != len(set(names)):
        yield "It holds a file twice."
    yield from (f"{name} is not in the manifest." for name in sorted(set(names) - set(files) - UNSIGNED))
    for name, signed in files.items():
        if name not in names:
            yield f"{name} is missing."
        elif _digest(file, name) != (signed["sha256"], signed["size"]):
            yield f"{name} was changed."
        elif name.startswith("texts/"):
            found.texts += 1
            if Path(name).stem != signed["sha256"]:
                yield f"{name} is not what its name says."
    with file.open("events.jsonl") as lines:
        yield from _chain(lines, told, {Path(name).stem for name in files if name.startswith("texts/")}, found)


def _digest(file: zipfile.ZipFile, name: str) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    with file.open(name) as source:
        while part := source.read(COPY):
            digest.update(part)
            size += len(part)
    return digest.hexdigest(), size


def _chain(lines: IO[bytes], told: dict[str, Any], texts: set[str], found: Checked) -> Iterator[str]:
    previous, number = "", 0
    while raw := lines.readline(LONGEST_LINE):
        one: dict[str, Any] = json.loads(raw)
        parts = (one["previous_hash"], one["number"], one["at"], one["actor"], one["kind"], one["subject"])
        is_first, found.events = not found.events, found.events + 1
        if not is_first and one["number"] != number + 1:
            yield f"Events between {number} and {one['number']} are missing."
        elif not is_first and one["previous_hash"] != previous:
            yield f"Event {one['number']} does not follow the one before it."
        if one["hash"] != event_hash(*parts, one["digest"]):
            yield f"Event {one['number']} was changed."
        payload = one["payload"]
        if payload and payload_digest(payload["salt"], payload["data"]) != one["digest"]:
            yield f"The contents of event {one['number']} were changed."
        named = payload["data"].get("texts", {}) if payload else {}
        yield from (f"A text of event {one['number']} is missing." for digest in named.values() if digest not in texts)
        previous, number = one["hash"], one["number"]
    if found.events != told["events"]["count"]:
        yield "There are more or fewer events than the manifest says."
    if number == found.head[0] and previous != found.head[1]:
        yield "The last event is not the head of the chain."
