"""How a consent comes, is used and ends: the states and moves as one table, and what a referrer may be told at most.

Whatever writes a grant asks `after`; what the table does not hold is refused. The diagram in docs/concepts/consent.md
is drawn from it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from passalong.accounts.models import Practice
from passalong.compliance import rulebook
from passalong.compliance.models import Grant, GrantState, Purpose
from passalong.compliance.rulebook.judging import professions_of
from passalong.core import clock
from passalong.core.errors import Refused

ANSWER_WITHIN = timedelta(days=30)  # after that the link of a question opens nothing
LASTS = timedelta(days=365)  # of a consent, unless another end is named


class Stage(StrEnum):
    """Where a consent stands. `used` is a granted one by which something was told."""

    NONE = "none"
    ASKED = "asked"
    GRANTED = "granted"
    USED = "used"
    DECLINED = "declined"
    REVOKED = "revoked"
    EXPIRED = "expired"


class Who(StrEnum):
    """Who may move it."""

    MEMBER = "practice"
    PERSON = "the person"
    CLOCK = "clock"


@dataclass(frozen=True, slots=True)
class Move:
    """One act: from which stages, to which, by whom. anew: it makes a grant of its own, the one before stays as it is.
    purposes: empty for all."""

    act: str
    before: tuple[Stage, ...]
    to: Stage
    who: tuple[Who, ...]
    anew: bool = False
    purposes: tuple[Purpose, ...] = ()


_LIVE = (Stage.GRANTED, Stage.USED)
_OPEN = (Stage.ASKED, *_LIVE)
_ENDED = (Stage.DECLINED, Stage.REVOKED, Stage.EXPIRED)
UPDATE, CONTACT = (Purpose.UPDATE,), (Purpose.CONTACT,)
SIGNED = (Purpose.TAX_USE, Purpose.TAX_DISCLOSURE)

MOVES: tuple[Move, ...] = (
    Move("ask", (Stage.NONE, Stage.EXPIRED), Stage.ASKED, (Who.MEMBER,), anew=True, purposes=UPDATE),
    Move("grant", (Stage.ASKED, *_LIVE, Stage.DECLINED, Stage.REVOKED), Stage.GRANTED, (Who.PERSON,), purposes=UPDATE),
    Move("answer yes", (Stage.NONE, *_ENDED), Stage.GRANTED, (Who.PERSON,), anew=True, purposes=CONTACT),
    Move("answer no", (Stage.NONE, *_LIVE, *_ENDED), Stage.DECLINED, (Who.PERSON,), anew=True, purposes=CONTACT),
    Move("report a yes", (Stage.NONE, Stage.REVOKED, Stage.EXPIRED), Stage.GRANTED, (Who.MEMBER,), True, CONTACT),
    Move("file a signed form", (Stage.NONE, *_ENDED), Stage.GRANTED, (Who.MEMBER,), anew=True, purposes=SIGNED),
    Move("decline", (Stage.ASKED,), Stage.DECLINED, (Who.PERSON,)),
    Move("withdraw the question", (Stage.ASKED,), Stage.EXPIRED, (Who.MEMBER,)),
    Move("use", _LIVE, Stage.USED, (Who.MEMBER,), purposes=UPDATE),
    Move("revoke", _LIVE, Stage.REVOKED, (Who.PERSON, Who.MEMBER)),
    Move("expire", _OPEN, Stage.EXPIRED, (Who.CLOCK,)),
)


def stage_of(grant: Grant | None, at: datetime | None = None) -> Stage:
    """Where it stands at this moment. Past its end it has run out, whether or not a task has written so."""
    if grant is None:
        return Stage.NONE
    is_open = grant.state in (GrantState.ASKED, GrantState.GRANTED)
    if is_open and grant.expires_at and grant.expires_at <= (at or clock.now()):
        return Stage.EXPIRED
    if grant.state == GrantState.GRANTED and grant.uses:
        return Stage.USED
    return Stage(grant.state)


def after(act: str, stage: Stage, *, who: Who, purpose: str) -> Stage:
    """The stage this act leads to; raises Refused when the table does not hold it, for anybody else or from there."""
    for move in MOVES:
        if move.act == act and stage in move.before and who in move.who and purpose in (move.purposes or (purpose,)):
            return move.to
    raise Refused(_("This cannot be done with this consent as it stands now."))


@dataclass(frozen=True, slots=True)
class Scope:
    """One thing a referrer may be told. desk: for the practice; person: what is asked of the person; referrer: the
    very sentence the referrer reads, with the person's name."""

    key: str
    desk: Promise
    person: Promise
    referrer: Promise

    def sentence(self, person: str) -> str:
        """What the referrer reads, word for word."""
        return str(self.referrer) % {"person": person}


