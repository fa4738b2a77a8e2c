"""What may be said to a client about a prospect, and how.

Everything here reads only facts that are public or that this client told us (Affiliation.may_be_shown_to); the
engine's own reasons never reach a sheet. Where nothing may be said, the sheet says so plainly.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as __

from passalong.contacts.models import Affiliation, AffiliationKind, Contact


@dataclass(frozen=True, slots=True)
class Words:
    """What the sheet says of one prospect: the firm to print under the name, reasons, and the request itself."""

    firm: str
    reasons: tuple[str, ...]
    request: str

    @property
    def ask(self) -> str:
        """The sentence to say aloud: THE introduction to this person, with its best reason."""
        return f"{self.reasons[0]} {self.request}"

    @property
    def text(self) -> str:
        """The reasons as one line."""
        return " ".join(self.reasons)


def visible(client_id: int, facts: Iterable[Affiliation]) -> list[Affiliation]:
    """The facts this client may see."""
    return [fact for fact in facts if fact.may_be_shown_to(client_id)]


def firm_of(facts: Iterable[Affiliation]) -> str:
    """The present employer among the facts, empty when none may be named."""
    jobs = [f for f in facts if f.kind == AffiliationKind.EMPLOYER and not f.end]
    jobs.sort(key=lambda f: (f.start, f.pk), reverse=True)
    return jobs[0].organization.name if jobs else ""


def sheet_reasons(client_facts: Sequence[Affiliation], prospect_facts: Sequence[Affiliation]) -> tuple[str, ...]:
    """A sentence for each group both belong to, rarest group first, at most three. Facts must be visible ones."""
    theirs: dict[int, list[Affiliation]] = {}
    for fact in prospect_facts:
        theirs.setdefault(fact.organization_id, []).append(fact)
    found: dict[int, tuple[int, str]] = {}
    for mine in client_facts:
        if mine.kind == AffiliationKind.HOUSEHOLD:
            continue
        for other in theirs.get(mine.organization_id, ()):
            sentence = _both(mine, other)
            if sentence and (mine.organization_id not in found or mine.kind == other.kind):
                found[mine.organization_id] = (mine.organization.size or 10**6, sentence)
    return tuple(sentence for _size, sentence in sorted(found.values())[:3])


def _both(mine: Affiliation, other: Affiliation) -> str:
    name = mine.organization.name
    if mine.kind != other.kind:
        if other.kind in (AffiliationKind.EMPLOYER, AffiliationKind.BOARD):
            return connection_with_firm([mine], mine.organization_id)
        return _("%(name)s connects you both.") % {"name": name}
    present = not mine.end and not other.end
    now, then = _SAME.get(mine.kind, _OTHERWISE)
    sentence = str(now if present else then) % {"name": name}
    years = _common_years(mine, other)
    return f"{sentence[:-1]} ({years})." if years else sentence


_OTHERWISE = (__("You both belong to %(name)s."), __("You both belonged to %(name)s."))
_SAME: dict[str, tuple[Promise, Promise]] = {
    AffiliationKind.EMPLOYER: (__("You both work at %(name)s."), __("You both worked at %(name)s.")),
    AffiliationKind.SCHOOL: (__("You both went to %(name)s."), __("You both went to %(name)s.")),
    AffiliationKind.BOARD: (
        __("You both serve on the board of %(name)s."),
        __("You both served on the board of %(name)s."),
    ),
    AffiliationKind.TOWN: (__("You both live in %(name)s."), __("You both lived in %(name)s.")),
    AffiliationKind.STREET: (__("You both live on %(name)s."), __("You both lived on %(name)s.")),
    AffiliationKind.VENDOR: (__("You both buy from %(name)s."), __("You both bought from %(name)s.")),
    AffiliationKind.CUSTOMER: (__("You both sell to %(name)s."), __("You both sold to %(name)s.")),
    AffiliationKind.EVENT: (__("You were both at %(name)s."), __("You were both at %(name)s.")),
}


def _common_years(mine: Affiliation, other: Affiliation) -> str:
    """The years both were there, when both beginnings are known and they overlap."""
    if not (mine.start and other.start):
        return ""
    start = max(mine.start[:4], other.start[:4])
    ends = [fact.end[:4] for fact in (mine, other) if fact.end]
    end = min(ends, default="")
    if end and end < start:
        return ""
    if not end:
        return _("since %(year)s") % {"year": start}
    return start if start == end else _("%(start)s to %(end)s") % {"start": start, "end": end}


def words_for_person(
    client_id: int, client_facts: Sequence[Affiliation], prospect: Contact, prospect_facts: Sequence[Affiliation]
) -> Words:
    """What may be said to the client about a person. All facts may be passed; hidden ones are left out here."""
    shown = visible(client_id, prospect_facts)
    firm = firm_of(shown)
    reasons = sheet_reasons(visible(client_id, client_facts), shown)
    who = _("%(name)s of %(firm)s") % {"name": prospect.full_name, "firm": firm} if firm else prospect.full_name
    request = _("Do you know %(who)s well enough to introduce me?") % {"who": who}
    return Words(firm, reasons or (_("We thought you might know each other."),), request)


def words_for_firm(firm: str, connection: str) -> Words:
    """What may be said when the prospect is a firm and nobody there can be named."""
    reason = connection or _("We thought you might know somebody there.")
    request = _("Whom do you know at %(firm)s, and would you introduce me?") % {"firm": firm}
    return Words(firm, (reason,), request)


_WITH_FIRM: dict[str, tuple[Promise, Promise]] = {
    AffiliationKind.EMPLOYER: (__("You work at %(name)s."), __("You worked at %(name)s.")),
    AffiliationKind.BOARD: (__("You serve on the board of %(name)s."), __("You served on the board of %(name)s.")),
    AffiliationKind.VENDOR: (__("You buy from %(name)s."), __("You bought from %(name)s.")),
    AffiliationKind.CUSTOMER: (__("You sell to %(name)s."), __("You sold to %(name)s.")),
}


def connection_with_firm(client_facts: Sequence[Affiliation], organization_id: int) -> str:
    """The client's own visible tie to a firm, as a sentence; empty when there is none."""
    for fact in client_facts:
        if fact.organization_id == organization_id:
            now, then = _WITH_FIRM.get(fact.kind, (__("You belong to %(name)s."), __("You belonged to %(name)s.")))
            return str(then if fact.end else now) % {"name": fact.organization.name}
    return ""


def group_questions(client_facts: Sequence[Affiliation], limit: int = 4) -> list[str]:
    """Questions about groups the client belongs to, from visible facts: “Who else sits on the board of ...?”."""
    asked: dict[str, Promise] = {
        AffiliationKind.BOARD: __("Who else sits on the board of %(name)s?"),
        AffiliationKind.ASSOCIATION: __("Whom do you see most at %(name)s?"),
        AffiliationKind.CLUB: __("Whom do you see most at %(name)s?"),
        AffiliationKind.EMPLOYER: __("With whom did you work most closely at %(name)s?"),
        AffiliationKind.SCHOOL: __("With whom from %(name)s are you still in touch?"),
    }
    order = list(asked)
    facts = sorted((f for f in client_facts if f.kind in asked), key=lambda f: (order.index(f.kind), bool(f.end)))
    return list(dict.fromkeys(str(asked[f.kind]) % {"name": f.organization.name} for f in facts))[:limit]
