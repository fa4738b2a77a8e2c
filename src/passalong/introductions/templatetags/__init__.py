"""Cards of this room for pages of others."""