# None includes another: somebody who may be told “we spoke” is not told more when more comes true.
SCOPES: dict[str, Scope] = {
    one.key: one
    for one in (
        Scope(
            "spoke",
            gettext_lazy("we spoke"),
            gettext_lazy("That we have spoken"),
            gettext_lazy("%(person)s and we have spoken."),
        ),
        Scope(
            "client",
            gettext_lazy("is a client"),
            gettext_lazy("That you have decided to work with us"),
            gettext_lazy("%(person)s has decided to work with us."),
        ),
        Scope(
            "done",
            gettext_lazy("it is done"),
            gettext_lazy("That what you came for is done"),
            gettext_lazy("What %(person)s came to us for is done."),
        ),
        Scope(
            "trouble",
            gettext_lazy("what went wrong on our side"),
            gettext_lazy("If we make a mistake: what went wrong on our side, why, and what we do about it"),
            gettext_lazy("We made a mistake in what we do for %(person)s, and we are putting it right."),
        ),
    )
}


def scopes_words(keys: list[str]) -> str:
    """The scopes as the desk reads them."""
    return ", ".join(str(SCOPES[key].desk) for key in keys if key in SCOPES)


# Where a reported answer is not enough (M16): health always, tax without a signed consent to use what is known.
_WANT_OWN = "health"
_WANT_TAX = "accountant"


@dataclass(frozen=True, slots=True)
class Locks:
    """What this practice's professions ask beyond a plain yes. form: a signed form before a referrer is told anything,
    and then the person must have named the referrer first, whose being a client is a secret too; own: a reported
    answer opens nothing; tax: a reported answer counts only beside a signed consent to use; barred: why there is no
    update at all, empty where there may be one."""

    form: bool
    own: bool
    tax: bool
    barred: str = ""


def locks(practice: Practice) -> Locks:
    """The locks of the practice's profession, of those it works as besides, and of its place; the strictest holds."""
    block = rulebook.Effect.BLOCK
    plain = rulebook.verdict(practice, "status_update", facts=("consent",))
    signed = rulebook.verdict(practice, "status_update", facts=("consent", "signed_form"))
    profiles = {rulebook.profile_of(one) for one in professions_of(practice)}
    return Locks(
        form=plain.effect is block,
        own=_WANT_OWN in profiles,
        tax=_WANT_TAX in profiles,
        barred=signed.rules[0].why if signed.effect is block else "",
    )


def mermaid() -> str:
    """The table as a diagram."""
    lines = ["stateDiagram-v2", "    [*] --> none"]
    for move in MOVES:
        label = f"{move.act} ({', '.join(move.who)})"
        lines += [f"    {before} --> {move.to}: {label}" for before in move.before]
    return "\n".join(lines)


def table() -> str:
    """The table as Markdown."""
    rows = ["| act | from | to | by | for |", "|---|---|---|---|---|"]
    for move in MOVES:
        purposes = ", ".join(move.purposes) or "all"
        to = f"{move.to} (a new grant)" if move.anew else str(move.to)
        rows.append(f"| {move.act} | {', '.join(move.before)} | {to} | {', '.join(move.who)} | {purposes} |")
    return "\n".join(rows)
