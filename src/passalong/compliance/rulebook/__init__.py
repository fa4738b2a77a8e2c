"""The rules of profession and place: may this be done, on what conditions, and why.

Rules are data (`rules/*.toml`, and files of the same form in the data folder under `rules/`): shipped defaults, not
legal advice. Where a profession has rules for an act but none of them speaks about the practice's place, the strictest
is taken, and it is said that there is no source. All rules that speak are taken together; the strictest decides.
"""

from passalong.compliance.rulebook.facts import Facts
from passalong.compliance.rulebook.judging import asked_of, judge, profile_of, profiles, verdict
from passalong.compliance.rulebook.reading import EVERYONE, SHIPPED, Book, problems, read_book
from passalong.compliance.rulebook.rules import Cap, Rule, Verdict, together
from passalong.compliance.rulebook.words import ACTIONS, ELEMENTS, FACTS, NEEDS, TELLS, Action, Effect

__all__ = [
    "ACTIONS",
    "ELEMENTS",
    "EVERYONE",
    "FACTS",
    "NEEDS",
    "SHIPPED",
    "TELLS",
    "Action",
    "Book",
    "Cap",
    "Effect",
    "Facts",
    "Rule",
    "Verdict",
    "asked_of",
    "judge",
    "problems",
    "profile_of",
    "profiles",
    "read_book",
    "together",
    "verdict",
]
