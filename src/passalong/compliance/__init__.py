"""What may be kept and done: kinds of evidence that need a written reason."""
