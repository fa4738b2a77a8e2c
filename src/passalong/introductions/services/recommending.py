"""A client's message to a friend: prepared at the desk, confirmed by the client as their own words, sent by own hand.

What is kept: the template, what was said, the message as it goes, and the confirmation, for as long as the profession's
rule says. Nothing is sent from here; services/sending_for.py is the mode in which the practice sends it, once.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from passalong.accounts.models import Member, Practice
from passalong.accounts.rules import demand
from passalong.compliance import wording
from passalong.compliance.selectors import retention
from passalong.contacts.models import Contact
from passalong.contacts.services.own import demand_own
from passalong.core import blobs, clock, events
from passalong.core.errors import Refused
from passalong.introductions import recommendation as words
from passalong.introductions.models import Because, ConfirmedOn, Introduction, Recommendation, SentBy, Stage, Template
from passalong.introductions.selectors import words as selectors
from passalong.introductions.services import templates
from passalong.introductions.services.moving import move
from passalong.introductions.services.thanking import thank
from passalong.introductions.stages import Who
from passalong.kits import desk_links
from passalong.kits.models import Channel, Link
from passalong.kits.services import passing

MAY = "prospecting.edit"
PLAIN = "text/plain; charset=utf-8"
BY_HAND = (SentBy.MAIL, SentBy.PHONE, SentBy.COPY, SentBy.LETTER)
_CHANNELS = {SentBy.MAIL: Channel.MAIL, SentBy.PHONE: Channel.TEXT}
_TOLD = 3  # sentences that may not stand, named at once


@dataclass(frozen=True, slots=True)
class Draft:
    """A message before anybody confirmed it: as it is shown, and what would stand in its way."""

    body: str
    disclosure: str
    address: str
    found: tuple[str, ...]

    @property
    def whole(self) -> str:
        return words.whole(self.body, self.disclosure, self.address)


def look(*, link: Link, referrer: Contact, said: str, body: str = "") -> Draft:
    """The message as it would go; `body` as the client changed it, else made of the template. Nothing is written."""
    standing = selectors.standing(link.practice)
    body = words.tidy(body) or words.body_of(said, standing.template)
    return Draft(
        body,
        words.disclosure_of(link.practice, referrer, standing.rules),
        desk_links.shown(link).address,
        tuple(one.words for one in wording.forbidden(link.practice, body)),
    )


@transaction.atomic
def prepare(
    *, by: Member, referrer: Contact, link: Link, said: str, body: str = "", introduction: Introduction | None = None
) -> Recommendation:
    """The desk wrote down what the client said; the client finds it on the own page, to change and to confirm."""
    _demand_desk(by, referrer, link, introduction)
    template = _template(link.practice)
    said, body = _said(said), words.tidy(body) or words.body_of(said, template)
    _demand_own_words(link.practice, template, body)
    said = _allowed(said, body, template)
    row = Recommendation.objects.create(
        practice=by.practice,
        introduction=introduction,
        referrer=referrer,
        link=link,
        template=template,
        said=said,
        text=body,
    )
    _tie(introduction, link)
    _record("prepared", row, by.public_id)
    return row


@transaction.atomic
def confirm_at_desk(
    *,
    by: Member,
    referrer: Contact,
    link: Link,
    said: str,
    body: str,
    on: str,
    introduction: Introduction | None = None,
    prepared: Recommendation | None = None,
) -> Recommendation:
    """The client said so here: on the tablet in the meeting, or signed on paper that the desk has before it."""
    _demand_desk(by, referrer, link, introduction)
    if on not in (ConfirmedOn.TABLET, ConfirmedOn.PAPER):
        raise Refused(_("Say where the client confirmed it."), field="on")
    if prepared is not None and prepared.referrer_id != referrer.pk:
        raise Refused(_("This is another client's message."))
    return _confirm(referrer, link, said, body, ConfirmedOn(on), introduction, prepared, by.public_id)


@transaction.atomic
def confirm_own(
    *, referrer: Contact, link: Link, said: str, body: str, prepared: Recommendation | None = None
) -> Recommendation:
    """The client confirms on a page of their own; whoever shows the page has seen that it is theirs."""
    if link.referrer_id != referrer.pk or (prepared is not None and prepared.referrer_id != referrer.pk):
        raise Refused(_("This page has ended."))
    introduction = prepared.introduction if prepared else None
    return _confirm(referrer, link, said, body, ConfirmedOn.PORTAL, introduction, prepared, "")


def _confirm(
    referrer: Contact,
    link: Link,
    said: str,
    body: str,
    on: ConfirmedOn,
    introduction: Introduction | None,
    prepared: Recommendation | None,
    actor: str,
) -> Recommendation:
    """Keep the message as it goes. The same words again, not sent yet, are the same message."""
    Contact.objects.select_for_update().get(pk=referrer.pk)  # a second press waits for the first
    shown = desk_links.shown(link)
    if not shown.is_ready:
        raise Refused(_("This kit cannot be passed along just now. Please try again later."))
    template, said, body = _template(link.practice), _said(said), words.tidy(body)
    _demand_own_words(link.practice, template, body)
    said = _allowed(said, body, template)
    disclosure = words.disclosure_of(link.practice, referrer)
    text = words.whole(body, disclosure, shown.address)
    same = Recommendation.objects.filter(
        practice=link.practice_id,
        referrer=referrer,
        introduction=introduction,
        text=text,
        confirmed_at__isnull=False,
        sent_at=None,
    ).first()
    if same:
        return same
    open_ones = Recommendation.objects.filter(pk=prepared.pk if prepared else 0, confirmed_at=None)
    row = open_ones.first() or Recommendation(practice=link.practice)
    row.introduction, row.referrer, row.link, row.template = introduction, referrer, link, template
    row.said, row.text, row.disclosure = said, text, disclosure
    row.confirmed_at, row.confirmed_on = clock.now(), on
    row.final = blobs.keep(link.practice_id, text.encode(), PLAIN)
    row.keep_until = keep_until(link.practice)
    row.save()
    _tie(introduction, link)
    _record("confirmed", row, actor, on=str(on))
    return row


@transaction.atomic
def note_sent(*, by: Member, row: Recommendation, how: str) -> Recommendation:
    """The client sent it by own hand, as the desk saw or heard."""
    demand(by, MAY)
    demand_own(by, row)
    return _note_sent(row, how, by)


@transaction.atomic
def note_own_sent(*, referrer: Contact, row: Recommendation, how: str) -> Recommendation:
    """The client says on a page of their own that the message went."""
    if row.referrer_id != referrer.pk:
        raise Refused(_("This page has ended."))
    return _note_sent(row, how, None)


def _note_sent(row: Recommendation, how: str, by: Member | None) -> Recommendation:
    if how not in BY_HAND:
        raise Refused(_("Say how it went."), field="how")
    held = Recommendation.objects.select_for_update(of=("self",)).select_related("practice", "link__kit").get(pk=row.pk)
    if held.confirmed_at is None:
        raise Refused(_("The client has not confirmed these words yet."))
    if held.sent_at is None and held.sent_by:
        raise Refused(_("The practice is sending it just now. Take that mail back first."))
    if held.sent_at is None:
        mark_sent(held, SentBy(how), by.public_id if by else "")
        _pass_along(held, by)
    row.refresh_from_db()
    return row


def mark_sent(held: Recommendation, how: SentBy, actor: str) -> None:
    """Write down that it went; the time it is kept begins anew. The caller holds the row."""
    held.sent_at, held.sent_by, held.keep_until = clock.now(), how, keep_until(held.practice)
    held.save()
    _record("sent", held, actor, how=str(how))


def _pass_along(held: Recommendation, by: Member | None) -> None:
    """The kit was passed along with it; an introduction that was agreed on is one step further, by the one who did."""
    channel = _CHANNELS.get(SentBy(held.sent_by), Channel.ANY)
    if held.link is not None and held.link.ended_at is None:
        if by is not None:
            passing.note_passing(by=by, link=held.link, channel=channel)
        else:
            passing.note_referrers_passing(referrer=held.referrer, link=held.link, channel=channel)
    thank(referrer=held.referrer, because=Because.SENT, about=held.introduction or held.link or held, by=by)
    move_along(held, by)


def move_along(held: Recommendation, by: Member | None) -> None:
    """The introduction this message is about is passed along, where that is the next step. Where it is not, or the
    friend wants nothing any more, it stays as it is, and the client learns nothing of that."""
    if held.introduction is None or held.introduction.stage != Stage.AGREED:
        return
    try:
        with transaction.atomic():
            who = Who.MEMBER if by else Who.REFERRER
            move(introduction=held.introduction, act="pass along", who=who, by=by)
    except Refused:
        return


@transaction.atomic
def drop(*, by: Member, row: Recommendation) -> None:
    """Take back what was prepared and nobody confirmed."""
    demand(by, MAY)
    demand_own(by, row)
    if Recommendation.objects.filter(pk=row.pk, confirmed_at=None).delete()[0] == 0:
        raise Refused(_("The client has confirmed these words; they are kept."))


def keep_until(practice: Practice) -> date:
    """The last day a message that was used today is kept, by the profession's rule."""
    return retention.end_of(retention.term(practice), clock.today(), retention.fiscal_month(practice.pk))


