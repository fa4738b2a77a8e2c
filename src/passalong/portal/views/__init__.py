"""Pages for outsiders."""
