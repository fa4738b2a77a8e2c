"""What goes wrong with a person's input, in one sentence."""

from __future__ import annotations


class DataError(ValueError):
    """Input that cannot be used; the message names file, row and reason."""