def forget_everywhere() -> int:
    """The same in every practice that has some past their day."""
    past = Recommendation.objects.filter(keep_until__lt=clock.today()).values("practice")
    return sum(forget_past(practice) for practice in Practice.objects.filter(pk__in=past))


def forget_past(practice: Practice) -> int:
    """Delete messages past the day the rule keeps them, unless somebody holds them; returns how many."""
    past = Recommendation.objects.filter(practice=practice, keep_until__lt=clock.today()).select_related("referrer")
    held = set(retention.holds(practice).values_list("subject", flat=True))
    gone = [one for one in past[:500] if not {one.public_id, one.referrer.public_id} & held]
    blob_ids = [one.final_id for one in gone if one.final_id]
    Recommendation.objects.filter(pk__in=[one.pk for one in gone]).delete()
    blobs.release(blob_ids)
    return len(gone)


def _template(practice: Practice) -> Template:
    standing = selectors.standing(practice)
    if not standing.is_usable:
        raise Refused(standing.why_not)
    return standing.template if standing.template.pk else templates.shipped_in_force(practice)


def _said(said: str) -> str:
    said = words.tidy(said)
    if len(said) < words.LEAST:
        raise Refused(_("Please write a sentence of your own."), field="said")
    if len(said) > words.SAID:
        raise Refused(
            _("One or two sentences are enough: at most %(most)d characters.") % {"most": words.SAID}, field="said"
        )
    return said


