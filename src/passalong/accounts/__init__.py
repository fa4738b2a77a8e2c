"""The practice, its members and roles, sign-in."""
