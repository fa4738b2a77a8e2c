"""Rows of the privacy room: what people asked, and what is owed to them unasked."""

from passalong.privacy.models.duties import Assessment, BalancingNote, Notice, NoticeWay
from passalong.privacy.models.requests import PrivacyLink, PrivacyRequest, RequestKind, RequestState

__all__ = [
    "Assessment",
    "BalancingNote",
    "Notice",
    "NoticeWay",
    "PrivacyLink",
    "PrivacyRequest",
    "RequestKind",
    "RequestState",
]
