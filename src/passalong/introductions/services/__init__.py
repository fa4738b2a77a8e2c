"""Verbs on introductions, and on what readers of kit pages answer."""

from __future__ import annotations

from passalong.introductions.services.introducing import report_yes, withdraw_introduction
from passalong.introductions.services.moving import move
from passalong.introductions.services.opening import open_introduction
from passalong.introductions.services.replies import Answer, problems, record_reply

__all__ = ["Answer", "move", "open_introduction", "problems", "record_reply", "report_yes", "withdraw_introduction"]
