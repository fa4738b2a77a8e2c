"""A message arrives: read within bounds, matched, kept. Nothing is answered, and nothing else changes by it, except
that mail stops where it came back for good, was reported as spam, or was asked to stop.

Only what concerns a message from here is kept. The rest of a mailbox is nobody's business: it is counted,
and forgotten.
"""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass
from datetime import date, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from passalong.accounts import selectors as accounts
from passalong.accounts.models import Member, Practice
from passalong.contacts.models import Contact
from passalong.core import blobs, clock, events
from passalong.core.keyed import keyed_hash
from passalong.mail import grammar
from passalong.mail.models import Doubt, Inbound, MailPurpose, Message, SuppressionReason, SuppressionScope, Verdict
from passalong.mail.reading import letter as letters
from passalong.mail.reading import limits
from passalong.mail.reading.leaving import asks_to_leave
from passalong.mail.reading.letter import Letter
from passalong.mail.reading.mime import head_and_body
from passalong.mail.reading.reports import Report, read_report
from passalong.mail.reading.signs import program_sign
from passalong.mail.services import bounces, matching
from passalong.mail.services.dkim_verify import Proof, prove
from passalong.mail.services.matching import Route
from passalong.mail.services.suppression import suppress
from passalong.mail.services.unsubscribing import unsubscribe

