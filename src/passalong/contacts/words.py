"""Counts in words."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import ngettext_lazy

# Rows that hang on a person, in other rooms too; rows not named here are parts of these.
_PARTS = {
    "contacts.ContactPoint": ngettext_lazy("%(n)d address or phone", "%(n)d addresses and phones", "n"),
    "contacts.Affiliation": ngettext_lazy(
        "%(n)d fact about what they belong to", "%(n)d facts about what they belong to", "n"
    ),
    "contacts.Standing": ngettext_lazy("%(n)d entry of standing", "%(n)d entries of standing", "n"),
    "ties.Statement": ngettext_lazy("%(n)d note on them and others", "%(n)d notes on them and others", "n"),
    "ties.Answer": ngettext_lazy("%(n)d answer of a client", "%(n)d answers of clients", "n"),
    "prospecting.Prospect": ngettext_lazy("%(n)d entry of the wish list", "%(n)d entries of the wish list", "n"),
    "prospecting.Meeting": ngettext_lazy("%(n)d meeting with its notes", "%(n)d meetings with their notes", "n"),
    "introductions.Introduction": ngettext_lazy("%(n)d introduction", "%(n)d introductions", "n"),
}


def what_goes_with(counts: Mapping[str, int]) -> list[str]:
    """Rows that would be deleted with a person, in words."""
    return [str(words % {"n": counts[label]}) for label, words in _PARTS.items() if counts.get(label)]
