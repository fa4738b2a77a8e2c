"""What a reader of a kit page answered: recorded by the reader's own POST, with every sign of who passed the kit along.

Nobody is contacted from here, and nothing of a reply reaches the referrer. What an own yes allows stands in the
consents it makes (services/consenting.py); what it moves, in services/answering.py.
"""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from passalong.contacts.keys import email_key, phone_key
from passalong.core import blobs, clock, events
from passalong.core.errors import Refused
from passalong.core.keyed import keyed_hash
from passalong.core.models import Blob
from passalong.introductions.models import HeldBack, Introduction, Reply, Wish
from passalong.introductions.services import answering, consenting, crediting
from passalong.kits.content import StepKind
from passalong.kits.models import Edition, Link

LENGTHS = {"name": 120, "reach": 200, "note": 1000, "passed_by": 120, "chosen_time": 60}  # characters kept


@dataclass(frozen=True, slots=True)
class Answer:
    """The fields of a form on a kit page, as sent. needs_help and wish: only of the two questions."""

    step: str
    needs_help: bool | None = None
    wish: str = ""
    chosen_time: str = ""
    name: str = ""
    reach: str = ""
    note: str = ""
    passed_by: str = ""


@transaction.atomic
def record_reply(
    *,
    link: Link,
    edition: Edition,
    answer: Answer,
    view: str = "",
    shown: bytes = b"",
    asked: Introduction | None = None,
    anew: bool = False,
) -> Reply:
    """Keep one answer, its evidence and its credit, and move the introduction it is about.

    The same page answer sent again is one reply, however often and however fast; sent again with other words, the last
    words stand. One that was taken back stays so, unless the person answers anew on their own page (anew). shown: the
    bytes of the page, where it was not the kit's; asked: the introduction whose page it was. Raises Refused, with the
    field, when an answer is not given or cannot be understood.
    """
    answer = _trimmed(answer)
    for field, message in problems(answer, _country(link)).items():
        raise Refused(message, field=field)
    view = view or _fallback_view(answer)
    key = person_key(link.practice_id, answer.reach, _country(link))
    values: dict[str, object] = {name: getattr(answer, name) for name in _KEPT}
    values |= {"edition": edition, "person_key": key}
    reply, made = _get_or_create(link, answer.step, view, values)
    is_other = any(getattr(reply, name) != value for name, value in values.items())
    changed = not made and (anew or (is_other and reply.taken_back_at is None))
    if changed:
        _change(reply, values)
    if made or changed:
        page = blobs.keep(link.practice_id, shown, "text/html") if shown else None
        crediting.credit(reply, crediting.keep_evidence(reply, answer.passed_by))
        answering.from_reply(reply, asked=asked)
        if reply.held_back in (HeldBack.SUPPRESSED, HeldBack.SELF):
            consenting.taken_back(reply)  # nothing is allowed in the name of somebody who wants nothing
        else:
            consenting.follow(reply, page)
        _record(reply, "introductions:replied" if made else "introductions:reply_changed", page)
    return reply


@transaction.atomic
def take_back(*, reply: Reply) -> Reply:
    """The person takes their yes back, by their own POST on their own page: nothing it allowed holds any more, and
    what it moved is closed. Twice is once."""
    reply = Reply.objects.select_for_update(of=("self",)).select_related("practice", "link__referrer").get(pk=reply.pk)
    if reply.stance == Wish.YES:
        reply.taken_back_at = clock.now()
        reply.save(update_fields=["taken_back_at"])
        consenting.taken_back(reply)
        answering.taken_back(reply)
        events.record(reply.practice_id, "introductions:reply_taken_back", subject=reply.public_id)
    return reply


def _change(reply: Reply, values: dict[str, object]) -> None:
    crediting.take_back(reply, unless=str(values["person_key"]))
    for name, value in values.items():
        setattr(reply, name, value)
    reply.at, reply.taken_back_at = clock.now(), None
    reply.save()


def _record(reply: Reply, kind: str, shown: Blob | None) -> None:
    """Put the answer on the record: what was chosen, and the very page it was chosen on. No name, no address."""
    page = shown or consenting.page_of(reply.edition)
    chosen: dict[str, Any] = {
        "step": reply.step,
        "needs_help": reply.needs_help,
        "wish": reply.wish,
        "chosen_time": reply.chosen_time,
    }
    texts = {"page": page} if page else {}
    events.record(reply.practice_id, kind, subject=reply.public_id, texts=texts, **chosen)


_KEPT = [one.name for one in fields(Answer) if one.name not in ("passed_by", "step")]


def person_key(practice_id: int, reach: str, country: str) -> str:
    """A keyed hash of a mail address or phone number, so that one person is one whatever the spelling; empty if none.

    Nobody who reads the table can try addresses against it (passalong.core.keyed).
    """
    return keyed_hash(practice_id, reach_key(reach, country))


def reach_key(reach: str, country: str) -> str:
    """The normal form of a mail address or phone number; empty when it is neither."""
    return email_key(reach) or phone_key(reach, country)


def _country(link: Link) -> str:
    return link.practice.country


def _trimmed(answer: Answer) -> Answer:
    plain: dict[str, Any] = {name: _plain(getattr(answer, name)) for name in LENGTHS}
    return replace(answer, **plain)


def _plain(text: str) -> str:
    return text.replace("\x00", "").strip()


def problems(answer: Answer, country: str) -> dict[str, str]:
    """What is missing or cannot be understood, by field; empty when the answer can be kept."""
    wrong = {
        name: _("Please keep it under %(most)d characters.") % {"most": most}
        for name, most in LENGTHS.items()
        if len(getattr(answer, name)) > most
    }
    if answer.step == StepKind.TWO_QUESTIONS:
        if answer.needs_help is None:
            wrong["needs_help"] = _("Please choose one of the answers.")
        if answer.wish not in Wish.values:
            wrong["wish"] = _("Please choose one of the answers.")
    if answer.step == StepKind.TIMES and not answer.chosen_time:
        wrong["chosen_time"] = _("Please choose one of the times.")
    is_to_be_reached = answer.wish == Wish.YES or answer.step == StepKind.TIMES
    if is_to_be_reached and not answer.name.strip():
        wrong.setdefault("name", _("Please say what we may call you."))
    if (is_to_be_reached or answer.reach.strip()) and not reach_key(answer.reach, country):
        wrong.setdefault("reach", _("Please give a mail address or a phone number we can reach you by."))
    return wrong


def _fallback_view(answer: Answer) -> str:
    """Without a script some forms know no view: the same words on the same day are then the same answer."""
    if not (answer.name or answer.reach):
        return ""
    text = "\n".join([str(clock.today()), *(str(value) for value in asdict(answer).values())])
    return "~" + hashlib.sha256(text.encode()).hexdigest()[:12]


def _get_or_create(link: Link, step: str, view: str, values: dict[str, object]) -> tuple[Reply, bool]:
    try:
        with transaction.atomic():
            own = {"practice_id": link.practice_id, "link": link, "step": step, "view": view, "at": clock.now()}
            return Reply.objects.create(**own, **values), True
    except IntegrityError:  # the same answer was faster
        return Reply.objects.select_for_update().get(link=link, view=view, step=step), False
