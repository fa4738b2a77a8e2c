"""Named reads of the mail room."""
