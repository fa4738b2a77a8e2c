"""Verbs on voices: who is heard, the link each comes by, and what each consented to, given and taken back.

A consent is a row that is never changed, only revoked. Before every voice consented to being recorded nothing recorded
counts; publication is a consent apart. The words consented to are kept with the record.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from passalong.accounts.models import Member
from passalong.accounts.rules import demand
from passalong.compliance.rulebook import ELEMENTS
from passalong.contacts.models import Contact
from passalong.contacts.services.own import demand_own
from passalong.core import blobs, clock, events, tombstones
from passalong.core.errors import Refused
from passalong.core.ids import digest, is_token, new_token
from passalong.core.models import Blob, Tombstone
from passalong.interviews import consent_words
from passalong.interviews.models import ConsentTo, Interview, Voice, VoiceConsent, VoiceKey, VoiceRole
from passalong.interviews.selectors.voices import given
from passalong.interviews.stages import OUT
from passalong.mail.selectors.outbox import addresses_of

MAY = "interviews.edit"
MOST_VOICES = 12
MOST_KEYS = 10  # links of one voice that work at a time; the oldest ends first
LONGEST_ELEMENT = 300  # characters of one answer in an authorisation
OWN_PAGE = "own page"


@transaction.atomic
def guest_voice(*, interview: Interview) -> Voice:
    """The guest's voice, made on first asking from the contact on file."""
    guest = interview.guest
    made = {"name": (str(guest) if guest else str(interview))[:120], "contact": guest}
    if guest is not None:
        made["address"] = next(iter(addresses_of(guest)), "")
    own = {"practice_id": interview.practice_id, "interview": interview, "role": VoiceRole.GUEST}
    voice, _made = Voice.objects.get_or_create(**own, defaults=made)
    return voice


@transaction.atomic
def name_guest(*, by: Member, interview: Interview) -> Voice:
    """The guest is heard, also where no link to their page was made: the recording was brought by the desk."""
    demand(by, MAY)
    demand_own(by, interview)
    return guest_voice(interview=interview)


@transaction.atomic
def make_link(*, by: Member, voice: Voice) -> str:
    """A further link, as its secret, for a member who hands it over. The record says who made it."""
    _demand(by, voice)
    return key_for(voice=voice, by=by)


@transaction.atomic
def key_for(*, voice: Voice, by: Member | None = None) -> str:
    """A further link to this voice's own page, as its secret; those given out before go on, up to a number."""
    token = new_token()
    row = VoiceKey(practice_id=voice.practice_id, voice=voice, token_digest=digest(token), made_at=clock.now())
    row.save()
    live = VoiceKey.objects.filter(voice=voice, ended_at=None).order_by("-pk").values_list("pk", flat=True)
    VoiceKey.objects.filter(pk__in=list(live[MOST_KEYS:])).update(ended_at=clock.now())
    _tell("interviews:voice_link", voice, by=by)
    return token


def voice_of(token: str) -> Voice | None:
    """Whose page this link opens; None for one that never was or has ended."""
    if not is_token(token):
        return None
    rows = VoiceKey.objects.filter(token_digest=digest(token), ended_at=None)
    key = rows.select_related("voice__practice", "voice__interview__guest").first()
    return key.voice if key else None


@transaction.atomic
def end_keys(*, by: Member, voice: Voice) -> int:
    """The links of this voice open nothing any more; returns how many that were."""
    _demand(by, voice)
    ended = VoiceKey.objects.filter(voice=voice, ended_at=None).update(ended_at=clock.now())
    _tell("interviews:voice_links_ended", voice, by=by)
    return ended


