"""Verbs of the privacy room, one file a matter."""
