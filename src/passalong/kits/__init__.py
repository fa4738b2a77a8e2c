"""Referral Kits: written, published, passed along, read."""
