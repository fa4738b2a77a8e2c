"""The fact sheet as a page: sections of rows, spare rows, and what is left of it when some rows could not be kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from passalong.contacts.models import Affiliation, AffiliationKind, Disclosure
from passalong.core.errors import Refused
from passalong.core.forms import show_refusal
from passalong.prospecting.facts import QUESTIONS, Helpful
from passalong.ties.models import Statement, StatementKind
from passalong.ties.services import FactRow, Unclear

SPARE = 3  # blank rows below those that are filled
MOST_ROWS = 45
WALL = "wall"
MENTIONED = StatementKind.MENTIONED.value
TOLD_CHOICES = [
    (Disclosure.TOLD, _("This client told us")),
    (Disclosure.PRIVATE, _("We noticed it ourselves")),
    (Disclosure.PUBLIC, _("It is publicly known")),
]
WALL_KINDS = [
    ("", _("What is it?")),
    (AffiliationKind.SCHOOL, _("School, diploma")),
    (AffiliationKind.CLUB, _("Club, team, trophy")),
    (AffiliationKind.ASSOCIATION, _("Association, award")),
    (AffiliationKind.BOARD, _("Board")),
    (AffiliationKind.EMPLOYER, _("Employer")),
    (AffiliationKind.EVENT, _("Event, race, journey")),
]
SECTIONS: dict[str, str | Promise] = {
    AffiliationKind.EMPLOYER: _("Past employers"),
    AffiliationKind.SCHOOL: _("Schools"),
    AffiliationKind.CLUB: _("Clubs and teams"),
    AffiliationKind.BOARD: _("Boards"),
    AffiliationKind.ASSOCIATION: _("Associations"),
    AffiliationKind.STREET: _("Street"),
    AffiliationKind.TOWN: _("Towns"),
    AffiliationKind.VENDOR: _("Vendors"),
    AffiliationKind.CUSTOMER: _("Customers"),
    MENTIONED: _("People mentioned"),
    WALL: _("On the wall"),
}
ASKED: dict[str, str | Promise] = QUESTIONS | {
    MENTIONED: _("Who came up in the conversation?"),
    WALL: _("What hangs on the wall or stands on the desk? Kept for the desk only: nobody told us."),
}


class FactForm(forms.Form):
    """One row: a group, and when."""

    what = forms.CharField(label=_("Name"), max_length=200, required=False)
    start = forms.CharField(label=_("From"), max_length=20, required=False)
    end = forms.CharField(label=_("Until"), max_length=20, required=False)


class WallForm(FactForm):
    """One row: something noticed."""

    kind = forms.ChoiceField(label=_("Kind"), choices=WALL_KINDS, required=False)


class MentionForm(forms.Form):
    """One row: somebody the client spoke of."""

    what = forms.CharField(label=_("Name"), max_length=200, required=False)
    note = forms.CharField(label=_("What was said"), max_length=500, required=False)
    person = forms.CharField(max_length=20, required=False, widget=forms.HiddenInput)
    add_person = forms.BooleanField(label=_("Add as a new person"), required=False)
    unclear: Unclear | None = None


ROW_FORMS: dict[str, type[forms.Form]] = {MENTIONED: MentionForm, WALL: WallForm}


@dataclass(slots=True)
class Section:
    """A heading with its rows, and what is on file already."""

    kind: str
    title: str | Promise
    question: str | Promise
    told: str
    rows: list[forms.Form]
    on_file: list[str] = field(default_factory=list)
    helpful: Helpful | None = None

    @property
    def is_open(self) -> bool:
        """Whether it is unfolded: one that would help most, or one with something typed in it."""
        return self.helpful is not None or any(_is_filled(row) for row in self.rows)

    @property
    def is_wall(self) -> bool:
        return self.kind == WALL

    @property
    def is_mentioned(self) -> bool:
        return self.kind == MENTIONED


def _is_filled(row: forms.Form) -> bool:
    return any(row.data.get(row.add_prefix(name)) for name in row.fields if name != "kind")


class FactSheet:
    """All sections, blank or as posted."""

    def __init__(self, data: Mapping[str, Any] | None = None, *, more: str = "") -> None:
        self.data = data
        self.sections = [self._section(kind, more) for kind in SECTIONS]

    def _section(self, kind: str, more: str) -> Section:
        data = self.data or {}
        count = _count(data.get(f"{kind}-rows")) + (SPARE if kind == more else 0)
        form = ROW_FORMS.get(kind, FactForm)
        rows = [form(self.data, prefix=f"{kind}-{number}") for number in range(min(count, MOST_ROWS))]
        told = data.get(f"{kind}-told")
        is_known = told in Disclosure.values
        return Section(kind, SECTIONS[kind], ASKED[kind], str(told) if is_known else Disclosure.TOLD, rows)

    def filled(self) -> list[tuple[Section, forms.Form]]:
        """Rows in which something was typed, in order."""
        return [(section, row) for section in self.sections for row in section.rows if _is_filled(row)]

    def show(self, facts: list[Affiliation], statements: list[Statement], helpful: list[Helpful]) -> None:
        """Put beside each section what is on file, and those first that would help most."""
        for section in self.sections:
            if section.is_mentioned:
                section.on_file = list(dict.fromkeys(str(said.contact_b) for said in statements))
            else:
                section.on_file = list(dict.fromkeys(_short(fact) for fact in facts if fact.kind == section.kind))
            section.helpful = next((one for one in helpful if one.kind == section.kind), None)
        order = [one.kind for one in helpful]
        self.sections.sort(key=lambda s: order.index(s.kind) if s.kind in order else len(order))


def _count(text: Any) -> int:
    return max(SPARE, min(int(text), MOST_ROWS)) if str(text).isdecimal() else SPARE


def _short(fact: Affiliation) -> str:
    years = "–".join(part[:4] for part in (fact.start, fact.end) if part)
    return f"{fact.organization.name} ({years})" if years else fact.organization.name


def as_row(section: Section, row: forms.Form) -> FactRow:
    """A valid row as the service takes it."""
    data = row.cleaned_data
    if section.is_mentioned:
        return FactRow(MENTIONED, **{name: data[name] for name in ("what", "note", "person", "add_person")})
    return FactRow(
        kind=data["kind"] if section.is_wall else section.kind,
        what=data["what"],
        start=data["start"],
        end=data["end"],
        disclosure=Disclosure.PRIVATE if section.is_wall else section.told,
    )


def what_is_left(sheet: FactSheet, faulty: list[tuple[Section, forms.Form, Refused | None]]) -> FactSheet:
    """The sheet with only the rows that could not be kept, each with what is wrong with it."""
    data: dict[str, Any] = {f"{section.kind}-told": section.told for section in sheet.sections}
    placed: list[tuple[str, Refused | None]] = []
    numbers = dict.fromkeys(SECTIONS, 0)
    for section, row, refused in faulty:
        prefix = f"{section.kind}-{numbers[section.kind]}"
        numbers[section.kind] += 1
        data |= {f"{prefix}-{name}": row.data.get(row.add_prefix(name), "") for name in row.fields}
        placed.append((prefix, refused))
    data |= {f"{kind}-rows": str(number + SPARE) for kind, number in numbers.items()}
    left = FactSheet(data)
    rows = {row.prefix: row for section in left.sections for row in section.rows}
    for prefix, refused in placed:
        if refused:
            show_refusal(rows[prefix], refused)
            if isinstance(refused, Unclear):
                rows[prefix].unclear = refused  # type: ignore[attr-defined]
    return left