@transaction.atomic
def add_voice(
    *, by: Member, interview: Interview, role: str, name: str, address: str = "", contact: Contact | None = None
) -> Voice:
    """Somebody else who is to be heard. Nothing counts as usable again before they consented as well; so what is out
    is taken down first, by whoever decides that, for it does not come back."""
    demand(by, MAY)
    demand_own(by, interview, contact)
    name = " ".join(name.split())[:120]
    if not name:
        raise Refused(_("Say who is heard."), field="name")
    if role not in (VoiceRole.HOST, VoiceRole.OTHER):
        raise Refused(_("There is one guest. Name this voice as the host, or as another one."), field="role")
    if Interview.objects.select_for_update().get(pk=interview.pk).stage in OUT:
        say = _("It is published. If %(name)s is heard in it and has not agreed, take it down first.")
        raise Refused(say % {"name": name}, field="name")
    if interview.voices.count() >= MOST_VOICES:
        raise Refused(_("At most %(count)s voices are heard in one interview.") % {"count": MOST_VOICES})
    own = {"practice_id": interview.practice_id, "interview": interview}
    voice = Voice.objects.create(role=role, name=name, address=address, contact=contact, **own)
    _tell("interviews:voice_added", voice, by=by)
    return voice


@transaction.atomic
def remove_voice(*, by: Member, voice: Voice) -> None:
    """Take a voice off that was never heard. One whose takes are here stays: it is heard on them."""
    _demand(by, voice)
    if voice.role == VoiceRole.GUEST:
        raise Refused(_("The guest is always heard."))
    if voice.takes.exists():
        raise Refused(_("%(name)s is heard on a recording that is here.") % {"name": voice.name})
    if voice.consents.exists():
        raise Refused(_("%(name)s has answered already. What was answered is kept.") % {"name": voice.name})
    _tell("interviews:voice_removed", voice, by=by)
    voice.delete()


@transaction.atomic
def consent(*, voice: Voice, to: str, shown: str, page: bytes) -> VoiceConsent:
    """The voice's own POST on its own page. shown: digest of the words it had before it; page: the very bytes.

    Raises Refused where the words have changed meanwhile. The same again is the consent that holds.
    """
    if to not in (ConsentTo.RECORDING, ConsentTo.PUBLICATION):
        raise Refused(_("This cannot be agreed to here."))
    if shown != consent_words.digest(voice, to):
        raise Refused(_("These words have changed since you opened the page. Please read them once more."))
    return _give(voice, to, how=OWN_PAGE, at=clock.now(), page=page)


@transaction.atomic
def note_consent(*, by: Member, voice: Voice, to: str, how: str, given_on: date | None = None) -> VoiceConsent:
    """A member notes a consent given elsewhere: spoken on the recording, a signed form."""
    _demand(by, voice)
    if to not in (ConsentTo.RECORDING, ConsentTo.PUBLICATION):
        raise Refused(_("This cannot be agreed to here."), field="to")
    return _give(voice, to, how=_how(how), at=_at(given_on), by=by)


@transaction.atomic
def authorise(
    *,
    by: Member,
    voice: Voice,
    how: str,
    given_on: date | None = None,
    expires_on: date | None = None,
    elements: Mapping[str, str] | None = None,
) -> VoiceConsent:
    """A member files the signed form a profession asks for. elements: what it says, by key of the rulebook. It takes
    the place of the form before it; what it lacks keeps the interview from being published."""
    _demand(by, voice)
    at = _at(given_on)
    if expires_on and expires_on < timezone.localdate(at):
        raise Refused(_("It cannot end before it was given."), field="expires_on")
    tidy = {key: " ".join(str(text).split())[:LONGEST_ELEMENT] for key, text in (elements or {}).items()}
    filled = {key: text for key, text in tidy.items() if key in ELEMENTS and text}
    _held(voice).filter(to=ConsentTo.AUTHORISATION).update(revoked_at=clock.now())
    how = _how(how)
    return _give(voice, ConsentTo.AUTHORISATION, how=how, at=at, by=by, elements=filled, expires_on=expires_on)


