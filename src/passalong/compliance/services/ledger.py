"""Verbs on the value ledger: written down before it is given, judged, allowed by a second person, struck out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from passalong.accounts.models import Member, Practice
from passalong.accounts.rules import demand
from passalong.compliance.currency import currency_of
from passalong.compliance.giving import BETWEEN_PROFESSIONALS, DERIVED, KIND_FACTS, Thing
from passalong.compliance.models import Approval, Decision, Giver, Receiver, ValueEntry, ValueKind
from passalong.compliance.rulebook import FACTS, Action, Effect, Facts, Verdict, verdict
from passalong.compliance.selectors import ledger as selectors
from passalong.compliance.services import approvals
from passalong.core import clock, events
from passalong.core.errors import Refused
from passalong.core.rows import check_row

if TYPE_CHECKING:
    from django.db.models import Model

AHEAD = timedelta(days=365)  # how long before the day a gift may be written down
BACK = timedelta(days=20 * 365)  # and how long after it


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the rules say of it now. lacking: what must be on file first, in words; digest: of all that was judged."""

    action: Action
    facts: Facts
    verdict: Verdict
    lacking: tuple[str, ...]
    digest: str

    @property
    def is_final(self) -> bool:
        """Whether the rules forbid it whatever is on file."""
        return self.verdict.effect is Effect.BLOCK and self.verdict.absolute

    @property
    def is_blocked(self) -> bool:
        """Whether nobody can allow it as it stands."""
        return bool(self.lacking) or self.is_final

    @property
    def needs_second(self) -> bool:
        """Whether a second person can allow it."""
        return not self.is_blocked and self.verdict.effect >= Effect.APPROVE


def look(practice: Practice, thing: Thing, contact_id: int, *, without: int | None = None) -> Judgement:
    """What the rules say of a thing, for who gets it and with all they got before. Nothing is written.

    Raises Refused, naming the field, for what cannot be written down at all.
    """
    _check(thing)
    action: Action = "gift"
    if thing.giver == Giver.OTHER or thing.receiver in BETWEEN_PROFESSIONALS:
        action = "professional_pay"
    facts = _facts(practice, thing, contact_id, without)
    found = verdict(practice, action, facts=facts)
    lacking = tuple(str(FACTS[one]) for one in found.needs if one in FACTS and one not in facts)
    digest = approvals.digest_of(
        {
            "action": action,
            "contact": contact_id,
            "what": thing.what,
            "reason": thing.reason,
            "on": thing.given_on,
            "words": sorted(facts.words),
            "amounts": {name: f"{amount:.2f}" for name, amount in facts.amounts.items()},
            "rules": [(rule.id, rule.digest()) for rule in found.rules],
        }
    )
    return Judgement(action, facts, found, lacking, digest)


def _facts(practice: Practice, thing: Thing, contact_id: int, without: int | None) -> Facts:
    currency = currency_of(practice.country)
    held = selectors.around(practice, contact_id, thing.given_on, giver=thing.giver, currency=currency, without=without)
    is_for = thing.for_referral or bool(thing.introduction)
    true = {
        KIND_FACTS.get(thing.kind, ""): True,
        f"to_{thing.receiver}": True,
        "received": thing.giver == Giver.OTHER,
        "for_referral": is_for,
        "unrelated": thing.for_referral is False and not is_for,
        "offered_before": thing.offered_before,
        "other_currency": held.other_currency,
        "to_public": thing.receiver == Receiver.PUBLIC or _is(contact_id, "public_sector"),
        "tax_client": _is(contact_id, "tax_only"),
    }
    amounts = {"value": thing.value, "given_12_months": held.months, "given_calendar_year": held.year}
    days = selectors.days_after_referral(practice, contact_id, thing.given_on)
    if days is not None:
        amounts["days_after_referral"] = Decimal(days)
    ticked = {one for one in thing.facts if one in FACTS and one not in DERIVED}
    return Facts(frozenset(ticked | {name for name, holds in true.items() if holds and name}), amounts)


def _is(contact_id: int, name: str) -> bool:
    """A tick on the contact's own card; that room is above this one."""
    contacts = ValueEntry._meta.get_field("contact").related_model
    return bool(contacts._default_manager.filter(pk=contact_id).values_list(name, flat=True).first())


@transaction.atomic
def give(*, by: Member, contact: Model, thing: Thing, ask_why: str | None = None) -> ValueEntry:
    """Write down what is given or received. Refused with the rule's reason where the rules forbid it; with `ask_why`
    a second person is asked where one can allow it, and the entry waits for the answer."""
    demand(by, "compliance.value")
    practice = Practice.objects.select_for_update().get(pk=by.practice_id)  # two at once must not pass one limit
    if getattr(contact, "practice_id", None) != practice.pk:
        raise Refused(_("This is not on file here."), field="who")
    found = look(practice, thing, contact.pk)
    if found.lacking:
        raise Refused(
            _("%(why)s First must be on file: %(what)s. (%(rule)s)")
            % {"why": _(found.verdict.decides.why), "what": "; ".join(found.lacking), "rule": found.verdict.decides.id}
        )
    if found.is_blocked or (found.needs_second and ask_why is None):
        raise Refused(f"{_(found.verdict.decides.why)} ({found.verdict.decides.id})")
    entry = _keep(by, contact, thing, found)
    if found.needs_second:
        entry.approval = approvals.ask(
            by=by,
            action=found.action,
            subject=entry.public_id,
            digest=found.digest,
            what=_in_words(entry),
            verdict=found.verdict,
            why=ask_why or "",
        )
        entry.save(update_fields=["approval"])
    events.record(
        by.practice_id,
        "compliance:value_asked" if entry.approval else "compliance:value_kept",
        actor=by.public_id,
        subject=entry.public_id,
        people=[contact.public_id],  # type: ignore[attr-defined]
        **_told(entry),
    )
    return entry


