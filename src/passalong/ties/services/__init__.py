"""Verbs on evidence and answers."""

from passalong.ties.services.answers import record_answer
from passalong.ties.services.statements import add_statement, remove_statement

__all__ = ["add_statement", "record_answer", "remove_statement"]