@transaction.atomic
def revoke(*, voice: Voice, to: str, by: Member | None = None, note: str = "") -> int:
    """Take a consent back, at once: the voice itself (by=None), or a member to whom it was said. Returns how many
    ended; twice is once. What is published with it is taken down."""
    if by is not None:
        _demand(by, voice)
        if not note.strip():
            raise Refused(_("Say how you were told, such as “by phone on 4 May”."), field="note")
    rows = list(_held(voice).filter(to=to))
    for row in rows:
        row.revoked_at = clock.now()
        row.save(update_fields=["revoked_at"])
        tombstones.lay(voice.practice_id, Tombstone.Kind.REVOKED, person=row.public_id, keys=())
    if rows:
        _tell("interviews:consent_revoked", voice, by=by, to=ConsentTo(to).label, note=note.strip()[:500])
        _react(voice.interview)
    return len(rows)


def end_again(practice_id: int, public_id: str, *, at: datetime) -> int:
    """End a consent that was taken back after the backup this database came from; returns whether it was open."""
    rows = VoiceConsent.objects.filter(practice=practice_id, public_id=public_id, revoked_at=None)
    voices = list(Voice.objects.filter(consents__in=rows).select_related("interview"))
    ended = rows.update(revoked_at=at)
    for voice in voices:
        _react(voice.interview)
    return ended


def _give(
    voice: Voice,
    to: str,
    *,
    how: str,
    at: datetime,
    by: Member | None = None,
    elements: Mapping[str, str] | None = None,
    expires_on: date | None = None,
    page: bytes = b"",
) -> VoiceConsent:
    """Write one consent with its words, and the page they stood on; the one that holds already is returned as it is."""
    held = _held(voice)
    if standing := given(to).filter(voice=voice).first():
        return standing
    held.filter(to=to).update(revoked_at=clock.now())  # one that ran out
    row = VoiceConsent.objects.create(
        practice_id=voice.practice_id,
        voice=voice,
        to=to,
        how=how,
        words_digest=consent_words.digest(voice, to),
        elements=dict(elements or {}),
        given_at=at,
        expires_on=expires_on,
        recorded_by=by.public_id if by else "",
    )
    words = blobs.keep(voice.practice_id, consent_words.whole(voice, to).encode(), consent_words.WORDS)
    texts = {"words": words} | ({"page": blobs.keep(voice.practice_id, page, "text/html")} if page else {})
    said = {"to": ConsentTo(to).label, "how": how, "given_at": at.isoformat(), "elements": dict(elements or {})}
    kind = "interviews:consent_noted" if by else "interviews:consent_given"
    _tell(kind, voice, by=by, texts=texts, consent=row.public_id, **said)
    return row


def _held(voice: Voice) -> QuerySet[VoiceConsent]:
    """Consents of this voice that nobody took back. The voice's row is locked, so that two at once are one, and the
    interview's before it: what is made or published of it at this moment ends before, or sees what changed."""
    Interview.objects.select_for_update(of=("self",)).get(pk=voice.interview_id)
    Voice.objects.select_for_update().get(pk=voice.pk)
    return VoiceConsent.objects.filter(voice=voice, revoked_at=None)


def _demand(by: Member, voice: Voice) -> None:
    demand(by, MAY)
    demand_own(by, voice)


def _how(how: str) -> str:
    how = " ".join(how.split())[:200]
    if not how:
        raise Refused(_("Say how it was given, such as “spoken on the recording” or “signed form”."), field="how")
    return how


def _at(day: date | None) -> datetime:
    today = clock.today()
    if day is None or day == today:
        return clock.now()
    if day > today:
        raise Refused(_("This day is still to come."), field="given_on")
    return timezone.make_aware(datetime.combine(day, time(12)))


def _tell(kind: str, voice: Voice, *, by: Member | None, texts: Mapping[str, Blob] | None = None, **said: Any) -> None:
    events.record(
        voice.practice_id,
        kind,
        actor=by.public_id if by else "",
        subject=voice.interview.public_id,
        people=_people(voice),
        texts=texts,
        **said,
    )


def _people(voice: Voice) -> list[str]:
    return [voice.public_id, *([voice.contact.public_id] if voice.contact else [])]


def _react(interview: Interview) -> None:
    """Whatever is published and may not be any more goes now."""
    from passalong.interviews.services import withdrawing

    withdrawing.react(interview=interview)
