"""Verbs on kits."""
