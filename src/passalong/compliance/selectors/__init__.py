"""What is on file about what a practice may keep, give, tell and publish, one file a matter."""

from passalong.compliance.selectors.categories import allowed_categories, refusals

__all__ = ["allowed_categories", "refusals"]
