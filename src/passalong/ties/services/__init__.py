"""Verbs on evidence and answers."""

from passalong.ties.services.answers import record_answer
from passalong.ties.services.fact_sheet import FactRow, FactSheetSaved, Unclear, save_fact_sheet
from passalong.ties.services.statements import add_statement, remove_statement

__all__ = [
    "FactRow",
    "FactSheetSaved",
    "Unclear",
    "add_statement",
    "record_answer",
    "remove_statement",
    "save_fact_sheet",
]
