"""Verbs on what client and practice agree about introductions: written, changed, acknowledged, ended. Never worth
anything, and no contract."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from passalong.accounts.models import Member
from passalong.accounts.rules import demand
from passalong.contacts.models import Contact, Standing, StandingKind
from passalong.contacts.services.own import demand_own
from passalong.core import blobs, clock, events
from passalong.core.errors import Refused
from passalong.introductions.models import Agreement, Promise
from passalong.introductions.selectors import agreements as read
from passalong.introductions.services import promises
from passalong.introductions.services.moving import MAY

TEXTS = ("good_introduction", "treatment", "quality")
LONGEST, MOST_HOPED = 1000, 100
HOWS = ("portal", "tablet", "paper")
MAY_AGREE = (StandingKind.CLIENT, StandingKind.FORMER_CLIENT, StandingKind.PARTNER)


@transaction.atomic
def save(
    *,
    by: Member,
    client: Contact,
    good_introduction: str,
    treatment: str,
    quality: str,
    hoped_number: int | None = None,
    promised: Iterable[tuple[str, date]] = (),
) -> Agreement:
    """Write or change what is agreed with this client.

    What was acknowledged is kept as it is, and the change is a new version that waits to be acknowledged; until then a
    version is changed in place. promised: service promises to be made with it, words and day. Raises Refused, naming
    the field and the rule, for a number where it is off, and for words that make anything depend on introductions.
    """
    demand(by, MAY)
    demand_own(by, client)
    texts = {"good_introduction": good_introduction, "treatment": treatment, "quality": quality}
    said = {name: _clean(text) for name, text in texts.items()}
    _check(by, client, said, hoped_number)
    Contact.objects.select_for_update(of=("self",)).get(pk=client.pk)  # two presses at once: one version
    old = Agreement.objects.select_for_update().filter(client=client, ended_at=None).first()
    row = old if old is not None and old.acknowledged_on is None else _next(client, old)
    is_same = old is not None and all(getattr(old, name) == text for name, text in said.items())
    new = list(promised)
    if old is not None and is_same and old.hoped_number == hoped_number and not new:
        return old
    if old is not None and row is not old:
        Agreement.objects.filter(pk=old.pk).update(ended_at=clock.now())
    for name, text in said.items():
        setattr(row, name, text)
    row.hoped_number = hoped_number
    row.save()
    if old is not None and row is not old:
        Promise.objects.filter(agreement=old, kept_on=None, dropped_on=None).update(agreement=row)
    for words, due_on in new:
        promises.make(by=by, to=client, words=words, due_on=due_on, agreement=row)
    _record("introductions:agreement_written", by, row)
    return row


@transaction.atomic
def acknowledge(
    *, agreement: Agreement, how: str, shown: str, by: Member | None = None, signed_by: str = ""
) -> Agreement:
    """The client says yes to these words, on a tablet or on paper before a member, or on the own page.

    shown: digest of the words that were read (selectors.agreements.Shown). signed_by: the name where the client signed,
    where the rules allow a signature. Said again it changes nothing. Raises Refused where the words have changed since,
    the agreement has ended, or a signature is off.
    """
    if how not in HOWS or (how == "portal") is not (by is None):
        raise ValueError("how an agreement is acknowledged: portal by the client; tablet or paper with a member")
    if by is not None:
        demand(by, MAY)
        demand_own(by, agreement)
    row = Agreement.objects.select_for_update(of=("self",)).select_related("client__practice").get(pk=agreement.pk)
    if row.ended_at is not None:
        raise Refused(_("This agreement has ended or was changed. Look at it again."))
    if row.acknowledged_on is None:
        _acknowledge(row, how, shown, by, " ".join(signed_by.split())[:200])
    agreement.refresh_from_db()
    return agreement


def _acknowledge(row: Agreement, how: str, shown: str, by: Member | None, signed_by: str) -> None:
    seen = read.shown_of(row)
    if shown != seen.shown:
        raise Refused(_("The words have changed since you opened this page. Read them again."))
    if signed_by and not seen.may_sign:
        raise Refused(seen.why_not, field="signed_by")
    row.text = blobs.keep(row.practice_id, seen.text.encode(), "text/plain")
    row.acknowledged_on, row.acknowledged_how, row.signed_by = clock.today(), how, signed_by
    row.save(update_fields=["text", "acknowledged_on", "acknowledged_how", "signed_by"])
    people = [row.client.public_id]
    actor = by.public_id if by else ""
    events.record(
        row.practice_id,
        "introductions:agreement_acknowledged",
        actor=actor,
        subject=row.public_id,
        people=people,
        texts={"agreement": row.text},
        how=how,
        version=row.version,
    )


@transaction.atomic
def end(*, by: Member, agreement: Agreement) -> None:
    """Nothing is agreed any more. Promises stay: they never hung on it."""
    demand(by, MAY)
    demand_own(by, agreement)
    row = Agreement.objects.select_for_update(of=("self",)).select_related("client").get(pk=agreement.pk)
    if row.ended_at is None:
        row.ended_at = clock.now()
        row.save(update_fields=["ended_at"])
        _record("introductions:agreement_ended", by, row)


def _next(client: Contact, old: Agreement | None) -> Agreement:
    last = old or Agreement.objects.filter(client=client).order_by("-version").first()
    return Agreement(practice_id=client.practice_id, client=client, version=last.version + 1 if last else 1)


def _check(by: Member, client: Contact, said: dict[str, str], hoped: int | None) -> None:
    if not Standing.objects.filter(contact=client, kind__in=MAY_AGREE).exists():
        raise Refused(_("%(name)s is neither a client nor a partner.") % {"name": client})
    for name, text in said.items():
        if not text and name != "quality":
            raise Refused(_("Write a sentence or two."), field=name)
        if len(text) > LONGEST:
            raise Refused(_("Please keep it under %(most)d characters.") % {"most": LONGEST}, field=name)
        promises.demand_free(by.practice, text, strict=False, field=name)
    if hoped is not None:
        if why := read.why_no_number(client):
            raise Refused(why, field="hoped_number")
        if not 1 <= hoped <= MOST_HOPED:
            raise Refused(_("A number from 1 to %(most)d, or none.") % {"most": MOST_HOPED}, field="hoped_number")


def _clean(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\x00", "").strip()


def _record(kind: str, by: Member, row: Agreement) -> None:
    people = [row.client.public_id]
    events.record(by.practice_id, kind, actor=by.public_id, subject=row.public_id, people=people, number=row.version)
