"""The interviews room's part in what is held about a person: interviews, recordings, partnership, casting calls."""

from __future__ import annotations

from functools import partial

from django.db import transaction
from django.db.models import Model, Q, QuerySet
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from passalong.audience.services import items
from passalong.compliance.selectors import retention
from passalong.contacts.keys import email_key
from passalong.core import bigfiles, blobs
from passalong.core.keyed import keyed_hash
from passalong.core.person import Held, Kept, Person
from passalong.core.wiping import Trace, wipe_rows
from passalong.interviews import joining, parts
from passalong.interviews.models import (
    Asked,
    Brief,
    CastingAsk,
    CastingCall,
    Cut,
    Episode,
    EpisodeLink,
    EpisodeVersion,
    Hearing,
    Interview,
    InterviewStep,
    Partner,
    Question,
    QuestionSet,
    Reciprocity,
    Render,
    Return,
    Review,
    Series,
    Show,
    Take,
    Touch,
    Transcript,
    Voice,
    VoiceConsent,
    VoiceRole,
)
from passalong.mail import grammar

COVERS: tuple[type[Model], ...] = (
    *(Partner, Series, Interview, Voice, Take, CastingCall, CastingAsk),
    *(QuestionSet, Question, Show, Cut, Hearing, Episode, EpisodeLink),
)

# Where others' words may name the person.
WORDS: dict[type[Model], tuple[str, ...]] = {
    Interview: ("title", "gain", "note", "place"),
    InterviewStep: ("note",),
    QuestionSet: ("name",),
    Question: ("text", "hint"),
    Asked: ("text", "hint"),
    VoiceConsent: ("how", "elements"),
    Take: ("name", "marks"),
    Cut: ("clips",),
    Render: ("chapters",),
    Transcript: ("segments",),
    Review: ("note",),
    Show: ("title", "about"),
    Episode: ("title", "summary", "bio", "quote", "links", "paid_words", "conflict", "source", "ended_why"),
    EpisodeVersion: ("content",),
    Return: ("pitch", "where", "note"),
    Touch: ("note",),
    Partner: ("serves", "gives_first"),
    Reciprocity: ("clients_told",),
    Brief: ("helps", "recognise", "words", "happens"),
    Series: ("title", "offer"),
    CastingCall: ("title", "text", "questions"),
}


def ids_of(person: Person) -> tuple[str, ...]:
    """Public ids of the person's partnership, interviews and voices, by which the record knows them."""
    mine = _interviews(person).values_list("public_id", flat=True)
    voices = _voices(person).values_list("public_id", flat=True)
    partners = Partner.objects.filter(practice=person.practice_id, contact=person.contact_id or 0)
    return (*mine, *voices, *partners.values_list("public_id", flat=True))


def known(practice_id: int, _ids: tuple[str, ...], keys: tuple[str, ...]) -> list[Person]:
    """Voices of nobody else on file whose address has one of these keyed hashes."""
    return [
        Person(practice_id, None, (), emails=(email_key(address),), keys=(key,))
        for _pk, address, key in _by_address(practice_id, keys)
    ]


def held_about(person: Person) -> list[Held]:
    """Interviews with them, what was recorded and consented to, being a partner, and being asked by a casting call."""
    return [
        Held(_("Interviews with you"), _talks(person), _("To make and publish an interview you agreed to.")),
        Held(_("What you allowed about your voice"), _allowed(person), _("To record and publish only what you allow.")),
        Held(_("You as a partner"), _partnership(person), _("To keep in touch with people we work beside.")),
        Held(_("Whether you would like to be featured"), _castings(person), _("To ask each client once.")),
    ]


def _talks(person: Person) -> list[dict[str, str]]:
    return [
        {
            _("Since"): _day(one.created_at),
            _("State"): one.get_stage_display(),
            _("Recordings"): str(one.takes.count()),
            _("Published"): _("yes") if Episode.objects.filter(interview=one, ended_at=None).exists() else _("no"),
        }
        for one in _interviews(person)
    ]


def _allowed(person: Person) -> list[dict[str, str]]:
    return [
        {
            _("What"): given.get_to_display(),
            _("Given on"): _day(given.given_at),
            _("How"): given.how,
            _("Taken back on"): _day(given.revoked_at) if given.revoked_at else "",
        }
        for voice in _voices(person)
        for given in voice.consents.all()
    ]


def _partnership(person: Person) -> list[dict[str, str]]:
    own = Partner.objects.filter(practice=person.practice_id, contact=person.contact_id or 0)
    return [
        {_("Trade"): one.trade, _("Whom you serve"): one.serves, _("In touch"): str(one.touches.count())} for one in own
    ]


