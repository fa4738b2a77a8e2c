"""What a person says about a file beside the file itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from passalong.accounts.models import Practice
from passalong.compliance.selectors import refusals
from passalong.contacts.keys import is_partial_date, organization_key
from passalong.contacts.models import AffiliationKind
from passalong.core.errors import Refused
from passalong.exchange import readers


@dataclass(frozen=True, slots=True)
class Options:
    """as_: the format, or auto. group: every row is a member of it. tax_only: everybody is known from tax work only.
    same: row -> public id of the contact a person said it is."""

    as_: str = "auto"
    mapping: Mapping[str, str] | None = None
    group: str = ""
    group_kind: str = ""
    since: str = ""
    public: bool = False
    tax_only: bool = False
    same: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def make(
        cls, *, as_: str = "auto", mapping: Mapping[str, str] | None = None, group: str | None = None,
        group_kind: str | None = None, since: str | None = None, public: bool = False, tax_only: bool = False,
        same: Mapping[str, str] | None = None,
    ) -> Options:  # fmt: skip
        """Options from words as typed."""
        group = " ".join((group or "").split())[:200]
        kind = (group_kind or "").strip().casefold()[:30] or (AffiliationKind.ASSOCIATION.value if group else "")
        return cls(as_ or "auto", mapping or None, group, kind, since or "", public, tax_only, same or {})

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Options:
        """Options as a batch keeps them."""
        return cls.make(**{("as_" if name == "as" else name): value for name, value in data.items()})

    def as_json(self) -> dict[str, Any]:
        """The shape a batch keeps."""
        data = asdict(self)
        return {"as": data.pop("as_"), **data}

    def check(self, practice: Practice) -> None:
        """Raise Refused where the options cannot stand, whatever the file holds."""
        if self.as_ not in readers.FORMATS:
            raise Refused(_("There is no format “%(name)s”.") % {"name": self.as_}, field="as_")
        if self.group_kind and not self.group:
            raise Refused(_("Name the group as well as its kind."), field="group")
        if self.group and not organization_key(self.group):
            raise Refused(_("“%(name)s” is not a name for a group.") % {"name": self.group}, field="group")
        if not is_partial_date(self.since):
            raise Refused(
                _("“%(value)s” is not a date: write 2003, 2003-05 or 2003-05-17.") % {"value": self.since[:40]},
                field="since",
            )
        refusal = refusals(practice)(self.group_kind, self.group, of_client=True) if self.group else ""
        if refusal:
            raise Refused(refusal, field="group")
