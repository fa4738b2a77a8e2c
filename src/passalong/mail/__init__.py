"""Messages out and in, and who must not be written to."""