def _castings(person: Person) -> list[dict[str, str]]:
    own = CastingAsk.objects.filter(practice=person.practice_id, contact=person.contact_id or 0)
    words = {True: _("yes"), False: _("no"), None: ""}
    return [{_("Asked on"): _day(one.created_at), _("Answer"): words[one.would]} for one in own]


def erase(person: Person) -> list[Kept]:
    """Forget every interview with the person's voice in it, with all its sound and pages; the partnership; answers to
    casting calls; and the name in what is written about others."""
    own = {"practice": person.practice_id}
    _forget_interviews(_interviews(person))
    Partner.objects.filter(contact=person.contact_id or 0, **own).delete()
    CastingAsk.objects.filter(contact=person.contact_id or 0, **own).delete()
    trace = Trace(person)
    for model, fields in WORDS.items():
        wipe_rows(trace, model._default_manager.filter(**own), *fields)
    wipe_rows(trace, Voice.objects.filter(contact=None, **own), "name")  # who is on file is somebody else by that name
    return []


def forget_those_of_nobody() -> int:
    """Forget interviews whose guest was taken off file at the desk, but those a hold names, which are served to nobody
    until it ends. Returns how many. For the clock."""
    found = Interview.objects.filter(guest=None).select_related("practice", "episode")
    gone = [one.pk for one in found if not retention.holds(one.practice).filter(subject__in=_names(one)).exists()]
    with transaction.atomic():
        _forget_interviews(Interview.objects.filter(pk__in=gone))
    return len(gone)


def _names(talk: Interview) -> list[str]:
    """What a hold may call it by."""
    episode = getattr(talk, "episode", None)
    return [talk.public_id, *([episode.public_id] if episode else [])]


def _forget_interviews(some: QuerySet[Interview]) -> None:
    """Delete interviews with everything that hangs on them, bytes included."""
    keys = list(some.values_list("pk", flat=True))
    for practice_id, about in Episode.objects.filter(interview__in=keys).values_list("practice_id", "public_id"):
        items.withdraw_about(practice_id=practice_id, about=about)
    takes = list(Take.objects.filter(interview__in=keys).values_list("public_id", "file"))
    versions = EpisodeVersion.objects.filter(episode__interview__in=keys)
    files = {file for _public, file in takes}
    files |= set(Render.objects.filter(cut__interview__in=keys).values_list("file", flat=True))
    files |= {one for pair in versions.values_list("audio", "snippet") for one in pair}
    pictures = set(versions.values_list("card", flat=True))
    pictures |= set(Episode.objects.filter(interview__in=keys).values_list("picture", flat=True))
    Interview.objects.filter(pk__in=keys).delete()
    bigfiles.release(one for one in files if one)
    blobs.release(one for one in pictures if one)
    transaction.on_commit(partial(_forget_parts, [public_id for public_id, _file in takes]))


def _forget_parts(takes: list[str]) -> None:
    """What has arrived of these recordings: once the rows are gone for good, for a look at what erasing would leave is
    taken back."""
    for public_id in takes:
        parts.forget(public_id)


def repoint(practice_id: int, old: int, new: int) -> None:
    """Partnership, interviews, voices and casting calls of `old` become those of `new`."""
    joining.join(practice_id, old, new)


def _voices(person: Person) -> QuerySet[Voice]:
    """Voices of the person on recordings; hosts are of the practice. A voice of somebody on file is theirs alone: an
    address can be shared."""
    mine = Q(pk__in=[pk for pk, _address, _key in _by_address(person.practice_id, person.keys)])
    if person.contact_id:
        mine |= Q(contact=person.contact_id)
    return Voice.objects.filter(mine, practice=person.practice_id).exclude(role=VoiceRole.HOST)


def _by_address(practice_id: int, keys: tuple[str, ...]) -> list[tuple[int, str, str]]:
    """Primary key, address and its keyed hash of voices that nobody on file has, by these hashes."""
    wanted = {key for key in keys if key}
    rows = Voice.objects.filter(practice=practice_id, contact=None).exclude(address="").exclude(role=VoiceRole.HOST)
    return [
        (pk, address, key)
        for pk, address in (rows.values_list("pk", "address") if wanted else ())
        for form in grammar.forms(address)
        if (key := keyed_hash(practice_id, form)) in wanted
    ]


def _interviews(person: Person) -> QuerySet[Interview]:
    """Interviews with the person as guest, or with their voice in them."""
    mine = Q(voices__in=_voices(person))
    if person.contact_id:
        mine |= Q(guest=person.contact_id)
    return Interview.objects.filter(mine, practice=person.practice_id).distinct()


def _day(at: object) -> str:
    return date_format(localtime(at), "DATE_FORMAT")  # type: ignore[arg-type]
