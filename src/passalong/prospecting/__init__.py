"""Ideal client, prospects, gameplans, meetings."""
