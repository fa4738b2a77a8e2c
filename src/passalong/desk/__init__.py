"""Staff pages that join rooms."""
