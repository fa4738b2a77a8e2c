"""Who knows whom, as of now: the newest version of the evidence, and the answers given since laid over it.

Everybody maps the version the worker has built. Where it is behind the evidence, a small practice is laid out in this
process, so that an edit shows at once; a large one goes on with what there is until the worker is done. People and
groups go by their primary keys as text.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from passalong.accounts.models import Practice
from passalong.contacts.models import Contact
from passalong.core.revisions import ANSWERS, EVIDENCE, current
from passalong.engine import knows
from passalong.ties import versions
from passalong.ties.evidence import data_set_of

__all__ = ["chances", "data_set_of", "is_current", "p_knows", "rank", "scorer_of"]

SMALL = 3_000  # people up to which the evidence is laid out at once in the process that needs it
KEPT = 4  # practices held in memory


@dataclass(frozen=True, slots=True)
class Now:
    """The practice's scorer at one moment. Of people entered since its evidence was laid out it knows nothing yet:
    they get the base chance, without reasons."""

    ground: versions.Ground
    scorer: knows.Scorer
    evidence: int
    answers: int

    @property
    def is_current(self) -> bool:
        """Whether all evidence is in it."""
        return self.ground.evidence == self.evidence

    @property
    def model(self) -> knows.Model:
        """What was learned."""
        return self.scorer.model

    def knows_of(self, *people: str) -> bool:
        """Whether all of these were in the evidence when it was laid out."""
        return all(person in self.scorer.data.index for person in people)

    def explain(self, client: str, prospect: str) -> knows.Ranked:
        """One pair with its reasons."""
        if self.knows_of(client, prospect):
            return self.scorer.explain(client, prospect)
        return self.scorer.stranger(client, prospect)

    def rank(self, client: str, candidates: Sequence[str]) -> list[knows.Ranked]:
        """All candidates, the most probable first."""
        there = self.scorer.data.index
        known = [person for person in candidates if person in there] if client in there else []
        if len(known) == len(candidates):
            return self.scorer.rank(client, candidates=known, top=len(known))
        told = self.scorer.rank(client, candidates=known, top=len(known)) if known else []
        others = set(candidates) - {*known, client}
        told += [self.scorer.stranger(client, person) for person in sorted(others)]
        told.sort(key=lambda one: -one.score)
        return [replace(one, rank=place) for place, one in enumerate(told, 1)]

    def p(self, client: str, prospects: Sequence[str]) -> list[float]:
        """The probability alone for one client and many."""
        return self.score([(client, prospect) for prospect in prospects])

    def score(self, pairs: Sequence[tuple[str, str]]) -> list[float]:
        """The probability alone for each pair."""
        there = self.scorer.data.index
        known = [pair for pair in pairs if pair[0] in there and pair[1] in there]
        found = self.scorer.score(known).tolist() if known else []
        if len(known) == len(pairs):
            return list(found)
        rest = iter(found)
        return [next(rest) if self.knows_of(*pair) else self.scorer.stranger(*pair).p_knows for pair in pairs]


_held: OrderedDict[str, Now] = OrderedDict()
_lock = threading.Lock()
_at_work: dict[str, threading.Lock] = {}  # one thread a practice lays out, the others wait for it


def scorer_of(practice: Practice) -> Now:
    """What is known as of now."""
    key = practice.public_id
    if found := _still_good(practice):
        return found
    with _lock:
        mine = _at_work.setdefault(key, threading.Lock())
    with mine:
        if found := _still_good(practice):
            return found
        evidence, answers = current(practice.pk, EVIDENCE), current(practice.pk, ANSWERS)
        ground = _ground(practice, evidence)
        now = Now(ground, ground.with_newer_answers(practice), evidence, answers)
    with _lock:
        _held[key] = now
        _held.move_to_end(key)
        while len(_held) > KEPT:
            _held.popitem(last=False)
    return now


def _still_good(practice: Practice) -> Now | None:
    """What is held, unless something has changed or a newer version has come."""
    with _lock:
        now = _held.get(practice.public_id)
        if now is not None:
            _held.move_to_end(practice.public_id)
    if now is None or now.evidence != current(practice.pk, EVIDENCE) or now.answers != current(practice.pk, ANSWERS):
        return None
    if now.is_current:
        return now
    newest = next(iter(versions.versions_of(practice)), None)  # has the worker got further?
    return now if newest is None or newest.folder == now.ground.folder else None


def _ground(practice: Practice, evidence: int) -> versions.Ground:
    """What to lay newer answers over: the newest version that will do, or the evidence itself."""
    before = _held.get(practice.public_id)
    there = [one for one in versions.versions_of(practice) if one.evidence <= evidence]
    held = before.ground if before else None
    for version in there:
        if version.evidence == evidence or _is_large(practice):
            ground = held if held and held.folder == version.folder else versions.mapped(practice, version)
            if ground is not None:
                return ground
    return held if held and held.evidence == evidence else versions.laid_out(practice)


def _is_large(practice: Practice) -> bool:
    return Contact.objects.filter(practice=practice).count() > SMALL


def is_current(practice: Practice) -> bool:
    """Whether probabilities rest on all evidence: False while a large practice's latest is being worked in."""
    return scorer_of(practice).is_current


def rank(practice: Practice, client: Contact, candidates: Iterable[int]) -> dict[int, knows.Ranked]:
    """How probably the client knows each candidate (primary keys), with reasons, best first."""
    wanted = [str(pk) for pk in candidates]
    if not wanted:
        return {}
    return {int(row.prospect_id): row for row in scorer_of(practice).rank(str(client.pk), wanted)}


def chances(practice: Practice, client: Contact, candidates: Iterable[int]) -> dict[int, float]:
    """The probability alone for each candidate (primary keys): far cheaper than `rank`, which gives reasons."""
    wanted = list(candidates)
    if not wanted:
        return {}
    return dict(zip(wanted, scorer_of(practice).p(str(client.pk), [str(pk) for pk in wanted]), strict=True))


def p_knows(practice: Practice, pairs: list[tuple[int, int]]) -> list[float]:
    """Probability for each (client, prospect) pair of primary keys."""
    return scorer_of(practice).score([(str(c), str(p)) for c, p in pairs])
