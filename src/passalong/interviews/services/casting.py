"""Verbs on casting calls: one mail to clients who may like to be featured, three questions, and their own answers.

Each client is asked once by a call, through the gate as any other mail. Whoever would like to is an idea in the
pipeline; whoever would not is not asked by a later call.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from passalong.accounts.models import Member
from passalong.accounts.rules import demand
from passalong.contacts.models import Contact
from passalong.contacts.services.own import demand_own
from passalong.core import clock, events
from passalong.core.errors import Refused
from passalong.core.ids import digest, is_token, new_token
from passalong.interviews import letters
from passalong.interviews.models import CastingAsk, CastingCall, GuestKind, Interview, Stage
from passalong.interviews.selectors import casting as reads
from passalong.interviews.services import questions
from passalong.interviews.services.moving import MAY, move, open_interview
from passalong.interviews.stages import Who
from passalong.interviews.wording import demand_plain
from passalong.kits.selectors.passing import sharing
from passalong.mail.models import MailPurpose, MailState
from passalong.mail.selectors.outbox import addresses_of
from passalong.mail.services import composing, outbox
from passalong.mail.services.gate import before_writing

KEYS = ("story", "public", "time")
MOST = 200  # clients of one call
AT_ONCE = 50  # mails let go by one press


@transaction.atomic
def open_call(*, by: Member, title: str, text: str, asked: Iterable[str]) -> CastingCall:
    """A call as a draft. asked: the three questions, answered yes or no."""
    demand(by, MAY)
    call = CastingCall(practice=by.practice)
    _fill(call, title, text, asked)
    call.save()
    _record(by, "casting_written", call)
    return call


@transaction.atomic
def change(*, by: Member, call: CastingCall, title: str, text: str, asked: Iterable[str]) -> CastingCall:
    """Other words, while nobody has got them."""
    row = _own(by, call)
    if row.sent_at is not None:
        raise Refused(_("It has gone to somebody. Its words stay as they are."))
    _fill(row, title, text, asked)
    row.save()
    _record(by, "casting_written", row)
    return row


@transaction.atomic
def choose(*, by: Member, call: CastingCall, clients: Iterable[Contact]) -> int:
    """Put these clients on the call; how many are new on it. Whoever may not be asked is left out."""
    row = _own(by, call)
    if row.ended_at is not None:
        raise Refused(_("This call has ended."))
    wanted = {one.pk for one in clients}
    may = list(reads.candidates(by.practice, row).filter(pk__in=wanted))
    if row.asks.count() + len(may) > MOST:
        raise Refused(
            _("At most %(most)d clients at a time: choose those you would be proud to show.") % {"most": MOST}
        )
    CastingAsk.objects.bulk_create(
        CastingAsk(practice=by.practice, call=row, contact=one, token_digest=digest(new_token())) for one in may
    )
    return len(may)


@transaction.atomic
def leave_out(*, by: Member, ask: CastingAsk) -> None:
    """Take a client off the call who has not been written to, or whose mail was taken back; they can be chosen anew."""
    demand(by, MAY)
    demand_own(by, ask)
    row = CastingAsk.objects.select_for_update().get(pk=ask.pk)
    if row.answered_at or (row.message and not reads.is_taken_back(row)):
        raise Refused(_("They have been asked already."))
    row.delete()


def send(*, by: Member, call: CastingCall) -> tuple[int, int, str]:
    """Write to the next of those on the call: how many went, how many the gate held back, and why the last of these.
    A press lets at most AT_ONCE go; the same client is never written to twice, also after a server that stopped."""
    row = _own_now(by, call)
    if not (there := sharing()).is_on:
        raise Refused(there.why)
    went, held, why = 0, 0, ""
    waiting = CastingAsk.objects.filter(call=row, message="", answered_at=None).order_by("pk")
    for pk in list(waiting.values_list("pk", flat=True)):
        if went == AT_ONCE:
            break
        said = _send_one(by, pk)
        if said is None:
            continue
        went, held, why = (went + 1, held, why) if not said else (went, held + 1, said)
    if went:
        CastingCall.objects.filter(pk=row.pk, sent_at=None).update(sent_at=clock.now())
        _record(by, "casting_sent", row, many=went)
    call.refresh_from_db()
    return went, held, why


@transaction.atomic
def _send_one(by: Member, pk: int) -> str | None:
    """Empty where it goes, why where it does not, None where it went meanwhile."""
    found = CastingAsk.objects.select_for_update(of=("self",)).select_related("call", "contact", "practice")
    ask = found.filter(pk=pk, message="").first()
    if ask is None:
        return None
    client, address = ask.contact, next(iter(addresses_of(ask.contact)), "")
    if not address:
        return str(_("There is no mail address of %(name)s on file.") % {"name": client})
    if not (gate := before_writing(client, address)).may:
        return gate.why
    token = new_token()
    call, page = ask.call, f"{settings.PUBLIC_URL}/cast/{token}"
    written = letters.casting(
        by.practice, client.first_name, title=call.title, text=call.text, sender=by.user.name, page=page
    )
    message = composing.draft(
        by=by,
        practice=by.practice,
        purpose=MailPurpose.PERSONAL,
        to=composing.Recipient(address, client.full_name, client),
        subject=written.subject,
        text=written.text,
        key=f"casting:{ask.public_id}",
        about=call.public_id,
    )
    sent = outbox.send(by=by, message=message)
    ask.message, ask.token_digest = message.public_id, digest(token)
    ask.save(update_fields=["message", "token_digest"])
    return sent.reason if sent.state == MailState.HELD else ""


@transaction.atomic
def end(*, by: Member, call: CastingCall) -> CastingCall:
    """Nobody is written to any more, and its pages take no answers. What was answered stays."""
    row = _own(by, call)
    if row.ended_at is None:
        row.ended_at = clock.now()
        row.save(update_fields=["ended_at"])
        _record(by, "casting_ended", row)
    return row


def ask_of(token: str) -> CastingAsk | None:
    """Whose page this is; None for one that never was, and once the call has ended."""
    if not is_token(token):
        return None
    found = CastingAsk.objects.filter(token_digest=digest(token), call__ended_at=None)
    return found.select_related("call", "contact", "practice", "interview").first()


@transaction.atomic
def answer(*, ask: CastingAsk, would: bool, answers: Mapping[str, bool]) -> CastingAsk:
    """The client's own answer; a later one takes its place. A yes is an idea in the pipeline, where all three questions
    are answered with yes. Raises Refused for a yes with a question left open."""
    row = CastingAsk.objects.select_for_update(of=("self",)).select_related("call", "contact").get(pk=ask.pk)
    keys = [one["key"] for one in row.call.questions]
    if would and any(key not in answers for key in keys):
        raise Refused(_("Please answer the three questions as well."))
    fits = would and all(answers[key] for key in keys)
    if row.interview is not None and row.interview.stage != Stage.IDEA and not fits:
        raise Refused(_("We have gone on since. Please say so on the page of the interview, or to us."))
    row.would, row.answered_at = would, clock.now()
    row.answers = {key: bool(answers[key]) for key in keys if key in answers} if would else {}
    if fits:
        row.interview = _idea(row)
    elif row.interview is not None:
        move(interview=row.interview, act="decline", who=Who.GUEST)
        row.interview = None
    row.save()
    events.record(
        row.practice_id,
        "interviews:casting_answered",
        subject=row.call.public_id,
        people=[row.contact.public_id],
        would=would,
        answers=row.answers,
    )
    return row


def _idea(row: CastingAsk) -> Interview:
    found = open_interview(guest=row.contact, kind=GuestKind.CLIENT, who=Who.GUEST)
    if not found.gain:
        found.gain = letters.gain_of(found.practice, found.kind)
        found.save(update_fields=["gain"])
    questions.ensure(found)
    return found


def _fill(call: CastingCall, title: str, text: str, asked: Iterable[str]) -> None:
    said = [" ".join(one.split())[:200] for one in asked]
    for field, words in (("title", title), ("text", text), *((f"question{at}", one) for at, one in enumerate(said, 1))):
        if not words.strip():
            raise Refused(_("Say something here."), field=field)
        demand_plain(words, field=field)
    call.title, call.text = " ".join(title.split())[:120], text.strip()[:4000]
    call.questions = [{"key": key, "text": one} for key, one in zip(KEYS, said, strict=True)]


def _own(by: Member, call: CastingCall) -> CastingCall:
    demand(by, MAY)
    demand_own(by, call)
    return CastingCall.objects.select_for_update().get(pk=call.pk)


def _own_now(by: Member, call: CastingCall) -> CastingCall:
    demand(by, MAY)
    demand_own(by, call)
    row = CastingCall.objects.get(pk=call.pk)
    if row.ended_at is not None:
        raise Refused(_("This call has ended."))
    return row


def _record(by: Member, kind: str, call: CastingCall, *, many: int | None = None) -> None:
    said: dict[str, Any] = {} if many is None else {"many": many}
    events.record(by.practice_id, f"interviews:{kind}", actor=by.public_id, subject=call.public_id, **said)
