"""Verbs on consents. What is granted is never changed: another answer is another row, and the one before ends.

So a message that waits on a grant stops with it: whoever sends asks selectors.consent.live_grant at that moment.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from passalong.accounts.models import Member, Practice
from passalong.accounts.rules import demand
from passalong.compliance import updates
from passalong.compliance.models import Given, Grant, GrantState, Purpose
from passalong.compliance.selectors import consent as selectors
from passalong.compliance.selectors.consent import OnFile
from passalong.compliance.services.consent_rows import (
    LONGEST,
    clean_form_id,
    demand_own,
    end,
    evidence_hash,
    held,
    last_of,
    midnight_after,
    open_ones,
    tell,
)
from passalong.compliance.updates import SCOPES, Stage, Who, stage_of
from passalong.core import blobs, clock
from passalong.core.errors import Refused
from passalong.core.ids import new_token
from passalong.core.models import Blob

MAY = "prospecting.edit"
WAITING_NUMBER = 500  # ended in one go


@transaction.atomic
def ask(
    *, by: Member, about: str, person_key: str, recipient: OnFile, person: OnFile | None = None
) -> tuple[Grant, str]:
    """Open the question whether this referrer may be told, and return it with the secret of the person's own page.

    Only somebody whose own answer allowed contact is asked, once: not again while it waits, nor after a no.
    """
    demand(by, MAY)
    demand_own(by, recipient, person)
    allowed = selectors.contact_grant(by.practice, contact=person, person_key=person_key, own_only=True)
    if allowed is None:
        raise Refused(_("Only somebody whose own answer allowed you to get in touch can be asked."))
    Grant.objects.select_for_update().get(pk=allowed.pk)  # two at once: one after the other, so that one is asked
    if barred := updates.locks(by.practice).barred:
        raise Refused(barred)
    before = last_of(by.practice, Purpose.UPDATE, about, recipient)
    updates.after("ask", stage_of(before), who=Who.MEMBER, purpose=Purpose.UPDATE)
    token, now = new_token(), clock.now()
    grant = Grant.objects.create(
        practice=by.practice,
        purpose=Purpose.UPDATE,
        person_id=person.pk if person else None,
        person_key=person_key,
        about=about,
        recipient_id=recipient.pk,
        token_digest=selectors.token_digest(token),
        asked_at=now,
        expires_at=now + updates.ANSWER_WITHIN,
    )
    tell("asked", grant, by=by, recipient=recipient.public_id, until=grant.expires_at)
    return grant, token


@transaction.atomic
def grant(*, grant: Grant, scope: Collection[str], page: bytes, choice: Mapping[str, Any]) -> Grant:
    """The person's own POST: these things may be told. page: the very bytes they chose on; choice: what they sent.

    From an answered question this makes a row of its own and ends the one before, so that a message drafted under other
    words is not sent under these.
    """
    chosen = [key for key in SCOPES if key in scope]
    if not chosen or set(scope) - set(SCOPES):
        raise Refused(_("Tick what may be told, or choose “Tell nothing”."), field="scope")
    grant = held(grant)
    updates.after("grant", stage_of(grant), who=Who.PERSON, purpose=grant.purpose)
    if grant.state != GrantState.ASKED:
        grant = _anew(grant, chosen)
    now, blob = clock.now(), blobs.keep(grant.practice_id, page, "text/html")
    grant.state, grant.given, grant.scope = GrantState.GRANTED, Given.OWN, chosen
    grant.evidence, grant.evidence_hash = blob, evidence_hash(page, choice)
    grant.granted_at, grant.expires_at = now, now + updates.LASTS
    grant.save()
    tell("granted", grant, texts={"page": blob}, choice=dict(choice), scope=chosen, until=grant.expires_at)
    return grant


def _anew(before: Grant, scope: list[str]) -> Grant:
    """A further row of the same person and page; the one before ends and no longer has the page. Its signed form goes
    on only where nothing is added to what it was signed for."""
    token, form = before.token_digest, ""
    if before.state == GrantState.GRANTED:
        form = before.form_id if set(scope) <= set(before.scope) else ""
        end(before, GrantState.REVOKED, kind="replaced")
    before.token_digest = ""
    before.save(update_fields=["token_digest"])
    return Grant(
        practice_id=before.practice_id,
        purpose=before.purpose,
        person_id=before.person_id,
        person_key=before.person_key,
        about=before.about,
        recipient_id=before.recipient_id,
        token_digest=token,
        form_id=form,
        asked_at=before.asked_at,
    )


@transaction.atomic
def decline(*, grant: Grant, page: bytes = b"", choice: Mapping[str, Any] | None = None) -> Grant:
    """The person's own POST: nothing may be told. Nobody asks again; the page stays open for another thought."""
    grant = held(grant)
    updates.after("decline", stage_of(grant), who=Who.PERSON, purpose=grant.purpose)
    blob = blobs.keep(grant.practice_id, page, "text/html") if page else None
    grant.evidence, grant.evidence_hash = blob, evidence_hash(page, choice or {})
    end(grant, GrantState.DECLINED, texts={"page": blob} if blob else {}, choice=dict(choice or {}))
    return grant


