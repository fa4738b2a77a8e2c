"""Named reads on testimonials and case studies; the practice comes first, always."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.db.models import QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from passalong.accounts.models import Practice
from passalong.compliance.rulebook import Verdict, verdict
from passalong.core import clock
from passalong.kits import disclosing
from passalong.kits.models import Edition, EditionState, Kit, Proof, ProofConsent


class Consent(StrEnum):
    """How it stands with the speaker's consent."""

    AWAITING = "awaiting"
    COVERS = "covers"
    EXPIRED = "expired"
    REVOKED = "revoked"


TONES = {Consent.AWAITING: "due", Consent.COVERS: "good", Consent.EXPIRED: "due", Consent.REVOKED: "stop"}


@dataclass(frozen=True, slots=True)
class Standing:
    """A proof with all that publishing it depends on. missing: what stands in the way; empty when nothing does."""

    proof: Proof
    state: Consent
    consent: ProofConsent | None
    verdict: Verdict
    missing: tuple[str, ...]

    @property
    def words(self) -> str:
        """How it stands with the consent, in a sentence."""
        if self.consent is None:
            return _("Awaiting the speaker")
        if self.state is Consent.COVERS and self.missing:
            return _("The consent is not complete, or something else is still missing")
        said = {"given": _day(self.consent.given_on), "ends": _day(self.consent.expires_on)}
        if self.state is Consent.COVERS and self.consent.expires_on:
            return _("Consent of %(given)s covers these words until %(ends)s") % said
        if self.state is Consent.COVERS:
            return _("Consent of %(given)s covers these words") % said
        if self.state is Consent.EXPIRED:
            return _("Consent of %(given)s ended on %(ends)s") % said
        return _("Consent of %(given)s was revoked") % said

    @property
    def tone(self) -> str:
        return "due" if self.state is Consent.COVERS and self.missing else TONES[self.state]

    @property
    def told(self) -> tuple[str, ...]:
        """What stands beside it when published."""
        return disclosing.told(self.proof, self.proof.practice.name, self.verdict)


def _day(day: date | None) -> str:
    return date_format(day, "DATE_FORMAT") if day else ""


def words_digest(proof: Proof) -> str:
    """What a consent is about: the very words, and the name they are shown under."""
    return _digest(proof.kind, proof.text, proof.shown_as)


def _digest(kind: str, text: str, shown_as: str) -> str:
    return hashlib.sha256(f"{kind}\0{text}\0{shown_as}".encode()).hexdigest()


def covers_frozen(proof: Proof, edition: Edition) -> bool:
    """Whether a consent that has neither ended nor been revoked covers the words as the edition shows them."""
    frozen = [one for one in edition.frozen.get("proofs", ()) if one["public_id"] == proof.public_id]
    digests = {_digest(one["kind"], one["text"], one["shown_as"]) for one in frozen}
    good = {one.words_digest for one in proof.consents.all() if one.revoked_at is None and not _is_over(one)}
    return digests <= good


def consent_to_frozen(proof: Proof, edition: Edition) -> ProofConsent | None:
    """The consent that holds today and covers the words as the edition shows them."""
    frozen = [one for one in edition.frozen.get("proofs", ()) if one["public_id"] == proof.public_id]
    digests = {_digest(one["kind"], one["text"], one["shown_as"]) for one in frozen}
    good = (one for one in proof.consents.all() if one.revoked_at is None and not _is_over(one))
    return next((one for one in good if one.words_digest in digests), None)


def _is_over(consent: ProofConsent) -> bool:
    return consent.expires_on is not None and consent.expires_on < clock.today()


def proofs(practice: Practice, *, retired: bool = False) -> QuerySet[Proof]:
    """Testimonials and case studies, newest first, with their consents."""
    found = Proof.objects.filter(practice=practice, retired_at__isnull=not retired)
    return found.select_related("practice", "speaker").prefetch_related("consents")


def proof(practice: Practice, public_id: str) -> Proof:
    """One of them; raises Proof.DoesNotExist for another practice's."""
    found = Proof.objects.select_related("practice", "speaker").prefetch_related("consents")
    return found.get(practice=practice, public_id=public_id)


def named(practice: Practice, public_ids: Iterable[str]) -> list[Proof]:
    """The proofs a draft names, in its order; others' and unknown ids are left out."""
    wanted = list(public_ids)
    found = Proof.objects.filter(practice=practice, public_id__in=wanted)
    found = found.select_related("practice", "speaker").prefetch_related("consents")
    return sorted(found, key=lambda one: wanted.index(one.public_id))


def standing(proof: Proof) -> Standing:
    """How it stands with this proof today, for its practice's profession and place."""
    rules = verdict(proof.practice, "testimonial", facts=disclosing.facts(proof))
    state, consent = _consent(proof)
    lacking = disclosing.missing(proof, rules, consent if state is Consent.COVERS else None)
    if proof.retired_at:
        lacking.insert(0, _("It has been put away."))
    return Standing(proof, state, consent, rules, tuple(lacking))


def _consent(proof: Proof) -> tuple[Consent, ProofConsent | None]:
    """The state and the consent that decides it: the best of those given to the words as they stand now."""
    digest = words_digest(proof)
    given = [one for one in proof.consents.all() if one.words_digest == digest]
    unbroken = [one for one in given if one.revoked_at is None]
    good = [one for one in unbroken if not _is_over(one)]
    for state, found in ((Consent.COVERS, good), (Consent.REVOKED, _revoked(given)), (Consent.EXPIRED, unbroken)):
        if found:
            return state, found[0]
    return Consent.AWAITING, None


def _revoked(given: list[ProofConsent]) -> list[ProofConsent]:
    """Consents taken back, unless a later one has merely ended."""
    return given[:1] if given and given[0].revoked_at else []


def carrying(proof: Proof, *states: EditionState) -> QuerySet[Edition]:
    """Editions that show this proof, in these states or any."""
    found = proof.editions.select_related("kit").order_by("-created_at")
    return found.filter(state__in=states) if states else found


def stale(proof: Proof) -> list[Edition]:
    """Published editions that say something else beside this proof, or other words, than stand here now."""
    now = (proof.text, proof.shown_as, list(standing(proof).told))
    return [edition for edition in carrying(proof, EditionState.LIVE) if _said(edition, proof) != now]


def _said(edition: Edition, proof: Proof) -> tuple[str, str, list[str]]:
    one = next(one for one in edition.frozen["proofs"] if one["public_id"] == proof.public_id)
    return one["text"], one["shown_as"], list(one["disclosure"])


def kits_naming(proof: Proof) -> list[Kit]:
    """Kits with a published or waiting edition that shows it."""
    return list({one.kit_id: one.kit for one in carrying(proof, EditionState.LIVE, EditionState.WAITING)}.values())
