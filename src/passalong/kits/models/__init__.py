"""Rows of the kits room, one file a concern."""

from __future__ import annotations

from passalong.kits.models.passing import Channel, Link, Passing, SharePage
from passalong.kits.models.proof import Paid, Proof, ProofConsent, ProofKind, Relation
from passalong.kits.models.publishing import Edition, EditionFile, EditionState, FileName
from passalong.kits.models.visits import DaySalt, Hit, HitKind, Journal, Verdict
from passalong.kits.models.writing import Kit, Picture, Version

__all__ = [
    "Channel",
    "DaySalt",
    "Edition",
    "EditionFile",
    "EditionState",
    "FileName",
    "Hit",
    "HitKind",
    "Journal",
    "Kit",
    "Link",
    "Paid",
    "Passing",
    "Picture",
    "Proof",
    "ProofConsent",
    "ProofKind",
    "Relation",
    "SharePage",
    "Verdict",
    "Version",
]