KEEP_DAYS, KEEP_SHORT_DAYS = 3 * 366, 30  # of what counts; of all else
STOPPED_BY_ANSWER = (
    MailPurpose.NEWS,
    MailPurpose.THANKS,
    MailPurpose.UPDATE,
    MailPurpose.CONSENT_ASK,
    MailPurpose.NOTICE,
    MailPurpose.REFERRAL,
)


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a message: the row, or why none was made (a word for counts)."""

    inbound: Inbound | None
    skipped: str = ""


@dataclass(slots=True)
class Finding:
    """What is to be written down."""

    verdict: Verdict
    doubt: Doubt = Doubt.NONE
    sign: str = ""
    message: Message | None = None
    contact: Contact | None = None
    member: Member | None = None
    proof: Proof | None = None


def receive(practice: Practice | None, raw: bytes, *, via: str) -> Inbound | None:
    """Take a message in. None: it concerns nothing here, another practice, or was there before."""
    return take(practice, raw, via=via).inbound


def take(practice: Practice | None, raw: bytes, *, via: str) -> Taken:
    """As receive(), telling why where nothing was kept. Safe to repeat; never raises for what stands in it."""
    is_big = len(raw) > limits.MOST_BYTES
    letter = letters.read_head(raw) if is_big else letters.read(raw)
    report = None if is_big else read_report(letter)
    if matching.is_own(letter):
        return Taken(None, "own")
    route = matching.route(letter, report)
    owner = route.practice or practice
    if route.kind == "none":
        return Taken(None, "other")
    if owner is None:
        owner = _only_practice()
    if owner is None or (practice is not None and owner.pk != practice.pk):
        return Taken(None, "other")
    likeness = _likeness(raw, letter)
    if Inbound.objects.filter(practice=owner, likeness=likeness).exists():
        return Taken(None, "twice")
    if is_big:
        finding = Finding(Verdict.TOO_BIG, Doubt.TOO_BIG, message=route.message)
    else:
        finding = judge(owner, raw, letter, report, route)
    try:
        return Taken(_keep(owner, raw, letter, route, report, finding, likeness, via))
    except IntegrityError:  # two workers had it in hand
        return Taken(None, "twice")


def _only_practice() -> Practice | None:
    """Whose a message with a broken tag is, where there is only one."""
    found = list(Practice.objects.filter(is_demo=False)[:2])
    return found[0] if len(found) == 1 else None


def _likeness(raw: bytes, letter: Letter) -> str:
    """The same for the same message, whichever way and however often it came."""
    _head, body = head_and_body(raw)
    sender = letter.sender.address if letter.sender else ""
    told = hashlib.sha256(f"{sender}\0{letter.message_id}\0".encode())
    told.update(body.replace(b"\r\n", b"\n").rstrip())
    return told.hexdigest()


def judge(practice: Practice, raw: bytes, letter: Letter, report: Report | None, route: Route) -> Finding:
    """What this message is. Asks the DNS where a signature decides; writes nothing."""
    sign = program_sign(letter)
    if report is not None:
        # A report is believed only where it came to the address of the envelope, or gives our own message back.
        named = route.message if route.kind in ("bounce", "named") or _gives_back(report, route) else None
        verdict = Verdict.COMPLAINT if report.kind == "complaint" else Verdict.BOUNCE
        return Finding(verdict, sign=report.status or report.kind, message=named)
    if route.kind == "unsubscribe":  # also when a mail program wrote it for its owner: no answer goes to this address
        return Finding(Verdict.LEAVING, message=route.message)
    if sign:
        return Finding(Verdict.AUTO, sign=sign, message=route.message)
    proof = prove(raw, letter)
    if route.kind == "forward":
        return _passed_on(practice, letter, proof)
    doubt = matching.doubt_about(letter, route, proof)
    if doubt == Doubt.NONE and route.message is not None:
        return Finding(Verdict.MATCHED, message=route.message, contact=route.message.contact, proof=proof)
    known = matching.contact_with(practice, letter.sender.address) if letter.sender else None
    is_known = known is not None or (route.message is not None and route.kind != "bad")
    return Finding(Verdict.REVIEW if is_known else Verdict.UNKNOWN, doubt, message=route.message, proof=proof)


def _gives_back(report: Report, route: Route) -> bool:
    return route.message is not None and route.message.message_id.strip("<>") in report.messages


def _passed_on(practice: Practice, letter: Letter, proof: Proof) -> Finding:
    """A member put our address into Bcc or forwarded something: kept as said by mail, with the one other person it
    names. Nothing is inferred from it."""
    member = _member(practice, letter)
    if member is None:
        return Finding(Verdict.UNKNOWN, Doubt.NO_MEMBER if letter.sender else Doubt.UNCLEAR_SENDER, proof=proof)
    if proof.state != "proven":
        doubt = {"not_checked": Doubt.NOT_CHECKED, "false": Doubt.FALSE}.get(proof.state, Doubt.UNPROVEN)
        return Finding(Verdict.REVIEW, doubt, member=member, proof=proof)
    contact = _other_side(practice, letter)
    if contact is None:
        return Finding(Verdict.REVIEW, Doubt.NOBODY, member=member, proof=proof)
    return Finding(Verdict.FORWARDED, contact=contact, member=member, proof=proof)


def _member(practice: Practice, letter: Letter) -> Member | None:
    address = letter.sender.address if letter.sender else ""
    return accounts.members(practice).filter(user__email=address, user__is_active=True).first() if address else None


def _other_side(practice: Practice, letter: Letter) -> Contact | None:
    """The person on file it was written to; of a forwarded message, who wrote that. None unless exactly one."""
    own = accounts.own_addresses(practice)
    wanted = [one.address for one in letter.others if one.address not in own]
    found = {one.pk: one for address in wanted[:20] if (one := matching.contact_with(practice, address))}
    if not found:
        written = letters.forwarded_from(letter)
        found = {one.pk: one for address in written if (one := matching.contact_with(practice, address))}
    return next(iter(found.values())) if len(found) == 1 else None


@transaction.atomic
def _keep(
    practice: Practice,
    raw: bytes,
    letter: Letter,
    route: Route,
    report: Report | None,
    finding: Finding,
    likeness: str,
    via: str,
) -> Inbound:
    is_big = finding.verdict == Verdict.TOO_BIG
    sender = letter.sender.address if letter.sender else ""
    row = Inbound.objects.create(
        practice=practice,
        via=via,
        likeness=likeness,
        raw=None if is_big else blobs.keep(practice.pk, raw, "message/rfc822"),
        size=len(raw),
        header_id=letter.message_id,
        sender=sender,
        sender_key=keyed_hash(practice.pk, (grammar.forms(sender) or ("",))[0]),
        sender_name=letter.sender.name if letter.sender else "",
        subject=letter.subject,
        sent_at=letter.sent_at,
        text=letter.own,
        is_cut=letter.has_quotes or letter.cut,
        attachments=[asdict(one) for one in letter.attachments],
        verdict=finding.verdict,
        doubt=finding.doubt,
        sign=finding.sign[:40],
        proof=finding.proof.domain if finding.proof else "",
        message=finding.message,
        contact=finding.contact,
        member=finding.member,
        keep_until=keep_until(finding.verdict),
    )
    _follow(row, route, report)
    people = [one.public_id for one in (row.contact, finding.message.contact if finding.message else None) if one]
    events.record(
        practice.pk,
        "mail:received",
        subject=row.public_id,
        people=people,
        verdict=row.verdict,
        doubt=row.doubt,
        via=via,
        message=row.message.public_id if row.message else "",
    )
    return row


def keep_until(verdict: str) -> date:
    """The last day of keeping."""
    days = KEEP_DAYS if verdict in (Verdict.MATCHED, Verdict.FORWARDED) else KEEP_SHORT_DAYS
    return timezone.localdate(clock.now()) + timedelta(days=days)


def _follow(row: Inbound, route: Route, report: Report | None) -> None:
    """The only things a message does by itself: it stops mail."""
    message = row.message
    if row.verdict in (Verdict.BOUNCE, Verdict.COMPLAINT) and message is not None and report is not None:
        if report.kind in ("hard", "soft", "complaint"):
            bounces.note(message, report.kind, status=report.status, said=report.said)
    elif row.verdict == Verdict.LEAVING:
        unsubscribe(route.tag)
    elif row.verdict == Verdict.MATCHED:
        follow_wish(row)


def is_wish(row: Inbound) -> bool:
    """Whether an answer says nothing but that its writer wants no more of what is not written by hand: whoever answers
    “stop” to a person's letter may mean anything."""
    message = row.message
    if message is None or not (message.purpose in STOPPED_BY_ANSWER or message.list_scope):
        return False
    return asks_to_leave(row.text)


def follow_wish(row: Inbound) -> None:
    """Stop what an answer known to be the recipient's own wants stopped, if it wants that."""
    message = row.message
    if message is None or not is_wish(row):
        return
    scope = message.list_scope or SuppressionScope.ALL
    reason = SuppressionReason.UNSUBSCRIBED
    suppress(row.practice_id, message.address_key, scope=scope, reason=reason, message=message)


def forget_old() -> int:
    """Forget what is past its last day of keeping, its bytes with it; returns how many."""
    gone = 0
    while True:
        old = Inbound.objects.filter(keep_until__lt=timezone.localdate(clock.now()))
        rows = list(old.values_list("pk", "raw_id")[:500])
        if not rows:
            return gone
        with transaction.atomic():
            Inbound.objects.filter(pk__in=[pk for pk, _raw in rows]).delete()
            blobs.release(raw for _pk, raw in rows if raw is not None)
        gone += len(rows)
