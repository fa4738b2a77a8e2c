"""The demo practice's news: readers in every state, and an issue that is written on. Nothing of it is ever sent."""

from __future__ import annotations

from datetime import timedelta

from passalong.accounts.models import Member
from passalong.audience import consent_words
from passalong.audience.models import SubscribedBy, Subscriber, SubscriberState
from passalong.audience.services import issues, items
from passalong.core import blobs, clock
from passalong.core.keyed import keyed_hash

NAMES = (
    *(
        "Ada Quill",
        "Bo Lindgren",
        "Carmen Ruiz",
        "Dev Anand",
        "Elsie Moran",
        "Farid Haddad",
        "Greta Olsen",
        "Hugo Baptiste",
    ),
    *("Ines Novak", "Jules Armand", "Keiko Mori", "Lars Holm", "Mona Idris", "Nils Brandt", "Orla Byrne", "Priya Nair"),
)
WAITING, GONE = 2, 2  # at the end of the list: not confirmed, and left
OPENING = (
    "Dear reader,\n\nthis month a tax adviser told me what she sees every March, and what would have been easy in "
    "October. Below that, one page on the year before a firm is handed over."
)
CLOSING = "If one of these is for somebody you know, pass it on as you like."
WORDS = "What to settle a year before, in the order in which it hurts least."


def load(by: Member) -> None:
    """Readers and a draft."""
    for number, name in enumerate(NAMES):
        _reader(by, name, number)
    issue = issues.create(by=by)
    issues.write(by=by, issue=issue, subject=issue.subject, opening=OPENING, closing=CLOSING)
    items.add(by=by, kind="words", issue=issue, title="The year before", words=WORDS)


def _reader(by: Member, name: str, number: int) -> None:
    practice, left = by.practice, len(NAMES) - number
    address = f"{name.lower().replace(' ', '.')}@reader.example"
    at = clock.now() - timedelta(days=9 * left)
    is_waiting, is_gone = GONE < left <= GONE + WAITING, left <= GONE
    confirmed = None if is_waiting else at + timedelta(minutes=7)
    proof = consent_words.evidence(practice, at, confirmed, consent_words.asked(practice))
    Subscriber.objects.create(
        practice=practice,
        address=address,
        address_key=keyed_hash(practice.pk, address),
        name=name,
        state=_state(is_waiting, is_gone),
        by=(SubscribedBy.PAGE, SubscribedBy.EPISODE, SubscribedBy.ANSWER)[number % 3],
        asked_at=at,
        confirmed_at=confirmed,
        left_at=clock.now() - timedelta(days=2) if is_gone else None,
        evidence=blobs.keep(practice.pk, proof, "text/plain; charset=utf-8"),
    )


def _state(is_waiting: bool, is_gone: bool) -> SubscriberState:
    if is_gone:
        return SubscriberState.LEFT
    return SubscriberState.ASKED if is_waiting else SubscriberState.ACTIVE