def _allowed(said: str, body: str, template: Template) -> str:
    """The own sentences as they are kept: what was taken out of the message because it may not stand goes there too."""
    if wording.forbidden(template.practice, said):
        return words.own_part(body, template)[: words.SAID]
    return said


def _demand_own_words(practice: Practice, template: Template, body: str) -> None:
    """Raise Refused for a message that is too long, holds nothing of the client's own, or what the rules forbid."""
    if len(body) > words.BODY:
        raise Refused(_("Please keep it under %(most)d characters.") % {"most": words.BODY}, field="body")
    if len(words.own_part(body, template)) < words.LEAST:
        raise Refused(_("Please leave a sentence of your own in it."), field="body")
    if found := wording.forbidden(practice, body):
        raise Refused(" ".join(one.words for one in found[:_TOLD]), field="body")


def _demand_desk(by: Member, referrer: Contact, link: Link, introduction: Introduction | None) -> None:
    demand(by, MAY)
    demand_own(by, referrer, link, introduction)
    if link.referrer_id != referrer.pk or (introduction and introduction.referrer_id != referrer.pk):
        raise Refused(_("This is another client's link."))
    if introduction and not introduction.is_open:
        raise Refused(_("This introduction is closed."))


def _tie(introduction: Introduction | None, link: Link) -> None:
    """The introduction knows by which link its friend will come, so that their answer finds it."""
    if introduction is not None and introduction.link_id is None:
        Introduction.objects.filter(pk=introduction.pk, link=None).update(link=link, kit=link.kit_id)


def _record(act: str, row: Recommendation, actor: str, **data: Any) -> None:
    kept = {"said": row.said, "template": f"{row.template.empathy}\n\n{row.template.involves}", "message": row.text}
    if act == "confirmed":
        kept["confirmation"] = words.confirmation()
    people = [row.referrer.public_id]
    if row.introduction is not None and row.introduction.prospect is not None:
        people.append(row.introduction.prospect.public_id)
    events.record(
        row.practice_id,
        f"introductions:words_{act}",
        actor=actor,
        subject=row.public_id,
        people=people,
        texts={name: blobs.keep(row.practice_id, text.encode(), PLAIN) for name, text in kept.items()},
        version=row.template.version,
        **data,
    )
