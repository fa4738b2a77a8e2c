"""Pages of introductions, one file a matter."""
