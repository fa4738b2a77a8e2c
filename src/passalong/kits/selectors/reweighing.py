"""Whether an edition could still be published as it stands, by the rules of today."""

from __future__ import annotations

from django.utils.translation import gettext as _

from passalong.compliance.rulebook import Effect, Rule, Verdict, verdict
from passalong.kits import disclosing
from passalong.kits.models import Edition, Proof
from passalong.kits.selectors import editions
from passalong.kits.selectors import proof as proofs


def no_longer_right(edition: Edition) -> list[str]:
    """A sentence for each thing that stands against it; empty when the rules are those it was published by.

    Words changed on the desk since do not count: what is published stays as it is until the rules are others.
    """
    now = editions.rules_of(edition)
    if all(_was_known(edition, rule) for rule in now.rules):
        return []
    if now.effect is Effect.BLOCK and now.absolute:
        return [str(_(now.decides.why))]
    said = editions.lost_consents(edition)
    for proof in edition.proofs.select_related("practice").prefetch_related("consents"):
        said += _lacks(proof, edition)
    if not set(editions.disclosures(edition.practice)) <= set(edition.frozen.get("disclosures", [])):
        said.append(_("What must be told on the page is something else now."))
    if not _is_decided(edition, now):
        said.append(_("A second person must look at it first."))
    return list(dict.fromkeys(said))


def newest_rule(edition: Edition) -> Rule:
    """The strictest of the rules that hold now and did not when it was published: the one to name as the reason."""
    rules = editions.rules_of(edition).rules
    return next((rule for rule in rules if not _was_known(edition, rule)), rules[0])


def _lacks(proof: Proof, edition: Edition) -> list[str]:
    """What is missing of a proof as the edition shows it."""
    rules = verdict(proof.practice, "testimonial", facts=disclosing.facts(proof))
    named = {"who": proof.shown_as}
    lacking = disclosing.missing(proof, rules, proofs.consent_to_frozen(proof, edition))
    said = [_("“%(who)s”: %(what)s") % (named | {"what": lack}) for lack in lacking]
    shown = {one["public_id"]: set(one["disclosure"]) for one in edition.frozen.get("proofs", ())}
    if not set(disclosing.told(proof, proof.practice.name, rules)) <= shown.get(proof.public_id, set()):
        said.append(_("What must be told beside “%(who)s” is something else now.") % named)
    return said


def _is_decided(edition: Edition, now: Verdict) -> bool:
    """Whether every rule that asks for a second person was before the one who let it out."""
    asking = [rule for rule in now.rules if rule.effect >= Effect.APPROVE]
    if not asking:
        return True
    has_second = bool(edition.approved_by) and edition.approved_by != edition.proposed_by
    return has_second and all(_was_known(edition, rule) for rule in asking)


def _was_known(edition: Edition, rule: Rule) -> bool:
    return any(one["id"] == rule.id and one.get("digest") == rule.digest() for one in edition.rules)
