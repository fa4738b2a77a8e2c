"""Pages of the rules room, one file a matter."""
