"""What the desk sees of a reply's consents: may they be contacted, may the referrer be told, what can be done next."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from passalong.accounts.models import Practice
from passalong.compliance import updates
from passalong.compliance.models import Given, Grant, Purpose
from passalong.compliance.selectors import consent as consents
from passalong.compliance.updates import SCOPES, Stage, stage_of
from passalong.contacts.keys import email_key
from passalong.contacts.models import Contact
from passalong.introductions.letters import TROUBLE_SCOPE
from passalong.introductions.models import AttributionEvidence, EvidenceKind, Reply
from passalong.mail.models import Message


def passed_by(reply: Reply) -> Contact | None:
    """Who passed the kit to this very reader: the referrer of the link; on the practice's own link the one they named.
    None when it is not known for certain."""
    if reply.link.referrer is not None:
        return reply.link.referrer
    said = _said(reply)
    return said.referrer if said and reply.link.is_own else None


def must_be_named(reply: Reply, referrer: Contact) -> str:
    """Why this person cannot be asked about this referrer, empty when they can.

    Where the profession keeps secret who its clients are, the question must not tell: it names nobody whom the person
    has not named first.
    """
    said = _said(reply)
    if not updates.locks(reply.practice).form or (said and said.referrer_id == referrer.pk):
        return ""
    return _("Who your clients are is confidential: you can ask only somebody who named %(name)s first.") % {
        "name": referrer
    }


def _said(reply: Reply) -> AttributionEvidence | None:
    return next((one for one in reply.evidence.all() if one.kind == EvidenceKind.SAID), None)


@dataclass(frozen=True, slots=True)
class Telling:
    """One reply's consents as the list shows them.

    contact: what allows to get in touch. grant: the latest about telling the referrer, at stage. question: its mail.
    fields: what can be told now: key, words, and the letter if there is one. why_not: why nobody can be asked, where
    that is worth saying.
    """

    contact: Grant | None
    referrer: Contact | None
    grant: Grant | None
    stage: Stage
    question: Message | None
    may_ask: bool
    why_not: str
    needs_form: bool
    fields: tuple[tuple[str, Promise, Message | None], ...]

    @property
    def is_own(self) -> bool:
        return self.contact is not None and self.contact.given == Given.OWN

    @property
    def scopes(self) -> str:
        return updates.scopes_words(self.grant.scope) if self.grant else ""

    @property
    def is_open(self) -> bool:
        return self.stage in (Stage.ASKED, Stage.GRANTED, Stage.USED)


def tellings(practice: Practice, shown: Iterable[Reply]) -> dict[str, Telling]:
    """By public id of the reply: two queries, whatever their number."""
    listed = list(shown)
    grants = consents.grants_about(practice, [one.public_id for one in listed])
    about = [one.public_id for found in grants.values() for one in found if one.purpose == Purpose.UPDATE]
    mails = {one.key: one for one in Message.objects.filter(practice=practice, about__in=about)}
    return {one.public_id: _telling(practice, one, grants.get(one.public_id, []), mails) for one in listed}


def question_key(grant: Grant) -> str:
    """The key of the mail that asks: one for each time of asking."""
    return f"consent-ask:{grant.public_id}"


def news_key(grant: Grant, field: str) -> str:
    """The key of the letter that tells this: one for each consent. The outbox reads the field from its end."""
    return f"update:{grant.public_id}:{field}"


def _telling(practice: Practice, reply: Reply, grants: list[Grant], mails: dict[str, Message]) -> Telling:
    alive = (Stage.GRANTED, Stage.USED)
    contact = next((one for one in grants if one.purpose == Purpose.CONTACT and stage_of(one) in alive), None)
    referrer = passed_by(reply)
    news = [one for one in grants if one.purpose == Purpose.UPDATE and referrer and one.recipient_id == referrer.pk]
    grant = news[0] if news else None
    stage = stage_of(grant)
    holds = grant is not None and stage in alive
    opens = grant is not None and holds and consents.opens(practice, grant)
    may_ask, why_not = _asking(reply, contact, referrer, stage)
    return Telling(
        contact=contact,
        referrer=referrer,
        grant=grant,
        stage=stage,
        question=mails.get(question_key(grant)) if grant else None,
        may_ask=may_ask,
        why_not=why_not,
        needs_form=holds and not opens,
        fields=tuple(
            (key, one.desk, mails.get(news_key(grant, key)))
            for key, one in SCOPES.items()
            if opens and grant and key in grant.scope and key != TROUBLE_SCOPE
        ),
    )


def _asking(reply: Reply, contact: Grant | None, referrer: Contact | None, stage: Stage) -> tuple[bool, str]:
    """Whether the question can be put now; and if not, why, where the desk might wonder."""
    if contact is None or contact.given != Given.OWN or referrer is None or stage not in (Stage.NONE, Stage.EXPIRED):
        return False, ""
    if not email_key(reply.reach):
        return False, _("They left no mail address, so they cannot be asked by mail.")
    why = must_be_named(reply, referrer)
    return not why, why
