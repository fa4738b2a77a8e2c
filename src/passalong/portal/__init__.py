"""What outsiders see: kit pages, the referrer's own page."""
