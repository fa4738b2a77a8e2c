"""Desk pages of the mail room."""
