"""Settings and the environment; nothing else reads the environment."""
