"""Ways to introduce that the client goes by own hand: a mail of three, a letter, a call.

Passalong prepares the words, in the client's voice; the client changes, sends, signs, calls. Nothing of it is ever sent
by us to the person introduced. What the client is handed rests on no yes the client may not know of.
"""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from passalong.accounts.models import Member, Practice
from passalong.accounts.rules import demand
from passalong.compliance.wording import forbidden
from passalong.contacts.models import Contact, PointKind
from passalong.contacts.services.own import demand_own
from passalong.core import blobs, clock, events
from passalong.core.errors import Refused
from passalong.core.ids import digest
from passalong.introductions import knowing, own_pages, ways_words
from passalong.introductions.models import Because, Introduction, Stage, Way, WayKind
from passalong.introductions.selectors.ways import BY_HAND, why_not
from passalong.introductions.services import thanking
from passalong.introductions.services.moving import MAY, move
from passalong.introductions.stages import Who, may
from passalong.kits.selectors.passing import sharing
from passalong.mail.models import MailPurpose, Message
from passalong.mail.services import composing

PAGE_DAYS = 60  # the client's page of a way is open so long, whatever becomes of the introduction
_BECAUSE: dict[str, Because] = {
    WayKind.MAIL: Because.SENT,
    WayKind.LETTER: Because.SENT,
    WayKind.CALL: Because.PASSED,
}


def demand_way(introduction: Introduction, kind: str) -> None:
    """Raise Refused, with the reason, where this way is not open as things stand."""
    if kind not in BY_HAND:
        raise Refused(_("This way is not known."))
    if why := why_not(introduction, kind):
        raise Refused(why)


@transaction.atomic
def prepare(*, by: Member, introduction: Introduction, kind: str, subject: str = "", words: str = "") -> Way:
    """Keep the words of one way; again takes the place of what was there, until the client has used it.

    Raises Refused, naming the field, for words the rules of profession and place forbid.
    """
    _demand(by, introduction)
    demand_way(introduction, kind)
    subject = " ".join(subject.replace("\x00", "").split())
    words = words.replace("\r\n", "\n").replace("\x00", "").strip()
    _check(by.practice, kind, subject, words)
    Introduction.objects.select_for_update().get(pk=introduction.pk)  # two presses at once keep one
    way = Way.objects.select_for_update().filter(introduction=introduction, kind=kind).first()
    way = way or Way(practice=by.practice, introduction=introduction, kind=WayKind(kind).value)
    if way.used_at:
        raise Refused(_("The client has used these words already. They stay as they were."))
    way.subject, way.words, way.host = subject, words, by
    way.save()
    _record(way, "way_prepared", by.public_id)
    return way


def _check(practice: Practice, kind: str, subject: str, words: str) -> None:
    if not words:
        raise Refused(_("Write at least a sentence."), field="words")
    if kind == WayKind.MAIL and not subject:
        raise Refused(_("A mail needs a subject."), field="subject")
    for field, text in (("subject", subject), ("words", words)):
        if len(text) > ways_words.LONGEST[field]:
            most = {"most": ways_words.LONGEST[field]}
            raise Refused(_("Please keep it under %(most)d characters.") % most, field=field)
        for found in forbidden(practice, text):
            raise Refused(found.words, field=field)


@transaction.atomic
def hand_over(*, by: Member, way: Way) -> Message:
    """Draft a message to the client with the page of this way; it goes from its preview. Once for each way."""
    _demand(by, way)
    introduction = way.introduction
    demand_way(introduction, way.kind)
    if not (there := sharing()).is_on:
        raise Refused(there.why)
    client = introduction.referrer
    point = client.points.filter(kind=PointKind.EMAIL).order_by("pk").first() if client else None
    if client is None or point is None:
        raise Refused(_("There is no mail address of %(name)s on file.") % {"name": client})
    open_page(by=by, way=way)
    named = {
        "name": client.first_name or client.full_name,
        "what": _WHAT[WayKind(way.kind)](),
        "address": own_pages.address_of_way(way),
        "practice": way.practice.name,
    }
    text = _(
        "Dear %(name)s,\n\nAs we said: here is %(what)s. Change it as you like; it goes from your own hand, and "
        "only if and when it fits.\n\n%(address)s\n\nThank you for thinking of us.\n\n%(practice)s"
    )
    return composing.draft(
        by=by,
        practice=by.practice,
        purpose=MailPurpose.PERSONAL,
        to=composing.Recipient(point.key, client.full_name, client),
        subject=_("As we said: %(what)s") % named,
        text=text % named,
        key=f"way:{way.public_id}",
        about=introduction.public_id,
        people=(introduction.public_id, *((introduction.prospect.public_id,) if introduction.prospect else ())),
    )


_WHAT = {
    WayKind.MAIL: lambda: _("a mail for you to send"),
    WayKind.LETTER: lambda: _("a letter for you to sign"),
    WayKind.CALL: lambda: _("a few points for your call"),
}


@transaction.atomic
def open_page(*, by: Member, way: Way) -> Way:
    """Open the client's page of this way, or keep it open for longer."""
    _demand(by, way)
    way.token_digest = digest(own_pages.token_of_way(way))
    way.ends_on = clock.today() + timedelta(days=PAGE_DAYS)
    way.save(update_fields=["token_digest", "ends_on"])
    return way


@transaction.atomic
def used(*, by: Member, way: Way) -> Way:
    """The client sent, signed or called, as the practice heard. Said again it changes nothing."""
    _demand(by, way)
    demand_way(way.introduction, way.kind)
    return _use(way, by)


@transaction.atomic
def used_by_client(*, way: Way) -> Way:
    """The client's own POST on their page. Their page tells nothing of what it moved, or whether it did."""
    return _use(way, None)


def _use(way: Way, by: Member | None) -> Way:
    row = Way.objects.select_for_update(of=("self",)).select_related("introduction__practice").get(pk=way.pk)
    if row.used_at:
        return row
    row.used_at = clock.now()
    row.final = blobs.keep(row.practice_id, f"{row.subject}\n\n{row.words}".strip().encode(), "text/plain")
    row.save(update_fields=["used_at", "final"])
    _move(row.introduction, row.kind, by)
    _record(row, "way_used", by.public_id if by else "")
    if (client := row.introduction.referrer) is not None:
        thanking.thank(referrer=client, because=_BECAUSE[row.kind], about=row.introduction, by=by)
    return row


def _move(introduction: Introduction, kind: str, by: Member | None) -> None:
    """A client who calls or writes passes it along; where the person said yes before, it introduces them."""
    who = Who.MEMBER if by else Who.REFERRER
    act = "introduce" if introduction.stage == Stage.ANSWERED else "pass along"
    if act == "introduce" and not knowing.client_may_know(introduction):
        return
    if may(act, introduction.stage, who):
        move(introduction=introduction, act=act, who=who, by=by, note=str(WayKind(kind).label))


def _demand(by: Member, row: Introduction | Way) -> None:
    demand(by, MAY)
    demand_own(by, row)


def _record(way: Way, kind: str, actor: str) -> None:
    ends: tuple[Contact | None, ...] = (way.introduction.referrer, way.introduction.prospect)
    people = [one.public_id for one in ends if one]
    subject = way.introduction.public_id
    events.record(way.practice_id, f"introductions:{kind}", actor=actor, subject=subject, people=people, way=way.kind)
