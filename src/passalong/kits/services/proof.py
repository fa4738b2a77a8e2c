"""Verbs on testimonials and case studies: written down, agreed to by their speaker, taken back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from passalong.accounts.models import Member
from passalong.accounts.rules import demand
from passalong.compliance.rulebook import ELEMENTS
from passalong.contacts.models import Contact
from passalong.contacts.services.own import demand_own
from passalong.core import blobs, clock, events
from passalong.core.errors import Refused
from passalong.core.rows import check_row
from passalong.kits.bounds import tidy
from passalong.kits.models import EditionState, Paid, Proof, ProofConsent
from passalong.kits.selectors import proof as selectors
from passalong.kits.services import editions

WORDS = "text/plain; charset=utf-8"
LONGEST_ELEMENT = 300  # characters of one answer in a consent


@dataclass(frozen=True, slots=True)
class Wording:
    """What is written down of a proof; values as in the model."""

    kind: str
    text: str
    shown_as: str
    relation: str
    paid: str = Paid.NOTHING
    paid_words: str = ""
    conflict: str = ""
    source: str = ""
    is_tax_client: bool = False


@transaction.atomic
def add_proof(*, by: Member, wording: Wording, speaker: Contact | None = None) -> Proof:
    """Write down what somebody said, or the story of a case. It awaits the speaker's consent."""
    demand(by, "kits.edit")
    demand_own(by, speaker)
    proof = Proof(practice=by.practice, speaker=speaker)
    _write(proof, wording)
    proof.save()
    _record(by, "kits:proof_added", proof)
    return proof


@transaction.atomic
def edit_proof(*, by: Member, proof: Proof, wording: Wording, speaker: Contact | None = None) -> Proof:
    """Change it. Other words, or another name, and it awaits the speaker again; what is published stays as it is."""
    demand(by, "kits.edit")
    demand_own(by, proof, speaker)
    was = selectors.words_digest(proof)
    proof.speaker = speaker
    _write(proof, wording)
    proof.save()
    is_other = selectors.words_digest(proof) != was
    _record(by, "kits:proof_changed", proof, other_words=is_other)
    return proof


def _record(by: Member, kind: str, proof: Proof, **said: Any) -> None:
    """Put an act on the record with the very words it is about, and the name they are shown under."""
    words = blobs.keep(by.practice_id, f"{proof.text}\n\n{proof.shown_as}\n".encode(), WORDS)
    people = [proof.speaker.public_id] if proof.speaker else []
    events.record(
        by.practice_id,
        kind,
        actor=by.public_id,
        subject=proof.public_id,
        people=people,
        texts={"words": words},
        **said,
    )


def _write(proof: Proof, wording: Wording) -> None:
    for name, value in asdict(wording).items():
        setattr(proof, name, tidy(value).strip() if isinstance(value, str) else value)
    if proof.paid == Paid.NOTHING:
        proof.paid_words = ""
    check_row(proof, exclude=["speaker", "retired_at"])


@transaction.atomic
def record_consent(
    *,
    by: Member,
    proof: Proof,
    given_on: date,
    how: str,
    expires_on: date | None = None,
    elements: Mapping[str, str] | None = None,
) -> ProofConsent:
    """Note that the speaker consented to these very words. elements: what the profile's form asks for, by key."""
    demand(by, "kits.edit")
    demand_own(by, proof)
    if given_on > clock.today():
        raise Refused(_("This day is still to come."), field="given_on")
    if expires_on and expires_on < given_on:
        raise Refused(_("It cannot end before it was given."), field="expires_on")
    if not how.strip():
        raise Refused(_("Say how it was given, such as “signed form in the file” or “mail of 4 May”."), field="how")
    kept = {key: tidy(text).strip()[:LONGEST_ELEMENT] for key, text in (elements or {}).items() if key in ELEMENTS}
    consent = ProofConsent(
        practice=by.practice,
        proof=proof,
        words_digest=selectors.words_digest(proof),
        given_on=given_on,
        expires_on=expires_on,
        how=tidy(how).strip(),
        elements={key: text for key, text in kept.items() if text},
        recorded_by=str(by.user)[:120],
    )
    check_row(consent, exclude=["elements", "expires_on", "revoked_at"])
    consent.save()
    _record(
        by,
        "kits:proof_consent",
        proof,
        digest=consent.words_digest,
        given_on=given_on,
        expires_on=expires_on,
        how=consent.how,
        elements=consent.elements,
    )
    return consent


@transaction.atomic
def revoke_consent(*, by: Member, proof: Proof) -> int:
    """The speaker takes the consent back. Every edition that carries it is withdrawn now; returns how many."""
    demand(by, "kits.edit")
    demand_own(by, proof)
    Proof.objects.select_for_update().get(pk=proof.pk)
    open_ones = ProofConsent.objects.filter(proof=proof, revoked_at=None)
    if not open_ones.update(revoked_at=clock.now()):
        raise Refused(_("There is no consent to take back."))
    _record(by, "kits:proof_revoked", proof)
    carrying = list(selectors.carrying(proof, EditionState.LIVE, EditionState.WAITING))
    why = _("A speaker in it took back the consent.")  # no name: this goes into the log, which cannot forget one
    for edition in carrying:
        editions.end(edition, EditionState.WITHDRAWN, by=by, why=why)
    return len(carrying)


@transaction.atomic
def end_expired() -> int:
    """Withdraw what carries a proof without a consent that holds today; returns how many editions. For the clock."""
    count = 0
    live = Proof.objects.filter(editions__state__in=[EditionState.LIVE, EditionState.WAITING])
    for proof in live.select_related("practice").prefetch_related("consents").distinct():
        for edition in selectors.carrying(proof, EditionState.LIVE, EditionState.WAITING):
            if not selectors.covers_frozen(proof, edition):
                editions.end(
                    edition, EditionState.WITHDRAWN, by=None, why=_("The consent of a speaker in it has ended.")
                )
                count += 1
    return count


@transaction.atomic
def retire_proof(*, by: Member, proof: Proof, back: bool = False) -> Proof:
    """Put it away, or fetch it back. What is published stays; no new edition takes it up."""
    demand(by, "kits.edit")
    demand_own(by, proof)
    proof.retired_at = None if back else clock.now()
    proof.save(update_fields=["retired_at"])
    _record(by, "kits:proof_back" if back else "kits:proof_retired", proof)
    return proof
