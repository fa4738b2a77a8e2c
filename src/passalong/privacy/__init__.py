"""What people on file can ask of the practice, and what it owes them unasked."""
