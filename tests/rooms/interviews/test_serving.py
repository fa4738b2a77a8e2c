"""Sound over HTTP: whole, in parts, and 416 for a part that is not there."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.http import Http404, HttpResponseBase
from django.test import RequestFactory

from passalong.interviews.serving import AT_ONCE, ranged

BODY = bytes(range(256)) * 4


@pytest.fixture
def path(tmp_path: Path) -> Path:
    made = tmp_path / "0123abcd"
    made.write_bytes(BODY)
    return made


def _asked(path: Path, asked: str = "", *, method: str = "get", **headers: str) -> HttpResponseBase:
    given = headers | ({"Range": asked} if asked else {})
    request = getattr(RequestFactory(), method)("/sound", headers=given)
    return ranged(request, path, "audio/mpeg")


def _body(answer: HttpResponseBase) -> bytes:
    return b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]


def test_the_whole(path: Path) -> None:
    answer = _asked(path)
    assert (answer.status_code, answer["Content-Type"], answer["Content-Length"]) == (200, "audio/mpeg", "1024")
    assert answer["Accept-Ranges"] == "bytes"
    assert _body(answer) == BODY


@pytest.mark.parametrize(
    ("asked", "start", "end"),
    [
        ("bytes=0-0", 0, 1),
        ("bytes=10-19", 10, 20),
        ("bytes=1000-", 1000, 1024),
        ("bytes=-24", 1000, 1024),
        ("bytes=1000-99999", 1000, 1024),
        ("bytes=-99999", 0, 1024),
        ("bytes=0-", 0, 1024),
    ],
)
def test_a_part(path: Path, asked: str, start: int, end: int) -> None:
    answer = _asked(path, asked)
    assert answer.status_code == 206
    assert answer["Content-Range"] == f"bytes {start}-{end - 1}/1024"
    assert answer["Content-Length"] == str(end - start)
    assert _body(answer) == BODY[start:end]


def test_whoever_has_it_is_told_so_and_gets_another_one_whole(path: Path) -> None:
    mark = _asked(path, method="head")["ETag"]
    same = _asked(path, "bytes=0-9", **{"If-None-Match": f'"other", {mark}'})
    assert (same.status_code, same["ETag"], _body(same)) == (304, mark, b"")
    other = _asked(path, **{"If-None-Match": '"other"'})
    assert (other.status_code, _body(other)) == (200, BODY)


@pytest.mark.parametrize("asked", ["bytes=1024-", "bytes=5000-6000", "bytes=-0"])
def test_a_part_that_is_not_there(path: Path, asked: str) -> None:
    answer = _asked(path, asked)
    assert (answer.status_code, answer["Content-Range"]) == (416, "bytes */1024")
    assert _body(answer) == b""


@pytest.mark.parametrize(
    "asked", ["bytes=9-3", "bytes=-", "bytes=0-1,4-5", "lines=0-1", "bytes=a-b", "bytes=" + "9" * 40 + "-", "bytes=٣-"]
)
def test_what_cannot_be_read_gets_the_whole(path: Path, asked: str) -> None:
    answer = _asked(path, asked)
    assert (answer.status_code, _body(answer)) == (200, BODY)


def test_head_has_the_same_headers_and_no_body(path: Path) -> None:
    answer = _asked(path, "bytes=0-9", method="head")
    assert (answer.status_code, answer["Content-Length"], _body(answer)) == (206, "10", b"")


def test_a_part_of_another_version_gets_the_whole(path: Path) -> None:
    etag = _asked(path, method="head")["ETag"]
    for mark, body in ((etag, BODY[:10]), ('"other"', BODY), ("Wed, 21 Oct 2026 07:28:00 GMT", BODY)):
        assert _body(_asked(path, "bytes=0-9", **{"If-Range": mark})) == body


def test_a_file_that_is_gone_and_an_empty_one(tmp_path: Path) -> None:
    with pytest.raises(Http404):
        _asked(tmp_path / "gone")
    with pytest.raises(Http404):
        _asked(tmp_path)
    empty = tmp_path / "empty"
    empty.write_bytes(b"")
    assert _asked(empty, "bytes=0-").status_code == 416
    assert _body(_asked(empty)) == b""


@pytest.mark.django_db
def test_a_listener_who_leaves_closes_the_file_and_memory_stays_flat(tmp_path: Path) -> None:
    big = tmp_path / "big"
    with big.open("wb") as out:
        out.truncate(200_000_000)
    answer = _asked(big, "bytes=1-")
    pieces = iter(answer.streaming_content)  # type: ignore[attr-defined]
    assert len(next(pieces)) == AT_ONCE
    handle = answer._iterator  # type: ignore[attr-defined]
    answer.close()
    assert handle is not None
    with pytest.raises(ValueError, match="closed"):
        next(pieces)
