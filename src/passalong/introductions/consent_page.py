"""What stands on the page of somebody who is asked: who asks, what would be told word for word, how it stands now."""

from __future__ import annotations

from dataclasses import dataclass

from passalong.accounts.models import Practice
from passalong.compliance import updates
from passalong.compliance.models import Grant
from passalong.compliance.updates import SCOPES, Stage, stage_of
from passalong.introductions import letters
from passalong.introductions.models import Reply
from passalong.kits.content import Frozen

GAP = "…"


@dataclass(frozen=True, slots=True)
class Offer:
    """One thing that may be told: its key, what is asked, the sentence the referrer would read."""

    key: str
    asked: str
    sentence: str


@dataclass(frozen=True, slots=True)
class ConsentPage:
    """All of the page. letter: the whole of it with an ellipsis where the allowed sentence stands; trouble: the one
    after a mistake. allowed: of those allowed now, the sentences. wants_form: nothing is told before a signed form is
    there too."""

    practice: Practice
    grant: Grant
    stage: Stage
    name: str
    referrer: str
    kit: str
    offers: tuple[Offer, ...]
    letter: letters.Written
    trouble: letters.Written
    allowed: tuple[str, ...]
    wants_form: bool

    @property
    def holds(self) -> bool:
        return self.stage in (Stage.GRANTED, Stage.USED)


def consent_page(grant: Grant) -> ConsentPage | None:
    """The page of this grant; None when the answer or the referrer it is about is gone."""
    reply = Reply.objects.filter(practice=grant.practice_id, public_id=grant.about).select_related("edition").first()
    if reply is None or grant.recipient is None:
        return None
    offers = tuple(Offer(one.key, str(one.person), one.sentence(reply.name)) for one in SCOPES.values())
    stage = stage_of(grant)
    return ConsentPage(
        practice=grant.practice,
        grant=grant,
        stage=stage,
        name=reply.name,
        referrer=grant.recipient.full_name,
        kit=Frozen.from_json(reply.edition.frozen).content.title,
        offers=offers,
        letter=letters.news_as_shown(grant.practice, grant.recipient, reply.name, GAP),
        trouble=letters.trouble_as_shown(grant.practice, grant.recipient, reply.name, GAP),
        allowed=tuple(one.sentence for one in offers if one.key in grant.scope),
        wants_form=updates.locks(grant.practice).form and not grant.form_id,
    )
