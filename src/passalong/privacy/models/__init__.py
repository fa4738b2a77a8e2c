"""Rows of the privacy room: what people asked, and what is owed to them unasked."""

from passalong.privacy.models.requests import PrivacyLink, PrivacyRequest, RequestKind, RequestState

__all__ = ["PrivacyLink", "PrivacyRequest", "RequestKind", "RequestState"]
