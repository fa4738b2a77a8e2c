"""What the page of one introduction shows of keeping its referrer informed, and the page of all of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from passalong.accounts.models import Practice
from passalong.compliance import updates as scopes
from passalong.compliance.models import Grant, Purpose
from passalong.compliance.selectors import consent as consents
from passalong.compliance.updates import SCOPES, Stage, stage_of
from passalong.introductions import telling
from passalong.introductions.models import Channel, Hearing, Introduction, Reply, Thanks, Told
from passalong.introductions.selectors import hearing, reading, troubles, updates
from passalong.introductions.selectors.updates import Item


@dataclass(frozen=True, slots=True)
class Known:
    """One thing the referrer was told, or will be once its letter goes."""

    words: str
    told: Told

    @property
    def waits(self) -> bool:
        message = self.told.message
        return message is not None and message.state != "sent"


@dataclass(frozen=True, slots=True)
class About:
    """The part of an introduction's page. item: what can be told now; may_tell: all the person allowed, in words;
    stage: where the consent stands; reply and asking: how the person can be asked; thanks: of this referrer for this
    introduction or its link."""

    introduction: Introduction
    item: Item | None
    may_tell: str
    stage: Stage
    told: tuple[Known, ...]
    reply: Reply | None
    asking: telling.Telling | None
    chosen: Hearing | None
    is_quiet: bool
    thanks: tuple[Thanks, ...]
    troubles: tuple[Any, ...]
    may_tell_trouble: bool

    @property
    def shows_tell(self) -> bool:
        """Whether the way to what may be told stands here: where it goes by mail, the reply has a button of its own."""
        if self.item is None or self.chosen is None or self.is_quiet:
            return False
        return self.chosen.channel != Channel.MAIL or not (self.asking and self.asking.fields)


def context(practice: Practice, introduction: Introduction) -> dict[str, Any]:
    """For the partial `introductions/_news.html`: the same number of queries whatever there is."""
    return {"news": about(practice, introduction)}


def about(practice: Practice, introduction: Introduction) -> About:
    """How the referrer of this introduction was and can be kept informed."""
    reply = reading.replies(practice).filter(pk=introduction.reply_id).first() if introduction.reply_id else None
    grant = _last(practice, introduction)
    live = stage_of(grant) in (Stage.GRANTED, Stage.USED)
    referrer = introduction.referrer
    chosen = hearing.of(referrer) if referrer else None
    acts = [introduction.public_id, *([introduction.link.public_id] if introduction.link else ())]
    holding = updates.grants_of(practice, [introduction])
    thanked = Thanks.objects.filter(practice=practice)
    return About(
        introduction=introduction,
        item=next(iter(updates.items(practice, [introduction], holding)), None),
        may_tell=scopes.scopes_words(grant.scope) if grant and live else "",
        stage=stage_of(grant),
        told=_told(practice, introduction),
        reply=reply,
        asking=telling.tellings(practice, [reply])[reply.public_id] if reply else None,
        chosen=chosen,
        is_quiet=chosen is not None and hearing.is_quiet(chosen),
        thanks=tuple(thanked.filter(referrer=referrer, about__in=acts)[:5]) if referrer else (),
        troubles=tuple(troubles.troubles(practice).filter(introduction=introduction)[:20]),
        may_tell_trouble=troubles.among(holding[introduction.pk]) is not None,
    )


def _last(practice: Practice, introduction: Introduction) -> Grant | None:
    abouts = [introduction.public_id, *([introduction.reply.public_id] if introduction.reply else ())]
    found = [one for of in consents.grants_about(practice, abouts).values() for one in of]
    theirs = [one for one in found if one.purpose == Purpose.UPDATE and one.recipient_id == introduction.referrer_id]
    return max(theirs, key=lambda one: (one.created_at, one.pk), default=None)


def _told(practice: Practice, introduction: Introduction) -> tuple[Known, ...]:
    rows = Told.objects.filter(practice=practice, introduction=introduction).exclude(message__state="cancelled")
    return tuple(
        Known(str(SCOPES[one.field].desk), one) for one in rows.select_related("message") if one.field in SCOPES
    )
