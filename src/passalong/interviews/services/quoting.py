"""Sentences of an interview marked for a kit. Each is a proof that awaits its speaker: having been interviewed is no
consent to be quoted."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from passalong.accounts.models import Member
from passalong.accounts.rules import demand
from passalong.contacts.models import StandingKind
from passalong.contacts.services.own import demand_own
from passalong.core import events
from passalong.core.errors import Refused
from passalong.interviews.models import GuestKind, Interview, Quote, Voice
from passalong.interviews.selectors import transcripts, voices
from passalong.kits.models.proof import ProofKind, Relation
from passalong.kits.services import proof
from passalong.kits.services.proof import Wording

MAY = "interviews.edit"
LONGEST = 1000  # characters


@transaction.atomic
def mark(*, by: Member, interview: Interview, number: int, text: str, shown_as: str) -> Quote:
    """Mark words of one segment, letter by letter as they were said, as a proof that awaits the speaker.

    number: the segment in the newest version. Raises Refused for words that do not stand there: nothing is polished.
    """
    demand(by, MAY)
    demand_own(by, interview)
    if why := voices.why_not_usable(interview):
        raise Refused(why)
    newest = transcripts.latest(interview)
    said = transcripts.beside(newest, None) if newest else []
    if not 0 <= number < len(said):
        raise Refused(_("These words are not there any more."), field="text")
    words = " ".join(text.split())
    if not words or len(words) > LONGEST:
        raise Refused(_("A quote has between one and %(most)d characters.") % {"most": LONGEST}, field="text")
    if words not in " ".join(said[number].text.split()):
        raise Refused(
            _("Quote what was said, letter by letter. You may leave out what stands before and after."), field="text"
        )
    voice = Voice.objects.filter(interview=interview, public_id=said[number].voice).first()
    speaker = voice.contact if voice else interview.guest
    if voice is not None and voice.contact is None:
        raise Refused(
            _("%(name)s is not among your people; only somebody on file can be quoted.") % {"name": voice.name}
        )
    wording = Wording(
        ProofKind.TESTIMONIAL,
        words,
        shown_as,
        _relation(interview),
        source=_("The interview with %(name)s") % {"name": speaker},
    )
    made = proof.add_proof(by=by, wording=wording, speaker=speaker)
    quote = Quote.objects.create(practice_id=by.practice_id, interview=interview, proof=made, start=said[number].start)
    events.record(
        by.practice_id,
        "interviews:quote_marked",
        actor=by.public_id,
        subject=interview.public_id,
        people=[speaker.public_id] if speaker else [],
        proof=made.public_id,
    )
    return quote


def _relation(interview: Interview) -> str:
    """Who speaks, as readers of a kit are told."""
    if interview.kind == GuestKind.PARTNER:
        return Relation.PARTNER
    if interview.kind != GuestKind.CLIENT or interview.guest is None:
        return Relation.OTHER
    is_client = interview.guest.standings.filter(kind=StandingKind.CLIENT, until=None).exists()
    return Relation.CLIENT if is_client else Relation.FORMER
