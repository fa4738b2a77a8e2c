"""A message taken apart: headers and parts, by searching, each byte looked at a bounded number of times.

The standard library's parser builds an object for every boundary line and recurses for every level; a message made to
hurt it takes minutes. This one stops at `limits` and says so in `Taken.cut`.
"""

from __future__ import annotations

import binascii
import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.errors import HeaderParseError
from email.header import decode_header
from urllib.parse import unquote_to_bytes

from passalong.mail.reading import limits

Headers = list[tuple[str, bytes]]
_BLANK = re.compile(rb"\r?\n\r?\n")
_NAME = re.compile(rb"[!-9;-~]{1,100}")
_PARAMETER = re.compile(r';[ \t]*([A-Za-z0-9*_-]{1,40})[ \t]*=[ \t]*(?:"((?:[^"\\]|\\.){0,500})"|([^\s;"]{1,500}))')
_ODD = frozenset({"idna", "punycode", "undefined", "mbcs", "oem", "unicode_escape", "raw_unicode_escape", "utf_7"})
_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/]")


@dataclass(slots=True)
class Part:
    """One part. body: its bytes as they came, undecoded. kind: such as "text/plain", lower case."""

    headers: Headers
    body: bytes
    kind: str
    parameters: dict[str, str]
    depth: int = 0

    def header(self, name: str) -> str:
        """The first header of this name, unfolded; empty without one."""
        return next(iter(self.all(name)), "")

    def all(self, name: str) -> list[str]:
        """Every header of this name."""
        wanted = name.lower()
        return [unfold(value) for known, value in self.headers if known == wanted]

    @property
    def disposition(self) -> str:
        """inline, attachment or empty."""
        return self.header("content-disposition").partition(";")[0].strip().lower()

    @property
    def filename(self) -> str:
        """What the sender called it, as it stands there: make it safe before it is shown."""
        for header in ("content-disposition", "content-type"):
            named = parameters(self.header(header))
            if found := named.get("filename") or named.get("name"):
                return decode_words(found)
            if found := named.get("filename*") or named.get("filename*0*") or named.get("filename*0"):
                return _percent_decoded(found)
        return ""

    def content(self, most: int) -> bytes:
        """The decoded bytes, at most so many."""
        encoding = self.header("content-transfer-encoding").strip().lower()
        if encoding == "base64":
            letters = _NOT_BASE64.sub(b"", self.body[: most * 2])
            letters = letters[: len(letters) // 4 * 4 + (0 if len(letters) % 4 == 1 else len(letters) % 4)]
            try:
                return binascii.a2b_base64(letters + b"=" * (-len(letters) % 4))[:most]
            except binascii.Error:
                return b""
        if encoding == "quoted-printable":
            return binascii.a2b_qp(self.body[: most * 3])[:most]
        return self.body[:most]

    def text(self, most: int = limits.TEXT) -> str:
        """The decoded text, at most so many characters, line ends as “\\n”, without control characters."""
        found = decode(self.content(most * 4), self.parameters.get("charset", ""))[:most]
        return without_controls(found.replace("\r\n", "\n").replace("\r", "\n"))


@dataclass(slots=True)
class Taken:
    """A whole message: its top part, every leaf in order, and whether anything was beyond the bounds."""

    top: Part
    leaves: list[Part] = field(default_factory=list)
    cut: bool = False


def take_apart(raw: bytes) -> Taken:
    """Headers and leaves of a message of at most MOST_BYTES."""
    top = _part(raw, 0)
    taken = Taken(top)
    waiting = [top]
    seen = 0
    while waiting:
        part = waiting.pop()
        seen += 1
        if seen > limits.PARTS:
            taken.cut = True
            break
        boundary = part.parameters.get("boundary", "")
        if part.kind.startswith("multipart/") and boundary:
            if part.depth >= limits.DEPTH:
                taken.cut = True
                continue
            children = [_part(piece, part.depth + 1) for piece in _pieces(part.body, boundary, taken)]
            waiting.extend(reversed(children))
        else:
            taken.leaves.append(part)
    return taken


def _pieces(body: bytes, boundary: str, taken: Taken) -> Iterator[bytes]:
    """What stands between the boundary lines: by plain search, at most PARTS of them."""
    mark = b"\n--" + boundary.encode("utf-8", "replace")[:200]
    text = b"\n" + body
    at = text.find(mark)
    count = 0
    while at >= 0:
        start = text.find(b"\n", at + len(mark))
        if text[at + len(mark) : at + len(mark) + 2] == b"--" or start < 0:
            return
        following = text.find(mark, start)
        count += 1
        if count > limits.PARTS:
            taken.cut = True
            return
        yield text[start + 1 : following if following >= 0 else len(text)].removesuffix(b"\r")
        at = following


def head_and_body(raw: bytes) -> tuple[bytes, bytes]:
    """The header block and the rest."""
    if raw[:1] == b"\n" or raw[:2] == b"\r\n":
        return b"", raw[2 if raw[:1] == b"\r" else 1 :]
    found = _BLANK.search(raw, 0, limits.HEADER_BYTES)
    return (raw[: found.start()], raw[found.end() :]) if found else (raw[: limits.HEADER_BYTES], b"")


def read_headers(head: bytes) -> Headers:
    """Names in lower case with their folded values, in order."""
    found: Headers = []
    for line in head.replace(b"\r\n", b"\n").split(b"\n")[: limits.HEADERS * 20]:
        if line[:1] in (b" ", b"\t"):
            if found and len(found[-1][1]) < limits.HEADER_VALUE:
                found[-1] = (found[-1][0], found[-1][1] + b"\n" + line[: limits.HEADER_VALUE])
            continue
        name, colon, value = line.partition(b":")
        if colon and _NAME.fullmatch(name.rstrip(b" \t")) and len(found) < limits.HEADERS:
            found.append((name.strip().lower().decode("ascii"), value[: limits.HEADER_VALUE]))
    return found


def _part(raw: bytes, depth: int) -> Part:
    head, body = head_and_body(raw)
    headers = read_headers(head)
    written = next((unfold(value) for name, value in headers if name == "content-type"), "")
    kind = written.partition(";")[0].strip().lower() or "text/plain"
    return Part(headers, body, kind[:100], parameters(written), depth)


def parameters(value: str) -> dict[str, str]:
    """name=value pairs of a structured header, names in lower case; the first of a name counts."""
    found: dict[str, str] = {}
    for match in _PARAMETER.finditer(value[: limits.HEADER_VALUE]):
        name, quoted, bare = match.groups()
        found.setdefault(name.lower(), re.sub(r"\\(.)", r"\1", quoted) if quoted is not None else bare)
    return found


def _percent_decoded(value: str) -> str:
    """A parameter's value with its charset (RFC 2231), such as utf-8''na%C3%AFve.txt."""
    charset, tick, rest = value.partition("'")
    if not tick:
        return decode_words(value)
    return without_controls(decode(unquote_to_bytes(rest.partition("'")[2]), charset))


def unfold(value: bytes) -> str:
    """A header's value on one line; bytes beyond ASCII as UTF-8, else as Western European."""
    flat = value.replace(b"\r", b"").replace(b"\n", b" ").replace(b"\0", b"").strip()
    try:
        return flat.decode()
    except UnicodeDecodeError:
        return flat.decode("latin-1")


def decode_words(value: str) -> str:
    """The text of a header with encoded words decoded, on one line, without control characters."""
    value = value[: limits.HEADER_VALUE]
    if "=?" in value:
        try:
            pieces = decode_header(value)
            value = "".join(part if isinstance(part, str) else decode(part, charset or "") for part, charset in pieces)
        except (HeaderParseError, ValueError, binascii.Error):
            pass
    return " ".join(without_controls(value).split())


def decode(content: bytes, charset: str) -> str:
    """Bytes as text by the charset named, where that is a plain one; else UTF-8, else Western European."""
    try:
        codec = codecs.lookup(charset.strip()[:40]) if charset.strip() else None
    except (LookupError, ValueError):
        codec = None
    if codec is not None and codec._is_text_encoding and codec.name.replace("-", "_") not in _ODD:
        try:
            return content.decode(codec.name, "replace")
        except (UnicodeError, LookupError):
            pass
    try:
        return content.decode()
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


_DROPPED = dict.fromkeys((*range(9), 11, 12, *range(14, 32), *range(127, 160)))
_DROPPED |= dict.fromkeys(
    (0xAD, 0x200B, 0x200E, 0x200F, *range(0x202A, 0x202F), 0x2060, *range(0x2066, 0x206A), 0xFEFF)
)


def without_controls(text: str) -> str:
    """Without control, zero-width and direction-changing characters; tab and line feed stay."""
    return text.translate(_DROPPED)
