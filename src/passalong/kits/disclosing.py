"""What must be told beside a proof, in sentences, from what is on file; and what is still missing for that."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.translation import gettext as _

from passalong.compliance.rulebook import ELEMENTS, Verdict, verdict
from passalong.compliance.selectors.ledger import given_within_months
from passalong.kits.models import Paid, Proof, ProofConsent, ProofKind, Relation

INSIDERS = (Relation.EMPLOYEE, Relation.RELATIVE, Relation.PARTNER)


def facts(proof: Proof) -> frozenset[str]:
    """What brings in the rules that hold only then; what the speaker got, where a rule has a limit."""
    found = {"paid": proof.paid != Paid.NOTHING, "tax_client": proof.is_tax_client or _is_tax_only(proof)}
    given = set()
    if proof.speaker_id and verdict(proof.practice, "testimonial").limits:
        given.add(f"given_12_months={given_within_months(proof.practice, proof.speaker_id)}")
    return frozenset({name for name, holds in found.items() if holds} | given)


def _is_tax_only(proof: Proof) -> bool:
    return proof.speaker is not None and proof.speaker.tax_only


def told(proof: Proof, practice: str, rules: Verdict) -> tuple[str, ...]:
    """The sentences that stand inside the proof's block, at the size of its words."""
    sayings: dict[str, Callable[[Proof, str], str]] = {
        "label": _label,
        "status": _status,
        "insider": lambda of, name: _status(of, name) if of.relation in INSIDERS else "",
        "compensation": _compensation,
        "paid": lambda of, name: _compensation(of, name) if of.paid != Paid.NOTHING else "",
        "conflict": _conflict,
    }
    sentences = [sayings[key](proof, practice) for key in rules.tells]
    sentences += [_(sentence) for sentence in rules.sentences]
    return tuple(dict.fromkeys(sentence for sentence in sentences if sentence))


def _label(_proof: Proof, practice: str) -> str:
    return _("Advertising: a client's words, published by %(practice)s.") % {"practice": practice}


def _status(proof: Proof, practice: str) -> str:
    sentence = {
        Relation.CLIENT: _("The speaker is a client of %(practice)s."),
        Relation.FORMER: _("The speaker was a client of %(practice)s and is one no longer."),
        Relation.PARTNER: _("The speaker is a referral partner of %(practice)s, not a client."),
        Relation.EMPLOYEE: _("The speaker works for %(practice)s."),
        Relation.RELATIVE: _("The speaker is related to somebody at %(practice)s."),
        Relation.OTHER: _("The speaker is not a client of %(practice)s."),
    }[Relation(proof.relation)]
    return sentence % {"practice": practice}


def _compensation(proof: Proof, practice: str) -> str:
    if proof.paid == Paid.NOTHING:
        return _("Nothing was given for these words.")
    words = proof.paid_words.strip().rstrip(".") or str(proof.get_paid_display())
    return _("%(practice)s gave the speaker something for these words: %(what)s.") % {
        "practice": practice,
        "what": words,
    }


def _conflict(proof: Proof, _practice: str) -> str:
    words = proof.conflict.strip().rstrip(".")
    return _("Conflict of interest: %(what)s.") % {"what": words} if words else ""


def missing(proof: Proof, rules: Verdict, consent: ProofConsent | None) -> list[str]:
    """What stands in the way of publishing it, a sentence each. `consent`: the one that covers its words, if any."""
    lacking = {
        "consent": (consent is not None, _("The speaker has not consented to these words.")),
        "compensation": (
            proof.paid == Paid.NOTHING or bool(proof.paid_words.strip()),
            _("It does not say what was given for it, and how much."),
        ),
        "conflict": (
            bool(proof.conflict.strip()),
            _("It does not say what conflict of interest there is; write “none” where there is none."),
        ),
        "source": (bool(proof.source.strip()), _("It does not say where its facts can be checked.")),
    }
    sentences = [sentence for key, (is_there, sentence) in lacking.items() if key in rules.needs and not is_there]
    if consent is None:
        return sentences
    lacks = [key for key in rules.elements if not str(consent.elements.get(key, "")).strip()]
    return sentences + [_("The consent lacks: %(what)s.") % {"what": ELEMENTS[key]} for key in lacks]


def kind_words(proof: Proof) -> str:
    """Testimonial or case study, in the language of the desk."""
    return str(ProofKind(proof.kind).label)
