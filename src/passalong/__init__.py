"""Passalong: the client-referral process of a professional practice."""

__version__ = "0.1.0.dev0"
