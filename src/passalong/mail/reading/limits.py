"""How much of a message is looked at. What is beyond is told, never an error."""

from __future__ import annotations

MOST_BYTES = 10 * 1024 * 1024  # a message larger than this is not kept
HEADER_BYTES = 256 * 1024  # all headers of a part together
HEADERS = 500
HEADER_VALUE = 4000  # bytes of one header that are read
DEPTH = 12  # parts within parts
PARTS = 200
ATTACHMENTS = 50  # named; the rest is counted
TEXT = 400_000  # characters of a body that are read
SHOWN = 60_000  # characters of a body that are kept as text; the original stays whole
NAME = 120
SUBJECT = 300
ADDRESS = 254
REFERENCES = 30
SIGNATURES = 3  # DKIM signatures that are tried
