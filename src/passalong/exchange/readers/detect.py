"""What kind of file is this? By what it holds, then by its name."""

from __future__ import annotations

import re
import zlib

from passalong.exchange.readers import encoding
from passalong.exchange.readers.records import Refused, WrongUse
from passalong.exchange.readers.source import Source

KNOWN = (
    "auto", "vcard", "linkedin", "google", "outlook", "hubspot", "wealthbox", "redtail", "ics", "mbox", "directory",
    "wishlist", "introductions",
)  # fmt: skip
LATER = {"wealthbox": "Wealthbox", "redtail": "Redtail"}
BINARY = (
    (b"\x89PNG", "a picture (PNG)"),
    (b"\xff\xd8\xff", "a picture (JPEG)"),
    (b"GIF8", "a picture (GIF)"),
    (b"%PDF", "a PDF; export the list as CSV or Excel"),
    (b"\xd0\xcf\x11\xe0", "an old Excel or Word file; save it as .xlsx or CSV"),
    (b"SQLite format 3", "a database"),
    (b"Rar!", "a RAR archive; unpack it"),
    (b"7z\xbc\xaf", "a 7z archive; unpack it"),
    (b"!BDN", "an Outlook data file (.pst); export contacts from Outlook as CSV"),
)
FROM_LINE = re.compile(rb"(?:\xef\xbb\xbf)?From [^\r\n]{1,400}\r?\n(?:>?[!-9;-~]{1,80}[ \t]*:|\r?\n)")
CARD = re.compile(r"(?:\A|[\r\n])[ \t]*BEGIN[ \t]*:[ \t]*VCARD", re.IGNORECASE)
CALENDAR = re.compile(r"(?:\A|[\r\n])[ \t]*BEGIN[ \t]*:[ \t]*V(?:CALENDAR|EVENT)", re.IGNORECASE)
EXTENSIONS = {"vcf": "vcard", "vcard": "vcard", "ics": "ics", "ical": "ics", "mbox": "mbox", "mbx": "mbox"}


def check_name(as_: str) -> None:
    """Refuse a format we do not know, or do not read yet."""
    if as_ not in KNOWN:
        raise Refused(f"There is no format {as_!r}; the formats are {', '.join(KNOWN)}.")
    if as_ == "introductions":
        raise Refused("Introductions cannot be imported until the forecast exists; keep the file for then.")
    if as_ in LATER:
        yet = f"{LATER[as_]} exports are not read as such yet"
        raise WrongUse(
            f"{yet}; use --as directory and --map to name the columns.",
            on_page=f"{yet}: choose “A list” as what it is, then say what each column means.",
        )


def lane(source: Source) -> str:
    """Return zip, mbox, vcard, ics or table. Refuses what is plainly none of these."""
    head = source.head()
    for magic, what in BINARY:
        if head.startswith(magic):
            raise Refused(f"{source.name} is {what}; it holds nothing that can be imported as it is.")
    if head.startswith(b"PK\x03\x04"):
        return "zip"
    packed = head.startswith(b"\x1f\x8b")
    return _by_content(source, _peek(head) if packed else head, packed=packed)


def _peek(head: bytes) -> bytes:
    try:
        return zlib.decompressobj(31).decompress(head, 65536)
    except zlib.error:
        return b""


def _by_content(source: Source, head: bytes, *, packed: bool) -> str:
    if FROM_LINE.match(head):
        return "mbox"
    if packed:
        raise Refused(f"{source.name} is packed (.gz) and holds no mailbox; unpack it and import what is inside.")
    text = encoding.decode(head).text
    if CARD.search(text[:8192]):
        return "vcard"
    if CALENDAR.search(text[:8192]):
        return "ics"
    start = text[:2000].lstrip("\ufeff \t\r\n").lower()
    if "<rss" in start or "<feed" in start:
        raise Refused(f"{source.name} is a podcast or news feed (XML); feeds cannot be imported yet.")
    extension = source.name.rpartition(".")[2].lower()
    return EXTENSIONS.get(extension, "table")
