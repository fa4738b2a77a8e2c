"""The page of the two questions: one for whom an introduction is meant for, and one of their own once they answered.

The first is handed on by the client, who therefore knows its address: it never shows whether or what was answered. The
second is known only to whoever answered: there they read it again, change it or take it back. Both addresses are
reckoned from the id and a key kept apart, so none is stored; neither names anybody who is meant.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass

from django.conf import settings

from passalong.accounts.models import Practice
from passalong.compliance import updates
from passalong.contacts.keys import email_key
from passalong.core.keyed import keyed_hash
from passalong.introductions.due import terms_of
from passalong.introductions.models import EvidenceKind, Introduction, Outcome, Reply
from passalong.introductions.telling import passed_by
from passalong.kits.content import Frozen
from passalong.kits.models import Edition, EditionState, Link

MEANT, OWN = "q", "y"
_ID, _MAC = 13, 32  # characters
ENDED = (Outcome.WITHDRAWN, Outcome.RATHER_NOT)


def token_of(introduction: Introduction) -> str:
    """The secret of the page for whom this introduction is meant."""
    return _token(MEANT, introduction.practice_id, introduction.public_id)


def token_of_reply(reply: Reply) -> str:
    """The secret of the page of whoever gave this answer."""
    return _token(OWN, reply.practice_id, reply.public_id)


def address_of(introduction: Introduction) -> str:
    """The whole address for the client's message; empty while the server has none outside."""
    return address_for(introduction.practice_id, introduction.public_id)


def address_for(practice_id: int, public_id: str) -> str:
    """The same, where only the public id of the introduction is at hand."""
    return f"{settings.PUBLIC_URL}/answer/{_token(MEANT, practice_id, public_id)}" if settings.PUBLIC_URL else ""


def open_address(introduction: Introduction) -> str:
    """The same where its page is open, else empty. It reads nothing that anybody answered: the client sees it."""
    return address_of(introduction) if _meant(introduction) else ""


def path_of_reply(reply: Reply) -> str:
    """Where the page of this answer is; empty when what was sent could have been put together by somebody else."""
    return f"/answer/{token_of_reply(reply)}" if reply.view and not reply.view.startswith("~") else ""


def _token(what: str, practice_id: int, public_id: str) -> str:
    return f"{what}{public_id}{keyed_hash(practice_id, f'answer page {what} {public_id}')[:_MAC]}"


@dataclass(frozen=True, slots=True)
class AnswerPage:
    """All of the page. referrer: as named to the reader, empty where it is nobody's business or not known; reply: on
    the page of one's own only; days: within which the practice answers a yes, working days."""

    practice: Practice
    link: Link
    edition: Edition
    kit: str
    referrer: str
    days: int
    introduction: Introduction | None = None
    reply: Reply | None = None

    @property
    def reach(self) -> str:
        """How to reach them, as much of it as tells them which it is."""
        return _dimmed(self.reply.reach) if self.reply else ""

    @property
    def said_by(self) -> str:
        """Whom they named as having passed it to them."""
        said = self.reply.evidence.filter(kind=EvidenceKind.SAID).first() if self.reply else None
        return said.said if said else ""


def page_of(token: str) -> AnswerPage | None:
    """The page of this address; None for one that never was or has ended."""
    what, public_id, mac = token[:1], token[1 : 1 + _ID], token[1 + _ID :]
    if len(token) != 1 + _ID + _MAC or not token.isascii():
        return None
    if what == OWN:
        reply = Reply.objects.select_related("practice", "link__kit", "link__referrer", "edition")
        own = reply.filter(public_id=public_id).first()
        return _own(own) if own and _is_real(what, own.practice_id, public_id, mac) else None
    found = Introduction.objects.select_related("practice", "referrer", "link__kit").filter(public_id=public_id).first()
    return _meant(found) if found and what == MEANT and _is_real(what, found.practice_id, public_id, mac) else None


def _is_real(what: str, practice_id: int, public_id: str, mac: str) -> bool:
    return hmac.compare_digest(_token(what, practice_id, public_id), f"{what}{public_id}{mac}")


def _meant(introduction: Introduction) -> AnswerPage | None:
    link = _link(introduction)
    edition = Edition.objects.filter(kit=link.kit_id, state=EditionState.LIVE).first() if link else None
    if link is None or edition is None or introduction.outcome in ENDED:
        return None
    name = introduction.referrer.full_name if introduction.referrer else ""
    return _page(introduction.practice, link, edition, name, introduction=introduction)


def _own(reply: Reply) -> AnswerPage:
    referrer = passed_by(reply)
    return _page(reply.practice, reply.link, reply.edition, referrer.full_name if referrer else "", reply=reply)


def _page(
    practice: Practice,
    link: Link,
    edition: Edition,
    referrer: str,
    introduction: Introduction | None = None,
    reply: Reply | None = None,
) -> AnswerPage:
    """Where it is a secret who the clients are, the page names none."""
    return AnswerPage(
        practice=practice,
        link=link,
        edition=edition,
        kit=Frozen.from_json(edition.frozen).content.title,
        referrer="" if updates.locks(practice).form else referrer,
        days=terms_of(practice).first_answer_days,
        introduction=introduction,
        reply=reply,
    )


def _link(introduction: Introduction) -> Link | None:
    """The link that speaks for the client: the introduction's, or another open one of theirs to a kit that is out."""
    if introduction.link is not None and introduction.link.ended_at is None:
        return introduction.link
    live = {"ended_at": None, "kit__editions__state": EditionState.LIVE, "kit__archived_at": None}
    own = Link.objects.select_related("kit", "referrer").filter(practice=introduction.practice_id, **live)
    if introduction.referrer_id is not None and (found := own.filter(referrer=introduction.referrer_id).first()):
        return found
    return own.filter(is_own=True).first()


def _dimmed(reach: str) -> str:
    """ "j…@lind.example", "…0199"."""
    if email_key(reach):
        name, _at, domain = reach.strip().rpartition("@")
        return f"{name[:1]}…@{domain}"
    return f"…{reach.strip()[-4:]}" if reach.strip() else ""
