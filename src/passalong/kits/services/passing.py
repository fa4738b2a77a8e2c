"""Verbs on passing along: links, the referrer's words and private page, and each time a kit was passed on."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from passalong.accounts.models import Member
from passalong.accounts.rules import demand
from passalong.compliance import wording
from passalong.contacts.models import Contact
from passalong.contacts.services.own import demand_own
from passalong.core import blobs, clock, events
from passalong.core.errors import Refused
from passalong.core.ids import digest, new_token
from passalong.kits.content import Content
from passalong.kits.models import Channel, Edition, EditionState, Kit, Link, Passing, SharePage
from passalong.kits.selectors.passing import url_of
from passalong.kits.sharing import Words, message

WORDS = "text/plain; charset=utf-8"
WORDS_LENGTH = 1200  # of one element; three of them still go into one mail
PURPOSE = "share page"  # a token made for another purpose never opens one


def share_digest(secret: str) -> str:
    """What is kept of a private page's address: the digest is bound to its purpose."""
    return digest(f"{PURPOSE}:{secret}")


@transaction.atomic
def link_for(*, by: Member, kit: Kit, referrer: Contact | None, channel: str = Channel.ANY) -> Link:
    """The open link of this referrer to this kit, made on first asking. Without referrer: the practice's own."""
    demand(by, "kits.edit")
    demand_own(by, kit, referrer)
    if kit.archived_at:
        raise Refused(_("This kit is archived. Bring it back before it is passed along."))
    if channel not in Channel.values:
        raise Refused(_("There is no such way to pass a kit along."), field="channel")
    link, made = Link.objects.get_or_create(
        practice=by.practice, kit=kit, referrer=referrer, channel=channel, is_own=referrer is None, ended_at=None
    )
    if made:
        _record(link, "kits:link_made", by.public_id)
    return link


@transaction.atomic
def own_link(*, referrer: Contact, kit: Kit) -> Link:
    """The same by an act of the referrer's own, on a page of theirs."""
    if kit.archived_at or kit.practice_id != referrer.practice_id:
        raise Refused(_("This page has ended."))
    link, made = Link.objects.get_or_create(
        practice=kit.practice, kit=kit, referrer=referrer, channel=Channel.ANY, is_own=False, ended_at=None
    )
    if made:
        _record(link, "kits:link_made", "")
    return link


@transaction.atomic
def end_link(*, by: Member, link: Link) -> None:
    """From now on nobody gets in by this link; what was counted stays. Ending twice is ending once."""
    demand(by, "kits.edit")
    demand_own(by, link)
    if Link.objects.filter(pk=link.pk, ended_at=None).update(ended_at=clock.now()):
        _record(link, "kits:link_ended", by.public_id)
    link.refresh_from_db(fields=["ended_at"])


@transaction.atomic
def save_words(*, by: Member, link: Link, experience: str, empathy: str, keep_involves: bool) -> Link:
    """Keep what the client said, in the client's words, as the desk wrote it down."""
    demand(by, "kits.edit")
    demand_own(by, link)
    return _save_words(link, by.public_id, experience, empathy, keep_involves)


@transaction.atomic
def note_passing(*, by: Member, link: Link, channel: str = "") -> Passing:
    """The desk says that the kit was passed along once more."""
    demand(by, "kits.edit")
    demand_own(by, link)
    return _note_passing(link, by.public_id, "desk", channel)


@transaction.atomic
def make_share_page(*, by: Member, link: Link) -> str:
    """A fresh secret of the referrer's private page for this kit, shown once; the page before it ends."""
    demand(by, "kits.edit")
    demand_own(by, link)
    if link.referrer is None:
        raise Refused(_("Only a client's link has a page of the client's own."))
    if link.ended_at:
        raise Refused(_("This link has ended. Make a new one first."))
    Kit.objects.select_for_update().get(pk=link.kit_id)  # two at once: one after the other, so that one is open
    _open_pages(link).update(ended_at=clock.now())
    secret = new_token()
    page = SharePage.objects.create(
        practice=by.practice, kit=link.kit, referrer=link.referrer, token_digest=share_digest(secret)
    )
    _record(link, "kits:share_page_made", by.public_id, page=page.public_id)
    return secret


@transaction.atomic
def end_share_page(*, by: Member, link: Link) -> None:
    """The private page of this link's referrer opens no more."""
    demand(by, "kits.edit")
    demand_own(by, link)
    if link.referrer is not None and _open_pages(link).update(ended_at=clock.now()):
        _record(link, "kits:share_page_ended", by.public_id)


@transaction.atomic
def note_own_passing(*, page: SharePage, link: Link, channel: str = "") -> Passing:
    """The referrer says so on the private page."""
    _demand_of_page(page, link)
    return _note_passing(link, "", "referrer", channel)


@transaction.atomic
def note_referrers_passing(*, referrer: Contact, link: Link, channel: str = "") -> Passing:
    """The referrer says so, signed in to a page of their own."""
    if link.referrer_id != referrer.pk:
        raise Refused(_("This page has ended."))
    return _note_passing(link, "", "referrer", channel)


def _open_pages(link: Link) -> Any:
    return SharePage.objects.filter(kit=link.kit_id, referrer=link.referrer_id, ended_at=None)


def _demand_of_page(page: SharePage, link: Link) -> None:
    if page.ended_at or (page.kit_id, page.referrer_id) != (link.kit_id, link.referrer_id):
        raise Refused(_("This page has ended."))


def _save_words(link: Link, actor: str, experience: str, empathy: str, keep_involves: bool) -> Link:
    for field, text in (("experience", experience), ("empathy", empathy)):
        if len(text) > WORDS_LENGTH:
            raise Refused(_("Please keep it under %(most)d characters.") % {"most": WORDS_LENGTH}, field=field)
        if found := wording.forbidden(link.practice, text):
            raise Refused(found[0].words, field=field)
    link.words = {"experience": experience.strip(), "empathy": empathy.strip(), "involves": keep_involves}
    link.save(update_fields=["words"])
    _record(link, "kits:words_saved", actor, message(Words.from_json(link.words), "", ""), involves=keep_involves)
    return link


def _note_passing(link: Link, actor: str, said_by: str, channel: str) -> Passing:
    if link.ended_at:
        raise Refused(_("This link has ended. Make a new one first."))
    edition = Edition.objects.filter(kit=link.kit_id, state=EditionState.LIVE).first()
    passing = Passing.objects.create(
        practice_id=link.practice_id,
        link=link,
        edition=edition,
        channel=channel if channel in Channel.values else "",
        said_by=said_by,
    )
    involves = Content.from_json(edition.frozen["content"]).involves if edition else ""
    _record(
        link,
        "kits:passed_along",
        actor,
        message(Words.from_json(link.words), involves, url_of(link)),
        edition=edition.public_id if edition else "",
        channel=passing.channel,
        said_by=said_by,
    )
    return passing


def _record(link: Link, kind: str, actor: str, text: str = "", **said: Any) -> None:
    """Put an act on the record, with the words that were passed along or agreed to, if any."""
    words = {"words": blobs.keep(link.practice_id, text.encode(), WORDS)} if text else {}
    people = [link.referrer.public_id] if link.referrer else []
    events.record(link.practice_id, kind, actor=actor, subject=link.public_id, people=people, texts=words, **said)
