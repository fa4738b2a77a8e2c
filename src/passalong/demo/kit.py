"""The demo practice's kit published, passed along by some of its clients, opened by people and by machines.

Who reads is invented request by request; who counts as a person is then judged as everywhere else.
"""

from __future__ import annotations

import random
from datetime import datetime, timedelta

from passalong.accounts.models import Member
from passalong.contacts.models import Contact, StandingKind
from passalong.core import clock
from passalong.demo import kit_text as text
from passalong.introductions.models import Wish
from passalong.introductions.services import Answer, record_reply
from passalong.kits.content import PARTS, PROOF_PART, Content, StepKind
from passalong.kits.models import Channel, Edition, Hit, HitKind, Link, Passing, Proof
from passalong.kits.services import editions, judging, passing, proof, writing

SEED = 7
REFERRERS = 9
DAYS = 40
PHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/18.1 Mobile/15E148 Safari/604.1"
)
LAPTOP = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36"
)
PREVIEW = "WhatsApp/2.24.20.89 i"
HEADERS = ["host", "user-agent", "accept", "accept-language", "accept-encoding", "sec-fetch-mode=navigate"]


def load(owner: Member) -> Edition:
    """Write, publish and pass along the kit."""
    kit = writing.create(by=owner, name=text.NAME)
    quote = proof.add_proof(by=owner, wording=text.PROOF)
    proof.record_consent(by=owner, proof=quote, given_on=clock.today(), how="Signed form in the client's file")
    writing.save(by=owner, kit=kit, content=_content(quote), based_on=1)
    edition = editions.publish(by=owner, kit=kit)
    dice = random.Random(SEED)  # noqa: S311 - a story, not a secret
    links = [passing.link_for(by=owner, kit=kit, referrer=client) for client in _clients(owner)]
    hits = [hit for link in links for _ in range(dice.choice((1, 1, 2, 3))) for hit in _passed(dice, link, edition)]
    readers = [hit for hit in hits if hit.part == len(PARTS)]
    hits += [_answered(edition, last, answer) for last, answer in zip(readers, text.ANSWERS, strict=False)]
    Hit.objects.bulk_create(hits, batch_size=500)
    judging.judge_new()
    return edition


def _content(quote: Proof) -> Content:
    written = text.CONTENT.to_json()
    texts = {name: text.flowing(words) for name, words in written.items() if isinstance(words, str)}
    return Content.from_json(written | texts | {"proofs": [quote.public_id]})


def _clients(owner: Member) -> list[Contact]:
    """The same clients each time, in the order of their names."""
    found = Contact.objects.filter(practice=owner.practice, standings__kind=StandingKind.CLIENT, standings__until=None)
    return list(found.distinct().order_by("sort_key", "pk")[:REFERRERS])


def _passed(dice: random.Random, link: Link, edition: Edition) -> list[Hit]:
    """One passing along and what came of it: a preview, perhaps a scanner, perhaps somebody who reads."""
    at = clock.now() - timedelta(days=dice.uniform(0.2, DAYS))
    channel = dice.choice((Channel.MAIL, Channel.MESSENGER, Channel.TEXT))
    Passing.objects.create(practice=link.practice, link=link, edition=edition, channel=channel, said_by="desk", at=at)
    hits = []
    if channel is Channel.MESSENGER:
        hits.append(_hit(dice, link, edition, at + timedelta(seconds=2), PREVIEW))
    if channel is Channel.MAIL and dice.random() < 0.6:
        scanner = f"{dice.getrandbits(48):012x}"
        start = at + timedelta(seconds=dice.uniform(25, 60))
        hits += [
            _hit(dice, link, edition, start + timedelta(seconds=n / 8), LAPTOP, scanner)
            for n in range(dice.randint(3, 6))
        ]
    if dice.random() < 0.75:
        hits += _read(dice, link, edition, at + timedelta(hours=dice.uniform(0.1, 30)))
    return [hit for hit in hits if hit.at < clock.now()]


def _read(dice: random.Random, link: Link, edition: Edition, at: datetime) -> list[Hit]:
    """Somebody opens the page and reads some way down."""
    opened = _hit(dice, link, edition, at, dice.choice((PHONE, LAPTOP)))
    hits = [opened]
    for part in range(1, dice.choice((0, 1, 2, 3, 4, 4, PROOF_PART)) + 1):
        at += timedelta(seconds=dice.uniform(15, 70))
        hits.append(_sign(opened, at, "part", part))
    if len(hits) > 4 and dice.random() < 0.4:
        hits.append(_sign(opened, at + timedelta(seconds=30), "form"))
    return hits


def _answered(edition: Edition, last: Hit, answer: tuple[str, str, str]) -> Hit:
    """One who read the four parts answers the two questions."""
    name, reach, wish = answer
    said = Answer(StepKind.TWO_QUESTIONS, needs_help=wish != Wish.NO, wish=wish, name=name, reach=reach)
    record_reply(link=last.link, edition=edition, answer=said, view=last.view)
    return _sign(last, last.at + timedelta(seconds=50), "step")


def _hit(dice: random.Random, link: Link, edition: Edition, at: datetime, agent: str, address: str = "") -> Hit:
    address = address or f"{dice.getrandbits(48):012x}"
    return Hit(
        practice_id=link.practice_id,
        link=link,
        edition=edition,
        at=at,
        kind=HitKind.HIT,
        method="GET",
        agent=agent,
        headers=HEADERS,
        address_hash=address,
        network_hash=address[::-1],
        view=f"{dice.getrandbits(48):012x}",
    )


def _sign(opened: Hit, at: datetime, what: str, part: int | None = None) -> Hit:
    return Hit(
        practice_id=opened.practice_id,
        link=opened.link,
        edition=opened.edition,
        at=at,
        kind=HitKind.ENGAGED,
        method="POST",
        agent=opened.agent,
        headers=HEADERS,
        address_hash=opened.address_hash,
        network_hash=opened.network_hash,
        view=opened.view,
        what=what,
        part=part,
    )
