"""People told apart from machines in a log of hits. No Django."""
