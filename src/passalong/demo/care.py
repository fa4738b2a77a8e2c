"""What the demo practice owes and has agreed: an agreement with its promises, one kept late, what was said, and an ask
that met silence."""

from __future__ import annotations

from datetime import timedelta

from passalong.accounts.models import Member
from passalong.contacts.models import Contact, StandingKind
from passalong.core import clock
from passalong.introductions.models import Introduction, Promise, Stage
from passalong.introductions.selectors import agreements as read
from passalong.introductions.services import agreements, promises, seeds, silence

QUALITY = "That somebody calls back on the same day.\nThat we say what we do not know."
REVIEW = "Go through the pension papers once more"
CALL = "Call back about the letter from the bank"
ANSWERED = "Send the two pages on what a will is for"
NODDED = "She said her sister should hear that."


def load(owner: Member) -> None:
    """Two clients who know where they stand, and one who said nothing."""
    clients = _others(owner)
    if len(clients) >= 2:
        _agreed(owner, clients[0])
        _owed(owner, clients[1])
    seeds.write_due(owner.practice)
    _silent(owner)


def _others(owner: Member) -> list[Contact]:
    """Two clients from the end of the list, which the first gameplans do not begin with."""
    found = Contact.objects.filter(practice=owner.practice, standings__kind=StandingKind.CLIENT, standings__until=None)
    found = found.filter(public_sector=False, do_not_ask=False)
    return list(found.distinct().order_by("-sort_key", "pk")[:2])


def _agreed(owner: Member, client: Contact) -> None:
    words = read.shipped_words(owner.practice)
    made = agreements.save(
        by=owner,
        client=client,
        good_introduction=words["good_introduction"],
        treatment=words["treatment"],
        quality=QUALITY,
        hoped_number=3,
    )
    shown = read.shown_to(client)
    if shown:
        agreements.acknowledge(agreement=made, how="tablet", shown=shown.shown, by=owner)
    kept = promises.make(by=owner, to=client, words=ANSWERED, due_on=clock.today(), agreement=made)
    promises.keep(by=owner, promise=kept)
    seeds.say(by=owner, client=client, key="by_referral", on=clock.today() - timedelta(days=60), note=NODDED)
    seeds.say(by=owner, client=client, key="no_pressure", on=clock.today() - timedelta(days=30))


def _owed(owner: Member, client: Contact) -> None:
    promises.make(by=owner, to=client, words=REVIEW, due_on=clock.today() + timedelta(days=5))
    late = promises.make(by=owner, to=client, words=CALL, due_on=clock.today())
    Promise.objects.filter(pk=late.pk).update(due_on=clock.today() - timedelta(days=1))


def _silent(owner: Member) -> None:
    """The ask that waits longest has waited too long."""
    asked = Introduction.objects.filter(practice=owner.practice, stage=Stage.ASKED).order_by("stage_at").first()
    if asked is not None:
        Introduction.objects.filter(pk=asked.pk).update(stage_at=clock.now() - timedelta(days=24))
        silence.find(owner.practice)
