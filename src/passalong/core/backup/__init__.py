"""Backups of everything that must be kept, bringing them back, and leaving nothing behind of what was erased.

archive: the file's form, pure. taking: make one. swapping: change a data folder as a whole, pure. restoring: bring one
back. scrubbing: what free pages, the write-ahead log and older copies still hold.
"""

from passalong.core.backup.scrubbing import scrub

__all__ = ["scrub"]