def _keep(by: Member, contact: Model, thing: Thing, found: Judgement) -> ValueEntry:
    entry = ValueEntry(
        practice=by.practice,
        contact_id=contact.pk,
        kind=thing.kind,
        what=" ".join(thing.what.split()),
        cost=thing.cost,
        market=thing.market,
        currency=currency_of(by.practice.country),
        receiver=thing.receiver,
        reason=thing.reason.strip(),
        given_on=thing.given_on,
        giver=thing.giver,
        for_referral=True if thing.introduction else thing.for_referral,
        introduction=thing.introduction,
        offered_before=thing.offered_before,
        facts=sorted(one for one in thing.facts if one in FACTS and one not in DERIVED),
        rules=[rule.to_json() for rule in found.verdict.rules],
        recorded_by=by.public_id,
    )
    check_row(entry, exclude=["approval", "voided_at", "contact", "rules", "facts", "for_referral"])
    entry.save()
    return entry


def _check(thing: Thing) -> None:
    """Raise Refused, naming the field, for what cannot be written down."""
    if thing.kind not in ValueKind.values:
        raise Refused(_("Choose one of the kinds listed."), field="kind")
    if thing.receiver not in Receiver.values:
        raise Refused(_("Choose what they are to you."), field="receiver")
    if thing.giver not in Giver.values:
        raise Refused(_("Choose which way it went."), field="giver")
    for name, amount in (("cost", thing.cost), ("market", thing.market)):
        if amount is not None and (not amount.is_finite() or amount < 0):
            raise Refused(_("Give an amount that is not below 0."), field=name)
    if not thing.value:
        raise Refused(_("Say what it cost or is worth."), field="cost")
    if thing.given_on > clock.today() + AHEAD:
        raise Refused(_("This day is more than a year ahead."), field="given_on")
    if thing.given_on < clock.today() - BACK:
        raise Refused(_("This day is too long ago."), field="given_on")


def _in_words(entry: ValueEntry) -> str:
    """For who decides; who it is for stands on the entry, not here, so that it can be forgotten."""
    told = {"kind": entry.get_kind_display(), "value": f"{entry.value:.2f} {entry.currency}"}
    return _("%(kind)s of %(value)s, %(receiver)s") % (told | {"receiver": entry.get_receiver_display().lower()})


def _told(entry: ValueEntry) -> dict[str, Any]:
    told = {"kind": entry.kind, "giver": entry.giver, "receiver": entry.receiver, "value": str(entry.value)}
    return told | {
        "currency": entry.currency,
        "given_on": entry.given_on.isoformat(),
        "rules": [rule["id"] for rule in entry.rules],
        "introduction": entry.introduction,
    }


@transaction.atomic
def void(*, by: Member, entry: ValueEntry, why: str) -> ValueEntry:
    """Strike an entry out, with a reason. It stays on file and counts no more."""
    demand(by, "compliance.value")
    found = ValueEntry.objects.select_for_update(of=("self",)).select_related("approval")
    entry = found.get(practice=by.practice, pk=entry.pk)
    if entry.voided_at:
        raise Refused(_("This entry has been struck out already."))
    if not why.strip():
        raise Refused(_("Say why; it is kept with your name."), field="why")
    if entry.approval:
        approvals.drop(by=by, approval=entry.approval, why=why)
    _strike(entry, why)
    events.record(by.practice_id, "compliance:value_voided", actor=by.public_id, subject=entry.public_id)
    return entry


def _strike(entry: ValueEntry, why: str) -> None:
    entry.voided_at, entry.voided_why = clock.now(), " ".join(why.split())[:500]
    entry.save(update_fields=["voided_at", "voided_why"])


def thing_of(entry: ValueEntry) -> Thing:
    """The entry as it was judged."""
    return Thing(
        kind=entry.kind,
        what=entry.what,
        cost=entry.cost,
        market=entry.market,
        receiver=entry.receiver,
        reason=entry.reason,
        given_on=entry.given_on,
        giver=entry.giver,
        for_referral=entry.for_referral,
        introduction=entry.introduction,
        offered_before=entry.offered_before,
        facts=frozenset(entry.facts),
    )


def judged_now(approval: Approval) -> tuple[str, Verdict] | None:
    """Digest and verdict of the entry a request is about, as both stand now; None when it is struck out or gone."""
    found = ValueEntry.objects.select_related("practice").filter(
        practice=approval.practice_id, public_id=approval.subject, voided_at=None
    )
    entry = found.first()
    if entry is None or entry.contact_id is None:
        return None
    practice = Practice.objects.select_for_update().get(pk=entry.practice_id)
    now = look(practice, thing_of(entry), entry.contact_id, without=entry.pk)
    return now.digest, now.verdict


def settle(approval: Approval, by: Member) -> None:
    """After the second person's word: a no strikes the entry out; a yes lets it stand."""
    found = ValueEntry.objects.filter(practice=approval.practice_id, public_id=approval.subject, voided_at=None)
    entry = found.first()
    if entry is None:
        return
    if approval.decision == Decision.REFUSED:
        _strike(entry, approval.decided_why)
        events.record(by.practice_id, "compliance:value_voided", actor=by.public_id, subject=entry.public_id)
    else:
        events.record(
            by.practice_id, "compliance:value_kept", actor=by.public_id, subject=entry.public_id, **_told(entry)
        )
