"""Verbs on the brief: written anew as a version, given out by a private link, taken back."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from passalong.accounts.models import Member
from passalong.accounts.rules import demand
from passalong.compliance.wording import forbidden
from passalong.contacts.services.own import demand_own
from passalong.core import clock, events
from passalong.core.errors import Refused
from passalong.core.ids import digest, new_token
from passalong.interviews.fair_words import demand_fair
from passalong.interviews.models import Brief, BriefKey, Partner
from passalong.interviews.selectors.briefs import PARTS, is_unfinished, named_in
from passalong.interviews.services.moving import MAY

LONGEST = 1500
MOST_LINES = 12  # of a part, so that all four stand on one page of paper


@transaction.atomic
def write(*, by: Member, partner: Partner, helps: str, recognise: str, words: str, happens: str) -> Brief:
    """A new version of the page the partner keeps. Saved with the same words it stays the version it is.

    Raises Refused, naming the field, for a part that is empty, unfinished or too long, that names somebody else who is
    on file, presses or sells, or says what the profession's rules forbid in words that are handed to others.
    """
    row = _own(by, partner)
    said = dict(zip(PARTS, (helps, recognise, words, happens), strict=True))
    said = {name: text.replace("\x00", "").replace("\r\n", "\n").strip() for name, text in said.items()}
    for name, text in said.items():
        _check(by, row, name, text)
    last = row.briefs.first()
    if last is not None and all(getattr(last, name) == text for name, text in said.items()):
        return last
    number = last.number + 1 if last else 1
    brief = Brief.objects.create(practice_id=row.practice_id, partner=row, number=number, **said)
    _record("brief_written", by, row, number=number)
    return brief


def _check(by: Member, row: Partner, name: str, text: str) -> None:
    if not text:
        raise Refused(_("This part is still empty."), field=name)
    if is_unfinished(text):
        raise Refused(_("Write your own words where the dots stand, or take that line out."), field=name)
    if len(text) > LONGEST:
        raise Refused(_("Please keep it under %(most)d characters.") % {"most": LONGEST}, field=name)
    if len([line for line in text.split("\n") if line.strip()]) > MOST_LINES:
        raise Refused(_("At most %(most)d lines fit here.") % {"most": MOST_LINES}, field=name)
    demand_fair(text, field=name)
    if wrong := forbidden(by.practice, text):
        raise Refused(wrong[0].words, field=name)
    if named := named_in(row, text):
        said = _("%(name)s is on file here. Nobody else’s name stands in a brief: describe the kind of person instead.")
        raise Refused(said % {"name": named}, field=name)


@transaction.atomic
def give_link(*, by: Member, partner: Partner) -> str:
    """A new private link to the brief: its secret, which is not kept. An earlier link ends."""
    row = _own(by, partner)
    if not row.briefs.exists():
        raise Refused(_("Write the brief first."))
    _end(row)
    token = new_token()
    BriefKey.objects.create(practice_id=row.practice_id, partner=row, token_digest=digest(token))
    _record("brief_given", by, row)
    return token


@transaction.atomic
def end_link(*, by: Member, partner: Partner) -> None:
    """The link shows nothing any more. Done again it changes nothing."""
    row = _own(by, partner, even_ended=True)
    if _end(row):
        _record("brief_ended", by, row)


def _end(row: Partner) -> int:
    return BriefKey.objects.filter(partner=row, ended_at=None).update(ended_at=clock.now())


def _own(by: Member, partner: Partner, *, even_ended: bool = False) -> Partner:
    """The row, held, so that versions and links are numbered one after the other."""
    demand(by, MAY)
    demand_own(by, partner)
    row = Partner.objects.select_for_update(of=("self",)).select_related("contact").get(pk=partner.pk)
    if row.ended_at is not None and not even_ended:
        raise Refused(_("They are no partner any more."))
    return row


def _record(what: str, by: Member, row: Partner, **said: Any) -> None:
    people = [row.contact.public_id]
    events.record(
        by.practice_id, f"interviews:{what}", actor=by.public_id, subject=row.public_id, people=people, **said
    )