@transaction.atomic
def revoke(*, grant: Grant, by: Member | None = None, why: str = "") -> Grant:
    """Taken back, at once. By the person (by=None), or by a member to whom the person said so; a member withdraws a
    question that is not answered yet. Twice is once."""
    if by is not None:
        demand(by, MAY)
        demand_own(by, grant)
    grant = held(grant)
    stage, who = stage_of(grant), Who.MEMBER if by else Who.PERSON
    if stage in (Stage.REVOKED, Stage.DECLINED, Stage.EXPIRED):
        return grant
    if stage == Stage.ASKED and by is not None:
        updates.after("withdraw the question", stage, who=who, purpose=grant.purpose)
        grant.expires_at = clock.now()
        end(grant, GrantState.EXPIRED, kind="question_withdrawn", by=by, why=why)
    elif stage == Stage.ASKED:
        updates.after("decline", stage, who=who, purpose=grant.purpose)
        end(grant, GrantState.DECLINED, why=why)
    else:
        updates.after("revoke", stage, who=who, purpose=grant.purpose)
        end(grant, GrantState.REVOKED, by=by, why=why)
    return grant


@transaction.atomic
def answered_yes(
    *,
    practice: Practice,
    about: str,
    person_key: str,
    page: Blob | None,
    choice: Mapping[str, Any],
    at: datetime | None = None,
) -> Grant:
    """An own “please get in touch”: the person's POST on a page of ours, whose bytes are `page`. The same answer again
    is the same consent; another answer from the same form takes its place."""
    at = at or clock.now()
    proof = evidence_hash(blobs.read(page) if page else b"", choice)
    for one in list(open_ones(practice, about=about)):
        is_contact, is_theirs = one.purpose == Purpose.CONTACT, one.person_key == person_key
        if is_contact and is_theirs and one.evidence_hash == proof and one.given == Given.OWN:
            return one
        if is_contact or not is_theirs:  # the form names another person now: nothing of the one before holds
            end(one, GrantState.REVOKED, kind="replaced")
    updates.after("answer yes", Stage.NONE, who=Who.PERSON, purpose=Purpose.CONTACT)
    grant = Grant.objects.create(
        practice=practice,
        purpose=Purpose.CONTACT,
        state=GrantState.GRANTED,
        given=Given.OWN,
        person_key=person_key,
        about=about,
        evidence=page,
        evidence_hash=proof,
        granted_at=at,
        expires_at=at + updates.LASTS,
    )
    tell("granted", grant, texts={"page": page} if page else {}, choice=dict(choice), until=grant.expires_at)
    return grant


