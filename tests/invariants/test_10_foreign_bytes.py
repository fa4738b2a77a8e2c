"""Invariant 10: every parser of foreign bytes is bounded in size and time, and has no network."""

from __future__ import annotations

import io
import socket
import time
import zipfile
from pathlib import Path

import pytest

from passalong.exchange import readers

BOUND = 5.0  # seconds; a bomb would take minutes


def _workbook(folder: Path) -> Path:
    """200 MB of blanks packed into a few kilobytes, posing as a workbook."""
    path = folder / "people.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        with archive.open("xl/worksheets/sheet1.xml", "w") as sheet:
            for _megabyte in range(200):
                sheet.write(b" " * 2**20)
    return path


def _mentions_other_files(folder: Path) -> Path:
    """A card whose picture, and a calendar whose attachment, lie elsewhere."""
    path = folder / "people.vcf"
    path.write_text(
        "BEGIN:VCARD\r\nVERSION:4.0\r\nFN:Anna Berg\r\nPHOTO;VALUE=uri:http://evil.example/p.jpg\r\n"
        "SOURCE:file:///etc/passwd\r\nEND:VCARD\r\n"
    )
    return path


def test_a_bomb_is_refused_in_one_sentence_and_soon(tmp_path: Path) -> None:
    path = _workbook(tmp_path)
    started = time.monotonic()
    with pytest.raises(readers.Refused, match="unpacks to more than we read"):
        readers.read(path)
    assert time.monotonic() - started < BOUND


def test_an_endless_line_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_bytes(b"Name,Email\n" + b"a" * (6 * 2**20))
    with pytest.raises(readers.Refused, match="a line longer than"):
        readers.read(path)


def test_reading_asks_nobody_on_the_network(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []
    monkeypatch.setattr(socket.socket, "connect", lambda _self, address: asked.append(address))
    read = readers.read(_mentions_other_files(tmp_path))
    assert [person.name for person in read.records] == ["Anna Berg"]
    assert asked == []


def test_an_archive_of_archives_is_not_followed(tmp_path: Path) -> None:
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("Connections.csv", "First Name,Last Name\nAnna,Berg\n")
    path = tmp_path / "outer.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("inner.zip", inner.getvalue())
    with pytest.raises(readers.Refused):
        readers.read(path)
