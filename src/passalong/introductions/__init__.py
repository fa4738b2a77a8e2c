"""Introductions the client has agreed to make."""
