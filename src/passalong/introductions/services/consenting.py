"""What an answer on a kit page means for consents, in the transaction that keeps the answer."""

from __future__ import annotations

from typing import Any

from passalong.compliance.services import consent
from passalong.core.models import Blob
from passalong.introductions.models import Reply, Wish
from passalong.introductions.services import meaning
from passalong.kits.models import Edition, EditionFile, FileName


def follow(reply: Reply, shown: Blob | None = None) -> None:
    """An own yes lets the practice get in touch; an own “no” or “not now” ends what was allowed before. Other steps
    (a file taken along, a calendar opened) say nothing about it. shown: the page of the answer, where it is not the
    kit's."""
    said = reply.stance
    if said == Wish.YES:
        consent.answered_yes(
            practice=reply.practice,
            about=reply.public_id,
            person_key=reply.person_key,
            page=shown or page_of(reply.edition),
            choice=choice_of(reply),
            at=reply.at,
        )
    elif said:
        consent.answered_no(
            practice=reply.practice,
            about=reply.public_id,
            person_key=reply.person_key,
            why=f"answered {said}",
            for_good=said == Wish.NO,
            person=meaning.person_of(reply),
        )


def taken_back(reply: Reply) -> None:
    """All that the person's own answers allowed ends; another yes is theirs to give."""
    consent.answered_no(
        practice=reply.practice,
        about=reply.public_id,
        person_key=reply.person_key,
        why="taken back by the person",
        person=meaning.person_of(reply),
    )


def choice_of(reply: Reply) -> dict[str, Any]:
    """What was chosen, without who chose it: that is known by the keyed hash alone."""
    return {"step": str(reply.step), "needs_help": reply.needs_help, "wish": str(reply.wish)}


def page_of(edition: Edition) -> Blob | None:
    """The very page the answer was given on, as published."""
    file = EditionFile.objects.filter(edition=edition, name=FileName.PAGE, link=None).select_related("blob").first()
    return file.blob if file else None
