"""Kit pages and PDFs from frozen content."""
