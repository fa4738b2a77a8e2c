"""How much foreign bytes may ask of this machine. Readers look here at call time, so a host may set other values."""

from __future__ import annotations

MIB = 1024 * 1024

MAX_FILE = 100 * MIB  # tables, cards, calendars
MAX_MAILBOX = 2048 * MIB  # mail archives are mapped, not loaded
MAX_UNPACKED_MAILBOX = 1024 * MIB  # what a .gz may grow to
MAX_UNPACKED = 128 * MIB  # what an .xlsx or .zip may grow to
MAX_RATIO = 200  # unpacked size to packed size
MAX_PARTS = 2_000  # files inside an archive
MAX_LINE = 4 * MIB
MAX_HEADER_BLOCK = 256 * 1024  # of one mail message
MAX_CELL = 64 * 1024
MAX_COLUMNS = 1_000
MAX_ROWS = 500_000
MAX_CARDS = 200_000
MAX_PROPERTIES = 2_000  # of one card or event that are kept
MAX_EVENTS = 100_000
MAX_ADDRESSES = 5_000  # of one message or event
MAX_NOTES = 500  # row notes kept for a person to read
HEADER_SEARCH = 60  # rows in which a table's header is looked for
SAMPLE = 50  # rows shown on a preview and used to guess columns
