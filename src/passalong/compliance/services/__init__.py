"""What is done about what a practice may keep, give, tell and publish, one file a matter."""

from passalong.compliance.services.categories import allow_category, disallow_category

__all__ = ["allow_category", "disallow_category"]