@transaction.atomic
def answered_no(
    *,
    practice: Practice,
    about: str,
    person_key: str,
    why: str,
    for_good: bool = False,
    person: OnFile | None = None,
) -> int:
    """An own answer that wants no contact ends every consent of this form and of this person; returns how many.

    What was asked and not yet answered is declined with it: nobody who wants no contact is waited for. for_good: a
    plain no, which also stands against what a client reports afterwards. person: who it is on file, where that is
    known: what a client reported of them, or what they allowed by another address, ends too.
    """
    found = [open_ones(practice, about=about)]
    if person_key:
        found.append(open_ones(practice, person_key=person_key))
    if person is not None:
        found.append(open_ones(practice, purpose=Purpose.CONTACT, person_id=person.pk))
        found.append(open_ones(practice, purpose=Purpose.CONTACT, person_key__in=selectors.keys_of(person)))
    ended = {one.pk: one for rows in found for one in rows}
    for one in ended.values():
        revoke(grant=one, why=why)
    own = {"practice": practice, "purpose": Purpose.CONTACT, "given": Given.OWN, "about": about}
    declined = {**own, "person_key": person_key, "state": GrantState.DECLINED}
    if for_good and person_key and not Grant.objects.filter(**declined).exists():
        updates.after("answer no", Stage.NONE, who=Who.PERSON, purpose=Purpose.CONTACT)
        end(Grant(**declined), GrantState.DECLINED, why=why)
    return len(ended)


@transaction.atomic
def grant_reported(
    *,
    by: Member | None = None,
    person: OnFile | None,
    told_by: OnFile,
    words: str,
    on: date,
    about: str = "",
    person_key: str = "",
) -> Grant:
    """A client tells that somebody said yes: who, when, what was said. It opens what the client takes part in and one
    personal reply, never a message the system sends, nor news to the client. by: whoever wrote it down; None where the
    client did, signed in to a page of their own."""
    if by is not None:
        demand(by, MAY)
        demand_own(by, person, told_by)
    elif person is not None and person.practice_id != told_by.practice_id:
        raise Refused(_("This belongs to another practice."))
    practice = by.practice if by else Practice.objects.get(pk=told_by.practice_id)
    words = words.replace("\x00", "").strip()
    if len(words.split()) < 2:
        raise Refused(_("Write down what was said, in their words as far as you know them."), field="words")
    if len(words) > LONGEST["words"]:
        raise Refused(_("Please keep it under %(most)d characters.") % {"most": LONGEST["words"]}, field="words")
    if on > clock.today():
        raise Refused(_("This day has not come yet."), field="on")
    if person is None and not person_key:
        raise Refused(_("Say who it is."), field="person")
    asked = updates.locks(practice)
    if asked.own:
        raise Refused(_("Your profession asks for the person's own answer. Let the client pass the kit along instead."))
    said = stage_of(selectors.last_own_answer(practice, contact=person, person_key=person_key))
    if said is Stage.DECLINED:
        raise Refused(_("They said themselves that they want no contact. Only their own answer can change that."))
    if said in (Stage.GRANTED, Stage.USED):
        raise Refused(_("They have said yes themselves: their own answer is on record."))
    updates.after("report a yes", said, who=Who.MEMBER, purpose=Purpose.CONTACT)
    at = clock.now()
    grant = Grant.objects.create(
        practice=practice,
        purpose=Purpose.CONTACT,
        state=GrantState.GRANTED,
        given=Given.REPORTED,
        person_id=person.pk if person else None,
        person_key=person_key,
        told_by_id=told_by.pk,
        words=words,
        about=about,
        granted_at=at,
        expires_at=at + updates.LASTS,
    )
    tell("reported", grant, by=by, told_by=told_by.public_id, words=words, on=on.isoformat(), until=grant.expires_at)
    return grant


