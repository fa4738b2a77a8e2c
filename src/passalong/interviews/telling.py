"""What must be told beside an interview, and what is still missing for that: by the rules of profession and place.

A client who speaks of the practice gives a testimonial, whatever the form; the rules, sentences and lacks of the kits'
testimonials hold for it as they stand there.
"""

from __future__ import annotations

from copy import copy

from django.utils.translation import gettext as _

from passalong.accounts.models import Practice
from passalong.compliance.rulebook import Effect, Rule, Verdict, together, verdict
from passalong.interviews.contents import Content
from passalong.interviews.models import ConsentTo, Episode, GuestKind, Interview
from passalong.interviews.selectors import voices
from passalong.kits import disclosing
from passalong.kits.models import Proof, ProofConsent, ProofKind, Relation

RELATION: dict[str, str] = {
    GuestKind.CLIENT: Relation.CLIENT,
    GuestKind.PARTNER: Relation.PARTNER,
    GuestKind.AUTHOR: Relation.OTHER,
}
BASIS = ("relation", "paid", "paid_words", "conflict", "source", "shown_as", "quote", "summary")  # of an episode
# A guest who is near the practice, or got something, is shown as such in every profession.
NEAR = Verdict(
    Effect.DISCLOSE,
    (
        Rule(
            id="all.guest",
            action="publish_talk",
            effect=Effect.DISCLOSE,
            why="A guest who works with you, is related to you or was given something is shown as such.",
            tells=("insider", "paid", "conflict"),
        ),
    ),
)
OF_CLIENTS = (Relation.CLIENT, Relation.FORMER)


def relation_of(episode: Episode) -> str:
    """Who speaks. A client guest is never shown as anything else than a client, now or formerly."""
    kind = episode.interview.kind
    if kind == GuestKind.CLIENT and episode.relation not in OF_CLIENTS:
        return Relation.CLIENT
    if kind == GuestKind.PARTNER and episode.relation not in (*OF_CLIENTS, Relation.EMPLOYEE, Relation.RELATIVE):
        return Relation.PARTNER
    return episode.relation


def _is_testimonial(episode: Episode) -> bool:
    return relation_of(episode) in OF_CLIENTS


def rules_of(episode: Episode) -> Verdict:
    """What the rules of today say of publishing this episode."""
    found = [verdict(episode.practice, "publish_talk")]
    if _is_testimonial(episode):
        found.append(verdict(episode.practice, "testimonial", facts=disclosing.facts(_proof(episode))))
    return together(*found)


def told(episode: Episode) -> list[str]:
    """The sentences that stand inside the block of the guest's words."""
    proof, name = _proof(episode), episode.practice.name
    sentences = list(_of_publishing(episode.practice))
    if _is_testimonial(episode):
        rules = verdict(episode.practice, "testimonial", facts=disclosing.facts(proof))
        sentences += disclosing.told(proof, name, rules)
    elif proof.relation in disclosing.INSIDERS or proof.paid != "nothing":
        sentences += disclosing.told(proof, name, NEAR)
    return list(dict.fromkeys(sentences))


def as_published(episode: Episode, content: Content) -> Episode:
    """The episode as it was when this went out, whatever was written on it since; never saved."""
    frozen = copy(episode)
    for name in BASIS:
        if name in content.basis:
            setattr(frozen, name, content.basis[name])
    return frozen


def _of_publishing(practice: Practice) -> list[str]:
    return [_(sentence) for sentence in verdict(practice, "publish_talk").sentences]


def lacking(episode: Episode) -> list[str]:
    """What the rules still ask for, a sentence each."""
    if not _is_testimonial(episode):
        return []
    proof = _proof(episode)
    rules = verdict(episode.practice, "testimonial", facts=disclosing.facts(proof))
    return disclosing.missing(proof, rules, _consent(episode.interview))


def _proof(episode: Episode) -> Proof:
    """The interview as kits judge a testimonial; never saved."""
    return Proof(
        practice=episode.practice,
        kind=ProofKind.TESTIMONIAL,
        text=episode.quote or episode.summary,
        speaker=episode.interview.guest,
        shown_as=episode.shown_as,
        relation=relation_of(episode),
        paid=episode.paid,
        paid_words=episode.paid_words,
        conflict=episode.conflict,
        source=episode.source,
    )


def _consent(interview: Interview) -> ProofConsent | None:
    """What the guest's voice consented to, release and authorisation together, as kits read a consent."""
    given = voices.given(ConsentTo.PUBLICATION) | voices.given(ConsentTo.AUTHORISATION)
    mine = list(given.filter(voice__interview=interview, voice__role="guest"))
    if not any(one.to == ConsentTo.PUBLICATION for one in mine):
        return None
    elements: dict[str, str] = {}
    for one in mine:
        elements |= one.elements
    return ProofConsent(elements=elements)
