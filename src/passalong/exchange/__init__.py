"""Import and export of every format."""
