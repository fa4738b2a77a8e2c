"""What is on file about what a practice may keep, give, tell and publish, one file a matter."""

from passalong.compliance.selectors.categories import (
    Refusal,
    allowed_categories,
    keeps_business_only,
    owes_silence,
    refusals,
    source_refusal,
    sources_off,
)

__all__ = [
    "Refusal",
    "allowed_categories",
    "keeps_business_only",
    "owes_silence",
    "refusals",
    "source_refusal",
    "sources_off",
]
