"""The record of some days as one ZIP: to read, to compute with, and to check without us.

index.html and index.csv are for people, events.jsonl is everything, texts/ holds the very bytes by digest. Every file's
sha256 stands in manifest.json and SHA256SUMS; the manifest names the head of the chain. Written in one pass over the
events, in bounded memory.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import IO, Any

from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _

from passalong import __version__
from passalong.accounts.models import Member, Practice
from passalong.accounts.rules import demand
from passalong.compliance.selectors import record as selectors
from passalong.compliance.selectors.record import Line, Text
from passalong.core import blobs, clock, events
from passalong.core.errors import Refused
from passalong.core.models import Blob, Event, Payload

PAGE = 500  # events on one page of the export
COPY = 1 << 20
COLUMNS = ("number", "at", "kind", "what", "who", "subject", "people", "texts", "contents")


@dataclass(frozen=True, slots=True)
class Exported:
    """What an export holds. head: number and hash of the last event of the chain, also beyond these days."""

    events: int
    texts: int
    head: tuple[int, str]
    manifest: str  # sha256 of manifest.json


def export_to(path: Path, *, by: Member | None, practice: Practice, start: date, end: date) -> Exported:
    """Write the export beside its place and move it there once it is whole; nothing is left of one that fails.

    `by` is nobody on the command line. That it was made goes on the record.
    """
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "w+b") as out:
            made = export(out, by=by, practice=practice, start=start, end=end)
            out.flush()
            os.fsync(out.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return made


def export(out: IO[bytes], *, by: Member | None, practice: Practice, start: date, end: date) -> Exported:
    """Write the ZIP of these days, both ends included. Raises Refused for days in the wrong order."""
    if by is not None:
        demand(by, "compliance.record")
    if end < start:
        raise Refused(_("The last day comes before the first."), field="end")
    found = selectors.entries(practice, since=start, until=end)
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file, _Writer(file, practice) as writer:
        for run in selectors.runs(found):
            writer.add(run)
        head = Event.objects.filter(practice=practice).order_by("-number").values_list("number", "hash").first()
        made = writer.close(start, end, head or (0, ""))
    with transaction.atomic():
        events.record(
            practice.pk,
            "compliance:record_exported",
            actor=by.public_id if by else "",
            start=start,
            end=end,
            count=made.events,
            manifest=made.manifest,
        )
    return made


@dataclass(slots=True)
class _Writer:
    """Fills the ZIP. What is written in parts stands in nameless temporary files until its turn."""

    file: zipfile.ZipFile
    practice: Practice
    files: dict[str, dict[str, Any]] = field(default_factory=dict)
    pages: list[dict[str, Any]] = field(default_factory=list)
    texts: set[str] = field(default_factory=set)
    count: int = 0
    last: Event | None = None
    first: int = 0
    raw: IO[bytes] = field(default_factory=tempfile.TemporaryFile)
    table: IO[bytes] = field(default_factory=tempfile.TemporaryFile)

    def __enter__(self) -> _Writer:
        self.table.write(_csv_row(COLUMNS))
        return self

    def __exit__(self, *_error: object) -> None:
        self.raw.close()
        self.table.close()

    def add(self, run: list[Event]) -> None:
        lines = selectors.lines(self.practice, run)
        for line in lines:
            self.raw.write(json.dumps(_raw(line), ensure_ascii=False, sort_keys=True).encode() + b"\n")
            self.table.write(_csv_row(_cells(line)))
            for text in line.texts:
                self._add_text(text)
        self.count, self.first, self.last = self.count + len(run), self.first or run[0].number, run[-1]
        for at in range(0, len(lines), PAGE):
            self._add_page(lines[at : at + PAGE])

    def _add_text(self, text: Text) -> None:
        if text.digest in self.texts:
            return
        blob = Blob.objects.filter(practice=self.practice, digest=text.digest).first()
        if blob is not None:  # else erased while we write
            self.texts.add(text.digest)
            self._put(f"texts/{text.digest}.{text.suffix}", blobs.read(blob))

    def _add_page(self, lines: list[Line]) -> None:
        name = f"pages/{len(self.pages) + 1:04}.html"
        shown = {"practice": self.practice, "lines": lines, "written": self.texts, "top": "../"}
        self._put(name, render_to_string("compliance/export_page.html", shown).encode())
        first, last = lines[0].event, lines[-1].event
        self.pages.append({"name": name, "first": first, "last": last})

    def close(self, start: date, end: date, head: tuple[int, str]) -> Exported:
        told = {
            "practice": {"name": self.practice.name, "id": self.practice.public_id},
            "from": start.isoformat(),
            "to": end.isoformat(),
            "time_zone": timezone.get_current_timezone_name(),
            "made_at": clock.now().isoformat(),
            "made_with": f"Passalong {__version__}",
            "events": {"count": self.count, "first": self.first, "last": self.last.number if self.last else 0},
            "chain_head": {"number": head[0], "hash": head[1]},
            "texts": len(self.texts),
        }
        self._copy("events.jsonl", self.raw)
        self._copy("index.csv", self.table)
        self._put("index.html", render_to_string("compliance/export.html", told | {"pages": self.pages}).encode())
        manifest = json.dumps(told | {"files": self.files}, indent=1, ensure_ascii=False).encode()
        digest = hashlib.sha256(manifest).hexdigest()
        sums = [f"{one['sha256']}  {name}\n" for name, one in self.files.items()]
        self._put("manifest.json", manifest)
        self._put("SHA256SUMS", "".join([*sums, f"{digest}  manifest.json\n"]).encode())
        return Exported(self.count, len(self.texts), head, digest)

    def _put(self, name: str, content: bytes) -> None:
        self._copy(name, io.BytesIO(content))

    def _copy(self, name: str, source: IO[bytes]) -> None:
        source.seek(0)
        digest, size = hashlib.sha256(), 0
        with self.file.open(self._member(name), "w", force_zip64=True) as target:
            while part := source.read(COPY):
                target.write(part)
                digest.update(part)
                size += len(part)
        self.files[name] = {"sha256": digest.hexdigest(), "size": size}

    def _member(self, name: str) -> zipfile.ZipInfo:
        now = timezone.localtime(clock.now())
        member = zipfile.ZipInfo(name, (now.year, now.month, now.day, now.hour, now.minute, now.second))
        member.compress_type, member.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
        return member


def _raw(line: Line) -> dict[str, Any]:
    """An event with all that its hash covers, and its contents where they are kept."""
    event = line.event
    payload: Payload | None = getattr(event, "payload", None)
    names = ("number", "actor", "kind", "subject", "digest", "previous_hash", "hash")
    told: dict[str, Any] = {name: getattr(event, name) for name in names}
    told |= {"at": event.at.isoformat(), "what": line.words, "who": line.by, "people": list(line.people)}
    told["texts"] = [{"name": one.name, "digest": one.digest, "media_type": one.media_type} for one in line.texts]
    told["payload"] = {"salt": payload.salt, "data": payload.data} if payload else None
    return told


def _cells(line: Line) -> Iterator[str]:
    event = line.event
    yield str(event.number)
    yield timezone.localtime(event.at).isoformat(timespec="seconds")
    yield event.kind
    yield line.words
    yield line.by
    yield event.subject
    yield "; ".join(line.people)
    yield "; ".join(f"{one.name}: texts/{one.digest}.{one.suffix}" for one in line.texts)
    yield _("erased or past its date") if line.is_gone else json.dumps(line.data, ensure_ascii=False, sort_keys=True)


def _csv_row(cells: Any) -> bytes:
    """One row for spreadsheets: nothing in it is ever taken for a formula."""
    out = io.StringIO()
    csv.writer(out).writerow([f"'{cell}" if cell[:1] in "=+-@\t\r\n" and cell else cell for cell in cells])
    return out.getvalue().encode()