@transaction.atomic
def record_form(*, by: Member, grant: Grant, form_id: str) -> Grant:
    """The signed form of a consent, where the profession asks for one. It adds to the person's own answer, and never
    stands for it."""
    demand(by, MAY)
    demand_own(by, grant)
    form_id = clean_form_id(form_id)
    grant = held(grant)
    if stage_of(grant) not in (Stage.ASKED, Stage.GRANTED, Stage.USED):
        raise Refused(_("This consent has ended."))
    grant.form_id = form_id
    grant.save(update_fields=["form_id"])
    tell("form", grant, by=by, form=form_id)
    return grant


@transaction.atomic
def grant_signed(*, by: Member, purpose: str, person: OnFile, form_id: str, until: date, words: str = "") -> Grant:
    """A signed consent on paper (use or disclosure of what is known from tax work), with its form and its last day."""
    demand(by, MAY)
    demand_own(by, person)
    if until <= clock.today():
        raise Refused(_("Name the last day on which it holds."), field="until")
    form_id = clean_form_id(form_id)
    updates.after("file a signed form", Stage.NONE, who=Who.MEMBER, purpose=purpose)
    grant = Grant.objects.create(
        practice=by.practice,
        purpose=purpose,
        state=GrantState.GRANTED,
        given=Given.FORM,
        person_id=person.pk,
        form_id=form_id,
        words=words.strip()[: LONGEST["words"]],
        granted_at=clock.now(),
        expires_at=midnight_after(until),
    )
    tell("signed", grant, by=by, form=form_id, until=grant.expires_at)
    return grant


@transaction.atomic
def use(
    grant: Grant, text: Blob, recipient: OnFile, field: str, *, by: Member | None = None, message: str = ""
) -> Grant:
    """Something is told by this consent: what, in which words, to whom. Raises Refused unless it covers that now.

    Call it in the transaction that lets the text go.
    """
    covering = selectors.live_grant(grant.practice, Purpose.UPDATE, about=grant.public_id, recipient=recipient)
    if covering is None or field not in covering.scope:
        raise Refused(_("This is not covered: the person has not allowed it, or has taken it back."))
    return _note_use(covering, text, recipient, field, by=by, message=message)


@transaction.atomic
def told(*, practice: Practice, grant: str, field: str, text: Blob, recipient: OnFile, message: str) -> None:
    """A message left that rests on this consent (its public id): what it told is on record, with the bytes. The outbox
    calls it; whether it might go was asked before, so this never refuses, even if it was taken back just now."""
    found = Grant.objects.filter(practice=practice, public_id=grant).first()
    if found is not None:
        _note_use(found, text, recipient, field, message=message)


def _note_use(
    grant: Grant, text: Blob, recipient: OnFile, field: str, *, by: Member | None = None, message: str = ""
) -> Grant:
    grant = held(grant)
    if stage_of(grant) in (Stage.GRANTED, Stage.USED):
        updates.after("use", stage_of(grant), who=Who.MEMBER, purpose=grant.purpose)
    grant.uses, grant.used_at = grant.uses + 1, clock.now()
    grant.save(update_fields=["uses", "used_at"])
    more = {"field": field, "recipient": recipient.public_id, "grant": grant.public_id, "message": message}
    tell("used", grant, by=by, texts={"text": text}, **more)
    return grant


def expire() -> int:
    """Write down which consents have run out; returns how many. They ended by the clock before this was called."""
    ended = 0
    due = Grant.objects.filter(state__in=(GrantState.ASKED, GrantState.GRANTED), expires_at__lte=clock.now())
    for number in list(due.order_by("pk").values_list("pk", flat=True)[:WAITING_NUMBER]):
        with transaction.atomic():
            grant = Grant.objects.select_for_update().get(pk=number)
            if stage_of(grant) is Stage.EXPIRED and grant.state != GrantState.EXPIRED:
                end(grant, GrantState.EXPIRED)
                ended += 1
    return ended
